/** `/v1/approvals`: the queue as JSON, for reviewers' own tools; and one-time links to the page. */
import { Hono } from "hono";
import * as v from "valibot";
import type { ApprovalSummary } from "../../../core/approval.ts";
import { isId } from "../../../core/id.ts";
import { REASON_CHARS_MAX } from "../../../core/limits.ts";
import { validate } from "../../../core/validate.ts";
import { actionView } from "../answer.ts";
import type { AppEnv } from "../app.ts";
import { authenticate } from "../authenticate.ts";
import { readJson } from "../body.ts";
import { Problem } from "../problem.ts";
import { reach } from "../reach.ts";
import { review } from "../review.ts";
import { signOutcome } from "../submit.ts";
import { tenantOf } from "../tenants.ts";

export const approvalRoutes = new Hono<AppEnv>();

approvalRoutes.get("/", async (c) => {
  const { config } = await authenticate(c.env, c.req.header("authorization") ?? null, [
    "reviewer",
    "auditor",
  ]);
  const status = c.req.query("status") ?? "pending";
  if (status !== "pending" && status !== "history")
    throw new Problem("invalid_request", { detail: "status is pending or history." });
  const rows = await reach("ledger_unavailable", () => tenantOf(c.env, config.tenant).approvals(status));
  return c.json({ data: rows.map(summaryView), next_cursor: null });
});

approvalRoutes.get("/:id", async (c) => {
  const { config } = await authenticate(c.env, c.req.header("authorization") ?? null, [
    "reviewer",
    "auditor",
  ]);
  const held = await reach("ledger_unavailable", () =>
    tenantOf(c.env, config.tenant).heldAction(readId(c.req.param("id"))),
  );
  if (held === null) throw notFound();
  const { detail } = held;
  return c.json({
    ...summaryView(detail),
    action_digest: detail.actionDigest,
    action: detail.action,
    context: detail.context,
    facts: detail.supplied.facts,
    fact_sources: detail.supplied.sources,
    changed: detail.changed && {
      payload: detail.changed.payload,
      action_digest: detail.changed.actionDigest,
    },
    findings: detail.findings,
    bundles: detail.bundles,
    ledger_index: detail.ledgerIndex,
    reason: detail.reason,
    action_status: detail.actionStatus,
  });
});

const decisionSchema = v.strictObject({
  decision: v.picklist(["approve", "deny"]),
  if_match: v.string(),
  reason: v.pipe(v.string(), v.maxLength(REASON_CHARS_MAX)),
});

approvalRoutes.post("/:id/decision", async (c) => {
  const { config, key } = await authenticate(c.env, c.req.header("authorization") ?? null, ["reviewer"]);
  const parsed = validate(decisionSchema, await readJson(c.req.raw));
  if (!parsed.ok) throw new Problem("invalid_request", { errors: parsed.fault.issues });
  const { decision, if_match: ifMatch, reason } = parsed.value;
  const approvalId = readId(c.req.param("id"));
  const state = await review(c.env, config, {
    approvalId,
    decision,
    ifMatch,
    reason,
    keyId: key.id,
    person: key.owner,
  });
  return c.json(actionView(state, await signOutcome(c.env, state), new URL(c.req.url).origin));
});

function summaryView(row: ApprovalSummary) {
  return {
    id: row.id,
    action_id: row.actionId,
    status: row.status,
    surface: row.surface,
    tool: row.tool,
    target: row.target,
    agent: row.agent,
    user: row.user,
    owner: row.owner,
    title: row.title,
    rules: row.rules,
    created_at: new Date(row.createdAtMs).toISOString(),
    expires_at: new Date(row.expiresAtMs).toISOString(),
    decided_at: row.decidedAtMs === null ? null : new Date(row.decidedAtMs).toISOString(),
    decided_by: row.decidedBy,
  };
}

function readId(id: string): string {
  if (!isId("apr", id)) throw notFound();
  return id;
}

const notFound = () => new Problem("not_found", { detail: "There is no such task." });
