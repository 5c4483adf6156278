import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { longestRun } from "../../../core/ledger/placement.ts";

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
        const positions = [...longestRun(values)].sort((a, b) => a - b);
        const run = positions.map((at) => values[at] ?? Number.NaN);
        expect(run.every((value, i) => i === 0 || value > (run[i - 1] ?? 0))).toBe(true);
        expect(run.length).toBe(longestRunLength(values));
      }),
    );
  });
  it("keeps the first of two equals", () => expect([...longestRun([1, 2, 2, 3])].sort()).toEqual([0, 1, 3]));
});
