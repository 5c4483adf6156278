/** `countersign policy` as its user runs it: a process of its own, on a folder outside of this repository. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SHIM = join(import.meta.dirname, "../../cli/countersign.mjs");

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Options {
  readonly cwd?: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const environment = (env: Options["env"] = {}): NodeJS.ProcessEnv => ({
  ...process.env,
  NO_COLOR: "1",
  ...env,
});

export function policy(args: readonly string[], { cwd, input, env }: Options = {}): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SHIM, "policy", ...args], {
    cwd,
    input,
    env: environment(env),
    encoding: "utf8",
  });
  return { code: status, out: stdout, err: stderr };
}

export interface Running {
  /** All that was printed, to both. */
  readonly printed: () => string;
  /** Resolves once what is printed after `from` characters matches; rejects after some seconds. */
  until(pattern: RegExp, from: number): Promise<RegExpExecArray>;
  /** The exit code after Ctrl+C. */
  stop(): Promise<number | null>;
}

const UNTIL_MS = 30_000;

export function startPolicy(args: readonly string[], { cwd, env }: Options = {}): Running {
  const child = spawn(process.execPath, [SHIM, "policy", ...args], { cwd, env: environment(env) });
  let text = "";
  const waiting = new Set<() => void>();
  const hear = (chunk: Buffer) => {
    text += chunk;
    for (const look of waiting) look();
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return {
    printed: () => text,
    until: (pattern, from) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`${pattern} was not printed:\n${text.slice(from)}`));
        }, UNTIL_MS);
        const look = () => {
          const found = pattern.exec(text.slice(from));
          if (found === null) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    stop: () => {
      child.kill("SIGINT");
      return ended;
    },
  };
}

export interface Workshop {
  readonly path: (...parts: string[]) => string;
  /** Writes below it; what is neither text nor bytes, as JSON. */
  write(file: string, content: unknown): string;
  remove(): void;
}

export function makeWorkshop(): Workshop {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "countersign-policy-")));
  const path = (...parts: string[]) => join(root, ...parts);
  return {
    path,
    write(file, content) {
      const asIs = typeof content === "string" || content instanceof Uint8Array;
      writeFileSync(path(file), asIs ? content : JSON.stringify(content));
      return path(file);
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
