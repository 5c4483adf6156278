/** No bit of an export can be changed unseen. */
import { describe, expect, it } from "vitest";
import { fromUtf8, utf8 } from "../../../core/encoding.ts";
import { verifyLedger } from "../../../core/ledger/verify.ts";
import { exportBytes, failedChecks, KEYS, makeLog, namedEntries, signHead } from "./log.ts";

const SIZE = 40;
const log = makeLog(SIZE);
const bytes = exportBytes(log, await signHead(log));

describe("every single bit", () => {
  const lines = fromUtf8(bytes).split("\n");
  /** Offset of each line's first byte. */
  const starts = lines.map((_, line) => utf8(lines.slice(0, line).join("\n")).length + (line === 0 ? 0 : 1));
  const flipped = (offset: number, bit: number): Uint8Array => {
    const copy = bytes.slice();
    copy[offset] = (copy[offset] ?? 0) ^ (1 << bit);
    return copy;
  };

  it.each([0, 13, SIZE - 1])(
    "of entry %i is guarded, and the damage is named as this entry's",
    async (index) => {
      const [start = 0, end = 0] = starts.slice(index, index + 2);
      for (let offset = start; offset < end - 1; offset++) {
        const { report } = await verifyLedger(flipped(offset, offset % 8), KEYS);
        expect([offset - start, report.ok, namedEntries(report)]).toEqual([offset - start, false, [index]]);
      }
    },
    60_000,
  );

  it("of a sample in each entry is guarded", async () => {
    for (let index = 0; index < SIZE; index++) {
      const [start = 0, end = 0] = starts.slice(index, index + 2);
      const offset = start + ((index * 37) % (end - start - 1));
      const { report } = await verifyLedger(flipped(offset, index % 8), KEYS);
      expect([index, namedEntries(report)]).toEqual([index, [index]]);
      const where = report.checks.flatMap(({ faults }) => faults.map(({ where }) => where));
      expect(where).toContain(`line ${index + 1}`);
    }
  });

  it("of the head's line is guarded, and no entry is blamed", async () => {
    const start = starts[SIZE] ?? 0;
    for (let offset = start; offset < bytes.length - 1; offset++) {
      for (let bit = 0; bit < 8; bit++) {
        const { report } = await verifyLedger(flipped(offset, bit), KEYS);
        expect([offset - start, bit, report.ok, namedEntries(report)]).toEqual([
          offset - start,
          bit,
          false,
          [],
        ]);
        expect(failedChecks(report)).toContain("head_signature");
      }
    }
  }, 120_000);

  it("of a newline is guarded", async () => {
    for (let line = 1; line <= SIZE; line++) {
      const { report } = await verifyLedger(flipped((starts[line] ?? 0) - 1, line % 8), KEYS);
      expect(report.ok).toBe(false);
    }
  });
});
