/** Making a bundle ready before it is stored or bound: every policy there is found, loaded, and takes its settings. */
import type { Digest } from "../../core/hash.ts";
import type { Bundle, BundlePolicy } from "../../core/policy/bundle.ts";
import { compileBundle } from "../../core/policy/compile-settings.ts";
import type { Manifest } from "../../core/policy/manifest.ts";
import { BUILTIN_READER, withReader } from "../../core/policy/reader.ts";
import { settingsIssues } from "../../core/policy/settings-schema.ts";
import type { PublishedPolicy, TenantConfig } from "../../durable-objects/rpc.ts";
import type { Fault } from "../evaluate/call.ts";
import { policyHost } from "../evaluate/host.ts";
import { settingsText } from "../evaluate/judge.ts";
import { findBuiltin, findPolicy, type PolicyModule } from "../evaluate/modules.ts";
import type { Env } from "./env.ts";
import { isOutdated, isolatesOf } from "./policies.ts";
import { Problem } from "./problem.ts";
import { reach } from "./reach.ts";
import { tenantOf } from "./tenants.ts";

/** A policy of a bundle with where it comes from. Of this build, it runs here, whether the tenant published it too or not. */
interface FoundPolicy {
  readonly entry: BundlePolicy;
  readonly pointer: string;
  readonly manifest: Manifest;
  readonly builtin: PolicyModule | undefined;
  readonly published: PublishedPolicy | null;
}

/** In the bundle's order. Throws a Problem where one is not known, or must not run as it is stored. */
export async function findPolicies(env: Env, config: TenantConfig, bundle: Bundle): Promise<FoundPolicy[]> {
  const tenant = tenantOf(env, config.tenant);
  return Promise.all(
    bundle.policies.map(async (entry, index) => {
      const { policy: id } = entry;
      const pointer = `/policies/${index}`;
      const builtin = findPolicy(id);
      const published = config.policies[id] ?? (await reach("ledger_unavailable", () => tenant.policy(id)));
      const manifest = builtin?.manifest ?? published?.manifest;
      if (manifest === undefined) {
        throw new Problem("unknown_policy", {
          detail: "GET /v1/policies lists the policies.",
          members: { pointer: `${pointer}/policy` },
        });
      }
      if (!builtin && published && isOutdated(published)) {
        throw new Problem("policy_outdated", {
          detail: "This gateway's profile does not take its module. Publish one that it takes.",
          members: { pointer: `${pointer}/policy` },
        });
      }
      return { entry, pointer, manifest, builtin, published };
    }),
  );
}

/** With what is compiled of their settings in them. Throws a Problem where that fails. */
export async function compilePolicies(
  bundle: Bundle,
  policies: readonly FoundPolicy[],
): Promise<{ readonly bundle: Bundle; readonly policies: readonly FoundPolicy[] }> {
  const compiled = await compileBundle(
    bundle,
    policies.map(({ builtin }) => builtin?.manifest.name ?? null),
  );
  if (!compiled.ok) throw new Problem("settings_refused", { errors: compiled.fault.issues });
  const entries = compiled.value.policies;
  return {
    bundle: compiled.value,
    policies: policies.map((policy, index) => ({ ...policy, entry: entries[index] ?? policy.entry })),
  };
}

/** Throws a Problem where settings do not fit the schema of their policy's manifest. */
export function checkSettings(policies: readonly FoundPolicy[]): void {
  const errors = policies.flatMap(({ entry, pointer, manifest }) =>
    settingsIssues(manifest.settings, entry.settings).map((issue) => ({
      ...issue,
      pointer: `${pointer}/settings${issue.pointer}`,
    })),
  );
  if (errors.length > 0) throw new Problem("settings_refused", { errors });
}

/** The bundle as it is stored. Throws a Problem where a reader stands elsewhere than first. */
export function addReader(
  bundle: Bundle,
  policies: readonly FoundPolicy[],
): { readonly bundle: Bundle; readonly policies: readonly FoundPolicy[] } {
  const reader = findBuiltin(BUILTIN_READER);
  if (reader === undefined) throw new Error("this build has no reader");
  const manifests = policies.map(({ manifest }) => manifest);
  const complete = withReader(bundle, manifests, reader.policyId);
  if (!complete.ok) throw new Problem("invalid_request", { errors: complete.fault.issues });
  const [entry] = complete.value.policies;
  if (complete.value === bundle || entry === undefined) return { bundle, policies };
  const { manifest } = reader;
  const added: FoundPolicy = { entry, pointer: "/policies", manifest, builtin: reader, published: null };
  return { bundle: complete.value, policies: [added, ...policies] };
}

/**
 * Has every policy take its settings, where it will run; what is made for this stays for the first action. Throws a Problem
 * where one refuses, or cannot be loaded.
 */
export async function prepareBundle(
  env: Env,
  tenant: string,
  digest: Digest,
  policies: readonly FoundPolicy[],
): Promise<void> {
  const faults = new Map<FoundPolicy, Fault | null>();
  for (const policy of policies) {
    const { builtin, entry } = policy;
    if (builtin) faults.set(policy, await policyHost.prepare(builtin, settingsText(entry.settings)));
  }
  if (policies.some(({ builtin }) => builtin === undefined)) {
    // All that the tenant published, as the engine will have it, also what runs here.
    const own = policies.flatMap((found) => {
      const { published: policy, entry } = found;
      return policy && !isOutdated(policy) ? [{ found, policy, settings: settingsText(entry.settings) }] : [];
    });
    const isolates = isolatesOf(env, tenant, () => own);
    if (isolates === null) throw loaderMissing();
    const answers = await isolates.prepare(digest);
    if (answers === null) throw new Problem("policy_loader_unavailable", { detail: "Try again." });
    for (const [index, { found }] of own.entries()) {
      if (!found.builtin) faults.set(found, answers[index] ?? null);
    }
  }
  // The settings are the admin's own text, and so is what a policy says of them.
  const errors = policies.flatMap((policy) => {
    const fault = faults.get(policy);
    return fault ? [{ pointer: `${policy.pointer}/settings`, message: fault.detail }] : [];
  });
  const [first] = errors;
  if (first) throw new Problem("settings_refused", { detail: first.message, errors });
}

export const loaderMissing = () =>
  new Problem("policy_loader_missing", {
    detail:
      "This deployment has no Worker Loader binding; built-in policies work. Add [[worker_loaders]] with the binding LOADER to wrangler.toml.",
  });
