/** One judgement done again: every policy of every binding, on one input, against what was recorded of it. */
import { canonicalJson } from "../../canonical-json.ts";
import { utf8 } from "../../encoding.ts";
import type { Digest } from "../../hash.ts";
import type { Json } from "../../json.ts";
import type { BindingUsed, PolicyRan } from "../../ledger/entry.ts";
import { textCommitment } from "../../ledger/openings.ts";
import { FUEL_FULL } from "../../limits.ts";
import type { Binding } from "../binding.ts";
import type { BundlePolicy } from "../bundle.ts";
import type { Judgement } from "../decision.ts";
import { ENGINE_POLICY, type EngineRule } from "../engine-rules.ts";
import type { PolicyInput } from "../input.ts";
import type { Manifest } from "../manifest.ts";
import { findingsPart, NO_PARTS, type Parts, withoutReading } from "../parts.ts";
import { isReader } from "../reader.ts";
import { type RunOutcome, type Verdict, verdictOf, verdictText } from "../verdict.ts";
import { PROFILE_ID } from "../wasm/profile.ts";
import { compareCompiled } from "./compiled-settings.ts";
import type { Comparisons } from "./report.ts";
import type { ReplayPolicy, ReplaySources } from "./sources.ts";
import { readVerdict } from "./verdict-text.ts";

/** `settings` is canonical JSON. */
export type Runner = (
  policy: ReplayPolicy,
  settings: string,
  input: Uint8Array,
  fuelLimit: number,
  parts: Parts,
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

/** A policy of a bundle, with what was recorded of it. */
interface Due {
  readonly entry: BundlePolicy;
  readonly recorded: RecordedRun;
}

/** What a policy came to when it was run again. */
interface Ran {
  readonly verdict: Verdict;
  readonly text: string;
  readonly reading: Uint8Array | null;
}

/** What the policies of a bundle scan. `unknown`: there was one, and it cannot be made again. */
type Reading =
  | { readonly kind: "made"; readonly key: string; readonly bytes: Uint8Array }
  | { readonly kind: "none" }
  | { readonly kind: "unknown"; readonly why: string };

/** What a policy is given beside the input, and what tells it from other such. */
interface Given {
  readonly key: string;
  readonly parts: Parts;
}

const NOTHING: Given = { key: "", parts: NO_PARTS };

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
      const runs = await again.runs(binding, [{ entry: NO_POLICY, recorded: missing }]);
      if (runs === null) return null;
      judgements.push({ binding, runs });
      continue;
    }
    if (found.kind === "other") comparisons.same("bundle", used.bundle, used.bundle, found.got);
    if (found.kind === "absent") comparisons.missing("bundle", used.bundle, "the bundle is not at hand");
    if (found.kind !== "found") return null;
    comparisons.same("bundle", used.bundle, used.bundle, used.bundle);
    const due: Due[] = [];
    for (const entry of found.bundle.policies) {
      const [recorded] = rest.splice(0, 1);
      const named = recorded === undefined ? null : `${recorded.run.policy_id} of ${recorded.run.bundle}`;
      if (!comparisons.same("policies", null, `${entry.policy} of ${used.bundle}`, named)) return null;
      if (recorded !== undefined) due.push({ entry, recorded });
    }
    for (const { entry, recorded } of due)
      await compareCompiled(comparisons, sources, entry, recorded.run.name);
    const runs = await again.runs(binding, due);
    if (runs === null) return null;
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
  readonly #ran = new Map<string, Ran>();

  constructor(context: PassContext, input: PolicyInput) {
    this.#context = context;
    this.#input = input;
    this.#bytes = utf8(input.text);
  }

  /** Those of one bundle, as they go into the combination; null where a verdict or its texts are not known. */
  async runs(binding: Binding, due: readonly Due[]): Promise<Run[] | null> {
    const runs = new Map<Due, Run>();
    let reading: Reading = { kind: "none" };
    const weighs = ({ entry }: Due): boolean => this.#manifest(entry)?.findings === "reads";
    for (const one of due.filter((one) => !weighs(one))) {
      const { run, ran } = await this.#run(binding, one, reading, null);
      if (run === null) return null;
      if (one === due[0]) reading = this.#readingOf(one, run.verdict, ran);
      runs.set(one, run);
    }
    const findings = findingsPart([...runs.values()]);
    for (const one of due.filter(weighs)) {
      const { run } = await this.#run(binding, one, reading, findings);
      if (run === null) return null;
      runs.set(one, run);
    }
    return due.map((one) => runs.get(one) as Run);
  }

  /** What the bundle's first policy left for the others, where it is a reader. */
  #readingOf({ entry, recorded }: Due, verdict: Verdict, ran: Ran | null): Reading {
    // A reader that failed was none, whatever it can do here.
    if (verdict.error !== null) return { kind: "none" };
    const manifest = this.#manifest(entry);
    if (manifest !== null && !isReader(manifest)) return { kind: "none" };
    const bytes = ran?.reading ?? null;
    if (bytes === null)
      return { kind: "unknown", why: `${recorded.run.name} could not read the input again` };
    return { kind: "made", key: `${entry.policy} ${recorded.run.fuel_limit} ${settingsOf(entry)}`, bytes };
  }

  #manifest({ policy }: BundlePolicy): Manifest | null {
    const found = this.#context.sources.policy(policy);
    switch (found.kind) {
      case "found":
        return found.policy.manifest;
      case "absent":
        return found.manifest;
      case "other":
        return null;
    }
  }

  /** `run` after its comparison; null where its verdict or texts are not known. `ran`: what it came to here. */
  async #run(
    binding: Binding,
    { entry, recorded: { run, text } }: Due,
    reading: Reading,
    findings: Uint8Array | null,
  ): Promise<{ readonly run: Run | null; readonly ran: Ran | null }> {
    const { comparisons, salt } = this.#context;
    const commitment = (verdict: string): Digest => textCommitment("verdict", salt, verdict);
    if (text !== null && !comparisons.same("recorded_verdict", run.name, run.verdict, commitment(text)))
      return NOT_KNOWN;
    const ran = await this.#runAgain(binding, entry, run, reading, findings);
    const got = ran?.text ?? null;
    // The text is what is compared wherever it is known: where it differs, it shows in what.
    if (got !== null && text !== null) comparisons.same("verdict", run.name, text, got);
    if (got !== null && text === null) comparisons.same("verdict", run.name, run.verdict, commitment(got));
    // Of one text there is one verdict: read again is only what differs, or what could not be run.
    const verdict = ran !== null && (text ?? got) === got ? ran.verdict : readVerdict(text ?? "");
    if (verdict === null) return NOT_KNOWN;
    if (!comparisons.same("recorded_verdict", run.name, summary(run), summary(ranBy(verdict, run))))
      return NOT_KNOWN;
    const manifest = this.#manifest(entry);
    // Severities and texts are the manifest's.
    return { run: manifest === null && verdict.error === null ? null : { entry, manifest, verdict }, ran };
  }

  /** Null where it cannot be run again, which is then said. */
  async #runAgain(
    binding: Binding,
    entry: BundlePolicy,
    run: PolicyRan,
    reading: Reading,
    findings: Uint8Array | null,
  ): Promise<Ran | null> {
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
    const given = givenTo(found.policy.manifest, reading, findings);
    if (given === null && reading.kind === "unknown") {
      comparisons.missing("reading", run.name, reading.why);
      return null;
    }
    return this.#evaluate(found.policy, entry, run.fuel_limit, given);
  }

  async #evaluate(
    policy: ReplayPolicy,
    entry: BundlePolicy,
    fuelLimit: number,
    given: Given | null,
  ): Promise<Ran> {
    const settings = settingsOf(entry);
    const key = `${entry.policy} ${fuelLimit} ${settings}\n${given?.key}`;
    const known = this.#ran.get(key);
    if (known !== undefined) return known;
    const outcome =
      given === null
        ? withoutReading(fuelLimit)
        : await this.#context.run(policy, settings, this.#bytes, fuelLimit, given.parts);
    const verdict = verdictOf(policy, outcome, this.#input);
    const reading = verdict.error === null ? (outcome.reading ?? null) : null;
    const ran = { verdict, text: verdictText(verdict), reading };
    this.#ran.set(key, ran);
    return ran;
  }
}

const NOT_KNOWN = { run: null, ran: null } as const;

const settingsTexts = new WeakMap<BundlePolicy, string>();

/** Decisions share their bundles. */
function settingsOf(entry: BundlePolicy): string {
  const known = settingsTexts.get(entry) ?? canonicalJson(entry.settings as Json);
  settingsTexts.set(entry, known);
  return known;
}

/** Null where it reads, and there is no reading. */
function givenTo(manifest: Manifest, reading: Reading, findings: Uint8Array | null): Given | null {
  const reads = manifest.reading === "reads";
  if (reads && reading.kind !== "made") return null;
  const read = reads && reading.kind === "made" ? reading : null;
  const weighed = manifest.findings === "reads" ? findings : null;
  if (read === null && weighed === null) return NOTHING;
  return {
    key: `${read?.key ?? ""}\n${weighed === null ? "" : new TextDecoder().decode(weighed)}`,
    parts: {
      ...(read === null ? {} : { reading: read.bytes }),
      ...(weighed === null ? {} : { findings: weighed }),
    },
  };
}

/** What the entry itself says of a run, beside the commitment to its verdict. */
const summary = ({ name, policy_id, exec_id, profile_id, fuel, fuel_limit, error }: PolicyRan): string =>
  JSON.stringify({ error, exec_id, fuel, fuel_limit, name, policy_id, profile_id });

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
