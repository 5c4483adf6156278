/** Reads an action's state together from its rows. */

import type { ActionBody, ActionContext } from "../core/action.ts";
import type { ApprovalDetail, ApprovalSummary, TaskStatus } from "../core/approval.ts";
import { suppliedIn } from "../core/facts.ts";
import type { JsonObject } from "../core/json.ts";
import type { Principal } from "../core/principal.ts";
import { changedPayloadOf } from "../core/sealed-record.ts";
import { statusAfter } from "./commit.ts";
import { storedEntry } from "./ledger.ts";
import {
  answeredRecord,
  type ErasedDecision,
  findEvidence,
  type KeptDecision,
  readDecision,
  readPayload,
} from "./records.ts";
import type { ActionState, HeldAction, LateDecision } from "./rpc.ts";
import type { ActionRow, ApprovalRow, Statements } from "./statements.ts";

export function actionState(sql: Statements, row: ActionRow): ActionState {
  const decision = readDecision(sql, row.entry_idx);
  const approval = sql.approvalOf(row.id, row.entry_idx);
  const delivery = sql.deliveryOf(row.id);
  return {
    id: row.id,
    status: row.status,
    createdAtMs: row.created_at,
    keyId: row.key_id,
    owner: row.owner,
    outcome: row.outcome,
    salt: decision.brief?.salt ?? null,
    record: answeredRecord(sql, decision),
    erasedAtMs: row.erased_at,
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
    record: answeredRecord(sql, readDecision(sql, evaluation.finished_idx)),
    entry: storedEntry(sql, evaluation.finished_idx),
    confirmed: evaluation.confirmed === 1,
  };
}

/** The action as its first answer had it: whatever came later is left out, so a replay says the same. */
export function stateAsCommitted(sql: Statements, row: ActionRow, entryIdx: number): ActionState {
  const decided = readDecision(sql, entryIdx);
  const { record, brief } = decided;
  const approval = record.decision === "hold" ? sql.approvalOf(row.id, entryIdx) : null;
  const deferral = deferralOf(sql, entryIdx);
  const delivery = sql.deliveriesOf(row.id).find((one) => one.entry_idx === entryIdx) ?? null;
  return {
    ...actionState(sql, row),
    status: statusAfter(record.decision, { sends: delivery !== null, approved: false }),
    outcome: null,
    salt: brief?.salt ?? null,
    record: answeredRecord(sql, decided),
    entry: storedEntry(sql, entryIdx),
    approval: approval && { id: approval.id, status: "pending", expiresAtMs: approval.expires_at },
    deferral: deferral && { ...deferral, status: "pending" },
    delivery: delivery && { id: delivery.id, status: "queued", attempts: 0 },
    late: null,
  };
}

/** Written by the gate's `policyInput` from checked parts. */
interface StoredInput {
  readonly action: ActionBody;
  readonly context: ActionContext;
  readonly principal: Principal;
}

/** Null where what was shown was erased. */
export function heldAction(sql: Statements, row: ApprovalRow): HeldAction | null {
  const { action, decision } = shownBy(sql, row);
  if (decision.brief === null) return null;
  const { record, brief } = decision;
  const payload = readPayload(sql, decision);
  const input = JSON.parse(payload.input) as JsonObject & StoredInput;
  const changed = changedPayloadOf(payload);
  const reason = row.settled_idx === null ? null : findEvidence(sql, row.settled_idx);
  const detail: ApprovalDetail = {
    ...summary(row, action, decision),
    title: brief.title,
    actionDigest: record.actionDigest,
    action: input.action,
    context: input.context,
    supplied: suppliedIn(input),
    changed: record.changed && changed && { payload: changed, actionDigest: record.changed.actionDigest },
    roles: input.principal.roles,
    findings: record.findings,
    transport: record.target?.kind ?? null,
    ledgerIndex: row.entry_idx,
    bundles: record.bundles,
    reason: reason?.text ?? null,
    actionStatus: action.status,
  };
  return {
    detail,
    principal: input.principal,
    supplied: detail.supplied,
    actionId: row.action_id,
    salt: brief.salt,
  };
}

export function approvalSummary(sql: Statements, row: ApprovalRow): ApprovalSummary {
  const { action, decision } = shownBy(sql, row);
  return summary(row, action, decision);
}

function shownBy(sql: Statements, row: ApprovalRow) {
  const action = sql.action(row.action_id);
  if (action === null) throw new Error(`couldn't read the action of approval ${row.id}`);
  return { action, decision: readDecision(sql, row.entry_idx) };
}

function summary(
  row: ApprovalRow,
  action: ActionRow,
  decision: KeptDecision | ErasedDecision,
): ApprovalSummary {
  const { record, brief } = decision;
  return {
    id: row.id,
    actionId: row.action_id,
    status: row.status as TaskStatus,
    surface: action.surface,
    tool: brief?.tool ?? null,
    target: brief?.target ?? null,
    agent: action.agent,
    user: action.user,
    owner: action.owner,
    title: brief?.title ?? null,
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
