/** Signatures of notes are checked by WebCrypto, as those of envelopes are. */
import { verifyEd25519 } from "../../dsse.ts";
import { toBase64Url } from "../../encoding.ts";
import { importPublicKey } from "../../keys.ts";
import type { VerifyEd25519 } from "./note.ts";

export const verifyNoteSignature: VerifyEd25519 = async (publicKey, signature, bytes) => {
  // A key that is no point of the curve has signed nothing.
  const key = await importPublicKey({ x: toBase64Url(publicKey) }).catch(() => null);
  return key !== null && verifyEd25519(key, signature, bytes);
};
