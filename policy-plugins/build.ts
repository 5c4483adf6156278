// Compiles every policy and fixture to dist/policies/, and writes the files by which others find them.
// A policy is compiled only where its sources, the SDK or the compiler changed.
//
//     node policy-plugins/build.ts [--force]

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Compiled } from "./tools/compile-worker.ts";
import { policyId, readManifest, sha256Hex } from "./tools/manifest.ts";
import { type BuiltPolicy, writeIfChanged, writeOutputs } from "./tools/outputs.ts";
import { findPolicies, type PolicySource, root } from "./tools/sources.ts";

const dist = join(root, "../dist/policies");
const stampsPath = join(dist, "stamps.json");

/** By folder: what the module was compiled from, and what came out. */
type Stamps = Record<string, { source: string; wasm: string }>;

const wasmPathOf = (policy: PolicySource) => `${policy.folder}.wasm`;

/** The compiler's version, our options, and what we check: all that decides whether a module comes out. */
function compilerSeed(): string {
  const compiler = JSON.parse(
    readFileSync(join(root, "../node_modules/assemblyscript/package.json"), "utf8"),
  );
  const ours = ["compile.ts", "check-module.ts"].map((name) =>
    readFileSync(join(root, "tools", name), "utf8"),
  );
  return [compiler.version, ...ours].join("\n");
}

function readStamps(): Stamps {
  try {
    return JSON.parse(readFileSync(stampsPath, "utf8"));
  } catch {
    return {}; // none yet, or half written: compile everything
  }
}

function isFresh(policy: PolicySource, stamps: Stamps): boolean {
  const stamp = stamps[policy.folder];
  const path = join(dist, wasmPathOf(policy));
  return stamp?.source === policy.stamp && existsSync(path) && sha256Hex(readFileSync(path)) === stamp.wasm;
}

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
        const compiled = await new Promise<Compiled>((resolve, reject) => {
          worker.once("message", resolve).once("error", reject);
          worker.postMessage(policy);
        });
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

/** Modules whose source has gone, or one that may be half written: deleted, so that nothing stale is shipped. */
function removeOrphans(stamps: Stamps, policies: PolicySource[]): void {
  for (const folder of Object.keys(stamps)) {
    if (policies.some((policy) => policy.folder === folder)) continue;
    rmSync(join(dist, `${folder}.wasm`), { force: true });
    delete stamps[folder];
  }
}

async function build(force: boolean): Promise<void> {
  const startedAt = performance.now();
  const policies = findPolicies(compilerSeed());
  const manifests = new Map(policies.map((policy) => [policy, readManifest(policy.folder)]));
  const stamps = force ? {} : readStamps();
  removeOrphans(stamps, policies);
  const stale = policies.filter((policy) => !isFresh(policy, stamps));
  await compileAll(stale, (policy, wasm) => {
    const path = join(dist, wasmPathOf(policy));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, wasm);
    stamps[policy.folder] = { source: policy.stamp, wasm: sha256Hex(wasm) };
  });
  const built: BuiltPolicy[] = policies.map((policy) => {
    const manifest = manifests.get(policy);
    const stamp = stamps[policy.folder];
    if (!manifest || !stamp) throw new Error(`${policy.folder} was not built`);
    return {
      manifest,
      policyId: policyId(manifest, stamp.wasm),
      wasmSha256: stamp.wasm,
      wasmPath: wasmPathOf(policy),
      fixture: policy.fixture,
    };
  });
  mkdirSync(dist, { recursive: true });
  writeOutputs(dist, built);
  writeIfChanged(stampsPath, `${JSON.stringify(stamps, null, 2)}\n`);
  const duration = Math.round(performance.now() - startedAt);
  console.log(
    `policies: ${stale.length} compiled, ${policies.length - stale.length} unchanged, ${duration} ms`,
  );
}

await build(process.argv.includes("--force"));
