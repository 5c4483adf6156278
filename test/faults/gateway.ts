/** One gateway with one receiver, for faults of single parts: started again on its storage with other parts. */
import { mkdtempSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ActionAnswer, Answer } from "../../cli/client.ts";
import { generateSecrets, type Secrets } from "../../cli/demo/secrets.ts";
import { webhookTarget } from "../../cli/tenant-setup.ts";
import { type Engine, startEngine } from "../harness/engine.ts";
import { type Receiver, startReceiver } from "../harness/receiver.ts";
import { createTestTenant, type TestTenant } from "../harness/tenant.ts";
import { Checks } from "./checks.ts";
import { type Entry, type LedgerWatch, watchLedger } from "./ledger-watch.ts";

export interface Gateway {
  readonly stateDir: string;
  readonly receiver: Receiver;
  readonly tenant: TestTenant;
  /** An allowed action to the receiver, under `key`. */
  submit(
    key: string,
  ): Promise<Answer<ActionAnswer & { readonly code?: string; readonly action_id?: string }>>;
  kill(): Promise<void>;
  /** After `kill`, with its own secrets but for these. */
  start(broken?: Partial<Secrets>): Promise<void>;
  /** What the verified ledger says of an action, as `decision` or `result` of each entry. */
  history(actionId: string): Promise<readonly unknown[]>;
  decisions(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** In `folder`, where one is given: it stays, and is emptied in the end. */
export async function createGateway(folder?: string): Promise<Gateway> {
  const stateDir = folder ?? mkdtempSync(join(tmpdir(), "countersign-parts-"));
  const secrets = generateSecrets();
  const receiver = await startReceiver();
  const allowedPrivateOrigins = [receiver.origin];
  let engine: Engine = await startEngine({ stateDir, secrets, allowedPrivateOrigins });
  const tenant = await createTestTenant({
    url: engine.url,
    bootstrapToken: secrets.BOOTSTRAP_TOKEN,
    targets: { "hook/crm": webhookTarget(receiver.url, receiver.secret) },
  });
  const checks = new Checks();
  const ledger: LedgerWatch = await watchLedger(tenant.keys.auditor, secrets, checks);
  const entries = async (): Promise<readonly Entry[]> => {
    const { entries } = await ledger.whole(engine.url);
    const faults = checks.faults();
    if (faults.length > 0) throw new Error(faults.join("\n"));
    return entries;
  };
  return {
    stateDir,
    receiver,
    tenant,
    submit: (key) =>
      tenant.app.submit(
        { action: { surface: "tool.call", tool: "crm.update", target: "hook/crm", payload: { key } } },
        { "idempotency-key": key },
      ),
    kill: () => engine.kill("SIGKILL"),
    async start(broken = {}) {
      const { port } = engine;
      engine = await startEngine({
        stateDir,
        port,
        secrets: { ...secrets, ...broken },
        allowedPrivateOrigins,
      });
    },
    history: async (actionId) =>
      (await entries())
        .filter(({ subject }) => subject === actionId)
        .map(({ body }) => body.result ?? body.decision),
    decisions: async () =>
      (await entries()).filter(({ type }) => type === "decision").map(({ subject }) => subject),
    async close() {
      await engine.stop();
      await receiver.close();
      for (const name of readdirSync(stateDir)) rmSync(join(stateDir, name), { recursive: true });
      if (folder === undefined) rmdirSync(stateDir);
    },
  };
}
