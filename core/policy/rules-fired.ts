/** The rules that fired, each once, for entry and receipt: no place, no text. */
import type { RuleFired } from "../ledger/entry.ts";
import type { Finding } from "./decision.ts";

export function rulesFired(findings: readonly Finding[]): RuleFired[] {
  const counts = new Map<string, RuleFired & { count: number }>();
  for (const { policy, rule, severity, observed, settled } of findings) {
    const key = `${policy} ${rule} ${severity} ${observed} ${settled}`;
    const known = counts.get(key);
    if (known) known.count += 1;
    else counts.set(key, { count: 1, observed, policy, rule, settled, severity });
  }
  return [...counts.values()];
}
