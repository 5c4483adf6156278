/**
 * What lies in the object store and not in the object: older parts of the log (archive.ts), large payloads (payloads.ts). Nearly all
 * code of the object reads rows inside transactions, where nothing may be awaited: what is not here is thrown as `NotHere`, fetched, and
 * the same is read again.
 */

/** What the object needs of an R2 bucket. */
export interface ObjectStore {
  put(name: string, value: Uint8Array): Promise<unknown>;
  get(name: string): Promise<{ arrayBuffer(): Promise<ArrayBuffer> } | null>;
  delete(names: string[]): Promise<void>;
  /** In the order of their names. */
  list(options: { readonly prefix: string; readonly startAfter?: string; readonly limit: number }): Promise<{
    readonly objects: readonly { readonly key: string; readonly uploaded: Date }[];
    readonly truncated: boolean;
  }>;
}

/** Has to be fetched before the same can be read again. */
export class NotHere extends Error {
  readonly fetch: () => Promise<unknown>;
  constructor(what: string, fetch: () => Promise<unknown>) {
    super(`couldn't read ${what}: it lies in the object store`);
    this.fetch = fetch;
  }
}

/** Fetches that one read may need: a page of entries, a proof, or an action's story. */
const FETCHES_MAX = 64;

/** Runs `body`, fetching what it finds missing; it must have no effect before it throws, as a transaction has none. */
export async function readAnywhere<T>(body: () => T | Promise<T>): Promise<T> {
  for (let fetches = 0; ; fetches++) {
    try {
      return await body();
    } catch (error) {
      if (!(error instanceof NotHere) || fetches >= FETCHES_MAX) throw error;
      await error.fetch();
    }
  }
}
