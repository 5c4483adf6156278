/**
 * Payloads that lie beside the object: sealed and stored by the gate before the commit, which then names their place and digest
 * (docs/design/payloads-beside.md). Here they are fetched where somebody reads them, deleted when their record is erased, and looked for
 * when no record names them: what a commit was to have named that was refused or lost.
 */
import { digestOf } from "../core/hash.ts";
import {
  PAYLOAD_ORPHAN_MS,
  PAYLOAD_SWEEP_MS,
  PAYLOAD_SWEEP_RETRY_MS,
  PAYLOADS_CACHED_BYTES_MAX,
  STORE_LISTS_PER_RUN_MAX,
  STORE_NAMES_MAX,
} from "../core/limits.ts";
import { storeName, storePrefix } from "../core/sealed-record.ts";
import { PAYLOAD_UNAVAILABLE } from "../core/tenant-errors.ts";
import { NotHere, type ObjectStore } from "./elsewhere.ts";
import type { PayloadRow, Statements } from "./statements.ts";

export interface PayloadsDeps {
  readonly sql: Statements;
  /** Null: everything lies in the object. */
  readonly store: ObjectStore | null;
  readonly log: () => string;
}

/** The last name in the store up to which every payload has a record, or was deleted. */
const SWEPT = "stored_swept";
const SWEEP_AT = "stored_sweep_at";

export class Payloads {
  readonly #deps: PayloadsDeps;
  /** By place, as sealed; what was fetched first is forgotten first. */
  readonly #cache = new Map<string, ArrayBuffer>();
  #cached = 0;
  #running: Promise<void> | null = null;

  constructor(deps: PayloadsDeps) {
    this.#deps = deps;
  }

  /** These statements, with stored payloads as if they were here; `NotHere` where one has to be fetched first. */
  statements(sql: Statements): Statements {
    return {
      ...sql,
      payload: (entryIdx) => {
        const row = sql.payload(entryIdx);
        if (row === null || row.payload !== null || row.payload_digest === null) return row;
        const payload = this.#cache.get(row.place);
        if (payload === undefined)
          throw new NotHere(`the payload at entry ${entryIdx}`, () => this.#fetch(row));
        return { ...row, payload };
      },
    };
  }

  /** When the store has to be tidied. Null: there is none. */
  dueAtMs(): number | null {
    if (this.#deps.store === null) return null;
    return Number(this.#deps.sql.meta(SWEEP_AT) ?? 0);
  }

  /** Something was erased: not to be left until the next sweep, should the deletion that follows fail. Inside a transaction. */
  dueSoon(nowMs: number): void {
    if (this.#deps.store !== null && this.#deps.sql.discarded(1).length > 0)
      this.#deps.sql.setMeta(SWEEP_AT, String(nowMs));
  }

  /** Deletes what was erased, and what no record names. Never rejects. */
  async tidy(nowMs: number): Promise<void> {
    this.#running ??= this.#tidy(nowMs).finally(() => {
      this.#running = null;
    });
    await this.#running;
  }

  async #tidy(nowMs: number): Promise<void> {
    const { sql, store, log } = this.#deps;
    if (store === null || nowMs < (this.dueAtMs() ?? 0)) return;
    // First, so that whatever happens it is tried again.
    sql.setMeta(SWEEP_AT, String(nowMs + PAYLOAD_SWEEP_RETRY_MS));
    try {
      await this.#deleteDiscarded(store);
      const done = await this.#sweep(store, nowMs);
      // Something may have been erased meanwhile.
      const isTidy = done && sql.discarded(1).length === 0;
      sql.setMeta(SWEEP_AT, String(isTidy ? nowMs + PAYLOAD_SWEEP_MS : nowMs));
    } catch (error) {
      console.error(JSON.stringify({ event: "payloads_tidy_failed", log: log(), error: String(error) }));
    }
  }

  async #deleteDiscarded(store: ObjectStore): Promise<void> {
    const { sql, log } = this.#deps;
    for (;;) {
      const places = sql.discarded(STORE_NAMES_MAX);
      if (places.length === 0) return;
      await store.delete(places.map((place) => storeName(log(), place)));
      for (const place of places) {
        sql.forgetDiscarded(place);
        this.#forget(place);
      }
    }
  }

  /** Each name is looked at once, when a day has gone by since it was stored. False where there is more to look at. */
  async #sweep(store: ObjectStore, nowMs: number): Promise<boolean> {
    const { sql, log } = this.#deps;
    const prefix = storePrefix(log());
    for (let lists = 0; lists < STORE_LISTS_PER_RUN_MAX; lists++) {
      const after = sql.meta(SWEPT);
      const from = after === null ? {} : { startAfter: after };
      const { objects, truncated } = await store.list({ prefix, ...from, limit: STORE_NAMES_MAX });
      const young = objects.findIndex(({ uploaded }) => uploaded.getTime() > nowMs - PAYLOAD_ORPHAN_MS);
      const names = objects.slice(0, young === -1 ? objects.length : young).map(({ key }) => key);
      const orphans = names.filter((name) => !sql.isStored(name.slice(prefix.length)));
      if (orphans.length > 0) await store.delete(orphans);
      const last = names.at(-1);
      if (last !== undefined) sql.setMeta(SWEPT, last);
      if (young !== -1 || !truncated) return true;
    }
    return false;
  }

  async #fetch({ place, payload_digest }: PayloadRow): Promise<void> {
    const name = storeName(this.#deps.log(), place);
    const failed = (error: string): Error => {
      console.error(JSON.stringify({ event: PAYLOAD_UNAVAILABLE, name, error }));
      return new Error(PAYLOAD_UNAVAILABLE);
    };
    const { store } = this.#deps;
    if (store === null) throw failed("no store is bound");
    const get = async () => (await store.get(name))?.arrayBuffer();
    const bytes = await get().catch((error: unknown) => {
      throw failed(String(error));
    });
    if (bytes === undefined) throw failed("it is not in the store");
    if (digestOf(new Uint8Array(bytes)) !== payload_digest) throw failed("it was changed in the store");
    this.#keep(place, bytes);
  }

  #keep(place: string, bytes: ArrayBuffer): void {
    this.#forget(place);
    this.#cache.set(place, bytes);
    this.#cached += bytes.byteLength;
    for (const oldest of this.#cache.keys()) {
      if (this.#cached <= PAYLOADS_CACHED_BYTES_MAX) return;
      this.#forget(oldest);
    }
  }

  #forget(place: string): void {
    this.#cached -= this.#cache.get(place)?.byteLength ?? 0;
    this.#cache.delete(place);
  }
}
