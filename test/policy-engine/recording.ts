/** A recording as those see it who were not there: an export, and modules found by what they hash to. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "../../core/canonical-json.ts";
import type { Digest } from "../../core/hash.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import type { PolicyRan } from "../../core/ledger/entry.ts";
import { type ExportedEvidence, readEvidence } from "../../core/ledger/evidence.ts";
import { type ReplayPolicy, ReplaySources } from "../../core/policy/replay/sources.ts";
import { compileWasm } from "../../policy-plugins/tools/wasm-module.ts";
import type { RunnableModule } from "../../worker/evaluate/host.ts";

export function readRecording(
  text: string,
  modules: string,
): { sources: ReplaySources; exported: ExportedEvidence } {
  const exported = readEvidence(text.split("\n"));
  if (exported === null || exported.faults.length > 0) throw new Error("the recording cannot be read");
  const sources = new ReplaySources();
  for (const { digest, text: bundle } of exported.bundles) sources.addBundle(bundle, digest);
  for (const { policy_id, manifest, wasm_sha256 } of exported.policies)
    sources.addPolicy(manifest, wasm_sha256, policy_id);
  for (const file of readdirSync(modules)) sources.addModule(readFileSync(join(modules, file)));
  return { sources, exported };
}

/** Modules as metered here, compiled once. */
export class Runnables {
  readonly #known = new Map<string, RunnableModule>();

  of({ policyId, execId, profileId, wasm }: ReplayPolicy): RunnableModule {
    const known = this.#known.get(policyId) ?? { execId, profileId, module: compileWasm(wasm) };
    this.#known.set(policyId, known);
    return known;
  }
}

/** One policy on one input, and what it said. */
export interface Evaluation {
  readonly policy: ReplayPolicy;
  readonly settings: string;
  readonly input: string;
  readonly document: JsonObject;
  readonly fuelLimit: number;
  readonly expected: string;
}

/** Every evaluation of a recording by itself. */
export function evaluationsOf({ decisions }: ExportedEvidence, sources: ReplaySources): Evaluation[] {
  return decisions.flatMap(({ entry, evidence }) => {
    const { bindings, policies, shadow } = entry.body;
    if (evidence?.input == null) throw new Error("an input is missing");
    const inputs = [evidence.input, evidence.changedInput].map(
      (text) => text && { text, document: JSON.parse(text) },
    );
    const settingsOf = (bundles: readonly Digest[]) =>
      bundles.flatMap((digest) => {
        const found = sources.bundle(digest);
        if (found.kind !== "found") throw new Error(`bundle ${digest} is missing`);
        return found.bundle.policies.map(({ settings }) => canonicalJson(settings as Json));
      });
    const ofRuns = (runs: readonly PolicyRan[], texts: readonly string[], bundles: readonly Digest[]) => {
      const settings = settingsOf(bundles);
      return runs.map((run, at): Evaluation => {
        const found = sources.policy(run.policy_id);
        const input = inputs[run.pass - 1];
        if (found.kind !== "found" || !input) throw new Error(`${run.name} cannot be run`);
        return {
          policy: found.policy,
          settings: settings[at % settings.length] ?? "",
          input: input.text,
          document: input.document,
          fuelLimit: run.fuel_limit,
          expected: texts[at] ?? "",
        };
      });
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
