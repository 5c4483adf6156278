/** Automata of several patterns as one: their product, in groups that stay small. */
import { type Dfa, stateCount } from "./dfa.ts";
import { tooLarge } from "./fault.ts";
import { GROUP_ENTRIES_MAX, GROUP_STATES_MAX, GROUPS_MAX } from "./limits.ts";
import { NEIGHBOURS } from "./look.ts";
import type { Work } from "./work.ts";

export interface Group {
  readonly patterns: readonly number[];
  /** By symbol of the common alphabet: the group's own. Its last is the last of both. */
  readonly symbolOf: readonly number[];
  readonly symbols: number;
  /** Rows of `symbols`. */
  readonly next: Uint32Array;
  readonly starts: readonly number[];
  /** By state: index into `sets`; 0 is the empty one. */
  readonly found: Uint32Array;
  readonly sets: readonly (readonly number[])[];
}

/** An automaton, and the common alphabet in its own symbols. */
export interface Widened {
  readonly dfa: Dfa;
  /** By symbol of the common alphabet: the automaton's own. */
  readonly symbolOf: readonly number[];
}

/** Throws a PatternError. `symbols`: of the common alphabet. */
export function groupPatterns(automata: readonly Widened[], symbols: number, work: Work): readonly Group[] {
  const groups: Group[] = [];
  const none = emptyGroup(symbols);
  const alone = automata.map((automaton, pattern) => product(none, distinct(automaton), pattern, work));
  const order = automata.map((_, index) => index);
  // The large ones first: they leave the least choice.
  order.sort((a, b) => entriesOf(alone[b]) - entriesOf(alone[a]) || a - b);
  for (const pattern of order) {
    const single = alone[pattern];
    if (single === null || single === undefined) throw tooLarge("A pattern needs too many states by itself.");
    const automaton = distinct(automata[pattern] as Widened); // an index of the list
    let best: { readonly at: number; readonly group: Group; readonly growth: number } | null = null;
    for (const [at, group] of groups.entries()) {
      // What grows more than the best so far need not be made to its end.
      const entriesMax = best === null ? GROUP_ENTRIES_MAX : entriesOf(group) + best.growth - 1;
      const grown = product(group, automaton, pattern, work, entriesMax);
      if (grown === null) continue;
      const growth = entriesOf(grown) - entriesOf(group);
      if (best === null || growth < best.growth) best = { at, group: grown, growth };
    }
    // A group of its own costs nothing, up to as many as are passed at once.
    const isFree =
      groups.length < SIDE_BY_SIDE && (best === null || best.growth > WORTH_A_GROUP * entriesOf(single));
    if (isFree || (best === null && groups.length < GROUPS_MAX)) groups.push(single);
    else if (best !== null) groups[best.at] = best.group;
    else throw tooLarge("The patterns need too many states together.");
  }
  return groups;
}

/** One more than symbols, as a multiple of four: a state is its row's place in units of so many entries. */
const entriesOfRow = (symbols: number): number => ((symbols + 4) >> 2) << 2;

const entriesOf = (group: Group | null | undefined): number =>
  group ? group.found.length * entriesOfRow(group.symbols) : 0;

/** How many times as many entries as alone a pattern must take in a group, so that it gets one of its own. */
const WORTH_A_GROUP = 4;

/** Automata that a text passes at once. */
export const SIDE_BY_SIDE = 4;

const emptyGroup = (symbols: number): Group => ({
  patterns: [],
  // The end of the text is like nothing else.
  symbolOf: Array.from({ length: symbols }, (_, symbol) => (symbol === symbols - 1 ? 1 : 0)),
  symbols: 2,
  next: new Uint32Array(2),
  starts: Array.from({ length: NEIGHBOURS }, () => 0),
  found: new Uint32Array(1),
  sets: [[]],
});

/** Of symbols that this automaton does not tell apart, the first. */
function distinct({ dfa, symbolOf }: Widened): Widened {
  const count = stateCount(dfa);
  const numbers = new Map<string, number>();
  const firsts = Array.from({ length: dfa.symbols }, (_, symbol) => {
    const entries: number[] = [];
    for (let state = 0; state < count; state++)
      entries.push(dfa.next[state * dfa.symbols + symbol] as number);
    const key = entries.join();
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, symbol);
    return symbol;
  });
  return { dfa, symbolOf: symbolOf.map((symbol) => firsts[symbol] as number) };
}

/** The symbols of both together; and of each, one symbol of the one and of the other. */
function refined(
  a: readonly number[],
  b: readonly number[],
): { symbolOf: number[]; pairs: [number, number][] } {
  const numbers = new Map<number, number>();
  const pairs: [number, number][] = [];
  const symbolOf = a.map((symbolA, at) => {
    const symbolB = b[at] as number; // as long as the other
    const pair = symbolA * SYMBOLS_MAX + symbolB;
    const known = numbers.get(pair);
    if (known !== undefined) return known;
    numbers.set(pair, pairs.length);
    pairs.push([symbolA, symbolB]);
    return pairs.length - 1;
  });
  return { symbolOf, pairs };
}

const SYMBOLS_MAX = 257;

/** Pairs of states that a table has room for; above that they are kept in a map, which takes ten times as long. */
const DENSE_PAIRS_MAX = 1024 * 1024;

/** As a map from pairs to numbers. */
class DensePairs {
  /** One more than the number; 0: none. */
  readonly #numbers: Uint32Array;

  constructor(count: number) {
    this.#numbers = new Uint32Array(count);
  }

  get(pair: number): number | undefined {
    const number = this.#numbers[pair] as number; // in range
    return number === 0 ? undefined : number - 1;
  }

  set(pair: number, number: number): void {
    this.#numbers[pair] = number + 1;
  }
}

/** Null where it is too large. */
function product(
  group: Group,
  { dfa, symbolOf: ownSymbolOf }: Widened,
  pattern: number,
  work: Work,
  entriesMax = GROUP_ENTRIES_MAX,
): Group | null {
  const { symbolOf, pairs: symbolPairs } = refined(group.symbolOf, ownSymbolOf);
  const symbols = symbolPairs.length;
  const statesMax = Math.min(
    GROUP_STATES_MAX,
    Math.floor(Math.min(GROUP_ENTRIES_MAX, entriesMax) / entriesOfRow(symbols)),
  );
  const width = stateCount(dfa);
  const count = group.found.length * width;
  const numbers = count <= DENSE_PAIRS_MAX ? new DensePairs(count) : new Map<number, number>();
  const pairs: number[] = [];
  const numberOf = (a: number, b: number): number => {
    const pair = a * width + b;
    const known = numbers.get(pair);
    if (known !== undefined) return known;
    numbers.set(pair, pairs.length);
    pairs.push(pair);
    return pairs.length - 1;
  };
  const columnsA = Uint32Array.from(symbolPairs, ([symbolA]) => symbolA);
  const columnsB = Uint32Array.from(symbolPairs, ([, symbolB]) => symbolB);
  const starts = group.starts.map((start, kind) => numberOf(start, dfa.starts[kind] as number));
  const next: number[] = [];
  for (let state = 0; state < pairs.length; state++) {
    if (pairs.length > statesMax) return null;
    work.spend(symbols >> 2);
    const pair = pairs[state] as number; // in range, as is all below
    const rowA = Math.floor(pair / width) * group.symbols;
    const rowB = (pair % width) * dfa.symbols;
    for (let symbol = 0; symbol < symbols; symbol++) {
      const nextA = group.next[rowA + (columnsA[symbol] as number)] as number;
      const nextB = dfa.next[rowB + (columnsB[symbol] as number)] as number;
      next.push(numberOf(nextA, nextB));
    }
  }
  const sets: (readonly number[])[] = [...group.sets];
  const withPattern = new Map<number, number>();
  const found = Uint32Array.from(pairs, (pair) => {
    const set = group.found[Math.floor(pair / width)] as number;
    if (dfa.found[pair % width] === 0) return set;
    let grown = withPattern.get(set);
    if (grown === undefined) {
      grown = sets.length;
      sets.push([...(group.sets[set] as readonly number[]), pattern].sort((x, y) => x - y));
      withPattern.set(set, grown);
    }
    return grown;
  });
  return {
    patterns: [...group.patterns, pattern],
    symbolOf,
    symbols,
    next: Uint32Array.from(next),
    starts,
    found,
    sets,
  };
}
