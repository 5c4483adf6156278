/**
 * The three Workers as `wrangler deploy` would upload them, once per state of the sources.
 *
 * dist/workers/<policies>-<hash>/<worker>/index.js, its .wasm modules, and <worker>.json: the configuration.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { buildIsolate } from "../../cli/build-isolate.ts";
import { buildVerifyPage } from "../../cli/build-verify-page.ts";
import { WORKER_NAMES, type WorkerName } from "../../cli/demo/secrets.ts";
import { readWorkerConfig, type WorkerConfig } from "./worker-config.ts";

export const ROOT = dirname(dirname(import.meta.dirname));

/** `with-fixtures` adds the hostile policies of policy-plugins/fixtures to the builtin ones. */
export type PolicySet = "builtin" | "with-fixtures";

export interface WorkerBundle {
  readonly folder: string;
  readonly config: WorkerConfig;
}
export type Bundles = Readonly<Record<WorkerName, WorkerBundle>>;

const CONFIGS: Readonly<Record<WorkerName, string>> = {
  gate: "wrangler.toml",
  signer: "wrangler.signer.toml",
  dispatcher: "wrangler.dispatcher.toml",
};
const SOURCES = [
  "core",
  "durable-objects",
  "worker",
  "dist/policies",
  "dist/isolate.ts",
  "dist/verify-page.ts",
  ...Object.values(CONFIGS),
  "package-lock.json",
  "package.json",
];
/** Older bundles kept, for a test run that still uses them. */
const KEPT = 6;

const built = new Map<string, Promise<Bundles>>();

/** `root` is another checkout or a folder of stub Workers. */
export async function bundle(policies: PolicySet, root: string = ROOT): Promise<Bundles> {
  await Promise.all([buildIsolate(root), buildVerifyPage(root)]);
  const name = `${policies}-${hashSources(root)}`;
  const folder = join(root, "dist", "workers", name);
  const found = built.get(folder) ?? build(root, folder, policies);
  built.set(folder, found);
  return found;
}

async function build(root: string, folder: string, policies: PolicySet): Promise<Bundles> {
  if (!existsSync(folder)) {
    // Built aside and moved whole, since several test processes may build at once.
    const unfinished = `${folder}.${process.pid}.new`;
    mkdirSync(unfinished, { recursive: true });
    try {
      await Promise.all(WORKER_NAMES.map((worker) => buildWorker(root, unfinished, worker, policies)));
      moveInto(unfinished, folder);
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
    }
    removeOld(dirname(folder));
  }
  const entries = WORKER_NAMES.map((worker): [WorkerName, WorkerBundle] => {
    const config = JSON.parse(readFileSync(join(folder, `${worker}.json`), "utf8")) as WorkerConfig;
    return [worker, { folder: join(folder, worker), config }];
  });
  return Object.fromEntries(entries) as Record<WorkerName, WorkerBundle>;
}

async function buildWorker(
  root: string,
  folder: string,
  worker: WorkerName,
  policies: PolicySet,
): Promise<void> {
  const config = join(root, CONFIGS[worker]);
  const alias = policies === "builtin" ? [] : ["--alias", `#policies:./dist/policies/${policies}.ts`];
  const wrangler = join(root, "node_modules", "wrangler", "bin", "wrangler.js");
  const args = [wrangler, "deploy", "--dry-run", "-c", config, "--outdir", join(folder, worker), ...alias];
  const env = {
    ...process.env,
    CI: "true",
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_HIDE_BANNER: "true",
    WRANGLER_LOG_PATH: join(root, "dist", "wrangler-logs"),
  };
  try {
    await promisify(execFile)(process.execPath, args, { cwd: root, env });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`The ${worker} Worker could not be bundled.\n${stdout}${stderr}`);
  }
  writeFileSync(join(folder, `${worker}.json`), JSON.stringify(readWorkerConfig(config), null, 2));
}

function moveInto(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    // Another process was first with the same sources, hence the same bundle.
    if (!existsSync(to)) throw error;
  }
}

function removeOld(folder: string): void {
  const bundles = readdirSync(folder)
    .filter((name) => !name.endsWith(".new"))
    .map((name) => ({ path: join(folder, name), at: statSync(join(folder, name)).mtimeMs }))
    .sort((left, right) => right.at - left.at);
  for (const { path } of bundles.slice(KEPT)) rmSync(path, { recursive: true, force: true });
}

function hashSources(root: string): string {
  const hash = createHash("sha256");
  for (const source of SOURCES) addToHash(hash, root, source);
  return hash.digest("hex").slice(0, 16);
}

function addToHash(hash: ReturnType<typeof createHash>, root: string, path: string): void {
  const full = join(root, path);
  const found = statSync(full, { throwIfNoEntry: false });
  if (found?.isDirectory()) {
    for (const name of readdirSync(full).sort()) addToHash(hash, root, join(path, name));
  } else if (found) {
    hash.update(`${path}\0${found.size}\0`).update(readFileSync(full));
  }
}
