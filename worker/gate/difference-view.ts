/** What a candidate would have changed, as docs/api.md has it. */
import type { Outcome } from "../../core/policy/decision.ts";
import type { Difference, DifferenceCursor, PairCount } from "../../durable-objects/rpc-evidence.ts";
import { Problem } from "./problem.ts";

export function differenceView(difference: Difference) {
  const { actionId, entryIdx, change, decision, candidateDecision, onlyActive, onlyCandidate } = difference;
  return {
    action: actionId,
    ledger_index: entryIdx,
    change,
    decision,
    candidate_decision: candidateDecision,
    only_active: onlyActive,
    only_candidate: onlyCandidate,
  };
}

const same = ({ decision, candidateDecision }: { decision: Outcome; candidateDecision: Outcome }): boolean =>
  decision === candidateDecision;

/** How often both said the same and how often not, and which decision became which. */
export function countsView(pairs: readonly PairCount[]) {
  const sum = (some: readonly PairCount[]) => some.reduce((total, { count }) => total + count, 0);
  return {
    agree: sum(pairs.filter(same)),
    differ: sum(pairs.filter((pair) => !same(pair))),
    pairs: pairs.map(({ decision, candidateDecision, count }) => ({
      decision,
      candidate_decision: candidateDecision,
      count,
    })),
  };
}

export const cursorText = (cursor: DifferenceCursor | null): string | null =>
  cursor && `${cursor.rank}.${cursor.entryIdx}`;

export function readCursor(text: string | undefined): DifferenceCursor | null {
  if (text === undefined) return null;
  const [, rank, entryIdx] = /^([0-9]{1,2})\.([0-9]{1,15})$/.exec(text) ?? [];
  if (rank === undefined || entryIdx === undefined)
    throw new Problem("invalid_request", { detail: "cursor is the next_cursor of the page before." });
  return { rank: Number(rank), entryIdx: Number(entryIdx) };
}

/** Milliseconds of an RFC 3339 time. */
export function readTime(name: string, text: string): number {
  const ms = Date.parse(text);
  if (!/^\d{4}-\d\d-\d\dT/.test(text) || !Number.isFinite(ms))
    throw new Problem("invalid_request", { detail: `${name} is a time such as 2026-01-31T12:00:00Z.` });
  return ms;
}
