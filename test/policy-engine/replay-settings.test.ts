/** What a replay says of settings that were compiled: whether what ran is what stands in the bundle to be read. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../core/canonical-json.ts";
import { utf8 } from "../../core/encoding.ts";
import { type Digest, digestOf } from "../../core/hash.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import { commit } from "../../core/ledger/commitment.ts";
import type { BindingUsed } from "../../core/ledger/entry.ts";
import { FUEL_FULL } from "../../core/limits.ts";
import { compileSettings } from "../../core/policy/compile-settings.ts";
import type { Parts } from "../../core/policy/parts.ts";
import { type RecordedRun, replayPass } from "../../core/policy/replay/pass.ts";
import { type Comparison, Comparisons } from "../../core/policy/replay/report.ts";
import { type ReplayPolicy, ReplaySources } from "../../core/policy/replay/sources.ts";
import { verdictOf, verdictText } from "../../core/policy/verdict.ts";
import { PolicyHost } from "../../worker/evaluate/host.ts";
import { Runnables } from "./recording.ts";

interface Row {
  readonly name: string;
  readonly policy_id: Digest;
  readonly manifest: Json;
  readonly wasm_sha256: string;
  readonly wasm_path: string;
}
const DIST = join(import.meta.dirname, "../../dist/policies");
const rows = JSON.parse(readFileSync(join(DIST, "index.json"), "utf8")) as Row[];

const runnables = new Runnables();
const host = new PolicyHost();
const salt = new Uint8Array(32);

function sourcesOf(isRelease: boolean): ReplaySources {
  const sources = new ReplaySources();
  for (const { name, manifest, wasm_sha256, wasm_path } of rows) {
    if (name !== "reader" && name !== "regex") continue;
    if (isRelease) sources.addBuiltin(manifest, wasm_sha256);
    else sources.addPolicy(manifest, wasm_sha256);
    sources.addModule(readFileSync(join(DIST, wasm_path)));
  }
  return sources;
}

/** The comparison of settings, of an evaluation by a regex policy with these that was recorded as it was. */
async function compared(settings: JsonObject, isRelease = true): Promise<Comparison | undefined> {
  const sources = sourcesOf(isRelease);
  const policies = [policyNamed("reader"), policyNamed("regex")];
  const entries = policies.map(({ policyId, manifest }) => ({
    policy: policyId,
    settings: manifest.name === "regex" ? settings : {},
    severities: {},
  }));
  const text = canonicalJson({ name: "b", version: "1.0.0", policies: entries });
  const bundle = digestOf(text);
  expect(sources.addBundle(text, bundle)).toBe(true);
  const document = {
    abi: "countersign-policy/1",
    action: { surface: "outbound.email", payload: { text: "ab" } },
    principal: {},
  };
  const input = { document, text: canonicalJson(document) };
  const recorded: RecordedRun[] = [];
  let parts: Parts = {};
  for (const policy of policies) {
    const own = policy.manifest.name === "regex" ? settings : {};
    const outcome = await host.run(
      runnables.of(policy),
      canonicalJson(own),
      utf8(input.text),
      FUEL_FULL,
      parts,
    );
    const verdict = verdictOf(policy, outcome, input);
    if (outcome.reading !== undefined) parts = { reading: outcome.reading };
    const { policy: name, policyId, execId, profileId, fuel, fuelLimit, error } = verdict;
    const run = {
      name,
      policy_id: policyId,
      exec_id: execId,
      profile_id: profileId,
      bundle,
      fuel,
      fuel_limit: fuelLimit,
      error,
      pass: 1 as const,
      verdict: commit("verdict", salt, digestOf(verdictText(verdict))),
    };
    recorded.push({ run, text: verdictText(verdict) });
  }
  const comparisons = new Comparisons();
  const context = {
    comparisons,
    sources,
    salt,
    run: (policy: ReplayPolicy, ...call: [string, Uint8Array, number, Parts]) =>
      host.run(runnables.of(policy), ...call),
  };
  await replayPass(context, [{ ...BINDING, bundle }], recorded, input);
  const { comparisons: all } = comparisons.report();
  // Everything else is as it was: the program did run, and found what it finds.
  expect(all.filter(({ part, result }) => part !== "settings" && result !== "match")).toEqual([]);
  return all.find(({ part }) => part === "settings");

  function policyNamed(name: string): ReplayPolicy {
    const row = rows.find((one) => one.name === name);
    const found = row && sources.policy(row.policy_id);
    if (found?.kind !== "found") throw new Error(`${name} is not built`);
    return found.policy;
  }
}

const BINDING: Omit<BindingUsed, "bundle"> = {
  surface: "*",
  folder: null,
  mode: "enforce",
  on_error: "block",
  budget: { fast_fuel: FUEL_FULL, on_exceeded: "block" },
  shadow: null,
} as const;

const patterns = (pattern: string): JsonObject => ({ patterns: [{ name: "one", pattern }] });
async function compiled(pattern: string): Promise<JsonObject> {
  const settings = await compileSettings("regex", patterns(pattern));
  if (!settings.ok) throw new Error("does not compile");
  return settings.value;
}

describe("the program of a regex policy", () => {
  it("matches where it is what the patterns compile to", async () => {
    expect(await compared(await compiled("ab"))).toMatchObject({ subject: "regex", result: "match" });
  });

  it("is a mismatch where it is that of other patterns, and both are told", async () => {
    const [ran, read] = [await compiled("zz"), await compiled("ab")];
    expect(await compared({ ...ran, ...patterns("ab") })).toEqual({
      part: "settings",
      subject: "regex",
      result: "mismatch",
      expected: `the bundle's program, ${digestOf(canonicalJson(ran.program as Json))}`,
      got: `what its other settings compile to, ${digestOf(canonicalJson(read.program as Json))}`,
      why: null,
    });
  });

  it("is a mismatch where the patterns compile to none", async () => {
    const { program } = await compiled("ab");
    expect(await compared({ ...patterns("("), program: program as Json })).toMatchObject({
      result: "mismatch",
      got: expect.stringMatching(/^its other settings do not compile: \/patterns\/0\/pattern: /),
    });
  });

  it("cannot be compared where another release compiled it", async () => {
    expect(await compared(await compiled("ab"), false)).toMatchObject({
      result: "unverifiable",
      why: "program was compiled by a release that is not this one",
    });
  });
});
