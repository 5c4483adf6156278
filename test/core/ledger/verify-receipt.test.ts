import { describe, expect, it } from "vitest";
import { type Envelope, PAYLOAD_TYPES } from "../../../core/dsse.ts";
import { fromBase64, fromUtf8, toBase64, utf8 } from "../../../core/encoding.ts";
import { digestOf } from "../../../core/hash.ts";
import type { JsonObject } from "../../../core/json.ts";
import { sealEntry } from "../../../core/ledger/entry.ts";
import { verifyLedger } from "../../../core/ledger/verify.ts";
import { verifyReceipt } from "../../../core/ledger/verify-receipt.ts";
import { receiptStatement } from "../../../core/receipt.ts";
import { signEnvelope } from "../../harness/envelope.ts";
import {
  answerOf,
  decisionBody,
  exportBytes,
  failedChecks,
  headKey,
  KEYS,
  makeKey,
  makeLog,
  parseEntry,
  receiptKey,
  reseal,
  signHead,
  signReceipt,
} from "./log.ts";

const log = makeLog(8);
const entry = log[4] ?? sealEntry(parseEntry(log[0] as never));
const receipt = await signReceipt(entry);
const stranger = await makeKey("receipt");
const verify = (value: unknown, ledger: Parameters<typeof verifyReceipt>[2] = null, keys = KEYS) =>
  verifyReceipt(utf8(JSON.stringify(value)), keys, ledger);
const failures = async (...args: Parameters<typeof verify>) => failedChecks(await verify(...args));

describe("a receipt", () => {
  it("verifies by itself, and says what only its answer can show", async () => {
    const report = await verify(receipt);
    expect(report.checks.map(({ id, status }) => [id, status])).toEqual([
      ["file_syntax", "ok"],
      ["envelope_form", "ok"],
      ["payload_type", "ok"],
      ["signature", "ok"],
      ["statement_form", "ok"],
      ["leaf_hash", "ok"],
      ["kind_decision", "ok"],
      ["commitments", "skipped"],
    ]);
    expect(report.notes[0]).toContain(`Action ${parseEntry(entry).subject}: allow`);
  });

  it("verifies in its answer, whose salt opens the commitments", async () => {
    const report = await verify(answerOf(entry, receipt));
    expect(report.ok).toBe(true);
    const opened = report.checks.filter(({ id }) => id.endsWith("_commitment") || id === "action_id");
    expect(opened.map(({ status }) => status)).toEqual(["ok", "ok", "ok"]);
  });

  it.each([
    ["denial proof", "denial_proof", "denial_proof", decisionBody("block")],
    ["observed receipt", "observed_receipt", "receipt", decisionBody("allow", "observe", "block")],
    [
      "observed receipt of mixed bindings",
      "observed_receipt",
      "receipt",
      decisionBody("allow", "enforce", "hold"),
    ],
    ["receipt of a change", "receipt", "receipt", decisionBody("modify")],
  ] as const)("that is a %s verifies", async (_, kind, member, body) => {
    const sealed = reseal(entry, { body });
    expect(await failures(answerOf(sealed, await signReceipt(sealed, kind), member))).toEqual([]);
  });

  it("verifies beside signatures by unknown keys", async () => {
    const unknown = (await signReceipt(entry, "receipt", await makeKey("receipt"))).signatures;
    const signatures = [{ sig: "AAAA" }, { keyid: "grease", sig: "???" }, ...unknown, ...receipt.signatures];
    expect(await failures({ ...receipt, signatures, note: "ignored" })).toEqual([]);
  });
});

describe("an answer about a change", () => {
  const change = { action_digest: digestOf("changed"), input_digest: digestOf("changed") };

  it.each([
    ["a payload beside a receipt of none", { payload: { text: "other" } }],
    ["a change beside a receipt of none", { changed: change }],
    ["both", { payload: { text: "other" }, changed: change }],
  ])("that shows %s is refused", async (_, shown) => {
    expect(await failures({ ...answerOf(entry, receipt), ...shown })).toEqual(["answer_changed"]);
  });

  it("verifies where it says that there was none", async () => {
    expect(await failures({ ...answerOf(entry, receipt), payload: null, changed: null })).toEqual([]);
  });

  it("that hides the change of its receipt is refused", async () => {
    const body = decisionBody("modify");
    const changed = { action: digestOf("changed"), input: digestOf("changed") };
    const commitments = { ...(body.commitments as JsonObject), changed };
    const sealed = reseal(entry, { body: { ...body, commitments } });
    const answer = answerOf(sealed, await signReceipt(sealed, "receipt"));
    expect(await failures({ ...answer, payload: null, changed: null })).toEqual(["answer_changed"]);
  });
});

describe("an action of the first release", () => {
  it("verifies as this release answers it", async () => {
    const { provisional: _, ...body } = decisionBody("allow");
    const rules = [{ policy: "pii", rule: "NAME", severity: "info", observed: false, count: 1 }];
    const sealed = reseal(entry, { body: { ...body, rules } });
    const findings = [{ policy: "pii", rule: "NAME", severity: "info", observed: false, settled: false }];
    const answer = {
      ...answerOf(sealed, await signReceipt(sealed, "receipt")),
      provisional: false,
      findings,
    };
    expect(await failures(answer)).toEqual([]);
    expect(await failures({ ...answer, provisional: true })).toEqual(["answer_decision"]);
  });
});

describe("a forgery", () => {
  it("by one changed bit, anywhere in the envelope, is found", async () => {
    const bytes = utf8(JSON.stringify(receipt));
    for (let offset = 0; offset < bytes.length; offset++) {
      const copy = bytes.slice();
      copy[offset] = (copy[offset] ?? 0) ^ (1 << (offset % 8));
      expect([offset, (await verifyReceipt(copy, KEYS, null)).ok]).toEqual([offset, false]);
    }
  });

  it("by one changed bit of the statement is found", async () => {
    const payload = fromBase64(receipt.payload) ?? new Uint8Array();
    for (let offset = 0; offset < payload.length; offset++) {
      const copy = payload.slice();
      copy[offset] = (copy[offset] ?? 0) ^ (1 << (offset % 8));
      expect(await failures({ ...receipt, payload: toBase64(copy) })).toEqual(["signature"]);
    }
  });

  it.each([
    ["by a head key", headKey, 'may sign "head" only'],
    ["by a stranger", stranger, "the right key was not given"],
  ])("%s is found", async (_, key, message) => {
    const report = await verify(await signReceipt(entry, "receipt", key));
    expect(failedChecks(report)).toEqual(["signature"]);
    expect(report.checks.at(-1)?.faults[0]?.message).toContain(message);
  });

  it("by passing one kind off as another is found", async () => {
    const { receipt: _, ...rest } = answerOf(entry, receipt);
    expect(await failures({ ...rest, denial_proof: receipt })).toEqual(["payload_type"]);
    expect(await failures({ ...receipt, payloadType: PAYLOAD_TYPES.denial_proof })).toEqual(["signature"]);
    expect(await failures({ ...receipt, payloadType: "application/json" })).toEqual(["payload_type"]);
    expect(await failures(await signHead(log))).toEqual(["payload_type"]);
    expect(await failures({ receipt, denial_proof: receipt })).toEqual(["envelope_form"]);
  });

  const signed = (text: string, kind: "receipt" | "denial_proof" = "receipt"): Promise<Envelope> =>
    signEnvelope(kind, text, receiptKey.signing);
  const text = receiptStatement("receipt", entry);
  it.each([
    ["not canonical", text.replace(',"kind"', ', "kind"'), "statement_form"],
    ["not JSON", text.slice(0, -1), "statement_form"],
    ["with another member", text.replace(',"v":1}', ',"v":1,"w":2}'), "statement_form"],
    ["of another version", text.replace(/"v":1\}$/, '"v":2}'), "statement_form"],
    ["with another leaf", text.replace(/"leaf":"sha256:..../, '"leaf":"sha256:0000'), "leaf_hash"],
    ["of an entry that is no decision", receiptStatement("receipt", log[3] ?? entry), "statement_form"],
    [
      "of a block",
      receiptStatement("receipt", reseal(entry, { body: decisionBody("block") })),
      "kind_decision",
    ],
    [
      "of a hold",
      receiptStatement("receipt", reseal(entry, { body: decisionBody("hold") })),
      "kind_decision",
    ],
    [
      "under observation",
      receiptStatement("receipt", reseal(entry, { body: decisionBody("allow", "observe", "allow") })),
      "kind_decision",
    ],
    [
      "of another kind than its type",
      receiptStatement("denial_proof", reseal(entry, { body: decisionBody("block") })),
      "kind_decision",
    ],
  ])("signed by the right key but %s is found", async (_, statement, id) => {
    expect(await failures(await signed(statement))).toEqual([id]);
  });

  it("of the answer around it is found", async () => {
    const answer = answerOf(entry, receipt);
    expect(await failures({ ...answer, id: "act_other" })).toEqual(["action_id"]);
    expect(await failures({ ...answer, decision: "modify" })).toEqual(["answer_decision"]);
    expect(await failures({ ...answer, bundles: [] })).toEqual(["answer_decision"]);
    expect(await failures({ ...answer, ledger: { ...answer.ledger, index: 5 } })).toEqual(["answer_ledger"]);
    expect(await failures({ ...answer, action_digest: digestOf("another action") })).toEqual([
      "action_commitment",
    ]);
    expect(await failures({ ...answer, input_digest: digestOf("another input") })).toEqual([
      "input_commitment",
    ]);
    expect(await failures({ ...answer, action_digest: answer.input_digest })).toEqual(["action_commitment"]);
    for (const salt of [`C${answer.salt.slice(1)}`, "AAAA", "", `${answer.salt}=`, 7]) {
      expect(await failures({ ...answer, salt })).toEqual(["action_commitment", "input_commitment"]);
    }
    expect(await failures({ ...answer, receipt: null })).toEqual(["envelope_form"]);
  });
});

describe("a receipt with its log", () => {
  const ledgerOf = async (entries: typeof log) =>
    verifyLedger(exportBytes(entries, await signHead(entries)), KEYS);

  it("stands in it", async () => {
    expect(await failures(answerOf(entry, receipt), await ledgerOf(log))).toEqual([]);
  });
  it.each([
    ["has another entry there", makeLog(8, { forkAt: 4 })],
    ["ends before", log.slice(0, 3)],
    ["is another", makeLog(8, { log: "test.example/t/other" })],
  ])("that %s is found", async (_, entries) => {
    expect(await failures(receipt, await ledgerOf(entries))).toEqual(["ledger_entry"]);
  });
  it("that does not verify is not relied on", async () => {
    expect(await failures(receipt, await verifyLedger(exportBytes(log, null), KEYS))).toEqual([
      "ledger_entry",
    ]);
  });
});

describe("the statement", () => {
  it("is read from the signed bytes alone", () => {
    expect(fromUtf8(fromBase64(receipt.payload) ?? new Uint8Array())).toBe(
      receiptStatement("receipt", entry),
    );
  });
});
