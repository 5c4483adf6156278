/** The atomic write of a judged action: entry, decision, and the task or outbox row that follows from it. */
import type { JsonObject } from "../core/json.ts";
import type { Actor, BindingUsed, DecisionBody, StoredEntry } from "../core/ledger/entry.ts";
import { APPROVAL_TTL_MS } from "../core/limits.ts";
import { bindingView } from "../core/policy/binding.ts";
import { writeDeferral } from "./deferrals.ts";
import { insertShadows } from "./differences.ts";
import { append, keyActor, subjectId } from "./ledger.ts";
import { insertDecision } from "./records.ts";
import type { DecisionCommit, KeptRecord, Placed, SubmitCommit } from "./rpc.ts";
import { indexAction, indexRules } from "./search.ts";
import type { Statements } from "./statements.ts";

/** What a decision makes of its action; `sends` where a message goes out, `approved` where a person let it pass. */
export function statusAfter(
  decision: KeptRecord["decision"],
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
export function writeSubmission(
  sql: Statements,
  log: string,
  nowMs: number,
  commit: SubmitCommit,
  actor: Actor = keyActor(commit.principal.key),
): Placed {
  const { principal } = commit;
  // An action that is new waits for nothing yet.
  const placed = writeDecision(sql, log, nowMs, commit, actor, null, false, null);
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
    seq: placed.entry.index,
    decision: commit.record.decision,
    folder: principal.folder,
    resource_folder: commit.resource.folder,
    data_class: commit.resource.dataClass,
  });
  indexAction(sql, placed.entry.index, commit);
  if (commit.idempotency) {
    sql.insertIdempotency({
      ...commit.idempotency,
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
  isAgain = approval !== null,
  before = sql.pendingDeferral(commit.actionId),
): Placed {
  const entry = append(sql, log, nowMs, {
    type: "decision",
    actor,
    subject: commit.actionId,
    body: decisionBody(sql, commit, approval) as unknown as JsonObject,
  });
  insertDecision(sql, entry.index, commit);
  if (before !== null) sql.settleDeferral(before.entry_idx, "judged_again");
  const status = statusAfter(commit.record.decision, {
    sends: commit.sends,
    approved: approval !== null,
  });
  if (isAgain) indexRules(sql, commit.actionId, commit.rules);
  if (status === "dispatching") {
    sql.insertDelivery({
      id: commit.deliveryId,
      action_id: commit.actionId,
      entry_idx: entry.index,
      target: commit.record.target?.name ?? "",
      due_at: nowMs,
    });
  }
  const owed = owesEvaluation(commit.record);
  if (owed) sql.insertEvaluation(commit.actionId, entry.index, nowMs);
  // A candidate is judged beside the action as submitted, once: not under an approval, nor with facts, nor before the full budget is spent.
  if (!isAgain && !(owed && isWaiting(status))) insertShadows(sql, nowMs, entry.index, commit);
  // A person is asked when the full budget is spent too (docs/design/budgets.md).
  const approvalExpiresAtMs = status === "held" && !owed ? writeTask(sql, nowMs, commit, entry) : null;
  const deferralExpiresAtMs =
    status === "deferred" ? writeDeferral(sql, nowMs, commit.actionId, entry.index, before) : null;
  return { entry, createdAtMs: nowMs, status, approvalExpiresAtMs, deferralExpiresAtMs };
}

/** Nothing of it has passed yet, and nothing was refused. */
export const isWaiting = (status: string): boolean => status === "held" || status === "deferred";

/** A block is final: what else a policy would have found changes nothing of it. */
export const owesEvaluation = ({ decision, unfinished }: KeptRecord): boolean =>
  unfinished && decision !== "block";

function writeTask(sql: Statements, nowMs: number, commit: DecisionCommit, entry: StoredEntry): number {
  const expiresAtMs = nowMs + APPROVAL_TTL_MS;
  sql.insertApproval({
    id: commit.approvalId,
    action_id: commit.actionId,
    entry_idx: entry.index,
    created_at: nowMs,
    expires_at: expiresAtMs,
  });
  return expiresAtMs;
}

/** What the entry says: ids for people, agents and folders, commitments for all that was written. */
export function decisionBody(
  sql: Pick<Statements, "subject" | "insertSubject">,
  commit: Omit<DecisionCommit, "sealed" | "sends">,
  approval: string | null,
): DecisionBody {
  const { principal, record } = commit;
  // In order, so that it is written at once (core/canonical-json.ts).
  return {
    agent: principal.agent === null ? null : subjectId(sql, "agent", principal.agent),
    approval,
    bindings: bindingsUsed(sql, commit.bindings),
    bundles: record.bundles,
    commitments: commit.commitments,
    config_revision: commit.revision,
    decision: record.decision,
    discharged: commit.discharged,
    engine: record.engine,
    folder: principal.folder === null ? null : subjectId(sql, "folder", principal.folder),
    mode: record.mode,
    owner: subjectId(sql, "person", principal.owner),
    policies: commit.policies,
    provisional: record.provisional,
    rules: commit.rules,
    shadow: commit.shadow,
    surface: commit.surface,
    target: record.target && { name: record.target.name, revision: record.target.revision },
    user: principal.user === null ? null : subjectId(sql, "person", principal.user),
    would_decide: record.wouldDecide,
  };
}

export const bindingsUsed = (
  sql: Pick<Statements, "subject" | "insertSubject">,
  bindings: DecisionCommit["bindings"],
): BindingUsed[] =>
  bindings.map((binding) => ({
    ...bindingView(binding),
    folder: binding.folder === null ? null : subjectId(sql, "folder", binding.folder),
  }));
