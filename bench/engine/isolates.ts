/** Published policies in an isolate of the Worker Loader: one that is there already, and one that has to be made. */
import { shipped } from "#bench-modules";
import type { Digest } from "../../core/hash.ts";
import { FUEL_FULL } from "../../core/limits.ts";
import type { RanPolicy } from "../../core/policy/verdict.ts";
import type { PolicyRunRequest } from "../../worker/evaluate/judge.ts";
import { IsolateLoader } from "../../worker/evaluate/loader.ts";
import { INPUTS } from "./inputs.ts";
import { partsOf, USES, type Use } from "./policies.ts";
import type { Env, Step } from "./step.ts";

const BUNDLE: Digest = `sha256:${"2".repeat(64)}`;
const INPUT = INPUTS["2.7 KB"] as Uint8Array; // a name of INPUTS

export async function isolateSteps({ LOADER }: Env): Promise<Record<string, Step>> {
  let tenants = 0;
  const loaderOf = (tenant: string, uses: readonly Use[]) =>
    new IsolateLoader(LOADER, {
      tenant,
      policiesOf: () => uses,
      moduleOf: async ({ manifest }: RanPolicy) => new Uint8Array(shipped[manifest.name]?.bytes ?? []),
    });
  const run = (loader: IsolateLoader, requests: readonly PolicyRunRequest[]) => async () => {
    const outcomes = await loader.run(BUNDLE, requests, INPUT);
    const failed = outcomes.find(({ error }) => error !== null);
    if (failed) throw new Error(`${failed.error}: ${failed.detail}`);
    return outcomes;
  };
  const all = await Promise.all(
    USES.map(async (use) => ({ ...use, fuelLimit: FUEL_FULL, parts: await partsOf(use.policy, INPUT) })),
  );
  const warm = loaderOf("warm", USES);
  return {
    "isolate, no policy": run(warm, []),
    "isolate, one policy": run(warm, all.slice(0, 1)),
    "isolate, all policies": run(warm, all),
    // A tenant of its own each time, and so an isolate of its own.
    "isolate made": () => run(loaderOf(`cold${tenants++}`, USES), all)(),
  };
}
