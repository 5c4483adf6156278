/** A decision: the verdicts of every bundle that governs an action, combined; deny overrides. */

import { canonicalJson } from "../canonical-json.ts";
import type { Digest } from "../hash.ts";
import type { Binding, Mode } from "./binding.ts";
import type { BundlePolicy } from "./bundle.ts";
import { ENGINE_POLICY, ENGINE_RULES, type EngineRule } from "./engine-rules.ts";
import type { Manifest, Severity } from "./manifest.ts";
import type { Part, RawFinding, Verdict } from "./verdict.ts";

export type Outcome = "allow" | "modify" | "hold" | "defer" | "block";

/** A rule that fired, with its texts and the severity that its bundle gives it. Never what was caught. */
export interface Finding {
  readonly policy: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly part: Part | null;
  readonly pointer: string | null;
  readonly start: number | null;
  readonly end: number | null;
  readonly key: boolean;
  readonly reason: string;
  readonly suggestion: string | null;
  /** True where only an observing binding's bundle found it: it is recorded and stops nothing. */
  readonly observed: boolean;
}

/** One policy's part in a decision, for entry and receipt. */
export interface PolicyRun {
  readonly name: string;
  readonly policyId: Digest;
  readonly bundle: Digest;
  readonly error: EngineRule | null;
}

export interface Decision {
  readonly outcome: Outcome;
  readonly mode: Mode;
  /** What enforcing every binding would have said; null where no binding observes. */
  readonly wouldDecide: Outcome | null;
  readonly findings: readonly Finding[];
  readonly bundles: readonly Digest[];
  readonly policies: readonly PolicyRun[];
}

/** The verdicts of one binding's bundle, with what is needed to give them severity and words. */
export interface Judgement {
  readonly binding: Binding;
  readonly runs: readonly {
    readonly entry: BundlePolicy;
    readonly manifest: Manifest | null;
    readonly verdict: Verdict;
  }[];
}

/**
 * Combines judgements. `discharged` holds the keys (`findingKey`) of the findings that a reviewer was
 * shown and approved: such a `warn` no longer holds. A `block` is never discharged.
 */
export function combine(
  judgements: readonly Judgement[],
  discharged: ReadonlySet<string> = new Set(),
): Decision {
  if (judgements.length === 0) return refusal("NO_BINDING");
  const enforcing = judgements.some(({ binding }) => binding.mode === "enforce");
  const observing = judgements.some(({ binding }) => binding.mode === "observe");
  const findings = unique(judgements.flatMap(findingsOf));
  return {
    outcome: outcomeOf(
      findings.filter((finding) => !finding.observed),
      discharged,
    ),
    mode: enforcing ? "enforce" : "observe",
    wouldDecide: observing ? outcomeOf(findings, discharged) : null,
    findings,
    bundles: [...new Set(judgements.map(({ binding }) => binding.bundle))],
    policies: judgements.flatMap(({ binding, runs }) =>
      runs.map(({ verdict: { policy: name, policyId, error } }) => ({
        name,
        policyId,
        bundle: binding.bundle,
        error,
      })),
    ),
  };
}

/** A decision that the gate takes by a rule of its own, without asking any policy. */
export function refusal(rule: EngineRule): Decision {
  return {
    outcome: "block",
    mode: "enforce",
    wouldDecide: null,
    findings: [engineFinding(ENGINE_POLICY, rule, false)],
    bundles: [],
    policies: [],
  };
}

/** Names a finding by rule and place, so that "exactly the findings shown" can be compared. */
export function findingKey(finding: Finding): string {
  const { policy, rule, severity, part, pointer, start, end, key } = finding;
  return canonicalJson({ policy, rule, severity, part, pointer, start, end, key });
}

function outcomeOf(findings: readonly Finding[], discharged: ReadonlySet<string>): Outcome {
  if (findings.some(({ severity }) => severity === "block")) return "block";
  const open = findings.some(
    (finding) => finding.severity === "warn" && !discharged.has(findingKey(finding)),
  );
  return open ? "hold" : "allow";
}

function findingsOf({ binding, runs }: Judgement): Finding[] {
  const observed = binding.mode === "observe";
  // A bundle has at least one policy, so none that answered is a bundle that was not there: no verdict is no passage.
  if (runs.length === 0) return [engineFinding(ENGINE_POLICY, "BUNDLE_MISSING", observed)];
  return runs.flatMap(({ entry, manifest, verdict }) => {
    if (verdict.error !== null || manifest === null) {
      return [engineFinding(verdict.policy, verdict.error ?? "POLICY_MISSING", observed)];
    }
    return verdict.findings.map((raw) => describe(raw, entry, manifest, observed));
  });
}

function describe(raw: RawFinding, entry: BundlePolicy, manifest: Manifest, observed: boolean): Finding {
  const rule = manifest.rules.find(({ id }) => id === raw.rule);
  // parseVerdict refuses unknown rules, so a missing one is a mistake of ours: it blocks like any other.
  if (!rule) return engineFinding(manifest.name, "POLICY_UNKNOWN_RULE", observed);
  return {
    policy: manifest.name,
    rule: rule.id,
    severity:
      (Object.hasOwn(entry.severities, rule.id) ? entry.severities[rule.id] : undefined) ?? rule.severity,
    part: raw.part ?? null,
    pointer: raw.pointer ?? null,
    start: raw.start ?? null,
    end: raw.end ?? null,
    key: raw.key ?? false,
    reason: rule.reason,
    suggestion: rule.suggestion ?? null,
    observed,
  };
}

function engineFinding(policy: string, rule: EngineRule, observed: boolean): Finding {
  return {
    policy,
    rule,
    severity: "block",
    part: null,
    pointer: null,
    start: null,
    end: null,
    key: false,
    reason: ENGINE_RULES[rule],
    suggestion: null,
    observed,
  };
}

/** Two bundles that find the same thing are reported once; an enforced finding outweighs an observed one. */
function unique(findings: readonly Finding[]): Finding[] {
  const byKey = new Map<string, Finding>();
  for (const finding of findings) {
    const key = findingKey(finding);
    const known = byKey.get(key);
    if (!known || (known.observed && !finding.observed)) byKey.set(key, finding);
  }
  return [...byKey.values()];
}
