/** A held action as people see it. */
import type { ActionBody, ActionContext } from "./action.ts";
import type { SuppliedFacts } from "./facts.ts";
import type { Digest } from "./hash.ts";
import type { JsonObject } from "./json.ts";
import type { Finding } from "./policy/decision.ts";

export const TASK_STATUSES = ["pending", "approved", "denied", "expired", "cancelled"] as const;
/** `pending`, then once and for all one of the others. */
export type TaskStatus = (typeof TASK_STATUSES)[number];

export interface ApprovalSummary {
  readonly id: string;
  readonly actionId: string;
  readonly status: TaskStatus;
  readonly surface: string;
  readonly tool: string | null;
  readonly target: string | null;
  readonly agent: string | null;
  readonly user: string | null;
  readonly owner: string;
  /** One line to know it by: an e-mail's recipients and subject, or the tool. Untrusted text; null once it was erased. */
  readonly title: string | null;
  readonly rules: readonly string[];
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly decidedAtMs: number | null;
  readonly decidedBy: string | null;
}

export interface ApprovalDetail extends ApprovalSummary {
  readonly title: string;
  readonly actionDigest: Digest;
  readonly action: ActionBody;
  readonly context: ActionContext;
  /** What others than its submitter said of it, where it waited for that. */
  readonly supplied: SuppliedFacts;
  /** What goes instead of the payload as submitted; null where it goes as it is. Findings that are not settled point into it. */
  readonly changed: { readonly payload: JsonObject; readonly actionDigest: Digest } | null;
  readonly roles: readonly string[];
  /** What the reviewer is asked to discharge, with everything else that was found. */
  readonly findings: readonly Finding[];
  /** The transport by which it will go: decides how the payload is shown. */
  readonly transport: string | null;
  readonly ledgerIndex: number;
  readonly bundles: readonly Digest[];
  /** The decision's reason, once there is one. */
  readonly reason: string | null;
  /** What became of the action: `dispatched`, `blocked` … (docs/api.md, status). */
  readonly actionStatus: string;
}
