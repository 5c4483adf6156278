/** Automata with one state at a time: how they are made from sets of nodes. */
import type { Alphabet } from "./alphabet.ts";
import { tooLarge } from "./fault.ts";
import { PATTERN_STATES_MAX } from "./limits.ts";
import { NEIGHBOURS } from "./look.ts";
import { minimise } from "./minimise.ts";
import type { Work } from "./work.ts";

/**
 * A state that is `found` says so one symbol late: before the symbol that led to it, since only then it is known whether an
 * assertion at that place holds. The text's end, or its beginning for one that reads backwards, is a symbol too: the last.
 */
export interface Dfa {
  readonly symbols: number;
  /** Rows of `symbols` entries. */
  readonly next: Uint16Array;
  readonly found: Uint8Array;
  /** By kind of neighbour before the first symbol that is read. */
  readonly starts: readonly number[];
}

export const stateCount = ({ found }: Dfa): number => found.length;

/** What a state stands for: nodes, in order where order matters, and what an assertion sees behind. */
export interface Position {
  readonly nodes: readonly number[];
  readonly behind: number;
}

export interface Stepped {
  readonly nodes: readonly number[];
  readonly found: boolean;
}

export interface Machine {
  start(): readonly number[];
  /** By symbol of the alphabet. */
  steps(position: Position): readonly Stepped[];
}

/** Throws a PatternError where there are too many states. */
export function determinise(machine: Machine, alphabet: Alphabet, work: Work, what: string): Dfa {
  const symbols = alphabet.byteOf.length;
  const numbers = new Map<string, number>();
  const positions: Position[] = [];
  const found: number[] = [];
  const numberOf = (nodes: readonly number[], behind: number, isFound: boolean): number => {
    work.spend(1 + nodes.length);
    const key = `${isFound ? "+" : "-"}${behind}:${nodes.join()}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    if (positions.length >= PATTERN_STATES_MAX) throw tooLarge(`The pattern needs too many states ${what}.`);
    numbers.set(key, positions.length);
    positions.push({ nodes, behind });
    found.push(isFound ? 1 : 0);
    return positions.length - 1;
  };
  const starts = Array.from({ length: NEIGHBOURS }, (_, kind) =>
    numberOf(machine.start(), alphabet.seen[kind] as number, false),
  );
  const next: number[] = [];
  for (let state = 0; state < positions.length; state++) {
    const stepped = machine.steps(positions[state] as Position); // in range
    for (let symbol = 0; symbol < symbols; symbol++) {
      const { nodes, found: isFound } = stepped[symbol] as Stepped; // one of each
      next.push(numberOf(nodes, alphabet.neighbours[symbol] as number, isFound));
    }
  }
  return minimise({ symbols, next: Uint16Array.from(next), found: Uint8Array.from(found), starts });
}
