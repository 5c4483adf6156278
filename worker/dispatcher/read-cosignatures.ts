/** What a witness' answer to add-checkpoint means. Nothing of it is passed on but lines that verify, and a size. */
import { parseSize } from "../../core/ledger/tree/add-checkpoint.ts";
import { cosignedAt } from "../../core/ledger/tree/cosignature.ts";
import {
  formatNote,
  formatSignature,
  keyIdOf,
  type Note,
  type NoteKey,
  parseNote,
} from "../../core/ledger/tree/note.ts";
import { verifyNoteSignature } from "../../core/ledger/tree/verify-signature.ts";
import type { CosignResult } from "../../core/witness.ts";
import type { Answer } from "./transports/settle.ts";

/** Beside 5xx: not now, but perhaps later. */
const RETRY_STATUSES: readonly number[] = [408, 425, 429];

const FAILURES = {
  timeout: "The witness did not answer in time.",
  network: "The witness could not be reached, or the connection broke.",
} as const;

/** `note` is the checkpoint that was sent, `key` the witness'. */
export async function readCosignatures(answer: Answer, note: Note, key: NoteKey): Promise<CosignResult> {
  if (answer.status === null) return { kind: "unreachable", reason: FAILURES[answer.failure] };
  const { status, text } = answer;
  const refused = (reason: string): CosignResult => ({ kind: "refused", status, reason });
  if (status >= 500 || RETRY_STATUSES.includes(status))
    return { kind: "unreachable", reason: `The witness answered ${status}.` };
  if (status === 409) {
    const size = text.endsWith("\n") ? parseSize(text.slice(0, -1)) : null;
    return size === null ? refused("The witness answered 409 without a size.") : { kind: "conflict", size };
  }
  if (status !== 200) return refused(`The witness answered ${status}.`);
  const mine = linesOf(key, text, note.text);
  if (mine === null || (await cosignedAt(mine, key, verifyNoteSignature)) === null)
    return refused("The witness answered 200 without a good cosignature by its key.");
  return { kind: "cosigned", lines: mine.signatures.map(formatSignature).join("") };
}

/** The checkpoint with the answer's lines by `key`, and no others. Null where there is none, or the answer is no such lines. */
function linesOf(key: NoteKey, answer: string, checkpoint: string): Note | null {
  // Of an answer that was cut off at its bound, the whole lines.
  const lines = answer.slice(0, answer.lastIndexOf("\n") + 1);
  const note = parseNote(`${formatNote({ text: checkpoint, signatures: [] })}${lines}`);
  const keyId = keyIdOf(key);
  const signatures = note?.signatures.filter((line) => line.name === key.name && line.keyId === keyId) ?? [];
  // A text of the witness' own in front of its lines would move where the note's text ends.
  return note?.text !== checkpoint || signatures.length === 0 ? null : { text: checkpoint, signatures };
}
