/** The public edge: routes in order, and the one place where faults become responses. */
import { Hono } from "hono";
import { auditRoutes } from "../auditor/routes.tsx";
import { reviewRoutes } from "../reviewer/routes.tsx";
import { auditPorts } from "./audit-ports.ts";
import type { Env } from "./env.ts";
import { Problem, problemResponse } from "./problem.ts";
import { newId } from "./random.ts";
import { reviewPorts } from "./review-ports.ts";
import { actionRoutes, receiptRoutes } from "./routes/actions.ts";
import { alertRoutes } from "./routes/alerts.ts";
import { approvalRoutes } from "./routes/approvals.ts";
import { backtestRoutes } from "./routes/backtests.ts";
import { bindingRoutes } from "./routes/bindings.ts";
import { bundleRoutes } from "./routes/bundles.ts";
import { gateRoutes } from "./routes/gate.ts";
import { healthRoutes } from "./routes/health.ts";
import { keyRoutes, linkRoutes } from "./routes/keys.ts";
import { ledgerRoutes } from "./routes/ledger.ts";
import { payloadRoutes, retentionRoutes } from "./routes/payloads.ts";
import { policyRoutes } from "./routes/policies.ts";
import { shadowRoutes } from "./routes/shadow.ts";
import { targetRoutes } from "./routes/targets.ts";
import { tenantRoutes } from "./routes/tenants.ts";
import { treeRoutes } from "./routes/tree.ts";
import { verifyPageRoutes } from "./routes/verify-page.ts";

export type AppEnv = { Bindings: Env; Variables: { requestId: string } };

export const app = new Hono<AppEnv>();

app.use(async (c, next) => {
  c.set("requestId", newId("req"));
  await next();
  c.res.headers.set("x-request-id", c.get("requestId"));
});

app.route("/", healthRoutes);
app.route("/v1/gate", gateRoutes);
app.route("/v1/actions", actionRoutes);
app.route("/v1/receipts", receiptRoutes);
app.route("/v1/approvals", approvalRoutes);
app.route("/v1/payloads", payloadRoutes);
app.route("/v1/retention", retentionRoutes);
app.route("/v1/alerts", alertRoutes);
app.route("/v1/ledger", ledgerRoutes);
app.route("/v1/ledger", treeRoutes);
app.route("/v1/targets", targetRoutes);
app.route("/v1/keys", keyRoutes);
app.route("/v1/tenants", tenantRoutes);
app.route("/v1/policies", policyRoutes);
app.route("/v1/bundles", bundleRoutes);
app.route("/v1/bindings", bindingRoutes);
app.route("/v1/bindings", shadowRoutes);
app.route("/v1/backtests", backtestRoutes);
app.route("/v1/review", linkRoutes("reviewer", "/review"));
app.route("/v1/audit", linkRoutes("auditor", "/audit"));
app.route("/review", reviewRoutes(reviewPorts));
app.route("/audit", auditRoutes(auditPorts));
app.route("/verify", verifyPageRoutes);

app.notFound((c) =>
  problemResponse(
    new Problem("not_found", { detail: "No such route; docs/api.md lists them." }),
    c.get("requestId"),
  ),
);

app.onError((error, c) => {
  if (error instanceof Problem) return problemResponse(error, c.get("requestId"));
  // The message stays here: it may name internals or quote a request.
  console.error(
    JSON.stringify({
      event: "internal_error",
      request_id: c.get("requestId"),
      error: String(error),
      stack: error.stack,
    }),
  );
  return problemResponse(new Problem("internal"), c.get("requestId"));
});
