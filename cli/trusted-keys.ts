/** The trust root, as given on the command line: never fetched, since a log's own word for its keys proves nothing. */
import { fromBase64Url } from "../core/encoding.ts";
import { type Json, type JsonObject, parseIJson } from "../core/json.ts";
import { importPublicKey, type KeyUse, thumbprint } from "../core/keys.ts";
import { isObject } from "../core/ledger/export.ts";
import type { TrustedKey } from "../core/ledger/trust.ts";
import { readInput } from "./files.ts";
import { UsageError } from "./output.ts";

const KEYS_LIMITS = { bytesMax: 1024 * 1024, depthMax: 16, valuesMax: 20_000 };

export const KEY_HELP =
  "Give the keys that you trust with --key: a file saved earlier from /.well-known/countersign-keys.json, the file of one " +
  "JWK, or the 32-byte public key itself in base64url. Get it over a way that you trust; it is never fetched.";

/** Each value is a file, a bare key, or several of these with commas in between. */
export async function readKeys(values: readonly string[]): Promise<TrustedKey[]> {
  const keys: TrustedKey[] = [];
  for (const value of values.flatMap((value) => value.split(",")).map((value) => value.trim())) {
    if (value !== "") keys.push(...(await readKey(value)));
  }
  if (keys.length === 0) throw new UsageError("no trusted key was given", KEY_HELP);
  return keys;
}

async function readKey(value: string): Promise<TrustedKey[]> {
  if (fromBase64Url(value)?.length === 32) return [await trusted(value, null, "the given key")];
  if (/^https?:/.test(value))
    throw new UsageError(`${value} is an address: keys are never fetched`, KEY_HELP);
  if (value === "-") throw new UsageError("keys are not read from standard input", KEY_HELP);
  const json = parseIJson(await readInput(value), KEYS_LIMITS);
  if (!json.ok)
    throw new UsageError(
      `${value} is not a key file: ${json.fault.detail} (offset ${json.fault.offset})`,
      KEY_HELP,
    );
  if (!isObject(json.value)) throw new UsageError(`${value} is not a key file: it holds no object`, KEY_HELP);
  const set = json.value.keys;
  const jwks: readonly Json[] = Array.isArray(set) ? set : [json.value];
  const keys = await Promise.all(
    jwks
      .filter(isObject)
      .filter(isOurs)
      .map((jwk) => fromJwk(jwk, value)),
  );
  if (keys.length === 0) throw new UsageError(`${value} holds no Ed25519 key of Countersign`, KEY_HELP);
  return keys;
}

/** Keys of other kinds or uses in a set are passed over, as RFC 7517 section 5 asks. */
const isOurs = (jwk: JsonObject): boolean =>
  jwk.kty === "OKP" &&
  jwk.crv === "Ed25519" &&
  (jwk.countersign_use === undefined || jwk.countersign_use === "receipt" || jwk.countersign_use === "head");

async function fromJwk(jwk: JsonObject, file: string): Promise<TrustedKey> {
  const { x, kid, d, countersign_use: use = null } = jwk;
  if (d !== undefined)
    throw new UsageError(`${file} holds a private key: whoever has it can sign. Verify with the public one`);
  if (typeof x !== "string") throw new UsageError(`${file} holds a key without its \`x\``, KEY_HELP);
  if (kid !== undefined && kid !== thumbprint(x)) {
    throw new UsageError(
      `${file} holds a key whose kid is not its RFC 7638 thumbprint: the file was changed`,
    );
  }
  return trusted(x, use as KeyUse | null, file);
}

async function trusted(x: string, use: KeyUse | null, from: string): Promise<TrustedKey> {
  if (fromBase64Url(x)?.length !== 32) throw new UsageError(`${from} is not 32 bytes in base64url`, KEY_HELP);
  try {
    return { id: thumbprint(x), use, key: await importPublicKey({ x }) };
  } catch {
    throw new UsageError(`${from} is not a valid Ed25519 public key`, KEY_HELP);
  }
}
