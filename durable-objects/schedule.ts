/** When the object must wake by itself, and what it forgets then. */
import { IDEMPOTENCY_KEEP_MS } from "../core/limits.ts";
import type { Statements } from "./statements.ts";

/** Never in the past: an alarm that fires at once in a loop would starve requests. */
const ALARM_LEAD_MS = 100;
/** Forgetting is no hurry: once a day is soon enough. */
const SWEEP_DELAY_MS = 24 * 3600 * 1000;

export function nextAlarmAtMs(sql: Statements, nowMs: number): number | null {
  const oldest = sql.oldestIdempotency();
  const times = [
    sql.nextDelivery(),
    sql.nextExpiry(),
    oldest === null ? null : Math.max(oldest + IDEMPOTENCY_KEEP_MS, nowMs + SWEEP_DELAY_MS),
  ];
  const next = times.filter((at) => at !== null);
  return next.length === 0 ? null : Math.max(Math.min(...next), nowMs + ALARM_LEAD_MS);
}

export function sweep(sql: Statements, nowMs: number): void {
  sql.forgetIdempotency(nowMs - IDEMPOTENCY_KEEP_MS);
  sql.forgetSessions(nowMs);
}
