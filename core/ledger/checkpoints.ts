/** Checkpoints opened with the keys of their log, and the epochs that they may be of (docs/spec/ledger.md). */
import { type EpochStatement, FIRST_EPOCH, parseEpochStatement } from "../epoch.ts";
import type { Json } from "../json.ts";
import { ok, type Result, refuse } from "../result.ts";
import type { Located } from "./export-reader.ts";
import { type Check, check, type Fault, fault } from "./report.ts";
import { type LogKey, whyEnded } from "./rotations.ts";
import { type Checkpoint, parseCheckpoint } from "./tree/checkpoint.ts";
import { type WitnessPolicy, witnessedBy } from "./tree/cosignature.ts";
import { isSignedBy, type Note, parseNote, SIGNATURE_TYPE } from "./tree/note.ts";
import { verifyNoteSignature } from "./tree/verify-signature.ts";
import { kindOf, openTrusted, readEnvelope } from "./trust.ts";

export interface SignedCheckpoint extends Checkpoint {
  readonly note: Note;
  readonly epoch: number;
  readonly keyId: string;
}

export type OpenedCheckpoint = Result<SignedCheckpoint, string>;

const EPOCH_ORIGIN = /^(.+)\/epoch\/([1-9][0-9]{0,8})$/;

/** The log and the epoch that an origin names. */
export function readOrigin(origin: string): { readonly log: string; readonly epoch: number } {
  const [, log = "", number = ""] = EPOCH_ORIGIN.exec(origin) ?? [];
  const epoch = Number(number);
  return epoch > FIRST_EPOCH ? { log, epoch } : { log: origin, epoch: FIRST_EPOCH };
}

export interface CheckpointTrust {
  /** Null: that of the checkpoint. */
  readonly log: string | null;
  readonly keys: readonly LogKey[];
  readonly epochs: readonly EpochStatement[];
}

/** The checkpoint where a key of its log signed it, while it was one, and an operator opened its epoch. */
export async function openCheckpoint(
  text: string | Uint8Array,
  { log, keys, epochs }: CheckpointTrust,
): Promise<OpenedCheckpoint> {
  const note = parseNote(text);
  if (note === null) return refuse("It is not a signed note (https://c2sp.org/signed-note).");
  const checkpoint = parseCheckpoint(note.text);
  if (checkpoint === null)
    return refuse("The note's text is not a checkpoint (https://c2sp.org/tlog-checkpoint).");
  const { origin } = checkpoint;
  const named = readOrigin(origin);
  if (log !== null && named.log !== log)
    return refuse(`It is a checkpoint of ${origin}, not of the log ${log}.`);
  const signing = keys.filter(
    ({ use, name }) => use === "checkpoint" && (name === null || name === named.log || name === origin),
  );
  const signed = await findSigner(note, origin, signing);
  if (signed === null) return refuse(whyUnsigned(note, keys, signing));
  if (checkpoint.size > signed.until) return refuse(whyEnded(signed, `the size ${checkpoint.size}`));
  const epoch = epochFault(named, keys, epochs);
  return epoch === null ? ok({ ...checkpoint, note, epoch: named.epoch, keyId: signed.id }) : refuse(epoch);
}

async function findSigner(note: Note, origin: string, keys: readonly LogKey[]): Promise<LogKey | null> {
  for (const key of keys) {
    const noteKey = { name: origin, type: SIGNATURE_TYPE.ed25519, publicKey: key.publicKey };
    if (await isSignedBy(note, noteKey, verifyNoteSignature)) return key;
  }
  return null;
}

function whyUnsigned(note: Note, keys: readonly LogKey[], signing: readonly LogKey[]): string {
  if (!keys.some(({ use }) => use === "checkpoint"))
    return 'None of the given keys is for "checkpoint": give the one that signs these too.';
  if (signing.length === 0) return "The keys for checkpoints that were given are those of another log.";
  const names = [...new Set(note.signatures.map(({ name }) => name))].join(", ");
  return `No given key signed it (it is signed as ${names}): it was changed after signing, is not genuine, or the right key \
was not given.`;
}

function epochFault(
  { log, epoch }: { readonly log: string; readonly epoch: number },
  keys: readonly LogKey[],
  epochs: readonly EpochStatement[],
): string | null {
  if (epoch === FIRST_EPOCH || epochs.some((one) => one.epoch === epoch && one.log === log)) return null;
  const begun = `It is of epoch ${epoch}, in which the log went on after it had been set back`;
  return keys.some(({ use }) => use === "epoch")
    ? `${begun}; no statement by which an operator opened it is at hand. GET /v1/ledger/keys answers a key file with the statements: give that too.`
    : `${begun}. Who may open epochs only their key can show: none of the given keys is for "epoch". Give the operator's too.`;
}

/**
 * The statements of epochs that are of this log and signed by a given key for epochs. Of those given beside the keys the ones that
 * are not say nothing: nobody claims that they are of this log.
 */
export async function openEpochs(
  epochs: readonly Located<Json>[],
  log: string | null,
  keys: readonly LogKey[],
  beside: readonly Located<Json>[] = [],
): Promise<{ readonly statements: readonly EpochStatement[]; readonly faults: readonly Fault[] }> {
  const statements: EpochStatement[] = [];
  const faults: Fault[] = [];
  for (const { where, value } of epochs) {
    const opened = await openEpoch(value, log, keys);
    if (opened.ok) statements.push(opened.value);
    else faults.push(fault(`The epoch: ${opened.fault}`, null, where));
  }
  for (const { value } of beside) {
    const opened = await openEpoch(value, log, keys);
    if (opened.ok && !statements.some(({ epoch }) => epoch === opened.value.epoch))
      statements.push(opened.value);
  }
  return { statements, faults };
}

async function openEpoch(
  json: Json,
  log: string | null,
  keys: readonly LogKey[],
): Promise<Result<EpochStatement, string>> {
  const envelope = readEnvelope(json);
  if (!envelope.ok) return refuse(`It is not a DSSE envelope. ${envelope.fault}`);
  if (kindOf(envelope.value) !== "epoch") return refuse("The payloadType is not that of an epoch.");
  const opened = await openTrusted("epoch", envelope.value, keys);
  if (!opened.ok) return opened;
  const statement = parseEpochStatement(opened.value.payload);
  if (!statement.ok) return refuse("The statement is not that of an epoch.");
  return log === null || statement.value.log === log ? statement : refuse("It is one of another log.");
}

export const describeCheckpoint = ({ origin, size, keyId }: SignedCheckpoint): string =>
  `size ${size} of ${origin}, signed by key ${keyId}`;

/** Whether enough of the verifier's witnesses cosigned; with it, what they are called. */
export async function witnessCheck(checkpoint: SignedCheckpoint, policy: WitnessPolicy): Promise<Check> {
  const { names, enough } = await witnessedBy(checkpoint.note, policy, verifyNoteSignature);
  const found = names.length === 0 ? "none" : names.join(", ");
  return check(
    "witnesses",
    `cosignatures by at least ${policy.quorum} of the ${policy.witnesses.length} given witnesses: ${found}`,
    enough ? [] : [fault(`Only ${names.length} of them cosigned the checkpoint of size ${checkpoint.size}.`)],
  );
}
