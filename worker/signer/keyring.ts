/** The signing keys: one for each use, never the same, and beside one that was rotated the key before it. */
import { verifyEd25519 } from "../../core/dsse.ts";
import { utf8 } from "../../core/encoding.ts";
import type { Json } from "../../core/json.ts";
import {
  importPrivateKey,
  importPublicKey,
  type KeyUse,
  type PublicJwk,
  parsePrivateJwk,
  publicJwk,
} from "../../core/keys.ts";
import { ROTATED_USES, type RotatedUse } from "../../core/rotation.ts";

export interface SigningKey {
  readonly id: string;
  /** Not extractable. */
  readonly key: CryptoKey;
  readonly public: PublicJwk;
}

type SigningUse = Exclude<KeyUse, "epoch">;

export interface Keyring {
  readonly now: Readonly<Record<SigningUse, SigningKey>>;
  /** Signed until the last rotation; they sign nothing more but that. */
  readonly before: Readonly<Partial<Record<RotatedUse, SigningKey>>>;
}

/** The secrets as configured: private Ed25519 JWKs as JSON. */
export interface SigningSecrets {
  readonly RECEIPT_SIGNING_KEY: string;
  readonly CHECKPOINT_SIGNING_KEY: string;
  /** While a rotation is under way. */
  readonly RECEIPT_SIGNING_KEY_BEFORE?: string;
  readonly CHECKPOINT_SIGNING_KEY_BEFORE?: string;
}

export async function importKeyring(secrets: SigningSecrets): Promise<Keyring> {
  const read = (variable: keyof SigningSecrets, use: SigningUse) =>
    importSigningKey(variable, secrets[variable], use);
  const now = {
    receipt: await read("RECEIPT_SIGNING_KEY", "receipt"),
    checkpoint: await read("CHECKPOINT_SIGNING_KEY", "checkpoint"),
  };
  const before: Partial<Record<RotatedUse, SigningKey>> = {};
  for (const use of ROTATED_USES) {
    const variable = `${use.toUpperCase()}_SIGNING_KEY_BEFORE` as keyof SigningSecrets;
    if (secrets[variable]) before[use] = await read(variable, use);
  }
  const ids = [...Object.values(now), ...Object.values(before)].map(({ id }) => id);
  if (new Set(ids).size < ids.length)
    throw new Error("Every use needs a signing key of its own, and a rotation another one.");
  return { now, before };
}

async function importSigningKey(
  variable: string,
  secret: string | undefined,
  use: SigningUse,
): Promise<SigningKey> {
  const jwk = parsePrivateJwk(parseSecret(secret));
  if (jwk === null) throw new Error(`${variable} is not a private Ed25519 JWK.`);
  const published = publicJwk(jwk.x, use);
  const signing: SigningKey = { id: published.kid, key: await importPrivateKey(jwk), public: published };
  if (!(await isPair(signing))) throw new Error(`${variable}: x is not the public half of d.`);
  return signing;
}

/** No part of a secret may stand in an error, and a JSON parser's message quotes its input. */
function parseSecret(secret: string | undefined): Json {
  try {
    return JSON.parse(secret ?? "") as Json;
  } catch {
    return null;
  }
}

/** A pair that does not match would sign receipts that nobody can verify. The probe is no DSSE text of any kind. */
async function isPair({ key, public: { x } }: SigningKey): Promise<boolean> {
  const probe = utf8("countersign/key-probe");
  const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", key, probe));
  return verifyEd25519(await importPublicKey({ x }), signature, probe);
}
