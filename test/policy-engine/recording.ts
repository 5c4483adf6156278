/** A recording as those see it who were not there: an export, and modules found by what they hash to. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "../../core/canonical-json.ts";
import type { Digest } from "../../core/hash.ts";
import type { Json } from "../../core/json.ts";
import type { PolicyRan } from "../../core/ledger/entry.ts";
import { type ExportedEvidence, readEvidence } from "../../core/ledger/evidence.ts";
import type { BundlePolicy } from "../../core/policy/bundle.ts";
import { findingsPart } from "../../core/policy/parts.ts";
import { isReader } from "../../core/policy/reader.ts";
import { type ReplayPolicy, ReplaySources } from "../../core/policy/replay/sources.ts";
import { readVerdict } from "../../core/policy/replay/verdict-text.ts";
import { compileWasm } from "../../policy-plugins/tools/wasm-module.ts";
import type { RunnableModule } from "../../worker/evaluate/host.ts";
import type { Again, Run } from "./run-again.ts";

export function readRecording(
  text: string,
  modules: string,
): { sources: ReplaySources; exported: ExportedEvidence } {
  const exported = readEvidence(text.split("\n"));
  if (exported === null || exported.faults.length > 0) throw new Error("the recording cannot be read");
  const sources = new ReplaySources();
  for (const { digest, text: bundle } of exported.bundles) sources.addBundle(bundle, digest);
  for (const { policy_id, manifest, wasm_sha256 } of exported.policies) {
    sources.addPolicy(manifest, wasm_sha256, policy_id);
    sources.addBuiltin(manifest, wasm_sha256);
  }
  for (const file of readdirSync(modules)) sources.addModule(readFileSync(join(modules, file)));
  return { sources, exported };
}

/** Modules as metered here, compiled once. */
export class Runnables {
  readonly #known = new Map<string, ReplayPolicy & RunnableModule>();

  of(policy: ReplayPolicy): ReplayPolicy & RunnableModule {
    const known = this.#known.get(policy.policyId) ?? { ...policy, module: compileWasm(policy.wasm) };
    this.#known.set(policy.policyId, known);
    return known;
  }
}

/** One policy on one input, and what it said. */
export type Evaluation = Again<ReplayPolicy>;

/** Every evaluation of a recording by itself. */
export function evaluationsOf({ decisions }: ExportedEvidence, sources: ReplaySources): Evaluation[] {
  const entriesOf = (digest: Digest): readonly BundlePolicy[] => {
    const found = sources.bundle(digest);
    if (found.kind !== "found") throw new Error(`bundle ${digest} is missing`);
    return found.bundle.policies;
  };
  const policyOf = (id: Digest): ReplayPolicy => {
    const found = sources.policy(id);
    if (found.kind !== "found") throw new Error(`${id} cannot be run`);
    return found.policy;
  };
  /** Of one bundle on one input. */
  const ofBundle = (
    input: string,
    entries: readonly BundlePolicy[],
    runs: readonly PolicyRan[],
    texts: readonly string[],
  ): Evaluation[] => {
    const judged = entries.map((entry, at) => {
      const verdict = readVerdict(texts[at] ?? "");
      if (verdict === null) throw new Error("a verdict is missing");
      const { manifest } = policyOf(entry.policy);
      return { entry, manifest, verdict };
    });
    const asked = entries.map(({ policy, settings }, at): Run<ReplayPolicy> => {
      const fuelLimit = runs[at]?.fuel_limit ?? 0;
      return { policy: policyOf(policy), settings: canonicalJson(settings as Json), fuelLimit };
    });
    const [first] = judged;
    const reader = isReader(first?.manifest) && first?.verdict.error === null ? (asked[0] ?? null) : null;
    const found = findingsPart(judged.filter(({ manifest }) => manifest.findings !== "reads"));
    return asked.map((one, at) => {
      const { reading, findings } = one.policy.manifest;
      return {
        ...one,
        input,
        reader: reading === "reads" ? reader : null,
        findings: findings === "reads" ? new TextDecoder().decode(found) : null,
        expected: texts[at] ?? "",
      };
    });
  };
  return decisions.flatMap(({ entry, evidence }) => {
    const { bindings, policies, shadow } = entry.body;
    if (evidence?.input == null) throw new Error("an input is missing");
    const inputs = [evidence.input, evidence.changedInput];
    const ofRuns = (runs: readonly PolicyRan[], texts: readonly string[], bundles: readonly Digest[]) => {
      const evaluations: Evaluation[] = [];
      while (evaluations.length < runs.length) {
        const at = evaluations.length;
        const input = inputs[(runs[at]?.pass ?? 1) - 1];
        if (input == null) throw new Error("an input is missing");
        let from = at;
        for (const digest of bundles) {
          const entries = entriesOf(digest);
          const to = from + entries.length;
          evaluations.push(...ofBundle(input, entries, runs.slice(from, to), texts.slice(from, to)));
          from = to;
        }
        if (from === at) throw new Error("runs without a bundle");
      }
      return evaluations;
    };
    return [
      ...ofRuns(
        policies,
        evidence.verdicts?.decision ?? [],
        bindings.map(({ bundle }) => bundle),
      ),
      ...ofRuns(
        shadow?.policies ?? [],
        evidence.verdicts?.shadow ?? [],
        bindings.map((one) => one.shadow ?? one.bundle),
      ),
    ];
  });
}
