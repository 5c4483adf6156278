/**
 * Records: what an entry was made from, and what its commitments stand for. Each is sealed under a random key of its own, in a
 * table of its own, so that destroying 32 bytes destroys the record wherever else its ciphertext lies. Everything that
 * reads what people wrote goes through here.
 *
 * Decisions come sealed from the gate (core/sealed-record.ts), their payloads stored before where they are large. All else is small
 * and sealed here, with AES-256-GCM as well, synchronously, since it happens inside transactions; its associated data names log,
 * entry and kind, so that a row moved to another place does not open.
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import { utf8 } from "../core/encoding.ts";
import type { Finding } from "../core/policy/decision.ts";
import {
  type Brief,
  changedPayloadOf,
  NONCE_BYTES,
  type Part,
  type Payload,
  type PrivateRecord,
  packBrief,
  packParts,
  packPayload,
  RECORD_KEY_BYTES,
  readBrief,
  readPayloadParts,
  recordContext,
  type SealedRecord,
  TAG_BYTES,
  unpackParts,
} from "../core/sealed-record.ts";
import type { Answer, DecisionCommit, DecisionRecord, ErasedRecord, KeptRecord } from "./rpc.ts";
import type { DecisionRow, Statements } from "./statements.ts";

const ALGORITHM = "aes-256-gcm";

type Kind = "evidence" | "answer";

// --- decisions ----------------------------------------------------------------

/** What of a decision its entry says too, and is kept in plain text. */
type PlainRecord = Omit<KeptRecord, keyof PrivateRecord>;

export interface KeptDecision {
  readonly actionId: string;
  readonly entryIdx: number;
  readonly record: KeptRecord;
  readonly brief: Omit<Brief, "own">;
  readonly erasedIdx: null;
}
export interface ErasedDecision {
  readonly actionId: string;
  readonly entryIdx: number;
  readonly record: ErasedRecord;
  readonly brief: null;
  /** The entry that records the erasure. */
  readonly erasedIdx: number;
}

/** Writes the row of a decision, and its key. */
export function insertDecision(
  sql: Statements,
  entryIdx: number,
  { actionId, record, sealed }: Pick<DecisionCommit, "actionId" | "record" | "sealed">,
): void {
  const { findings: _, obligations: _o, actionDigest: _a, inputDigest: _i, changed: _c, ...plain } = record;
  const { payload } = sealed;
  sql.insertRecordKey(entryIdx, sealed.key);
  sql.insertDecision({
    entry_idx: entryIdx,
    action_id: actionId,
    record: JSON.stringify(plain satisfies PlainRecord),
    place: sealed.place,
    sealed: sealed.brief,
    payload: payload.kind === "here" ? payload.sealed : null,
    payload_digest: payload.kind === "here" ? null : payload.digest,
    payload_bytes: payload.kind === "here" ? payload.sealed.byteLength : payload.bytes,
    erased_idx: null,
  });
}

/** As the gate seals one; for what an earlier release wrote otherwise. */
export function sealRecord(
  sql: Statements,
  key: ArrayBuffer,
  actionId: string,
  place: string,
  brief: Brief,
  payload: Payload,
): SealedRecord {
  const context = (part: "brief" | "payload") => recordContext(sql.log(), actionId, place, part);
  return {
    key,
    place,
    brief: encrypt(key, context("brief"), packBrief(brief)),
    payload: { kind: "here", sealed: encrypt(key, context("payload"), packPayload(payload)) },
  };
}

/** The decision at an entry; null where none was made there. */
export function findDecision(sql: Statements, entryIdx: number): KeptDecision | ErasedDecision | null {
  const row = sql.decision(entryIdx);
  return row && openDecision(sql, row);
}

/** The decision at an entry that has one. */
export function readDecision(sql: Statements, entryIdx: number): KeptDecision | ErasedDecision {
  const decision = findDecision(sql, entryIdx);
  if (decision === null) throw new Error(`couldn't read the decision at entry ${entryIdx}`);
  return decision;
}

/** The decision of an action that waits, or is being sent: of these nothing is erased. */
export function readKept(sql: Statements, entryIdx: number): KeptDecision {
  const decision = readDecision(sql, entryIdx);
  if (decision.brief === null) throw new Error(`couldn't read the decision at entry ${entryIdx}: erased`);
  return decision;
}

/** What of it was never sealed; null where no decision was made there. */
export function plainRecord(sql: Statements, entryIdx: number): PlainRecord | null {
  const row = sql.decision(entryIdx);
  return row && (JSON.parse(row.record) as PlainRecord);
}

/** Throws `NotHere` where it has to be fetched first. */
export function readPayload(sql: Statements, { entryIdx, actionId }: KeptDecision): Payload {
  const row = sql.payload(entryIdx);
  if (row?.payload == null || row.key === null)
    throw new Error(`couldn't read the payload at entry ${entryIdx}`);
  const context = recordContext(sql.log(), actionId, row.place, "payload");
  return readPayloadParts(decrypt(row.key, context, row.payload));
}

/** The record as it is answered: with the payload that goes, where obligations changed it. Throws as `readPayload` does. */
export function answeredRecord(
  sql: Statements,
  decision: KeptDecision | ErasedDecision,
): DecisionRecord | ErasedRecord {
  if (decision.brief === null) return decision.record;
  const { changed, ...record } = decision.record;
  if (changed === null) return { ...record, changed };
  const payload = changedPayloadOf(readPayload(sql, decision));
  if (payload === null) throw new Error(`couldn't read the changed payload at entry ${decision.entryIdx}`);
  return { ...record, changed: { ...changed, payload } };
}

function openDecision(sql: Statements, row: DecisionRow): KeptDecision | ErasedDecision {
  const { entry_idx: entryIdx, action_id: actionId, place, sealed, key, erased_idx } = row;
  const plain = JSON.parse(row.record) as PlainRecord;
  if (sealed === null || key === null) {
    const record = { ...NOTHING_LEFT, ...plain } as ErasedRecord;
    return { actionId, entryIdx, record, brief: null, erasedIdx: erased_idx ?? entryIdx };
  }
  const { own, ...brief } = readBrief(
    decrypt(key, recordContext(sql.log(), actionId, place, "brief"), sealed),
  );
  return { actionId, entryIdx, record: { ...plain, ...own }, brief, erasedIdx: null };
}

// --- evidence and answers -----------------------------------------------------

/** Keeps what the commitments of an entry that is no decision stand for; it goes with the action's other payloads. */
export function insertEvidence(
  sql: Statements,
  entryIdx: number,
  actionId: string | null,
  salt: string,
  text: string,
): void {
  const key = newKey(sql, entryIdx);
  const sealed = seal(sql, key, entryIdx, "evidence", [salt, text]);
  sql.insertEvidence({ entry_idx: entryIdx, action_id: actionId, sealed, erased_idx: null });
}

/** Null where there is none, or none any more. */
export function findEvidence(
  sql: Statements,
  entryIdx: number,
): { readonly salt: string; readonly text: string } | null {
  const row = sql.evidence(entryIdx);
  if (row === null || row.sealed === null || row.key === null) return null;
  const [salt, text] = open(sql, row.key, entryIdx, "evidence", row.sealed);
  return { salt: salt as string, text: text as string };
}

/** An answer tells of its decision's findings, so it is kept under that decision's key; null where that was destroyed. */
export function sealAnswer(sql: Statements, entryIdx: number, answer: Answer): ArrayBuffer | null {
  const key = sql.recordKey(entryIdx);
  return key && seal(sql, key, entryIdx, "answer", [JSON.stringify(answer)]);
}

export function openAnswer(sql: Statements, entryIdx: number, sealed: ArrayBuffer): Answer | null {
  const key = sql.recordKey(entryIdx);
  return key && (JSON.parse(open(sql, key, entryIdx, "answer", sealed)[0] as string) as Answer);
}

// --- erasing ------------------------------------------------------------------

/**
 * Destroys what is sealed of an action: keys first overwritten, then deleted. What lies in the store opens no more, and is deleted there
 * afterwards (payloads.ts). `erasedIdx` is the entry that records it.
 */
export function destroyRecords(sql: Statements, actionId: string, erasedIdx: number): void {
  for (const entryIdx of sql.sealedDecisions(actionId)) {
    const left = { ...plainRecord(sql, entryIdx), findings: findingsLeft(sql, entryIdx) };
    const file = sql.storedAt(entryIdx);
    sql.eraseDecision(entryIdx, JSON.stringify(left), erasedIdx);
    // With others in one file, the last of them takes it along.
    if (file !== null && !sql.isStored(file)) sql.discard(file);
    sql.destroyKey(entryIdx, RECORD_KEY_BYTES);
  }
  for (const entryIdx of sql.sealedEvidence(actionId)) {
    sql.eraseEvidence(entryIdx, erasedIdx);
    sql.destroyKey(entryIdx, RECORD_KEY_BYTES);
  }
  sql.eraseAnswers(actionId);
}

/** Entries of an action whose records can be read, in order. */
export const recordsOf = (sql: Statements, actionId: string): number[] =>
  [...sql.sealedDecisions(actionId), ...sql.sealedEvidence(actionId)].sort((a, b) => a - b);

/** A record that does not open, as after damage to the storage, is erased all the same. */
function findingsLeft(sql: Statements, entryIdx: number): readonly Finding[] {
  try {
    return readDecision(sql, entryIdx).record.findings.map(withoutPlace);
  } catch (error) {
    console.error(JSON.stringify({ event: "record_damaged", entry: entryIdx, error: String(error) }));
    return [];
  }
}

/** What an entry says of the rules that fired stays; where in somebody's text they did does not. */
function withoutPlace(finding: Finding): Finding {
  const { policy, rule, severity, reason, suggestion, observed, settled } = finding;
  const place = { part: null, pointer: null, start: null, end: null, key: false } as const;
  return { policy, rule, severity, ...place, reason, suggestion, observed, settled };
}

const NOTHING_LEFT = {
  findings: [],
  obligations: [],
  actionDigest: null,
  inputDigest: null,
  changed: null,
} as const;

// --- sealing ------------------------------------------------------------------

function newKey(sql: Statements, entryIdx: number): ArrayBuffer {
  const key = crypto.getRandomValues(new Uint8Array(RECORD_KEY_BYTES)).buffer;
  sql.insertRecordKey(entryIdx, key);
  return key;
}

const associated = (sql: Statements, entryIdx: number, kind: Kind): Uint8Array =>
  utf8(`${sql.log()}\n${entryIdx}\n${kind}`);

const seal = (
  sql: Statements,
  key: ArrayBuffer,
  entryIdx: number,
  kind: Kind,
  parts: readonly Part[],
): ArrayBuffer => encrypt(key, associated(sql, entryIdx, kind), packParts(parts));

const open = (
  sql: Statements,
  key: ArrayBuffer,
  entryIdx: number,
  kind: Kind,
  sealed: ArrayBuffer,
): readonly Part[] => unpackParts(decrypt(key, associated(sql, entryIdx, kind), sealed));

function encrypt(key: ArrayBuffer, context: Uint8Array, bytes: Uint8Array): ArrayBuffer {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const cipher = createCipheriv(ALGORITHM, new Uint8Array(key), nonce);
  cipher.setAAD(context);
  const parts = [nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()];
  const sealed = new Uint8Array(parts.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const part of parts) {
    sealed.set(part, at);
    at += part.length;
  }
  return sealed.buffer;
}

/** Throws where key, context or bytes are not those it was sealed with. */
export function decrypt(key: ArrayBuffer, context: Uint8Array, sealed: ArrayBuffer): Uint8Array {
  const bytes = new Uint8Array(sealed);
  const tagAt = bytes.length - TAG_BYTES;
  const decipher = createDecipheriv(ALGORITHM, new Uint8Array(key), bytes.subarray(0, NONCE_BYTES));
  decipher.setAAD(context);
  decipher.setAuthTag(bytes.subarray(tagAt));
  const text = decipher.update(bytes.subarray(NONCE_BYTES, tagAt));
  decipher.final();
  return text;
}
