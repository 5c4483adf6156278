/** The engine that judges a tenant's actions: the policies of this build, and those that the tenant published. */
import type { Digest } from "../../core/hash.ts";
import type { RanPolicy } from "../../core/policy/verdict.ts";
import { PROFILE_ID } from "../../core/policy/wasm/profile.ts";
import type { PublishedPolicy, TenantConfig } from "../../durable-objects/rpc.ts";
import { engineOf } from "../evaluate/engine.ts";
import { type Engine, settingsText } from "../evaluate/judge.ts";
import { IsolateLoader, type LoadedPolicy } from "../evaluate/loader.ts";
import type { Env } from "./env.ts";
import { tenantOf } from "./tenants.ts";

type PublishedPolicies = Readonly<Record<string, PublishedPolicy>>;

export function engineFor(env: Env, config: TenantConfig): Engine {
  const published = runnable(config.policies);
  const policiesOf = (bundle: Digest) =>
    (config.bundles[bundle]?.policies ?? []).flatMap(({ policy: id, settings }) => {
      const policy = published[id];
      return policy ? [{ policy, settings: settingsText(settings) }] : [];
    });
  return engineOf(published, isolatesOf(env, config.tenant, policiesOf));
}

/** Null where this deployment has no Worker Loader. */
export function isolatesOf(
  env: Env,
  tenant: string,
  policiesOf: (bundle: Digest) => readonly LoadedPolicy[],
): IsolateLoader | null {
  if (env.LOADER === undefined) return null;
  const moduleOf = ({ policyId }: RanPolicy) => tenantOf(env, tenant).policyModule(policyId, "metered");
  return new IsolateLoader(env.LOADER, { tenant, policiesOf, moduleOf });
}

/** A module metered for another profile must not run under this one: its figures would be of neither. */
export const isOutdated = ({ profileId }: RanPolicy): boolean => profileId !== PROFILE_ID;

const known = new WeakMap<PublishedPolicies, PublishedPolicies>();

function runnable(policies: PublishedPolicies): PublishedPolicies {
  const found = known.get(policies) ?? withoutOutdated(policies);
  known.set(policies, found);
  return found;
}

function withoutOutdated(policies: PublishedPolicies): PublishedPolicies {
  const current: Record<string, PublishedPolicy> = Object.create(null);
  for (const policy of Object.values(policies)) {
    if (!isOutdated(policy)) current[policy.policyId] = policy;
  }
  return current;
}
