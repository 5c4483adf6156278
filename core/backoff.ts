/** When a delivery is tried again. */
import { DELIVERY_BACKOFF_MS, DELIVERY_JITTER, DELIVERY_RETRY_WINDOW_MS } from "./limits.ts";

/**
 * The time of the attempt after `attemptCount` made ones, or null where the delivery is given up: the schedule is at its
 * end, or the provider may have forgotten the idempotency key. `random` is in [0, 1). A provider's
 * Retry-After lengthens the wait, never shortens it.
 */
export function nextAttemptAtMs(times: {
  readonly attemptCount: number;
  readonly firstAttemptAtMs: number;
  readonly nowMs: number;
  readonly retryAfterMs: number | null;
  readonly random: number;
}): number | null {
  const base = DELIVERY_BACKOFF_MS[times.attemptCount];
  if (base === undefined) return null;
  const spread = base * (1 + DELIVERY_JITTER * (2 * times.random - 1));
  const asked = times.retryAfterMs ?? 0;
  // A NaN would pass every comparison below and be stored as a time that never comes.
  const at = times.nowMs + Math.max(spread, Number.isNaN(asked) ? 0 : asked);
  return at - times.firstAttemptAtMs > DELIVERY_RETRY_WINDOW_MS ? null : Math.round(at);
}
