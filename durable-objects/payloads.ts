/**
 * Payloads that lie beside the object: sealed and stored by the gate before the commit, which then names their place and digest
 * (docs/design/payloads-beside.md). Here they are fetched where somebody reads them, deleted when their record is erased, and looked for
 * when no record names them: what a commit was to have named that was refused or lost. Those of archived entries follow, many to a file.
 */
import { type Digest, digestOf } from "../core/hash.ts";
import { formatId, ID_BYTES } from "../core/id.ts";
import { TILE_WIDTH } from "../core/ledger/tree/tiles.ts";
import {
  ARCHIVE_TILES_PER_RUN_MAX,
  PAYLOAD_BUNDLE_BYTES_MAX,
  PAYLOAD_ORPHAN_MS,
  PAYLOAD_SWEEP_MS,
  PAYLOAD_SWEEP_RETRY_MS,
  PAYLOADS_CACHED_BYTES_MAX,
  STORE_LISTS_PER_RUN_MAX,
  STORE_NAMES_MAX,
} from "../core/limits.ts";
import { placeOf, storeName, storePrefix } from "../core/sealed-record.ts";
import { PAYLOAD_LOST, PAYLOAD_UNAVAILABLE } from "../core/tenant-errors.ts";
import { NotHere, type ObjectStore } from "./elsewhere.ts";
import type { PayloadRow, Statements } from "./statements.ts";

export interface PayloadsDeps {
  readonly sql: Statements;
  /** Null: everything lies in the object. */
  readonly store: ObjectStore | null;
  readonly log: () => string;
  readonly transaction: <T>(body: () => T) => T;
}

/** The last name in the store up to which every payload has a record, or was deleted. */
const SWEPT = "stored_swept";
const SWEEP_AT = "stored_sweep_at";
/** Entries whose payloads were moved to the store, from the first on. */
const BUNDLED = "bundled_size";

export class Payloads {
  readonly #deps: PayloadsDeps;
  /** Files by place, as sealed; what was fetched first is forgotten first. */
  readonly #cache = new Map<string, ArrayBuffer>();
  #cached = 0;
  readonly #fetching = new Map<string, Promise<void>>();
  #running: Promise<void> | null = null;
  #moving: Promise<void> | null = null;

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
        const place = row.bundle ?? row.place;
        const file = this.#cache.get(place);
        if (file === undefined)
          throw new NotHere(`the payload at entry ${entryIdx}`, () => this.#fetch(place));
        const payload = payloadIn(file, row);
        if (digestOf(new Uint8Array(payload)) === row.payload_digest) return { ...row, payload };
        this.#forget(place);
        throw this.#failed(PAYLOAD_LOST, place, "it was changed in the store");
      },
    };
  }

  /** Moves payloads of entries before `size` to the store, whole tiles of entries at a time. Never rejects. */
  async move(size: number): Promise<void> {
    this.#moving ??= this.#move(size)
      .catch((error: unknown) => {
        const event = { event: "payloads_move_failed", log: this.#deps.log(), error: String(error) };
        console.error(JSON.stringify(event));
      })
      .finally(() => {
        this.#moving = null;
      });
    await this.#moving;
  }

  async #move(size: number): Promise<void> {
    const { sql, store, log, transaction } = this.#deps;
    if (store === null) return;
    for (let moved = 0; moved < ARCHIVE_TILES_PER_RUN_MAX; moved++) {
      const from = Number(sql.meta(BUNDLED) ?? 0);
      if (from >= size) return;
      const { payloads, bytes, next } = bundleOf(sql, from, Math.min(from + TILE_WIDTH, size));
      const place = placeOf(Date.now(), formatId("rec", crypto.getRandomValues(new Uint8Array(ID_BYTES))));
      if (payloads.length > 0) await store.put(storeName(log(), place), bytes);
      transaction(() => {
        for (const { entryIdx, digest, at } of payloads) sql.movePayload(entryIdx, digest, place, at);
        if (payloads.length > 0 && !sql.isStored(place)) sql.discard(place);
        sql.setMeta(BUNDLED, String(next));
      });
    }
  }

  /** When the store has to be tidied. Null: there is none, or with the first alarm, whatever that comes for. */
  dueAtMs(): number | null {
    const at = this.#deps.store === null ? null : this.#deps.sql.meta(SWEEP_AT);
    return at === null ? null : Number(at);
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
    try {
      // First, so that whatever happens it is tried again.
      sql.setMeta(SWEEP_AT, String(nowMs + PAYLOAD_SWEEP_RETRY_MS));
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

  /** Into memory; who asks for a file that is on its way waits for it. */
  #fetch(place: string): Promise<void> {
    const under = this.#fetching.get(place);
    if (under !== undefined) return under;
    const fetching = this.#get(place).finally(() => this.#fetching.delete(place));
    this.#fetching.set(place, fetching);
    return fetching;
  }

  async #get(place: string): Promise<void> {
    const { store, log } = this.#deps;
    if (store === null) throw this.#failed(PAYLOAD_UNAVAILABLE, place, "no store is bound");
    const get = async () => (await store.get(storeName(log(), place)))?.arrayBuffer();
    const file = await get().catch((error: unknown) => {
      throw this.#failed(PAYLOAD_UNAVAILABLE, place, String(error));
    });
    if (file === undefined) throw this.#failed(PAYLOAD_LOST, place, "it is not in the store");
    this.#keep(place, file);
  }

  #failed(event: typeof PAYLOAD_LOST | typeof PAYLOAD_UNAVAILABLE, place: string, error: string): Error {
    console.error(JSON.stringify({ event, name: storeName(this.#deps.log(), place), error }));
    return new Error(event);
  }

  #keep(place: string, file: ArrayBuffer): void {
    this.#forget(place);
    this.#cache.set(place, file);
    this.#cached += file.byteLength;
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

const payloadIn = (file: ArrayBuffer, { bundle, bundle_at, payload_bytes }: PayloadRow): ArrayBuffer =>
  bundle === null ? file : file.slice(bundle_at ?? 0, (bundle_at ?? 0) + payload_bytes);

/** The payloads that lie here of some entries, one after the other, as many as one file may have; `next` is the first entry left out. */
function bundleOf(sql: Statements, from: number, to: number) {
  const payloads: { readonly entryIdx: number; readonly digest: Digest; readonly at: number }[] = [];
  const parts: Uint8Array[] = [];
  let size = 0;
  let next = to;
  for (const { entry_idx: entryIdx, payload } of sql.payloadsHere(from, to)) {
    const part = new Uint8Array(payload);
    if (size > 0 && size + part.length > PAYLOAD_BUNDLE_BYTES_MAX) {
      next = entryIdx;
      break;
    }
    payloads.push({ entryIdx, digest: digestOf(part), at: size });
    parts.push(part);
    size += part.length;
  }
  const bytes = new Uint8Array(size);
  for (const [index, { at }] of payloads.entries()) bytes.set(parts[index] as Uint8Array, at);
  return { payloads, bytes, next };
}
