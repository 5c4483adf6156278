/** SHA-256 (FIPS 180-4), synchronous: the ledger hashes inside a transaction, where nothing may be awaited. */
import { createHash } from "node:crypto";

/** A plain digest on the wire: `sha256:` and 64 lower-case hex digits. */
export type Digest = `sha256:${string}`;

export function sha256(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

export function sha256Hex(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

export const digestOf = (bytes: string | Uint8Array): Digest => `sha256:${sha256Hex(bytes)}`;

const DIGEST_BYTES = 32;
const PREFIX_CHARS = "sha256:".length;

/** The 32 bytes that a digest names. Read several times for each action, so not by way of a regular expression. */
export function digestBytes(digest: Digest): Uint8Array {
  const bytes = new Uint8Array(DIGEST_BYTES);
  for (let at = 0; at < DIGEST_BYTES; at++) {
    const high = hexValue(digest.charCodeAt(PREFIX_CHARS + 2 * at));
    bytes[at] = (high << 4) | hexValue(digest.charCodeAt(PREFIX_CHARS + 2 * at + 1));
  }
  return bytes;
}

/** Of a code unit that is a lower-case hex digit: `0` is 48, `a` is 97. */
const hexValue = (unit: number): number => (unit <= 57 ? unit - 48 : unit - 87);

const DIGEST = /^sha256:[0-9a-f]{64}$/;
export const isDigest = (text: unknown): text is Digest => typeof text === "string" && DIGEST.test(text);
