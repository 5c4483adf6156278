/**
 * Verification of a single receipt, offline: a DSSE envelope by itself, or the answer that holds it (an action, or the
 * problem that refused one), whose salt then opens the commitments. With its proof (`proof`, `rotations`, `epochs` beside the
 * envelope's own members) it also shows that its entry stands in the log.
 */
import { type Envelope, PAYLOAD_TYPES } from "../dsse.ts";
import { fromBase64 } from "../encoding.ts";
import { type Json, type JsonLimits, type JsonObject, parseIJson } from "../json.ts";
import {
  parseReceiptStatement,
  type ReceiptKind,
  type ReceiptStatement,
  STATEMENT_FAULTS,
  type StatementFault,
} from "../receipt.ts";
import { ok, type Result, refuse } from "../result.ts";
import { answerChecks } from "./answer-checks.ts";
import { isObject } from "./export.ts";
import { locatedList } from "./export-reader.ts";
import { proofChecks } from "./receipt-proof.ts";
import { type Check, check, type Fault, fault, type Report, report } from "./report.ts";
import { handOn, type LogKey, type LogKeys, whyEnded } from "./rotations.ts";
import type { WitnessPolicy } from "./tree/cosignature.ts";
import {
  type GivenStatements,
  kindOf,
  NO_STATEMENTS,
  openTrusted,
  readEnvelope,
  type TrustedKey,
} from "./trust.ts";
import type { VerifiedLedger } from "./verify.ts";

/** An action as answered, with its payload and findings, several times over. */
const ANSWER_LIMITS: JsonLimits = { bytesMax: 16 * 1024 * 1024, depthMax: 96, valuesMax: 500_000 };

export interface ReceiptOptions {
  /** An export that must hold the receipt's entry. */
  readonly ledger?: VerifiedLedger | null;
  /** Fails a receipt that stands under no checkpoint yet. */
  readonly requireProof?: boolean;
  /** Witnesses of which some must have cosigned the checkpoint. */
  readonly witnesses?: WitnessPolicy | null;
  /** Beside those that the receipt carries. */
  readonly statements?: GivenStatements;
}

export async function verifyReceipt(
  bytes: Uint8Array,
  given: readonly TrustedKey[],
  { ledger = null, requireProof = false, witnesses = null, statements = NO_STATEMENTS }: ReceiptOptions = {},
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
  const opening = await openReceipt(json.value, given, statements);
  const checks = [check("file_syntax", compared, []), ...opening.checks];
  if (opening.signed === null) return report("receipt", checks, []);
  const { answer, kind, payload, key, keys, envelope } = opening.signed;
  const contents = readStatement(kind, payload);
  checks.push(...contents.checks);
  const { statement } = contents;
  if (statement === null) return report("receipt", checks, []);
  checks.push(...keyChecks(keys, key, statement));
  const proof = await proofChecks(envelope, statement, keys.keys, {
    requireProof,
    witnesses,
    epochs: statements.epochs,
  });
  checks.push(...proof.checks, ...answerChecks(answer, statement));
  if (ledger !== null) checks.push(ledgerCheck(ledger, statement));
  return report("receipt", checks, [...notesOf(statement, key.id), ...proof.notes]);
}

// --- the envelope -----------------------------------------------------------

interface Signed {
  readonly answer: JsonObject | null;
  readonly kind: ReceiptKind;
  readonly payload: Uint8Array;
  readonly key: LogKey;
  readonly keys: LogKeys;
  /** With what stands beside the envelope's own members. */
  readonly envelope: JsonObject;
}

/** Each step's failure ends it: what is not signed is not read. */
async function openReceipt(
  json: Json,
  given: readonly TrustedKey[],
  statements: GivenStatements,
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
  const outer = isObject(held.value.envelope) ? held.value.envelope : {};
  const { log, index } = placeNamed(envelope);
  const keys = await handOn(
    given,
    locatedList("rotations", outer.rotations ?? null),
    log,
    statements.rotations,
  );
  // Of several signatures the one whose key was the log's at that place is the one that counts.
  const inTime = keys.keys.filter(({ until }) => index < until);
  const opened = step(
    "signature",
    "Ed25519 over the statement, with the given receipt keys",
    await openTrusted(kind, envelope, inTime).then((first) =>
      first.ok ? first : openTrusted(kind, envelope, keys.keys),
    ),
  );
  if (opened === null) return { checks, signed: null };
  const { payload, key } = opened;
  return { checks, signed: { answer: held.value.answer, kind, payload, key, keys, envelope: outer } };
}

/** What the payload says before anybody has vouched for it: it only decides which signature is looked at first. */
function placeNamed({ payload }: Envelope): { readonly log: string | null; readonly index: number } {
  const bytes = fromBase64(payload);
  const json = bytes && parseIJson(bytes, ANSWER_LIMITS);
  const entry = json?.ok && isObject(json.value) && isObject(json.value.entry) ? json.value.entry : {};
  const { log, index } = entry;
  return { log: typeof log === "string" ? log : null, index: typeof index === "number" ? index : 0 };
}

/** Whether the key was the log's when it signed, and whether what says so holds. */
function keyChecks({ faults, count }: LogKeys, key: LogKey, { entry }: ReceiptStatement): Check[] {
  const late = entry.index < key.until ? [] : [fault(whyEnded(key, `entry ${entry.index}`), entry.index)];
  if (count === 0 && faults.length + late.length === 0) return [];
  return [
    check(
      "rotations",
      `both signatures of ${count} rotations, and the receipt's place with the time of its key`,
      [...faults, ...late],
    ),
  ];
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

const NOT_RECEIPTS = {
  alert: "an alert of the gateway",
  rotation: "a rotation of keys",
  epoch: "the opening of an epoch",
} as const;

function receiptType(envelope: Envelope, member: Held["member"]): Result<ReceiptKind, string> {
  const kind = kindOf(envelope);
  if (kind === null) return refuse(`Not known: expected one such as ${PAYLOAD_TYPES.receipt}.`);
  if (kind === "alert" || kind === "rotation" || kind === "epoch")
    return refuse(`This is ${NOT_RECEIPTS[kind]}, not a receipt.`);
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
