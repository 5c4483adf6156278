/** Runs the body of `npm start`, as npm would, and looks at what it leaves behind. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../harness/bundle.ts";
import { wait } from "../harness/faults.ts";

const READY_MS = 60_000;

export interface DemoProcess {
  readonly process: ChildProcess;
  readonly readyMs: number;
  output(): string;
  /** Null where a signal ended it. */
  readonly exited: Promise<number | null>;
}

/** Settles when the demo has told its story, or has ended. */
export async function startDemo(home: string): Promise<DemoProcess> {
  const started = Date.now();
  const child = spawn(process.execPath, [join(ROOT, "cli", "demo", "start.ts")], {
    cwd: ROOT,
    env: { ...process.env, COUNTERSIGN_HOME: home },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
  }
  let ended = false;
  const exited = new Promise<number | null>((resolve) => {
    child.once("close", (code) => {
      ended = true;
      resolve(code);
    });
  });
  while (!ended && !output.includes("Ctrl-C stops everything")) {
    if (Date.now() - started > READY_MS) throw new Error(`The demo is not ready.\n${output}`);
    await wait(20);
  }
  return { process: child, readyMs: Date.now() - started, output: () => output, exited };
}

/** Every process below `pid`, at any depth. */
export function descendants(pid: number | undefined): number[] {
  const rows = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((row) => row.trim().split(/\s+/).map(Number));
  const found = [pid ?? Number.NaN];
  for (const parent of found) {
    for (const [child, its] of rows) if (its === parent && child !== undefined) found.push(child);
  }
  return found.slice(1);
}

/** Those of the processes that still run. */
export const alive = (pids: readonly number[]): number[] =>
  pids.filter((pid) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  });
