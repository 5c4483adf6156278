/** The thread that compiles: see compiler.ts. */
import { parentPort } from "node:worker_threads";
import { sha256Hex } from "../../core/hash.ts";
import { assemble, policySources } from "../../policy-plugins/tools/assemble.ts";
import type { Compiled, CompileRequest } from "./compiler.ts";

parentPort?.on("message", async ({ folder, form, name }: CompileRequest) => {
  const { entry, read } = policySources(folder, name);
  const sources: Record<string, string | null> = {};
  const assembled = await assemble(
    entry,
    (file) => {
      const text = read(file);
      sources[file] = text === null ? null : sha256Hex(text);
      return text;
    },
    form,
  );
  parentPort?.postMessage({ ...assembled, sources } satisfies Compiled);
});
