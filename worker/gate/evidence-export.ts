/** The export with evidence: the log, what each decision was made from, and what judged it (docs/spec/replay.md). */
import type { Digest } from "../../core/hash.ts";
import type { DecisionBody, Entry, EvaluationBody, StoredEntry } from "../../core/ledger/entry.ts";
import {
  bundleLine,
  decisionLine,
  EXPORT_FORMAT,
  exportHeaderLine,
  policyLine,
} from "../../core/ledger/evidence.ts";
import { entryLine } from "../../core/ledger/export.ts";
import { PAGE_SIZE_MAX } from "../../core/limits.ts";
import type { Bundle } from "../../core/policy/bundle.ts";
import type { TenantService } from "../../durable-objects/rpc.ts";
import type { RecordedEntry } from "../../durable-objects/rpc-evidence.ts";
import { ENGINE_ID } from "../evaluate/host.ts";
import { findPolicy } from "../evaluate/modules.ts";

export interface ExportRange {
  readonly log: string;
  readonly from: number;
  readonly to: number;
  readonly size: number;
}

/** Lines without their ends, and at last the entry that the head has to name. */
export async function* evidenceLines(
  tenant: TenantService,
  { log, from, to, size }: ExportRange,
): AsyncGenerator<string, StoredEntry | null> {
  yield exportHeaderLine({ format: EXPORT_FORMAT, log, from, to, size, engine: ENGINE_ID });
  const bundles = new Set<Digest>();
  let last: StoredEntry | null = null;
  for (let at = from; at <= to; at = (last?.index ?? to) + 1) {
    const page = await tenant.evidence(at, Math.min(PAGE_SIZE_MAX, to - at + 1));
    for (const recorded of page.entries) {
      yield* recordedLines(recorded);
      for (const bundle of bundlesOf(recorded)) bundles.add(bundle);
      last = recorded.entry;
    }
    if (page.entries.length === 0) break;
  }
  yield* bundleLines(tenant, bundles);
  return last;
}

function* recordedLines({ entry, evidence }: RecordedEntry): Generator<string> {
  yield entryLine(entry);
  if (evidence === null) return;
  const { salt, input, changedInput: changed_input, verdicts, discharged } = evidence;
  yield decisionLine({ index: entry.index, salt, input, changed_input, verdicts, discharged });
}

function bundlesOf({ entry, evidence }: RecordedEntry): readonly Digest[] {
  if (evidence === null) return [];
  const { body } = JSON.parse(entry.text) as Entry & { body: DecisionBody | EvaluationBody };
  return [...body.bundles, ...(body.shadow?.bundles ?? [])];
}

/** Each bundle and policy once, in no particular order: they are found by their digests. */
async function* bundleLines(tenant: TenantService, digests: ReadonlySet<Digest>): AsyncGenerator<string> {
  const policies = new Set<Digest>();
  for (const digest of digests) {
    const stored = await tenant.bundle(digest);
    if (stored === null) continue;
    yield bundleLine({ digest, text: stored.text });
    for (const { policy } of (JSON.parse(stored.text) as Bundle).policies) policies.add(policy);
  }
  for (const id of policies) {
    const policy = findPolicy(id) ?? (await tenant.policy(id));
    if (policy === null) continue;
    const { policyId, manifest, wasmSha256, execId, profileId } = policy;
    yield policyLine({
      policy_id: policyId,
      manifest: manifest as unknown as Parameters<typeof policyLine>[0]["manifest"],
      wasm_sha256: wasmSha256,
      exec_id: execId,
      profile_id: profileId,
    });
  }
}
