// The manifest of a policy, checked, and the id that follows from it (docs/spec/policy.md).

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import canonicalize from "canonicalize";
import { root } from "./sources.ts";

export interface Rule {
  id: string;
  severity: "info" | "warn" | "block";
  reason: string;
  suggestion: string;
}

export interface Manifest {
  abi: "countersign-policy/1";
  name: string;
  version: string;
  description: string;
  settings: Record<string, unknown>;
  rules: Rule[];
}

const members = "abi,description,name,rules,settings,version";
const ruleMembers = "id,reason,severity,suggestion";

export function readManifest(folder: string): Manifest {
  const manifest: Manifest = JSON.parse(readFileSync(join(root, folder, "manifest.json"), "utf8"));
  const check = (holds: boolean, fault: string) => {
    if (!holds) throw new Error(`${folder}/manifest.json: ${fault}`);
  };
  check(Object.keys(manifest).sort().join() === members, `members must be ${members}`);
  check(manifest.abi === "countersign-policy/1", "unknown abi");
  check(
    /^[a-z][a-z0-9-]{0,63}$/.test(manifest.name) && folder.endsWith(manifest.name),
    "name must be the folder's",
  );
  check(
    manifest.settings.type === "object" && manifest.settings.additionalProperties === false,
    "settings must be closed",
  );
  for (const rule of manifest.rules) {
    check(Object.keys(rule).sort().join() === ruleMembers, `members of a rule must be ${ruleMembers}`);
    check(/^[A-Z][A-Z0-9_]{0,63}$/.test(rule.id), `rule id ${rule.id}`);
    check(["info", "warn", "block"].includes(rule.severity), `severity of ${rule.id}`);
  }
  check(new Set(manifest.rules.map(({ id }) => id)).size === manifest.rules.length, "a rule id twice");
  return manifest;
}

export function sha256Hex(bytes: string | Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export function policyId(manifest: Manifest, wasmSha256: string): string {
  const canonical = canonicalize({ manifest, wasm_sha256: wasmSha256 });
  if (canonical === undefined) throw new Error("a manifest is always JSON");
  return `sha256:${sha256Hex(canonical)}`;
}
