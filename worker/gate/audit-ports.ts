/** The auditor's page's way into the gate. */
import type { Context } from "hono";
import { isId } from "../../core/id.ts";
import { PROOF_WAIT_MS } from "../../core/limits.ts";
import type { TenantService } from "../../durable-objects/rpc.ts";
import type { AuditPorts, Found, SearchForm, SearchResult } from "../auditor/ports.ts";
import { readActionQuery } from "./action-query.ts";
import type { AppEnv } from "./app.ts";
import type { Env } from "./env.ts";
import { findSession, sessionPorts } from "./page-sessions.ts";
import { Problem, type ProblemCode } from "./problem.ts";
import { receiptFile } from "./receipt-file.ts";
import { exportOf } from "./routes/ledger.ts";
import { tenantOf } from "./tenants.ts";

export function auditPorts(c: Context<AppEnv>): AuditPorts {
  const { env } = c;
  return {
    ...sessionPorts(env, "auditor"),
    async search(cookie, form) {
      return search(await tenantFor(env, cookie), form);
    },
    async story(cookie, actionId) {
      return isId("act", actionId) ? (await tenantFor(env, cookie)).story(actionId) : null;
    },
    receipt: (cookie, actionId) =>
      found(async () => {
        const tenant = await tenantFor(env, cookie);
        const state = isId("act", actionId) ? await tenant.action(actionId, 0) : null;
        const file =
          state && (await receiptFile(env, tenant, state, { proofMs: PROOF_WAIT_MS, cosignedMs: 0 }));
        return file && JSON.stringify(file);
      }),
    evidence: (cookie, actionId) =>
      found(async () => {
        const tenant = await tenantFor(env, cookie);
        const state = isId("act", actionId) ? await tenant.action(actionId, 0) : null;
        return state && (await exportOf(c, tenant, state.entry.index, state.entry.index, true)).body;
      }),
    async log(cookie) {
      const tenant = await tenantFor(env, cookie);
      const [status, unsent, alerts] = await Promise.all([
        tenant.logStatus(),
        tenant.unsent(),
        tenant.alerts(),
      ]);
      return {
        status,
        unsent,
        alerts: alerts.map(({ id, facts, createdAtMs, entry }) => ({
          id,
          kind: facts.kind,
          actionId: facts.action,
          rules: facts.rules.map(({ rule }) => rule),
          createdAtMs,
          entryIndex: entry.index,
        })),
      };
    },
  };
}

/** The page asks only where it found a session: one that ended since then gets the page for what failed. */
async function tenantFor(env: Env, cookie: string): Promise<TenantService> {
  const session = await findSession(env, cookie, "auditor");
  if (session === null) throw new Error("couldn't read for the auditor: the session has ended");
  return tenantOf(env, session.tenant);
}

async function search(tenant: TenantService, form: SearchForm): Promise<SearchResult> {
  const { since, until } = form;
  try {
    const query = readActionQuery({
      ...form,
      ...(since === undefined ? {} : { since: utcTime(since) }),
      ...(until === undefined ? {} : { until: utcTime(until) }),
    });
    const { actions, next } = await tenant.search({ ...query, of: null });
    return { kind: "found", actions, next: next === null ? null : String(next) };
  } catch (error) {
    if (error instanceof Problem && error.code === "invalid_parameter")
      return { kind: "refused", message: error.extras.detail ?? "That cannot be searched for." };
    throw error;
  }
}

/** What the page can do without: a story is told also where the signer is down. */
const OUTAGES: readonly ProblemCode[] = ["signer_unavailable", "ledger_unavailable", "no_checkpoint"];

async function found<T>(make: () => Promise<T | null>): Promise<Found<T>> {
  try {
    const value = await make();
    return value === null ? { kind: "none" } : { kind: "found", value };
  } catch (error) {
    if (error instanceof Problem && OUTAGES.includes(error.code)) return { kind: "unavailable" };
    throw error;
  }
}

/** The form's fields have no zone; the page says that they are UTC. */
const utcTime = (text: string): string =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text) ? `${text}Z` : text;
