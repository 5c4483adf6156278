/**
 * Runs one step many times: `POST /?step=...&count=500`; `GET /` names them. The caller measures from outside, since a
 * Worker's clock stands still while it computes.
 */
import { admit } from "../../core/policy/wasm/admit.ts";
import { isolateSteps } from "./isolates.ts";
import { microSteps } from "./micro.ts";
import { policySteps } from "./policies.ts";
import { rivalSteps } from "./rivals.ts";
import type { Env, Step } from "./step.ts";

let made: Promise<Readonly<Record<string, Step>>> | null = null;

async function make(env: Env): Promise<Readonly<Record<string, Step>>> {
  return {
    ...(await policySteps()),
    ...(await rivalSteps()),
    ...(await microSteps()),
    ...(await isolateSteps(env)),
  };
}

/** The body is a module as compiled. */
function admitStep(wasm: Uint8Array): Step {
  return () => {
    const admitted = admit(wasm, { memoryPages: 2 });
    if (!admitted.ok) throw new Error(`${admitted.fault.code}: ${admitted.fault.message}`);
    return admitted.value.execId;
  };
}

async function runMany(step: Step, count: number): Promise<unknown> {
  let last: unknown;
  for (let at = 0; at < count; at++) {
    last = step();
    // A promise that need not be awaited would cost a turn.
    if (last instanceof Promise) last = await last;
  }
  return last;
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    try {
      // Of no request: a promise of one that was cancelled would never come.
      made ??= make(env);
      const steps = await made;
      if (request.method === "GET") return Response.json(Object.keys(steps));
      const query = new URL(request.url).searchParams;
      const body = new Uint8Array(await request.arrayBuffer());
      const step = query.get("step") === "admit" ? admitStep(body) : steps[query.get("step") ?? ""];
      if (step === undefined) return new Response(null, { status: 404 });
      return new Response(typeof (await runMany(step, Number(query.get("count")))));
    } catch (error) {
      return new Response(String(error instanceof Error ? error.stack : error), { status: 500 });
    }
  },
};
