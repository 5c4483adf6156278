// Compiles and meters every policy and fixture to dist/policies/, and writes the files by which others find them.
// A policy is compiled only where its sources, the SDK or the compiler changed, and metered only where the module, its
// manifest or the meter did.
//
//     node policy-plugins/build.ts [--force]

import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { sha256Hex } from "../core/hash.ts";
import { type Manifest, policyId } from "../core/policy/manifest.ts";
import { compile } from "./tools/compile.ts";
import type { Compiled } from "./tools/compile-worker.ts";
import { readManifest } from "./tools/manifest.ts";
import { meter } from "./tools/meter.ts";
import { type BuiltPolicy, writeIfChanged, writeOutputs } from "./tools/outputs.ts";
import { findPolicies, type PolicySource, root } from "./tools/sources.ts";

const dist = join(root, "../dist/policies");
const stampsPath = join(dist, "stamps.json");

/** What a policy was compiled from, and what came out; then what it was metered with, and what came out of that. */
interface Stamp {
  source: string;
  wasm: string;
  meter: string;
  execId: string;
  profileId: string;
}

/** By folder. */
type Stamps = Record<string, Partial<Stamp>>;

const wasmPathOf = (folder: string) => `${folder}.wasm`;
const meteredPathOf = (folder: string) => `${folder}.metered.wasm`;

/** The compiler's version and our options: all that decides the bytes beside the sources. */
function compilerSeed(): string {
  const compiler = JSON.parse(
    readFileSync(join(root, "../node_modules/assemblyscript/package.json"), "utf8"),
  );
  const ours = ["assemble.ts", "compile.ts"].map((name) => readFileSync(join(root, "tools", name), "utf8"));
  return [compiler.version, ...ours].join("\n");
}

/** The meter's own sources: its version alone would miss a change that is being worked on. */
function meterSeed(): string {
  const folder = join(root, "../core/policy/wasm");
  const sources = readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name)));
  return sha256Hex(...sources);
}

function readStamps(): Stamps {
  try {
    return JSON.parse(readFileSync(stampsPath, "utf8"));
  } catch {
    return {}; // none yet, or half written: build everything
  }
}

const holds = (path: string, sha256: string | undefined): boolean =>
  existsSync(join(dist, path)) && sha256Hex(readFileSync(join(dist, path))) === sha256;

const isCompiled = ({ folder, stamp }: PolicySource, stamps: Stamps): boolean =>
  stamps[folder]?.source === stamp && holds(wasmPathOf(folder), stamps[folder].wasm);

/** Compiles all on as many threads as are worth their start; rejects with every fault at once. */
async function compileAll(
  policies: PolicySource[],
  done: (policy: PolicySource, wasm: Uint8Array) => void,
): Promise<void> {
  const waiting = [...policies];
  const faults: string[] = [];
  const runThread = async () => {
    const worker = new Worker(join(root, "tools/compile-worker.ts"));
    try {
      for (let policy = waiting.shift(); policy !== undefined; policy = waiting.shift()) {
        const answer = once(worker, "message"); // rejects where the thread itself fails
        worker.postMessage(policy);
        const [compiled] = (await answer) as [Compiled];
        if ("fault" in compiled) faults.push(compiled.fault);
        else done(policy, compiled.wasm);
      }
    } finally {
      await worker.terminate();
    }
  };
  const threadCount = Math.min(policies.length, availableParallelism(), 4);
  await Promise.all(Array.from({ length: threadCount }, runThread));
  if (faults.length > 0) throw new Error(`policies that do not build:\n${faults.join("\n")}`);
}

/** Meters what is not metered yet; the stamp is then whole. */
async function meterOne(
  policy: PolicySource,
  manifest: Manifest,
  known: Partial<Stamp>,
  seed: string,
): Promise<Stamp> {
  const { folder } = policy;
  const { source, wasm } = known;
  if (source === undefined || wasm === undefined) throw new Error(`${folder} was not compiled`);
  const stamp = sha256Hex(seed, wasm, String(manifest.memory_pages));
  const path = meteredPathOf(folder);
  const { meter: metered, execId, profileId } = known;
  if (metered === stamp && execId && profileId && holds(path, execId.slice("sha256:".length))) {
    return { source, wasm, meter: stamp, execId, profileId };
  }
  const admitted = await meter(readFileSync(join(dist, wasmPathOf(folder))), manifest, () =>
    compile(policy, true),
  );
  writeFileSync(join(dist, path), admitted.wasm);
  return { source, wasm, meter: stamp, execId: admitted.execId, profileId: admitted.profileId };
}

/** Modules whose source has gone: deleted, so that nothing stale is shipped. */
function removeOrphans(stamps: Stamps, policies: PolicySource[]): void {
  for (const folder of Object.keys(stamps)) {
    if (policies.some((policy) => policy.folder === folder)) continue;
    for (const path of [wasmPathOf(folder), meteredPathOf(folder)]) rmSync(join(dist, path), { force: true });
    delete stamps[folder];
  }
}

async function build(force: boolean): Promise<void> {
  const startedAt = performance.now();
  const policies = findPolicies(compilerSeed());
  const manifests = policies.map(({ folder }) => readManifest(folder));
  const stamps = force ? {} : readStamps();
  removeOrphans(stamps, policies);
  const stale = policies.filter((policy) => !isCompiled(policy, stamps));
  await compileAll(stale, (policy, wasm) => {
    const path = join(dist, wasmPathOf(policy.folder));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, wasm);
    stamps[policy.folder] = { source: policy.stamp, wasm: sha256Hex(wasm) };
  });
  const seed = meterSeed();
  const built: BuiltPolicy[] = [];
  for (const [index, policy] of policies.entries()) {
    const manifest = manifests[index] as Manifest; // one for each policy
    const { folder, fixture } = policy;
    const stamp = await meterOne(policy, manifest, stamps[folder] ?? {}, seed);
    stamps[folder] = stamp;
    built.push({
      manifest,
      policyId: policyId(manifest, stamp.wasm),
      wasmSha256: stamp.wasm,
      execId: stamp.execId,
      profileId: stamp.profileId,
      wasmPath: wasmPathOf(folder),
      meteredPath: meteredPathOf(folder),
      fixture,
    });
  }
  writeOutputs(dist, built);
  writeIfChanged(stampsPath, `${JSON.stringify(stamps, null, 2)}\n`);
  const duration = Math.round(performance.now() - startedAt);
  console.log(
    `policies: ${stale.length} compiled, ${policies.length - stale.length} unchanged, ${duration} ms`,
  );
}

await build(process.argv.includes("--force"));
