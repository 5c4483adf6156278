/** The policies compiled into this Worker, by id and by name. */
import { modules } from "#policies";
import type { Digest } from "../../core/hash.ts";
import type { Manifest } from "../../core/policy/manifest.ts";

export interface PolicyModule {
  readonly manifest: Manifest;
  readonly policyId: Digest;
  readonly module: WebAssembly.Module;
}

// The build writes ids and manifests from the same sources as the modules (policy-plugins/build.ts).
const all = modules as unknown as readonly PolicyModule[];
const byId = new Map<string, PolicyModule>(all.map((policy) => [policy.policyId, policy]));
const byName = new Map<string, PolicyModule>(all.map((policy) => [policy.manifest.name, policy]));

export const findPolicy = (policyId: string): PolicyModule | undefined => byId.get(policyId);
export const findBuiltin = (name: string): PolicyModule | undefined => byName.get(name);
export const builtinPolicies = (): readonly PolicyModule[] => all;
