import { describe, expect, it } from "vitest";
import { utf8 } from "../../../core/encoding.ts";
import { sealEntry } from "../../../core/ledger/entry.ts";
import { verifyLedger } from "../../../core/ledger/verify.ts";
import {
  decisionBody,
  exportBytes,
  exportText,
  failedChecks,
  headKey,
  KEYS,
  makeKey,
  makeLog,
  namedEntries,
  parseEntry,
  receiptKey,
  reseal,
  signHead,
} from "./log.ts";

const SIZE = 40;
const log = makeLog(SIZE);
const head = await signHead(log);
const bytes = exportBytes(log, head);

const verify = async (entries: typeof log, signed = head) =>
  (await verifyLedger(exportBytes(entries, signed), KEYS)).report;
/** Found, and nothing but the entries expected is named. */
async function expectNamed(entries: typeof log, expected: readonly number[], checks?: readonly string[]) {
  const report = await verify(entries);
  expect(report.ok).toBe(false);
  expect(namedEntries(report)).toEqual(expected);
  if (checks) expect(failedChecks(report)).toEqual(checks);
}
const at = (index: number) => {
  const entry = log[index];
  if (entry === undefined) throw new Error(`the test's log has no entry ${index}`);
  return entry;
};

describe("an export as it was written", () => {
  it("verifies, and every check says what it compared", async () => {
    const { report, leaves, first, last } = await verifyLedger(bytes, KEYS);
    expect(failedChecks(report)).toEqual([]);
    expect(report.ok).toBe(true);
    expect(report.checks.map(({ id, status }) => [id, status])).toEqual([
      ["file_syntax", "ok"],
      ["entry_form", "ok"],
      ["entry_schema", "ok"],
      ["leaf_hash", "ok"],
      ["index", "ok"],
      ["prev_link", "ok"],
      ["log_name", "ok"],
      ["time_order", "ok"],
      ["entry_type", "ok"],
      ["head_signature", "ok"],
      ["head_coverage", "ok"],
    ]);
    expect(report.checks.every(({ compared }) => compared.length > 10)).toBe(true);
    expect([leaves.size, first, last]).toEqual([SIZE, 0, SIZE - 1]);
  });

  it("verifies without its final newline", async () => {
    expect((await verifyLedger(bytes.subarray(0, -1), KEYS)).report.ok).toBe(true);
  });

  it("verifies as a JSON page, laid out anew", async () => {
    const data = log.map(({ index, leaf, text }) => ({ entry: JSON.parse(text), leaf, index }));
    const page = JSON.stringify({ next_cursor: null, head, data }, null, 2);
    expect((await verifyLedger(utf8(page), KEYS)).report.ok).toBe(true);
    const altered = await verifyLedger(
      utf8(page.replace(/"subject": "act_0*17"/, '"subject": "act_18"')),
      KEYS,
    );
    expect(namedEntries(altered.report)).toEqual([17]);
  });

  it("verifies from the middle on, and says what is taken from outside", async () => {
    const { report } = await verifyLedger(exportBytes(log.slice(25), head), KEYS);
    expect(report.ok).toBe(true);
    expect(report.notes.join(" ")).toContain(`${at(24).leaf} is the leaf of entry 24 is taken from outside`);
  });

  it("verifies with a signature that nobody here knows beside the right one", async () => {
    const grease = { keyid: "unknown", sig: "AAAA" };
    const other = await signHead(log, {}, await makeKey("head"));
    for (const signatures of [
      [grease, ...head.signatures],
      [...head.signatures, ...other.signatures, grease],
    ]) {
      expect((await verify(log, { ...head, signatures })).ok).toBe(true);
    }
  });
});

describe("damage is located", () => {
  it("where an entry was dropped", async () => {
    for (let index = 1; index < SIZE - 1; index++)
      await expectNamed(log.toSpliced(index, 1), [index], ["index"]);
  });

  it("where several were dropped", () => expectNamed(log.toSpliced(10, 5), [10], ["index"]));

  it("where an entry stands twice", async () => {
    for (let index = 0; index < SIZE; index++) {
      await expectNamed(log.toSpliced(index, 0, at(index)), [index], ["index"]);
    }
  });

  it("where two were swapped", async () => {
    for (let index = 0; index + 5 < SIZE; index++) {
      const swapped = log.with(index, at(index + 5)).with(index + 5, at(index));
      await expectNamed(swapped, [index, index + 5], ["index"]);
      const neighbours = await verify(log.with(index, at(index + 1)).with(index + 1, at(index)));
      expect([[index], [index + 1]]).toContainEqual(namedEntries(neighbours));
    }
  });

  it("where a foreign entry was put in", async () => {
    for (let index = 1; index < SIZE; index++) {
      const foreign = reseal(at(index), { body: decisionBody("block"), type: "decision" });
      await expectNamed(log.toSpliced(index, 0, foreign), [index], ["index"]);
      await expectNamed(log.toSpliced(index + 1, 0, foreign), [index], ["index"]);
    }
  });

  it("where an entry was exchanged, leaf and all", async () => {
    for (let index = 0; index < SIZE; index++) {
      const exchanged = log.with(index, reseal(at(index), { subject: "act_other" }));
      await expectNamed(exchanged, [index], [index === SIZE - 1 ? "head_coverage" : "prev_link"]);
    }
  });

  it("where an entry was dropped and its neighbours linked anew", async () => {
    for (let index = 1; index < SIZE - 1; index++) {
      const shifted = reseal(at(index + 1), { index, prev: at(index - 1).leaf });
      const report = await verify([...log.slice(0, index), shifted, ...log.slice(index + 2)]);
      expect(report.ok).toBe(false);
      expect(namedEntries(report).every((named) => named === index || named === index + 1)).toBe(true);
    }
  });

  it("where the file was cut off at any entry", async () => {
    for (let index = 1; index < SIZE; index++) {
      const report = await verify(log.slice(0, index));
      expect(failedChecks(report)).toEqual(["head_coverage"]);
      expect(namedEntries(report)).toEqual([index]);
    }
  });

  it("where the head is of an earlier time", async () => {
    const report = await verify(log, await signHead(log.slice(0, 30)));
    expect([failedChecks(report), namedEntries(report)]).toEqual([["head_coverage"], [30]]);
  });

  it("where the log was forked: at the seam, or at the head that was signed over the other branch", async () => {
    for (let index = 1; index < SIZE; index++) {
      const fork = makeLog(SIZE, {
        from: log.slice(0, index - 1).concat(reseal(at(index - 1), { subject: "act_fork" })),
      });
      const spliced = await verify([...log.slice(0, index), ...fork.slice(index)], await signHead(fork));
      expect(namedEntries(spliced)).toEqual([index - 1]);
      const forked = await verify(fork);
      expect([failedChecks(forked), namedEntries(forked)]).toEqual([["head_coverage"], [SIZE - 1]]);
    }
  });

  it("in several entries at once, and the others are still checked", async () => {
    const text = exportText(log, head)
      .replace(/act_0*7"/, 'act_0008"')
      .replace(/act_0*31"/, 'act_0032"');
    const { report, leaves } = await verifyLedger(utf8(text), KEYS);
    expect(namedEntries(report)).toEqual([7, 31]);
    expect(leaves.get(8)).toBe(at(8).leaf);
  });
});

describe("an entry that is not one", () => {
  const sealedWith = (change: object) => [
    ...log.slice(0, -1),
    sealEntry({ ...parseEntry(at(SIZE - 1)), ...change }),
  ];
  it.each([
    ["version", { v: 2 }],
    ["time", { time: "2026-02-31T00:00:00.000Z" }],
    ["time without milliseconds", { time: "2026-02-01T00:00:00Z" }],
    ["actor", { actor: { kind: "agent", id: "x" } }],
    ["body", { body: [] }],
    ["another member", { note: "x" }],
    ["type", { type: "Decision!" }],
    ["subject", { subject: "" }],
  ])("for its %s fails the schema, though sealed and signed", async (_, change) => {
    const entries = sealedWith(change);
    const report = await verify(entries, await signHead(entries));
    expect([failedChecks(report), namedEntries(report)]).toEqual([["entry_schema"], [SIZE - 1]]);
  });

  it("for its prev fails both schema and link, and is itself to blame", async () => {
    const entries = sealedWith({ prev: "sha256:00" });
    const report = await verify(entries, await signHead(entries));
    expect([failedChecks(report), namedEntries(report)]).toEqual([["entry_schema", "prev_link"], [SIZE - 1]]);
  });

  it("belongs to another log", async () => {
    const entries = sealedWith({ log: "test.example/t/other" });
    const report = await verify(entries, await signHead(entries));
    expect([failedChecks(report), namedEntries(report)]).toEqual([["log_name"], [SIZE - 1]]);
  });

  it("starts a log and names one before it", async () => {
    const entries = makeLog(3, { from: [reseal(at(0), { prev: at(5).leaf })] });
    expect(failedChecks(await verify(entries, await signHead(entries)))).toEqual(["prev_link"]);
  });

  it("of an unknown type, or an earlier time, is a warning", async () => {
    const entries = sealedWith({ type: "key.rotated", time: "2025-01-01T00:00:00.000Z" });
    const report = await verify(entries, await signHead(entries));
    expect(report.ok).toBe(true);
    expect(report.checks.filter(({ status }) => status === "warning").map(({ id }) => id)).toEqual([
      "time_order",
      "entry_type",
    ]);
  });

  it("laid out anew is found, though its values are right", async () => {
    const text = exportText(log, head).split("\n");
    for (const change of [
      (line: string) => line.replaceAll(",", ", "),
      (line: string) => `${line}\r`,
      (line: string) => ` ${line}`,
    ]) {
      const { report } = await verifyLedger(utf8(text.with(20, change(text[20] ?? "")).join("\n")), KEYS);
      expect([failedChecks(report).includes("entry_form"), namedEntries(report)]).toEqual([true, [20]]);
    }
  });

  it("with a doubled member is refused", async () => {
    const text = exportText(log, head).replace(
      '"subject":"act_0000000000000000000009"',
      '"subject":"x","subject":"act_0000000000000000000009"',
    );
    expect(namedEntries((await verifyLedger(utf8(text), KEYS)).report)).toEqual([9]);
  });
});

describe("the head", () => {
  const headFault = async (signed: typeof head | null, keys = KEYS) => {
    const { report } = await verifyLedger(exportBytes(log, signed), keys);
    expect(report.ok).toBe(false);
    return report.checks.find(({ id }) => id === "head_signature")?.faults[0]?.message ?? "";
  };
  it("is missing", async () => expect(await headFault(null)).toContain("GET /v1/ledger/export"));
  it("is by a key that was not given", async () => {
    expect(await headFault(head, [(await makeKey("head")).trusted])).toContain("the right key was not given");
  });
  it("is by a receipt key", async () => {
    expect(await headFault(await signHead(log, {}, receiptKey))).toContain(
      'may sign "receipt" only, not "head"',
    );
  });
  it("finds no key for heads", async () =>
    expect(await headFault(head, [receiptKey.trusted])).toContain('is for "head"'));
  it("verifies with a bare key, whose use is not known", async () => {
    const { report } = await verifyLedger(bytes, [{ ...headKey.trusted, use: null }]);
    expect(report.ok).toBe(true);
  });
  it("is of another log", async () => {
    expect(failedChecks(await verify(log, await signHead(log, { log: "test.example/t/other" })))).toEqual([
      "log_name",
    ]);
  });
  it("has another leaf", async () => {
    const report = await verify(log, await signHead(log, { leaf: at(3).leaf }));
    expect([failedChecks(report), namedEntries(report)]).toEqual([["head_coverage"], [SIZE - 1]]);
  });
  it("is not the last line", async () => {
    const { report } = await verifyLedger(
      utf8(exportText(log, head) + exportText(log.slice(-1), null)),
      KEYS,
    );
    expect(failedChecks(report)).toContain("file_syntax");
  });
  it("stands alone", async () => {
    expect(failedChecks((await verifyLedger(exportBytes([], head), KEYS)).report)).toContain("file_syntax");
  });
});
