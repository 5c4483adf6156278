/** The signing keys: one for receipts of every kind, one for ledger heads, never the same. */
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

export interface SigningKey {
  readonly id: string;
  /** Not extractable. */
  readonly key: CryptoKey;
  readonly public: PublicJwk;
}

export type Keyring = Readonly<Record<KeyUse, SigningKey>>;

/** The secrets as configured: private Ed25519 JWKs as JSON. */
export interface SigningSecrets {
  readonly RECEIPT_SIGNING_KEY: string;
  readonly HEAD_SIGNING_KEY: string;
}

export async function importKeyring(secrets: SigningSecrets): Promise<Keyring> {
  const keyring: Keyring = {
    receipt: await importSigningKey("RECEIPT_SIGNING_KEY", secrets.RECEIPT_SIGNING_KEY, "receipt"),
    head: await importSigningKey("HEAD_SIGNING_KEY", secrets.HEAD_SIGNING_KEY, "head"),
  };
  if (keyring.receipt.id === keyring.head.id)
    throw new Error("Receipts and heads must be signed by different keys.");
  return keyring;
}

async function importSigningKey(
  variable: string,
  secret: string | undefined,
  use: KeyUse,
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
