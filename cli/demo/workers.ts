/**
 * The three Workers under `wrangler dev`, each with its own variables. A `.dev.vars` in the root would be read
 * by all three, so each gets a folder of its own, with a copy of its configuration and its secrets beside it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Child, startChild } from "./children.ts";
import { LOOPBACK } from "./ports.ts";
import { makePrivateFolder, writePrivateFile } from "./private-file.ts";
import { type Secrets, secretsOf, WORKER_NAMES, type WorkerName } from "./secrets.ts";

const CONFIGS: Readonly<Record<WorkerName, string>> = {
  gate: "wrangler.toml",
  signer: "wrangler.signer.toml",
  dispatcher: "wrangler.dispatcher.toml",
};

export interface WorkersOptions {
  readonly root: string;
  readonly home: string;
  readonly port: number;
  readonly inspectorPort: number;
  readonly secrets: Secrets;
  /** The stand-ins' origins: nothing else on this machine may be a target. */
  readonly privateOrigins: readonly string[];
}

export function startWorkers(options: WorkersOptions): Child {
  const { root, home } = options;
  const configs = WORKER_NAMES.map((worker) => writeConfig(worker, options));
  return startChild({
    name: "wrangler",
    program: process.execPath,
    args: [
      join(root, "node_modules", "wrangler", "bin", "wrangler.js"),
      "dev",
      ...configs.flatMap((config) => ["-c", config]),
      "--port",
      String(options.port),
      "--ip",
      LOOPBACK,
      "--inspector-port",
      String(options.inspectorPort),
      "--persist-to",
      join(home, "state"),
      "--show-interactive-dev-session=false",
    ],
    cwd: home,
    env: {
      CI: "true",
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      WRANGLER_SEND_METRICS: "false",
      WRANGLER_SEND_ERROR_REPORTS: "false",
      WRANGLER_HIDE_BANNER: "true",
      // Else Workers of another clone could be found under the same names.
      WRANGLER_REGISTRY_PATH: join(home, "registry"),
      WRANGLER_LOG_PATH: join(home, "wrangler-logs"),
      // wrangler's page over the gate's storage, on the gate's own port.
      X_LOCAL_EXPLORER: "false",
      X_LOCAL_OBSERVABILITY: "false",
    },
    logFile: join(home, "workers.log"),
  });
}

function writeConfig(worker: WorkerName, { root, home, secrets, privateOrigins }: WorkersOptions): string {
  const folder = join(home, worker);
  makePrivateFolder(folder);
  const config = join(folder, "wrangler.toml");
  writePrivateFile(config, withAbsoluteMain(readFileSync(join(root, CONFIGS[worker]), "utf8"), root));
  const origins = worker === "dispatcher" ? { ALLOWED_PRIVATE_ORIGINS: privateOrigins.join(",") } : {};
  const demo = worker === "gate" ? { KEY_ENV: "demo" } : {};
  writePrivateFile(
    join(folder, ".dev.vars"),
    formatVars({ ...secretsOf(worker, secrets), ...origins, ...demo }),
  );
  return config;
}

/** Paths in a configuration are relative to its folder; `main` is the only one that ours have. */
function withAbsoluteMain(toml: string, root: string): string {
  const main = /^main = "(.+)"$/m;
  if (!main.test(toml)) throw new Error("A wrangler configuration without `main`.");
  return toml.replace(main, (_, path: string) => `main = ${JSON.stringify(join(root, path))}`);
}

/** Single quotes keep a dotenv value as it is; none of ours contains one. */
const formatVars = (vars: Readonly<Record<string, string>>): string =>
  Object.entries(vars)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join("");
