/** The smallest automaton that finds the same: Hopcroft's algorithm, since counted repeats make long chains of states. */
import type { Dfa } from "./dfa.ts";

/** States in blocks: those of a block stand side by side, and the marked ones first. */
class Blocks {
  readonly #states: Uint32Array;
  readonly #placeOf: Uint32Array;
  readonly blockOf: Uint32Array;
  readonly #first: number[] = [0];
  readonly #end: number[];
  readonly #marked: number[] = [0];
  #touched: number[] = [];

  constructor(count: number) {
    this.#states = Uint32Array.from({ length: count }, (_, state) => state);
    this.#placeOf = this.#states.slice();
    this.blockOf = new Uint32Array(count);
    this.#end = [count];
  }

  get count(): number {
    return this.#first.length;
  }

  size(block: number): number {
    return (this.#end[block] as number) - (this.#first[block] as number); // a block
  }

  statesOf(block: number): Uint32Array {
    return this.#states.slice(this.#first[block], this.#end[block]);
  }

  mark(state: number): void {
    const block = this.blockOf[state] as number; // a state, as are all below
    const to = (this.#first[block] as number) + (this.#marked[block] as number);
    const from = this.#placeOf[state] as number;
    if (from < to) return;
    if (this.#marked[block] === 0) this.#touched.push(block);
    const other = this.#states[to] as number;
    this.#states[to] = state;
    this.#states[from] = other;
    this.#placeOf[state] = to;
    this.#placeOf[other] = from;
    this.#marked[block] = (this.#marked[block] as number) + 1;
  }

  /** Makes the marked states of each block one of their own, where others stay, and calls back with both. */
  split(made: (block: number, fresh: number) => void): void {
    const touched = this.#touched;
    this.#touched = [];
    for (const block of touched) {
      const first = this.#first[block] as number;
      const marked = this.#marked[block] as number;
      this.#marked[block] = 0;
      if (marked === this.size(block)) continue;
      const fresh = this.count;
      this.#first.push(first);
      this.#end.push(first + marked);
      this.#marked.push(0);
      this.#first[block] = first + marked;
      for (let at = first; at < first + marked; at++) this.blockOf[this.#states[at] as number] = fresh;
      made(block, fresh);
    }
  }
}

export function minimise(dfa: Dfa): Dfa {
  const { symbols, found } = dfa;
  const blocks = new Blocks(found.length);
  const waiting: number[] = [0];
  const isWaiting: boolean[] = [true];
  const wait = (block: number): void => {
    waiting.push(block);
    isWaiting[block] = true;
  };
  const onSplit = (block: number, fresh: number): void => {
    if (isWaiting[block] === true) wait(fresh);
    else wait(blocks.size(block) < blocks.size(fresh) ? block : fresh);
  };
  for (const [state, isFound] of found.entries()) if (isFound === 1) blocks.mark(state);
  blocks.split(onSplit);
  const sources = sourcesBySymbol(dfa);
  for (let block = waiting.pop(); block !== undefined; block = waiting.pop()) {
    isWaiting[block] = false;
    const states = blocks.statesOf(block);
    for (let symbol = 0; symbol < symbols; symbol++) {
      const { first, from } = sources[symbol] as Sources; // in range, as is all below
      for (const state of states) {
        const end = first[state + 1] as number;
        for (let at = first[state] as number; at < end; at++) blocks.mark(from[at] as number);
      }
      blocks.split(onSplit);
    }
  }
  return merged(dfa, blocks.blockOf, blocks.count);
}

/** By state: from `first[state]` up to `first[state + 1]`, the states that lead to it. */
interface Sources {
  readonly first: Uint32Array;
  readonly from: Uint32Array;
}

function sourcesBySymbol({ next, found, symbols }: Dfa): Sources[] {
  const count = found.length;
  return Array.from({ length: symbols }, (_, symbol) => {
    const first = new Uint32Array(count + 2);
    for (let state = 0; state < count; state++) {
      const to = next[state * symbols + symbol] as number; // in range
      first[to + 2] = (first[to + 2] as number) + 1;
    }
    for (let state = 2; state < count + 2; state++) {
      first[state] = (first[state] as number) + (first[state - 1] as number);
    }
    const from = new Uint32Array(count);
    for (let state = 0; state < count; state++) {
      const to = next[state * symbols + symbol] as number;
      const at = first[to + 1] as number;
      from[at] = state;
      first[to + 1] = at + 1;
    }
    return { first, from };
  });
}

/** Blocks in the order in which their first states stand, so that the same patterns come out the same. */
function merged({ symbols, next, found, starts }: Dfa, blockOf: Uint32Array, count: number): Dfa {
  const numbers = new Int32Array(count).fill(-1);
  const firsts: number[] = [];
  for (const [state, block] of blockOf.entries()) {
    if (numbers[block] !== -1) continue;
    numbers[block] = firsts.length;
    firsts.push(state);
  }
  const numberOf = (state: number): number => numbers[blockOf[state] as number] as number; // in range
  const small = new Uint16Array(count * symbols);
  for (const [block, state] of firsts.entries()) {
    for (let symbol = 0; symbol < symbols; symbol++) {
      small[block * symbols + symbol] = numberOf(next[state * symbols + symbol] as number);
    }
  }
  return {
    symbols,
    next: small,
    found: Uint8Array.from(firsts, (state) => found[state] as number),
    starts: starts.map(numberOf),
  };
}
