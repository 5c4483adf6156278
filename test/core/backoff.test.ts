import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextAttemptAtMs } from "../../core/backoff.ts";
import { DELIVERY_BACKOFF_MS, DELIVERY_RETRY_WINDOW_MS } from "../../core/limits.ts";

const NOW = 1_800_000_000_000;
const at = (over: Partial<Parameters<typeof nextAttemptAtMs>[0]>) =>
  nextAttemptAtMs({
    attemptCount: 1,
    firstAttemptAtMs: NOW,
    nowMs: NOW,
    retryAfterMs: null,
    random: 0.5,
    ...over,
  });

describe("nextAttemptAtMs", () => {
  it("follows the schedule", () => {
    const waits = DELIVERY_BACKOFF_MS.map((_, attemptCount) => (at({ attemptCount }) ?? 0) - NOW);
    expect(waits).toEqual([...DELIVERY_BACKOFF_MS]);
    expect(at({ attemptCount: DELIVERY_BACKOFF_MS.length })).toBeNull();
  });

  it("spreads by a fifth each way", () => {
    expect(at({ random: 0 })).toBe(NOW + 4_000);
    expect(at({ random: 0.999_999 })).toBe(NOW + 6_000);
  });

  it("waits longer where asked, never shorter", () => {
    expect(at({ retryAfterMs: 60_000 })).toBe(NOW + 60_000);
    expect(at({ retryAfterMs: 0 })).toBe(NOW + 5_000);
    expect(at({ retryAfterMs: -60_000 })).toBe(NOW + 5_000);
    expect(at({ retryAfterMs: Number.NaN })).toBe(NOW + 5_000);
  });

  it("gives up before the provider forgets the idempotency key", () => {
    const nowMs = NOW + DELIVERY_RETRY_WINDOW_MS - 5_000;
    expect(at({ nowMs })).toBe(NOW + DELIVERY_RETRY_WINDOW_MS);
    expect(at({ nowMs: nowMs + 1 })).toBeNull();
    expect(at({ retryAfterMs: DELIVERY_RETRY_WINDOW_MS + 1 })).toBeNull();
    expect(at({ retryAfterMs: Number.POSITIVE_INFINITY })).toBeNull();
  });

  it("is null or a whole time within the window, never in the past", () => {
    const times = fc.record({
      attemptCount: fc.integer({ min: -1, max: 10 }),
      firstAttemptAtMs: fc.constant(NOW),
      nowMs: fc.integer({ min: NOW, max: NOW + 2 * DELIVERY_RETRY_WINDOW_MS }),
      retryAfterMs: fc.option(fc.double({ min: -1e12, max: 1e12 })),
      random: fc.double({ min: 0, max: 0.999_999, noNaN: true }),
    });
    fc.assert(
      fc.property(times, (given) => {
        const next = nextAttemptAtMs(given);
        if (next === null) return true;
        return Number.isSafeInteger(next) && next >= given.nowMs && next <= NOW + DELIVERY_RETRY_WINDOW_MS;
      }),
    );
  });
});
