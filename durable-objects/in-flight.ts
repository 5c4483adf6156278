/**
 * Work under way, by the id of its row. Draining is asked for after every commit, and under load there is always something
 * under way: so whoever asks starts what is due, and all share one promise that everything has ended. A loop for each of them
 * would look at the table, whenever one piece of work ended, as often as there were such loops.
 */
export class InFlight<T> {
  readonly #startDue: () => void;
  readonly #under = new Map<string, T>();
  #idle: PromiseWithResolvers<void> | null = null;

  /** `startDue` starts what is due and fits; it is called again whenever something has ended. */
  constructor(startDue: () => void) {
    this.#startDue = startDue;
  }

  get size(): number {
    return this.#under.size;
  }

  has(id: string): boolean {
    return this.#under.has(id);
  }

  /** What was said of all that is under way. */
  all(): T[] {
    return [...this.#under.values()];
  }

  start(id: string, about: T, work: () => Promise<void>): void {
    this.#under.set(id, about);
    void this.#finish(id, work());
  }

  /** Starts what is due. */
  begin(): void {
    this.#startDue();
  }

  /** Starts what is due; resolves when everything under way has ended. */
  async drain(): Promise<void> {
    this.#startDue();
    if (this.#under.size === 0) return;
    this.#idle ??= Promise.withResolvers<void>();
    await this.#idle.promise;
  }

  async #finish(id: string, work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      console.error(JSON.stringify({ event: "work_failed", id, error: String(error) }));
    }
    this.#under.delete(id);
    try {
      this.#startDue();
    } catch (error) {
      // Rows that are due stay so: the next commit or alarm comes back to them.
      console.error(JSON.stringify({ event: "drain_failed", error: String(error) }));
    }
    if (this.#under.size > 0) return;
    this.#idle?.resolve();
    this.#idle = null;
  }
}
