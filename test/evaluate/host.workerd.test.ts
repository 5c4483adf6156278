/** The same host in workerd, with modules compiled at deploy: it must not answer otherwise than in Node. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, beforeAll, expect, it } from "vitest";
import { unstable_readConfig as readConfig } from "wrangler";
import { toBase64 } from "../../core/encoding.ts";
import { FUEL_FAST } from "../../core/limits.ts";
import type { Parts } from "../../core/policy/parts.ts";
import type { RunOutcome } from "../../core/policy/verdict.ts";
import { PolicyHost } from "../../worker/evaluate/host.ts";
import { distFolder, index } from "../policy-plugins/extism-host.ts";
import { builtPolicy, inputWith, partsFor, settingsText } from "./policies.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Runs what it is sent, each as often as asked, and tells which runs had a warm instance. */
const WORKER = `
import { PolicyHost } from "./worker/evaluate/host.ts";
import { fromBase64, toBase64 } from "./core/encoding.ts";
import { modules } from "./dist/policies/with-fixtures.ts";
const host = new PolicyHost();
const given = (parts) =>
  Object.fromEntries(Object.entries(parts).map(([name, bytes]) => [name, fromBase64(bytes)]));
export default {
  async fetch(request) {
    const { name, settings, input, fuel, times, parts } = await request.json();
    const policy = modules.find(({ manifest }) => manifest.name === name);
    const outcomes = [];
    let warm = 0;
    for (let i = 0; i < times; i++) {
      const ran = host.run(policy, settings, new TextEncoder().encode(input), fuel, given(parts));
      if (!(ran instanceof Promise)) warm++;
      const { output, reading, ...rest } = await ran;
      outcomes.push({ ...rest, output: output && toBase64(output), reading: reading && toBase64(reading) });
    }
    return Response.json({ warm, kept: host.kept.instances, outcomes });
  },
};`;

let miniflare: Miniflare;

beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: { contents: WORKER, resolveDir: ROOT, loader: "ts" },
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    external: ["cloudflare:*", "node:*", "*.wasm"],
  });
  const config = readConfig({ config: join(ROOT, "wrangler.toml") });
  miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modulesRoot: "/",
      modules: [
        { type: "ESModule", path: "/worker.js", contents: outputFiles[0]?.text ?? "" },
        ...index.map(({ metered_path: path }) => ({
          type: "CompiledWasm" as const,
          path: `/${path}`,
          contents: readFileSync(join(distFolder, path)),
        })),
      ],
      compatibilityDate: config.compatibility_date ?? "",
      compatibilityFlags: config.compatibility_flags,
    }),
  );
}, 60_000);
afterAll(() => miniflare?.dispose());

interface Told {
  readonly warm: number;
  readonly kept: number;
  readonly outcomes: (Omit<RunOutcome, "output" | "reading"> & {
    readonly output: string | null;
    readonly reading?: string;
  })[];
}

async function inWorkerd(
  name: string,
  settings: string,
  input: Uint8Array,
  times: number,
  parts: Parts = {},
): Promise<Told> {
  const sent = Object.entries(parts).map(([part, bytes]) => [part, toBase64(bytes)]);
  const body = {
    ...{ name, settings, input: new TextDecoder().decode(input), fuel: FUEL_FAST, times },
    parts: Object.fromEntries(sent),
  };
  const response = await miniflare.dispatchFetch("http://x/", { method: "POST", body: JSON.stringify(body) });
  return (await response.json()) as Told;
}

const text = "Please read 123-45-6789, the forbidden-late thing, at 4111 1111 1111 1111.";

it.each(index.map(({ name }) => name))("%s", async (name) => {
  const settings = settingsText(
    name === "denylist" ? { denied_terms: ["forbidden-late"] } : name === "redacts" ? { term: "the" } : {},
  );
  const input = inputWith({ rounds: 10, text });
  const parts = await partsFor(name, input);
  const { output, reading, ...rest } = await new PolicyHost(null).run(
    builtPolicy(name),
    settings,
    input,
    FUEL_FAST,
    parts,
  );
  const { outcomes } = await inWorkerd(name, settings, input, 3, parts);
  // An engine's own message may differ; whatever a verdict is made of may not.
  const expected = {
    ...rest,
    ...(reading === undefined ? {} : { reading: toBase64(reading) }),
    output: output && toBase64(output),
    detail: rest.detail && expect.any(String),
  };
  expect(outcomes).toEqual([expected, expected, expected]);
});

it("answers at once from the second run on", async () => {
  const told = await inWorkerd("counter", "{}", inputWith({ text }), 20);
  expect(told.warm).toBeGreaterThanOrEqual(19);
  expect(new Set(told.outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
});
