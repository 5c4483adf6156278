/**
 * The long way, exact and linear for every pattern: once over a whole text backwards, noting at each place which nodes come
 * by a match from there on; then forwards, where each step takes the alternative that RE2 prefers among those that do.
 */
import type { Alphabet } from "./alphabet.ts";
import { tooLarge } from "./fault.ts";
import { NEIGHBOURS } from "./look.ts";
import { Closure, matchOf, stepsBackwards } from "./machines.ts";
import { KIND, type Nfa } from "./nfa.ts";
import type { Work } from "./work.ts";

export interface TwoPass {
  readonly symbols: number;
  /** The backward automaton: rows of `symbols`; the last symbol is the text's beginning. */
  readonly next: Uint16Array;
  /** By kind of neighbour behind the place it starts from; only `edge` is used. */
  readonly starts: readonly number[];
  /** By row, kind of neighbour before the place, and place in the pattern: what to take. 0: nothing; 1: the match ends; else node + 2. */
  readonly choices: Uint16Array;
  /** By node and symbol: the place in the pattern that it leads to. */
  readonly leads: Uint16Array;
  readonly places: number;
  readonly nodes: number;
  /** The place in the pattern where a match begins. */
  readonly start: number;
}

const CHOICES_MAX = 128 * 1024;
const NOTHING = 0;
const END = 1;
const NODE = 2;

/** Throws a PatternError where there are too many states. */
export function twoPass(nfa: Nfa, alphabet: Alphabet, work: Work): TwoPass {
  const { byteOf, neighbours, seen } = alphabet;
  const symbols = byteOf.length;
  const match = matchOf(nfa);
  const bytes = nfa.nodes.flatMap(({ kind }, index) => (kind === KIND.bytes ? [index] : []));
  const numberOfNode = new Map(bytes.map((node, index) => [node, index]));
  const places = [
    ...new Set([nfa.start, ...bytes.flatMap((node) => nfa.nodes[node]?.edges.map(({ to }) => to) ?? [])]),
  ];
  const numberOfPlace = new Map(places.map((place, index) => [place, index]));
  const rowsMax = Math.floor(CHOICES_MAX / (places.length * NEIGHBOURS));

  // A row: nodes that stand for the byte just read and come by a match, and that byte's kind.
  const numbers = new Map<string, number>();
  const rows: { readonly nodes: readonly number[]; readonly after: number }[] = [];
  const numberOf = (nodes: readonly number[], after: number): number => {
    const key = `${after}:${nodes.join()}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    if (rows.length >= rowsMax)
      throw tooLarge("The pattern needs too many states, since its matches may lie within each other.");
    numbers.set(key, rows.length);
    rows.push({ nodes, after });
    return rows.length - 1;
  };
  const starts = seen.map((kind) => numberOf([], kind));
  const next: number[] = [];
  const before = stepsBackwards(nfa, alphabet, work);
  for (let row = 0; row < rows.length; row++) {
    const { nodes, after } = rows[row] as { nodes: readonly number[]; after: number }; // in range
    // A match may end at any place.
    for (const [symbol, stepped] of before([...nodes, ...match], after).entries()) {
      work.spend(1 + stepped.nodes.length);
      next.push(numberOf(stepped.nodes, neighbours[symbol] as number)); // by symbol
    }
  }

  const closure = new Closure(nfa, work);
  const choices = new Uint16Array(rows.length * NEIGHBOURS * places.length);
  for (const [row, { nodes, after }] of rows.entries()) {
    const alive = new Set(nodes);
    for (let before = 0; before < NEIGHBOURS; before++) {
      for (const [index, place] of places.entries()) {
        const reached = closure.from([place], seen[before] as number, after);
        const taken = reached.find((node) => match.includes(node) || alive.has(node));
        const choice =
          taken === undefined
            ? NOTHING
            : match.includes(taken)
              ? END
              : NODE + (numberOfNode.get(taken) as number);
        choices[(row * NEIGHBOURS + before) * places.length + index] = choice;
      }
    }
  }
  const leads = new Uint16Array(bytes.length * symbols);
  for (const [index, node] of bytes.entries()) {
    for (let symbol = 0; symbol < symbols; symbol++) {
      const byte = byteOf[symbol] as number;
      const edge = nfa.nodes[node]?.edges.find(({ low, high }) => low <= byte && byte <= high);
      leads[index * symbols + symbol] = edge === undefined ? 0 : (numberOfPlace.get(edge.to) as number);
    }
  }
  return {
    symbols,
    next: Uint16Array.from(next),
    starts,
    choices,
    leads,
    places: places.length,
    nodes: bytes.length,
    start: 0,
  };
}
