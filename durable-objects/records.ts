/**
 * Records: what an entry was made from, and what its commitments stand for. Each is sealed under a random key of its own, in a
 * table of its own, so that destroying 32 bytes destroys the record wherever else its ciphertext lies. Everything that
 * writes or reads what people wrote goes through here.
 *
 * AES-256-GCM (NIST SP 800-38D), synchronously, since it happens inside transactions: 12 bytes of nonce, ciphertext, 16 of tag.
 * The associated data names log, entry and kind, so that a row moved to another place does not open.
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import { fromUtf8, utf8 } from "../core/encoding.ts";
import type { Digest } from "../core/hash.ts";
import type { Finding } from "../core/policy/decision.ts";
import type { Answer, DecisionCommit, DecisionRecord, ErasedRecord } from "./rpc.ts";
import type { DecisionRow, Statements } from "./statements.ts";

const ALGORITHM = "aes-256-gcm";
export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

type Kind = "decision" | "evidence" | "answer";
type Part = string | null;

// --- decisions ----------------------------------------------------------------

/** What of a decision its entry says too, and is kept in plain text. */
type PlainRecord = Omit<DecisionRecord, keyof PrivateRecord>;
type PrivateRecord = Pick<
  DecisionRecord,
  "findings" | "obligations" | "actionDigest" | "inputDigest" | "changed"
>;

/** Texts as they were written; who needs one parses it. */
export interface DecisionSecrets {
  /** base64url; opens the entry's commitments. */
  readonly salt: string;
  readonly input: string;
  readonly changedInput: string | null;
  /** JSON: canonical JSON of each policy's verdict, {decision: [], shadow: [] | null}. */
  readonly verdicts: string;
  /** JSON: keys of the findings that the approval discharged. */
  readonly discharged: string | null;
  /** JSON of the rendered message; null where nothing is sent. */
  readonly message: string | null;
  readonly title: string;
  /** Of the request's body; null where there was none. */
  readonly fingerprint: Digest | null;
}

export interface KeptDecision {
  readonly actionId: string;
  readonly entryIdx: number;
  readonly record: DecisionRecord;
  readonly secrets: DecisionSecrets;
  readonly erasedIdx: null;
}
export interface ErasedDecision {
  readonly actionId: string;
  readonly entryIdx: number;
  readonly record: ErasedRecord;
  readonly secrets: null;
  /** The entry that records the erasure. */
  readonly erasedIdx: number;
}

export function insertDecision(
  sql: Statements,
  entryIdx: number,
  commit: DecisionCommit & { readonly fingerprint?: Digest },
): void {
  sealDecision(sql, entryIdx, commit.actionId, commit.record, {
    salt: commit.salt,
    input: commit.input,
    changedInput: commit.changedInput,
    verdicts: JSON.stringify(commit.verdicts),
    discharged: commit.discharged && JSON.stringify(commit.discharged.keys),
    message: commit.message && JSON.stringify(commit.message),
    title: commit.title,
    fingerprint: commit.fingerprint ?? null,
  });
}

/** Writes the row of a decision, with a key of its own. */
export function sealDecision(
  sql: Statements,
  entryIdx: number,
  actionId: string,
  record: DecisionRecord,
  secrets: DecisionSecrets,
): void {
  const { findings, obligations, actionDigest, inputDigest, changed, ...plain } = record;
  const own: PrivateRecord = { findings, obligations, actionDigest, inputDigest, changed };
  const key = newKey(sql, entryIdx);
  sql.insertDecision({
    entry_idx: entryIdx,
    action_id: actionId,
    record: JSON.stringify(plain),
    sealed: seal(sql, key, entryIdx, "decision", [
      JSON.stringify(own),
      secrets.salt,
      secrets.input,
      secrets.changedInput,
      secrets.verdicts,
      secrets.discharged,
      secrets.message,
      secrets.title,
      secrets.fingerprint,
    ]),
    erased_idx: null,
  });
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
  if (decision.secrets === null) throw new Error(`couldn't read the decision at entry ${entryIdx}: erased`);
  return decision;
}

/** What of it was never sealed; null where no decision was made there. */
export function plainRecord(sql: Statements, entryIdx: number): PlainRecord | null {
  const row = sql.decision(entryIdx);
  return row && (JSON.parse(row.record) as PlainRecord);
}

function openDecision(sql: Statements, row: DecisionRow): KeptDecision | ErasedDecision {
  const { entry_idx: entryIdx, action_id: actionId, sealed, key, erased_idx } = row;
  if (sealed === null || key === null) {
    const record = { ...NOTHING_LEFT, ...(JSON.parse(row.record) as PlainRecord) } as ErasedRecord;
    return { actionId, entryIdx, record, secrets: null, erasedIdx: erased_idx ?? entryIdx };
  }
  const [own, salt, input, changedInput, verdicts, discharged, message, title, fingerprint] = open(
    sql,
    key,
    entryIdx,
    "decision",
    sealed,
  );
  // As `sealDecision` wrote them: the tag says so.
  return {
    actionId,
    entryIdx,
    record: { ...(JSON.parse(row.record) as PlainRecord), ...(JSON.parse(own as string) as PrivateRecord) },
    secrets: {
      salt,
      input,
      changedInput,
      verdicts,
      discharged,
      message,
      title,
      fingerprint,
    } as DecisionSecrets,
    erasedIdx: null,
  };
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

/** Destroys what is sealed of an action: keys first overwritten, then deleted. `erasedIdx` is the entry that records it. */
export function destroyRecords(sql: Statements, actionId: string, erasedIdx: number): void {
  for (const entryIdx of sql.sealedDecisions(actionId)) {
    const left = { ...plainRecord(sql, entryIdx), findings: findingsLeft(sql, entryIdx) };
    sql.eraseDecision(entryIdx, JSON.stringify(left), erasedIdx);
    sql.destroyKey(entryIdx, KEY_BYTES);
  }
  for (const entryIdx of sql.sealedEvidence(actionId)) {
    sql.eraseEvidence(entryIdx, erasedIdx);
    sql.destroyKey(entryIdx, KEY_BYTES);
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
  const key = crypto.getRandomValues(new Uint8Array(KEY_BYTES)).buffer;
  sql.insertRecordKey(entryIdx, key);
  return key;
}

const associated = (sql: Statements, entryIdx: number, kind: Kind): Uint8Array =>
  utf8(`${sql.log()}\n${entryIdx}\n${kind}`);

function seal(
  sql: Statements,
  key: ArrayBuffer,
  entryIdx: number,
  kind: Kind,
  parts: readonly Part[],
): ArrayBuffer {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const cipher = createCipheriv(ALGORITHM, new Uint8Array(key), nonce);
  cipher.setAAD(associated(sql, entryIdx, kind));
  const text = cipher.update(pack(parts));
  const rest = cipher.final();
  return joined([nonce, text, rest, cipher.getAuthTag()]);
}

function open(
  sql: Statements,
  key: ArrayBuffer,
  entryIdx: number,
  kind: Kind,
  sealed: ArrayBuffer,
): readonly Part[] {
  const bytes = new Uint8Array(sealed);
  const tagAt = bytes.length - TAG_BYTES;
  const decipher = createDecipheriv(ALGORITHM, new Uint8Array(key), bytes.subarray(0, NONCE_BYTES));
  decipher.setAAD(associated(sql, entryIdx, kind));
  decipher.setAuthTag(bytes.subarray(tagAt));
  const text = decipher.update(bytes.subarray(NONCE_BYTES, tagAt));
  // Throws where key, place or bytes are not those it was sealed with.
  decipher.final();
  return unpack(text);
}

/** Before each part its length in bytes, big-endian: JSON in JSON would be up to twice as long, and a row holds 2 MB. */
const LENGTH_BYTES = 4;
const ABSENT = 0xffffffff;

function pack(parts: readonly Part[]): Uint8Array {
  const chunks: Uint8Array[] = [];
  for (const part of parts) {
    const bytes = part === null ? null : utf8(part);
    const length = new Uint8Array(LENGTH_BYTES);
    new DataView(length.buffer).setUint32(0, bytes === null ? ABSENT : bytes.length);
    chunks.push(length);
    if (bytes !== null) chunks.push(bytes);
  }
  return new Uint8Array(joined(chunks));
}

function unpack(bytes: Uint8Array): Part[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Part[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = view.getUint32(at);
    at += LENGTH_BYTES;
    if (length === ABSENT) {
      parts.push(null);
      continue;
    }
    parts.push(fromUtf8(bytes.subarray(at, at + length)));
    at += length;
  }
  return parts;
}

function joined(chunks: readonly Uint8Array[]): ArrayBuffer {
  const whole = new Uint8Array(chunks.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole.buffer;
}
