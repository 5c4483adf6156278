/** The policies compiled into this Worker, by id and by name. */
import { modules } from "#policies";
import type { RanPolicy } from "../../core/policy/verdict.ts";

export interface PolicyModule extends RanPolicy {
  /** SHA-256 of the module as compiled, before it was metered. */
  readonly wasmSha256: string;
  /** The metered module. */
  readonly module: WebAssembly.Module;
}

// The build writes ids and manifests from the same sources as the modules (policy-plugins/build.ts).
const all = modules as unknown as readonly PolicyModule[];
const byId: ReadonlyMap<string, PolicyModule> = new Map(all.map((policy) => [policy.policyId, policy]));
const byName: ReadonlyMap<string, PolicyModule> = new Map(
  all.map((policy) => [policy.manifest.name, policy]),
);

export const findPolicy = (policyId: string): PolicyModule | undefined => byId.get(policyId);
export const findBuiltin = (name: string): PolicyModule | undefined => byName.get(name);
export const builtinPolicies = (): readonly PolicyModule[] => all;
