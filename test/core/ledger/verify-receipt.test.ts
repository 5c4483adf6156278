import { describe, expect, it } from "vitest";
import { type Envelope, PAYLOAD_TYPES } from "../../../core/dsse.ts";
import { fromBase64, fromUtf8, toBase64, utf8 } from "../../../core/encoding.ts";
import { digestOf } from "../../../core/hash.ts";
import type { Json, JsonObject } from "../../../core/json.ts";
import { sealEntry } from "../../../core/ledger/entry.ts";
import type { TrustedKey } from "../../../core/ledger/trust.ts";
import { verifyLedger } from "../../../core/ledger/verify.ts";
import { type ReceiptOptions, verifyReceipt } from "../../../core/ledger/verify-receipt.ts";
import { receiptStatement } from "../../../core/receipt.ts";
import { signEnvelope } from "../../harness/envelope.ts";
import {
  answerOf,
  bytesOf,
  checkpointKey,
  decisionBody,
  exportLog,
  failedChecks,
  KEYS,
  makeKey,
  makeLog,
  parseEntry,
  proofOf,
  receiptKey,
  reseal,
  signCheckpoint,
  signEpoch,
  signReceipt,
  signRotation,
} from "./log.ts";

const log = makeLog(8);
const entry = log[4] ?? sealEntry(parseEntry(log[0] as never));
const receipt = await signReceipt(entry);
const stranger = await makeKey("receipt");
const verify = (value: unknown, options: ReceiptOptions = {}, keys = KEYS) =>
  verifyReceipt(utf8(JSON.stringify(value)), keys, options);
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
      expect([offset, (await verifyReceipt(copy, KEYS)).ok]).toEqual([offset, false]);
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
    ["by a checkpoint key", checkpointKey, 'may sign "checkpoint" only'],
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
    const rotation = await signRotation("receipt", 3, receiptKey, stranger);
    expect(await failures(rotation)).toEqual(["payload_type"]);
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
  const ledgerOf = async (entries: typeof log) => verifyLedger(bytesOf(await exportLog(entries)), KEYS);

  it("stands in it", async () => {
    expect(await failures(answerOf(entry, receipt), { ledger: await ledgerOf(log) })).toEqual([]);
  });
  it.each([
    ["has another entry there", makeLog(8, { forkAt: 4 })],
    ["ends before", log.slice(0, 3)],
    ["is another", makeLog(8, { log: "test.example/t/other" })],
  ])("that %s is found", async (_, entries) => {
    expect(await failures(receipt, { ledger: await ledgerOf(entries) })).toEqual(["ledger_entry"]);
  });
  it("that does not verify is not relied on", async () => {
    const ledger = await verifyLedger(bytesOf((await exportLog(log)).slice(0, -1)), KEYS);
    expect(await failures(receipt, { ledger })).toEqual(["ledger_entry"]);
  });
});

describe("a proof", async () => {
  const note = await signCheckpoint(log);
  const proof = proofOf(log, 4, note);
  const proven = { ...receipt, proof, rotations: [] };

  it("shows that the entry stands in the log", async () => {
    const report = await verify(proven);
    expect(report.checks.map(({ id, status }) => [id, status]).slice(7, 10)).toEqual([
      ["proof_form", "ok"],
      ["checkpoint_signature", "ok"],
      ["inclusion", "ok"],
    ]);
    expect(await failures(answerOf(entry, proven), { requireProof: true })).toEqual([]);
  });

  it("holds for every entry, in every size of the log", async () => {
    for (let size = 1; size <= log.length; size++) {
      const checkpoint = await signCheckpoint(log, { size });
      for (const index of [1, 2, 4, 5, 7].filter((index) => index < size)) {
        const one = await signReceipt(log[index] ?? entry);
        expect(await failures({ ...one, proof: proofOf(log, index, checkpoint, size) })).toEqual([]);
      }
    }
  });

  it("in a history that was given up is evidence of what was lost, and is said to be", async () => {
    const operator = await makeKey("epoch");
    const trusting = [...KEYS, operator.trusted];
    const given = async (base: number) =>
      (
        await verify({ ...proven, epochs: [await signEpoch(operator, 2, log, base)] }, {}, trusting)
      ).notes.join();
    expect(await given(4)).toContain("given up when epoch 2 was opened");
    expect(await given(5)).not.toContain("given up");
    // Nobody whose key was not given can say so.
    const forged = { ...proven, epochs: [await signEpoch(await makeKey("epoch"), 2, log, 4)] };
    expect((await verify(forged, {}, trusting)).notes.join()).not.toContain("given up");
  });

  it("that is missing is said, and is a failure where it is asked for", async () => {
    for (const without of [receipt, { ...receipt, proof: null, rotations: [] }]) {
      expect((await verify(without)).notes.join(" ")).toContain("stands under no checkpoint yet");
      expect(await failures(without, { requireProof: true })).toEqual(["proof_form"]);
      expect(await failures(without, { witnesses: { quorum: 1, witnesses: [] } })).toEqual(["proof_form"]);
    }
  });

  const changed = (from: RegExp, to: string) => ({ ...receipt, proof: proof.replace(from, to) });
  it.each([
    ["is no proof", { ...receipt, proof: "hello" }, ["proof_form"]],
    ["is no text", { ...receipt, proof: {} }, ["proof_form"]],
    ["is of another entry", { ...receipt, proof: proofOf(log, 5, note) }, ["inclusion"]],
    ["names another place", changed(/^index 4$/m, "index 5"), ["inclusion"]],
    ["lacks a hash", changed(/\n[A-Za-z0-9+/]{43}=\n/, "\n"), ["inclusion"]],
    ["has another size in its checkpoint", changed(/^8$/m, "9"), ["checkpoint_signature"]],
  ])("that %s is refused", async (_, value, checks) => {
    expect(await failures(value)).toEqual(checks);
  });

  it("with any byte changed is refused, but for extra data, which nobody reads", async () => {
    const bytes = utf8(proof);
    for (let offset = 0; offset < bytes.length; offset++) {
      const copy = bytes.slice();
      copy[offset] = (copy[offset] ?? 0) ^ 1;
      expect([
        offset,
        (await failures({ ...receipt, proof: new TextDecoder().decode(copy) })).length > 0,
      ]).toEqual([offset, true]);
    }
    expect(await failures(changed(/^index/m, "extra AAAA\nindex"))).toEqual([]);
  });

  it.each([
    ["is of another log", () => signCheckpoint(log, { origin: "test.example/t/other" })],
    ["is signed by a receipt key", () => signCheckpoint(log, { key: receiptKey })],
    ["is signed by a stranger", () => signCheckpoint(log, { key: stranger })],
  ])("whose checkpoint %s is refused", async (_, make) => {
    expect(await failures({ ...receipt, proof: proofOf(log, 4, await make()) })).toEqual([
      "checkpoint_signature",
    ]);
  });

  it("under a checkpoint of another history is refused", async () => {
    const fork = makeLog(8, { forkAt: 2 });
    expect(await failures({ ...receipt, proof: proofOf(log, 4, await signCheckpoint(fork)) })).toEqual([
      "inclusion",
    ]);
  });

  it("of an entry that the checkpoint does not cover is refused", async () => {
    const early = proofOf(log, 3, await signCheckpoint(log, { size: 4 }), 4).replace("index 3", "index 4");
    expect(await failures({ ...receipt, proof: early })).toEqual(["inclusion"]);
  });
});

describe("a rotation", async () => {
  const newer = await makeKey("receipt");
  const rotated = async (index: number, key = receiptKey) => ({
    ...(await signReceipt(entry, "receipt", key)),
    rotations: [await signRotation("receipt", index, receiptKey, newer)],
  });

  it("leaves receipts of the older key good for what lies before, and for that alone", async () => {
    expect(await failures(await rotated(5))).toEqual([]);
    expect(await failures(await rotated(4))).toEqual(["rotations"]);
  });

  it("hands trust on to the newer key, which may sign anew what lies before", async () => {
    expect(await failures(await rotated(4, newer))).toEqual([]);
    expect(await failures(await rotated(5, newer))).toEqual([]);
    const { rotations: _, ...alone } = await rotated(4, newer);
    expect(await failures(alone)).toEqual(["signature"]);
  });

  it("leads back from the newer key to the older", async () => {
    expect(await failures(await rotated(5), {}, [newer.trusted])).toEqual([]);
    expect(await failures(await rotated(4), {}, [newer.trusted])).toEqual(["rotations"]);
  });

  it("does not spoil a receipt that was signed by both keys", async () => {
    const both = await rotated(4);
    const { signatures } = await signReceipt(entry, "receipt", newer);
    expect(await failures({ ...both, signatures: [...both.signatures, ...signatures] })).toEqual([]);
  });

  describe("of a key that the key file lists as one that gave way", () => {
    const listed: TrustedKey[] = [
      { ...receiptKey.trusted, successor: newer.jwk.kid },
      newer.trusted,
      checkpointKey.trusted,
    ];

    it("is needed for every receipt of that key: whoever has stolen it may leave the rotation away", async () => {
      const stolen = await signReceipt(entry, "receipt", receiptKey);
      expect(await failures(stolen, {}, listed)).toEqual(["rotations"]);
      expect(await failures(await rotated(5), {}, listed)).toEqual([]);
      expect(await failures(await rotated(4), {}, listed)).toEqual(["rotations"]);
      expect(await failures(await signReceipt(entry, "receipt", newer), {}, listed)).toEqual([]);
    });

    it("may stand beside the keys, with those of other logs", async () => {
      const receipt = await signReceipt(entry, "receipt", receiptKey);
      const at = async (index: number, log?: string) => ({
        where: "keys.json",
        value: (await signRotation("receipt", index, receiptKey, newer, log)) as unknown as Json,
      });
      const given = async (...rotations: Awaited<ReturnType<typeof at>>[]) =>
        failures(receipt, { statements: { rotations, epochs: [] } }, listed);
      expect(await given(await at(5), await at(3, "test.example/t/other"))).toEqual([]);
      expect(await given(await at(4), await at(99, "test.example/t/other"))).toEqual(["rotations"]);
      expect(await given(await at(99, "test.example/t/other"))).toEqual(["rotations"]);
    });

    it("to a key of the thief's own is refused", async () => {
      const thief = await makeKey("receipt");
      const rotations = [await signRotation("receipt", 1_000, receiptKey, thief)];
      for (const key of [receiptKey, thief]) {
        const forged = { ...(await signReceipt(entry, "receipt", key)), rotations };
        expect(await failures(forged, {}, listed)).not.toEqual([]);
      }
    });
  });

  it("that was changed is refused", async () => {
    const one = await rotated(5);
    const [rotation] = one.rotations;
    const payload = rotation?.payload.replace("eyJ", "eyK");
    expect(await failures({ ...one, rotations: [{ ...rotation, payload }] })).toEqual(["rotations"]);
    expect(await failures({ ...one, rotations: ["x"] })).toEqual(["rotations"]);
  });
});

describe("the statement", () => {
  it("is read from the signed bytes alone", () => {
    expect(fromUtf8(fromBase64(receipt.payload) ?? new Uint8Array())).toBe(
      receiptStatement("receipt", entry),
    );
  });
});
