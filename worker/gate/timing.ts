/** Where a request's time went, as a Server-Timing header. On Workers the clock stands still during computation. */
export class Timing {
  readonly #spans: string[] = [];

  async measure<T>(name: string, work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.#spans.push(`${name};dur=${(performance.now() - start).toFixed(1)}`);
    }
  }

  header(): string {
    return this.#spans.join(", ");
  }
}
