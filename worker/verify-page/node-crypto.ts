/**
 * What core/hash.ts takes from `node:crypto`, for the page's bundle alone: a browser hashes only asynchronously itself.
 * test/verify-page/node-crypto.test.ts holds it to Node's own.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { toHex, utf8 } from "../../core/encoding.ts";

interface Hash {
  update(data: string | Uint8Array): Hash;
  digest(): Uint8Array;
  digest(encoding: "hex"): string;
}

export function createHash(name: string): Hash {
  if (name !== "sha256") throw new Error(`couldn't hash: the page has no ${name}`);
  const hash = sha256.create();
  function digest(): Uint8Array;
  function digest(encoding: "hex"): string;
  function digest(encoding?: "hex"): Uint8Array | string {
    const bytes = hash.digest();
    return encoding === "hex" ? toHex(bytes) : bytes;
  }
  const self: Hash = {
    update(data) {
      hash.update(typeof data === "string" ? utf8(data) : data);
      return self;
    },
    digest,
  };
  return self;
}
