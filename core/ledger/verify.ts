/**
 * Verification of a ledger export, offline: every entry is held against the tree that signed checkpoints vouch for. Each check
 * goes on past damage, so that one altered entry is named as that entry and the rest is still vouched for.
 */

import type { EpochStatement } from "../epoch.ts";
import type { Digest } from "../hash.ts";
import { DAMAGE_SEARCHES_MAX } from "../limits.ts";
import {
  type Chain,
  commonLog,
  linkEntries,
  linksCompared,
  logCheck,
  timeCheck,
  typeCheck,
} from "./chain.ts";
import {
  describeCheckpoint,
  openCheckpoint,
  openEpochs,
  readOrigin,
  type SignedCheckpoint,
  witnessCheck,
} from "./checkpoints.ts";
import { evidenceCheck, headerCheck, indexCheck, ownChecks, syntaxCheck } from "./entry-checks.ts";
import { type ReadExport, readExport, readStream } from "./export-reader.ts";
import { type Placement, placeEntries } from "./placement.ts";
import { check, type Report, report, skipped } from "./report.ts";
import { handOn } from "./rotations.ts";
import { followTree, listedLeaves, ownLeaves, type Range, votedLeaves } from "./signed-tree.ts";
import { openNotes, stopsOf } from "./stops.ts";
import { parseCheckpoint } from "./tree/checkpoint.ts";
import type { WitnessPolicy } from "./tree/cosignature.ts";
import { parseNote } from "./tree/note.ts";
import {
  besideOf,
  betweenCheck,
  digestOfHash,
  epochCheck,
  leafCheck,
  listCheck,
  NO_CHECKPOINT,
  rootCheck,
  rotationCheck,
  signatureCheck,
  sinceCheck,
} from "./tree-checks.ts";
import { type GivenStatements, NO_STATEMENTS, type TrustedKey } from "./trust.ts";

export interface VerifiedLedger {
  readonly report: Report;
  readonly log: string | null;
  readonly first: number;
  readonly last: number;
  /** The hash of the entry's own text, by index. */
  readonly leaves: { readonly size: number; get(index: number): Digest | undefined };
}

export interface LedgerOptions {
  /** Witnesses of which some must have cosigned the last checkpoint. */
  readonly witnesses?: WitnessPolicy | null;
  /** A checkpoint saved earlier, that the log must still begin with. */
  readonly since?: string | Uint8Array | null;
  /** Beside those that the file carries. */
  readonly statements?: GivenStatements;
  /** Members of damaged entries that are searched for; `DAMAGE_SEARCHES_MAX` where it is not given. */
  readonly searches?: number;
  /** Told how many bytes of a file of lines have been read, for whoever waits. */
  readonly reading?: (byteCount: number) => void;
}

/** A file in memory, or one that comes in pieces, of which no more is held than `LineReader` says. */
export async function verifyLedger(
  file: Uint8Array | AsyncIterable<Uint8Array>,
  given: readonly TrustedKey[],
  options: LedgerOptions = {},
): Promise<VerifiedLedger> {
  const { reading } = options;
  const read = file instanceof Uint8Array ? readExport(file, reading) : await readStream(file, reading);
  return verifyRead(read, given, options);
}

/** What was read until now, as of a file that ends there. */
export async function verifyRead(
  read: ReadExport,
  given: readonly TrustedKey[],
  {
    witnesses = null,
    since = null,
    statements = NO_STATEMENTS,
    searches = DAMAGE_SEARCHES_MAX,
  }: LedgerOptions = {},
): Promise<VerifiedLedger> {
  const placement = placeEntries(read.entries);
  const log = logOf(read, placement);
  const range = rangeOf(read, placement);
  const rotated = await handOn(given, read.rotations, log, statements.rotations);
  const epochs = await openEpochs(read.epochs, log, rotated.keys, statements.epochs);
  const trust = { log, keys: rotated.keys, epochs: epochs.statements };
  const signed = await openNotes(read, (text) => openCheckpoint(text, trust));
  const earlier = since === null ? null : await openCheckpoint(since, trust);
  const stops = stopsOf(signed, range, epochs.statements, earlier?.ok ? earlier.value : null);
  const listed = listedLeaves(read);
  const voted = votedLeaves(listed, placement);
  const sources = [...(read.leaves.length === 0 ? [] : [listed]), voted, ownLeaves(placement)];
  const tree = range === null ? null : followTree(range, sources, stops.reachable);
  const beside = besideOf(range, tree, voted);
  const chain = linkEntries(placement, (index) => digestOfHash(tree?.leaf(index) ?? null));
  const last = signed.last?.ok ? signed.last.value : null;
  const checks = [
    syntaxCheck(read, placement),
    ...(read.form === "lines" ? [headerCheck(read, log, range)] : []),
    ...ownChecks(placement),
    indexCheck(placement, range, last),
    check("prev_link", linksCompared(chain, placement), chain.linkFaults),
    logCheck(chain, log),
    timeCheck(chain),
    typeCheck(chain),
    ...(rotated.count === 0 && rotated.faults.length === 0
      ? []
      : [rotationCheck(rotated.count, rotated.faults)]),
    ...(read.epochs.length === 0 ? [] : [epochCheck(epochs.statements, epochs.faults, tree)]),
    signatureCheck(signed, read),
    rootCheck(read, range, tree, last, placement, beside),
    leafCheck(chain, placement, tree, log, searches),
    ...(read.leaves.length === 0 ? [] : [listCheck(read, range, tree, listed, placement)]),
    ...(read.evidence.lineCount === 0 ? [] : [evidenceCheck(read.evidence)]),
    ...(signed.between.length === 0 ? [] : [betweenCheck(signed, stops, tree, range, beside)]),
    ...(witnesses === null
      ? []
      : [last === null ? skipped("witnesses", NO_CHECKPOINT) : await witnessCheck(last, witnesses)]),
    ...(earlier === null ? [] : [sinceCheck(earlier, tree, range, last)]),
  ];
  return {
    report: report("ledger", checks, notesOf(read, last, placement, chain, epochs.statements)),
    log,
    first: placement.first,
    last: placement.last,
    leaves: {
      size: placement.size,
      get: (index) => chain.entry(index)?.leaf ?? undefined,
    },
  };
}

// --- what the file is about ---------------------------------------------------

/** What two of header, entries and last checkpoint say; each of them may be the damaged one. */
function logOf(read: ReadExport, placement: Placement): string | null {
  const note = parseNote(read.checkpoints.at(-1)?.value ?? "");
  const origin = note && parseCheckpoint(note.text)?.origin;
  const entries = commonLog(placement);
  return agreed([entries, read.header?.value.log ?? null, origin ? readOrigin(origin).log : null]) ?? entries;
}

function agreed<T>(values: readonly (T | null)[]): T | null {
  return values.find((value, at) => value !== null && values.indexOf(value, at + 1) > at) ?? null;
}

/** Null where the file holds no entry or does not say what stands beside its entries. */
function rangeOf(read: ReadExport, placement: Placement): Range | null {
  if (read.range === null) return null;
  const { header, leaves } = read;
  const ends = placement.size === 0 ? null : placement;
  const froms = [header?.value.from ?? null, leaves[0]?.from ?? null, ends?.first ?? null];
  const tos = [header?.value.to ?? null, leaves.at(-1)?.to ?? null, ends?.last ?? null];
  const from = agreed(froms) ?? froms.find((value) => value !== null);
  const to = agreed(tos) ?? tos.find((value) => value !== null);
  if (from === undefined || to === undefined || from === null || to === null || to < from) return null;
  return { from, to, ...read.range.value };
}

// --- notes ------------------------------------------------------------------------

function notesOf(
  read: ReadExport,
  last: SignedCheckpoint | null,
  { first, last: lastIndex }: Placement,
  { entry }: Chain,
  epochs: readonly EpochStatement[],
): string[] {
  const notes: string[] = [];
  if (last !== null) notes.push(`Checkpoint: ${describeCheckpoint(last)}.`);
  for (const { epoch, old, base, time } of epochs)
    notes.push(
      `Epoch ${epoch} was opened at ${time}: the history of ${old.size} entries was given up, and the log went on from ${base.size}.`,
    );
  if (first > 0 && lastIndex >= first) {
    const prev = entry(first)?.fields?.prev;
    notes.push(`The file starts at entry ${first}, which names ${prev ?? "(unreadable)"} before it: what comes before is in the signed tree, \
but not in the file.`);
  }
  const { beyondCount, olderCount, otherwiseCount } = read.evidence;
  if (beyondCount > 0)
    notes.push(`Of ${beyondCount} erased decisions the entry that says so lies behind the file's last one.`);
  if (olderCount > 0)
    notes.push(`${olderCount} decisions of an earlier release do not say what opens with their evidence.`);
  if (otherwiseCount > 0)
    notes.push(
      `${otherwiseCount} policies stand in the file as metered for a profile under which no entry says that they ran.`,
    );
  if (read.form === "page")
    notes.push("A JSON page: entries were compared by value, and hashed in their canonical form.");
  return notes;
}
