/** An export as the gate makes one: from the tenant's object, with the manifests of the gate's own policies. */
import type { Digest } from "../../core/hash.ts";
import type { PolicyLine } from "../../core/ledger/evidence.ts";
import {
  type EvidenceSource,
  type ExportPlan,
  exportLines,
  type LogSource,
} from "../../core/ledger/export-writer.ts";
import type { TenantService } from "../../durable-objects/rpc.ts";
import { findPolicy } from "../evaluate/modules.ts";

/** Lines without their ends. */
export const tenantLines = (
  tenant: TenantService,
  plan: ExportPlan,
  withEvidence: boolean,
): AsyncGenerator<string> => exportLines(logOf(tenant), plan, withEvidence ? evidenceOf(tenant) : null);

const logOf = (tenant: TenantService): LogSource => ({
  ledger: (from, limit) => tenant.ledger(from, limit),
  checkpoints: (from, to, limit) => tenant.checkpoints(from, to, limit),
  range: (from, to, size) => rangeOf(tenant, from, to, size),
});

/** Throws where the tree does not reach that far, which a checkpoint of that size rules out. */
export async function rangeOf(tenant: TenantService, from: number, to: number, size: number) {
  const range = await tenant.range(from, to, size);
  if (range === null) throw new Error(`couldn't export the log: the tree has no ${size} entries`);
  return range;
}

const evidenceOf = (tenant: TenantService): EvidenceSource => ({
  evidence: (from, limit) => tenant.evidence(from, limit),
  bundle: (digest) => tenant.bundle(digest),
  policy: (policyId) => policyLineOf(tenant, policyId),
});

async function policyLineOf(tenant: TenantService, id: Digest): Promise<PolicyLine | null> {
  const policy = findPolicy(id) ?? (await tenant.policy(id));
  if (policy === null) return null;
  const { policyId, manifest, wasmSha256, execId, profileId } = policy;
  return {
    policy_id: policyId,
    manifest: manifest as unknown as PolicyLine["manifest"],
    wasm_sha256: wasmSha256,
    exec_id: execId,
    profile_id: profileId,
  };
}
