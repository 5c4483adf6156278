/** Drives a backtest of a gateway to its end, and fetches all that it found. */
import type { Client } from "../client.ts";

export interface BacktestDifference {
  readonly action: string;
  readonly ledger_index: number;
  readonly change: string;
  readonly decision: string;
  readonly candidate_decision: string;
  /** `policy RULE`. */
  readonly only_active: readonly string[];
  readonly only_candidate: readonly string[];
}

export interface BacktestAnswer {
  readonly id: string;
  readonly status: "unfinished" | "finished";
  readonly remaining: number;
  readonly judged: number;
  readonly skipped: number;
  readonly agree: number;
  readonly differ: number;
  readonly truncated: boolean;
  /** The gravest change first. */
  readonly data: readonly BacktestDifference[];
  readonly next_cursor: string | null;
}

export interface BacktestRequest {
  readonly bundle: string;
  readonly since: string;
  readonly until: string;
  readonly surface?: string;
  readonly folder?: string;
}

/** One call judges as much as one call may; `progress` is told after each. */
export async function runBacktest(
  client: Client,
  request: BacktestRequest,
  progress: (backtest: BacktestAnswer) => void,
): Promise<BacktestAnswer> {
  let backtest = await client.expect<BacktestAnswer>("POST", "/v1/backtests", { ...request });
  progress(backtest);
  const path = `/v1/backtests/${encodeURIComponent(backtest.id)}`;
  while (backtest.status === "unfinished") {
    backtest = await client.expect<BacktestAnswer>("POST", `${path}/continue`, {});
    progress(backtest);
  }
  const data = [...backtest.data];
  let cursor = backtest.next_cursor;
  while (cursor !== null) {
    const page = await client.expect<BacktestAnswer>("GET", `${path}?cursor=${encodeURIComponent(cursor)}`);
    data.push(...page.data);
    cursor = page.next_cursor;
  }
  return { ...backtest, data, next_cursor: null };
}
