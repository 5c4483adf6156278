/** Runs every bundle that governs an action; what cannot be run is judged too, as an error. */
import type { Action } from "../../core/action.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { utf8 } from "../../core/encoding.ts";
import type { Digest } from "../../core/hash.ts";
import type { Json } from "../../core/json.ts";
import { FUEL_FULL } from "../../core/limits.ts";
import { type Binding, matchBindings } from "../../core/policy/binding.ts";
import type { Bundle, BundlePolicy } from "../../core/policy/bundle.ts";
import type { Judgement } from "../../core/policy/decision.ts";
import { ENGINE_POLICY, type EngineRule } from "../../core/policy/engine-rules.ts";
import type { PolicyInput } from "../../core/policy/input.ts";
import { type RanPolicy, type RunOutcome, type Verdict, verdictOf } from "../../core/policy/verdict.ts";
import { PROFILE_ID } from "../../core/policy/wasm/profile.ts";
import type { Principal } from "../../core/principal.ts";

/** `fast`: while the caller waits, each binding's own budget. `full`: all that a policy may have. */
export type Effort = "fast" | "full";

export interface Rules {
  readonly bindings: readonly Binding[];
  readonly bundles: Readonly<Record<string, Bundle>>;
}

export interface PolicyRunRequest {
  readonly policy: RanPolicy;
  /** Canonical JSON. */
  readonly settings: string;
  readonly fuelLimit: number;
}

/** Where policies are found and run: those of this build in the Worker itself, published ones in an isolate of their bundle. */
export interface Engine {
  find(policyId: Digest): RanPolicy | undefined;
  /** One outcome for each request, in their order; never throws. */
  run(
    bundle: Digest,
    requests: readonly PolicyRunRequest[],
    input: Uint8Array,
  ): Promise<readonly RunOutcome[]>;
}

export interface Judged {
  /** None where no binding governs the action. */
  readonly judgements: readonly Judgement[];
  /** The same with every candidate in its binding's place; null where no binding has one. */
  readonly shadow: readonly Judgement[] | null;
}

export async function judge(
  engine: Engine,
  rules: Rules,
  action: Action,
  principal: Principal,
  input: PolicyInput,
  effort: Effort,
): Promise<Judged> {
  const folders = [principal.folder, action.body.resource?.folder ?? null];
  const bindings = matchBindings(rules.bindings, action.body.surface, folders);
  const verdicts = new Verdicts(engine, input, effort);
  const judgeBinding = async (binding: Binding): Promise<Judgement> => {
    const bundle = Object.hasOwn(rules.bundles, binding.bundle) ? rules.bundles[binding.bundle] : undefined;
    if (!bundle) return { binding, runs: [failed(MISSING_BUNDLE, ENGINE_POLICY, "BUNDLE_MISSING", 0)] };
    return { binding, runs: await verdicts.of(binding, bundle) };
  };
  const judgements = await Promise.all(bindings.map(judgeBinding));
  if (!bindings.some(({ shadow }) => shadow !== null)) return { judgements, shadow: null };
  const shadow = await Promise.all(
    bindings.map((binding, index) =>
      binding.shadow === null
        ? (judgements[index] as Judgement)
        : judgeBinding({ ...binding, bundle: binding.shadow }),
    ),
  );
  return { judgements, shadow };
}

type Run = Judgement["runs"][number];

/** One evaluation for each policy, settings and budget, however many bundles hold them: the verdict is the same. */
class Verdicts {
  readonly #engine: Engine;
  readonly #input: PolicyInput;
  readonly #bytes: Uint8Array;
  readonly #effort: Effort;
  readonly #known = new Map<string, Promise<Verdict>>();

  constructor(engine: Engine, input: PolicyInput, effort: Effort) {
    this.#engine = engine;
    this.#input = input;
    this.#bytes = utf8(input.text);
    this.#effort = effort;
  }

  of({ bundle: digest, budget }: Binding, bundle: Bundle): Promise<Run[]> {
    const fuelLimit = this.#effort === "full" ? FUEL_FULL : Math.min(budget.fastFuel, FUEL_FULL);
    const wanted: { readonly key: string; readonly request: PolicyRunRequest }[] = [];
    const runs = bundle.policies.map((entry) => {
      const policy = this.#engine.find(entry.policy);
      if (!policy) return failed(entry, entry.policy, "POLICY_MISSING", fuelLimit);
      const settings = settingsText(entry.settings);
      const key = `${entry.policy} ${fuelLimit} ${settings}`;
      if (!this.#known.has(key) && !wanted.some((one) => one.key === key)) {
        wanted.push({ key, request: { policy, settings, fuelLimit } });
      }
      return { entry, manifest: policy.manifest, key };
    });
    this.#start(digest, wanted);
    return Promise.all(
      runs.map(async (run): Promise<Run> => {
        if (!("key" in run)) return run;
        const verdict = this.#known.get(run.key);
        if (verdict === undefined) throw new Error("couldn't judge: a policy was not started");
        return { entry: run.entry, manifest: run.manifest, verdict: await verdict };
      }),
    );
  }

  /** All policies of a bundle in one call: an isolate is entered once. */
  #start(
    bundle: Digest,
    wanted: readonly { readonly key: string; readonly request: PolicyRunRequest }[],
  ): void {
    if (wanted.length === 0) return;
    const requests = wanted.map(({ request }) => request);
    const outcomes = this.#engine.run(bundle, requests, this.#bytes);
    for (const [index, { key, request }] of wanted.entries()) {
      const verdict = outcomes.then((all) => {
        const outcome = all[index] ?? unanswered(request.fuelLimit);
        return verdictOf(request.policy, outcome, this.#input);
      });
      this.#known.set(key, verdict);
    }
  }
}

/** Settings live as long as the configuration that they came with, and nothing changes them. */
const settingsTexts = new WeakMap<BundlePolicy["settings"], string>();

/** Canonical JSON; the same string for the same object. */
export function settingsText(settings: BundlePolicy["settings"]): string {
  const text = settingsTexts.get(settings) ?? canonicalJson(settings as Json);
  settingsTexts.set(settings, text);
  return text;
}

const unanswered = (fuelLimit: number): RunOutcome => ({
  output: null,
  fuel: 0,
  fuelLimit,
  error: "POLICY_LOADER_UNAVAILABLE",
  detail: null,
});

const MISSING_BUNDLE: BundlePolicy = { policy: `sha256:${"0".repeat(64)}`, settings: {}, severities: {} };

function failed(entry: BundlePolicy, policy: string, error: EngineRule, fuelLimit: number): Run {
  const verdict: Verdict = {
    policy,
    policyId: entry.policy,
    execId: null,
    profileId: PROFILE_ID,
    fuel: 0,
    fuelLimit,
    findings: [],
    obligations: [],
    error,
  };
  return { entry, manifest: null, verdict };
}
