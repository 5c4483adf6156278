import { describe, expect, it } from "vitest";
import { exportLines } from "../../../core/ledger/export-writer.ts";
import { EXPORT_CHECKPOINTS_MAX, PAGE_SIZE_MAX } from "../../../core/limits.ts";
import { exportLog, LOG, logSource, makeLog, signCheckpoint } from "./log.ts";

const log = makeLog(PAGE_SIZE_MAX + 300);
const checkpoint = { size: log.length, note: await signCheckpoint(log) };
const plan = { log: LOG, from: 0, to: log.length - 1, checkpoint, rotations: [], epochs: [] };

async function linesOf(lines: AsyncGenerator<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}
const membersOf = (lines: readonly string[]) => lines.map((line) => /^\{"(\w+)"/.exec(line)?.[1]);

describe("an export", () => {
  it("reads on from page to page, and lists the leaf hashes tile by tile", async () => {
    const lines = await linesOf(exportLines(logSource(log, []), plan));
    expect(lines.filter((line) => line.startsWith('{"index":')).length).toBe(log.length);
    const ends = lines.flatMap((line) => (line.startsWith('{"leaves":') ? [JSON.parse(line).leaves] : []));
    expect(ends.map(({ from, to }) => [from, to])).toEqual([
      [0, 255],
      [256, 511],
      [512, 767],
      [768, 1023],
      [1024, 1279],
      [1280, 1299],
    ]);
    const part = await exportLog(log, { from: 250, to: 260 });
    expect(membersOf(part).filter((member) => member !== "index")).toEqual([
      "export",
      "leaves",
      "leaves",
      "range",
      "checkpoint",
    ]);
  });

  it("breaks off where the log does, without a checkpoint", async () => {
    const source = logSource(log.slice(0, 40), []);
    const lines: string[] = [];
    const writing = (async () => {
      for await (const line of exportLines(source, plan)) lines.push(line);
    })();
    await expect(writing).rejects.toThrow("there is no entry 40");
    expect(membersOf(lines)).not.toContain("checkpoint");
  });
});

describe("the checkpoints of an export", () => {
  it.each([0, 1, EXPORT_CHECKPOINTS_MAX, EXPORT_CHECKPOINTS_MAX + 1, 1_000])(
    "are of %i at most so many, spread over the range",
    async (count) => {
      const every = (log.length - 1) / Math.max(count, 1);
      const notes = Array.from({ length: count }, (_, at) => Math.floor((at + 1) * every)).map((size) => ({
        size,
        note: `size ${size}`,
      }));
      const lines = await linesOf(exportLines(logSource(log, notes), plan));
      const sizes = lines.flatMap((line) => /"size (\d+)"/.exec(line)?.[1] ?? []).map(Number);
      expect(sizes).toEqual([...new Set(sizes)].sort((a, b) => a - b));
      expect(sizes.length).toBeLessThanOrEqual(EXPORT_CHECKPOINTS_MAX);
      expect(sizes.length).toBeGreaterThanOrEqual(Math.min(count, EXPORT_CHECKPOINTS_MAX / 2));
      const gaps = sizes.slice(1).map((size, at) => size - (sizes[at] ?? 0));
      const spread = Math.max(every, log.length / EXPORT_CHECKPOINTS_MAX);
      expect(Math.max(0, ...gaps)).toBeLessThanOrEqual(2 * spread + 1);
    },
  );
});
