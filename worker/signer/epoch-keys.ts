/** The operator's keys that open epochs: their private halves lie with no Worker. */
import { fromBase64Url } from "../../core/encoding.ts";
import type { Json } from "../../core/json.ts";

const KEY_BYTES = 32;

/** The `x` of each key of a JSON array of public Ed25519 JWKs. Throws where it is none: a typo must not read as "no keys". */
export function readEpochKeys(variable: string | undefined): readonly string[] {
  if (!variable) return [];
  const keys = JSON.parse(variable) as Json;
  if (!Array.isArray(keys)) throw new Error("EPOCH_KEYS is not a JSON array of public JWKs.");
  return keys.map((key) => {
    const { kty, crv, x, d } = (key ?? {}) as Record<string, Json>;
    const isPublic = kty === "OKP" && crv === "Ed25519" && d === undefined && typeof x === "string";
    if (!isPublic || fromBase64Url(x)?.length !== KEY_BYTES)
      throw new Error("EPOCH_KEYS is not a JSON array of public Ed25519 JWKs.");
    return x;
  });
}
