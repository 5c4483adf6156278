/** One judgement done again: every policy of every binding, on one input, against what was recorded of it. */
import { canonicalJson } from "../../canonical-json.ts";
import { utf8 } from "../../encoding.ts";
import { type Digest, digestOf } from "../../hash.ts";
import type { Json } from "../../json.ts";
import { commit } from "../../ledger/commitment.ts";
import type { BindingUsed, PolicyRan } from "../../ledger/entry.ts";
import { FUEL_FULL } from "../../limits.ts";
import type { Binding } from "../binding.ts";
import type { BundlePolicy } from "../bundle.ts";
import type { Judgement } from "../decision.ts";
import { ENGINE_POLICY, type EngineRule } from "../engine-rules.ts";
import type { PolicyInput } from "../input.ts";
import { type RunOutcome, type Verdict, verdictOf, verdictText } from "../verdict.ts";
import { PROFILE_ID } from "../wasm/profile.ts";
import type { Comparisons } from "./report.ts";
import type { ReplayPolicy, ReplaySources } from "./sources.ts";
import { readVerdict } from "./verdict-text.ts";

/** `settings` is canonical JSON. */
export type Runner = (
  policy: ReplayPolicy,
  settings: string,
  input: Uint8Array,
  fuelLimit: number,
) => RunOutcome | Promise<RunOutcome>;

export interface RecordedRun {
  readonly run: PolicyRan;
  /** The verdict's text, where it came with the record; without it the salt still opens what the entry commits to. */
  readonly text: string | null;
}

export interface PassContext {
  readonly comparisons: Comparisons;
  readonly sources: ReplaySources;
  readonly run: Runner;
  readonly salt: Uint8Array;
}

/** What a gateway could not do then is a fact about that gateway: nothing here can do it again. */
const ABOUT_THE_GATEWAY: ReadonlySet<EngineRule> = new Set([
  "BUNDLE_MISSING",
  "POLICY_MISSING",
  "POLICY_LOADER_UNAVAILABLE",
  "POLICY_MEMORY_REFUSED",
]);

type Run = Judgement["runs"][number];

/** The judgements, from the recorded verdicts; null where too little is at hand to combine them. */
export async function replayPass(
  context: PassContext,
  bindings: readonly BindingUsed[],
  recorded: readonly RecordedRun[],
  input: PolicyInput,
): Promise<Judgement[] | null> {
  const { comparisons, sources } = context;
  const rest = recorded.slice();
  const again = new Again(context, input);
  const judgements: Judgement[] = [];
  for (const used of bindings) {
    const binding = bindingOf(used);
    const found = sources.bundle(used.bundle);
    if (rest[0]?.run.error === "BUNDLE_MISSING") {
      const [missing] = rest.splice(0, 1) as [RecordedRun];
      const run = await again.run(binding, NO_POLICY, missing);
      if (run === null) return null;
      judgements.push({ binding, runs: [run] });
      continue;
    }
    if (found.kind === "other") comparisons.same("bundle", used.bundle, used.bundle, found.got);
    if (found.kind === "absent") comparisons.missing("bundle", used.bundle, "the bundle is not at hand");
    if (found.kind !== "found") return null;
    comparisons.same("bundle", used.bundle, used.bundle, used.bundle);
    const runs: Run[] = [];
    for (const entry of found.bundle.policies) {
      const [next] = rest.splice(0, 1);
      const named = next === undefined ? null : `${next.run.policy_id} of ${next.run.bundle}`;
      if (!comparisons.same("policies", null, `${entry.policy} of ${used.bundle}`, named)) return null;
      const run = next === undefined ? null : await again.run(binding, entry, next);
      if (run === null) return null;
      runs.push(run);
    }
    judgements.push({ binding, runs });
  }
  const more = rest[0]?.run.policy_id ?? null;
  return comparisons.same("policies", "after the last", null, more) ? judgements : null;
}

const NO_POLICY: BundlePolicy = { policy: `sha256:${"0".repeat(64)}`, settings: {}, severities: {} };

export function bindingOf({ surface, folder, bundle, mode, on_error, budget, shadow }: BindingUsed): Binding {
  return {
    surface,
    folder,
    bundle,
    mode,
    onError: on_error,
    budget: { fastFuel: budget.fast_fuel, onExceeded: budget.on_exceeded },
    shadow,
  };
}

class Again {
  readonly #context: PassContext;
  readonly #input: PolicyInput;
  readonly #bytes: Uint8Array;
  /** A policy that several bundles hold with the same settings and budget was run once. */
  readonly #verdicts = new Map<string, string>();

  constructor(context: PassContext, input: PolicyInput) {
    this.#context = context;
    this.#input = input;
    this.#bytes = utf8(input.text);
  }

  /** The run as it goes into the combination, after its comparison; null where its verdict or texts are not known. */
  async run(binding: Binding, entry: BundlePolicy, { run, text }: RecordedRun): Promise<Run | null> {
    const { comparisons, salt, sources } = this.#context;
    const commitment = (verdict: string): Digest => commit("verdict", salt, digestOf(verdict));
    if (text !== null && !comparisons.same("recorded_verdict", run.name, run.verdict, commitment(text)))
      return null;
    const got = await this.#verdict(binding, entry, run);
    // The text is what is compared wherever it is known: where it differs, it shows in what.
    if (got !== null && text !== null) comparisons.same("verdict", run.name, text, got);
    if (got !== null && text === null) comparisons.same("verdict", run.name, run.verdict, commitment(got));
    const verdict = readVerdict(text ?? got ?? "");
    if (verdict === null) return null;
    if (!comparisons.same("recorded_verdict", run.name, summary(run), summary(ranBy(verdict, run))))
      return null;
    const found = sources.policy(entry.policy);
    const manifest =
      found.kind === "found" ? found.policy.manifest : found.kind === "absent" ? found.manifest : null;
    // Severities and texts are the manifest's.
    return manifest === null && verdict.error === null ? null : { entry, manifest, verdict };
  }

  /** The verdict's text of running it again; null where that cannot be done, which is then said. */
  async #verdict(binding: Binding, entry: BundlePolicy, run: PolicyRan): Promise<string | null> {
    const { comparisons, sources } = this.#context;
    const fuelLimits = [Math.min(binding.budget.fastFuel, FUEL_FULL), FUEL_FULL];
    const allowed = fuelLimits.includes(run.fuel_limit) || run.name === ENGINE_POLICY;
    comparisons.same(
      "fuel_limit",
      run.name,
      String(allowed ? run.fuel_limit : fuelLimits[0]),
      String(run.fuel_limit),
    );
    if (run.error !== null && ABOUT_THE_GATEWAY.has(run.error)) {
      comparisons.missing("verdict", run.name, `the gateway recorded ${run.error}, which only it could know`);
      return null;
    }
    const found = sources.policy(entry.policy);
    if (found.kind === "other") comparisons.same("policy", run.name, entry.policy, found.got);
    if (found.kind === "absent") comparisons.missing("module", run.name, found.why);
    if (found.kind !== "found") return null;
    comparisons.same("policy", run.name, run.policy_id, found.policy.policyId);
    if (run.profile_id !== PROFILE_ID) {
      comparisons.missing("profile", run.name, `it ran under ${run.profile_id}, and this is ${PROFILE_ID}`);
      return null;
    }
    if (!comparisons.same("module", run.name, run.exec_id, found.policy.execId)) return null;
    const settings = canonicalJson(entry.settings as Json);
    const key = `${entry.policy} ${run.fuel_limit} ${settings}`;
    const known = this.#verdicts.get(key);
    if (known !== undefined) return known;
    const outcome = await this.#context.run(found.policy, settings, this.#bytes, run.fuel_limit);
    const text = verdictText(verdictOf(found.policy, outcome, this.#input));
    this.#verdicts.set(key, text);
    return text;
  }
}

/** What the entry itself says of a run, beside the commitment to its verdict. */
const summary = ({ name, policy_id, exec_id, profile_id, fuel, fuel_limit, error }: PolicyRan): string =>
  canonicalJson({ name, policy_id, exec_id, profile_id, fuel, fuel_limit, error });

const ranBy = (verdict: Verdict, { bundle, pass, verdict: commitment }: PolicyRan): PolicyRan => ({
  name: verdict.policy,
  policy_id: verdict.policyId,
  exec_id: verdict.execId,
  profile_id: verdict.profileId,
  bundle,
  fuel: verdict.fuel,
  fuel_limit: verdict.fuelLimit,
  error: verdict.error,
  pass,
  verdict: commitment,
});
