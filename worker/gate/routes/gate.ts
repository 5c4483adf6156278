/** `POST /v1/gate/outbound` and `/evaluate`. */
import { Hono } from "hono";
import { DRY_RUNS_PER_MINUTE_MAX } from "../../../core/limits.ts";
import { decisionView } from "../answer.ts";
import type { AppEnv } from "../app.ts";
import { authenticate } from "../authenticate.ts";
import { readJson } from "../body.ts";
import { judgeAction } from "../judgement.ts";
import { engineFor } from "../policies.ts";
import { parsePrefer } from "../prefer.ts";
import { Problem } from "../problem.ts";
import { RateLimit } from "../rate-limit.ts";
import { renderAction } from "../render.ts";
import { readAction, readPrincipal, renderProblem, submit } from "../submit.ts";
import { Timing } from "../timing.ts";

const RETRY_AFTER_SECONDS = 5;
const dryRuns = new RateLimit(DRY_RUNS_PER_MINUTE_MAX);

export const gateRoutes = new Hono<AppEnv>();

gateRoutes.post("/outbound", async (c) => {
  const timing = new Timing();
  const caller = await timing.measure("authenticate", () =>
    authenticate(c.env, c.req.header("authorization") ?? null, ["app"], "commit"),
  );
  const json = await timing.measure("parse", () => readJson(c.req.raw));
  const prefer = parsePrefer(c.req.header("prefer") ?? null);
  const { answer, actionId, replayed } = await submit({
    env: c.env,
    caller,
    json,
    route: "gate/outbound",
    idempotencyKey: c.req.header("idempotency-key") ?? null,
    prefer,
    origin: new URL(c.req.url).origin,
    timing,
  });
  return new Response(answer.body, {
    status: answer.status,
    headers: {
      "content-type": answer.status >= 400 ? "application/problem+json" : "application/json",
      "cache-control": "no-store",
      "server-timing": timing.header(),
      location: `/v1/actions/${actionId}`,
      ...(answer.status === 202 ? { "retry-after": String(RETRY_AFTER_SECONDS) } : {}),
      ...(replayed ? { "idempotent-replayed": "true" } : {}),
      ...(prefer.applied ? { "preference-applied": prefer.applied } : {}),
    },
  });
});

gateRoutes.post("/evaluate", async (c) => {
  const timing = new Timing();
  const { config, key } = await timing.measure("authenticate", () =>
    authenticate(c.env, c.req.header("authorization") ?? null, ["evaluate"]),
  );
  const wait = dryRuns.take(key.id, Date.now());
  if (wait > 0)
    throw new Problem("rate_limited", {
      detail: "Dry runs are limited for each key.",
      headers: { "retry-after": String(wait) },
    });
  const action = readAction(await readJson(c.req.raw));
  const principal = readPrincipal(key, action);
  const rendered = renderAction(config, action);
  if (!rendered.ok) throw renderProblem(rendered.fault);
  const { record } = await timing.measure("judge", () =>
    judgeAction(engineFor(c.env, config), config, action, principal, rendered.value),
  );
  return c.json({ dry_run: true, ...decisionView(record) }, 200, {
    "cache-control": "no-store",
    "server-timing": timing.header(),
  });
});
