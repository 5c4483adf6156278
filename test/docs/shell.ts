/** Runs a page's shell blocks as its reader would: one after the other, in one shell, in one folder. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Block } from "./pages.ts";

/** The longest page compiles eight modules, each in a process of its own, and other tests run beside it. */
export const PAGE_MS = 240_000;

export interface Run {
  /** What each block printed; shorter than the blocks where one of them failed. */
  readonly printed: readonly string[];
  readonly errors: string;
  readonly code: number | null;
  readonly milliseconds: number;
}

/** A block that is a command, or that its reader puts into a file. */
export const isStep = ({ language, words }: Block): boolean =>
  (language === "sh" && words.includes("run")) || (words[0] === "write" && words.length === 2);

/** The shell's own way to write a file; no page has this line. */
const commandOf = ({ text, words }: Block): string =>
  words[0] === "write" ? `cat > '${words[1]}' <<'END OF BLOCK'\n${text}END OF BLOCK` : text;

export async function runBlocks(blocks: readonly Block[], cwd: string, env: NodeJS.ProcessEnv): Promise<Run> {
  const outputs = blocks.map((_, index) => join(cwd, `.printed-${index}`));
  // curl's answer 4xx is an answer; its own failure to get any is not.
  const script = blocks.map((block, index) => `{\n${commandOf(block)}\n} > ${outputs[index]}`).join("\n");
  const startedAt = performance.now();
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
  return { printed: outputs.flatMap(readIfThere), errors, code, milliseconds: performance.now() - startedAt };
}

function readIfThere(file: string): string[] {
  try {
    return [readFileSync(file, "utf8")];
  } catch {
    return [];
  }
}
