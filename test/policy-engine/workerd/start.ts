/** A bare workerd with one Worker and a set of WebAssembly modules in its configuration, as a deployed Worker has them. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { build } from "esbuild";
import { findWorkerd } from "../../harness/engine.ts";

/** Linux counts in hundredths of a second. */
const TICK_MS = 10;
const COMPATIBILITY_DATE = "2026-10-01";

export interface Workerd {
  readonly url: string;
  readonly isAlive: () => boolean;
  /** Processor time that it has used, all threads, in steps of 10 ms. */
  readonly cpuMs: () => number;
  stop(): Promise<void>;
}

export async function startWorkerd(modules: readonly Uint8Array[]): Promise<Workerd> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-workerd-"));
  await build({
    entryPoints: [join(import.meta.dirname, "worker.ts")],
    outfile: join(folder, "worker.js"),
    bundle: true,
    format: "esm",
    platform: "browser",
    conditions: ["workerd", "worker", "browser"],
    external: ["./modules.js", "node:*"],
    logLevel: "error",
  });
  const names = modules.map((_, index) => `m${index}.wasm`);
  for (const [index, wasm] of modules.entries()) writeFileSync(join(folder, names[index] ?? ""), wasm);
  writeFileSync(
    join(folder, "modules.js"),
    [
      ...names.map((name, index) => `import m${index} from "./${name}";`),
      `export const modules = new Map([${names.map((_, index) => `["${index}", m${index}]`).join(", ")}]);`,
    ].join("\n"),
  );
  const config = join(folder, "config.capnp");
  writeFileSync(config, formatConfig(names));
  const child = spawn(findWorkerd(), ["serve", "--control-fd=3", config], {
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const port = await readPort(child);
  return {
    url: `http://127.0.0.1:${port}`,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    cpuMs: () => cpuMsOf(child.pid ?? 0),
    stop: async () => {
      child.kill("SIGKILL");
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** From proc(5): user and system time are the 14th and 15th field; the second, a name, may hold spaces but ends in ")". */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1)?.split(" ") ?? [];
  const ticks = Number(fields[11]) + Number(fields[12]);
  return ticks * TICK_MS;
}

function formatConfig(names: readonly string[]): string {
  const modules = [
    '(name = "worker.js", esModule = embed "worker.js")',
    '(name = "modules.js", esModule = embed "modules.js")',
    ...names.map((name) => `(name = "${name}", wasm = embed "${name}")`),
  ];
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [${modules.join(", ")}],
    compatibilityDate = "${COMPATIBILITY_DATE}",
  ))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`;
}

async function readPort(child: ChildProcess): Promise<number> {
  let text = "";
  for await (const chunk of (child.stdio[3] as Readable).setEncoding("utf8")) {
    text += chunk;
    for (const line of text.split("\n").slice(0, -1)) {
      const { event, port } = JSON.parse(line) as { event?: string; port?: number };
      if (event === "listen" && port !== undefined) return port;
    }
  }
  throw new Error("workerd did not start");
}
