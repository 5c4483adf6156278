// One policy of this folder, or one that a test writes, to WASM bytes, as yet unchecked.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assemble, type Diagnostic } from "./assemble.ts";
import { type PolicySource, root } from "./sources.ts";

/** `named`: with the functions' names, which change no code. Rejects with all that the compiler has to say. */
export function compile(policy: PolicySource, named = false): Promise<Uint8Array> {
  if (policy.raw) return compileEntry(join(policy.folder, "raw.ts"), new Map(), named);
  const entry = `sdk/entry-of-${policy.folder.replaceAll("/", "-")}.ts`;
  return compileEntry(entry, new Map([[entry, sdkEntry(policy.folder)]]), named);
}

/** The module's exports for a policy that is written with the SDK. */
export const sdkEntry = (folder: string): string =>
  readFileSync(join(root, "sdk/entry.ts"), "utf8").replace("../POLICY/", `../${folder}/`);

/** `files` come before those on the disk; all names are relative to policy-plugins/. */
export async function compileEntry(
  entry: string,
  files: ReadonlyMap<string, string>,
  named = false,
): Promise<Uint8Array> {
  const read = (file: string) => files.get(file) ?? readIfThere(join(root, file));
  const { wasm, diagnostics } = await assemble(entry, read, named ? "named" : "shipped");
  if (wasm === null) throw new Error([entry, ...diagnostics.map(described)].join("\n"));
  return wasm;
}

const described = ({ message, at }: Diagnostic): string =>
  at === null ? message : `${at.file}:${at.line}:${at.column}: ${message}`;

/** The compiler asks for many names that may not be there, and takes null for an answer. */
function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
