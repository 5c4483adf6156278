/**
 * Sealed credentials: AES-256-GCM under a key of the tenant's own (invariant I9).
 *
 *   key    = HKDF-SHA256(SEALING_KEY, salt "", info "countersign/credentials/1" LF log)
 *   aad    = canonical JSON of {"config","kind","log","name"}
 *   sealed = "cs1." base64url(nonce, 12 random bytes) "." base64url(ciphertext and tag)
 *
 * The additional data binds them to tenant, target and endpoint: who moves them to a target of their own opens nothing.
 */
import { canonicalJson } from "../../core/canonical-json.ts";
import { fromBase64, fromBase64Url, fromUtf8, toBase64Url, utf8 } from "../../core/encoding.ts";
import type { Json, JsonObject } from "../../core/json.ts";

const VERSION = "cs1";
const INFO = "countersign/credentials/1\n";
const KEY_BYTES = 32;
/** NIST SP 800-38D: 96 bits; random nonces stay apart for 2^32 seals under one key. */
const NONCE_BYTES = 12;

/** What credentials belong to. `config` is the settled one, as `parseConfig` gives it. */
export interface SealScope {
  readonly log: string;
  readonly name: string;
  readonly kind: string;
  readonly config: JsonObject;
}

export async function seal(sealingKey: string, scope: SealScope, credentials: JsonObject): Promise<string> {
  const key = await deriveKey(sealingKey, scope.log);
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const plain = utf8(canonicalJson(credentials));
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: scopeBytes(scope) },
    key,
    plain,
  );
  return `${VERSION}.${toBase64Url(iv)}.${toBase64Url(new Uint8Array(sealed))}`;
}

/** The credentials, or null where they were sealed for anything but this scope. Not yet checked in shape. */
export async function unseal(sealingKey: string, scope: SealScope, sealed: string): Promise<Json> {
  const [version, nonceText, cipherText, ...rest] = sealed.split(".");
  if (version !== VERSION || rest.length > 0) return null;
  const iv = fromBase64Url(nonceText ?? "");
  const bytes = fromBase64Url(cipherText ?? "");
  if (iv?.length !== NONCE_BYTES || bytes === null) return null;
  const key = await deriveKey(sealingKey, scope.log);
  try {
    const plain = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv, additionalData: scopeBytes(scope) },
      key,
      bytes,
    );
    return JSON.parse(fromUtf8(new Uint8Array(plain))) as Json;
  } catch {
    // The tag did not match. What stands behind it is not looked at, so there is nothing more to say.
    return null;
  }
}

const scopeBytes = ({ log, name, kind, config }: SealScope): Uint8Array =>
  utf8(canonicalJson({ config, kind, log, name }));

async function deriveKey(sealingKey: string, log: string): Promise<CryptoKey> {
  const secret = fromBase64(sealingKey ?? "");
  if (secret?.length !== KEY_BYTES) throw new Error("SEALING_KEY is not the base64 of 32 bytes.");
  const root = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const hkdf = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: utf8(`${INFO}${log}`) };
  return crypto.subtle.deriveKey(hkdf, root, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}
