import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PackedEntries } from "../../../core/ledger/entry-list.ts";
import { longestRun, placeEntries } from "../../../core/ledger/placement.ts";
import type { ReadEntry } from "../../../core/ledger/read-entry.ts";

/** By dynamic programming, plainly. */
function longestRunLength(values: readonly (number | null)[]): number {
  const lengths: number[] = [];
  for (const [at, value] of values.entries()) {
    const before = values
      .slice(0, at)
      .map((earlier, i) => (earlier !== null && value !== null && earlier < value ? (lengths[i] ?? 0) : 0));
    lengths.push(value === null ? 0 : 1 + Math.max(0, ...before));
  }
  return Math.max(0, ...lengths);
}

describe("longestRun", () => {
  it("is increasing and as long as can be", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 15 })), { maxLength: 30 }), (values) => {
        const marks = longestRun(Float64Array.from(values, (value) => value ?? Number.NaN));
        const run = values.filter((_, at) => marks[at] === 1).map((value) => value ?? Number.NaN);
        expect(run.every((value, i) => i === 0 || value > (run[i - 1] ?? 0))).toBe(true);
        expect(run.length).toBe(longestRunLength(values));
      }),
    );
  });
  it("keeps the first of two equals", () =>
    expect([...longestRun(Float64Array.of(1, 2, 2, 3))]).toEqual([1, 1, 0, 1]));
});

describe("a file that was made to be slow", () => {
  it("is placed in the time of its lines, however many gaps and moved lines it has", () => {
    const COUNT = 30_000;
    const line = (index: number): ReadEntry => ({
      ...{ where: `line ${index}`, outerIndex: index, statedLeaf: null, leaf: null, entry: null, line: null },
      fields: { index, prev: "", log: "l", time: "", type: "t" },
      ...{ syntax: null, form: null, schema: [] },
    });
    // Every other index is missing where it belongs, and stands behind, from the last to the first.
    const inOrder = Array.from({ length: COUNT }, (_, at) => line(2 * at));
    const behind = Array.from({ length: COUNT - 1 }, (_, at) => line(2 * (COUNT - at) - 3));
    // The processor's time: what else the machine does is not meant.
    const started = process.cpuUsage();
    const entries = new PackedEntries(true);
    for (const [at, entry] of [...inOrder, ...behind].entries()) entries.push(entry, at + 1);
    const { size, faults } = placeEntries(entries);
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(2_000);
    expect([size, faults.length]).toEqual([2 * COUNT - 1, COUNT - 1]);
  });
});
