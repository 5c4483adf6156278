/** A token bucket for each caller, in this isolate's memory: it slows a search down, and is no quota. */
const CALLERS_MAX = 10_000;
const MINUTE_MS = 60_000;

export class RateLimit {
  readonly #perMinute: number;
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>();

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** 0 where the call may go on, else the seconds until it may. */
  take(caller: string, nowMs: number): number {
    const bucket = this.#buckets.get(caller) ?? { tokens: this.#perMinute, atMs: nowMs };
    const tokens = Math.min(
      this.#perMinute,
      bucket.tokens + ((nowMs - bucket.atMs) * this.#perMinute) / MINUTE_MS,
    );
    // Forgetting everyone gives each a full bucket again, which a flood of keys of one tenant cannot exploit: they are few.
    if (this.#buckets.size > CALLERS_MAX) this.#buckets.clear();
    this.#buckets.set(caller, { tokens: tokens >= 1 ? tokens - 1 : tokens, atMs: nowMs });
    return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) * MINUTE_MS) / this.#perMinute / 1000);
  }
}
