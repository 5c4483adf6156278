/** When the object must wake by itself, and what it forgets then. */
import { DELIVERY_TIMEOUT_MS, IDEMPOTENCY_KEEP_MS } from "../core/limits.ts";
import { beginRetention, isRetentionDue } from "./retention.ts";
import type { Statements } from "./statements.ts";

/** Never in the past: an alarm that fires at once in a loop would starve requests. */
const ALARM_LEAD_MS = 100;
/** By then an attempt has ended, and one that still stands open has lost its process or its result. */
export const ATTEMPT_OVERDUE_MS = DELIVERY_TIMEOUT_MS + 10_000;
/** Forgetting is no hurry. */
const SWEEP_EVERY_MS = 24 * 3600 * 1000;
/** When it was last done: kept in the table, so that a busy tenant's alarms cannot put it off for ever. */
const SWEPT_AT = "swept_at";

/** `others`: when what keeps its own times has to be woken; null where it has not. */
export function nextAlarmAtMs(sql: Statements, nowMs: number, others: readonly (number | null)[]): number {
  const sweepAt = isRetentionDue(sql) ? nowMs : Number(sql.meta(SWEPT_AT)) + SWEEP_EVERY_MS;
  const sendingSince = sql.sendingSince();
  const next = Math.min(
    sweepAt,
    sql.nextDelivery() ?? sweepAt,
    sendingSince === null ? sweepAt : sendingSince + ATTEMPT_OVERDUE_MS,
    sql.nextExpiry() ?? sweepAt,
    sql.nextDeferralExpiry() ?? sweepAt,
    sql.nextEvaluation() ?? sweepAt,
    ...others.map((at) => at ?? sweepAt),
  );
  return Math.max(next, nowMs + ALARM_LEAD_MS);
}

/** Forgets what has had its time, once a day; also at the tenant's creation, from when the days are counted. */
export function sweep(sql: Statements, nowMs: number): void {
  if (nowMs < Number(sql.meta(SWEPT_AT)) + SWEEP_EVERY_MS) return;
  sql.forgetIdempotency(nowMs - IDEMPOTENCY_KEEP_MS);
  sql.forgetSessions(nowMs);
  beginRetention(sql);
  sql.setMeta(SWEPT_AT, String(nowMs));
}
