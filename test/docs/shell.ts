/** Runs a page's shell blocks as its reader would: one after the other, in one shell, in one folder. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Block } from "./pages.ts";

const PAGE_MS = 60_000;

export interface Run {
  /** What each block printed; shorter than the blocks where one of them failed. */
  readonly printed: readonly string[];
  readonly errors: string;
  readonly code: number | null;
}

export async function runBlocks(blocks: readonly Block[], cwd: string, env: NodeJS.ProcessEnv): Promise<Run> {
  const outputs = blocks.map((_, index) => join(cwd, `.printed-${index}`));
  // curl's answer 4xx is an answer; its own failure to get any is not.
  const script = blocks.map(({ text }, index) => `{\n${text}\n} > ${outputs[index]}`).join("\n");
  const child = spawn("bash", ["-euo", "pipefail", "-c", script], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk;
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), PAGE_MS);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  clearTimeout(timer);
  return { printed: outputs.flatMap(readIfThere), errors, code };
}

function readIfThere(file: string): string[] {
  try {
    return [readFileSync(file, "utf8")];
  } catch {
    return [];
  }
}
