/**
 * Every bit of an export of 200 entries: whichever is flipped, in an entry or in any other line, it is found, and no entry is named
 * but the one that it is in. Here one of 61 is flipped, at other places in each line, and each of the evidence; `npm run tampering` flips all.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { verifyLedger } from "../../../core/ledger/verify.ts";
import { bytes, flipBits, isEvidence, keys, lineAt, lines, places } from "./bit-campaign.ts";
import { Incremental } from "./incremental.ts";
import { failedChecks, namedEntries } from "./log.ts";
import { flipped } from "./tampering.ts";

const verify = async (some: Uint8Array) => (await verifyLedger(some, keys)).report;

it("is an export that verifies, with lines of every kind", async () => {
  expect(failedChecks(await verify(bytes))).toEqual([]);
  const kinds = new Set(lines.map((line) => /^\{"([a-z]+)":/.exec(line)?.[1]));
  expect([...kinds]).toEqual([
    "export",
    "index",
    "decision",
    "erased",
    "leaves",
    "bundle",
    "policy",
    "range",
    "rotation",
    "epoch",
    "checkpoint",
  ]);
  expect(lines.filter((line) => line.startsWith('{"index":')).length).toBe(200);
});

it("read on from the state before a changed line is found to be what the whole file is", async () => {
  const place = fc.tuple(fc.nat(places.length - 1), fc.nat(), fc.nat(7));
  await fc.assert(
    fc.asyncProperty(fc.array(place, { minLength: 1, maxLength: 6 }), async (flips) => {
      const incremental = new Incremental(bytes, keys);
      for (const [number, within, bit] of flips.toSorted(([a], [b]) => a - b)) {
        const { start, end } = lineAt(number);
        const offset = start + (within % (end - start + 1));
        const { report } = await incremental.verify(number, offset, bit);
        expect(report).toEqual(await verify(flipped(bytes, offset, bit)));
        const { found, named } = await incremental.check(number, offset, bit);
        expect([found, named.toSorted((a, b) => a - b)]).toEqual([!report.ok, namedEntries(report)]);
      }
    }),
    { numRuns: 60 },
  );
}, 120_000);

const SHARE = 61;

it("is guarded, each bit", async () => {
  const {
    count,
    whole: _,
    ...rest
  } = await flipBits(
    () => true,
    (place) => place % SHARE === 0,
  );
  expect(rest).toEqual({ missed: 0, misplaced: 0, wrong: [] });
  expect(count).toBeGreaterThan((bytes.length * 8) / (SHARE + 1));
}, 600_000);

it("is guarded, each bit of its evidence", async () => {
  const {
    count,
    whole: _,
    ...rest
  } = await flipBits(
    (number) => isEvidence(lineAt(number)),
    () => true,
  );
  expect(rest).toEqual({ missed: 0, misplaced: 0, wrong: [] });
  expect(count).toBeGreaterThan(10_000);
}, 600_000);
