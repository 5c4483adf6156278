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
import { findingsPart, type Parts, withoutReading } from "../../core/policy/parts.ts";
import { isReader } from "../../core/policy/reader.ts";
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
  readonly parts: Parts;
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

/** What a run came to; of a reader that answered as it must, also what it read. */
interface Answered {
  readonly verdict: Verdict;
  readonly reading: Reading | null;
}

interface Reading {
  /** Tells it from what another reader makes of the same action. */
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** An entry of a bundle, to be run. */
interface Placed {
  readonly entry: BundlePolicy;
  /** Undefined: it is not known here. */
  readonly policy: RanPolicy | undefined;
  readonly settings: string;
  readonly fuelLimit: number;
}

interface Wanted {
  readonly key: string;
  readonly request: PolicyRunRequest;
}

/** One evaluation for each policy, settings, budget and parts, however many bundles hold them: the verdict is the same. */
class Verdicts {
  readonly #engine: Engine;
  readonly #input: PolicyInput;
  readonly #bytes: Uint8Array;
  readonly #effort: Effort;
  readonly #known = new Map<string, Promise<Answered>>();

  constructor(engine: Engine, input: PolicyInput, effort: Effort) {
    this.#engine = engine;
    this.#input = input;
    this.#bytes = utf8(input.text);
    this.#effort = effort;
  }

  /** The reader, then those that find by themselves, all in one call, then those that weigh what was found. */
  async of({ bundle: digest, budget }: Binding, bundle: Bundle): Promise<Run[]> {
    const fuelLimit = this.#effort === "full" ? FUEL_FULL : Math.min(budget.fastFuel, FUEL_FULL);
    const placed = bundle.policies.map(
      (entry): Placed => ({
        entry,
        policy: this.#engine.find(entry.policy),
        settings: settingsText(entry.settings),
        fuelLimit,
      }),
    );
    const reading = await this.#read(digest, placed[0]);
    const weighs = ({ policy }: Placed): boolean => policy?.manifest.findings === "reads";
    const finders = placed.filter((one) => !weighs(one));
    const weighers = placed.filter(weighs);
    const found = await this.#runs(digest, finders, reading, null);
    if (weighers.length === 0) return found;
    const weighed = await this.#runs(digest, weighers, reading, findingsPart(found));
    return placed.map((one) => {
      const run = weighs(one) ? weighed[weighers.indexOf(one)] : found[finders.indexOf(one)];
      if (run === undefined) throw new Error("couldn't judge: a policy has no run");
      return run;
    });
  }

  async #read(bundle: Digest, first: Placed | undefined): Promise<Reading | null> {
    if (first?.policy === undefined || !isReader(first.policy.manifest)) return null;
    const wanted = wantedOf(first, first.policy, null, null);
    this.#start(bundle, [wanted]);
    return (await this.#known.get(wanted.key))?.reading ?? null;
  }

  #runs(
    bundle: Digest,
    placed: readonly Placed[],
    reading: Reading | null,
    findings: Uint8Array | null,
  ): Promise<Run[]> {
    const runs = placed.map((one) => {
      const { entry, policy, fuelLimit } = one;
      if (!policy) return failed(entry, entry.policy, "POLICY_MISSING", fuelLimit);
      const { manifest } = policy;
      if (manifest.reading !== "reads" || reading !== null) {
        return { entry, manifest, wanted: wantedOf(one, policy, reading, findings) };
      }
      return { entry, manifest, verdict: verdictOf(policy, withoutReading(fuelLimit), this.#input) };
    });
    this.#start(
      bundle,
      runs.flatMap((run) => ("wanted" in run ? [run.wanted] : [])),
    );
    return Promise.all(
      runs.map(async (run): Promise<Run> => {
        if (!("wanted" in run)) return run;
        const answered = await this.#known.get(run.wanted.key);
        if (answered === undefined) throw new Error("couldn't judge: a policy was not started");
        return { entry: run.entry, manifest: run.manifest, verdict: answered.verdict };
      }),
    );
  }

  /** All that are not under way yet, in one call: an isolate is entered once. */
  #start(bundle: Digest, wanted: readonly Wanted[]): void {
    const fresh = [...new Map(wanted.map((one) => [one.key, one])).values()].filter(
      ({ key }) => !this.#known.has(key),
    );
    if (fresh.length === 0) return;
    const outcomes = this.#engine.run(
      bundle,
      fresh.map(({ request }) => request),
      this.#bytes,
    );
    for (const [index, { key, request }] of fresh.entries()) {
      const answered = outcomes.then((all) => {
        const outcome = all[index] ?? unanswered(request.fuelLimit);
        const verdict = verdictOf(request.policy, outcome, this.#input);
        const bytes = verdict.error === null ? outcome.reading : undefined;
        return { verdict, reading: bytes === undefined ? null : { key, bytes } };
      });
      this.#known.set(key, answered);
    }
  }
}

/** A policy is given what its manifest says that it reads, and no more. */
function wantedOf(
  { entry, settings, fuelLimit }: Placed,
  policy: RanPolicy,
  reading: Reading | null,
  findings: Uint8Array | null,
): Wanted {
  const { manifest } = policy;
  const read = manifest.reading === "reads" ? reading : null;
  const weighed = manifest.findings === "reads" ? findings : null;
  const parts: Parts = {
    ...(read === null ? {} : { reading: read.bytes }),
    ...(weighed === null ? {} : { findings: weighed }),
  };
  const given = weighed === null ? "" : new TextDecoder().decode(weighed);
  const key = `${entry.policy} ${fuelLimit} ${settings}\n${read?.key ?? ""}\n${given}`;
  return { key, request: { policy, settings, fuelLimit, parts } };
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
