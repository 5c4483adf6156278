// One policy's AssemblyScript to checked WASM bytes.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";
import { checkModule } from "./check-module.ts";
import { type PolicySource, root } from "./sources.ts";

/**
 * - stub: a bump allocator; an instance lives for one action, so nothing is ever freed.
 * - 2 pages hold an ordinary action without growing; 256 are what the profile allows.
 * - abort: without an alias asc imports `env.abort`, which the contract forbids.
 */
export const options = [
  "-O3",
  "--converge",
  "--runtime",
  "stub",
  "--initialMemory",
  "2",
  "--maximumMemory",
  "256",
  "--use",
  "abort=sdk/abort/policyAbort",
];

export async function compile(policy: PolicySource): Promise<Uint8Array> {
  const virtualEntry = `sdk/entry-of-${policy.folder.replaceAll("/", "-")}.ts`;
  const entry = policy.raw ? join(policy.folder, "raw.ts") : virtualEntry;
  let wasm: Uint8Array | undefined;
  let report = "";
  const write = {
    write(chunk: string | Uint8Array) {
      report += chunk.toString();
    },
  };
  const { error } = await asc.main([entry, "--outFile", "policy.wasm", ...options], {
    stdout: write,
    stderr: write,
    readFile: (file) => {
      if (file === virtualEntry) {
        return readFileSync(join(root, "sdk/entry.ts"), "utf8").replace("../POLICY/", `../${policy.folder}/`);
      }
      // asc asks for many names that may not be there, and takes null for an answer.
      try {
        return readFileSync(join(root, file), "utf8");
      } catch {
        return null;
      }
    },
    writeFile: (_file, contents) => {
      if (typeof contents !== "string") wasm = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || wasm === undefined) throw new Error(`${policy.folder}: ${error?.message}\n${report}`);
  const faults = checkModule(wasm);
  if (faults.length > 0) throw new Error(`${policy.folder}: ${faults.join("; ")}`);
  return wasm;
}
