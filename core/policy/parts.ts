/** What a policy may be given beside its input (docs/spec/policy.md, Parts); its manifest says which of it. */
import { canonicalJson } from "../canonical-json.ts";
import { utf8 } from "../encoding.ts";
import type { Judgement } from "./decision.ts";
import type { Severity } from "./manifest.ts";
import { severityIn } from "./severity.ts";
import type { RunOutcome } from "./verdict.ts";

/** Absent: the policy does not read it, or nobody made it. */
export interface Parts {
  /** What the bundle's reader made of the action. */
  readonly reading?: Uint8Array | undefined;
  /** What the bundle's other policies found, as canonical JSON. */
  readonly findings?: Uint8Array | undefined;
}

export const NO_PARTS: Parts = {};

/** In the place of a run, where a policy reads and its bundle's reader gave nothing to read. */
export const withoutReading = (fuelLimit: number): RunOutcome => ({
  output: null,
  fuel: 0,
  fuelLimit,
  error: "POLICY_READING_MISSING",
  detail: "the bundle's reader made no reading of this action",
});

interface Found {
  readonly policy: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly count: number;
}

/**
 * What policies of a bundle found, for those that are judged last: each rule once, under the severity that the bundle gives it. A
 * policy that did not answer has found the gateway's own rule, whatever the binding makes of errors.
 */
export function findingsPart(runs: Judgement["runs"]): Uint8Array {
  const counts = new Map<string, Found>();
  const count = (policy: string, rule: string, severity: Severity): void => {
    const key = `${policy} ${rule} ${severity}`;
    counts.set(key, { policy, rule, severity, count: (counts.get(key)?.count ?? 0) + 1 });
  };
  for (const { entry, manifest, verdict } of runs) {
    if (verdict.error !== null || manifest === null) {
      count(verdict.policy, verdict.error ?? "POLICY_MISSING", "block");
      continue;
    }
    for (const { rule } of verdict.findings) {
      count(verdict.policy, rule, severityIn(entry, manifest, rule) ?? "block");
    }
  }
  const sorted = [...counts].sort(([one], [other]) => (one < other ? -1 : 1));
  return utf8(canonicalJson({ findings: sorted.map(([, { ...found }]) => found) }));
}
