/**
 * Seals what a decision was made from, before the commit: here and not in the tenant's object, which is one thread. A large payload is
 * stored first, and the commit holds its place, length and digest (docs/design/payloads-beside.md). What is stored and then not
 * committed is found and deleted by the object.
 */
import { digestOf } from "../../core/hash.ts";
import { PAYLOAD_BYTES_IN_OBJECT_MAX } from "../../core/limits.ts";
import {
  NONCE_BYTES,
  packBrief,
  packPayload,
  placeOf,
  RECORD_KEY_BYTES,
  recordContext,
  type SealedPayload,
  type SealedRecord,
  storeName,
  TAG_BYTES,
} from "../../core/sealed-record.ts";
import type {
  DecisionCommit,
  DecisionDraft,
  KeptRecord,
  SubmitCommit,
  SubmitDraft,
} from "../../durable-objects/rpc.ts";
import type { Env } from "./env.ts";
import { newId, randomBytes } from "./random.ts";
import { reach } from "./reach.ts";

type Store = Pick<Env, "ARCHIVE">;

/** Throws a Problem where the store cannot be reached: then nothing is committed. */
export async function sealDecision(env: Store, log: string, draft: DecisionDraft): Promise<DecisionCommit> {
  return sealed(env, log, draft, null);
}

/** The same, with the fingerprint of the request. */
export async function sealSubmission(env: Store, log: string, draft: SubmitDraft): Promise<SubmitCommit> {
  const { fingerprint, idempotency } = draft;
  return { ...(await sealed(env, log, draft, fingerprint)), fingerprint, idempotency };
}

async function sealed(
  env: Store,
  log: string,
  draft: DecisionDraft,
  fingerprint: SubmitDraft["fingerprint"] | null,
): Promise<DecisionCommit> {
  const { revision, actionId, approvalId, deliveryId, principal, surface, resource, recipients } = draft;
  const { salt, rules, policies, shadow, bindings, commitments, message } = draft;
  const record = keptRecord(draft);
  return {
    ...{ revision, actionId, approvalId, deliveryId, principal, surface, resource, recipients },
    ...{ salt, rules, policies, shadow, bindings, commitments, record },
    discharged: draft.discharged?.commitment ?? null,
    sends: message !== null,
    sealed: await sealRecord(env, log, draft, record, fingerprint),
  };
}

function keptRecord({ record }: DecisionDraft): KeptRecord {
  if (record.changed === null) return record;
  const { payload: _, ...changed } = record.changed;
  return { ...record, changed };
}

async function sealRecord(
  env: Store,
  log: string,
  draft: DecisionDraft,
  { findings, obligations, actionDigest, inputDigest, changed }: KeptRecord,
  fingerprint: SubmitDraft["fingerprint"] | null,
): Promise<SealedRecord> {
  const { actionId, salt, title, tool, target, input, changedInput, verdicts, discharged, message } = draft;
  const bytes = randomBytes(RECORD_KEY_BYTES);
  const key = await crypto.subtle.importKey("raw", bytes, ALGORITHM, false, ["encrypt"]);
  const place = placeOf(Date.now(), newId("rec"));
  const context = (part: "brief" | "payload") => recordContext(log, actionId, place, part);
  const own = { findings, obligations, actionDigest, inputDigest, changed };
  const brief = packBrief({ own, salt, title, tool, target, fingerprint });
  const payload = packPayload({
    ...{ input, changedInput },
    changedPayload: draft.record.changed && JSON.stringify(draft.record.changed.payload),
    verdicts: JSON.stringify(verdicts),
    discharged: discharged && JSON.stringify(discharged.keys),
    message: message && JSON.stringify(message),
  });
  const sealedPayload = await encrypt(key, context("payload"), payload);
  return {
    key: bytes.buffer as ArrayBuffer,
    place,
    brief: await encrypt(key, context("brief"), brief),
    payload: await placed(env, storeName(log, place), sealedPayload),
  };
}

async function placed({ ARCHIVE }: Store, name: string, sealed: ArrayBuffer): Promise<SealedPayload> {
  if (ARCHIVE === undefined || sealed.byteLength <= PAYLOAD_BYTES_IN_OBJECT_MAX)
    return { kind: "here", sealed };
  const bytes = new Uint8Array(sealed);
  await reach("store_unavailable", () => ARCHIVE.put(name, bytes));
  return { kind: "beside", digest: digestOf(bytes), bytes: bytes.length };
}

const ALGORITHM = "AES-GCM";

/** Nonce, ciphertext and tag: Web Crypto appends the tag itself. */
async function encrypt(key: CryptoKey, context: Uint8Array, bytes: Uint8Array): Promise<ArrayBuffer> {
  const nonce = randomBytes(NONCE_BYTES);
  const parameters = { name: ALGORITHM, iv: nonce, additionalData: context, tagLength: 8 * TAG_BYTES };
  const ciphertext = new Uint8Array(await crypto.subtle.encrypt(parameters, key, bytes));
  const sealed = new Uint8Array(nonce.length + ciphertext.length);
  sealed.set(nonce);
  sealed.set(ciphertext, nonce.length);
  return sealed.buffer;
}
