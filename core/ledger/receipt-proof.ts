/** The proof that a receipt's entry stands in its log: https://c2sp.org/tlog-proof, beside the envelope. */
import type { EpochStatement } from "../epoch.ts";
import { digestBytes } from "../hash.ts";
import type { Json, JsonObject } from "../json.ts";
import type { ReceiptStatement } from "../receipt.ts";
import { describeCheckpoint, openCheckpoint, openEpochs, witnessCheck } from "./checkpoints.ts";
import { type Located, locatedList } from "./export-reader.ts";
import { type Check, check, fault, skipped } from "./report.ts";
import type { LogKey } from "./rotations.ts";
import type { WitnessPolicy } from "./tree/cosignature.ts";
import { isSame, rootFromInclusion } from "./tree/merkle.ts";
import { formatNote } from "./tree/note.ts";
import { parseTlogProof, type TlogProof } from "./tree/tlog-proof.ts";

export interface ProofOptions {
  readonly requireProof: boolean;
  readonly witnesses: WitnessPolicy | null;
  /** Given beside the keys. */
  readonly epochs: readonly Located<Json>[];
}

interface ProofResult {
  readonly checks: readonly Check[];
  readonly notes: readonly string[];
}

const NO_PROOF =
  "It stands under no checkpoint yet: it is signed, and that its entry stands in the log it does not show. " +
  "GET /v1/receipts/{id}?proof=wait answers it with its proof.";

export async function proofChecks(
  { proof = null, epochs = [] }: JsonObject,
  { entry, leaf }: ReceiptStatement,
  keys: readonly LogKey[],
  { requireProof, witnesses, epochs: beside }: ProofOptions,
): Promise<ProofResult> {
  if (proof === null) {
    const asked = requireProof || witnesses !== null;
    const checks = asked ? [check("proof_form", "the proof beside the envelope", [fault(NO_PROOF)])] : [];
    return { checks, notes: asked ? [] : [NO_PROOF] };
  }
  const parsed = typeof proof === "string" ? parseTlogProof(proof) : null;
  const form = check(
    "proof_form",
    "the form of a proof (https://c2sp.org/tlog-proof)",
    parsed === null ? [fault("It is no such proof.")] : [],
  );
  if (parsed === null) return { checks: [form], notes: [] };
  const opened = await openOwn(parsed, entry.log, keys, locatedList("epochs", epochs), beside);
  const checks = [form, ...opened.checks];
  if (opened.checkpoint === null) {
    checks.push(skipped("inclusion", "there is no valid checkpoint to compare with"));
    return { checks, notes: [] };
  }
  checks.push(inclusionCheck(parsed, opened.checkpoint, entry.index, digestBytes(leaf)));
  if (witnesses !== null) checks.push(await witnessCheck(opened.checkpoint, witnesses));
  const { epoch } = opened.checkpoint;
  const givenUp = opened.epochs.filter((one) => one.epoch > epoch && one.base.size <= entry.index);
  return {
    checks,
    notes: [`Checkpoint: ${describeCheckpoint(opened.checkpoint)}.`, ...givenUp.slice(0, 1).map(whyGivenUp)],
  };
}

/** It stands in the tree that was signed then, and is evidence of what was lost; in the log as it went on it does not stand. */
const whyGivenUp = ({ epoch, base, time }: EpochStatement): string =>
  `The history in which it stands was given up when epoch ${epoch} was opened, at ${time}: the log went on from its first ${base.size} entries.`;

async function openOwn(
  { checkpoint }: TlogProof,
  log: string,
  keys: readonly LogKey[],
  epochs: readonly Located<Json>[],
  beside: readonly Located<Json>[],
) {
  const { statements, faults } = await openEpochs(epochs, log, keys, beside);
  const opened = await openCheckpoint(formatNote(checkpoint), { log, keys, epochs: statements });
  const compared = opened.ok
    ? `Ed25519 over the checkpoint: ${describeCheckpoint(opened.value)}`
    : "the proof's checkpoint, with the given keys";
  return {
    checkpoint: opened.ok ? opened.value : null,
    epochs: statements,
    checks: [
      ...(epochs.length === 0
        ? []
        : [check("epochs", "the statement of each epoch with the given keys for epochs", faults)]),
      check("checkpoint_signature", compared, opened.ok ? [] : [fault(opened.fault)]),
    ],
  };
}

function inclusionCheck(
  { index, path }: TlogProof,
  { size, root }: { readonly size: number; readonly root: Uint8Array },
  place: number,
  leaf: Uint8Array,
): Check {
  const compared = `the root that the leaf leads to from place ${place} in the tree of ${size} entries (RFC 9162 section 2.1.3.2), with the signed one`;
  if (index !== place)
    return check("inclusion", compared, [
      fault(`The proof is of entry ${index}, the receipt of entry ${place}.`, place),
    ]);
  if (place >= size)
    return check("inclusion", compared, [
      fault(`The checkpoint is of ${size} entries: entry ${place} is not among them.`, place),
    ]);
  const found = rootFromInclusion(place, size, leaf, path);
  const stands = found !== null && isSame(found, root);
  return check(
    "inclusion",
    compared,
    stands ? [] : [fault("The entry does not stand there in the signed tree.", place)],
  );
}
