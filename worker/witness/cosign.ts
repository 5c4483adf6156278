/**
 * One request to a witness, in the order that https://c2sp.org/tlog-witness has:
 *
 *   parse (400) -> origin (404) -> signature (403) -> old size (400) -> record, by compare-and-set (409, 422) -> cosign (200)
 */
import { type AddCheckpointRequest, parseAddCheckpoint } from "../../core/ledger/tree/add-checkpoint.ts";
import { cosignature, cosignedBytes } from "../../core/ledger/tree/cosignature.ts";
import { formatSignature, isSignedBy, type Note, type NoteKey } from "../../core/ledger/tree/note.ts";
import { verifyNoteSignature } from "../../core/ledger/tree/verify-signature.ts";
import { keysOfOrigin, type WitnessSettings } from "./settings.ts";
import type { Observed, Submitted } from "./watched-log.ts";

/** Compares with what was cosigned last of `origin` and replaces it, durably, before it answers. */
export type Observe = (origin: string, submitted: Submitted) => Promise<Observed>;

export type Cosigned =
  | { readonly status: 200; readonly lines: string }
  | { readonly status: 409; readonly size: number }
  | { readonly status: 400 | 403 | 404 | 422; readonly reason: string };

export async function cosign(
  body: Uint8Array,
  settings: WitnessSettings,
  observe: Observe,
): Promise<Cosigned> {
  const request = parseAddCheckpoint(body);
  if (request === null) return { status: 400, reason: "The body is no add-checkpoint request." };
  const { oldSize, proof, note, checkpoint } = request;
  const keys = keysOfOrigin(settings.logs, checkpoint.origin);
  if (keys === null) return { status: 404, reason: "The log is not watched here." };
  if (!(await isSignedByOneOf(request, keys)))
    return {
      status: 403,
      reason: "The checkpoint has no good signature by a key that is known for its log.",
    };
  if (oldSize > checkpoint.size)
    return { status: 400, reason: "The old size is above that of the checkpoint." };

  const { size, root, origin } = checkpoint;
  const observed = await observe(origin, { oldSize, proof, size, root });
  if (observed.kind === "conflict") return { status: 409, size: observed.size };
  if (observed.kind === "unproven")
    return { status: 422, reason: "The proof does not lead from the checkpoint cosigned last to this one." };
  return { status: 200, lines: await signLine(settings, note, observed.seconds) };
}

async function isSignedByOneOf({ note }: AddCheckpointRequest, keys: readonly NoteKey[]): Promise<boolean> {
  const signed = await Promise.all(keys.map((key) => isSignedBy(note, key, verifyNoteSignature)));
  return signed.includes(true);
}

async function signLine({ key, privateKey }: WitnessSettings, note: Note, seconds: number): Promise<string> {
  const signature = await crypto.subtle.sign("Ed25519", privateKey, cosignedBytes(note.text, seconds));
  return formatSignature(cosignature(key, seconds, new Uint8Array(signature)));
}
