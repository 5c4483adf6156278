/** Verification of a checkpoint by itself, offline: that a log of some size had some root, and who says so. */

import { toBase64 } from "../encoding.ts";
import { describeCheckpoint, openCheckpoint, readOrigin, witnessCheck } from "./checkpoints.ts";
import { type Check, check, fault, type Report, report } from "./report.ts";
import { handOn } from "./rotations.ts";
import { parseCheckpoint } from "./tree/checkpoint.ts";
import type { WitnessPolicy } from "./tree/cosignature.ts";
import { parseNote } from "./tree/note.ts";
import type { TrustedKey } from "./trust.ts";

export async function verifyCheckpoint(
  bytes: Uint8Array,
  given: readonly TrustedKey[],
  { witnesses = null }: { readonly witnesses?: WitnessPolicy | null } = {},
): Promise<Report> {
  const note = parseNote(bytes);
  const checkpoint = note && parseCheckpoint(note.text);
  const form = (message: string | null): Check =>
    check(
      "note_form",
      "the form of a signed note and of a checkpoint (https://c2sp.org/tlog-checkpoint)",
      message === null ? [] : [fault(message)],
    );
  if (!checkpoint)
    return report(
      "checkpoint",
      [form(note ? "The note's text is not a checkpoint." : "It is not a signed note.")],
      [],
    );
  const { log } = readOrigin(checkpoint.origin);
  const { keys } = await handOn(given, [], log);
  const opened = await openCheckpoint(bytes, { log, keys, epochs: [] });
  const signature = check(
    "checkpoint_signature",
    opened.ok
      ? `Ed25519 over the checkpoint: ${describeCheckpoint(opened.value)}`
      : "the checkpoint, with the given keys",
    opened.ok ? [] : [fault(opened.fault)],
  );
  if (!opened.ok) return report("checkpoint", [form(null), signature], []);
  const checks = [form(null), signature];
  if (witnesses !== null) checks.push(await witnessCheck(opened.value, witnesses));
  const { size, root } = opened.value;
  return report("checkpoint", checks, [
    `The log ${log} had ${size} entries, with the root ${toBase64(root)}.`,
  ]);
}
