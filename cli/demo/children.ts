/** Child processes of the demo, each behind guard.ts, with their output in a log file. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";

const GUARD = join(import.meta.dirname, "guard.ts");
const TAIL_LINES = 25;

export interface Child {
  readonly name: string;
  readonly logFile: string;
  /** Settles when the child and all its own children are gone. */
  readonly gone: Promise<number>;
  stop(): Promise<void>;
  /** The end of its output, for a report. */
  tail(): string;
}

export interface ChildOptions {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
}

export function startChild(options: ChildOptions): Child {
  const log = openSync(options.logFile, "w", 0o600);
  // Detached, so that a Ctrl-C in the terminal reaches the parent alone, which then ends everything in order.
  const guard: ChildProcess = spawn(process.execPath, [GUARD, options.program, ...options.args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["pipe", log, log],
    detached: true,
  });
  closeSync(log);
  const gone = new Promise<number>((resolve) => {
    guard.once("error", () => resolve(127));
    guard.once("exit", (code) => resolve(code ?? 1));
  });
  return {
    name: options.name,
    logFile: options.logFile,
    gone,
    async stop() {
      guard.stdin?.end();
      await gone;
    },
    tail: () => readFileSync(options.logFile, "utf8").trimEnd().split("\n").slice(-TAIL_LINES).join("\n"),
  };
}
