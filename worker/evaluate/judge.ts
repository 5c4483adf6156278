/** Runs every bundle that governs an action; what cannot be run is judged too, as an error. */
import type { Action } from "../../core/action.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import type { Json } from "../../core/json.ts";
import { type Binding, matchBindings } from "../../core/policy/binding.ts";
import type { Bundle, BundlePolicy } from "../../core/policy/bundle.ts";
import type { Judgement } from "../../core/policy/decision.ts";
import { ENGINE_POLICY, type EngineRule } from "../../core/policy/engine-rules.ts";
import type { PolicyInput } from "../../core/policy/input.ts";
import type { Verdict } from "../../core/policy/verdict.ts";
import type { Principal } from "../../core/principal.ts";
import { runPolicy } from "./host.ts";
import { findPolicy } from "./modules.ts";

export interface Rules {
  readonly bindings: readonly Binding[];
  readonly bundles: Readonly<Record<string, Bundle>>;
}

/** The judgements of an action; none where no binding governs it. */
export async function judge(
  rules: Rules,
  action: Action,
  principal: Principal,
  input: PolicyInput,
): Promise<Judgement[]> {
  const folders = [principal.folder, action.body.resource?.folder ?? null];
  const bindings = matchBindings(rules.bindings, action.body.surface, folders);
  const verdicts = new Verdicts(input);
  return Promise.all(
    bindings.map(async (binding) => {
      const bundle = Object.hasOwn(rules.bundles, binding.bundle) ? rules.bundles[binding.bundle] : undefined;
      if (!bundle) return { binding, runs: [failed(MISSING_BUNDLE, ENGINE_POLICY, "BUNDLE_MISSING")] };
      return { binding, runs: await Promise.all(bundle.policies.map((entry) => verdicts.of(entry))) };
    }),
  );
}

type Run = Judgement["runs"][number];

/** One evaluation for each policy and settings, however many bundles hold them: the verdict is the same. */
class Verdicts {
  readonly #input: PolicyInput;
  readonly #known = new Map<string, Promise<Verdict>>();

  constructor(input: PolicyInput) {
    this.#input = input;
  }

  async of(entry: BundlePolicy): Promise<Run> {
    const policy = findPolicy(entry.policy);
    if (!policy) return failed(entry, entry.policy, "POLICY_MISSING");
    const settings = settingsText(entry.settings);
    const key = `${entry.policy} ${settings}`;
    const verdict = this.#known.get(key) ?? runPolicy(policy, settings, this.#input);
    this.#known.set(key, verdict);
    return { entry, manifest: policy.manifest, verdict: await verdict };
  }
}

/** Settings live as long as the configuration that they came with, and nothing changes them. */
const settingsTexts = new WeakMap<BundlePolicy["settings"], string>();

function settingsText(settings: BundlePolicy["settings"]): string {
  const text = settingsTexts.get(settings) ?? canonicalJson(settings as Json);
  settingsTexts.set(settings, text);
  return text;
}

const MISSING_BUNDLE: BundlePolicy = { policy: `sha256:${"0".repeat(64)}`, settings: {}, severities: {} };

function failed(entry: BundlePolicy, policy: string, error: EngineRule): Run {
  return { entry, manifest: null, verdict: { policy, policyId: entry.policy, findings: [], error } };
}
