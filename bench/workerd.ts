/** A Worker of the benchmark's own on a bare workerd, bundled and configured as the product's are (test/harness). */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { generateSecrets, secretsOf, WORKER_NAMES } from "../cli/demo/secrets.ts";
import { type Bundles, bundle, ROOT, type WorkerBundle } from "../test/harness/bundle.ts";
import { formatEngineConfig, moduleFiles } from "../test/harness/capnp.ts";
import { findWorkerd } from "../test/harness/engine.ts";
import { readWorkerConfig } from "../test/harness/worker-config.ts";

export interface BenchWorker {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/**
 * Starts `bench/<name>` where the gate would stand, beside the product's signer and dispatcher. `aliases`: files by the
 * name that its sources import them by.
 */
export async function startBenchWorker(
  name: string,
  stateDir: string,
  aliases: Readonly<Record<string, string>> = {},
): Promise<BenchWorker> {
  const bundles: Bundles = {
    ...(await bundle("builtin")),
    gate: await bundleBenchWorker(name, stateDir, aliases),
  };
  const config = writeConfig(bundles, stateDir);
  const logFile = join(stateDir, "workerd.log");
  const log = openSync(logFile, "w");
  // fd 3: workerd tells there which port it listens on.
  const child = spawn(findWorkerd(), ["serve", "--experimental", "--control-fd=3", config], {
    stdio: ["ignore", log, log, "pipe"],
  });
  const killNow = () => child.kill("SIGKILL");
  process.once("exit", killNow);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const port = await readPort(child).catch((error) => {
    throw new Error(`${error.message}\n${readFileSync(logFile, "utf8")}`);
  });
  return {
    port,
    pid: child.pid ?? 0,
    stop: async () => {
      process.off("exit", killNow);
      killNow();
      await ended;
    },
  };
}

async function bundleBenchWorker(
  name: string,
  stateDir: string,
  aliases: Readonly<Record<string, string>>,
): Promise<WorkerBundle> {
  const config = join(ROOT, "bench", name, "wrangler.toml");
  const folder = join(stateDir, "bundle");
  const wrangler = join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js");
  const env = { ...process.env, CI: "true", WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true" };
  await promisify(execFile)(
    process.execPath,
    [
      ...[wrangler, "deploy", "--dry-run", "-c", config, "--outdir", folder],
      ...Object.entries(aliases).flatMap(([from, to]) => ["--alias", `${from}:${to}`]),
    ],
    { cwd: ROOT, env: { ...env, CLOUDFLARE_CF_FETCH_ENABLED: "false" } },
  );
  return { folder, config: readWorkerConfig(config) };
}

function writeConfig(bundles: Bundles, stateDir: string): string {
  const secrets = generateSecrets();
  mkdirSync(join(stateDir, "storage"), { recursive: true });
  for (const worker of WORKER_NAMES) {
    const folder = join(stateDir, "modules", worker);
    mkdirSync(folder, { recursive: true });
    for (const file of moduleFiles(bundles[worker].folder))
      copyFileSync(join(bundles[worker].folder, file), join(folder, file));
  }
  const file = join(stateDir, "config.capnp");
  const text = formatEngineConfig({
    bundles,
    vars: {
      gate: {},
      signer: secretsOf("signer", secrets),
      dispatcher: { ALLOWED_PRIVATE_ORIGINS: "", ...secretsOf("dispatcher", secrets) },
    },
    address: "127.0.0.1:0",
    storage: join(stateDir, "storage"),
    modules: (worker) => `modules/${worker}`,
    moreGates: 0,
  });
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

async function readPort(child: ChildProcess): Promise<number> {
  for await (const line of createInterface({ input: child.stdio[3] as Readable })) {
    const { event, port } = JSON.parse(line) as { event?: string; port?: number };
    if (event === "listen" && port !== undefined) return port;
  }
  throw new Error("workerd ended before it listened.");
}

/** Milliseconds on the CPU of all threads of a process, NaN where Linux does not say: other load does not move it. */
export function cpuMs(pid: number): number {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`);
    const times = tasks.map((task) =>
      Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ", 1)[0]),
    );
    return times.reduce((sum, ns) => sum + ns, 0) / 1e6;
  } catch {
    return Number.NaN;
  }
}
