/** Long polls: requests that wait for an action to settle. Lost on eviction, and then the caller asks again. */
export class Waiters {
  readonly #byAction = new Map<string, Set<() => void>>();

  wake(actionId: string): void {
    for (const check of this.#byAction.get(actionId) ?? []) check();
  }

  /** Resolves as soon as `settled` holds, or after `waitMs`. */
  async until(actionId: string, settled: () => boolean, waitMs: number): Promise<void> {
    if (settled()) return;
    await new Promise<void>((resolve) => {
      const waiting = this.#byAction.get(actionId) ?? new Set();
      this.#byAction.set(actionId, waiting);
      const end = () => {
        clearTimeout(timer);
        waiting.delete(check);
        if (waiting.size === 0) this.#byAction.delete(actionId);
        resolve();
      };
      const check = () => {
        if (settled()) end();
      };
      const timer = setTimeout(end, waitMs);
      waiting.add(check);
    });
  }
}
