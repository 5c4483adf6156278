/**
 * DSSE envelopes (secure-systems-lab/dsse, protocol.md) with Ed25519 (RFC 8032).
 *
 *   signature over  "DSSEv1" SP len(type) SP type SP len(body) SP body
 *
 * Each kind of statement has a payload type of its own, so that no signature is valid as another kind.
 */
import { fromBase64, toBase64, utf8 } from "./encoding.ts";

export const PAYLOAD_TYPES = {
  receipt: "application/vnd.countersign.receipt+json; v=1",
  observed_receipt: "application/vnd.countersign.observed-receipt+json; v=1",
  provisional_receipt: "application/vnd.countersign.provisional-receipt+json; v=1",
  alert: "application/vnd.countersign.alert+json; v=1",
  denial_proof: "application/vnd.countersign.denial-proof+json; v=1",
  rotation: "application/vnd.countersign.key-rotation+json; v=1",
  epoch: "application/vnd.countersign.epoch+json; v=1",
} as const;
export type StatementKind = keyof typeof PAYLOAD_TYPES;

/** For kinds that come from another Worker: `toString` is not one. */
export const isStatementKind = (kind: unknown): kind is StatementKind =>
  typeof kind === "string" && Object.hasOwn(PAYLOAD_TYPES, kind);

export interface Signature {
  readonly keyid: string;
  /** Base64, 64 bytes. */
  readonly sig: string;
}

export interface Envelope {
  readonly payloadType: string;
  /** Base64 of the statement's bytes. */
  readonly payload: string;
  readonly signatures: readonly Signature[];
}

export const envelopeOf = (kind: StatementKind, statement: string, signature: Signature): Envelope => ({
  payloadType: PAYLOAD_TYPES[kind],
  payload: toBase64(utf8(statement)),
  signatures: [signature],
});

export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const head = utf8(`DSSEv1 ${utf8(payloadType).length} ${payloadType} ${payload.length} `);
  const bytes = new Uint8Array(head.length + payload.length);
  bytes.set(head);
  bytes.set(payload, head.length);
  return bytes;
}

export async function signStatement(
  kind: StatementKind,
  statement: string,
  key: { readonly id: string; readonly key: CryptoKey },
): Promise<Signature> {
  const signed = preAuthEncoding(PAYLOAD_TYPES[kind], utf8(statement));
  const signature = await crypto.subtle.sign("Ed25519", key.key, signed);
  return { keyid: key.id, sig: toBase64(new Uint8Array(signature)) };
}

/** RFC 8032: no signature has another length. */
const SIGNATURE_BYTES = 64;
/** As many as a C2SP verifier must accept; each costs one verification for each key. */
const SIGNATURES_MAX = 16;

/** WebCrypto refuses a malleated `s` and points in another encoding; test/core/dsse.test.ts holds it to Wycheproof. */
export async function verifyEd25519(
  key: CryptoKey,
  signature: Uint8Array,
  signed: Uint8Array,
): Promise<boolean> {
  return (
    signature.length === SIGNATURE_BYTES && (await crypto.subtle.verify("Ed25519", key, signature, signed))
  );
}

/**
 * The statement's bytes where one of `keys` signed them as `kind`, else null. `keyid` is only a hint and is not read;
 * signatures by unknown keys are passed over. Parse what is returned, nothing else.
 */
export async function openEnvelope(
  kind: StatementKind,
  envelope: Envelope,
  keys: readonly CryptoKey[],
): Promise<Uint8Array | null> {
  if (envelope.payloadType !== PAYLOAD_TYPES[kind] || envelope.signatures.length > SIGNATURES_MAX)
    return null;
  const payload = fromBase64(envelope.payload);
  if (payload === null) return null;
  const signed = preAuthEncoding(envelope.payloadType, payload);
  for (const { sig } of envelope.signatures) {
    const signature = fromBase64(sig);
    if (signature === null) continue;
    for (const key of keys) {
      if (await verifyEd25519(key, signature, signed)) return payload;
    }
  }
  return null;
}
