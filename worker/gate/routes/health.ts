/** Liveness, readiness, and the public keys. */
import { Hono } from "hono";
import { builtinPolicies } from "../../evaluate/modules.ts";
import type { AppEnv } from "../app.ts";
import { Problem } from "../problem.ts";

export const healthRoutes = new Hono<AppEnv>();

healthRoutes.get("/healthz", (c) => c.json({ status: "ok" }));

/** Ready: the signer and the dispatcher answer, and there are policies to judge with. */
healthRoutes.get("/readyz", async (c) => {
  const [signer, dispatcher] = await Promise.allSettled([
    c.env.KEYS.list(),
    c.env.DISPATCHER.privateOrigins(),
  ]);
  const checks = {
    signer: signer.status === "fulfilled" && signer.value.length > 0,
    dispatcher: dispatcher.status === "fulfilled",
    policies: builtinPolicies().length > 0,
  };
  const ready = Object.values(checks).every(Boolean);
  const privateTargets = dispatcher.status === "fulfilled" && dispatcher.value.length > 0;
  const warnings = privateTargets
    ? ["Targets on private addresses are allowed (ALLOWED_PRIVATE_ORIGINS): not ready for production."]
    : [];
  return c.json({ ready, production_ready: ready && !privateTargets, checks, warnings }, ready ? 200 : 503);
});

healthRoutes.get("/.well-known/countersign-keys.json", async (c) => {
  try {
    return c.json({ keys: await c.env.KEYS.list() }, 200, { "cache-control": "public, max-age=300" });
  } catch {
    throw new Problem("signer_unavailable");
  }
});

healthRoutes.get("/", (c) => c.redirect("/review", 302));
