/** The export with evidence: read leniently for a replay, and strictly as a log. */
import { describe, expect, it } from "vitest";
import { utf8 } from "../../../core/encoding.ts";
import { digestOf } from "../../../core/hash.ts";
import {
  bundleLine,
  decisionLine,
  EXPORT_FORMAT,
  exportHeaderLine,
  policyLine,
  readEvidence,
} from "../../../core/ledger/evidence.ts";
import { entryLine, headLine } from "../../../core/ledger/export.ts";
import { verifyLedger } from "../../../core/ledger/verify.ts";
import { KEYS, makeLog, signHead } from "./log.ts";

const log = makeLog(4);
const head = await signHead(log);
const header = exportHeaderLine({ format: EXPORT_FORMAT, log: "l", from: 0, to: 3, size: 4, engine: "e" });
const digest = digestOf("x");
const decision = (index: number) =>
  decisionLine({ index, salt: "s", input: "{}", changed_input: null, verdicts: null, discharged: null });
const lines = [
  header,
  ...log.flatMap((entry) => [entryLine(entry), decision(entry.index)]),
  bundleLine({ digest, text: "{}" }),
  policyLine({ policy_id: digest, manifest: {}, wasm_sha256: "ab", exec_id: digest, profile_id: "p" }),
  headLine(head),
];
const read = (some: readonly string[]) => readEvidence(some);
const verified = async (some: readonly string[]) =>
  (await verifyLedger(utf8(`${some.join("\n")}\n`), KEYS)).report;

describe("for a replay", () => {
  it("has each decision with what it was made from", () => {
    const found = read(lines);
    const decisions = log.filter(({ text }) => text.includes('"type":"decision"'));
    expect(found?.decisions.map(({ entry }) => entry.index)).toEqual(decisions.map(({ index }) => index));
    expect(found?.decisions.every(({ evidence }) => evidence?.input === "{}")).toBe(true);
    expect([found?.bundles.length, found?.policies.length, found?.faults]).toEqual([1, 1, []]);
  });

  it("is none without its header", () => {
    expect(read(lines.slice(1))).toBeNull();
    expect(read([])).toBeNull();
    expect(read(['{"export":{"format":"countersign-export/2"}}'])).toBeNull();
    expect(read(['{"export":null}', "null", "[]"])).toBeNull();
  });

  it.each([
    ["no JSON", "{"],
    ["a list", "[]"],
    ["a decision of something else", '{"decision":null}'],
    ["a decision whose input is no text", decision(1).replace('"{}"', "{}")],
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

  it("does not where an entry is changed, missing, or follows the head", async () => {
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
