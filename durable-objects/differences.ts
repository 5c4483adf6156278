/** What candidates would have decided otherwise: beside the decisions as they are made, and in backtests. */
import { BACKTEST_DIFFERENCES_MAX, BACKTESTS_MAX } from "../core/limits.ts";
import { CHANGES, changeOf, rulesOnlyIn } from "../core/policy/change.ts";
import type { Outcome } from "../core/policy/decision.ts";
import type { DecisionCommit } from "./rpc.ts";
import type {
  Backtest,
  BacktestProgress,
  BacktestRequest,
  Difference,
  DifferenceCursor,
  PairCount,
  ShadowQuery,
  ShadowReport,
} from "./rpc-evidence.ts";
import type { BacktestRow, DifferenceRow, Statements } from "./statements.ts";

/** One row for each binding with a candidate. Inside the transaction of the decision. */
export function insertShadows(
  sql: Statements,
  nowMs: number,
  entryIdx: number,
  commit: DecisionCommit,
): void {
  const { shadow, record, rules } = commit;
  if (shadow === null) return;
  const decision = record.wouldDecide ?? record.decision;
  for (const { surface, folder, bundle, shadow: candidate } of commit.bindings) {
    if (candidate === null) continue;
    sql.insertShadow({
      surface,
      folder: folder ?? "",
      active: bundle,
      candidate,
      at: nowMs,
      ...rowOf({
        entryIdx,
        actionId: commit.actionId,
        decision,
        candidateDecision: shadow.decision,
        onlyActive: rulesOnlyIn(rules, shadow.rules),
        onlyCandidate: rulesOnlyIn(shadow.rules, rules),
      }),
    });
  }
}

export function shadowReport(sql: Statements, query: ShadowQuery): ShadowReport {
  const { surface, folder, candidate, sinceMs, after, limit } = query;
  const which = [surface, folder ?? "", candidate, sinceMs] as const;
  const pairs = sql.shadowPairs(...which).map(pairOf);
  const rules = (side: "only_active" | "only_candidate") => sql.shadowRules(side, ...which);
  const rows = sql.shadowDifferences(...which, after?.rank ?? 0, after?.entryIdx ?? -1, limit);
  return {
    pairs,
    onlyActive: rules("only_active"),
    onlyCandidate: rules("only_candidate"),
    ...pageOf(rows, limit),
  };
}

// --- backtests --------------------------------------------------------------

/** The range of entries is fixed here: what is decided later is not part of it. The oldest backtests make room. */
export function createBacktest(
  sql: Statements,
  nowMs: number,
  id: string,
  request: BacktestRequest,
): Backtest {
  sql.dropBacktests(BACKTESTS_MAX - 1);
  sql.insertBacktest({
    id,
    request: JSON.stringify(request),
    next_idx: firstAt(sql, request.sinceMs),
    end_idx: firstAt(sql, request.untilMs),
    judged: 0,
    skipped: 0,
    pairs: "[]",
    listed: 0,
    created_at: nowMs,
  });
  return readBacktest(sql, id) as Backtest;
}

export function readBacktest(sql: Statements, id: string): Backtest | null {
  const row = sql.backtest(id);
  return row && backtestOf(row);
}

export function advanceBacktest(sql: Statements, id: string, progress: BacktestProgress): Backtest | null {
  const row = sql.backtest(id);
  if (row === null || row.next_idx !== progress.fromIdx) return row && backtestOf(row);
  const known = backtestOf(row);
  const room = Math.max(BACKTEST_DIFFERENCES_MAX - row.listed, 0);
  const listed = progress.differences.slice(0, room);
  for (const difference of listed) sql.insertBacktestDifference({ backtest_id: id, ...rowOf(difference) });
  const pairs = addPairs(known.pairs, progress.pairs);
  const judged = progress.pairs.reduce((sum, { count }) => sum + count, 0);
  sql.advanceBacktest({
    id,
    next_idx: progress.nextIdx,
    judged: row.judged + judged,
    skipped: row.skipped + progress.skipped,
    pairs: JSON.stringify(pairs),
    listed: row.listed + progress.differences.length,
  });
  return readBacktest(sql, id);
}

export function backtestDifferences(
  sql: Statements,
  id: string,
  after: DifferenceCursor | null,
  limit: number,
) {
  const rows = sql.backtestDifferences(id, after?.rank ?? 0, after?.entryIdx ?? -1, limit);
  return pageOf(rows, limit);
}

/** The first entry of a time or later. Times are those of the entries, which do not go back but for the clock's own corrections. */
export function firstAt(sql: Statements, ms: number): number {
  let low = 0;
  let high = (sql.lastEntry()?.idx ?? -1) + 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const text = sql.entry(middle)?.text ?? "{}";
    if (Date.parse((JSON.parse(text) as { time: string }).time) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rows are written above from checked values. */
function backtestOf(row: BacktestRow): Backtest {
  return {
    id: row.id,
    request: JSON.parse(row.request) as BacktestRequest,
    createdAtMs: row.created_at,
    nextIdx: row.next_idx,
    endIdx: row.end_idx,
    judged: row.judged,
    skipped: row.skipped,
    pairs: JSON.parse(row.pairs) as PairCount[],
    truncated: row.listed > BACKTEST_DIFFERENCES_MAX,
  };
}

function addPairs(known: readonly PairCount[], more: readonly PairCount[]): PairCount[] {
  const sums = new Map<string, PairCount>();
  for (const pair of [...known, ...more]) {
    const key = `${pair.decision} ${pair.candidateDecision}`;
    sums.set(key, { ...pair, count: pair.count + (sums.get(key)?.count ?? 0) });
  }
  return [...sums.values()];
}

// --- rows -------------------------------------------------------------------

/** Rank 0 is no change. */
const rankOf = (from: Outcome, to: Outcome): number => {
  const change = changeOf(from, to);
  return change === null ? 0 : CHANGES.indexOf(change) + 1;
};

function rowOf(difference: Omit<Difference, "change">): DifferenceRow {
  const { entryIdx, actionId, decision, candidateDecision, onlyActive, onlyCandidate } = difference;
  return {
    entry_idx: entryIdx,
    action_id: actionId,
    decision,
    candidate_decision: candidateDecision,
    rank: rankOf(decision, candidateDecision),
    only_active: JSON.stringify(onlyActive),
    only_candidate: JSON.stringify(onlyCandidate),
  };
}

const pairOf = (row: { decision: string; candidate_decision: string; n: number }): PairCount => ({
  decision: row.decision as Outcome,
  candidateDecision: row.candidate_decision as Outcome,
  count: row.n,
});

function pageOf(
  rows: readonly DifferenceRow[],
  limit: number,
): { differences: Difference[]; next: DifferenceCursor | null } {
  const last = rows.length === limit ? rows.at(-1) : undefined;
  return {
    differences: rows.map((row) => ({
      entryIdx: row.entry_idx,
      actionId: row.action_id,
      change: CHANGES[row.rank - 1] ?? "other",
      decision: row.decision as Outcome,
      candidateDecision: row.candidate_decision as Outcome,
      onlyActive: JSON.parse(row.only_active) as string[],
      onlyCandidate: JSON.parse(row.only_candidate) as string[],
    })),
    next: last === undefined ? null : { rank: last.rank, entryIdx: last.entry_idx },
  };
}
