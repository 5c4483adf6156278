/** Reads an action's state together from its rows. */

import type { ActionBody, ActionContext } from "../core/action.ts";
import type { ApprovalDetail, ApprovalSummary, TaskStatus } from "../core/approval.ts";
import { suppliedIn } from "../core/facts.ts";
import type { Digest } from "../core/hash.ts";
import type { JsonObject } from "../core/json.ts";
import type { Principal } from "../core/principal.ts";
import { statusAfter } from "./commit.ts";
import { storedEntry } from "./ledger.ts";
import type { ActionState, DecisionRecord, HeldAction, LateDecision } from "./rpc.ts";
import type { ActionRow, ApprovalRow, DecisionRow, Statements } from "./statements.ts";

function decisionRow(sql: Statements, entryIdx: number): DecisionRow {
  const row = sql.decision(entryIdx);
  if (row === null) throw new Error(`couldn't read the decision at entry ${entryIdx}`);
  return row;
}

/** Rows are written by `commit.ts` alone, from a `DecisionRecord`. */
const recordOf = (row: DecisionRow): DecisionRecord => JSON.parse(row.record) as DecisionRecord;

export function actionState(sql: Statements, row: ActionRow): ActionState {
  const decision = decisionRow(sql, row.entry_idx);
  const approval = sql.approvalOf(row.id, row.entry_idx);
  const delivery = sql.deliveryOf(row.id);
  return {
    id: row.id,
    status: row.status,
    createdAtMs: row.created_at,
    keyId: row.key_id,
    owner: row.owner,
    outcome: row.outcome,
    salt: decision.salt,
    record: recordOf(decision),
    entry: storedEntry(sql, row.entry_idx),
    approval: approval && { id: approval.id, status: approval.status, expiresAtMs: approval.expires_at },
    deferral: deferralOf(sql, row.entry_idx),
    delivery: delivery && { id: delivery.id, status: delivery.state, attempts: delivery.attempts },
    late: lateDecision(sql, row.id),
  };
}

function deferralOf(sql: Statements, entryIdx: number): ActionState["deferral"] {
  const deferral = sql.deferral(entryIdx);
  return deferral && { status: deferral.status, expiresAtMs: deferral.expires_at };
}

function lateDecision(sql: Statements, actionId: string): LateDecision | null {
  const evaluation = sql.evaluation(actionId);
  if (evaluation === null || evaluation.finished_idx === null) return null;
  return {
    record: recordOf(decisionRow(sql, evaluation.finished_idx)),
    entry: storedEntry(sql, evaluation.finished_idx),
    confirmed: evaluation.confirmed === 1,
  };
}

/** The action as its first answer had it: whatever came later is left out, so a replay says the same. */
export function stateAsCommitted(sql: Statements, row: ActionRow, entryIdx: number): ActionState {
  const decision = decisionRow(sql, entryIdx);
  const record = recordOf(decision);
  const approval = record.decision === "hold" ? sql.approvalOf(row.id, entryIdx) : null;
  const deferral = deferralOf(sql, entryIdx);
  // A message is stored only where it may go.
  const delivery = decision.message === null ? null : sql.deliveryOf(row.id);
  return {
    ...actionState(sql, row),
    status: statusAfter(record.decision, { sends: delivery !== null, approved: false }),
    outcome: null,
    salt: decision.salt,
    record,
    entry: storedEntry(sql, entryIdx),
    approval: approval && { id: approval.id, status: "pending", expiresAtMs: approval.expires_at },
    deferral: deferral && { ...deferral, status: "pending" },
    delivery: delivery && { id: delivery.id, status: "queued", attempts: 0 },
    late: null,
  };
}

interface StoredInput {
  readonly action: ActionBody;
  readonly context: ActionContext;
  readonly principal: Principal;
}

export function heldAction(sql: Statements, row: ApprovalRow): HeldAction {
  const action = sql.action(row.action_id);
  const decision = decisionRow(sql, row.entry_idx);
  if (action === null) throw new Error(`couldn't read the action of approval ${row.id}`);
  // Written by the gate's `policyInput` from checked parts.
  const input = JSON.parse(decision.input) as JsonObject & StoredInput;
  const record = recordOf(decision);
  const detail: ApprovalDetail = {
    ...summary(row, action, decision, input),
    actionDigest: row.action_digest as Digest,
    action: input.action,
    context: input.context,
    supplied: suppliedIn(input),
    changed: record.changed && { payload: record.changed.payload, actionDigest: record.changed.actionDigest },
    roles: input.principal.roles,
    findings: record.findings,
    transport: record.target?.kind ?? null,
    ledgerIndex: row.entry_idx,
    bundles: record.bundles,
    reason: row.reason,
    actionStatus: action.status,
  };
  return {
    detail,
    principal: input.principal,
    supplied: detail.supplied,
    actionId: row.action_id,
    salt: decision.salt,
  };
}

export function approvalSummary(sql: Statements, row: ApprovalRow): ApprovalSummary {
  const action = sql.action(row.action_id);
  const decision = decisionRow(sql, row.entry_idx);
  if (action === null) throw new Error(`couldn't read the action of approval ${row.id}`);
  return summary(row, action, decision, JSON.parse(decision.input) as StoredInput);
}

function summary(
  row: ApprovalRow,
  action: ActionRow,
  decision: DecisionRow,
  input: StoredInput,
): ApprovalSummary {
  const record = recordOf(decision);
  return {
    id: row.id,
    actionId: row.action_id,
    status: row.status as TaskStatus,
    surface: action.surface,
    tool: input.action.tool ?? null,
    target: input.action.target ?? null,
    agent: action.agent,
    user: action.user,
    owner: action.owner,
    title: row.title,
    rules: [
      ...new Set(
        record.findings
          .filter(({ severity, settled }) => severity !== "info" && !settled)
          .map(({ rule }) => rule),
      ),
    ],
    createdAtMs: row.created_at,
    expiresAtMs: row.expires_at,
    decidedAtMs: row.decided_at,
    decidedBy: row.decided_by,
  };
}
