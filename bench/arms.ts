/** What is measured side by side: Countersign's clearing route, the bare route, and the floors below both. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "../cli/client.ts";
import { SURFACES } from "../cli/demo/tenant.ts";
import { bind, createBundle } from "../cli/tenant-setup.ts";
import { ROOT } from "../test/harness/bundle.ts";
import { startEngine } from "../test/harness/engine.ts";
import { createTestTenant, type TestTenant } from "../test/harness/tenant.ts";
import { BODY, SUBMISSION } from "./action.ts";
import type { Route } from "./client.ts";
import { publishShipped } from "./publish.ts";
import { startBenchWorker } from "./workerd.ts";

export const ARMS = {
  gate: "Countersign, with Idempotency-Key",
  gateKeyless: "Countersign, without",
  bare: "bare: one call, one insert",
  call: "floor: one empty call",
  noop: "floor: no call",
  loaded: "Countersign, policies published, with Idempotency-Key",
  against: "Countersign of --against, with Idempotency-Key",
} as const;
export type Arm = keyof typeof ARMS;

/** `pid`: the workerd that answers. */
export type ArmRoute = Route & { readonly pid: number };

export interface Arms {
  readonly routes: ReadonlyMap<Arm, ArmRoute>;
  /** Of the gate, and workerd's process id. */
  readonly gate: { readonly url: string; readonly pid: number; readonly tenant: TestTenant };
  stop(): Promise<void>;
}

/** `against`: another checkout, to be measured in turn with this one. */
export async function startArms(against: string | undefined): Promise<Arms> {
  const stateDir = mkdtempSync(join(tmpdir(), "countersign-bench-"));
  const bare = await startBenchWorker("bare", join(stateDir, "bare"));
  const gate = await startGate(ROOT, join(stateDir, "gate"));
  const other = against === undefined ? null : await startGate(against, join(stateDir, "against"));
  const bareRoute = (path: string): ArmRoute => ({
    pid: bare.pid,
    port: bare.port,
    path,
    headers: { "content-type": "application/json" },
    body: BODY,
    uniqueKeys: false,
  });
  return {
    gate,
    routes: new Map<Arm, ArmRoute>([
      ["gate", { ...gate.route, uniqueKeys: true }],
      ["bare", bareRoute("/insert")],
      ...(gate.loaded ? ([["loaded", { ...gate.loaded, uniqueKeys: true }]] as const) : []),
      ...(other ? ([["against", { ...other.route, uniqueKeys: true }]] as const) : []),
      ["gateKeyless", gate.route],
      ["call", bareRoute("/call")],
      ["noop", bareRoute("/noop")],
    ]),
    stop: async () => {
      await Promise.all([bare.stop(), gate.stop(), other?.stop()]);
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

async function startGate(root: string, stateDir: string) {
  const engine = await startEngine({ root, stateDir });
  const { url, pid, stop } = engine;
  const place = { url, bootstrapToken: engine.secrets.BOOTSTRAP_TOKEN };
  const tenant = await createTestTenant({ ...place, name: "bench" });
  const routeOf = async ({ keys }: TestTenant): Promise<ArmRoute> => {
    await checkAllowed(url, keys.app);
    return {
      pid,
      port: engine.port,
      path: "/v1/gate/outbound",
      headers: { "content-type": "application/json", authorization: `Bearer ${keys.app}` },
      body: BODY,
      uniqueKeys: false,
    };
  };
  // The checkout of --against is only measured with the policies of its build.
  const loaded =
    root === ROOT
      ? await routeOf(await withPublished(await createTestTenant({ ...place, name: "loaded" })))
      : null;
  return { url, pid, tenant, route: await routeOf(tenant), loaded, stop };
}

/** The same policies and settings, all of them the tenant's own. */
async function withPublished(tenant: TestTenant): Promise<TestTenant> {
  const policies = await publishShipped(tenant.admin);
  const bundle = await createBundle(tenant.admin, { name: "published", version: "1.0.0", policies });
  for (const surface of SURFACES) await bind(tenant.admin, surface, bundle, "enforce");
  return tenant;
}

/** What is measured is an allow after the reader and three policies, with a receipt: anything else would flatter. */
async function checkAllowed(url: string, key: string): Promise<void> {
  const { status, body } = await createClient(url, key).submit(SUBMISSION);
  const receipt = Buffer.from(body.receipt?.payload ?? "", "base64").toString();
  const { policies } = (receipt === "" ? {} : JSON.parse(receipt).entry.body) as { policies?: unknown[] };
  if (status !== 200 || body.decision !== "allow" || policies?.length !== 4)
    throw new Error(`The action is not allowed by four policies: ${status} ${JSON.stringify(body)}`);
}
