/**
 * The request of https://c2sp.org/tlog-witness: a checkpoint for a witness to cosign, with the proof that it extends the one
 * that the witness cosigned before.
 *
 *   old 20852014
 *   PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
 *   jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
 *
 *   example.com/behind-the-sofa
 *   20852163
 *   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
 *
 *   — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1M…
 */
import { fromBase64, fromUtf8 } from "../../encoding.ts";
import { CONSISTENCY_PROOF_MAX } from "../../limits.ts";
import { type Checkpoint, parseCheckpoint } from "./checkpoint.ts";
import type { Hash } from "./merkle.ts";
import { type Note, parseNote } from "./note.ts";

export interface AddCheckpointRequest {
  /** Of the checkpoint that the witness is thought to have cosigned last; 0: none. */
  readonly oldSize: number;
  readonly proof: readonly Hash[];
  readonly note: Note;
  /** What the note's text says. */
  readonly checkpoint: Checkpoint;
}

const HASH_BYTES = 32;

/** `proof` in base64; `note` is the text of a signed checkpoint. */
export const formatAddCheckpoint = (oldSize: number, proof: readonly string[], note: string): string =>
  `old ${oldSize}\n${proof.map((hash) => `${hash}\n`).join("")}\n${note}`;

/** Null where the bytes are no such request. Whether old size and proof fit the checkpoint is for the witness to find out. */
export function parseAddCheckpoint(bytes: Uint8Array): AddCheckpointRequest | null {
  const text = decode(bytes);
  // The note's text may hold empty lines; none stands before it but the one that ends the proof.
  const split = text?.indexOf("\n\n") ?? -1;
  if (text === null || split < 0) return null;
  const [first = "", ...lines] = text.slice(0, split).split("\n");
  const oldSize = parseSize(/^old (.*)$/s.exec(first)?.[1] ?? "");
  const proof = parseProof(lines);
  const note = parseNote(text.slice(split + 2));
  const checkpoint = note && parseCheckpoint(note.text);
  return oldSize === null || proof === null || checkpoint === null || note === null
    ? null
    : { oldSize, proof, note, checkpoint };
}

/** A tree's size as text: decimal, without leading zeroes. Null where it is none that a number can hold. */
export function parseSize(text: string): number | null {
  const size = /^(0|[1-9][0-9]*)$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(size) ? size : null;
}

/** Null where a line is not the base64 of a hash, or there are more than a proof can have. */
export function parseProof(lines: readonly string[]): Hash[] | null {
  if (lines.length > CONSISTENCY_PROOF_MAX) return null;
  const hashes = lines.map(fromBase64);
  return hashes.every((hash) => hash?.length === HASH_BYTES) ? (hashes as Hash[]) : null;
}

function decode(bytes: Uint8Array): string | null {
  try {
    return fromUtf8(bytes);
  } catch {
    return null;
  }
}
