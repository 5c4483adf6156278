/**
 * The Worker that published policies run in: the gate's own host, in an isolate that has nothing else. It is bundled to one
 * text (cli/build-isolate.ts), and loaded with the policies of one tenant's bundle beside it.
 */
import { WorkerEntrypoint } from "cloudflare:workers";
import { POOL_BYTES_MAX, POOL_INSTANCES_MAX } from "../../../core/limits.ts";
import type { RunOutcome } from "../../../core/policy/verdict.ts";
import { PROFILE_ID } from "../../../core/policy/wasm/profile.ts";
import type { Fault } from "../call.ts";
import { policyHost } from "../host.ts";
import { policies } from "./bundle.js";
import type { IsolateRun, IsolateService } from "./service.ts";

/** The gate loads modules of its own profile alone, and its host is this one. */
const runnable = policies.map((policy) => ({ ...policy, profileId: PROFILE_ID }));

export class Policies extends WorkerEntrypoint implements IsolateService {
  async run(requests: readonly IsolateRun[], input: Uint8Array): Promise<readonly RunOutcome[]> {
    return Promise.all(
      requests.map(({ place, fuelLimit, parts }) => {
        const policy = runnable[place];
        return policy ? policyHost.run(policy, policy.settings, input, fuelLimit, parts) : missing(fuelLimit);
      }),
    );
  }

  async prepare(): Promise<readonly (Fault | null)[]> {
    const faults = await Promise.all(runnable.map((policy) => policyHost.prepare(policy, policy.settings)));
    return faults.map((fault, place) => {
      const policy = runnable[place];
      if (fault !== null || policy === undefined || policyHost.keeps(policy, policy.settings)) return fault;
      return NO_ROOM;
    });
  }
}

/** Else every action would make instances anew, and spend what `configure` costs, which no verdict's fuel tells. */
const NO_ROOM: Fault = {
  rule: "POLICY_MEMORY_REFUSED",
  detail: `the bundle's policies need more than the ${POOL_BYTES_MAX} bytes, or ${POOL_INSTANCES_MAX} instances, that are kept together: ask for fewer memory_pages, or split the bundle`,
};

const missing = (fuelLimit: number): RunOutcome => ({
  output: null,
  fuel: 0,
  fuelLimit,
  error: "POLICY_MISSING",
  detail: "The isolate was loaded without this policy.",
});
