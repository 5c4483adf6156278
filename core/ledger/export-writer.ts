/** Writes an export (export.ts), line by line: the one writer, with evidence and without. */
import type { Envelope } from "../dsse.ts";
import type { Digest } from "../hash.ts";
import { EXPORT_CHECKPOINTS_MAX, PAGE_SIZE_MAX } from "../limits.ts";
import type { Bundle } from "../policy/bundle.ts";
import type { DecisionEvidence } from "../policy/replay/replay.ts";
import type { DecisionBody, Entry, EvaluationBody, StoredEntry } from "./entry.ts";
import { bundleLine, decisionLine, erasedLine, type PolicyLine, policyLine } from "./evidence.ts";
import {
  checkpointLine,
  EXPORT_FORMAT,
  endsLeaves,
  entryLine,
  epochLine,
  exportHeaderLine,
  leavesLine,
  type RangeHashes,
  rangeLine,
  rotationLine,
} from "./export.ts";

export interface SizedNote {
  /** C2SP signed note. */
  readonly note: string;
  readonly size: number;
}

/** Where the log is kept. Pages hold at least one entry while there is one, and fewer than asked for where they are long. */
export interface LogSource {
  ledger(from: number, limit: number): Promise<{ readonly entries: readonly StoredEntry[] }>;
  /** Those signed of sizes from `from` to `to`, in order, at most `limit`. */
  checkpoints(from: number, to: number, limit: number): Promise<readonly SizedNote[]>;
  range(from: number, to: number, size: number): Promise<RangeHashes>;
}

export interface ExportedEntry {
  readonly entry: StoredEntry;
  /** Null where the entry judged nothing, or what it was made from was erased. */
  readonly evidence: DecisionEvidence | null;
  /** Index of the entry that records the erasure; null where nothing was erased. */
  readonly erasedIdx: number | null;
}

/** Where what decisions were made from is kept. */
export interface EvidenceSource {
  evidence(from: number, limit: number): Promise<{ readonly entries: readonly ExportedEntry[] }>;
  bundle(digest: Digest): Promise<{ readonly text: string } | null>;
  policy(policyId: Digest): Promise<PolicyLine | null>;
}

export interface ExportPlan {
  readonly log: string;
  /** First and last index. */
  readonly from: number;
  readonly to: number;
  /** One that covers `to`. */
  readonly checkpoint: SizedNote;
  readonly rotations: readonly Envelope[];
  readonly epochs: readonly Envelope[];
}

/** Lines without their ends. Throws where the log breaks off: the file then has no checkpoint, and verifiers say so. */
export async function* exportLines(
  log: LogSource,
  plan: ExportPlan,
  evidence: EvidenceSource | null = null,
): AsyncGenerator<string> {
  const { from, to, checkpoint } = plan;
  yield exportHeaderLine({ format: EXPORT_FORMAT, log: plan.log, from, to });
  const bundles = new Set<Digest>();
  let run: Digest[] = [];
  for await (const exported of entriesOf(log, evidence, from, to)) {
    const { entry } = exported;
    yield entryLine(entry);
    yield* evidenceLines(exported);
    for (const bundle of bundlesOf(exported)) bundles.add(bundle);
    run.push(entry.leaf);
    if (!endsLeaves(entry.index, to)) continue;
    yield leavesLine(entry.index + 1 - run.length, run);
    run = [];
  }
  if (evidence !== null) yield* bundleLines(evidence, bundles);
  yield rangeLine(await log.range(from, to, checkpoint.size));
  for (const rotation of plan.rotations) yield rotationLine(rotation);
  for (const epoch of plan.epochs) yield epochLine(epoch);
  // Of the size of the last one there is no other, and a size before the first entry says nothing of this file.
  const between = await spread(log, from + 1, Math.min(to + 1, checkpoint.size - 1));
  for (const { note } of between) yield checkpointLine(note);
  yield checkpointLine(checkpoint.note);
}

/** All where there are not too many, else one of each of as many stretches as there may be. */
async function spread(log: LogSource, from: number, to: number): Promise<readonly SizedNote[]> {
  if (to < from) return [];
  const first = await log.checkpoints(from, to, EXPORT_CHECKPOINTS_MAX + 1);
  if (first.length <= EXPORT_CHECKPOINTS_MAX) return first;
  const width = (to - from + 1) / EXPORT_CHECKPOINTS_MAX;
  const starts = Array.from({ length: EXPORT_CHECKPOINTS_MAX }, (_, at) => from + Math.floor(at * width));
  const found = await Promise.all(
    starts.map((start, at) => log.checkpoints(start, (starts[at + 1] ?? to + 1) - 1, 1)),
  );
  return found.flat();
}

async function* entriesOf(
  log: LogSource,
  evidence: EvidenceSource | null,
  from: number,
  to: number,
): AsyncGenerator<ExportedEntry> {
  for (let next = from; next <= to; ) {
    const limit = Math.min(PAGE_SIZE_MAX, to - next + 1);
    const { entries } =
      evidence === null
        ? withoutEvidence(await log.ledger(next, limit))
        : await evidence.evidence(next, limit);
    if (entries.length === 0) throw new Error(`couldn't export the log: there is no entry ${next}`);
    yield* entries;
    next += entries.length;
  }
}

const withoutEvidence = ({ entries }: { readonly entries: readonly StoredEntry[] }) => ({
  entries: entries.map((entry): ExportedEntry => ({ entry, evidence: null, erasedIdx: null })),
});

function* evidenceLines({ entry: { index }, evidence, erasedIdx }: ExportedEntry): Generator<string> {
  if (erasedIdx !== null) yield erasedLine({ index, entry: erasedIdx });
  else if (evidence !== null) {
    const { salt, input, changedInput: changed_input, verdicts, discharged } = evidence;
    yield decisionLine({ index, salt, input, changed_input, verdicts, discharged });
  }
}

/** Those that governed stay of interest where what they judged was erased. */
function bundlesOf({ entry, evidence, erasedIdx }: ExportedEntry): readonly Digest[] {
  if (evidence === null && erasedIdx === null) return [];
  const { body } = JSON.parse(entry.text) as Entry & { body: DecisionBody | EvaluationBody };
  return [...body.bundles, ...(body.shadow?.bundles ?? [])];
}

/** Each bundle and policy once, in no particular order: they are found by their digests. */
async function* bundleLines(source: EvidenceSource, digests: ReadonlySet<Digest>): AsyncGenerator<string> {
  const policies = new Set<Digest>();
  for (const digest of digests) {
    const stored = await source.bundle(digest);
    if (stored === null) continue;
    yield bundleLine({ digest, text: stored.text });
    for (const { policy } of (JSON.parse(stored.text) as Bundle).policies) policies.add(policy);
  }
  for (const id of policies) {
    const policy = await source.policy(id);
    if (policy !== null) yield policyLine(policy);
  }
}
