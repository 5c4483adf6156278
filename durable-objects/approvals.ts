/** Deciding a held action: once, by somebody else, on exactly the bytes that were shown (invariants I6 and I8). */

import { fromBase64Url } from "../core/encoding.ts";
import { digestOf } from "../core/hash.ts";
import { isOwnAction } from "../core/identity.ts";
import type { JsonObject } from "../core/json.ts";
import { commit } from "../core/ledger/commitment.ts";
import { type Finding, findingKey } from "../core/policy/decision.ts";
import { append, SYSTEM, subjectId } from "./ledger.ts";
import { insertEvidence, readKept } from "./records.ts";
import type { KeptRecord, ReviewDecision, ReviewRefusal } from "./rpc.ts";
import type { ActionRow, ApprovalRow, Statements } from "./statements.ts";

export interface Decidable {
  readonly approval: ApprovalRow;
  readonly action: ActionRow;
}

/** The rows of a task that this person may decide now, or why not. */
export function decidable(
  sql: Statements,
  nowMs: number,
  decision: ReviewDecision,
): Decidable | ReviewRefusal {
  const approval = sql.approval(decision.approvalId);
  const action = approval && sql.action(approval.action_id);
  if (approval === null || action === null) return "not_found";
  if (approval.status === "expired") return "expired";
  if (approval.status !== "pending") return "not_pending";
  if (approval.expires_at <= nowMs) return "expired";
  if (heldRecord(sql, approval).actionDigest !== decision.ifMatch) return "content_changed";
  if (isOwnAction(decision.person, action)) return "own_action";
  return { approval, action };
}

/** Whether what would go now is what the task's decision would have sent: the payload as submitted, or as changed. */
export function goesAsShown(
  sql: Statements,
  { approval }: Decidable,
  { actionDigest, changed }: KeptRecord,
): boolean {
  const shown = heldRecord(sql, approval);
  return (
    actionDigest === shown.actionDigest &&
    (changed?.actionDigest ?? null) === (shown.changed?.actionDigest ?? null)
  );
}

const heldRecord = (sql: Statements, approval: ApprovalRow): KeptRecord =>
  readKept(sql, approval.entry_idx).record;

/** How many of these findings are warnings that the task's decision had shown: what its approval discharges. */
export function countDischarged(
  sql: Statements,
  { approval }: Decidable,
  findings: readonly Finding[],
): number {
  const open = ({ settled }: Finding) => !settled;
  const shown = new Set(heldRecord(sql, approval).findings.filter(open).map(findingKey));
  return findings.filter(
    (finding) => open(finding) && finding.severity === "warn" && shown.has(findingKey(finding)),
  ).length;
}

/** Settles the task and writes its entry. Inside a transaction, after `decidable`. */
export function writeApproval(
  sql: Statements,
  log: string,
  nowMs: number,
  { approval, action }: Decidable,
  outcome: {
    readonly status: "approved" | "denied";
    readonly person: string;
    readonly reason: string;
    readonly salt: string;
    readonly discharged: number;
  },
): void {
  const salt = fromBase64Url(outcome.salt) ?? new Uint8Array();
  const reviewer = subjectId(sql, "person", outcome.person);
  const entry = append(sql, log, nowMs, {
    type: "approval",
    actor: { kind: "person", id: reviewer },
    subject: action.id,
    body: {
      action: action.id,
      approval: approval.id,
      decision: outcome.status,
      held_at: approval.entry_idx,
      reviewer,
      discharged: outcome.discharged,
      commitments: {
        action: commit("action", salt, heldRecord(sql, approval).actionDigest),
        reason: commit("reason", salt, digestOf(outcome.reason)),
      },
    } satisfies JsonObject,
  });
  insertEvidence(sql, entry.index, action.id, outcome.salt, outcome.reason);
  sql.settleApproval(approval.id, outcome.status, nowMs, outcome.person, entry.index);
}

/** Ends tasks whose time has run out, `batchMax` at a time; gives their actions. Inside a transaction. */
export function expireTasks(
  sql: Statements,
  log: string,
  nowMs: number,
  batchMax: number,
): readonly string[] {
  const rows = sql.expiredApprovals(nowMs, batchMax);
  for (const row of rows) {
    sql.settleApproval(row.id, "expired", nowMs, null, null);
    sql.setActionStatus(row.action_id, "expired", nowMs);
    append(sql, log, nowMs, {
      type: "approval",
      actor: SYSTEM,
      subject: row.action_id,
      body: {
        action: row.action_id,
        approval: row.id,
        decision: "expired",
        held_at: row.entry_idx,
        reviewer: null,
        discharged: 0,
        commitments: { action: null, reason: null },
      },
    });
  }
  return rows.map((row) => row.action_id);
}
