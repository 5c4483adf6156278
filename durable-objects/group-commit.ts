/**
 * Writes that arrive while a commit is on its way to disk share the next one: 64 clients at once get half as many
 * again through (docs/design/group-commit.md). Who comes alone waits for nobody.
 */

/** Of `DurableObjectStorage`. */
export interface CommitStorage {
  /** Nests: an inner one that throws takes back its own writes only. */
  transactionSync<T>(body: () => T): T;
  /** Resolves when everything written so far is durable; rejects where it could not be made so. */
  sync(): Promise<void>;
}

/** A write that waits, and how its caller is told. Must not throw. */
type Waiting = () => void;

export class GroupCommit {
  readonly #storage: CommitStorage;
  #waiting: Waiting[] = [];
  #committing = false;

  constructor(storage: CommitStorage) {
    this.#storage = storage;
  }

  /**
   * Runs `write`, which must be synchronous, in a transaction of its own: it throws, it rolls back alone. The promise
   * settles with what it came to; the object's output gate holds the answer until it is durable.
   */
  run<T>(write: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          resolve(this.#storage.transactionSync(write));
        } catch (error) {
          reject(error);
        }
      });
      if (!this.#committing) void this.#commitAll();
    });
  }

  async #commitAll(): Promise<void> {
    this.#committing = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      // Written without a pause between them, they are one transaction of the engine.
      for (const write of batch) write();
      // Where it fails, the engine resets the object: the gate lets none of these answers out, and nothing was stored.
      await this.#storage.sync().catch(() => {});
    }
    this.#committing = false;
  }
}
