/**
 * An export of 200 entries, tampered with at every entry in every way: all of it is found, and located at the right entry. Single
 * bits are in tampering-bits.test.ts.
 */
import { describe, expect, it } from "vitest";
import { leafHash, type StoredEntry, sealEntry } from "../../../core/ledger/entry.ts";
import { checkpointLine, entryLine } from "../../../core/ledger/export.ts";
import type { Report } from "../../../core/ledger/report.ts";
import { verifyLedger } from "../../../core/ledger/verify.ts";
import {
  bytesOf,
  decisionBody,
  exportLog,
  KEYS,
  makeKey,
  makeLog,
  namedEntries,
  parseEntry,
  reseal,
  signCheckpoint,
  spread,
  withEntries,
} from "./log.ts";
import { entryIn, forkFrom, linesIn } from "./tampering.ts";

const SIZE = 200;
const BETWEEN = 15;
const log = makeLog(SIZE);
const lines = await exportLog(log, { sizes: spread(SIZE, BETWEEN) });
const bytes = bytesOf(lines);
const places = linesIn(bytes);
/** Sizes at which the history is signed. */
const stops = [0, ...spread(SIZE, BETWEEN), SIZE];

const verify = async (some: readonly string[]) => (await verifyLedger(bytesOf(some), KEYS)).report;
const all = Array.from({ length: SIZE }, (_, index) => index);
const at = (index: number): StoredEntry => log[index] ?? expect.fail(`no entry ${index}`);

/** Found at every entry, and nothing but what is expected is named. */
async function campaign(
  tamper: (index: number) => readonly string[] | null,
  expected: (index: number) => readonly number[] = (index) => [index],
) {
  let count = 0;
  for (const index of all) {
    const tampered = tamper(index);
    if (tampered === null) continue;
    const report = await verify(tampered);
    expect([index, report.ok, namedEntries(report)]).toEqual([index, false, expected(index)]);
    count++;
  }
  expect(count).toBeGreaterThan(SIZE - 10);
}
const withLog = (entries: readonly StoredEntry[]) => withEntries(lines, entries);

it("is an export that verifies", async () => {
  const report = await verify(lines);
  expect([report.ok, namedEntries(report)]).toEqual([true, []]);
});

describe("at every entry", () => {
  it("a dropped one is found", () => campaign((index) => withLog(log.toSpliced(index, 1))), 60_000);

  it("one put in is found, before the entry and behind it", async () => {
    const foreign = (index: number) => reseal(at(index), { body: decisionBody("block"), type: "decision" });
    await campaign((index) => withLog(log.toSpliced(index, 0, foreign(index))));
    await campaign((index) => withLog(log.toSpliced(index + 1, 0, foreign(index))));
    await campaign((index) => withLog(log.toSpliced(index, 0, at(index))));
  }, 60_000);

  it("one put in with all that follow renumbered is found", async () => {
    await campaign((index) => {
      const put = reseal(at(index), { subject: "act_put_in" });
      const entries = [...log.slice(0, index), put];
      for (const entry of log.slice(index, SIZE - 1))
        entries.push(reseal(entry, { index: entries.length, prev: entries.at(-1)?.leaf ?? put.leaf }));
      return withLog(entries);
    });
  }, 60_000);

  it("one dropped with all that follow renumbered is found, and the missing last one too", async () => {
    await campaign(
      (index) => {
        if (index === 0) return null;
        const entries = log.slice(0, index);
        for (const entry of log.slice(index + 1))
          entries.push(reseal(entry, { index: entries.length, prev: entries.at(-1)?.leaf ?? entry.leaf }));
        return withLog(entries);
      },
      (index) => (index === SIZE - 1 ? [index] : [index, SIZE - 1]),
    );
  }, 60_000);

  it("two neighbours swapped are found", async () => {
    for (const index of all.slice(0, -1)) {
      const report = await verify(withLog(log.with(index, at(index + 1)).with(index + 1, at(index))));
      // Which of the two was moved nobody can say.
      expect([[index], [index + 1]]).toContainEqual(namedEntries(report));
    }
  }, 60_000);

  it(
    "two apart from each other swapped are found",
    () =>
      campaign(
        (index) =>
          index + 7 < SIZE ? withLog(log.with(index, at(index + 7)).with(index + 7, at(index))) : null,
        (index) => [index, index + 7],
      ),
    60_000,
  );

  it(
    "two that changed places and were sealed anew are found",
    () =>
      campaign(
        (index) => {
          if (index === 0 || index + 1 >= SIZE) return null;
          const first = sealEntry({ ...parseEntry(at(index + 1)), index, prev: parseEntry(at(index)).prev });
          const second = sealEntry({ ...parseEntry(at(index)), index: index + 1, prev: first.leaf });
          return withLog(log.with(index, first).with(index + 1, second));
        },
        // The entry behind them names the second.
        (index) => (index + 2 < SIZE ? [index, index + 1] : [index]),
      ),
    60_000,
  );

  it("the end cut off is found, with what follows the entries and without", async () => {
    await campaign(
      (index) => (index === 0 ? null : withLog(log.slice(0, index))),
      (index) => [index],
    );
    for (const index of all.slice(1)) {
      const report = await verify(lines.slice(0, index + 1));
      expect([index, report.ok]).toEqual([index, false]);
      expect(report.checks.find(({ id }) => id === "checkpoint_signature")?.status).toBe("failed");
    }
  }, 60_000);

  it(
    "the beginning cut off is found",
    () =>
      campaign(
        (index) => (index === 0 ? null : withLog(log.slice(index))),
        () => [0],
      ),
    60_000,
  );

  it(
    "one exchanged, leaf and all, is found",
    () => campaign((index) => withLog(log.with(index, reseal(at(index), { subject: "act_other" })))),
    60_000,
  );

  it(
    "one changed, with its leaf as it was, is found",
    () =>
      campaign((index) => {
        const text = at(index).text.replace('"time":"2026', '"time":"2027');
        return withLog(log.with(index, { ...at(index), text }));
      }),
    60_000,
  );

  it(
    "one whose stated leaf alone was changed is found",
    () => campaign((index) => withLog(log.with(index, { ...at(index), leaf: leafHash("another") }))),
    60_000,
  );

  it("a fork is found at its first entry", () => campaign((index) => withLog(forkFrom(log, index))), 60_000);

  it("a fork with every hash in the file written anew is found between the two checkpoints where it begins", async () => {
    for (const index of all) {
      const forked = await exportLog(forkFrom(log, index));
      const report = await verify([...forked.slice(0, -1), ...lines.slice(-BETWEEN - 1)]);
      const good = stops.findLast((stop) => stop <= index) ?? 0;
      expect([index, report.ok, namedEntries(report)]).toEqual([index, false, [good]]);
      expect(departure(report)).toEqual([good, (stops.find((stop) => stop > index) ?? SIZE) - 1]);
    }
  }, 60_000);

  it("a fork with every hash written anew is found at its first entry, where each size around it has a checkpoint", async () => {
    for (const index of all) {
      const sizes = [index, index + 1].filter((size) => size > 0 && size < SIZE);
      const signed = await Promise.all(sizes.map((size) => signCheckpoint(log, { size })));
      const forked = await exportLog(forkFrom(log, index));
      const some = [...forked.slice(0, -1), ...signed.map(checkpointLine), lines.at(-1) ?? ""];
      const report = await verify(some);
      expect([index, report.ok, namedEntries(report)]).toEqual([index, false, [index]]);
      expect(departure(report)).toEqual([index, index]);
    }
  }, 120_000);

  it("a fork under a last checkpoint by a stranger is found by the checkpoints before it", async () => {
    const key = await makeKey("checkpoint");
    for (const index of all) {
      const fork = forkFrom(log, index);
      const forked = await exportLog(fork, { last: await signCheckpoint(fork, { key }) });
      const report = await verify([
        ...forked.slice(0, -1),
        ...lines.slice(-BETWEEN - 1, -1),
        forked.at(-1) ?? "",
      ]);
      const good = stops.findLast((stop) => stop <= index) ?? 0;
      // Behind the last of the genuine checkpoints nothing is signed.
      const named = good === stops.at(-2) ? [] : [good];
      expect([index, report.ok, namedEntries(report)]).toEqual([index, false, named]);
    }
  }, 120_000);
});

/** The entries among which the report says that another history begins. */
function departure(report: Report): number[] {
  const { message = "" } = report.checks.find(({ id }) => id === "tree_root")?.faults[0] ?? {};
  const [, from, to = from] =
    /(?:Entry|One of the entries) (\d+)(?: to (\d+))? is the first/.exec(message) ?? [];
  return [Number(from), Number(to)];
}

it("a line feed put into any line is found, and no entry is named but that of the line", async () => {
  for (const [number, line] of places.entries()) {
    const own = entryIn(line);
    const offset = line.start + 12 + ((number * 37) % (line.end - line.start - 13));
    const split = bytes.with(offset, 0x0a);
    const { report } = await verifyLedger(split, KEYS);
    expect([number, report.ok, namedEntries(report)]).toEqual([number, false, own === null ? [] : [own]]);
  }
}, 60_000);

it("has lines as the writer lays them out", () => {
  expect(lines[1]).toBe(entryLine(at(0)));
});
