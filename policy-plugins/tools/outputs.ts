// What the build leaves for others in dist/policies/: for the Worker, a module that imports the WASM statically
// (the only way a Worker takes code); for Node, an index with paths.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Manifest } from "../../core/policy/manifest.ts";

export interface BuiltPolicy {
  manifest: Manifest;
  /** Of the manifest and the module as compiled. */
  policyId: string;
  wasmSha256: string;
  /** Of the metered module. */
  execId: string;
  profileId: string;
  /** The module as compiled, relative to dist/policies/, and the one that runs. */
  wasmPath: string;
  meteredPath: string;
  fixture: boolean;
}

export function writeOutputs(dist: string, policies: BuiltPolicy[]): void {
  const builtin = policies.filter(({ fixture }) => !fixture);
  writeIfChanged(join(dist, "builtin.ts"), modulesSource(builtin));
  writeIfChanged(join(dist, "with-fixtures.ts"), modulesSource(policies));
  writeIfChanged(join(dist, "wasm.d.ts"), wasmTypes);
  writeIfChanged(join(dist, "index.json"), indexSource(policies));
}

/** Untouched files keep their times, so that bundlers watching them do not start over. */
export function writeIfChanged(path: string, text: string): void {
  if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeFileSync(path, text);
}

const wasmTypes = `// Written by policy-plugins/build.ts.
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
`;

function identifier(policy: BuiltPolicy): string {
  return (policy.fixture ? "fixture-" : "policy-")
    .concat(policy.manifest.name)
    .replace(/-([a-z0-9])/g, (_, next: string) => next.toUpperCase());
}

function modulesSource(policies: BuiltPolicy[]): string {
  const imports = policies.map((policy) => `import ${identifier(policy)} from "./${policy.meteredPath}";\n`);
  const entries = policies.map((policy) => {
    const manifest = JSON.stringify(policy.manifest, null, 2).replaceAll("\n", "\n    ");
    return `  {
    policyId: "${policy.policyId}",
    wasmSha256: "${policy.wasmSha256}",
    execId: "${policy.execId}",
    profileId: "${policy.profileId}",
    module: ${identifier(policy)},
    manifest: ${manifest},
  },
`;
  });
  return `// Written by policy-plugins/build.ts.

${imports.join("")}
export interface PolicyManifest {
  abi: "countersign-policy/1";
  name: string;
  version: string;
  description: string;
  settings: Record<string, unknown>;
  memory_pages?: number;
  reading?: "reads" | "writes";
  findings?: "reads";
  rules: { id: string; severity: "info" | "warn" | "defer" | "block"; reason: string; suggestion?: string }[];
}

export interface PolicyModule {
  manifest: PolicyManifest;
  policyId: string;
  wasmSha256: string;
  execId: string;
  profileId: string;
  /** Metered. */
  module: WebAssembly.Module;
}

export const modules: PolicyModule[] = [
${entries.join("")}];
`;
}

function indexSource(policies: BuiltPolicy[]): string {
  const rows = policies.map((policy) => ({
    name: policy.manifest.name,
    policy_id: policy.policyId,
    wasm_sha256: policy.wasmSha256,
    wasm_path: policy.wasmPath,
    exec_id: policy.execId,
    profile_id: policy.profileId,
    metered_path: policy.meteredPath,
    manifest: policy.manifest,
    fixture: policy.fixture,
  }));
  return `${JSON.stringify(rows, null, 2)}\n`;
}
