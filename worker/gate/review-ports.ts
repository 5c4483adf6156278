/** The approval page's way into the gate. A cookie's value is `<tenant>.<token>`: the tenant comes from the credential. */
import type { Context } from "hono";
import type { DecideResult, ReviewPorts } from "../reviewer/ports.ts";
import type { AppEnv } from "./app.ts";
import { findCaller } from "./authenticate.ts";
import type { Env } from "./env.ts";
import { PROBLEMS, Problem } from "./problem.ts";
import { newToken } from "./random.ts";
import { review } from "./review.ts";
import { freshConfig, tenantOf } from "./tenants.ts";

interface Credential {
  readonly tenant: string;
  readonly secret: string;
}

const CREDENTIAL = /^([0-9A-Za-z]{16})\.([0-9A-Za-z_-]{43})$/;

function parseCredential(text: string): Credential | null {
  const [, tenant, secret] = CREDENTIAL.exec(text) ?? [];
  return tenant && secret ? { tenant, secret } : null;
}

export const formatCredential = (tenant: string, secret: string): string => `${tenant}.${secret}`;

export function reviewPorts(c: Context<AppEnv>): ReviewPorts {
  const { env } = c;
  return {
    async findSession(cookie) {
      const session = await findSession(env, cookie);
      return session?.found ?? null;
    },
    async signInWithKey(keyText) {
      const caller = await findCaller(env, keyText.trim(), "now");
      return caller?.key.scopes.includes("reviewer")
        ? openSession(env, caller.config.tenant, { keyId: caller.key.id })
        : null;
    },
    async signInWithCode(code) {
      const credential = parseCredential(code);
      if (credential === null || (await freshConfig(env, credential.tenant)) === null) return null;
      return openSession(env, credential.tenant, { code: credential.secret });
    },
    async signOut(cookie) {
      const session = await findSession(env, cookie);
      if (session) await tenantOf(env, session.tenant).signOut(session.secret);
    },
    async list(cookie, which) {
      const session = await findSession(env, cookie);
      return session ? tenantOf(env, session.tenant).approvals(which) : [];
    },
    async find(cookie, approvalId) {
      const session = await findSession(env, cookie);
      const held = session && (await tenantOf(env, session.tenant).heldAction(approvalId));
      return held ? held.detail : null;
    },
    decide: (cookie, approvalId, decision) => decide(env, cookie, { ...decision, approvalId }),
    nowMs: () => Date.now(),
  };
}

async function findSession(env: Env, cookie: string) {
  const credential = parseCredential(cookie);
  const found = credential && (await tenantOf(env, credential.tenant).session(credential.secret));
  return credential && found ? { ...credential, found } : null;
}

async function openSession(
  env: Env,
  tenant: string,
  credential: { readonly code: string } | { readonly keyId: string },
) {
  const token = newToken();
  const opened = await tenantOf(env, tenant).signIn(credential, token, newToken());
  return opened && { cookieValue: formatCredential(tenant, token), expiresAtMs: opened.expiresAtMs };
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
  const session = await findSession(env, cookie);
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
