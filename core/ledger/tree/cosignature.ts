/** https://c2sp.org/tlog-cosignature: a witness states when it saw a checkpoint as the newest of its log. Ed25519 (type 4) only. */
import { utf8 } from "../../encoding.ts";
import {
  keyIdOf,
  type Note,
  type NoteKey,
  type NoteSignature,
  SIGNATURE_TYPE,
  type VerifyEd25519,
} from "./note.ts";

const TIMESTAMP_BYTES = 8;
const SIGNATURE_BYTES = 64;

/** The bytes that a witness signs; `seconds` since the epoch. */
export const cosignedBytes = (checkpointText: string, seconds: number): Uint8Array =>
  utf8(`cosignature/v1\ntime ${seconds}\n${checkpointText}`);

/** The note's line, from the Ed25519 signature over `cosignedBytes`. */
export function cosignature(key: NoteKey, seconds: number, signature: Uint8Array): NoteSignature {
  const bytes = new Uint8Array(TIMESTAMP_BYTES + signature.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(seconds));
  bytes.set(signature, TIMESTAMP_BYTES);
  return { name: key.name, keyId: keyIdOf(key), bytes };
}

/** When `key` cosigned the checkpoint, in seconds since the epoch; null where it did not. */
export async function cosignedAt(note: Note, key: NoteKey, verify: VerifyEd25519): Promise<number | null> {
  if (key.type !== SIGNATURE_TYPE.cosignature) return null;
  const keyId = keyIdOf(key);
  const times: number[] = [];
  for (const { name, keyId: id, bytes } of note.signatures) {
    if (name !== key.name || id !== keyId) continue;
    if (bytes.length !== TIMESTAMP_BYTES + SIGNATURE_BYTES) return null;
    const seconds = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0));
    const signature = bytes.slice(TIMESTAMP_BYTES);
    if (!Number.isSafeInteger(seconds)) return null;
    if (!(await verify(key.publicKey, signature, cosignedBytes(note.text, seconds)))) return null;
    times.push(seconds);
  }
  return times.length === 0 ? null : Math.max(...times);
}

/** Witnesses of which at least `quorum` must have cosigned. */
export interface WitnessPolicy {
  readonly quorum: number;
  readonly witnesses: readonly NoteKey[];
}

/** The witnesses of the policy that cosigned, each once, and whether they are enough. */
export async function witnessedBy(
  note: Note,
  { quorum, witnesses }: WitnessPolicy,
  verify: VerifyEd25519,
): Promise<{ readonly names: readonly string[]; readonly enough: boolean }> {
  const times = await Promise.all(witnesses.map((key) => cosignedAt(note, key, verify)));
  const keys = new Set<string>();
  const names: string[] = [];
  for (const [index, witness] of witnesses.entries()) {
    const key = witness.publicKey.join();
    // Two names for one key are one witness.
    if (times[index] === null || keys.has(key)) continue;
    keys.add(key);
    names.push(witness.name);
  }
  return { names, enough: names.length >= quorum };
}
