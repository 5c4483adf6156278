/** Verification of a checkpoint by itself, offline: that a log of some size had some root, and who says so. */

import { toBase64 } from "../encoding.ts";
import { describeCheckpoint, openCheckpoint, openEpochs, readOrigin, witnessCheck } from "./checkpoints.ts";
import { type Check, check, fault, type Report, report } from "./report.ts";
import { handOn } from "./rotations.ts";
import { parseCheckpoint } from "./tree/checkpoint.ts";
import type { WitnessPolicy } from "./tree/cosignature.ts";
import { parseNote } from "./tree/note.ts";
import { rotationCheck } from "./tree-checks.ts";
import { type GivenStatements, NO_STATEMENTS, type TrustedKey } from "./trust.ts";

export interface CheckpointOptions {
  /** Witnesses of which some must have cosigned. */
  readonly witnesses?: WitnessPolicy | null;
  /** A note has no room for them: a checkpoint of a later epoch, or by a key that was exchanged, is nothing without. */
  readonly statements?: GivenStatements;
}

export async function verifyCheckpoint(
  bytes: Uint8Array,
  given: readonly TrustedKey[],
  { witnesses = null, statements = NO_STATEMENTS }: CheckpointOptions = {},
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
  const { keys, count, faults } = await handOn(given, [], log, statements.rotations);
  const epochs = await openEpochs([], log, keys, statements.epochs);
  const opened = await openCheckpoint(bytes, { log, keys, epochs: epochs.statements });
  const signature = check(
    "checkpoint_signature",
    opened.ok
      ? `Ed25519 over the checkpoint: ${describeCheckpoint(opened.value)}`
      : "the checkpoint, with the given keys",
    opened.ok ? [] : [fault(opened.fault)],
  );
  const rotated = count === 0 && faults.length === 0 ? [] : [rotationCheck(count, faults)];
  const checks = [form(null), ...rotated, signature];
  if (!opened.ok) return report("checkpoint", checks, []);
  if (witnesses !== null) checks.push(await witnessCheck(opened.value, witnesses));
  const { size, root } = opened.value;
  return report("checkpoint", checks, [
    `The log ${log} had ${size} entries, with the root ${toBase64(root)}.`,
  ]);
}
