/** Automata with one state at a time: how they are made from sets of nodes. */
import type { Alphabet } from "./alphabet.ts";
import { tooLarge } from "./fault.ts";
import { PATTERN_STATES_MAX } from "./limits.ts";
import { NEIGHBOURS } from "./look.ts";
import { minimise } from "./minimise.ts";
import { Numbering } from "./numbering.ts";
import { NODE_STEPS, type Work } from "./work.ts";

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
  const states = new Numbering<readonly number[]>();
  const numberOf = (nodes: readonly number[], behind: number, isFound: boolean): number => {
    work.spend(1 + nodes.length * NODE_STEPS);
    const tag = behind * 2 + (isFound ? 1 : 0);
    const known = states.find(nodes, tag);
    if (known !== -1) return known;
    if (states.size >= PATTERN_STATES_MAX) throw tooLarge(`The pattern needs too many states ${what}.`);
    return states.add(nodes, tag);
  };
  const starts = Array.from({ length: NEIGHBOURS }, (_, kind) =>
    numberOf(machine.start(), alphabet.seen[kind] as number, false),
  );
  const next: number[] = [];
  for (let state = 0; state < states.size; state++) {
    const nodes = states.lists[state] as readonly number[]; // in range, as the tag
    const stepped = machine.steps({ nodes, behind: (states.tags[state] as number) >> 1 });
    for (let symbol = 0; symbol < symbols; symbol++) {
      const { nodes, found: isFound } = stepped[symbol] as Stepped; // one of each
      const behind = alphabet.neighbours[symbol] as number;
      const before = stepped[symbol - 1];
      // Symbols that lead to the same nodes mostly stand side by side.
      const isSame =
        before?.nodes === nodes && before.found === isFound && alphabet.neighbours[symbol - 1] === behind;
      next.push(isSame ? (next.at(-1) as number) : numberOf(nodes, behind, isFound));
    }
  }
  const found = Uint8Array.from(states.tags, (tag) => tag & 1);
  return minimise({ symbols, next: Uint16Array.from(next), found, starts });
}
