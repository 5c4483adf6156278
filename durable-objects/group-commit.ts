/**
 * Writes that arrive while a commit is on its way to disk share the next one (docs/design/group-commit.md). Who comes alone
 * waits for nobody.
 */
import { COMMITS_TOGETHER_MAX } from "../core/limits.ts";

/** Of `DurableObjectStorage`. */
export interface CommitStorage {
  /** Nests: an inner one that throws takes back its own writes only. */
  transactionSync<T>(body: () => T): T;
  /** Resolves when everything written so far is durable; rejects where it could not be made so. */
  sync(): Promise<void>;
}

export interface GroupCommitDeps<K> {
  readonly storage: CommitStorage;
  /** Runs a body that makes several writes; `keys`: of those that were given one. */
  readonly gathered: <T>(keys: readonly K[], body: () => T) => T;
  /** Moves with everything that is written. */
  readonly changes: () => number;
  /**
   * Called when several were taken back and written one by one: what they had set in memory stood all the while, what they had set in
   * the storage, as an alarm, did not.
   */
  readonly retried: () => void;
}

interface Waiting<K> {
  readonly key: K | null;
  /** May be called again where what it wrote was taken back. */
  readonly write: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A straggler of those who came together does not come alone: who comes after so many commits of one does. */
const LONE_AFTER = 2;

/** Tells a write's caller what it came to. Must not throw. */
type Answer = () => void;

export class GroupCommit<K> {
  readonly #deps: GroupCommitDeps<K>;
  #waiting: Waiting<K>[] = [];
  #committing = false;
  /** Commits in a row that were of one. */
  #lone = LONE_AFTER;

  constructor(deps: GroupCommitDeps<K>) {
    this.#deps = deps;
  }

  /**
   * Runs `write`, which must be synchronous; where it throws, nothing of it is left. The promise settles with what it came to;
   * the object's output gate holds the answer until it is durable.
   */
  run<T>(write: () => T, key: K | null = null): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ key, write, resolve: resolve as (value: unknown) => void, reject });
      if (!this.#committing) void this.#commitAll();
    });
  }

  async #commitAll(): Promise<void> {
    this.#committing = true;
    // Those answered together ask again together: whoever comes first of them would have a commit of its own.
    if (this.#lone < LONE_AFTER) await turn();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, COMMITS_TOGETHER_MAX);
      this.#lone = batch.length > 1 ? 0 : this.#lone + 1;
      // Written without a pause between them, they are one transaction of the engine.
      for (const answer of this.#answers(batch)) answer();
      // Where it fails, the engine resets the object: the gate lets none of these answers out, and nothing was stored.
      await this.#deps.storage.sync().catch(() => {});
    }
    this.#committing = false;
  }

  /** Whatever fails, those who wait are told, and those who come are not kept waiting. */
  #answers(batch: readonly Waiting<K>[]): Answer[] {
    try {
      return this.#together(batch) ?? this.#oneByOne(batch);
    } catch (error) {
      return batch.map(
        ({ reject }) =>
          () =>
            reject(error),
      );
    }
  }

  /** In one transaction; null where one of them failed that had written something, and all of it was taken back. */
  #together(batch: readonly Waiting<K>[]): Answer[] | null {
    const { storage, gathered, changes } = this.#deps;
    const keys = batch.flatMap(({ key }) => (key === null ? [] : [key]));
    const attempt = (one: Waiting<K>): Answer => {
      const before = changes();
      try {
        return written(one);
      } catch (error) {
        if (changes() !== before) throw error;
        return () => one.reject(error);
      }
    };
    try {
      return storage.transactionSync(() => gathered(keys, () => batch.map(attempt)));
    } catch {
      return null;
    }
  }

  /** Each in a transaction of its own: it throws, it rolls back alone. */
  #oneByOne(batch: readonly Waiting<K>[]): Answer[] {
    const answers = batch.map((one): Answer => {
      try {
        return this.#deps.storage.transactionSync(() => written(one));
      } catch (error) {
        return () => one.reject(error);
      }
    });
    this.#deps.retried();
    return answers;
  }
}

function written<K>({ write, resolve }: Waiting<K>): Answer {
  const value = write();
  return () => resolve(value);
}

/** Everything that has arrived is taken in before it ends. */
const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
