/** What the tenant's object tells of recorded decisions: for exports, reports on candidates, and backtests. */
import type { Digest } from "../core/hash.ts";
import type { StoredEntry } from "../core/ledger/entry.ts";
import type { Change } from "../core/policy/change.ts";
import type { Outcome } from "../core/policy/decision.ts";
import type { DecisionEvidence } from "../core/policy/replay/replay.ts";

export interface RecordedEntry {
  readonly entry: StoredEntry;
  /** Null where the entry is no decision. */
  readonly evidence: DecisionEvidence | null;
}

export interface EvidencePage {
  /** Fewer than asked for where their texts are long. */
  readonly entries: readonly RecordedEntry[];
  readonly log: string;
  readonly size: number;
}

/** Decided so, and decided otherwise by a candidate. */
export interface Difference {
  readonly entryIdx: number;
  readonly actionId: string;
  readonly change: Change;
  readonly decision: Outcome;
  readonly candidateDecision: Outcome;
  /** `policy RULE` that fired in one of the two alone. */
  readonly onlyActive: readonly string[];
  readonly onlyCandidate: readonly string[];
}

export interface PairCount {
  readonly decision: Outcome;
  readonly candidateDecision: Outcome;
  readonly count: number;
}

/** Where a page of differences goes on: after this one. */
export interface DifferenceCursor {
  readonly rank: number;
  readonly entryIdx: number;
}

export interface ShadowQuery {
  readonly surface: string;
  readonly folder: string | null;
  readonly candidate: Digest;
  readonly sinceMs: number;
  readonly after: DifferenceCursor | null;
  readonly limit: number;
}

export interface ShadowReport {
  readonly pairs: readonly PairCount[];
  readonly onlyActive: readonly { readonly rule: string; readonly count: number }[];
  readonly onlyCandidate: readonly { readonly rule: string; readonly count: number }[];
  readonly differences: readonly Difference[];
  readonly next: DifferenceCursor | null;
}

export interface BacktestRequest {
  readonly bundle: Digest;
  /** Null: the candidate alone judges every action. */
  readonly surface: string | null;
  readonly folder: string | null;
  readonly sinceMs: number;
  readonly untilMs: number;
}

export interface Backtest {
  readonly id: string;
  readonly request: BacktestRequest;
  readonly createdAtMs: number;
  /** Entries below are done; at `endIdx` all are. */
  readonly nextIdx: number;
  readonly endIdx: number;
  readonly judged: number;
  /** Decisions under an approval, of other surfaces and folders, or without an input any more. */
  readonly skipped: number;
  readonly pairs: readonly PairCount[];
  /** True where there were more differences than are kept; all are counted. */
  readonly truncated: boolean;
}

export interface BacktestProgress {
  readonly fromIdx: number;
  readonly nextIdx: number;
  readonly skipped: number;
  readonly pairs: readonly PairCount[];
  readonly differences: readonly Difference[];
}

export interface EvidenceService {
  evidence(from: number, limit: number): Promise<EvidencePage>;
  shadowReport(query: ShadowQuery): Promise<ShadowReport>;
  createBacktest(author: { readonly keyId: string }, id: string, request: BacktestRequest): Promise<Backtest>;
  /** Counts once: what was judged meanwhile by another call is left out. */
  advanceBacktest(
    author: { readonly keyId: string },
    id: string,
    progress: BacktestProgress,
  ): Promise<Backtest | null>;
  backtest(id: string): Promise<Backtest | null>;
  backtestDifferences(
    id: string,
    after: DifferenceCursor | null,
    limit: number,
  ): Promise<{ readonly differences: readonly Difference[]; readonly next: DifferenceCursor | null }>;
}
