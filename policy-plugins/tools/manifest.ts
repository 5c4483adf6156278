// The manifest of a policy, checked as the gateway checks it, and for what only its source can get wrong.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Manifest, manifestSchema } from "../../core/policy/manifest.ts";
import { validate } from "../../core/validate.ts";
import { root } from "./sources.ts";

export function readManifest(folder: string): Manifest {
  const path = join(folder, "manifest.json");
  const parsed = validate(manifestSchema, JSON.parse(readFileSync(join(root, path), "utf8")));
  if (!parsed.ok) {
    const issues = parsed.fault.issues.map(({ pointer, message }) => `${pointer || "/"}: ${message}`);
    throw new Error(`${path}: ${issues.join(" ")}`);
  }
  const manifest = parsed.value;
  const check = (holds: boolean, fault: string) => {
    if (!holds) throw new Error(`${path}: ${fault}`);
  };
  check(folder.split("/").at(-1) === manifest.name, "the name must be the folder's");
  // What the schema does not name would be refused by the SDK, and should be before a bundle is stored.
  const { type, additionalProperties } = manifest.settings;
  check(type === "object" && additionalProperties === false, "settings must be closed");
  check(new Set(manifest.rules.map(({ id }) => id)).size === manifest.rules.length, "a rule id twice");
  return manifest;
}
