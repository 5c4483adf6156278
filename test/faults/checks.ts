/** What must hold, how often it was looked at, and where it did not. */

/** More of one kind say nothing new. */
const FAULTS_KEPT = 5;

export interface CheckResult {
  readonly name: string;
  readonly compared: number;
  readonly failed: number;
  readonly faults: readonly string[];
}

export class Checks {
  readonly #results = new Map<string, { compared: number; failed: number; faults: string[] }>();

  expect(name: string, holds: boolean, detail: () => string): void {
    const result = this.#results.get(name) ?? { compared: 0, failed: 0, faults: [] };
    this.#results.set(name, result);
    result.compared++;
    if (holds) return;
    result.failed++;
    if (result.faults.length < FAULTS_KEPT) result.faults.push(detail());
  }

  results(): CheckResult[] {
    return [...this.#results].map(([name, result]) => ({ name, ...result }));
  }

  faults(): string[] {
    return this.results().flatMap(({ name, faults }) => faults.map((fault) => `${name}: ${fault}`));
  }
}
