/**
 * Runs one program and lets nothing of it outlive its parent: `node guard.ts <program> <arguments...>`.
 *
 * wrangler starts workerd, and a killed wrangler leaves it behind. So the program runs in a process group of
 * its own, and the whole group ends when the program does, when the guard is told to stop, or when the pipe to
 * the parent closes, which the kernel sees to even where the parent was killed.
 */
import { spawn } from "node:child_process";

const GRACE_MS = 3_000;
const POLL_MS = 50;

const [program, ...args] = process.argv.slice(2);
if (program === undefined) throw new Error("Usage: node guard.ts <program> <arguments...>");

const child = spawn(program, args, { stdio: ["ignore", "inherit", "inherit"], detached: true });
let exitCode: number | undefined;
let stopping = false;

child.once("error", (error) => {
  console.error(error.message);
  process.exit(127);
});
child.once("exit", (code, signal) => {
  exitCode = code ?? 1;
  if (signal && !stopping) console.error(`${program} was ended by ${signal}.`);
  void stop();
});
process.stdin.once("close", () => void stop());
process.stdin.resume();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop());

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  const deadline = Date.now() + GRACE_MS;
  signalGroup("SIGTERM");
  while (signalGroup(0) && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  signalGroup("SIGKILL");
  process.exit(exitCode ?? 0);
}

/** False where nobody of the group is left. */
function signalGroup(signal: NodeJS.Signals | 0): boolean {
  if (child.pid === undefined) return false;
  try {
    process.kill(-child.pid, signal);
    return true;
  } catch {
    return false;
  }
}
