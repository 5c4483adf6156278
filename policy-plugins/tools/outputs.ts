// What the build leaves for others in dist/policies/: for the Worker, a module that imports the WASM statically
// (the only way a Worker takes code); for Node, an index with paths.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Manifest } from "./manifest.ts";

export interface BuiltPolicy {
  manifest: Manifest;
  policyId: string;
  wasmSha256: string;
  /** Relative to dist/policies/. */
  wasmPath: string;
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
  const imports = policies.map((policy) => `import ${identifier(policy)} from "./${policy.wasmPath}";\n`);
  const entries = policies.map((policy) => {
    const manifest = JSON.stringify(policy.manifest, null, 2).replaceAll("\n", "\n    ");
    return `  {
    policyId: "${policy.policyId}",
    wasmSha256: "${policy.wasmSha256}",
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
  rules: { id: string; severity: "info" | "warn" | "block"; reason: string; suggestion: string }[];
}

export interface PolicyModule {
  manifest: PolicyManifest;
  policyId: string;
  wasmSha256: string;
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
    manifest: policy.manifest,
    fixture: policy.fixture,
  }));
  return `${JSON.stringify(rows, null, 2)}\n`;
}
