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

const DIGEST = /^sha256:[0-9a-f]{64}$/;
export const isDigest = (text: unknown): text is Digest => typeof text === "string" && DIGEST.test(text);
