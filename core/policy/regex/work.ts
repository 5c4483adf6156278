import { tooLarge } from "./fault.ts";
import { COMPILE_WORK_MAX, PATTERN_WORK_MAX } from "./limits.ts";

/** What parsing one part of a pattern costs, its repeats written out: re2js makes several objects of each. */
export const PARSE_STEPS = 60;
/** What passing a node costs that consumes no byte: a step in four, as many are passed for each state. */
export const SILENT_STEPS = 1 / 4;
/** What looking at a node of a list costs. */
export const NODE_STEPS = 1 / 4;
/** What following an edge costs, for each symbol. */
export const EDGE_STEPS = 1 / 4;
/** What comparing two rows costs: most differ at once. */
export const ROW_STEPS = 1 / 4;
/** What looking at a pair of states costs, for each symbol. */
export const PAIR_STEPS = 1 / 16;

/** What compiling has cost so far: publishing patterns must not keep a Worker busy for long, whatever they are. */
export class Work {
  #left: number;
  #leftOfPattern = Number.POSITIVE_INFINITY;

  constructor(limit = COMPILE_WORK_MAX) {
    this.#left = limit;
  }

  /** What is spent from here on is for one pattern, until `endPattern`. */
  beginPattern(): void {
    this.#leftOfPattern = PATTERN_WORK_MAX;
  }

  endPattern(): void {
    this.#leftOfPattern = Number.POSITIVE_INFINITY;
  }

  /** Throws a PatternError where it is too much. */
  spend(steps: number): void {
    this.#left -= steps;
    this.#leftOfPattern -= steps;
    if (this.#left < 0) throw tooLarge("The patterns take too long to compile.");
    if (this.#leftOfPattern < 0) throw tooLarge("The pattern takes too long to compile.");
  }
}
