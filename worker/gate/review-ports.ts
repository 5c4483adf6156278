/** The approval page's way into the gate. */
import type { Context } from "hono";
import type { DecideResult, ReviewPorts } from "../reviewer/ports.ts";
import type { AppEnv } from "./app.ts";
import type { Env } from "./env.ts";
import { findSession, sessionPorts } from "./page-sessions.ts";
import { PROBLEMS, Problem } from "./problem.ts";
import { review } from "./review.ts";
import { freshConfig, tenantOf } from "./tenants.ts";

export function reviewPorts(c: Context<AppEnv>): ReviewPorts {
  const { env } = c;
  return {
    ...sessionPorts(env, "reviewer"),
    async list(cookie, which) {
      const session = await findSession(env, cookie, "reviewer");
      return session ? tenantOf(env, session.tenant).approvals(which) : [];
    },
    async find(cookie, approvalId) {
      const session = await findSession(env, cookie, "reviewer");
      const held = session && (await tenantOf(env, session.tenant).heldAction(approvalId));
      return held ? held.detail : null;
    },
    decide: (cookie, approvalId, decision) => decide(env, cookie, { ...decision, approvalId }),
  };
}

async function decide(
  env: Env,
  cookie: string,
  request: {
    readonly approvalId: string;
    readonly decision: "approve" | "deny";
    readonly ifMatch: string;
    readonly reason: string;
  },
): Promise<DecideResult> {
  const session = await findSession(env, cookie, "reviewer");
  const config = session && (await freshConfig(env, session.tenant));
  if (!session || !config) return { outcome: "refused", status: 401, message: "Sign in again." };
  try {
    const { keyId, person } = session.found;
    const state = await review(env, config, { ...request, keyId, person });
    if (request.decision === "deny") return { outcome: "denied" };
    const lacksFacts = state.status === "deferred";
    const first = state.record.findings.find(({ severity }) =>
      lacksFacts ? severity === "defer" : severity !== "info",
    );
    const message = first ? `${first.reason} (${first.rule}).` : "";
    if (state.status === "held" || lacksFacts) return { outcome: "held_again", message };
    return state.status === "blocked"
      ? { outcome: "blocked", message }
      : { outcome: "approved", actionStatus: state.status };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { title, status } = PROBLEMS[error.code];
    const detail = error.extras.errors?.[0]?.message ?? error.extras.detail;
    return { outcome: "refused", status, message: detail ? `${title}. ${detail}` : `${title}.` };
  }
}
