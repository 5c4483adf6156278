/** The dispatcher's client of witnesses in a workerd of its own, called as the gate calls it. */
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import type { CosignRequest, CosignResult, Witness, WitnessesService } from "../../core/witness.ts";
import { readWorkerConfig } from "./worker-config.ts";
import { workerScript } from "./worker-script.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

const CALLER = `
export default {
  async fetch(request, env) {
    const { method, args } = await request.json();
    try {
      return Response.json({ value: await env.WITNESSES[method](...args) });
    } catch (error) {
      return Response.json({ error: error.message });
    }
  },
};`;

export interface WitnessClient extends WitnessesService {
  stop(): Promise<void>;
}

export async function startWitnessClient(
  witnesses: readonly { readonly url: string; readonly vkey: string }[],
  vars: Readonly<Record<string, string>> = {},
): Promise<WitnessClient> {
  const config = readWorkerConfig(`${ROOT}wrangler.dispatcher.toml`);
  const dispatcher = {
    name: config.name,
    modules: true,
    script: await workerScript(`export * from "./worker/dispatcher/index.ts";`),
    compatibilityDate: config.compatibilityDate,
    compatibilityFlags: [...config.compatibilityFlags],
    bindings: {
      ...config.vars,
      WITNESSES: JSON.stringify(witnesses.map(({ url, vkey }) => ({ url, vkey }))),
      ...vars,
    },
  };
  const caller = {
    name: "caller",
    modules: true,
    script: CALLER,
    compatibilityDate: config.compatibilityDate,
    serviceBindings: { WITNESSES: { name: config.name, entrypoint: "Witnesses" } },
  };
  const miniflare = new Miniflare(convertV4MiniflareOptions({ workers: [caller, dispatcher] }));
  await miniflare.ready;
  async function call<T>(method: string, ...args: readonly unknown[]): Promise<T> {
    const worker = await miniflare.getWorker("caller");
    const response = await worker.fetch("http://caller/", {
      method: "POST",
      body: JSON.stringify({ method, args }),
    });
    const answer = (await response.json()) as { value: T; error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.value;
  }
  return {
    list: () => call<readonly Witness[]>("list"),
    quorum: () => call<number>("quorum"),
    addCheckpoint: (name: string, request: CosignRequest) =>
      call<CosignResult>("addCheckpoint", name, request),
    stop: () => miniflare.dispose(),
  };
}
