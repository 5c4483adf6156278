import { tooLarge } from "./fault.ts";
import { COMPILE_WORK_MAX } from "./limits.ts";

/** What passing a node costs that consumes no byte: a step in four, as many are passed for each state. */
export const SILENT_STEPS = 1 / 4;
/** What comparing two rows costs: most differ at once. */
export const ROW_STEPS = 1 / 4;
/** What looking at a pair of states costs, for each symbol. */
export const PAIR_STEPS = 1 / 16;

/** What compiling has cost so far: publishing patterns must not keep a Worker busy for long, whatever they are. */
export class Work {
  #left: number;

  constructor(limit = COMPILE_WORK_MAX) {
    this.#left = limit;
  }

  /** Throws a PatternError where it is too much. */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw tooLarge("The patterns take too long to compile.");
  }
}
