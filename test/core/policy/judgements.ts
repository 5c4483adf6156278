/** Judgements for the tests of decisions: made, and generated. */
import fc from "fast-check";
import { digestOf } from "../../../core/hash.ts";
import { BINDING_DEFAULTS, type Binding, type Mode } from "../../../core/policy/binding.ts";
import type { Judgement } from "../../../core/policy/decision.ts";
import type { EngineRule } from "../../../core/policy/engine-rules.ts";
import { type Manifest, POLICY_ABI, SEVERITIES, type Severity } from "../../../core/policy/manifest.ts";
import type { Redaction } from "../../../core/policy/obligation.ts";
import type { RawFinding } from "../../../core/policy/verdict.ts";

export const MANIFEST: Manifest = {
  abi: POLICY_ABI,
  name: "pii",
  version: "1.0.0",
  description: "",
  settings: {},
  rules: SEVERITIES.map((severity) => ({
    id: severity.toUpperCase(),
    severity,
    reason: `reason ${severity}`,
  })),
};
export const binding = (mode: Mode = "enforce", bundle = "b", over: Partial<Binding> = {}): Binding => ({
  ...BINDING_DEFAULTS,
  surface: "*",
  bundle: digestOf(bundle),
  mode,
  ...over,
});

export interface Answer {
  readonly rules?: readonly (Severity | RawFinding)[];
  readonly error?: EngineRule;
  readonly obligations?: readonly Redaction[];
  readonly severities?: Readonly<Record<string, Severity>>;
  readonly manifest?: Manifest | null;
}

/** One bundle with one policy for each answer. */
export const judgement = (
  mode: Mode,
  answers: readonly Answer[],
  bundle = "b",
  over: Partial<Binding> = {},
): Judgement => ({
  binding: binding(mode, bundle, over),
  runs: answers.map(({ rules = [], error, obligations = [], severities = {}, manifest = MANIFEST }) => ({
    entry: { policy: digestOf("policy"), settings: {}, severities: { ...severities } },
    manifest,
    verdict: {
      policy: "pii",
      policyId: digestOf("policy"),
      execId: digestOf("exec"),
      profileId: "test",
      fuel: 1,
      fuelLimit: 2,
      obligations,
      findings: rules.map((rule) => (typeof rule === "string" ? { rule: rule.toUpperCase() } : rule)),
      error: error ?? null,
    },
  })),
});

const finding = fc.record(
  {
    rule: fc.constantFrom("INFO", "WARN", "DEFER", "BLOCK", "UNKNOWN"),
    part: fc.constant("payload" as const),
    pointer: fc.constantFrom("/a", "/b"),
  },
  { requiredKeys: ["rule"] },
) as fc.Arbitrary<RawFinding>;
const answer: fc.Arbitrary<Answer> = fc.record(
  {
    rules: fc.array(finding, { maxLength: 3 }),
    error: fc.constantFrom<EngineRule>("POLICY_TRAPPED", "POLICY_NO_OUTPUT"),
    severities: fc.dictionary(
      fc.constantFrom("INFO", "WARN", "DEFER", "BLOCK"),
      fc.constantFrom(...SEVERITIES),
    ),
    manifest: fc.constantFrom(MANIFEST, MANIFEST, null),
  },
  { requiredKeys: ["rules"] },
);
export const judgements = (mode: fc.Arbitrary<Mode> = fc.constantFrom<Mode>("enforce", "observe")) =>
  fc.array(
    fc
      .tuple(mode, fc.array(answer, { maxLength: 2 }), fc.constantFrom("b", "c"))
      .map(([m, answers, bundle]) => judgement(m, answers, bundle)),
    { minLength: 1, maxLength: 4 },
  );
