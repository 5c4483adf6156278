/** A decision: the verdicts of every bundle that governs an action, combined; deny overrides. */

import { canonicalJson } from "../canonical-json.ts";
import type { Digest } from "../hash.ts";
import type { Binding, Mode } from "./binding.ts";
import type { BundlePolicy } from "./bundle.ts";
import { ENGINE_POLICY, ENGINE_RULES, type EngineRule } from "./engine-rules.ts";
import type { Manifest, Severity } from "./manifest.ts";
import type { Obligation } from "./obligation.ts";
import { isReader } from "./reader.ts";
import { severityIn } from "./severity.ts";
import { type Part, type RawFinding, type Verdict, verdictText } from "./verdict.ts";

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
  /** Which entry of a list in the policy's settings it was, and how sure the policy is, in hundredths; where it says so. */
  readonly item?: number;
  readonly score?: number;
  readonly reason: string;
  readonly suggestion: string | null;
  /** True where only an observing binding's bundle found it: it is recorded and stops nothing. */
  readonly observed: boolean;
  /** True where an obligation was applied and it is no longer there; its place is one in the payload as submitted. */
  readonly settled: boolean;
}

/** One policy's part in a decision, for entry and receipt. */
export interface PolicyRun {
  readonly name: string;
  readonly policyId: Digest;
  readonly execId: Digest | null;
  readonly profileId: string;
  readonly bundle: Digest;
  readonly fuel: number;
  readonly fuelLimit: number;
  readonly error: EngineRule | null;
  /** Which judgement it belongs to: 1 as submitted, 2 as changed by obligations. */
  readonly pass: 1 | 2;
  /** Canonical JSON of the verdict. */
  readonly verdict: string;
}

/** What a bundle that is only tried out would have made of the decision. */
export interface ShadowDecision {
  readonly outcome: Outcome;
  readonly findings: readonly Finding[];
  readonly bundles: readonly Digest[];
  readonly policies: readonly PolicyRun[];
}

export interface Decision {
  readonly outcome: Outcome;
  readonly mode: Mode;
  /** What enforcing every binding would have said; null where no binding observes. */
  readonly wouldDecide: Outcome | null;
  readonly findings: readonly Finding[];
  readonly obligations: readonly Obligation[];
  readonly bundles: readonly Digest[];
  readonly policies: readonly PolicyRun[];
  /**
   * A policy of an enforcing binding ran out of its fast fuel, so the full evaluation is still owed: before a person is
   * asked where the outcome is `hold`, afterwards where it passes (`provisional_allow`).
   */
  readonly unfinished: boolean;
  /** Null where no binding has a candidate. */
  readonly shadow: ShadowDecision | null;
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
 * shown and approved: such a `warn` no longer holds. A `block` is never discharged, nor is a `defer`: nobody's approval
 * stands in for a fact.
 */
export function combine(
  judgements: readonly Judgement[],
  discharged: ReadonlySet<string> = new Set(),
): Decision {
  if (judgements.length === 0) return refusal("NO_BINDING");
  const enforcing = judgements.some(({ binding }) => binding.mode === "enforce");
  const observing = judgements.some(({ binding }) => binding.mode === "observe");
  const findings = unique(judgements.flatMap(findingsOf));
  const enforced = findings.filter((finding) => !finding.observed);
  const obligations = judgements.flatMap(obligationsOf);
  return {
    outcome: outcomeOf(enforced, discharged),
    mode: enforcing ? "enforce" : "observe",
    wouldDecide: observing ? asChanged(outcomeOf(findings, discharged), obligations) : null,
    findings,
    obligations,
    bundles: [...new Set(judgements.map(({ binding }) => binding.bundle))],
    policies: judgements.flatMap(runsOf),
    unfinished: enforced.some(({ rule }) => rule === "POLICY_OUT_OF_FAST_FUEL"),
    shadow: null,
  };
}

/**
 * What was found on the second pass decides; what the change settled is kept beside it, so that it is known. A policy that gave
 * no answer on the first pass stays one that gave none: whoever submits could else bring an action past it with a text that
 * another policy's obligation takes away again.
 */
export function combineChanged(
  first: Decision,
  second: Decision,
  discharged: ReadonlySet<string> = new Set(),
): Decision {
  const open = second.obligations.some(({ observed }) => !observed);
  const found = unique([...second.findings, ...first.findings.filter(isUnanswered)]);
  const enforced = found.filter((finding) => !finding.observed);
  const left = new Set(second.findings.map(findingKey));
  const asked = new Set(first.obligations.map(({ policy, rule }) => `${policy} ${rule}`));
  const settled = first.findings
    .filter((finding) => asked.has(`${finding.policy} ${finding.rule}`) && !left.has(findingKey(finding)))
    .map((finding) => ({ ...finding, settled: true }));
  const findings = [
    ...found,
    ...settled,
    ...(open ? [engineFinding(ENGINE_POLICY, "OBLIGATION_UNSETTLED", "block", false)] : []),
  ];
  return {
    ...second,
    outcome: open ? "block" : changed(outcomeOf(enforced, discharged)),
    wouldDecide: second.wouldDecide && (open ? "block" : changed(outcomeOf(found, discharged))),
    findings,
    obligations: first.obligations,
    policies: [...first.policies, ...second.policies.map((run) => ({ ...run, pass: 2 as const }))],
    unfinished: first.unfinished || second.unfinished,
  };
}

/** A changed action that could not be rendered any more: it is refused, whatever its policies said. */
export function unsettled(decision: Decision): Decision {
  return {
    ...decision,
    outcome: "block",
    wouldDecide: decision.wouldDecide && "block",
    findings: [...decision.findings, engineFinding(ENGINE_POLICY, "OBLIGATION_UNSETTLED", "block", false)],
  };
}

/** Rules of the gateway's own say that a policy did not answer; no manifest may have one. */
const isUnanswered = ({ rule }: Finding): boolean => Object.hasOwn(ENGINE_RULES, rule);

const changed = (outcome: Outcome): Outcome => (outcome === "allow" ? "modify" : outcome);

/**
 * What enforcing the candidates would have decided on the action as submitted. What they ask to be changed is not
 * changed for them: `modify` says that they would have, where nothing else stood in the way.
 */
export function shadowOf({
  outcome,
  wouldDecide,
  findings,
  obligations,
  bundles,
  policies,
}: Decision): ShadowDecision {
  const enforced = wouldDecide ?? outcome;
  return {
    outcome: asChanged(enforced, obligations),
    findings,
    bundles,
    policies,
  };
}

/** What would pass does so as changed, where anything was asked for: of an observing binding, that is not done, but said. */
const asChanged = (outcome: Outcome, obligations: readonly Obligation[]): Outcome =>
  obligations.length > 0 ? changed(outcome) : outcome;

/** A decision that the gate takes by a rule of its own, without asking any policy. */
export function refusal(rule: EngineRule): Decision {
  return {
    outcome: "block",
    mode: "enforce",
    wouldDecide: null,
    findings: [engineFinding(ENGINE_POLICY, rule, "block", false)],
    obligations: [],
    bundles: [],
    policies: [],
    unfinished: false,
    shadow: null,
  };
}

/** Names a finding by rule and place, so that "exactly the findings shown" can be compared. */
export function findingKey(finding: Finding): string {
  const { policy, rule, severity, part, pointer, start, end, key, item } = finding;
  const named = { policy, rule, severity, part, pointer, start, end, key };
  return canonicalJson(item === undefined ? named : { ...named, item });
}

function outcomeOf(findings: readonly Finding[], discharged: ReadonlySet<string>): Outcome {
  const has = (severity: Severity) => findings.some((finding) => finding.severity === severity);
  if (has("block")) return "block";
  if (has("defer")) return "defer";
  const open = findings.some(
    (finding) => finding.severity === "warn" && !discharged.has(findingKey(finding)),
  );
  return open ? "hold" : "allow";
}

function findingsOf({ binding, runs }: Judgement): Finding[] {
  const observed = binding.mode === "observe";
  // A bundle has at least one policy, so none that answered is a bundle that was not there: no verdict is no passage.
  if (runs.length === 0) return [engineFinding(ENGINE_POLICY, "BUNDLE_MISSING", "block", observed)];
  // What lacks a reading weighs what the reader's own failure does: where more fuel mends the one, it mends the other.
  const [first] = runs;
  const readerError = isReader(first?.manifest) ? (first?.verdict.error ?? null) : null;
  return runs.flatMap(({ entry, manifest, verdict }) => {
    if (verdict.error !== null || manifest === null) {
      const rule = verdict.error ?? "POLICY_MISSING";
      const cause = rule === "POLICY_READING_MISSING" ? (readerError ?? rule) : rule;
      return [engineFinding(verdict.policy, rule, severityOfError(cause, binding), observed)];
    }
    return verdict.findings.map((raw) => describe(raw, entry, manifest, observed));
  });
}

/** An error never lets an action pass, but for the one way that an admin set and every receipt names (invariant I1). */
function severityOfError(rule: EngineRule, { onError, budget }: Binding): Severity {
  switch (rule) {
    case "POLICY_OUT_OF_FUEL":
      return "block";
    case "POLICY_OUT_OF_FAST_FUEL":
      return EXCEEDED_SEVERITY[budget.onExceeded];
    default:
      return onError === "hold" ? "warn" : "block";
  }
}

const EXCEEDED_SEVERITY = { block: "block", hold: "warn", provisional_allow: "info" } as const;

function obligationsOf({ binding, runs }: Judgement): Obligation[] {
  return runs.flatMap(({ verdict: { policy, obligations } }) =>
    obligations.map((one) => ({
      ...one,
      policy,
      type: "redact" as const,
      observed: binding.mode === "observe",
    })),
  );
}

function runsOf({ binding, runs }: Judgement): PolicyRun[] {
  return runs.map(({ verdict }) => ({
    name: verdict.policy,
    policyId: verdict.policyId,
    execId: verdict.execId,
    profileId: verdict.profileId,
    bundle: binding.bundle,
    fuel: verdict.fuel,
    fuelLimit: verdict.fuelLimit,
    error: verdict.error,
    pass: 1,
    verdict: verdictText(verdict),
  }));
}

function describe(raw: RawFinding, entry: BundlePolicy, manifest: Manifest, observed: boolean): Finding {
  const rule = manifest.rules.find(({ id }) => id === raw.rule);
  // parseVerdict refuses unknown rules, so a missing one is a mistake of ours: it blocks like any other.
  if (!rule) return engineFinding(manifest.name, "POLICY_UNKNOWN_RULE", "block", observed);
  return {
    policy: manifest.name,
    rule: rule.id,
    severity: severityIn(entry, manifest, rule.id) ?? rule.severity,
    part: raw.part ?? null,
    pointer: raw.pointer ?? null,
    start: raw.start ?? null,
    end: raw.end ?? null,
    key: raw.key ?? false,
    ...(raw.item === undefined ? {} : { item: raw.item }),
    ...(raw.score === undefined ? {} : { score: raw.score }),
    reason: rule.reason,
    suggestion: rule.suggestion ?? null,
    observed,
    settled: false,
  };
}

function engineFinding(policy: string, rule: EngineRule, severity: Severity, observed: boolean): Finding {
  return {
    policy,
    rule,
    severity,
    part: null,
    pointer: null,
    start: null,
    end: null,
    key: false,
    reason: ENGINE_RULES[rule],
    suggestion: null,
    observed,
    settled: false,
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
