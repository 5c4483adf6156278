/** How grave a bundle says that a policy's rule is: its own word, or else the manifest's. */
import type { BundlePolicy } from "./bundle.ts";
import type { Manifest, Severity } from "./manifest.ts";

/** Null where the manifest has no such rule. */
export function severityIn({ severities }: BundlePolicy, { rules }: Manifest, rule: string): Severity | null {
  const known = rules.find(({ id }) => id === rule);
  if (known === undefined) return null;
  return (Object.hasOwn(severities, rule) ? severities[rule] : undefined) ?? known.severity;
}
