/**
 * A reviewer's decision. Denial ends the action; approval sends it through the pipeline again, under the configuration in
 * force now, and discharges exactly the findings that the reviewer was shown (docs/design/architecture.md).
 */
import { parseAction } from "../../core/action.ts";
import { toBase64Url } from "../../core/encoding.ts";
import type { Json } from "../../core/json.ts";
import { REASON_CHARS_MAX, STALE_RETRIES_MAX } from "../../core/limits.ts";
import { findingKey } from "../../core/policy/decision.ts";
import type {
  ActionState,
  HeldAction,
  ReviewDecision,
  ReviewRefusal,
  TenantConfig,
} from "../../durable-objects/rpc.ts";
import { isInForce } from "./authenticate.ts";
import type { Env } from "./env.ts";
import { decisionCommit, type Judged, judgeAction, renderAction } from "./judgement.ts";
import { Problem, type ProblemCode } from "./problem.ts";
import { newSalt } from "./random.ts";
import { reach } from "./reach.ts";
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
    const judged = await judgeAgain(config, held);
    // A task that is still open for this person, but whose target has changed, is not what was shown.
    if (
      held.detail.status === "pending" &&
      judged.record.actionDigest !== held.detail.actionDigest &&
      !judged.decision.findings.some(isGateRule)
    ) {
      throw refusalProblem("content_changed");
    }
    const result = await reach("ledger_unavailable", () =>
      tenant.approve(decision, decisionCommit(judged, config.revision, held.actionId)),
    );
    if (result.kind === "decided") return result.state;
    if (result.kind === "refused") throw refusalProblem(result.why);
    config = remember(result.config);
  }
  throw new Problem("busy", { detail: "Try again." });
}

/** The held action, from its stored canonical input, judged under the configuration in force. */
async function judgeAgain(config: TenantConfig, { detail, principal }: HeldAction): Promise<Judged> {
  const parsed = parseAction({ action: detail.action, context: detail.context } as unknown as Json);
  // It was parsed by the same function before it was stored.
  if (!parsed.ok) throw new Problem("internal");
  const action = parsed.value;
  const submitter = config.keys.find(({ id }) => id === principal.key);
  const rendered = renderAction(config, action);
  if (!submitter || !isInForce(submitter, Date.now())) {
    return judgeAction(
      config,
      action,
      principal,
      { target: null, message: null },
      { refusedBy: "SUBMITTER_REVOKED" },
    );
  }
  if (!rendered.ok) {
    return judgeAction(
      config,
      action,
      principal,
      { target: null, message: null },
      { refusedBy: "TARGET_UNAVAILABLE" },
    );
  }
  return judgeAction(config, action, principal, rendered.value, {
    discharged: new Set(detail.findings.map(findingKey)),
  });
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
