/** Ed25519 keys as JWK (RFC 8037), each bound to one use. */
import type { StatementKind } from "./dsse.ts";
import { fromBase64Url, toBase64Url } from "./encoding.ts";
import { sha256 } from "./hash.ts";
import type { Json } from "./json.ts";

/**
 * What a key may sign: receipts of every kind, a log's checkpoints, or the epochs that an operator opens. A rotation is signed
 * by the two keys that it is about.
 */
export type KeyUse = "receipt" | "checkpoint" | "epoch";

export const keyUseOf = (kind: Exclude<StatementKind, "rotation">): KeyUse =>
  kind === "epoch" ? "epoch" : "receipt";

export interface PublicJwk {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly x: string;
  readonly kid: string;
  readonly alg: "EdDSA";
  readonly use: "sig";
  /** Not in the JWK registry: which of our statements the key signs. */
  readonly countersign_use: KeyUse;
}

/** As the key set lists it. */
export interface PublishedJwk extends PublicJwk {
  /**
   * Not in the JWK registry: the id of the key that it gave way to. It is then good for nothing but what lies below a rotation
   * between the two (docs/spec/keys.md).
   */
  readonly countersign_successor?: string;
}

/** RFC 7638 thumbprint: the key's id is derived from the key, so a set cannot mislabel it. */
export function thumbprint(x: string): string {
  return toBase64Url(sha256(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`));
}

export function publicJwk(x: string, use: KeyUse): PublicJwk {
  return {
    kty: "OKP",
    crv: "Ed25519",
    x,
    kid: thumbprint(x),
    alg: "EdDSA",
    use: "sig",
    countersign_use: use,
  };
}

/** The private half as it stands in a secret. */
export interface PrivateJwk {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly x: string;
  readonly d: string;
}

/** RFC 8032: public and private key alike. */
export const KEY_BYTES = 32;
const isKeyText = (text: unknown): text is string =>
  typeof text === "string" && fromBase64Url(text)?.length === KEY_BYTES;

/** Only the members that make the key are taken over: `key_ops`, `ext` or `use` in a secret decide nothing. */
export function parsePrivateJwk(json: Json): PrivateJwk | null {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return null;
  const { kty, crv, x, d } = json as Record<string, Json>;
  if (kty !== "OKP" || crv !== "Ed25519" || !isKeyText(x) || !isKeyText(d)) return null;
  return { kty, crv, x, d };
}

/** Not extractable: what signs can never be read out again. */
export function importPrivateKey(jwk: PrivateJwk): Promise<CryptoKey> {
  return crypto.subtle.importKey("jwk", { ...jwk }, "Ed25519", false, ["sign"]);
}

export function importPublicKey(jwk: Pick<PublicJwk, "x">): Promise<CryptoKey> {
  return crypto.subtle.importKey("jwk", { kty: "OKP", crv: "Ed25519", x: jwk.x }, "Ed25519", true, [
    "verify",
  ]);
}
