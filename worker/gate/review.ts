/**
 * A reviewer's decision. Denial ends the action; approval sends it through the pipeline again, under the configuration in
 * force now, and discharges exactly the findings that the reviewer was shown (docs/design/architecture.md).
 */
import { toBase64Url } from "../../core/encoding.ts";
import { REASON_CHARS_MAX, STALE_RETRIES_MAX } from "../../core/limits.ts";
import { findingKey } from "../../core/policy/decision.ts";
import type { ActionState, ReviewDecision, ReviewRefusal, TenantConfig } from "../../durable-objects/rpc.ts";
import type { Env } from "./env.ts";
import { judgeAgain, saltOf } from "./judge-again.ts";
import { decisionDraft } from "./judgement.ts";
import { engineFor } from "./policies.ts";
import { Problem, type ProblemCode } from "./problem.ts";
import { newSalt } from "./random.ts";
import { reach } from "./reach.ts";
import { sealDecision } from "./seal.ts";
import { remember, tenantOf } from "./tenants.ts";

export interface Review extends ReviewDecision {
  readonly decision: "approve" | "deny";
}

/** The action as the decision left it. Throws a Problem where the decision is refused. */
export async function review(env: Env, config: TenantConfig, request: Review): Promise<ActionState> {
  const reason = request.reason.trim();
  if (reason === "" || reason.length > REASON_CHARS_MAX) {
    throw new Problem("invalid_request", {
      errors: [{ pointer: "/reason", message: `A reason of 1 to ${REASON_CHARS_MAX} characters is needed.` }],
    });
  }
  const decision: ReviewDecision = {
    approvalId: request.approvalId,
    keyId: request.keyId,
    person: request.person,
    ifMatch: request.ifMatch,
    reason,
  };
  return request.decision === "deny" ? deny(env, config, decision) : approve(env, config, decision);
}

async function deny(env: Env, config: TenantConfig, decision: ReviewDecision): Promise<ActionState> {
  const result = await reach("ledger_unavailable", () =>
    tenantOf(env, config.tenant).deny(decision, toBase64Url(newSalt())),
  );
  if (result.kind === "decided") return result.state;
  throw result.kind === "refused" ? refusalProblem(result.why) : new Problem("busy");
}

async function approve(env: Env, initial: TenantConfig, decision: ReviewDecision): Promise<ActionState> {
  let config = initial;
  const tenant = tenantOf(env, config.tenant);
  for (let attempt = 0; attempt < STALE_RETRIES_MAX; attempt++) {
    const held = await reach("ledger_unavailable", () => tenant.heldAction(decision.approvalId));
    if (held === null) throw refusalProblem("not_found");
    const { detail, principal, supplied } = held;
    // What an obligation settled was not there to be approved.
    const shown = new Set(detail.findings.filter(({ settled }) => !settled).map(findingKey));
    const stored = { action: detail.action, context: detail.context, principal, supplied };
    const judged = await judgeAgain(engineFor(env, config), config, stored, saltOf(held.salt), shown);
    // A task that is still open for this person, but whose target has changed, is not what was shown.
    if (
      detail.status === "pending" &&
      judged.record.actionDigest !== detail.actionDigest &&
      !judged.decision.findings.some(isGateRule)
    ) {
      throw refusalProblem("content_changed");
    }
    const commit = await sealDecision(env, config.log, decisionDraft(judged, config.revision, held.actionId));
    const result = await reach("ledger_unavailable", () => tenant.approve(decision, commit));
    if (result.kind === "decided") return result.state;
    if (result.kind === "refused") throw refusalProblem(result.why);
    config = remember(result.config);
  }
  throw new Problem("busy", { detail: "Try again." });
}

const isGateRule = ({ rule }: { readonly rule: string }): boolean =>
  rule === "SUBMITTER_REVOKED" || rule === "TARGET_UNAVAILABLE";

const REFUSALS: Readonly<Record<ReviewRefusal, { readonly code: ProblemCode; readonly detail: string }>> = {
  not_found: { code: "not_found", detail: "There is no such task." },
  not_pending: { code: "not_pending", detail: "It was decided meanwhile; look at it again." },
  expired: { code: "expired", detail: "The action has to be submitted anew." },
  content_changed: {
    code: "content_changed",
    detail: "The action or its target is not the one that was shown; look at it again.",
  },
  own_action: {
    code: "own_action",
    detail: "It was submitted by you, with a key of yours, or on your behalf.",
  },
};

function refusalProblem(why: ReviewRefusal): Problem {
  const { code, detail } = REFUSALS[why];
  return new Problem(code, { detail });
}
