/**
 * https://c2sp.org/tlog-tiles: the tree as files of 256 hashes, which never change once full. Node (8 l, i) of the tree is
 * hash i mod 256 of tile i / 256 at level l.
 */
import { type Hash, nodeHash, type ReadNode } from "./merkle.ts";

export const TILE_WIDTH = 256;
const TILE_HEIGHT = 8;
export const HASH_BYTES = 32;
/** The specification's bound. */
const LEVEL_MAX = 63;

export interface Tile {
  /** -1: entries. */
  readonly level: number;
  readonly index: number;
  /** Hashes, or entries, that it holds: 1 to 256. */
  readonly width: number;
}

/** The level of entry bundles, which are numbered as tiles of level 0 are. */
export const ENTRIES = -1;

/** `tile/0/x001/x234/067.p/8`, without a slash before it. */
export function tilePath({ level, index, width }: Tile): string {
  const last = String(index % 1000).padStart(3, "0");
  let path = last;
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    path = `x${String(rest % 1000).padStart(3, "0")}/${path}`;
  }
  const partial = width === TILE_WIDTH ? "" : `.p/${width}`;
  return `tile/${level === ENTRIES ? "entries" : level}/${path}${partial}`;
}

/** Null where the path names no tile, or names one in another way than it must. */
export function parseTilePath(path: string): Tile | null {
  const match = /^tile\/(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/.exec(
    path,
  );
  const [, levelText, indexText, widthText] = match ?? [];
  if (levelText === undefined || indexText === undefined) return null;
  const tile: Tile = {
    level: levelText === "entries" ? ENTRIES : Number(levelText),
    index: Number(indexText.replaceAll(/[x/]/g, "")),
    width: widthText === undefined ? TILE_WIDTH : Number(widthText),
  };
  if (tile.level > LEVEL_MAX || !Number.isSafeInteger(tile.index)) return null;
  // One name for each: no `x000` in front, no `.p/256`.
  return tilePath(tile) === path ? tile : null;
}

/** The tiles that a log of `size` entries has at its right edge, level by level, and those that are full there. */
export function tileWidth(level: number, index: number, size: number): number {
  const span = TILE_WIDTH ** Math.max(level, 0);
  const hashes = Math.floor(size / span) - index * TILE_WIDTH;
  return Math.max(0, Math.min(TILE_WIDTH, hashes));
}

/** What the tile's file holds. */
export function tileBytes({ level, index, width }: Tile, read: ReadNode): Uint8Array {
  const bytes = new Uint8Array(width * HASH_BYTES);
  for (let at = 0; at < width; at++) {
    bytes.set(read(level * TILE_HEIGHT, index * TILE_WIDTH + at), at * HASH_BYTES);
  }
  return bytes;
}

/**
 * Reads nodes from tiles of a log. `readTile` answers the file of a tile that is at least as wide as asked, and throws
 * where there is none.
 */
export function nodesFromTiles(size: number, readTile: (tile: Tile) => Uint8Array): ReadNode {
  return (level, index) => {
    const tileLevel = Math.floor(level / TILE_HEIGHT);
    // The node covers 2^inner hashes of its tile.
    const inner = level % TILE_HEIGHT;
    const first = index * 2 ** inner;
    const tileIndex = Math.floor(first / TILE_WIDTH);
    const bytes = readTile({
      level: tileLevel,
      index: tileIndex,
      width: tileWidth(tileLevel, tileIndex, size),
    });
    const at = first % TILE_WIDTH;
    const hash = (place: number): Hash => bytes.slice(place * HASH_BYTES, (place + 1) * HASH_BYTES);
    let hashes = Array.from({ length: 2 ** inner }, (_, offset) => hash(at + offset));
    while (hashes.length > 1) {
      hashes = Array.from({ length: hashes.length / 2 }, (_, pair) =>
        nodeHash(hashes[2 * pair] as Hash, hashes[2 * pair + 1] as Hash),
      );
    }
    return hashes[0] as Hash;
  };
}
