/** `GET /v1/alerts`: what the gateway itself has to tell the tenant. */
import { Hono } from "hono";
import type { AlertState } from "../../../durable-objects/rpc.ts";
import type { AppEnv } from "../app.ts";
import { authenticate } from "../authenticate.ts";
import { reach } from "../reach.ts";
import { tenantOf } from "../tenants.ts";

export const alertRoutes = new Hono<AppEnv>();

alertRoutes.get("/", async (c) => {
  const { config } = await authenticate(c.env, c.req.header("authorization") ?? null, [
    "reviewer",
    "auditor",
    "admin",
  ]);
  const alerts = await reach("ledger_unavailable", () => tenantOf(c.env, config.tenant).alerts());
  return c.json({ data: alerts.map(alertView), next_cursor: null });
});

function alertView({ id, facts, createdAtMs, entry, deliveries }: AlertState) {
  return {
    id,
    kind: facts.kind,
    action_id: facts.action,
    log: facts.log ?? null,
    decision: facts.decision,
    rules: facts.rules,
    decided_at: facts.decided_at,
    evaluated_at: facts.evaluated_at,
    rollback: facts.rollback,
    ledger: entry,
    deliveries,
    created_at: new Date(createdAtMs).toISOString(),
  };
}
