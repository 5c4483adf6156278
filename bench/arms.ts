/** What is measured side by side: Countersign's clearing route, the bare route, and the floors below both. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "../cli/client.ts";
import { ROOT } from "../test/harness/bundle.ts";
import { startEngine } from "../test/harness/engine.ts";
import { createTestTenant } from "../test/harness/tenant.ts";
import { BODY, SUBMISSION } from "./action.ts";
import type { Route } from "./client.ts";
import { startBenchWorker } from "./workerd.ts";

export const ARMS = {
  gate: "Countersign, with Idempotency-Key",
  gateKeyless: "Countersign, without",
  bare: "bare: one call, one insert",
  call: "floor: one empty call",
  noop: "floor: no call",
  against: "Countersign of --against, with Idempotency-Key",
} as const;
export type Arm = keyof typeof ARMS;

export interface Arms {
  readonly routes: ReadonlyMap<Arm, Route>;
  stop(): Promise<void>;
}

/** `against`: another checkout, to be measured in turn with this one. */
export async function startArms(against: string | undefined): Promise<Arms> {
  const stateDir = mkdtempSync(join(tmpdir(), "countersign-bench-"));
  const bare = await startBenchWorker("bare", join(stateDir, "bare"));
  const gate = await startGate(ROOT, join(stateDir, "gate"));
  const other = against === undefined ? null : await startGate(against, join(stateDir, "against"));
  const bareRoute = (path: string): Route => ({
    port: bare.port,
    path,
    headers: { "content-type": "application/json" },
    body: BODY,
    uniqueKeys: false,
  });
  return {
    routes: new Map<Arm, Route>([
      ["gate", { ...gate.route, uniqueKeys: true }],
      ["bare", bareRoute("/insert")],
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
  const tenant = await createTestTenant({
    url: engine.url,
    bootstrapToken: engine.secrets.BOOTSTRAP_TOKEN,
    name: "bench",
  });
  await checkAllowed(engine.url, tenant.keys.app);
  const route: Route = {
    port: engine.port,
    path: "/v1/gate/outbound",
    headers: { "content-type": "application/json", authorization: `Bearer ${tenant.keys.app}` },
    body: BODY,
    uniqueKeys: false,
  };
  return { route, stop: engine.stop };
}

/** What is measured is an allow after three policies, with a receipt: anything else would flatter. */
async function checkAllowed(url: string, key: string): Promise<void> {
  const { status, body } = await createClient(url, key).submit(SUBMISSION);
  const receipt = Buffer.from(body.receipt?.payload ?? "", "base64").toString();
  const { policies } = (receipt === "" ? {} : JSON.parse(receipt).entry.body) as { policies?: unknown[] };
  if (status !== 200 || body.decision !== "allow" || policies?.length !== 3)
    throw new Error(`The action is not allowed by three policies: ${status} ${JSON.stringify(body)}`);
}
