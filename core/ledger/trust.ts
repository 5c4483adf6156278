/** The keys that a verifier was given, and statements opened with them. Nothing here is ever fetched. */
import { type Envelope, openEnvelope, PAYLOAD_TYPES, type StatementKind } from "../dsse.ts";
import { fromBase64Url } from "../encoding.ts";
import type { Json } from "../json.ts";
import { importPublicKey, type KeyUse, keyUseOf, thumbprint } from "../keys.ts";
import { ok, type Result, refuse } from "../result.ts";
import { validate } from "../validate.ts";
import type { Located } from "./export-reader.ts";
import { envelopeSchema } from "./schema.ts";

export interface TrustedKey {
  /** RFC 7638 thumbprint. */
  readonly id: string;
  /** Null where the key was given bare: whoever gave it vouches for every use. */
  readonly use: KeyUse | null;
  /** The log that it was given for, as C2SP verifier keys are; null: any. */
  readonly name: string | null;
  readonly key: CryptoKey;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** The key that it gave way to: without the rotation between the two it is good for nothing. Null: it signs now. */
  readonly successor: string | null;
}

/** Statements that were given beside the keys. They are believed for their signatures alone; those of other logs are passed over. */
export interface GivenStatements {
  readonly rotations: readonly Located<Json>[];
  readonly epochs: readonly Located<Json>[];
}

export const NO_STATEMENTS: GivenStatements = { rotations: [], epochs: [] };

/** What a verifier goes out from. */
export interface TrustRoot extends GivenStatements {
  readonly keys: readonly TrustedKey[];
}

/** `x`: the 32 bytes in base64url. Rejects where they are no key. */
export const trustedKey = async (
  x: string,
  use: KeyUse | null,
  name: string | null = null,
  successor: string | null = null,
): Promise<TrustedKey> => ({
  id: thumbprint(x),
  use,
  name,
  successor,
  key: await importPublicKey({ x }),
  publicKey: fromBase64Url(x) ?? new Uint8Array(),
});

export function readEnvelope(json: Json): Result<Envelope, string> {
  const read = validate(envelopeSchema, json);
  if (read.ok) return ok(read.value as Envelope);
  return refuse(read.fault.issues.map(({ pointer, message }) => `${pointer || "/"}: ${message}`).join(" "));
}

export function kindOf(envelope: Envelope): StatementKind | null {
  const kinds = Object.keys(PAYLOAD_TYPES) as StatementKind[];
  return kinds.find((kind) => PAYLOAD_TYPES[kind] === envelope.payloadType) ?? null;
}

/** Kinds that one key signs, by its use; rotations (rotations.ts) are signed by two. */
export type OneKeyKind = Exclude<StatementKind, "rotation">;

export interface Opened<K extends TrustedKey = TrustedKey> {
  readonly payload: Uint8Array;
  readonly key: K;
}

/**
 * The payload, where one of the keys for this kind signed it. `keyid` never decides which key is tried; but once
 * a signature holds, a `keyid` that names another key shows that the envelope was changed after signing.
 */
export async function openTrusted<K extends TrustedKey>(
  kind: OneKeyKind,
  envelope: Envelope,
  keys: readonly K[],
): Promise<Result<Opened<K>, string>> {
  const use = keyUseOf(kind);
  const found = await findSignature(
    kind,
    envelope,
    keys.filter((key) => key.use === null || key.use === use),
  );
  if (found === null) return refuse(await whyUnsigned(kind, envelope, keys));
  if (found.keyid !== found.key.id) {
    return refuse(
      `The signature is by key ${found.key.id}, but its keyid is another: the envelope was changed.`,
    );
  }
  return ok(found);
}

async function findSignature<K extends TrustedKey>(
  kind: StatementKind,
  envelope: Envelope,
  keys: readonly K[],
): Promise<(Opened<K> & { readonly keyid: string }) | null> {
  for (const signature of envelope.signatures) {
    for (const key of keys) {
      const payload = await openEnvelope(kind, { ...envelope, signatures: [signature] }, [key.key]);
      if (payload !== null) return { payload, key, keyid: signature.keyid };
    }
  }
  return null;
}

async function whyUnsigned(
  kind: OneKeyKind,
  envelope: Envelope,
  keys: readonly TrustedKey[],
): Promise<string> {
  const use = keyUseOf(kind);
  const other = await findSignature(kind, envelope, keys);
  if (other !== null)
    return `It is signed by key ${other.key.id}, which may sign "${other.key.use}" only, not "${use}".`;
  const usable = keys.filter((key) => key.use === null || key.use === use);
  if (usable.length === 0)
    return `None of the given keys is for "${use}": give the one that signs these too.`;
  const named = envelope.signatures.some(({ keyid }) => usable.some(({ id }) => id === keyid));
  return named
    ? "The signature does not hold: payload, type or signature was changed after signing."
    : `No signature is by a given key (it names ${envelope.signatures.map(({ keyid }) => keyid || "none").join(", ")}): \
either it is not genuine, or the right key was not given.`;
}
