// A thread that compiles whatever it is sent, one after the other. asc itself is single-threaded.

import { parentPort } from "node:worker_threads";
import { compile } from "./compile.ts";
import type { PolicySource } from "./sources.ts";

export type Compiled = { folder: string; wasm: Uint8Array } | { folder: string; fault: string };

parentPort?.on("message", async (policy: PolicySource) => {
  let answer: Compiled;
  try {
    answer = { folder: policy.folder, wasm: await compile(policy) };
  } catch (error) {
    answer = { folder: policy.folder, fault: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(answer);
});
