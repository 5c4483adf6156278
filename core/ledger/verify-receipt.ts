/**
 * Verification of a single receipt, offline: a DSSE envelope by itself, or the answer that holds it (an action, or the
 * problem that refused one), whose salt then opens the commitments.
 */

import { canonicalJson } from "../canonical-json.ts";
import { type Envelope, PAYLOAD_TYPES } from "../dsse.ts";
import { fromBase64Url } from "../encoding.ts";
import { type Digest, isDigest } from "../hash.ts";
import { type Json, type JsonLimits, type JsonObject, parseIJson } from "../json.ts";
import {
  parseReceiptStatement,
  type ReceiptKind,
  type ReceiptStatement,
  STATEMENT_FAULTS,
  type StatementFault,
} from "../receipt.ts";
import { ok, type Result, refuse } from "../result.ts";
import { findingsCheck } from "./answer-findings.ts";
import { commit, SALT_BYTES } from "./commitment.ts";
import { isObject } from "./export.ts";
import { type Check, check, type Fault, fault, type Report, report, skipped } from "./report.ts";
import { kindOf, openTrusted, readEnvelope, type TrustedKey } from "./trust.ts";
import type { VerifiedLedger } from "./verify.ts";

/** An action as answered, with its payload and findings, several times over. */
const ANSWER_LIMITS: JsonLimits = { bytesMax: 16 * 1024 * 1024, depthMax: 96, valuesMax: 500_000 };

export async function verifyReceipt(
  bytes: Uint8Array,
  keys: readonly TrustedKey[],
  ledger: VerifiedLedger | null,
): Promise<Report> {
  const json = parseIJson(bytes, ANSWER_LIMITS);
  const compared = "the file read as strict I-JSON (RFC 7493)";
  if (!json.ok) {
    return report(
      "receipt",
      [check("file_syntax", compared, [fault(`${json.fault.detail} (offset ${json.fault.offset})`)])],
      [],
    );
  }
  const opening = await openReceipt(json.value, keys);
  const checks = [check("file_syntax", compared, []), ...opening.checks];
  if (opening.signed === null) return report("receipt", checks, []);
  const { answer, kind, payload, keyId } = opening.signed;
  const contents = readStatement(kind, payload);
  checks.push(...contents.checks);
  if (contents.statement === null) return report("receipt", checks, []);
  checks.push(...answerChecks(answer, contents.statement));
  if (ledger !== null) checks.push(ledgerCheck(ledger, contents.statement));
  return report("receipt", checks, notesOf(contents.statement, keyId));
}

// --- the envelope -----------------------------------------------------------

interface Signed {
  readonly answer: JsonObject | null;
  readonly kind: ReceiptKind;
  readonly payload: Uint8Array;
  readonly keyId: string;
}

/** Each step's failure ends it: what is not signed is not read. */
async function openReceipt(
  json: Json,
  keys: readonly TrustedKey[],
): Promise<{ checks: Check[]; signed: Signed | null }> {
  const checks: Check[] = [];
  const step = <T>(id: string, compared: string, result: Result<T, string>): T | null => {
    checks.push(check(id, compared, result.ok ? [] : [fault(result.fault)]));
    return result.ok ? result.value : null;
  };
  const held = findEnvelope(json);
  const envelope = step(
    "envelope_form",
    "the form of a DSSE envelope",
    held.ok ? readEnvelope(held.value.envelope) : held,
  );
  if (!held.ok || envelope === null) return { checks, signed: null };
  const kind = step(
    "payload_type",
    `the payloadType ${envelope.payloadType}`,
    receiptType(envelope, held.value.member),
  );
  if (kind === null) return { checks, signed: null };
  const opened = step(
    "signature",
    "Ed25519 over the statement, with the given receipt keys",
    await openTrusted(kind, envelope, keys),
  );
  if (opened === null) return { checks, signed: null };
  return {
    checks,
    signed: opened && { answer: held.value.answer, kind, payload: opened.payload, keyId: opened.key.id },
  };
}

interface Held {
  readonly answer: JsonObject | null;
  readonly member: "receipt" | "denial_proof" | null;
  readonly envelope: Json;
}

function findEnvelope(json: Json): Result<Held, string> {
  if (!isObject(json)) return refuse("The file does not hold an object.");
  if (Object.hasOwn(json, "payloadType")) return ok({ answer: null, member: null, envelope: json });
  const { receipt = null, denial_proof: proof = null } = json;
  if (receipt !== null && proof !== null)
    return refuse("The answer holds both a receipt and a denial proof; an action has one.");
  if (receipt !== null) return ok({ answer: json, member: "receipt", envelope: receipt });
  if (proof !== null) return ok({ answer: json, member: "denial_proof", envelope: proof });
  return refuse(
    "The answer holds no receipt: an action that is held or deferred has none until it is decided.",
  );
}

function receiptType(envelope: Envelope, member: Held["member"]): Result<ReceiptKind, string> {
  const kind = kindOf(envelope);
  if (kind === null) return refuse(`Not known: expected one such as ${PAYLOAD_TYPES.receipt}.`);
  if (kind === "head") return refuse("This is a ledger's head, not a receipt.");
  if (kind === "alert") return refuse("This is an alert of the gateway, not a receipt.");
  if (member !== null && (member === "denial_proof") !== (kind === "denial_proof")) {
    return refuse(`The answer gives it as its \`${member}\`, but it is a ${kind}.`);
  }
  return ok(kind);
}

// --- the statement ------------------------------------------------------------

/** Which check a fault of the statement belongs to; those before it are met. */
const FAULT_CHECK: Readonly<Record<StatementFault, string>> = {
  not_json: "statement_form",
  not_canonical: "statement_form",
  shape: "statement_form",
  leaf: "leaf_hash",
  kind: "kind_decision",
};

const STATEMENT_CHECKS: readonly (readonly [id: string, compared: string])[] = [
  ["statement_form", "the signed bytes with their canonical JSON (RFC 8785) and the members of a receipt"],
  ["leaf_hash", "SHA-256(0x00 || entry) with the stated leaf"],
  ["kind_decision", "the kind of receipt with the decision in it, and with the payloadType"],
];

function readStatement(
  kind: ReceiptKind,
  payload: Uint8Array,
): { checks: Check[]; statement: ReceiptStatement | null } {
  const parsed = parseReceiptStatement(payload);
  const wrong: StatementFault | null = parsed.ok
    ? parsed.value.kind === kind
      ? null
      : "kind"
    : parsed.fault;
  const checks: Check[] = [];
  for (const [id, compared] of STATEMENT_CHECKS) {
    const failed = wrong !== null && FAULT_CHECK[wrong] === id;
    checks.push(check(id, compared, failed ? [fault(STATEMENT_FAULTS[wrong])] : []));
    if (failed) break;
  }
  return { checks, statement: parsed.ok && wrong === null ? parsed.value : null };
}

// --- the answer around it, and the log ---------------------------------------

function answerChecks(answer: JsonObject | null, { entry, leaf }: ReceiptStatement): Check[] {
  if (answer === null) {
    return [
      skipped(
        "commitments",
        "an envelope by itself has no salt: which action it is about is shown by the answer that it came in",
      ),
    ];
  }
  const checks: Check[] = [];
  const { id, ledger, salt } = answer;
  if (id !== undefined) {
    checks.push(
      check(
        "action_id",
        "the answer's id with the entry's subject",
        id === entry.subject ? [] : [fault(`The receipt is that of ${entry.subject}.`)],
      ),
    );
  }
  if (isObject(ledger)) {
    const same = ledger.index === entry.index && ledger.leaf === leaf;
    checks.push(
      check(
        "answer_ledger",
        "the answer's ledger index and leaf with the receipt's",
        same ? [] : [fault(`The receipt is of entry ${entry.index}, leaf ${leaf}.`)],
      ),
    );
  }
  checks.push(decisionCheck(answer, entry.body));
  if (answer.findings !== undefined) checks.push(findingsCheck(answer, entry.body));
  for (const field of ["action", "input"] as const) {
    const expected = entry.body.commitments[field];
    checks.push(openCommitment(field, field, salt, answer[`${field}_digest`], expected));
  }
  checks.push(...changeChecks(answer, entry.body.commitments.changed ?? null));
  const changed = isObject(answer.changed) ? answer.changed : null;
  for (const field of ["action", "input"] as const) {
    const expected = entry.body.commitments.changed?.[field];
    if (expected === undefined || changed === null) continue;
    checks.push(openCommitment(`changed_${field}`, field, salt, changed[`${field}_digest`], expected));
  }
  return checks;
}

/** Whoever reads the answer takes its `payload` for what passed, so none may be shown that the receipt knows nothing of. */
function changeChecks({ changed, payload }: JsonObject, committed: object | null): Check[] {
  const given = [changed, payload].filter((member) => member !== undefined);
  if (given.length === 0) return [];
  const wrong = given.some((member) => (member !== null) !== (committed !== null)) || Array.isArray(changed);
  const checks = [
    check(
      "answer_changed",
      "whether the answer shows a changed payload with whether the receipt commits to a changed action",
      wrong ? [fault("The answer's change is not the one in the receipt.")] : [],
    ),
  ];
  if (payload !== undefined && payload !== null && !wrong) {
    const why =
      "the receipt commits to the changed action as a whole; an export with evidence shows its payload";
    checks.push(skipped("answer_payload", why));
  }
  return checks;
}

/** What entries of the first release do not say (docs/spec/receipt.md). */
const UNSAID: JsonObject = { provisional: false };

/** What the answer repeats of the decision in plain view; a reader would believe it without opening the receipt. */
const REPEATED = ["decision", "mode", "would_decide", "provisional", "engine", "bundles"] as const;

function decisionCheck(answer: JsonObject, body: JsonObject): Check {
  const given = REPEATED.filter((name) => answer[name] !== undefined);
  if (given.length === 0) return skipped("answer_decision", "the answer repeats nothing of the decision");
  const faults = given
    .filter(
      (name) => canonicalJson(answer[name] ?? null) !== canonicalJson(body[name] ?? UNSAID[name] ?? null),
    )
    .map((name) => fault(`The answer's ${name} is not the one in the receipt.`));
  return check("answer_decision", `the answer's ${given.join(", ")} with the receipt's`, faults);
}

function openCommitment(
  name: "action" | "input" | "changed_action" | "changed_input",
  field: "action" | "input",
  salt: Json | undefined,
  digest: Json | undefined,
  expected: Digest,
): Check {
  const id = `${name}_commitment`;
  if (salt === undefined || digest === undefined || salt === null || digest === null) {
    return skipped(id, `the answer does not give both salt and ${field}_digest`);
  }
  const compared = `SHA-256 of salt and the answer's ${field}_digest with the entry's commitment`;
  const bytes = typeof salt === "string" ? fromBase64Url(salt) : null;
  if (bytes?.length !== SALT_BYTES)
    return check(id, compared, [fault(`The salt is not ${SALT_BYTES} bytes in base64url.`)]);
  if (!isDigest(digest)) return check(id, compared, [fault(`The ${field}_digest is not a digest.`)]);
  const opens = commit(name, bytes, digest) === expected;
  return check(
    id,
    compared,
    opens ? [] : [fault(`The receipt is not over this ${field}, or this is not its salt.`)],
  );
}

function ledgerCheck(ledger: VerifiedLedger, { entry, leaf }: ReceiptStatement): Check {
  const compared = `entry ${entry.index} of the given ledger export with the receipt's leaf`;
  const found = ledger.leaves.get(entry.index);
  const faults: Fault[] = [];
  if (ledger.log !== entry.log) {
    faults.push(
      fault(`The export is of log ${ledger.log ?? "(none)"}, the receipt of ${entry.log}.`, entry.index),
    );
  } else if (found === undefined) {
    faults.push(
      fault(
        `The export holds entries ${ledger.first} to ${ledger.last}; entry ${entry.index} is not among them.`,
        entry.index,
      ),
    );
  } else if (found !== leaf) {
    faults.push(
      fault(
        `The export has another entry ${entry.index}, with leaf ${found}: one of the two was forged.`,
        entry.index,
      ),
    );
  }
  if (!ledger.report.ok) faults.push(fault("The export itself does not verify."));
  return check("ledger_entry", compared, faults);
}

function notesOf({ kind, entry }: ReceiptStatement, keyId: string): string[] {
  const { body, subject, index, log, time } = entry;
  const notes = [
    `Action ${subject}: ${body.decision} at ${time}, entry ${index} of log ${log}, signed by key ${keyId}.`,
  ];
  if (body.decision === "modify") notes.push("What passed is the action as changed, not as submitted.");
  if (kind === "provisional_receipt") {
    notes.push(
      "It passed before every policy had answered; an `evaluation` entry of the log says what they found.",
    );
  }
  if (kind === "observed_receipt") {
    const would = body.would_decide === null ? "" : `; enforced, it would have been: ${body.would_decide}`;
    notes.push(`The action was let through under observation${would}.`);
  }
  return notes;
}
