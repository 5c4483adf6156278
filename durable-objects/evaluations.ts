/**
 * Full evaluations that are owed: of actions that a policy could not judge within its fast budget (docs/design/budgets.md).
 *
 * Life of a row: due -> asked for (the time of the next try is written first) -> finished | due again. Whoever dies in
 * between, evaluator or object, leaves a row that falls due by itself. A finish counts once: the row is gone, or says so.
 */
import type { JsonObject } from "../core/json.ts";
import type { EvaluationBody } from "../core/ledger/entry.ts";
import {
  APPROVAL_TTL_MS,
  EVALUATION_ALERT_AFTER,
  EVALUATION_BACKOFF_MS,
  EVALUATION_TIMEOUT_MS,
  EVALUATIONS_IN_FLIGHT_MAX,
} from "../core/limits.ts";
import { confirms } from "../core/policy/late.ts";
import { raiseAlert, stoppingRules } from "./alerts.ts";
import { bindingsUsed, isWaiting, writeDecision, writeSubmission } from "./commit.ts";
import { InFlight } from "./in-flight.ts";
import { append, SYSTEM } from "./ledger.ts";
import { insertDecision, readKept, readPayload } from "./records.ts";
import type { DecisionCommit, EvaluatorService, FinishedEvaluation, OwedEvaluation } from "./rpc.ts";
import { ATTEMPT_OVERDUE_MS } from "./schedule.ts";
import { indexRules } from "./search.ts";
import type { ActionRow, EvaluationRow, Statements } from "./statements.ts";

export interface EvaluationsDeps {
  readonly sql: Statements;
  readonly log: () => string;
  readonly tenant: () => string;
  readonly revision: () => number;
  readonly transaction: <T>(body: () => T) => T;
  readonly evaluator: EvaluatorService;
  /** Called after every try, whatever came of it. */
  readonly changed: (actionId: string) => void;
}

export class Evaluations {
  readonly #deps: EvaluationsDeps;
  readonly #inFlight = new InFlight<null>(() => this.#startDue());

  constructor(deps: EvaluationsDeps) {
    this.#deps = deps;
  }

  /** Asks for what is due, up to the limit; resolves when everything under way has ended. */
  drain(): Promise<void> {
    return this.#inFlight.drain();
  }

  /** The same without waiting. */
  begin(): void {
    this.#inFlight.begin();
  }

  #startDue(): void {
    if (this.#inFlight.size >= EVALUATIONS_IN_FLIGHT_MAX) return;
    for (const row of this.#deps.sql.dueEvaluations(Date.now(), 2 * EVALUATIONS_IN_FLIGHT_MAX)) {
      if (this.#inFlight.size >= EVALUATIONS_IN_FLIGHT_MAX) return;
      if (!this.#inFlight.has(row.action_id)) this.#inFlight.start(row.action_id, null, () => this.#ask(row));
    }
  }

  async #ask(row: EvaluationRow): Promise<void> {
    const { sql, evaluator, tenant, transaction, changed } = this.#deps;
    try {
      if (!transaction(() => this.#begin(row))) return;
      await within(EVALUATION_TIMEOUT_MS, evaluator.evaluate({ tenant: tenant(), actionId: row.action_id }));
    } catch (error) {
      const event = { event: "evaluation_failed", action_id: row.action_id, error: String(error) };
      console.error(JSON.stringify(event));
    } finally {
      const now = sql.evaluation(row.action_id);
      if (now?.finished_idx === null) transaction(() => this.#alertIfFailing(now));
      changed(row.action_id);
    }
  }

  /** False where nothing is asked for: it was settled meanwhile, or its time is over. */
  #begin({ action_id }: EvaluationRow): boolean {
    const { sql, log, revision } = this.#deps;
    const nowMs = Date.now();
    const row = sql.evaluation(action_id);
    const action = sql.action(action_id);
    if (row === null || action === null || row.finished_idx !== null) return false;
    // A held action was never sent: it is let go like a task that nobody decided. One that was sent is never let go.
    if (action.status === "held" && nowMs > action.created_at + APPROVAL_TTL_MS) {
      giveUp(sql, log(), nowMs, row, revision());
      return false;
    }
    const attempts = row.attempts + 1;
    sql.beginEvaluation(action_id, attempts, nowMs + backoffMs(attempts));
    return true;
  }

  #alertIfFailing({ action_id, entry_idx, attempts }: EvaluationRow): void {
    const { sql, log } = this.#deps;
    if (attempts < EVALUATION_ALERT_AFTER || sql.hasAlert(action_id, "evaluation_failing")) return;
    raiseAlert(sql, log(), Date.now(), {
      kind: "evaluation_failing",
      log: null,
      action: action_id,
      decided_at: entry_idx,
      evaluated_at: null,
      decision: null,
      rules: [],
      rollback: null,
    });
  }
}

const backoffMs = (attempts: number): number =>
  EVALUATION_BACKOFF_MS[Math.min(attempts, EVALUATION_BACKOFF_MS.length) - 1] ?? 0;

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** What the evaluator needs; null where nothing is owed any more. */
export function owedEvaluation(sql: Statements, actionId: string): OwedEvaluation | null {
  const row = sql.evaluation(actionId);
  const action = sql.action(actionId);
  if (row === null || action === null || row.finished_idx !== null) return null;
  const provisional = !isWaiting(action.status);
  return { actionId, provisional, ...decisionAt(sql, row.entry_idx) };
}

/** Writes what a full evaluation came to. False where it is not owed any more. Inside a transaction. */
export function finishEvaluation(
  sql: Statements,
  log: string,
  nowMs: number,
  finished: FinishedEvaluation,
): boolean {
  const { commit, entryIdx } = finished;
  const row = sql.evaluation(commit.actionId);
  const action = sql.action(commit.actionId);
  if (row === null || action === null || row.finished_idx !== null || row.entry_idx !== entryIdx)
    return false;
  if (commit.record.unfinished) throw new Error("couldn't finish an evaluation with one that is unfinished");
  if (isWaiting(action.status)) {
    sql.dropEvaluation(action.id);
    const placed = writeDecision(sql, log, nowMs, commit, SYSTEM, null);
    sql.setActionDecision(action.id, placed.entry.index, commit.record.decision, placed.status, nowMs);
  } else {
    writeLate(sql, log, nowMs, row, action, finished);
  }
  return true;
}

/** The action has passed: what the evaluation says changes nothing of that, and is told. */
function writeLate(
  sql: Statements,
  log: string,
  nowMs: number,
  row: EvaluationRow,
  action: ActionRow,
  { commit, rollback }: FinishedEvaluation,
): void {
  const confirmed = confirms(readKept(sql, row.entry_idx).record, commit.record);
  const body = evaluationBody(sql, row, commit, confirmed);
  const entry = append(sql, log, nowMs, { type: "evaluation", actor: SYSTEM, subject: action.id, body });
  insertDecision(sql, entry.index, commit);
  indexRules(sql, action.id, commit.rules);
  sql.finishEvaluation(action.id, entry.index, confirmed);
  if (confirmed) return;
  const delivery = sql.deliveryOf(action.id);
  // Not to be sent any more: the relay refuses it at its next attempt, which is now.
  if (delivery?.state === "queued") sql.postponeDelivery(delivery.id, nowMs);
  const mayHaveGone = delivery === null || delivery.attempts > 0;
  const undo = mayHaveGone ? rollback : null;
  if (undo !== null) writeSubmission(sql, log, nowMs, undo, SYSTEM);
  // What undoes a message must not overtake it: the relay lets it go when the attempt under way, the last one, has ended.
  if (undo !== null && delivery?.state === "sending")
    sql.postponeDelivery(undo.deliveryId, nowMs + ATTEMPT_OVERDUE_MS);
  raiseAlert(sql, log, nowMs, {
    kind: "late_block",
    log: null,
    action: action.id,
    decided_at: row.entry_idx,
    evaluated_at: entry.index,
    decision: commit.record.decision,
    rules: stoppingRules(commit.rules),
    rollback: undo?.actionId ?? null,
  });
}

function evaluationBody(
  sql: Statements,
  row: EvaluationRow,
  commit: DecisionCommit,
  confirmed: boolean,
): JsonObject {
  const body: EvaluationBody = {
    action: row.action_id,
    decided_at: row.entry_idx,
    decision: commit.record.decision,
    would_decide: commit.record.wouldDecide,
    confirmed,
    rules: commit.rules,
    policies: commit.policies,
    shadow: commit.shadow,
    bundles: commit.record.bundles,
    bindings: bindingsUsed(sql, commit.bindings),
    config_revision: commit.revision,
    engine: commit.record.engine,
    commitments: { input: commit.commitments.input, changed: commit.commitments.changed },
  };
  return body as unknown as JsonObject;
}

/** The evaluation could not be had in an action's time, so it is never let through. */
function giveUp(
  sql: Statements,
  log: string,
  nowMs: number,
  { action_id, entry_idx }: EvaluationRow,
  revision: number,
): void {
  sql.dropEvaluation(action_id);
  sql.setActionStatus(action_id, "expired", nowMs);
  const body: EvaluationBody = {
    action: action_id,
    decided_at: entry_idx,
    decision: null,
    would_decide: null,
    confirmed: false,
    rules: [],
    policies: [],
    shadow: null,
    bundles: [],
    bindings: [],
    config_revision: revision,
    engine: null,
    commitments: { input: null, changed: null },
  };
  append(sql, log, nowMs, {
    type: "evaluation",
    actor: SYSTEM,
    subject: action_id,
    body: body as unknown as JsonObject,
  });
}

/** Throws `NotHere` where it has to be fetched first. */
export function decisionAt(
  sql: Statements,
  entryIdx: number,
): Pick<OwedEvaluation, "record" | "entryIdx" | "input" | "changedInput" | "salt"> {
  const decision = readKept(sql, entryIdx);
  const { input, changedInput } = readPayload(sql, decision);
  return { record: decision.record, entryIdx, input, changedInput, salt: decision.brief.salt };
}
