/**
 * The older part of the log, in the object store: full tiles and their entry bundles, under the names of
 * https://c2sp.org/tlog-tiles. What lies there is deleted from the object, whose own storage so stays bounded while the log
 * grows (docs/design/archive.md). Whoever reads it is told what is not here, fetches that, and reads again.
 */
import { fromUtf8, toHex } from "../core/encoding.ts";
import { FIRST_EPOCH, originOf } from "../core/epoch.ts";
import { type Digest, digestBytes } from "../core/hash.ts";
import { leafHash } from "../core/ledger/entry.ts";
import { isSame } from "../core/ledger/tree/merkle.ts";
import { ENTRIES, HASH_BYTES, TILE_WIDTH, type Tile, tilePath } from "../core/ledger/tree/tiles.ts";
import {
  ARCHIVE_BUNDLES_CACHED_MAX,
  ARCHIVE_FETCHES_AT_ONCE,
  ARCHIVE_TILES_CACHED_MAX,
  ARCHIVE_TILES_PER_RUN_MAX,
} from "../core/limits.ts";
import { NotHere, type ObjectStore } from "./elsewhere.ts";
import type { EntryRow, Statements } from "./statements.ts";
import { entryBundle, rootOfTile } from "./tree.ts";

export interface ArchiveDeps {
  /** Of the object's own storage alone. */
  readonly sql: Statements;
  /** Null: everything stays in the object. */
  readonly store: ObjectStore | null;
  readonly log: () => string;
  readonly transaction: <T>(body: () => T) => T;
  /** Entries that stay in the object. */
  readonly keep: number;
}

/** Indexes that something is about to be read of. */
export interface Wanted {
  readonly entries?: readonly number[];
  readonly leaves?: readonly number[];
}

const EPOCH = "epoch";
/** Entries that are archived, from the first on: a multiple of 256. */
const ARCHIVED = "archived_size";

export class Archive {
  readonly #deps: ArchiveDeps;
  /** Tiles of hashes by path; what was fetched first is forgotten first. */
  readonly #cache = new Map<string, Uint8Array>();
  /** Entries of bundles, likewise. */
  readonly #rows = new Map<string, readonly EntryRow[]>();
  /** By path, so that what several ask for at once is fetched once. */
  readonly #fetching = new Map<string, Promise<unknown>>();
  #running: Promise<void> | null = null;

  constructor(deps: ArchiveDeps) {
    this.#deps = deps;
  }

  get size(): number {
    return Number(this.#deps.sql.meta(ARCHIVED) ?? 0);
  }

  /** The statements, with archived rows as if they were here; they throw `NotHere` where those have to be fetched first. */
  statements(): Statements {
    const { sql } = this.#deps;
    return {
      ...sql,
      leaf: (idx) => sql.leaf(idx) ?? this.#leaf(idx),
      entry: (idx) => sql.entry(idx) ?? this.#entry(idx),
      entriesFrom: (from, limit) => this.#entriesFrom(from, limit),
      tile: (level, idx) => sql.tile(level, idx) ?? this.#tile(level, idx),
    };
  }

  /**
   * `sql` with these entries and leaf hashes at hand: what they are read from is fetched several at once, and of a bundle the rows
   * asked for are kept alone. So they may lie in more bundles than the cache holds.
   */
  async fetchedFor(sql: Statements, wanted: Wanted): Promise<Statements> {
    const entries = new Map<number, EntryRow>();
    const leaves = new Map<number, string>();
    const bundles = this.#archivedIn(wanted.entries ?? []);
    const tiles = this.#archivedIn(wanted.leaves ?? []);
    await inParallel(
      [...bundles].map(([tile, indexes]) => async () => {
        const rows = this.#rows.get(tilePath(bundleAt(tile))) ?? (await this.#fetchBundle(bundleAt(tile)));
        for (const idx of indexes) entries.set(idx, rows[idx % TILE_WIDTH] as EntryRow);
      }),
    );
    await inParallel(
      [...tiles].map(([tile, indexes]) => async () => {
        const hashes = await this.#hashes({ level: 0, index: tile, width: TILE_WIDTH });
        for (const idx of indexes) leaves.set(idx, leafAt(hashes, idx));
      }),
    );
    return {
      ...sql,
      entry: (idx) => entries.get(idx) ?? sql.entry(idx),
      leaf: (idx) => leaves.get(idx) ?? sql.leaf(idx),
    };
  }

  /** As many of the indexes, from the first on, as lie in the object and in `tilesMax` archived tiles at most. */
  within(indexes: readonly number[], tilesMax: number): readonly number[] {
    const tiles = new Set<number>();
    for (const [at, idx] of indexes.entries()) {
      if (idx < this.size) tiles.add(Math.floor(idx / TILE_WIDTH));
      if (tiles.size > tilesMax) return indexes.slice(0, at);
    }
    return indexes;
  }

  /** Those that are archived, by the number of their tile. */
  #archivedIn(indexes: readonly number[]): ReadonlyMap<number, readonly number[]> {
    const { sql } = this.#deps;
    // One that lies here as well, since a crash came before it was deleted, needs no fetch.
    const archived = indexes.filter((idx) => idx < this.size && sql.leaf(idx) === null);
    return Map.groupBy(archived, (idx) => Math.floor(idx / TILE_WIDTH));
  }

  /** Moves what is older than has to stay, and covered by a checkpoint, to the store. Never rejects. */
  async run(): Promise<void> {
    this.#running ??= this.#move()
      .catch((error: unknown) => {
        console.error(
          JSON.stringify({ event: "archive_failed", log: this.#deps.log(), error: String(error) }),
        );
      })
      .finally(() => {
        this.#running = null;
      });
    await this.#running;
  }

  async #move(): Promise<void> {
    const { sql, store, keep } = this.#deps;
    if (store === null) return;
    for (let moved = 0; moved < ARCHIVE_TILES_PER_RUN_MAX; moved++) {
      const from = this.size;
      const signed = sql.lastCheckpoint()?.size ?? 0;
      if (signed - from < keep + TILE_WIDTH) return;
      await this.#moveTile(from / TILE_WIDTH, store);
    }
  }

  /** The bundle of entries, its tile, and tiles further up whose last part that is. Stored first, deleted then: twice does no harm. */
  async #moveTile(index: number, store: ObjectStore): Promise<void> {
    const { sql, transaction } = this.#deps;
    const epoch = this.#epoch;
    const tiles: Tile[] = [];
    for (let level = 0, last = index; ; level++, last = (last - TILE_WIDTH + 1) / TILE_WIDTH) {
      tiles.push({ level, index: last, width: TILE_WIDTH });
      if (last % TILE_WIDTH !== TILE_WIDTH - 1) break;
    }
    for (const tile of tiles) {
      const bytes = sql.tile(tile.level, tile.index);
      if (bytes === null || bytes.length !== TILE_WIDTH * HASH_BYTES)
        throw new Error(`couldn't archive ${tilePath(tile)}: it is not full`);
      await store.put(this.#key(tile, epoch), bytes);
    }
    const bundle = bundleAt(index);
    await store.put(this.#key(bundle, epoch), entryBundle(sql, bundle));
    transaction(() => {
      sql.deleteEntries(index * TILE_WIDTH, (index + 1) * TILE_WIDTH - 1);
      for (const { level, index: at } of tiles) sql.deleteTile(level, at);
      sql.setMeta(ARCHIVED, String((index + 1) * TILE_WIDTH));
    });
  }

  get #epoch(): number {
    return Number(this.#deps.sql.meta(EPOCH) ?? FIRST_EPOCH);
  }

  /** Below the origin of the epoch in which it was archived: what a history holds that was given up is not written over. */
  #key(tile: Tile, epoch: number): string {
    return `${originOf(this.#deps.log(), epoch)}/${tilePath(tile)}`;
  }

  #fetchTile(tile: Tile): Promise<Uint8Array> {
    return this.#fetch(tile, async (bytes) => {
      if (!(await this.#isTile(tile, bytes))) return null;
      keep(this.#cache, tilePath(tile), bytes, ARCHIVE_TILES_CACHED_MAX);
      return bytes;
    });
  }

  #fetchBundle(tile: Tile): Promise<readonly EntryRow[]> {
    return this.#fetch(tile, async (bytes) => {
      const rows = readBundle(tile, bytes);
      const hashes = await this.#hashes({ ...tile, level: 0 });
      const isGenuine =
        rows?.length === TILE_WIDTH &&
        rows.every(({ leaf }, at) => isSame(digestBytes(leaf as Digest), hashAt(hashes, at)));
      if (!isGenuine) return null;
      keep(this.#rows, tilePath(tile), rows, ARCHIVE_BUNDLES_CACHED_MAX);
      return rows;
    });
  }

  /** `take` gives null for what is not what the tree above it says, up to what lies in the object itself. */
  #fetch<T>(tile: Tile, take: (bytes: Uint8Array) => Promise<T | null>): Promise<T> {
    const path = tilePath(tile);
    const fetching =
      (this.#fetching.get(path) as Promise<T> | undefined) ??
      this.#fetchNow(tile, take).finally(() => this.#fetching.delete(path));
    this.#fetching.set(path, fetching);
    return fetching;
  }

  async #fetchNow<T>(tile: Tile, take: (bytes: Uint8Array) => Promise<T | null>): Promise<T> {
    let isThere = false;
    for (let epoch = this.#epoch; epoch >= FIRST_EPOCH; epoch--) {
      const object = await this.#deps.store?.get(this.#key(tile, epoch));
      if (!object) continue;
      isThere = true;
      const taken = await take(new Uint8Array(await object.arrayBuffer()));
      if (taken !== null) return taken;
    }
    throw new Error(
      `couldn't read ${tilePath(tile)}: it ${isThere ? "was changed" : "is not"} in the archive`,
    );
  }

  async #isTile({ level, index, width }: Tile, bytes: Uint8Array): Promise<boolean> {
    if (bytes.length !== TILE_WIDTH * HASH_BYTES) return false;
    const above = await this.#hashes({ level: level + 1, index: Math.floor(index / TILE_WIDTH), width });
    return isSame(rootOfTile(bytes), hashAt(above, index % TILE_WIDTH));
  }

  async #hashes(tile: Tile): Promise<Uint8Array> {
    const { level, index } = tile;
    return (
      this.#deps.sql.tile(level, index) ?? this.#cache.get(tilePath(tile)) ?? (await this.#fetchTile(tile))
    );
  }

  #leaf(idx: number): string | null {
    if (idx < 0 || idx >= this.size) return null;
    return leafAt(this.#tile(0, Math.floor(idx / TILE_WIDTH)) as Uint8Array, idx);
  }

  #entry(idx: number): EntryRow | null {
    if (idx < 0 || idx >= this.size) return null;
    return this.#bundle(Math.floor(idx / TILE_WIDTH))[idx % TILE_WIDTH] ?? null;
  }

  *#entriesFrom(from: number, limit: number): Iterable<EntryRow> {
    let left = limit;
    let at = from;
    for (; at < this.size && left > 0; at++, left--) yield this.#entry(at) as EntryRow;
    if (left > 0) yield* this.#deps.sql.entriesFrom(at, left);
  }

  #notHere(tile: Tile): NotHere {
    return new NotHere(tilePath(tile), () =>
      tile.level === ENTRIES ? this.#fetchBundle(tile) : this.#fetchTile(tile),
    );
  }

  #bundle(index: number): readonly EntryRow[] {
    const bundle = bundleAt(index);
    const rows = this.#rows.get(tilePath(bundle));
    if (rows === undefined) throw this.#notHere(bundle);
    return rows;
  }

  #tile(level: number, index: number): Uint8Array | null {
    if ((index + 1) * TILE_WIDTH ** (level + 1) > this.size) return null;
    const tile = { level, index, width: TILE_WIDTH };
    const bytes = this.#cache.get(tilePath(tile));
    if (bytes === undefined) throw this.#notHere(tile);
    return bytes;
  }
}

function keep<T>(cache: Map<string, T>, path: string, value: T, max: number): void {
  cache.set(path, value);
  for (const oldest of cache.keys()) {
    if (cache.size <= max) break;
    cache.delete(oldest);
  }
}

const bundleAt = (index: number): Tile => ({ level: ENTRIES, index, width: TILE_WIDTH });

const leafAt = (hashes: Uint8Array, idx: number): Digest =>
  `sha256:${toHex(hashAt(hashes, idx % TILE_WIDTH))}`;

/** Each of them, a few at once. Rejects with the first that does, once those that began have ended. */
async function inParallel(work: readonly (() => Promise<void>)[]): Promise<void> {
  const waiting = work.values();
  const ended = await Promise.allSettled(
    Array.from({ length: ARCHIVE_FETCHES_AT_ONCE }, async () => {
      for (const one of waiting) await one();
    }),
  );
  const failed = ended.find((one) => one.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

const hashAt = (hashes: Uint8Array, at: number): Uint8Array =>
  hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES);

/** Null where the bytes are no text. */
function readBundle({ index }: Tile, bytes: Uint8Array): readonly EntryRow[] | null {
  const rows: EntryRow[] = [];
  try {
    for (let at = 0; at < bytes.length; ) {
      const length = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
      const text = fromUtf8(bytes.subarray(at + 2, at + 2 + length));
      rows.push({ idx: index * TILE_WIDTH + rows.length, leaf: leafHash(text), text });
      at += 2 + length;
    }
  } catch {
    return null;
  }
  return rows;
}
