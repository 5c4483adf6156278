/**
 * Policies that a release with another profile metered, metered anew: such a module must not run under this profile, and the
 * raw one is kept to make its successor from (docs/design/published-policies.md). The policy keeps its id.
 */
import type { Digest } from "../core/hash.ts";
import { MEMORY_PAGES_DEFAULT } from "../core/policy/manifest.ts";
import { admit } from "../core/policy/wasm/admit.ts";
import { PROFILE_ID } from "../core/policy/wasm/profile.ts";
import { type Change, insertPolicy, readBindings, readModule, readPolicy } from "./config.ts";
import type { PublishedPolicy } from "./rpc.ts";
import type { Statements } from "./statements.ts";

/** Of these policies, those that were of another profile and now are of this one; each change is to be recorded. */
export function remeter(sql: Statements, policyIds: Iterable<Digest>, nowMs: number): NonNullable<Change>[] {
  return [...new Set(policyIds)].flatMap((id) => {
    const policy = readPolicy(sql, id);
    const change = policy && policy.profileId !== PROFILE_ID ? remeterOne(sql, policy, nowMs) : null;
    return change === null ? [] : [change];
  });
}

/** Null where this profile does not take the module: then it stays as it is, and is not run. */
function remeterOne(sql: Statements, policy: PublishedPolicy, nowMs: number): Change {
  const raw = readModule(sql, `sha256:${policy.wasmSha256}`);
  if (raw === null) return null;
  const admitted = admit(raw, { memoryPages: policy.manifest.memory_pages ?? MEMORY_PAGES_DEFAULT });
  if (!admitted.ok) {
    const { code } = admitted.fault;
    console.error(JSON.stringify({ event: "policy_outdated", policy: policy.policyId, code }));
    return null;
  }
  const { execId, profileId, wasm } = admitted.value;
  const change = insertPolicy(sql, { ...policy, execId, profileId, raw, metered: wasm }, nowMs);
  return typeof change === "string" ? null : change;
}

/** Every policy that a bundle in force names, as active or as candidate. */
export function boundPolicies(sql: Statements): Digest[] {
  const bundles = readBindings(sql).flatMap(({ bundle, shadow }) =>
    shadow === null ? [bundle] : [bundle, shadow],
  );
  return [...new Set(bundles)].flatMap((digest) => {
    const stored = sql.bundle(digest);
    const { policies } = (stored ? JSON.parse(stored.text) : { policies: [] }) as {
      policies: readonly { policy: Digest }[];
    };
    return policies.map(({ policy }) => policy);
  });
}
