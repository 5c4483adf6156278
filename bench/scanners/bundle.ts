/** The starter bundle as it is shipped. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "../../core/json.ts";
import type { Severity } from "../../core/policy/manifest.ts";
import { policyNamed, Scanner, withSettings } from "./policies.ts";

const path = join(import.meta.dirname, "../../policy-plugins/bundles/starter.json");

interface BundleFile {
  readonly policies: readonly {
    readonly policy: string;
    readonly settings?: Json;
    readonly severities?: Readonly<Record<string, Severity>>;
  }[];
}

const BUILT_IN = "builtin:";
const nameOf = (policy: string): string => policy.slice(policy.startsWith(BUILT_IN) ? BUILT_IN.length : 0);

export function starter(): Scanner {
  const { policies }: BundleFile = JSON.parse(readFileSync(path, "utf8"));
  const chosen = policies.flatMap(({ policy: wanted, settings = {} }) => {
    const name = nameOf(wanted);
    const policy = policyNamed(name);
    if (policy === undefined) throw new Error(`the starter bundle names ${name}, which is not built`);
    return name === "reader" ? [] : [withSettings(policy, settings)];
  });
  const severities = Object.fromEntries(
    policies.map(({ policy, severities = {} }) => [nameOf(policy), severities]),
  );
  return new Scanner(chosen, severities);
}
