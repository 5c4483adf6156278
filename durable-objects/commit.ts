/** The atomic write of a judged action: entry, decision, and the task or outbox row that follows from it. */
import type { JsonObject } from "../core/json.ts";
import type { Actor, DecisionBody, StoredEntry } from "../core/ledger/entry.ts";
import { APPROVAL_TTL_MS } from "../core/limits.ts";
import { append, keyActor, subjectId } from "./ledger.ts";
import type { DecisionCommit, DecisionRecord, Placed, SubmitCommit } from "./rpc.ts";
import type { Statements } from "./statements.ts";

/** What a decision makes of its action; `sends` where a message goes out, `approved` where a person let it pass. */
export function statusAfter(
  decision: DecisionRecord["decision"],
  { sends, approved }: { sends: boolean; approved: boolean },
): string {
  switch (decision) {
    case "allow":
    case "modify":
      if (sends) return "dispatching";
      return approved ? "approved" : "allowed";
    case "hold":
      return "held";
    case "defer":
      return "deferred";
    case "block":
      return "blocked";
  }
}

/** The caller is inside `transactionSync` and has checked revision and idempotency. */
export function writeSubmission(sql: Statements, log: string, nowMs: number, commit: SubmitCommit): Placed {
  const { principal } = commit;
  const placed = writeDecision(sql, log, nowMs, commit, keyActor(principal.key), null);
  sql.insertAction({
    id: commit.actionId,
    entry_idx: placed.entry.index,
    status: placed.status,
    surface: commit.surface,
    key_id: principal.key,
    owner: principal.owner,
    agent: principal.agent,
    user: principal.user,
    outcome: null,
    created_at: nowMs,
    updated_at: nowMs,
  });
  if (commit.idempotency) {
    sql.insertIdempotency({
      ...commit.idempotency,
      fingerprint: commit.fingerprint,
      action_id: commit.actionId,
      entry_idx: placed.entry.index,
      answer: null,
      created_at: nowMs,
    });
  }
  return placed;
}

/** Writes the decision's entry and what it leads to; the action's own row is the caller's. */
export function writeDecision(
  sql: Statements,
  log: string,
  nowMs: number,
  commit: DecisionCommit,
  actor: Actor,
  approval: string | null,
): Placed {
  const entry = append(sql, log, nowMs, {
    type: "decision",
    actor,
    subject: commit.actionId,
    body: decisionBody(sql, commit, approval) as unknown as JsonObject,
  });
  sql.insertDecision({
    entry_idx: entry.index,
    action_id: commit.actionId,
    salt: commit.salt,
    record: JSON.stringify(commit.record),
    input: commit.input,
    message: commit.message && JSON.stringify(commit.message),
  });
  const status = statusAfter(commit.record.decision, {
    sends: commit.message !== null,
    approved: approval !== null,
  });
  if (status === "dispatching") {
    sql.insertDelivery({
      id: commit.deliveryId,
      action_id: commit.actionId,
      entry_idx: entry.index,
      target: commit.record.target?.name ?? "",
      due_at: nowMs,
    });
  }
  const approvalExpiresAtMs = status === "held" ? writeTask(sql, nowMs, commit, entry) : null;
  return { entry, createdAtMs: nowMs, status, approvalExpiresAtMs };
}

function writeTask(sql: Statements, nowMs: number, commit: DecisionCommit, entry: StoredEntry): number {
  const expiresAtMs = nowMs + APPROVAL_TTL_MS;
  sql.insertApproval({
    id: commit.approvalId,
    action_id: commit.actionId,
    entry_idx: entry.index,
    status: "pending",
    action_digest: commit.record.actionDigest,
    title: commit.title,
    created_at: nowMs,
    expires_at: expiresAtMs,
    decided_at: null,
    decided_by: null,
    reason: null,
  });
  return expiresAtMs;
}

function decisionBody(sql: Statements, commit: DecisionCommit, approval: string | null): DecisionBody {
  const { principal, record } = commit;
  return {
    surface: commit.surface,
    decision: record.decision,
    mode: record.mode,
    would_decide: record.wouldDecide,
    rules: commit.rules,
    policies: commit.policies,
    bundles: record.bundles,
    config_revision: commit.revision,
    engine: record.engine,
    target: record.target && { name: record.target.name, revision: record.target.revision },
    owner: subjectId(sql, "person", principal.owner),
    agent: principal.agent === null ? null : subjectId(sql, "agent", principal.agent),
    user: principal.user === null ? null : subjectId(sql, "person", principal.user),
    folder: principal.folder === null ? null : subjectId(sql, "folder", principal.folder),
    approval,
    commitments: commit.commitments,
  };
}
