/**
 * Compiles policies on a thread of its own. It is kept, since the compiler takes several times as long the first time; and it
 * can be ended: there are sources on which the compiler's optimiser never does.
 */
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Assembled, Form } from "../../policy-plugins/tools/assemble.ts";

export interface CompileRequest {
  /** Absolute. */
  readonly folder: string;
  readonly name: string;
  readonly form: Form;
}

export interface Compiled extends Assembled {
  /** SHA-256 of every source that the compiler asked for, by its name; null where there was none. */
  readonly sources: Readonly<Record<string, string | null>>;
}

/** An ordinary policy takes three seconds from a cold start. */
const COMPILE_MS_MAX = 120_000;

const ENDLESS: Compiled = {
  wasm: null,
  sourceMap: null,
  sources: {},
  diagnostics: [
    {
      error: true,
      message:
        `the compiler did not finish within ${COMPILE_MS_MAX / 1000} s. ` +
        "A function that always calls itself, and more than once, keeps its optimiser busy for ever.",
      at: null,
    },
  ],
};

let thread: Worker | undefined;
/** One at a time: the thread answers in order, and no answer says whose it is. */
let last: Promise<unknown> = Promise.resolve();

/** `limitMs` is for tests. */
export function compilePolicy(request: CompileRequest, limitMs = COMPILE_MS_MAX): Promise<Compiled> {
  const compiled = last.then(() => compileOnThread(request, limitMs));
  last = compiled.catch(() => {});
  return compiled;
}

function compileOnThread(request: CompileRequest, limitMs: number): Promise<Compiled> {
  thread ??= new Worker(join(import.meta.dirname, "compiler-thread.ts"));
  const worker = thread;
  worker.ref();
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer);
      worker.off("message", onMessage).off("error", onError);
      // An idle compiler keeps no command from ending.
      worker.unref();
    };
    const onMessage = (compiled: Compiled) => {
      done();
      resolve(compiled);
    };
    const onError = (error: Error) => {
      done();
      thread = undefined;
      reject(error);
    };
    const timer = setTimeout(() => {
      done();
      thread = undefined;
      resolve(worker.terminate().then(() => ENDLESS));
    }, limitMs);
    worker.on("message", onMessage).on("error", onError);
    worker.postMessage(request);
  });
}
