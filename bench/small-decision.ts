/**
 * One small decision, said for each engine: who may use which tool, and up to which amount. The same facts, and the same
 * answer on every case, or nothing is measured. The Rego is in small-decision.rego.
 */
import type { Json } from "../core/json.ts";

export interface Facts {
  readonly roles: readonly string[];
  readonly tool: string;
  /** Null: not given. */
  readonly amount: number | null;
}

export interface Case extends Facts {
  readonly allowed: boolean;
}

export const CASES: readonly Case[] = [
  { roles: ["support"], tool: "kb.read", amount: null, allowed: true },
  { roles: [], tool: "kb.read", amount: null, allowed: true },
  { roles: ["support"], tool: "email.send", amount: null, allowed: true },
  { roles: ["sales"], tool: "email.send", amount: null, allowed: true },
  { roles: ["finance"], tool: "email.send", amount: null, allowed: false },
  { roles: ["finance"], tool: "payments.refund", amount: 20, allowed: true },
  { roles: ["finance"], tool: "payments.refund", amount: 500, allowed: true },
  { roles: ["finance"], tool: "payments.refund", amount: 501, allowed: false },
  { roles: ["finance"], tool: "payments.refund", amount: null, allowed: false },
  { roles: ["support"], tool: "payments.refund", amount: 20, allowed: false },
  { roles: ["support", "finance"], tool: "payments.refund", amount: 499, allowed: true },
  { roles: ["finance", "sales"], tool: "accounts.delete", amount: null, allowed: false },
];

/** For the shipped policy `access`; no finding is an allow. */
export const SETTINGS: Json = {
  tools: [
    { tool: "kb.read", roles: ["*"] },
    { tool: "email.send", roles: ["support", "sales"] },
    { tool: "payments.refund", roles: ["finance"] },
  ],
  arguments: [{ tool: "payments.refund", pointer: "/amount", max: 500, required: true }],
};

/** Roles as Cedar means them, as the principal's parents; and as a set in the context, which it reads faster. */
export const CEDAR = {
  entities: `
permit(principal, action == Action::"kb.read", resource);
permit(principal, action == Action::"email.send", resource)
  when { principal in [Role::"support", Role::"sales"] };
permit(principal in Role::"finance", action == Action::"payments.refund", resource)
  when { context has amount && context.amount <= 500 };
`,
  context: `
permit(principal, action == Action::"kb.read", resource);
permit(principal, action == Action::"email.send", resource)
  when { context.roles.containsAny(["support", "sales"]) };
permit(principal, action == Action::"payments.refund", resource)
  when { context.roles.contains("finance") && context has amount && context.amount <= 500 };
`,
};
