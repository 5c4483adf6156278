/** Percentiles, and the ratio of two things that were measured in turn. */

export interface Summary {
  readonly requestCount: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly requestsPerSecond: number;
}

/** The smallest value that at least `share` of the sorted values do not exceed (nearest rank). */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export function summarise(latenciesMs: readonly number[], elapsedMs: number): Summary {
  const sorted = Float64Array.from(latenciesMs).sort() as unknown as readonly number[];
  return {
    requestCount: sorted.length,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
    p999Ms: percentile(sorted, 0.999),
    requestsPerSecond: (sorted.length * 1000) / elapsedMs,
  };
}

/** Median and quartiles of the rounds: a round's own noise hits both sides of its ratio. */
export function quartiles(values: readonly number[]): readonly [number, number, number] {
  const sorted = [...values].sort((left, right) => left - right);
  return [percentile(sorted, 0.25), percentile(sorted, 0.5), percentile(sorted, 0.75)];
}

export const median = (values: readonly number[]): number => quartiles(values)[1];
