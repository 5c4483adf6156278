/** One evaluator, two loaders: policies of this build run in this Worker, published ones where `BundleLoader` puts them. */
import type { Digest } from "../../core/hash.ts";
import type { RanPolicy, RunOutcome } from "../../core/policy/verdict.ts";
import { policyHost } from "./host.ts";
import type { Engine, PolicyRunRequest } from "./judge.ts";
import { findPolicy } from "./modules.ts";

/** Runs published policies of one bundle, all in one call. Never throws. */
export interface BundleLoader {
  run(
    bundle: Digest,
    requests: readonly PolicyRunRequest[],
    input: Uint8Array,
  ): Promise<readonly RunOutcome[]>;
}

/** `published` are the tenant's own policies by id; without a loader they are known but cannot be run. */
export function engineOf(
  published: Readonly<Record<string, RanPolicy>>,
  loader: BundleLoader | null,
): Engine {
  return {
    find: (policyId) =>
      findPolicy(policyId) ?? (Object.hasOwn(published, policyId) ? published[policyId] : undefined),
    run: async (bundle, requests, input) => {
      const loaded = requests.filter(({ policy }) => findPolicy(policy.policyId) === undefined);
      const answers = loaded.length === 0 ? [] : await (loader?.run(bundle, loaded, input) ?? []);
      const outcomes = requests.map(async (request): Promise<RunOutcome> => {
        const builtin = findPolicy(request.policy.policyId);
        if (builtin)
          return policyHost.run(builtin, request.settings, input, request.fuelLimit, request.parts);
        return answers[loaded.indexOf(request)] ?? unloaded(request);
      });
      return Promise.all(outcomes);
    },
  };
}

const unloaded = ({ fuelLimit }: PolicyRunRequest): RunOutcome => ({
  output: null,
  fuel: 0,
  fuelLimit,
  error: "POLICY_LOADER_UNAVAILABLE",
  detail: null,
});
