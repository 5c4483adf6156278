// What a module must be to be accepted at all (docs/spec/policy.md). The gateway's own validator is stricter and
// final; this one makes the build fail where the mistake was made.

import binaryen from "binaryen";
import { compileWasm } from "./wasm-module.ts";

const importsAllowed: Record<string, readonly string[]> = {
  "extism:host/env": [
    "input_length",
    "input_load_u8",
    "input_load_u64",
    "length",
    "alloc",
    "free",
    "load_u8",
    "load_u64",
    "store_u8",
    "store_u64",
    "output_set",
    "error_set",
  ],
  "countersign:host/env": ["input_read"],
};

const exportsExpected = "__cs_rc:global configure:function evaluate:function memory:memory";

/** What is wrong with it; nothing: an empty list. */
export function checkModule(wasm: Uint8Array): string[] {
  const module = compileWasm(wasm);
  const faults: string[] = [];
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    const names = Object.hasOwn(importsAllowed, from) ? importsAllowed[from] : undefined;
    if (!names?.includes(name)) faults.push(`imports ${from}.${name}`);
  }
  const exports = WebAssembly.Module.exports(module)
    .map(({ name, kind }) => `${name}:${kind}`)
    .sort()
    .join(" ");
  if (exports !== exportsExpected) faults.push(`exports ${exports}`);
  const text = textOf(wasm);
  const float = /\(?\bf(32|64)\b[^\n]*/.exec(text);
  if (float) faults.push(`uses floats: ${float[0]}`);
  if (startDoesMore(text)) faults.push("has a start function that does more than set globals");
  return faults;
}

/** Instructions only: strings in data segments could look like any of them. */
function textOf(wasm: Uint8Array): string {
  const module = binaryen.readBinary(wasm);
  try {
    return module.emitText().replace(/^ \(data .*$/gm, "");
  } finally {
    module.dispose();
  }
}

/**
 * asc sets the allocator's first address in a start function. Anything else there would be work done before a
 * caller can meter it or see it fail: a global that is not a constant, say.
 */
function startDoesMore(text: string): boolean {
  const name = /^ \(start (\S+)\)/m.exec(text)?.[1];
  if (name === undefined) return false;
  const begin = text.indexOf(`\n (func ${name}`);
  const body = text
    .slice(begin + 1, text.indexOf("\n )", begin + 1))
    .split("\n")
    .slice(1);
  return !body.every((line) => /^ +(\(global\.set \S+|\(i32\.const \d+\)|\))$/.test(line));
}
