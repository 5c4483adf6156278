/** A verifier of the log holds each line of evidence against the entries that it is of. */
import { describe, expect, it } from "vitest";
import { digestOf } from "../../../core/hash.ts";
import { verifyLedger } from "../../../core/ledger/verify.ts";
import { EXEC, evidenceSource, makeEvidenceLog, PROFILE } from "./evidence-log.ts";
import { bytesOf, exportLog, failedChecks, KEYS, namedEntries } from "./log.ts";

const { log, kept, erasures } = makeEvidenceLog();
const lines = await exportLog(log, { evidence: evidenceSource(log, kept, erasures) });
const at = (start: string): number => {
  const found = lines.findIndex((line) => line.startsWith(start));
  return found < 0 ? expect.fail(start) : found;
};
const verified = async (some: readonly string[]) => (await verifyLedger(bytesOf(some), KEYS)).report;
/** What fails, at which entries, with which member of the line. */
async function faultsOf(some: readonly string[]) {
  const report = await verified(some);
  const faults = report.checks.filter(({ status }) => status === "failed").flatMap(({ faults }) => faults);
  return [failedChecks(report), namedEntries(report), faults.map(({ field }) => field)];
}
const changed = (start: string, from: string | RegExp, to: string): string[] => {
  const place = at(start);
  const line = lines[place] ?? "";
  const other = line.replace(from, to);
  if (other === line) expect.fail(`nothing to change in ${line}`);
  return lines.with(place, other);
};

const [second, erased, bundle, policy] = ['{"decision":{"index":2', '{"erased"', '{"bundle"', '{"policy"'];

it("verifies as it was written, and says what was opened", async () => {
  const report = await verified(lines);
  expect(failedChecks(report)).toEqual([]);
  expect(report.checks.find(({ id }) => id === "evidence")?.compared).toMatch(
    /^each of 7 lines .*: 3 decisions opened, 1 erased/,
  );
  const plain = await verified(await exportLog(log));
  expect(plain.checks.some(({ id }) => id === "evidence")).toBe(false);
});

describe("is found, at its entry and member,", () => {
  it.each([
    ["a changed exec_id", changed(policy, EXEC, digestOf("other")), [1], ["/exec_id"]],
    ["a changed profile_id", changed(policy, PROFILE, PROFILE.replace(/.$/, "x")), [1], ["/profile_id"]],
    ["a changed input", changed(second, "a*J", "b*J"), [2], ["/input"]],
    [
      "a changed changed input",
      changed(second, String.raw`\"-\"`, String.raw`\"+\"`),
      [2],
      ["/changed_input"],
    ],
    [
      "a changed verdict",
      changed(second, String.raw`\"é\":2`, String.raw`\"é\":4`),
      [2],
      ["/verdicts/decision/1"],
    ],
    ["a verdict less", changed(second, /,"\{\\"é\\":2\}"/, ""), [2], ["/verdicts/decision"]],
    [
      "a candidate's verdict",
      changed(second, String.raw`\"é\":3`, String.raw`\"é\":4`),
      [2],
      ["/verdicts/shadow/0"],
    ],
    ["a discharged finding", changed(second, '["{}"]', '["{ }"]'), [2], ["/discharged"]],
    [
      "one that nobody discharged",
      changed('{"decision":{"index":1', 'discharged":null', 'discharged":[]'),
      [1],
      ["/discharged"],
    ],
    ["a changed salt", changed(second, '"salt":"AgI', '"salt":"BgI'), [2], ["/salt"]],
    ["a shorter salt", changed(second, /"salt":"..../, '"salt":"'), [2], ["/salt"]],
    ["another index", changed(second, '"index":2', '"index":3'), [2], ["/index"]],
    ["a changed bundle", changed(bundle, "version", "versiom"), [1], [null]],
    ["a bundle's digest", changed(bundle, /sha256:./, "sha256:x"), [1], ["/digest"]],
    ["a changed manifest", changed(policy, '"warn"', '"info"'), [1], [null]],
    ["a changed module", changed(policy, /"wasm_sha256":"./, '"wasm_sha256":"x'), [1], [null]],
    ["a policy's id", changed(policy, /sha256:./, "sha256:x"), [1], ["/policy_id"]],
    ["an erasure by an entry that is none", changed(erased, '"entry":5', '"entry":6'), [4], ["/entry"]],
    ["an erasure by one before", changed(erased, '"entry":5', '"entry":3'), [4], ["/entry"]],
    ["an erasure by one that is not in the file", changed(erased, '"entry":5', '"entry":7'), [4], ["/entry"]],
    ["an unknown member", changed(second, '"salt"', '"more":1,"salt"'), [2], [null]],
    ["a member twice", changed(second, '"input"', '"input":null,"input"'), [2], [null]],
    ["another layout", changed(second, ":", ": "), [2], [null]],
    ["an unknown kind", changed(second, "decision", "decisioo"), [2], [null]],
    ["an unknown kind of a bundle", changed(bundle, "bundle", "bumdle"), [1], [null]],
    ["a bundle that cannot be read", changed(bundle, '","text', '",#text'), [1], [null]],
    ["a decision given twice", lines.toSpliced(at(second), 0, lines[at(second)] ?? ""), [2], [null]],
    ["a bundle given twice", lines.toSpliced(at(bundle), 0, lines[at(bundle)] ?? ""), [1], [null]],
    ["a policy given twice", lines.toSpliced(at(policy), 0, lines[at(policy)] ?? ""), [1], [null]],
    [
      "another entry's decision",
      lines.with(at('{"decision":{"index":6'), lines[at(second)] ?? ""),
      [6],
      ["/index"],
    ],
    [
      "a decision behind what judged nothing",
      lines.toSpliced(
        at('{"index":3') + 1,
        0,
        '{"decision":{"index":3,"salt":"","input":null,"changed_input":null,"verdicts":null,"discharged":null}}',
      ),
      [3],
      [null],
    ],
  ] as const)("%s", async (_, some, entries, fields) => {
    expect(await faultsOf(some)).toEqual([["evidence"], entries, fields]);
  });
});

describe("is found, and is of no entry:", () => {
  const foreign = JSON.stringify({ bundle: { digest: digestOf("{}"), text: "{}" } });
  it.each([
    ["a bundle that no entry names", lines.toSpliced(at(bundle), 0, foreign)],
    ["a decision behind no entry", lines.toSpliced(1, 0, lines[at(second)] ?? "")],
    ["a decision behind a bundle", lines.toSpliced(at(bundle) + 1, 0, lines[at(second)] ?? "")],
  ])("%s", async (_, some) => {
    const [failed, entries] = await faultsOf(some);
    expect(failed).toContain("evidence");
    expect(entries).toEqual([]);
  });
});

it("does not name others where an entry is damaged, or a line is missing", async () => {
  const damaged = changed('{"index":2', '"allow"', '"block"');
  expect((await faultsOf(damaged))[1]).toEqual([2]);
  const gone = changed('{"index":5', "[4]", "[3]");
  expect((await faultsOf(gone))[1]).toEqual([5]);
  expect(await faultsOf(lines.toSpliced(at(policy), 1))).toEqual([[], [], []]);
});

it("takes a policy as a later release meters it, and says so; but not what was hit beside", async () => {
  const later = PROFILE.replace(/.{32}$/, "0".repeat(32));
  for (const some of [
    changed(policy, PROFILE, later),
    changed(policy, `${EXEC}","profile_id":"${PROFILE}`, `${digestOf("anew")}","profile_id":"${later}`),
  ]) {
    const report = await verified(some);
    expect(failedChecks(report)).toEqual([]);
    expect(report.notes.join()).toContain("1 policies stand in the file as metered for a profile");
  }
  const hit = changed(
    policy,
    `${EXEC}","profile_id":"${PROFILE}`,
    `${EXEC.replace(/.$/, "x")}","profile_id":"${later}`,
  );
  expect(await faultsOf(hit)).toEqual([["evidence"], [1], ["/exec_id"]]);
});

it("looks for an erasure no further than the file goes", async () => {
  const part = await exportLog(log, { to: 4, evidence: evidenceSource(log, kept, erasures) });
  const report = await verified(part);
  expect(failedChecks(report)).toEqual([]);
  expect(report.notes.join()).toContain("lies behind the file's last one");
});
