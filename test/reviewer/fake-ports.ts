/** A fake gate for these tests: it keeps everything in memory and knows one reviewer. Not the gate's own code. */
import type { ApprovalDetail } from "../../core/approval.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { NO_FACTS } from "../../core/facts.ts";
import { digestOf } from "../../core/hash.ts";
import type { Json } from "../../core/json.ts";
import type { Finding } from "../../core/policy/decision.ts";
import type { DecideResult, ReviewPorts } from "../../worker/reviewer/ports.ts";

export const NOW_MS = Date.UTC(2026, 10, 14, 9, 12, 5);
export const KEY = "cs_demo_a_reviewers_key";
export const CODE = "one-time-code";
export const CSRF = "csrf-of-the-session";
export const PERSON = "Maria Okafor";
const HOUR_MS = 3_600_000;

export function finding(fields: Partial<Finding> = {}): Finding {
  return {
    policy: "pii",
    rule: "PII_CARD",
    severity: "warn",
    part: "payload",
    pointer: "/text",
    start: null,
    end: null,
    key: false,
    reason: "A payment card number leaves the company",
    suggestion: "Leave the number out, or show its last four digits",
    observed: false,
    settled: false,
    ...fields,
  };
}

export function approval(fields: Partial<ApprovalDetail> = {}): ApprovalDetail {
  const action = fields.action ?? {
    surface: "outbound.email",
    payload: {
      from: "help@acme.example",
      to: ["bob@customer.example"],
      subject: "Your refund",
      text: "Hello Bob",
    },
  };
  const context = fields.context ?? {};
  return {
    id: "apr_1",
    actionId: "act_1",
    status: "pending",
    surface: action.surface,
    tool: action.tool ?? null,
    target: action.target ?? null,
    agent: null,
    user: null,
    owner: "Jonas Lind",
    title: "bob@customer.example: Your refund",
    rules: ["PII_CARD"],
    createdAtMs: NOW_MS - HOUR_MS,
    expiresAtMs: NOW_MS + 23 * HOUR_MS,
    decidedAtMs: null,
    decidedBy: null,
    actionDigest: digestOf(canonicalJson({ action, context } as unknown as Json)),
    action,
    context,
    supplied: NO_FACTS,
    changed: null,
    roles: [],
    findings: [],
    transport: "resend",
    ledgerIndex: 812,
    bundles: [digestOf("bundle")],
    reason: null,
    actionStatus: "held",
    ...fields,
  };
}

export interface FakeGate extends ReviewPorts {
  readonly approvals: Map<string, ApprovalDetail>;
  readonly sessions: Set<string>;
  readonly decisions: unknown[];
  /** Answers every decision, where set. */
  answer: DecideResult | null;
}

/** A gate with one signed-in session, `session-0`. */
export function fakeGate(...approvals: readonly ApprovalDetail[]): FakeGate {
  const sessions = new Set(["session-0"]);
  const codes = new Set([CODE]);
  const byId = new Map(approvals.map((item) => [item.id, item]));
  const open = () => {
    const cookieValue = `session-${sessions.size}`;
    sessions.add(cookieValue);
    return { cookieValue, expiresAtMs: NOW_MS + HOUR_MS };
  };
  const gate: FakeGate = {
    approvals: byId,
    sessions,
    decisions: [],
    answer: null,
    async findSession(cookie) {
      if (!sessions.has(cookie)) return null;
      return { person: PERSON, tenantName: "Acme Health", expiresAtMs: NOW_MS + HOUR_MS, csrfToken: CSRF };
    },
    signInWithKey: async (key) => (key === KEY ? open() : null),
    signInWithCode: async (code) => (codes.delete(code) ? open() : null),
    async signOut(cookie) {
      sessions.delete(cookie);
    },
    async list(_cookie, which) {
      const all = [...byId.values()].filter((item) => (item.status === "pending") === (which === "pending"));
      return all.sort((left, right) => left.expiresAtMs - right.expiresAtMs);
    },
    find: async (_cookie, id) => byId.get(id) ?? null,
    async decide(_cookie, id, { decision, ifMatch, reason }) {
      gate.decisions.push({ id, decision, ifMatch, reason });
      if (gate.answer) return gate.answer;
      const item = byId.get(id);
      if (item?.status !== "pending") return { outcome: "refused", status: 409, message: "Already decided." };
      if (item.actionDigest !== ifMatch)
        return { outcome: "refused", status: 409, message: "The content changed." };
      const status = decision === "approve" ? "approved" : "denied";
      const actionStatus = decision === "approve" ? "dispatched" : "denied";
      byId.set(id, { ...item, status, actionStatus, reason, decidedBy: PERSON, decidedAtMs: NOW_MS });
      return decision === "approve" ? { outcome: "approved", actionStatus } : { outcome: "denied" };
    },
    nowMs: () => NOW_MS,
  };
  return gate;
}
