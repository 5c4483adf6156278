/** Does something again whenever a file of a policy changes. */
import { watch } from "node:fs";
import { sep } from "node:path";
import { EXIT, type Output, UsageError } from "../output.ts";
import { warmCompiler } from "./build.ts";
import { readFolder } from "./folder.ts";

/** Editors write a file in several steps, a formatter writes it once more. */
const QUIET_MS = 40;

/** What the tools write themselves, and what is not the policy's. */
const IGNORED = /^(build|node_modules|\..*)$|~$|\.sw[a-z]$/;

/** Until Ctrl+C. What goes wrong is told, and the next change is waited for. */
export async function watchPolicy(output: Output, path: string, task: () => Promise<void>): Promise<void> {
  let first = true;
  const attempt = async (run: () => Promise<void>) => {
    try {
      await run();
    } catch (error) {
      // A manifest or case that is being typed is not JSON for a while.
      if (!(error instanceof UsageError)) throw error;
      output.error(`countersign: ${error.message}`);
    }
  };
  await watchFolder(path, async () => {
    await attempt(task);
    if (first) {
      await attempt(async () => warmCompiler(await readFolder(path)));
      output.line(output.dim("Watching for changes; Ctrl+C ends it."));
    }
    first = false;
    // How the last build ended is no outcome of a watch.
    process.exitCode = EXIT.ok;
  });
}

/**
 * Calls `task` now and after each change, one call at a time; changes that come while it runs make one more. Ends when the
 * process is interrupted, or `signal` says so.
 */
async function watchFolder(
  folder: string,
  task: () => Promise<void>,
  signal: AbortSignal = interrupted(),
): Promise<void> {
  let wake = () => {};
  let changed = true;
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(folder, { recursive: true }, (_event, file) => {
    if (file?.split(sep).some((part) => IGNORED.test(part))) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      changed = true;
      wake();
    }, QUIET_MS);
  });
  signal.addEventListener("abort", () => wake(), { once: true });
  try {
    while (!signal.aborted) {
      if (changed) {
        changed = false;
        await task();
        continue;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (changed || signal.aborted) resolve();
      });
    }
  } finally {
    clearTimeout(timer);
    watcher.close();
  }
}

/** Ctrl+C ends a watch, and that is no failure. */
function interrupted(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => controller.abort());
  return controller.signal;
}
