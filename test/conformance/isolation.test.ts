/** What an isolate of published policies has, and what it does not: the gate's things, a way out, another tenant's state. */
import { createServer } from "node:net";
import { join } from "node:path";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compatibilityDate } from "../../dist/isolate.ts";
import { ROOT } from "../harness/bundle.ts";
import { createTestTenant } from "../harness/tenant.ts";
import { readWorkerConfig } from "../harness/worker-config.ts";
import { counting, publish, textPolicy } from "./published.ts";
import { createWorld, type World } from "./world.ts";

/** Stands in the gate's place: it has a secret, and loads as the gate does, but a main module of the test's. */
const LOADING = `
import { isolateCode } from "./worker/evaluate/loader.ts";
globalThis.canary = "the gate's";
export default {
  async fetch(request, env) {
    const { main, wasm, port } = await request.json();
    if (port) return Response.json(await fetch("http://127.0.0.1:" + port).then(() => 1, () => 0));
    const modules = new Map([["sha256:00", Uint8Array.from(wasm)]]);
    const worker = env.LOADER.get("probe", () => isolateCode(main, [{ execId: "sha256:00", settings: "{}" }], modules));
    return Response.json({ gate: Object.keys(env).sort(), ...(await worker.getEntrypoint("Probe").report()) });
  },
};`;

const probe = (port: number) => `
import { env, WorkerEntrypoint } from "cloudflare:workers";
import { connect } from "cloudflare:sockets";
import { policies } from "./bundle.js";
const tried = async (work) => {
  try { return "did: " + JSON.stringify(await work()); } catch (error) { return "refused: " + error.message; }
};
const bytes = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
export class Probe extends WorkerEntrypoint {
  async report() {
    return {
      env: [...Object.keys(this.env), ...Object.keys(env), ...Object.keys(globalThis.process?.env ?? {})],
      exports: Object.keys(this.ctx.exports ?? {}),
      canary: globalThis.canary ?? null,
      modules: policies.map(({ execId, module }) => [execId, module instanceof WebAssembly.Module]),
      fetched: await tried(async () => (await fetch("http://127.0.0.1:${port}/")).status),
      connected: await tried(async () => { await connect("127.0.0.1:${port}").opened; return true; }),
      socket: await tried(() => new Promise((resolve, reject) => {
        const socket = new WebSocket("ws://127.0.0.1:${port}/");
        socket.addEventListener("open", () => resolve("open"));
        socket.addEventListener("error", (event) => reject(new Error(event.message ?? "error")));
      })),
      cached: await tried(async () => {
        await caches.default.put("http://x/", new Response("x", { headers: { "cache-control": "max-age=60" } }));
        return (await caches.default.match("http://x/"))?.text();
      }),
      evaluated: await tried(() => (0, eval)("1 + 1")),
      compiled: await tried(() => { new WebAssembly.Module(bytes); return true; }),
    };
  }
}`;

describe("an isolate, loaded as the gate loads it", () => {
  let miniflare: Miniflare;
  let report: Record<string, unknown>;
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const { outputFiles } = await build({
      stdin: { contents: LOADING, resolveDir: ROOT, loader: "ts" },
      bundle: true,
      write: false,
      format: "esm",
      target: "es2024",
      external: ["cloudflare:*", "node:*"],
    });
    const config = readWorkerConfig(join(ROOT, "wrangler.toml"));
    expect(compatibilityDate).toBe(config.compatibilityDate);
    miniflare = new Miniflare(
      convertV4MiniflareOptions({
        modules: true,
        script: outputFiles[0]?.text ?? "",
        compatibilityDate,
        compatibilityFlags: [...config.compatibilityFlags],
        bindings: { BOOTSTRAP_TOKEN: "secret" },
        workerLoaders: { LOADER: {} },
      }),
    );
    const body = JSON.stringify({ main: probe(port), wasm: [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0] });
    const response = await miniflare.dispatchFetch("http://x/", { method: "POST", body });
    report = (await response.json()) as Record<string, unknown>;
  }, 60_000);
  afterAll(async () => {
    await miniflare?.dispose();
    server.close();
  });

  it("has its modules, and nothing of the gate's", () => {
    expect(report.gate).toEqual(["BOOTSTRAP_TOKEN", "LOADER"]);
    expect(report).toMatchObject({ env: [], canary: null, modules: [["sha256:00", true]] });
    expect(report.exports).toEqual(["Probe"]);
  });

  it.each(["fetched", "connected", "socket", "cached", "evaluated", "compiled"])("cannot have %s", (what) => {
    expect(report[what]).toMatch(/^refused: /);
  });

  it("reached nobody, where the gate itself could", async () => {
    expect(connections).toBe(0);
    const { port } = server.address() as { port: number };
    await miniflare.dispatchFetch("http://x/", { method: "POST", body: JSON.stringify({ port }) });
    expect(connections).toBe(1);
  });
});

describe("two tenants that publish the same module", () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  }, 60_000);
  afterAll(() => world?.close());

  it("never see what is left of the other's call, nor of their own", async () => {
    const { BOOTSTRAP_TOKEN: bootstrapToken } = world.engine.secrets;
    const tenants = [
      world.tenant,
      await createTestTenant({ url: world.engine.url, bootstrapToken, name: "second" }),
    ];
    // Grown memory is not put back as it was but thrown away, so that both ways are seen.
    const growing = textPolicy(
      "growing",
      `(if (i32.gt_u (memory.size) (i32.const 2)) (then (call $fired)) (else (call $nothing)))
       (drop (memory.grow (i32.const 1)))
       (i32.const 0)`,
    );
    for (const { admin } of tenants) {
      const ids = [];
      for (const source of [counting("counting"), growing]) ids.push((await publish(admin, source)).policy);
      const policies = ids.map((policy) => ({ policy, settings: {} }));
      const { bundle } = await admin.expect<{ bundle: string }>("POST", "/v1/bundles", {
        name: "canaries",
        version: "1.0.0",
        policies,
      });
      await admin.expect("PUT", "/v1/bindings/canary", { bundle, mode: "enforce" });
    }
    const answers = [];
    for (let round = 0; round < 10; round++) {
      for (const { app } of tenants) {
        const calls = Array.from({ length: 4 }, () =>
          app.submit({ action: { surface: "canary", payload: {} } }),
        );
        answers.push(...(await Promise.all(calls)));
      }
    }
    expect(answers.flatMap(({ body }) => body.findings)).toEqual([]);
    expect(new Set(answers.map(({ body }) => body.decision))).toEqual(new Set(["allow"]));
    expect(answers).toHaveLength(80);
  }, 60_000);
});
