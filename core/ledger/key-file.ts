/**
 * A trust root as somebody gives it: a JWK Set (RFC 7517), one JWK, a bare Ed25519 public key in base64url, or verifier keys as in
 * https://c2sp.org/signed-note. A set may have a log's rotations and epochs beside its keys, as GET /v1/ledger/keys answers it.
 */
import { fromBase64Url, toBase64Url } from "../encoding.ts";
import { type Json, type JsonObject, parseIJson } from "../json.ts";
import { KEY_BYTES, type KeyUse, thumbprint } from "../keys.ts";
import { ok, type Result, refuse } from "../result.ts";
import { isObject } from "./export.ts";
import { locatedList } from "./export-reader.ts";
import { type NoteKey, parseKey, SIGNATURE_TYPE } from "./tree/note.ts";
import { NO_STATEMENTS, type TrustedKey, type TrustRoot, trustedKey } from "./trust.ts";

const KEYS_LIMITS = { bytesMax: 1024 * 1024, depthMax: 16, valuesMax: 20_000 };

export const isBareKey = (text: string): boolean => fromBase64Url(text)?.length === KEY_BYTES;

/** The fault completes a sentence that begins with the name of what was given. */
export type KeyResult<T> = Promise<Result<T, string>>;

/** Whoever gives a key without its use vouches for every use. */
export const readBareKey = (x: string): KeyResult<TrustedKey> => trusted(x, null);

/** A C2SP verifier key, `name+id+base64`: of the log of that name, or of a witness. */
export const isVerifierKey = (text: string): boolean => /^[^+\s]+\+[0-9a-f]{8}\+\S+$/.test(text);

/** A log's, which signs its checkpoints. */
export async function readVerifierKey(text: string): KeyResult<TrustedKey> {
  const key = parseKey(text);
  if (key === null) return refuse("is not a verifier key of a type known here, or its id is not its own");
  if (key.type !== SIGNATURE_TYPE.ed25519) return refuse("is a witness' key, and not one of a log");
  return trusted(toBase64Url(key.publicKey), "checkpoint", key.name);
}

/** A witness', which cosigns the checkpoints of logs. */
export function readWitnessKey(text: string): Result<NoteKey, string> {
  const key = parseKey(text);
  return key?.type === SIGNATURE_TYPE.cosignature
    ? ok(key)
    : refuse("is not a witness' verifier key (https://c2sp.org/tlog-cosignature)");
}

export async function readKeyFile(bytes: Uint8Array): KeyResult<TrustRoot> {
  const lines = verifierKeyLines(bytes);
  if (lines !== null) return rootOf(await all(lines, readVerifierKey));
  const json = parseIJson(bytes, KEYS_LIMITS);
  if (!json.ok) return refuse(`is not a key file: ${json.fault.detail} (offset ${json.fault.offset})`);
  if (!isObject(json.value)) return refuse("is not a key file: it holds no object");
  const set = json.value.keys;
  const jwks: readonly Json[] = Array.isArray(set) ? set : [json.value];
  const keys = await all(jwks.filter(isObject).filter(isOurs), fromJwk);
  if (keys.ok && keys.value.length === 0) return refuse("holds no Ed25519 key of Countersign");
  const { rotations = null, epochs = null } = json.value;
  return rootOf(keys, {
    rotations: locatedList("rotations", rotations),
    epochs: locatedList("epochs", epochs),
  });
}

const rootOf = (
  keys: Result<readonly TrustedKey[], string>,
  statements = NO_STATEMENTS,
): Result<TrustRoot, string> => (keys.ok ? ok({ keys: keys.value, ...statements }) : keys);

export const joinRoots = (roots: readonly TrustRoot[]): TrustRoot => ({
  keys: roots.flatMap(({ keys }) => keys),
  rotations: roots.flatMap(({ rotations }) => rotations),
  epochs: roots.flatMap(({ epochs }) => epochs),
});

export const rootOfKey = (key: TrustedKey): TrustRoot => ({ keys: [key], ...NO_STATEMENTS });

/** A file of verifier keys, one a line; null where it is none. */
function verifierKeyLines(bytes: Uint8Array): readonly string[] | null {
  if (bytes.length > KEYS_LIMITS.bytesMax) return null;
  const lines = new TextDecoder().decode(bytes).trim().split(/\r?\n/);
  return lines.every(isVerifierKey) ? lines : null;
}

async function all<T>(
  items: readonly T[],
  read: (item: T) => KeyResult<TrustedKey>,
): KeyResult<readonly TrustedKey[]> {
  const keys: TrustedKey[] = [];
  for (const item of items) {
    const key = await read(item);
    if (!key.ok) return key;
    keys.push(key.value);
  }
  return ok(keys);
}

const USES: readonly Json[] = ["receipt", "checkpoint", "epoch"] satisfies KeyUse[];

/** Keys of other kinds or uses in a set are passed over, as RFC 7517 section 5 asks. */
const isOurs = (jwk: JsonObject): boolean =>
  jwk.kty === "OKP" &&
  jwk.crv === "Ed25519" &&
  (jwk.countersign_use === undefined || USES.includes(jwk.countersign_use));

async function fromJwk({
  x,
  kid,
  d,
  countersign_use: use = null,
  ...rest
}: JsonObject): KeyResult<TrustedKey> {
  if (d !== undefined)
    return refuse("holds a private key: whoever has it can sign. Verify with the public one");
  if (typeof x !== "string") return refuse("holds a key without its `x`");
  if (kid !== undefined && kid !== thumbprint(x))
    return refuse("holds a key whose kid is not its RFC 7638 thumbprint: the file was changed");
  const { countersign_successor: successor = null } = rest;
  // Read as one that did not give way, it would be good without an end.
  if (successor !== null && !(typeof successor === "string" && isBareKey(successor)))
    return refuse("holds a key whose countersign_successor is not the id of a key");
  return trusted(x, use as KeyUse | null, null, successor);
}

async function trusted(
  x: string,
  use: KeyUse | null,
  name: string | null = null,
  successor: string | null = null,
): KeyResult<TrustedKey> {
  if (!isBareKey(x)) return refuse("is not 32 bytes in base64url");
  try {
    return ok(await trustedKey(x, use, name, successor));
  } catch {
    return refuse("is not a valid Ed25519 public key");
  }
}
