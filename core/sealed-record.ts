/**
 * What a decision was made from, as it is kept: sealed by the gate under a random key of its own, in two parts. The brief is what the
 * tenant's object reads again and again; the payload is what policies were given and targets are sent, and may lie beside the object
 * (docs/design/payloads-beside.md). This is the layout alone: the gate seals, the object opens.
 *
 * AES-256-GCM (NIST SP 800-38D): 12 bytes of nonce, ciphertext, 16 of tag. The associated data names log, action, place and part, so that
 * what was moved to another row does not open.
 */
import { fromUtf8, utf8 } from "./encoding.ts";
import type { Digest } from "./hash.ts";
import type { JsonObject } from "./json.ts";
import type { Finding } from "./policy/decision.ts";
import type { Obligation } from "./policy/obligation.ts";

export const RECORD_KEY_BYTES = 32;
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;

/** What of a decision's record its entry does not say. */
export interface PrivateRecord {
  readonly findings: readonly Finding[];
  readonly obligations: readonly Obligation[];
  readonly actionDigest: Digest;
  readonly inputDigest: Digest;
  /** Of the action as obligations changed it; null where they did not. */
  readonly changed: {
    /** Of the canonical JSON of the payload. */
    readonly payloadDigest: Digest;
    readonly actionDigest: Digest;
    readonly inputDigest: Digest;
  } | null;
}

export interface Brief {
  readonly own: PrivateRecord;
  /** base64url; opens the entry's commitments. */
  readonly salt: string;
  readonly title: string;
  readonly tool: string | null;
  readonly target: string | null;
  /** Of the request's body; null where there was none. */
  readonly fingerprint: Digest | null;
}

/** Texts as they were written; who needs one parses it. */
export interface Payload {
  /** Canonical JSON that the policies were given. */
  readonly input: string;
  /** What they were given of the changed action. */
  readonly changedInput: string | null;
  /** JSON of the changed action's payload, as it was answered. */
  readonly changedPayload: string | null;
  /** JSON: canonical JSON of each policy's verdict, {decision: [], shadow: [] | null}. */
  readonly verdicts: string;
  /** JSON: keys of the findings that the approval discharged. */
  readonly discharged: string | null;
  /** JSON of the rendered message; null where nothing is sent. */
  readonly message: string | null;
}

/** A record on its way to the object. */
export interface SealedRecord {
  readonly key: ArrayBuffer;
  /** Where it lies (`placeOf`): random, so that no two records have one. */
  readonly place: string;
  readonly brief: ArrayBuffer;
  readonly payload: SealedPayload;
}

/** The sealed payload, or where it was stored before: under its record's place, so many bytes with this digest. */
export type SealedPayload =
  | { readonly kind: "here"; readonly sealed: ArrayBuffer }
  | { readonly kind: "beside"; readonly digest: Digest; readonly bytes: number };

export const packBrief = ({ own, salt, title, tool, target, fingerprint }: Brief): Uint8Array =>
  packParts([JSON.stringify(own), salt, title, tool, target, fingerprint]);

/** Of bytes that `packBrief` made: their tag says so. */
export function readBrief(bytes: Uint8Array): Brief {
  const [own, salt, title, tool, target, fingerprint] = unpackParts(bytes);
  const texts = { salt, title, tool, target, fingerprint } as Omit<Brief, "own">;
  return { own: JSON.parse(own as string) as PrivateRecord, ...texts };
}

export const packPayload = (payload: Payload): Uint8Array =>
  packParts([
    payload.input,
    payload.changedInput,
    payload.changedPayload,
    payload.verdicts,
    payload.discharged,
    payload.message,
  ]);

/** Of bytes that `packPayload` made. */
export function readPayloadParts(bytes: Uint8Array): Payload {
  const [input, changedInput, changedPayload, verdicts, discharged, message] = unpackParts(bytes);
  return { input, changedInput, changedPayload, verdicts, discharged, message } as Payload;
}

export const changedPayloadOf = ({ changedPayload }: Payload): JsonObject | null =>
  changedPayload === null ? null : (JSON.parse(changedPayload) as JsonObject);

export const recordContext = (
  log: string,
  actionId: string,
  place: string,
  part: "brief" | "payload",
): Uint8Array => utf8(`${log}\n${actionId}\n${place}\n${part}`);

// --- places -------------------------------------------------------------------

/** Of milliseconds since 1970, until the year 2286. */
const TIME_DIGITS = 13;

/** The time first: a store lists its names in order, so what was looked through once lies before all that comes. */
export const placeOf = (nowMs: number, id: string): string =>
  `${String(nowMs).padStart(TIME_DIGITS, "0")}-${id}`;

/** Under which all payloads of a log lie in the store. */
export const storePrefix = (log: string): string => `records/${log}/`;
export const storeName = (log: string, place: string): string => storePrefix(log) + place;

// --- parts --------------------------------------------------------------------

export type Part = string | null;

/** Before each part its length in bytes, big-endian: JSON in JSON would be up to twice as long, and a row holds 2 MB. */
const LENGTH_BYTES = 4;
const ABSENT = 0xffffffff;

export function packParts(parts: readonly Part[]): Uint8Array {
  const texts = parts.map((part) => (part === null ? null : utf8(part)));
  const size = texts.reduce((sum, text) => sum + LENGTH_BYTES + (text?.length ?? 0), 0);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const text of texts) {
    view.setUint32(at, text === null ? ABSENT : text.length);
    at += LENGTH_BYTES;
    if (text === null) continue;
    bytes.set(text, at);
    at += text.length;
  }
  return bytes;
}

export function unpackParts(bytes: Uint8Array): Part[] {
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
