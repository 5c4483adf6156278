/**
 * The automaton that looks for a pattern from every place at once: `found` as soon as a match ends that began after the last
 * one was found.
 *
 * It is made from the one that reads backwards, by Brzozowski's construction: a state is the set of those backward states from
 * which the text so far, read backwards, comes by the beginning of a match. Made forwards, from sets of nodes, the same
 * automaton would pass through states without number for `x.{0,40}y`: which of the x so far are still near enough does
 * not matter, only the last one does, and here that never comes up.
 */
import type { Alphabet } from "./alphabet.ts";
import { type Dfa, stateCount } from "./dfa.ts";
import { tooLarge } from "./fault.ts";
import { GROUP_STATES_MAX, PATTERN_STATES_MAX } from "./limits.ts";
import { NEIGHBOURS } from "./look.ts";
import { minimise } from "./minimise.ts";
import { Numbering } from "./numbering.ts";
import type { Work } from "./work.ts";

/** One bit for each backward state. */
type Bits = Uint32Array<ArrayBuffer>;

/** Throws a PatternError where there are too many states. */
export function hittingDfa(backward: Dfa, alphabet: Alphabet, work: Work): Dfa {
  const { symbols } = backward;
  const sets = new Subsets(backward, alphabet);
  const states = new Numbering<Bits>();
  const numberOf = (bits: Bits, behind: number, isFound: boolean): number => {
    const tag = behind * 2 + (isFound ? 1 : 0);
    const known = states.find(bits, tag);
    if (known !== -1) return known;
    if (states.size >= PATTERN_STATES_MAX)
      throw tooLarge("The pattern needs too many states to be looked for everywhere.");
    return states.add(bits, tag);
  };
  const fresh = Array.from({ length: NEIGHBOURS }, (_, kind) => sets.beginning(kind));
  const starts = fresh.map((bits, kind) => numberOf(bits, alphabet.seen[kind] as number, false));
  const next: number[] = [];
  for (let state = 0; state < states.size; state++) {
    const bits = states.lists[state] as Bits; // in range, as the tag
    const behind = (states.tags[state] as number) >> 1;
    work.spend((symbols * (1 + stateCount(backward))) >> 4);
    for (let symbol = 0; symbol < symbols; symbol++) {
      const isFound = sets.hits(bits, symbol);
      const from = isFound ? (fresh[behind] as Bits) : bits; // of every kind
      const after = symbol === symbols - 1 ? sets.none : sets.step(from, symbol);
      next.push(numberOf(after, alphabet.neighbours[symbol] as number, isFound));
    }
  }
  const found = Uint8Array.from(states.tags, (tag) => tag & 1);
  const dfa = minimise({ symbols, next: Uint16Array.from(next), found, starts });
  // No group would take it, and the questions about it take memory for each pair of states.
  if (stateCount(dfa) > GROUP_STATES_MAX) throw tooLarge("The pattern needs too many states by itself.");
  return dfa;
}

const has = (bits: Bits, state: number): boolean =>
  (((bits[state >> 5] as number) >>> (state & 31)) & 1) === 1;

class Subsets {
  readonly #backward: Dfa;
  readonly #alphabet: Alphabet;
  /** By symbol: where it leads from each backward state. */
  readonly #columns: readonly Uint16Array[];
  readonly none: Bits;

  constructor(backward: Dfa, alphabet: Alphabet) {
    const count = stateCount(backward);
    const { next, symbols } = backward;
    this.#backward = backward;
    this.#alphabet = alphabet;
    this.#columns = alphabet.byteOf.map((_, symbol) =>
      Uint16Array.from({ length: count }, (_, state) => next[state * symbols + symbol] as number),
    );
    this.none = new Uint32Array((count + 31) >> 5);
  }

  /** Where only what begins right here counts, after a neighbour of this kind. */
  beginning(kind: number): Bits {
    const symbol = this.#alphabet.neighbours.indexOf(this.#alphabet.seen[kind] as number);
    // No byte of this kind: then no assertion asks for it either, and any symbol serves.
    return this.step(this.none, Math.max(symbol, 0));
  }

  /** One byte later. */
  step(from: Bits, symbol: number): Bits {
    const { found } = this.#backward;
    const column = this.#columns[symbol] as Uint16Array; // a symbol
    const bits = this.none.slice();
    for (let state = 0; state < column.length; state++) {
      const before = column[state] as number; // in range
      if (found[before] === 1 || has(from, before))
        bits[state >> 5] = (bits[state >> 5] as number) | (1 << (state & 31));
    }
    return bits;
  }

  /** Whether a match ends before this symbol. */
  hits(bits: Bits, symbol: number): boolean {
    return has(bits, this.#backward.starts[this.#alphabet.neighbours[symbol] as number] as number);
  }
}
