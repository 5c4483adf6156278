/**
 * The three Workers on a bare workerd, as tests, faults and measurements need them: real storage on disk, real
 * sockets, no wrangler in between, and a process that can be killed and started again on the same storage.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, copyFileSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import {
  generateSecrets,
  type Secrets,
  secretsOf,
  WORKER_NAMES,
  type WorkerName,
} from "../../cli/demo/secrets.ts";
import { type Bundles, bundle, type PolicySet, ROOT } from "./bundle.ts";
import { formatEngineConfig, moduleFiles, socketName } from "./capnp.ts";

const READY_MS = 20_000;
const POLL_MS = 5;

export interface EngineOptions {
  /** Storage, configuration and log. The same folder with the same secrets continues where it stopped. */
  readonly stateDir: string;
  readonly policies?: PolicySet;
  readonly secrets?: Secrets;
  /** 0 or absent: a free port. */
  readonly port?: number;
  readonly allowedPrivateOrigins?: readonly string[];
  readonly vars?: Partial<Record<WorkerName, Readonly<Record<string, string>>>>;
  /** Bindings of the gate behind which nobody answers. */
  readonly unreachable?: readonly string[];
  /** Another checkout, or a folder of stub Workers. */
  readonly root?: string;
  /** Gates on the same objects, each warm or stale on its own; 1 unless said otherwise. */
  readonly gates?: number;
  /** False: a deployment without the Worker Loader. */
  readonly loader?: boolean;
  /** host:port of a store (test/harness/object-store.ts); absent: a deployment without a bucket. */
  readonly store?: string;
}

export interface Engine {
  /** Of the first gate. */
  readonly url: string;
  /** Of every gate. */
  readonly urls: readonly string[];
  readonly port: number;
  /** workerd's own: what a crash test kills. */
  readonly pid: number;
  readonly secrets: Secrets;
  readonly exited: Promise<void>;
  /** Sends the signal and waits until the process is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
  stop(): Promise<void>;
  /** All that the Workers and workerd printed since this start. */
  logs(): string;
}

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { stateDir, secrets = generateSecrets(), root = ROOT } = options;
  const gates = options.gates ?? 1;
  const built = await bundle(options.policies ?? "builtin", root);
  const bundles = options.loader === false ? withoutLoader(built) : built;
  const configFile = writeConfig(options, bundles, secrets);
  const logFile = join(stateDir, "engine.log");
  const log = openSync(logFile, "w", 0o600);
  // fd 3: workerd tells there which port it listens on.
  const child = spawn(findWorkerd(root), ["serve", "--experimental", "--control-fd=3", configFile], {
    stdio: ["ignore", log, log, "pipe"],
  });
  closeSync(log);
  running.add(child);
  const exited = new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("exit", () => resolve());
  }).finally(() => running.delete(child));
  const logs = () => readFileSync(logFile, "utf8");
  const kill = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exited;
  };
  try {
    const ports = await Promise.race([
      readPorts(child.stdio[3] as Readable, gates),
      exited.then(() => Promise.reject(new Error("workerd ended."))),
    ]);
    const urls = ports.map((port) => `http://127.0.0.1:${port}`);
    const [port = 0] = ports;
    const [url = ""] = urls;
    await Promise.all(urls.map(waitUntilHealthy));
    if (child.pid === undefined) throw new Error("workerd has no process id.");
    return { url, urls, port, pid: child.pid, secrets, exited, kill, stop: () => kill("SIGKILL"), logs };
  } catch (error) {
    await kill("SIGKILL");
    throw new Error(`The engine did not start.\n${logs()}`, { cause: error });
  }
}

/** Modules are copied beside the configuration: `embed` knows no absolute paths. */
function writeConfig(options: EngineOptions, bundles: Bundles, secrets: Secrets): string {
  const { stateDir, port = 0, allowedPrivateOrigins = [], vars = {} } = options;
  mkdirSync(join(stateDir, "storage"), { recursive: true, mode: 0o700 });
  for (const worker of WORKER_NAMES) {
    const folder = join(stateDir, "modules", worker);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const file of moduleFiles(bundles[worker].folder)) {
      copyFileSync(join(bundles[worker].folder, file), join(folder, file));
    }
  }
  const config = formatEngineConfig({
    bundles,
    vars: {
      gate: { KEY_ENV: "test", ...secretsOf("gate", secrets), ...vars.gate },
      signer: { ...secretsOf("signer", secrets), ...vars.signer },
      dispatcher: {
        ALLOWED_PRIVATE_ORIGINS: allowedPrivateOrigins.join(","),
        ...secretsOf("dispatcher", secrets),
        ...vars.dispatcher,
      },
    },
    address: `127.0.0.1:${port}`,
    storage: join(stateDir, "storage"),
    modules: (worker) => `modules/${worker}`,
    moreGates: (options.gates ?? 1) - 1,
    unreachable: options.unreachable ?? [],
    store: options.store,
  });
  const file = join(stateDir, "config.capnp");
  writeFileSync(file, config, { mode: 0o600 });
  return file;
}

/** The binary itself and not node_modules/.bin/workerd, whose process would be Node's and not workerd's. */
export function findWorkerd(root: string = ROOT): string {
  const require = createRequire(join(root, "package.json"));
  const main: { default?: string } | string = require("workerd");
  const path = typeof main === "string" ? main : main.default;
  if (path === undefined) throw new Error(`No workerd binary below ${dirname(require.resolve("workerd"))}.`);
  return path;
}

function withoutLoader(bundles: Bundles): Bundles {
  const { gate } = bundles;
  return { ...bundles, gate: { ...gate, config: { ...gate.config, workerLoaders: [] } } };
}

async function readPorts(control: Readable, gates: number): Promise<number[]> {
  const ports = new Map<string, number>();
  let text = "";
  for await (const chunk of control.setEncoding("utf8")) {
    text += chunk;
    for (const line of text.split("\n").slice(0, -1)) {
      const { event, socket, port } = JSON.parse(line) as { event?: string; socket?: string; port?: number };
      if (event === "listen" && socket !== undefined && port !== undefined) ports.set(socket, port);
    }
    if (ports.size === gates)
      return Array.from({ length: gates }, (_, gate) => ports.get(socketName(gate)) ?? 0);
  }
  throw new Error("workerd closed its control pipe.");
}

async function waitUntilHealthy(url: string): Promise<void> {
  const deadline = Date.now() + READY_MS;
  let last = "";
  while (Date.now() < deadline) {
    try {
      const response = await fetch(`${url}/healthz`);
      last = `${response.status} ${await response.text()}`;
      if (response.ok) return;
    } catch (error) {
      last = String(error);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`/healthz did not answer 200 within ${READY_MS} ms: ${last}`);
}
