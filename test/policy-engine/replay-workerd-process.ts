/**
 * Replays a recording within workerd, from its export and modules alone:
 * `node replay-workerd-process.ts <folder> <cold evaluations> <seed>`. Prints what was compared and what differed, as JSON.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_readConfig as readConfig } from "wrangler";
import type { ReplayPolicy } from "../../core/policy/replay/sources.ts";
import { Random } from "./random.ts";
import { type Evaluation, evaluationsOf, readRecording } from "./recording.ts";
import type { SentEvaluation } from "./replay-worker.ts";

const ROOT = join(import.meta.dirname, "../..");
const BATCH = 1000;
const [folder = "", coldCount = "1000", seed = "1"] = process.argv.slice(2);
const { sources, exported } = readRecording(
  readFileSync(join(folder, "export.jsonl"), "utf8"),
  join(folder, "modules"),
);
const evaluations = evaluationsOf(exported, sources);
const policies = [...new Map(evaluations.map(({ policy }) => [policy.policyId, policy])).values()];
const places = new Map(policies.map(({ policyId }, place) => [policyId, place]));

const placeOf = ({ policyId }: ReplayPolicy): number => places.get(policyId) ?? -1;

const record = ({ wasm: _, ...policy }: ReplayPolicy, place: number) =>
  `{ ...${JSON.stringify(policy)}, module: module${place} }`;
const { outputFiles } = await build({
  stdin: {
    contents: `${policies.map((_, place) => `import module${place} from "./${place}.wasm";`).join("\n")}
import { workerOf } from "./test/policy-engine/replay-worker.ts";
export default workerOf([${policies.map(record).join(",\n")}]);`,
    resolveDir: ROOT,
    loader: "ts",
  },
  bundle: true,
  write: false,
  format: "esm",
  target: "es2024",
  external: ["cloudflare:*", "node:*", "*.wasm"],
});
const config = readConfig({ config: join(ROOT, "wrangler.toml") }, { hideWarnings: true });
const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    modulesRoot: "/",
    modules: [
      { type: "ESModule", path: "/worker.js", contents: outputFiles[0]?.text ?? "" },
      ...policies.map(({ wasm }, place) => ({
        type: "CompiledWasm" as const,
        path: `/${place}.wasm`,
        contents: wasm,
      })),
    ],
    compatibilityDate: config.compatibility_date ?? "",
    compatibilityFlags: config.compatibility_flags,
  }),
);

async function compare(all: readonly Evaluation[], path: string) {
  const url = await miniflare.ready;
  const began = performance.now();
  const total = { compared: 0, differences: 0, examples: [] as unknown[] };
  for (let at = 0; at < all.length; at += BATCH) {
    const sent = all.slice(at, at + BATCH).map(
      (one): SentEvaluation => ({
        ...one,
        policy: placeOf(one.policy),
        reader: one.reader && { ...one.reader, policy: placeOf(one.reader.policy) },
      }),
    );
    const response = await fetch(new URL(path, url), { method: "POST", body: JSON.stringify(sent) });
    if (!response.ok) throw new Error(`workerd answered ${response.status}: ${await response.text()}`);
    const { compared, differences } = (await response.json()) as { compared: number; differences: unknown[] };
    total.compared += compared;
    total.differences += differences.length;
    if (total.examples.length < 3) total.examples.push(...differences.slice(0, 3));
  }
  return { ...total, seconds: Math.round(performance.now() - began) / 1000 };
}

const random = new Random(Number(seed));
const warm = await compare(evaluations, "/warm");
const cold = await compare(random.shuffled(evaluations).slice(0, Number(coldCount)), "/cold");
console.log(JSON.stringify({ warm, cold }));
await miniflare.dispose();
