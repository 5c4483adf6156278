/** Bytes of the program: numbers of seven bits a byte, and tables as what differs from a row before. */
import { tooLarge } from "./fault.ts";
import { PROGRAM_BYTES_MAX } from "./limits.ts";
import { ROW_STEPS, type Work } from "./work.ts";

export class ProgramWriter {
  readonly #bytes: number[] = [];
  readonly #work: Work;

  constructor(work: Work) {
    this.#work = work;
  }

  /** Throws a PatternError where they are too many. */
  get bytes(): Uint8Array {
    if (this.#bytes.length > PROGRAM_BYTES_MAX) throw tooLarge(TOO_LARGE);
    return Uint8Array.from(this.#bytes);
  }

  number(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes.push((rest & 0x7f) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes.push(rest);
  }

  numbers(values: Iterable<number>): void {
    for (const value of values) this.number(value);
  }

  /** A number for each byte, as runs of equal ones. */
  byteMap(map: ArrayLike<number>): void {
    for (let at = 0; at < 256; ) {
      let end = at + 1;
      while (end < 256 && map[end] === map[at]) end++;
      this.number(end - at);
      this.number(map[at] as number); // in range
      at = end;
    }
  }

  /**
   * Each row as its distance from an earlier one, and the entries that differ from it. An entry is its distance from the last
   * one, with a bit that says whether its value is the last one's too; then the value, where 0 stands for the next new one:
   * states are mostly numbered in the order in which rows name them.
   */
  rows(entries: ArrayLike<number>, width: number): void {
    const count = entries.length / width;
    // Here and not at the end: what is too large need not be made to its end.
    if (this.#bytes.length > PROGRAM_BYTES_MAX) throw tooLarge(TOO_LARGE);
    let fresh = 1;
    for (let row = 0; row < count; row++) {
      this.#work.spend(row * ROW_STEPS);
      const { base, differences } = bestBase(entries, width, row);
      this.number(row - base);
      this.number(differences.length);
      let lastColumn = -1;
      let lastValue = -1;
      for (const column of differences) {
        const value = entries[row * width + column] as number; // in range
        this.number((column - lastColumn - 1) * 2 + (value === lastValue ? 1 : 0));
        if (value !== lastValue) this.number(value === fresh ? 0 : value + 1);
        if (value === fresh) fresh++;
        lastColumn = column;
        lastValue = value;
      }
    }
  }
}

const TOO_LARGE = "The patterns come out too large together.";

/** `base` = `row` stands for a row of zeros. */
function bestBase(
  entries: ArrayLike<number>,
  width: number,
  row: number,
): { base: number; differences: number[] } {
  let base = row;
  let fewest = differencesUpTo(entries, width, row, row, width + 1);
  for (let candidate = row - 1; candidate >= 0 && fewest > 0; candidate--) {
    const found = differencesUpTo(entries, width, row, candidate, fewest);
    if (found >= fewest) continue;
    base = candidate;
    fewest = found;
  }
  const differences: number[] = [];
  for (let column = 0; column < width; column++) {
    if (differs(entries, width, row, base, column)) differences.push(column);
  }
  return { base, differences };
}

/** How many entries differ; stops counting at `limit`. */
function differencesUpTo(
  entries: ArrayLike<number>,
  width: number,
  row: number,
  base: number,
  limit: number,
): number {
  let count = 0;
  for (let column = 0; column < width && count < limit; column++) {
    if (differs(entries, width, row, base, column)) count++;
  }
  return count;
}

const differs = (
  entries: ArrayLike<number>,
  width: number,
  row: number,
  base: number,
  column: number,
): boolean => entries[row * width + column] !== (base === row ? 0 : entries[base * width + column]);
