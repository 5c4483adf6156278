/**
 * Signer and dispatcher in a real workerd, joined as their wrangler files say, with a caller in the gate's place that
 * hands on calls from the test. Each Worker gets an extra entrypoint, `Probe`, which sees the environment as the Worker's
 * own code does; nothing else is added.
 */
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_readConfig as readConfig } from "wrangler";
import type { SealRequest, SealResult, SendOrder, SendResult } from "../../core/dispatch.ts";
import { type Envelope, envelopeOf, type Signature, type StatementKind } from "../../core/dsse.ts";
import type { PublishedJwk } from "../../core/keys.ts";
import { workerScript } from "../harness/worker-script.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

const PROBE = `
import { WorkerEntrypoint } from "cloudflare:workers";
export class Probe extends WorkerEntrypoint { names() { return Object.keys(this.env).sort(); } }`;

/** Beside the dispatcher's own code: the same `post`, with limits short enough for a test. */
const DISPATCHER_PROBE = `
import { WorkerEntrypoint } from "cloudflare:workers";
import { post } from "./worker/dispatcher/transports/post.ts";
import { utf8 } from "./core/encoding.ts";
import { verifyEd25519 } from "./core/dsse.ts";
export class Probe extends WorkerEntrypoint {
  names() { return Object.keys(this.env).sort(); }
  post(endpoint, limits) { return post({ endpoint, mediaType: "text/plain", body: "x" }, {}, limits); }
  async verify(jwk, signature, signed) {
    const key = await crypto.subtle.importKey("jwk", jwk, "Ed25519", true, ["verify"]);
    const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    return verifyEd25519(key, bytes(signature), bytes(signed));
  }
}`;

const CALLER = `
import { WorkerEntrypoint } from "cloudflare:workers";
export class Evaluator extends WorkerEntrypoint {}
export default {
  async fetch(request, env) {
    const { binding, method, args } = await request.json();
    if (binding === null) return Response.json({ value: Object.keys(env).sort() });
    if (method === "fetch") return Response.json({ value: (await env[binding].fetch("http://x/")).status });
    try {
      return Response.json({ value: await env[binding][method](...args) });
    } catch (error) {
      return Response.json({ error: error.message });
    }
  },
};`;

const workerSource = (path: string, probe: string): string =>
  `export * from "./${path}"; export { default } from "./${path}";${probe}`;

/** The part of a wrangler file that makes a Worker's environment. */
interface WranglerFile {
  readonly name?: string | undefined;
  readonly compatibility_date?: string | undefined;
  readonly compatibility_flags: string[];
  readonly vars: Readonly<Record<string, unknown>>;
  readonly durable_objects: {
    readonly bindings: readonly { readonly name: string; readonly class_name: string }[];
  };
  readonly services?: readonly {
    readonly binding: string;
    readonly service: string;
    readonly entrypoint?: string | undefined;
  }[];
}

/** A Worker as its wrangler file describes it. Secrets are given here: no `.dev.vars` of a developer is read. */
function configured(file: string, script: string, secrets: Record<string, string> = {}) {
  const config: WranglerFile = readConfig({ config: `${ROOT}${file}` });
  return {
    name: config.name ?? file,
    modules: true,
    script,
    compatibilityDate: config.compatibility_date ?? "",
    compatibilityFlags: config.compatibility_flags,
    bindings: { ...config.vars, ...secrets } as Record<string, string>,
    durableObjects: Object.fromEntries(
      config.durable_objects.bindings
        .filter(({ class_name }) => script.includes(class_name))
        .map(({ name, class_name }) => [name, { className: class_name, useSQLite: true }]),
    ),
    serviceBindings: Object.fromEntries(
      (config.services ?? []).map(({ binding, service, entrypoint }) => [
        binding,
        { name: service, ...(entrypoint && { entrypoint }) },
      ]),
    ),
  };
}

export interface Secrets {
  readonly RECEIPT_SIGNING_KEY: string;
  readonly CHECKPOINT_SIGNING_KEY: string;
  readonly SEALING_KEY: string;
}

export async function startWorkers({ SEALING_KEY, ...signing }: Secrets, privateOrigins: string) {
  const signer = configured(
    "wrangler.signer.toml",
    await workerScript(workerSource("worker/signer/index.ts", PROBE)),
    signing,
  );
  const dispatcherCode = await workerScript(workerSource("worker/dispatcher/index.ts", DISPATCHER_PROBE));
  const production = configured("wrangler.dispatcher.toml", dispatcherCode, { SEALING_KEY });
  const dispatcher = {
    ...production,
    bindings: { ...production.bindings, ALLOWED_PRIVATE_ORIGINS: privateOrigins },
  };
  // The gate's own code is not under test: what counts is what its wrangler file lets it see.
  const gate = configured("wrangler.toml", CALLER);
  const tester = {
    ...gate,
    name: "tester",
    bindings: {},
    serviceBindings: {
      ...gate.serviceBindings,
      ORPHAN: { name: "orphan", entrypoint: "Dispatcher" },
      BROKEN_KEYS: { name: "broken", entrypoint: "Keys" },
      PRODUCTION: { name: "production", entrypoint: "Dispatcher" },
      SIGNER_DEFAULT: { name: signer.name },
      DISPATCHER_DEFAULT: { name: dispatcher.name },
      SIGNER_PROBE: { name: signer.name, entrypoint: "Probe" },
      DISPATCHER_PROBE: { name: dispatcher.name, entrypoint: "Probe" },
    },
  };
  /** A signer whose secret is damaged, and a dispatcher that depends on it. */
  const broken = { ...signer, name: "broken", bindings: { ...signing, RECEIPT_SIGNING_KEY: "{damaged" } };
  const orphan = {
    ...dispatcher,
    name: "orphan",
    serviceBindings: { KEYS: { name: "broken", entrypoint: "Keys" } },
  };
  const workers = [tester, gate, signer, dispatcher, { ...production, name: "production" }, broken, orphan];
  const miniflare = new Miniflare(convertV4MiniflareOptions({ workers }));
  await miniflare.ready;

  async function ask<T>(
    worker: string,
    call: { binding: string | null; method?: string; args?: readonly unknown[] },
  ): Promise<T> {
    const caller = await miniflare.getWorker(worker);
    const response = await caller.fetch("http://caller/", {
      method: "POST",
      body: JSON.stringify({ args: [], ...call }),
    });
    const answer = (await response.json()) as { value: T; error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.value;
  }
  const call = <T>(binding: string, method: string, ...args: readonly unknown[]) =>
    ask<T>("tester", { binding, method, args });

  return {
    sign: async (kind: string, statement: string): Promise<Envelope> =>
      envelopeOf(kind as StatementKind, statement, await call<Signature>("SIGNER", "sign", kind, statement)),
    keys: () => call<PublishedJwk[]>("KEYS", "list"),
    seal: (request: SealRequest) => call<SealResult>("DISPATCHER", "seal", request),
    send: (order: unknown) => call<SendResult>("DISPATCHER", "send", order as SendOrder),
    privateOrigins: () => call<string[]>("DISPATCHER", "privateOrigins"),
    /** The dispatcher exactly as its wrangler file has it: no private origin allowed. */
    production: {
      seal: (request: SealRequest) => call<SealResult>("PRODUCTION", "seal", request),
      send: (order: SendOrder) => call<SendResult>("PRODUCTION", "send", order),
    },
    gateNames: () => ask<string[]>(gate.name, { binding: null }),
    call,
    stop: () => miniflare.dispose(),
  };
}
