/** Everything a black-box test needs: the Workers on workerd, a mail stand-in, a webhook receiver, a tenant. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient, type Submission } from "../../cli/client.ts";
import { bind, createBundle, createKey, type PolicyUse } from "../../cli/tenant-setup.ts";
import type { PolicySet } from "../harness/bundle.ts";
import { type Engine, startEngine } from "../harness/engine.ts";
import type { TestStore } from "../harness/object-store.ts";
import { type Receiver, startReceiver } from "../harness/receiver.ts";
import { type StandIn, startStandIn } from "../harness/stand-in.ts";
import { createTestTenant, type TestTenant } from "../harness/tenant.ts";

export interface World {
  readonly engine: Engine;
  readonly mail: StandIn;
  readonly hook: Receiver;
  readonly tenant: TestTenant;
  readonly stateDir: string;
  /** A client of a key of its own. */
  key(request: Parameters<typeof createKey>[1]): Promise<Client>;
  /** Governs a surface by a bundle of these policies. */
  govern(
    surface: string,
    policies: readonly PolicyUse[],
    mode?: "enforce" | "observe",
    folder?: string,
  ): Promise<void>;
  close(): Promise<void>;
}

export const RESEND_KEY = "re_conformance_secret_key";

export async function createWorld(policies: PolicySet = "builtin", store?: TestStore): Promise<World> {
  const stateDir = mkdtempSync(join(tmpdir(), "countersign-"));
  const [mail, hook] = await Promise.all([startStandIn(), startReceiver()]);
  const engine = await startEngine({
    ...{ stateDir, policies, allowedPrivateOrigins: [mail.origin, hook.origin] },
    ...(store === undefined ? {} : { store: store.address }),
  });
  const tenant = await createTestTenant({
    url: engine.url,
    bootstrapToken: engine.secrets.BOOTSTRAP_TOKEN,
    targets: {
      "resend/main": {
        kind: "resend",
        config: { base_url: mail.origin },
        credentials: { api_key: RESEND_KEY },
        surfaces: ["*"],
      },
      "hook/crm": {
        kind: "webhook",
        config: { url: hook.url },
        credentials: { secret: hook.secret },
        surfaces: ["*"],
      },
    },
  });
  return {
    engine,
    mail,
    hook,
    tenant,
    stateDir,
    async key(request) {
      return createClient(engine.url, await createKey(tenant.admin, request));
    },
    async govern(surface, uses, mode = "enforce", folder) {
      const name = `b${Math.random().toString(36).slice(2)}`;
      const bundle = await createBundle(tenant.admin, { name, version: "1.0.0", policies: uses });
      if (folder === undefined) await bind(tenant.admin, surface, bundle, mode);
      else await tenant.admin.expect("PUT", `/v1/bindings/${surface}`, { bundle, mode, folder });
    },
    async close() {
      await engine.stop();
      await Promise.all([mail.close(), hook.close()]);
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

let mails = 0;

/** A mail of its own each time: `text` decides what the policies make of it. */
export function email(
  text: string,
  extra: { subject?: string; context?: Submission["context"] } = {},
): Submission {
  const subject = extra.subject ?? `Message ${++mails}`;
  return {
    action: {
      surface: "outbound.email",
      tool: "email.send",
      target: "resend/main",
      payload: { from: "agent@example.com", to: ["customer@example.com"], subject, text },
    },
    ...(extra.context ? { context: extra.context } : {}),
  };
}

export const toolCall = (
  payload: Record<string, unknown>,
  action: Record<string, unknown> = {},
): Submission => ({
  action: { surface: "tool.call", tool: "crm.update", payload, ...action },
});

/** Long enough for a message that should not come to have come. */
export const quiet = () => new Promise((resolve) => setTimeout(resolve, 300));

/** A raw request, for what a client library would not send. */
export function raw(
  world: World,
  path: string,
  init: RequestInit,
  key = world.tenant.keys.app,
): Promise<Response> {
  return fetch(new URL(path, world.engine.url), {
    ...init,
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      ...(init.headers as Record<string, string>),
    },
  });
}
