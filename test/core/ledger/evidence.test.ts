/** The export with evidence: read leniently for a replay, and strictly as a log. */
import { describe, expect, it } from "vitest";
import { utf8 } from "../../../core/encoding.ts";
import { digestOf } from "../../../core/hash.ts";
import type { StoredEntry } from "../../../core/ledger/entry.ts";
import { decisionLine, erasedLine, readEvidence } from "../../../core/ledger/evidence.ts";
import { EXPORT_FORMAT, entryLine, exportHeaderLine } from "../../../core/ledger/export.ts";
import { verifyLedger } from "../../../core/ledger/verify.ts";
import { EXEC, evidenceSource, makeEvidenceLog, PROFILE } from "./evidence-log.ts";
import { exportLog, KEYS, LOG, makeLog, reseal } from "./log.ts";

const log = makeLog(5);
const header = exportHeaderLine({ format: EXPORT_FORMAT, log: LOG, from: 0, to: 4 });
const decision = (index: number) =>
  decisionLine({ index, salt: "s", input: "{}", changed_input: null, verdicts: null, discharged: null });
const made = makeEvidenceLog();
const lines = await exportLog(made.log, { evidence: evidenceSource(made.log, made.kept, made.erasures) });
const read = (some: readonly string[]) => readEvidence(some);
const verified = async (some: readonly string[]) =>
  (await verifyLedger(utf8(`${some.join("\n")}\n`), KEYS)).report;

describe("for a replay", () => {
  it("has each decision with what it was made from", () => {
    const found = read(lines);
    expect(
      found?.decisions.map(({ entry, evidence, erasedBy }) => [entry.index, evidence, erasedBy]),
    ).toEqual([
      [1, made.kept.get(1), null],
      [2, made.kept.get(2), null],
      [4, null, 5],
      [6, made.kept.get(6), null],
    ]);
    expect([found?.bundles.length, found?.policies.length, found?.faults]).toEqual([2, 1, []]);
    expect([
      found?.included,
      read(lines.filter((line) => !/^\{"(decision|erased|bundle|policy)"/.test(line)))?.included,
    ]).toEqual([true, false]);
  });

  it("does not take an erasure from a line that the entry it names says nothing of", () => {
    const [last] = log.slice(-1);
    const sealed = (entries: readonly number[]) =>
      reseal(last as StoredEntry, { index: 5, type: "payload.erased", body: { entries } });
    const withErasure = (entries: readonly number[], entry = 5) => {
      const all = [header.replace('"to":4', '"to":5'), ...log.map(entryLine), entryLine(sealed(entries))];
      return readEvidence([...all, erasedLine({ index: 4, entry })])?.faults.length;
    };
    expect(withErasure([1, 4])).toBe(0);
    expect(withErasure([1])).toBe(1);
    expect(withErasure([4], 3)).toBe(1);
    expect(withErasure([1], 9)).toBe(0);
  });

  it("does not take a policy that ran as another module, or under another profile, than entries say", () => {
    const policy = lines.findIndex((line) => line.startsWith('{"policy"'));
    for (const [said, other] of [
      [EXEC, digestOf("other")],
      [PROFILE, PROFILE.replace(/.$/, "x")],
    ] as const) {
      const changed = lines.with(policy, (lines[policy] ?? "").replace(said, other));
      expect(read(changed)?.faults).toEqual([{ line: policy + 1, message: expect.stringContaining(other) }]);
    }
  });

  it("is none without its header", () => {
    expect(read(lines.slice(1))).toBeNull();
    expect(read([])).toBeNull();
    expect(read(['{"export":{"format":"countersign-export/1"}}'])).toBeNull();
    expect(read(['{"export":null}', "null", "[]"])).toBeNull();
  });

  it.each([
    ["no JSON", "{"],
    ["a list", "[]"],
    ["a decision of something else", '{"decision":null}'],
    ["a decision whose input is no text", decision(1).replace('"{}"', "{}")],
    ["an erasure without its entry", erasedLine({ index: 1, entry: 2 }).replace('"entry":2', '"entry":null')],
    ["a bundle without its text", '{"bundle":{"digest":"x"}}'],
    ["a policy without a manifest", '{"policy":{"policy_id":"x","manifest":null,"wasm_sha256":"x"}}'],
    [
      "an entry that does not hash to its leaf",
      entryLine(log[1] ?? expect.fail()).replace("enforce", "observe"),
    ],
  ])("says which line is %s", (_, line) => {
    expect(read([header, line])?.faults).toEqual([{ line: 2, message: expect.any(String) }]);
  });
});

describe("as a log", () => {
  it("verifies", async () => {
    expect((await verified(lines)).ok).toBe(true);
  });

  it("does not where an entry is changed, missing, or follows the checkpoint", async () => {
    const at = lines.findIndex((line) => line.startsWith('{"index":2'));
    expect((await verified(lines.with(at, (lines[at] ?? "").replace("enforce", "observe")))).ok).toBe(false);
    expect((await verified(lines.toSpliced(at, 1))).ok).toBe(false);
    expect((await verified([...lines, decision(2)])).ok).toBe(false);
  });

  it("has no lines of evidence without the header, and none that nobody knows", async () => {
    expect((await verified(lines.slice(1))).ok).toBe(false);
    expect((await verified(lines.toSpliced(3, 0, '{"comment":"hello"}'))).ok).toBe(false);
  });
});
