/** Standard Webhooks 1.0.0, `v1`: HMAC-SHA256 over `id.timestamp.body` under a `whsec_` secret of 24 to 64 bytes. */
import { fromBase64, toBase64, utf8 } from "./encoding.ts";

const SECRET_PREFIX = "whsec_";
const SECRET_BYTES_MIN = 24;
const SECRET_BYTES_MAX = 64;

/** The secret's bytes, or null where the text is not a Standard Webhooks secret. */
export function parseWebhookSecret(text: string): Uint8Array | null {
  if (!text.startsWith(SECRET_PREFIX)) return null;
  const bytes = fromBase64(text.slice(SECRET_PREFIX.length));
  return bytes && bytes.length >= SECRET_BYTES_MIN && bytes.length <= SECRET_BYTES_MAX ? bytes : null;
}

/** The three headers. `id` and `timestampSeconds` contain no dot, which the signed text is split at. */
export async function signWebhook(
  secret: Uint8Array,
  id: string,
  timestampSeconds: number,
  body: string,
): Promise<Record<string, string>> {
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  const signature = await crypto.subtle.sign("HMAC", key, utf8(`${id}.${timestampSeconds}.${body}`));
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestampSeconds),
    "webhook-signature": `v1,${toBase64(new Uint8Array(signature))}`,
  };
}
