// AssemblyScript to WASM bytes, wherever the policy lies: the part of the build that the command line shares.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";

/** The folder of the SDK. Whatever a policy imports as `countersign/sdk` or `../sdk/index` is read from here. */
export const SDK_FOLDER = join(import.meta.dirname, "../sdk");

/**
 * - stub: a bump allocator; what an action allocates is gone when the host restores the memory, so nothing is ever freed.
 * - 64 pages are what the profile allows; with how many it starts, the manifest says and the meter sets.
 * - abort: without an alias asc imports `env.abort`, which the contract forbids.
 */
export const options = ["--runtime", "stub", "--maximumMemory", "64", "--use", "abort=sdk/abort/policyAbort"];

/** Without --converge, which takes half as long again and changes their fuel by less than 0.02 %, and their time within noise. */
export const OPTIMISED = ["-O3"];
const MAPPED = ["--debug", "--sourceMap"];

/** What the compiler has to say, as it says it; null where it points at nothing in a source. */
export interface Diagnostic {
  readonly error: boolean;
  readonly message: string;
  readonly at: { readonly file: string; readonly line: number; readonly column: number } | null;
}

export interface Assembled {
  /** Null where it did not compile: then one of the diagnostics is an error. */
  readonly wasm: Uint8Array | null;
  /** Version 3; null unless asked for. */
  readonly sourceMap: string | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Answers the text of a source by the compiler's name for it, or null: it asks for many that may not be there. */
export type ReadSource = (file: string) => string | null;

/**
 * - shipped: what is published and run.
 * - named: the same code with functions' names and a source map.
 * - plain: as written, nothing optimised away or inlined, with names and map: every place is the author's own.
 */
export type Form = "shipped" | "named" | "plain";

export async function assemble(entry: string, read: ReadSource, form: Form = "shipped"): Promise<Assembled> {
  // It takes a while to load, and most commands never need it.
  const { main } = (await import(COMPILER)) as Compiler;
  const texts = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  let wasm: Uint8Array | null = null;
  let sourceMap: string | null = null;
  let noise = "";
  const write = {
    write(chunk: string | Uint8Array) {
      noise += chunk.toString();
    },
  };
  const chosen = [...(form === "plain" ? [] : OPTIMISED), ...options, ...(form === "shipped" ? [] : MAPPED)];
  const { error } = await main([entry, "--outFile", "policy.wasm", ...chosen], {
    stdout: write,
    stderr: write,
    readFile: (file) => {
      const text = read(file);
      if (text !== null) texts.set(posix.normalize(file), text);
      return text;
    },
    writeFile: (_file, contents) => {
      if (typeof contents === "string") sourceMap = contents;
      else wasm = contents;
    },
    listFiles: () => [],
    reportDiagnostic: ({ category, message, range }) => {
      const file = range?.source?.normalizedPath ?? null;
      const text = file === null ? undefined : texts.get(file);
      const at =
        file === null || text === undefined ? null : { file, ...lineAndColumn(text, range?.start ?? 0) };
      diagnostics.push({ error: category === ERROR, message, at });
    },
  });
  if (error !== null && !diagnostics.some((diagnostic) => diagnostic.error)) {
    diagnostics.push({ error: true, message: `${error.message}\n${noise}`.trim(), at: null });
  }
  return { wasm: error === null ? wasm : null, sourceMap, diagnostics };
}

/** Not a literal, since the package's own types declare a global console that is not Node's. */
const COMPILER: string = "assemblyscript/asc";

/** Of its interface what is used here. */
interface Compiler {
  main(
    argv: readonly string[],
    options: {
      readonly stdout: { write(chunk: string | Uint8Array): void };
      readonly stderr: { write(chunk: string | Uint8Array): void };
      readonly readFile: (file: string) => string | null;
      readonly writeFile: (file: string, contents: string | Uint8Array) => void;
      readonly listFiles: () => string[];
      readonly reportDiagnostic: (diagnostic: {
        readonly category: number;
        readonly message: string;
        readonly range: {
          readonly start: number;
          readonly source: { readonly normalizedPath: string } | null;
        } | null;
      }) => void;
    },
  ): Promise<{ readonly error: Error | null }>;
}

/** asc's DiagnosticCategory.Error. */
const ERROR = 3;

/** Both from 1, as editors count; `offset` in UTF-16 code units. */
function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}

/** `countersign/sdk` is no package to the compiler: a source of this name stands for a file of the SDK. */
const SDK_SPECIFIER = /^node_modules\/countersign\/sdk(?:\/(.+))?\.ts$/;

/**
 * The sources of a policy in any folder, as the compiler sees them: `<name>/` is the folder, `sdk/` the SDK, and all else
 * lies beside the folder. So a policy comes out as the same bytes wherever it is built.
 */
export function policySources(
  folder: string,
  name: string,
): { readonly entry: string; readonly read: ReadSource } {
  const entry = `sdk/entry-of-${name}.ts`;
  const read = (file: string): string | null => {
    // An asconfig.json would change what the same sources come out as.
    if (!file.endsWith(".ts")) return null;
    if (file === entry) return entrySource(name);
    const sdkFile = SDK_SPECIFIER.exec(file);
    if (sdkFile !== null) return sdkAlias(sdkFile[1]);
    if (file.startsWith("sdk/")) return readText(join(SDK_FOLDER, file.slice("sdk/".length)));
    const path = file.startsWith(`${name}/`)
      ? join(folder, file.slice(name.length + 1))
      : join(dirname(folder), file);
    const inSdk = relative(SDK_FOLDER, path);
    // Under a second name it would be a second SDK, whose findings nobody writes.
    return inSdk.startsWith("..")
      ? readText(path)
      : `export * from "countersign/sdk/${inSdk.replace(/\.ts$/, "")}";\n`;
  };
  return { entry, read };
}

const entrySource = (name: string): string =>
  readFileSync(join(SDK_FOLDER, "entry.ts"), "utf8").replace("../POLICY/", `../${name}/`);

/** `module` is what follows `countersign/sdk/`. */
function sdkAlias(module: string | undefined): string | null {
  if (module === undefined) return 'export * from "../../sdk/index";\n';
  return existsSync(join(SDK_FOLDER, `${module}.ts`)) ? `export * from "../../../sdk/${module}";\n` : null;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
