/**
 * The Merkle tree over the entries, kept as tiles of 256 hashes (core/ledger/tree/tiles.ts). It grows when a checkpoint is made
 * and not with each entry: what an append has to write stays one row.
 */
import { utf8 } from "../core/encoding.ts";
import { type Digest, digestBytes } from "../core/hash.ts";
import {
  consistencyProof,
  type Hash,
  inclusionProof,
  nodeHash,
  type ReadNode,
  subtreesAround,
  treeRoot,
} from "../core/ledger/tree/merkle.ts";
import { HASH_BYTES, nodesFromTiles, TILE_WIDTH, type Tile, tileWidth } from "../core/ledger/tree/tiles.ts";
import { ENTRY_BYTES_MAX, TREE_GROWTH_MAX } from "../core/limits.ts";
import type { Statements } from "./statements.ts";

/** A tile of the tree's right edge, which is not full yet. */
interface Edge {
  index: number;
  width: number;
  readonly hashes: Uint8Array;
  changed: boolean;
}

const TREE_SIZE = "tree_size";

export class Tree {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  /** Entries that are in the tree: those behind them come with the next checkpoint. */
  get size(): number {
    return Number(this.#sql.meta(TREE_SIZE) ?? 0);
  }

  /** Takes in entries that are not in the tree yet, as many as one transaction should; true where none is left. Inside one. */
  grow(): boolean {
    const from = this.size;
    const leaves = this.#sql.leavesFrom(from, TREE_GROWTH_MAX);
    if (leaves.length === 0) return true;
    const edges = new Map<number, Edge>();
    for (const { leaf } of leaves) this.#push(edges, from, 0, digestBytes(leaf as Digest));
    for (const [level, edge] of edges) {
      if (edge.changed) this.#sql.putTile(level, edge.index, edge.hashes.slice(0, edge.width * HASH_BYTES));
    }
    this.#sql.setMeta(TREE_SIZE, String(from + leaves.length));
    return leaves.length < TREE_GROWTH_MAX;
  }

  #push(edges: Map<number, Edge>, size: number, level: number, hash: Hash): void {
    const edge = edges.get(level) ?? this.#edge(level, size);
    edges.set(level, edge);
    edge.hashes.set(hash, edge.width * HASH_BYTES);
    edge.width++;
    edge.changed = true;
    if (edge.width < TILE_WIDTH) return;
    this.#sql.putTile(level, edge.index, edge.hashes.slice());
    this.#push(edges, size, level + 1, rootOfTile(edge.hashes));
    edge.index++;
    edge.width = 0;
    edge.changed = false;
  }

  #edge(level: number, size: number): Edge {
    const count = Math.floor(size / TILE_WIDTH ** level);
    const [index, width] = [Math.floor(count / TILE_WIDTH), count % TILE_WIDTH];
    const hashes = new Uint8Array(TILE_WIDTH * HASH_BYTES);
    if (width > 0) hashes.set(this.#tileRow(level, index, width));
    return { index, width, hashes, changed: false };
  }

  root(size: number): Hash {
    return treeRoot(size, this.#nodes(size));
  }

  inclusion(index: number, size: number): Hash[] {
    return inclusionProof(index, size, this.#nodes(size));
  }

  consistency(older: number, newer: number): Hash[] {
    return consistencyProof(older, newer, this.#nodes(newer));
  }

  /** The roots of the complete subtrees before `from` and behind `to`: with the leaves in between they make the root. */
  around(from: number, to: number, size: number): { readonly left: Hash[]; readonly right: Hash[] } {
    return subtreesAround(from, to, size, this.#nodes(size));
  }

  /** The file of a tile of hashes; null where the tree has none of that width. */
  tile({ level, index, width }: Tile): Uint8Array | null {
    if (width > tileWidth(level, index, this.size)) return null;
    return this.#tileRow(level, index, width);
  }

  #nodes(size: number): ReadNode {
    const read = new Map<string, Uint8Array>();
    return nodesFromTiles(size, ({ level, index, width }) => {
      const name = `${level}/${index}`;
      const bytes = read.get(name) ?? this.#tileRow(level, index, width);
      read.set(name, bytes);
      return bytes;
    });
  }

  #tileRow(level: number, index: number, width: number): Uint8Array {
    const bytes = this.#sql.tile(level, index);
    if (bytes === null || bytes.length < width * HASH_BYTES)
      throw new Error(`couldn't read tile ${index} of level ${level}: it has fewer than ${width} hashes`);
    return bytes.subarray(0, width * HASH_BYTES);
  }
}

/** Of a full tile. */
export function rootOfTile(hashes: Uint8Array): Hash {
  let row = Array.from({ length: TILE_WIDTH }, (_, at) =>
    hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );
  while (row.length > 1) {
    row = Array.from({ length: row.length / 2 }, (_, pair) =>
      nodeHash(row[2 * pair] as Hash, row[2 * pair + 1] as Hash),
    );
  }
  return row[0] as Hash;
}

/** An entry bundle: each entry's bytes behind their number in two bytes, the larger first. */
export function entryBundle(sql: Statements, { index, width }: Tile): Uint8Array {
  const entries = [...sql.entriesFrom(index * TILE_WIDTH, width)].map(({ idx, text }) => {
    const bytes = utf8(text);
    // Of an earlier release: cut to what two bytes can say, it would be lost.
    if (bytes.length > ENTRY_BYTES_MAX) throw new Error(`couldn't bundle entry ${idx}: it is too large`);
    return bytes;
  });
  const bundle = new Uint8Array(entries.reduce((sum, { length }) => sum + 2 + length, 0));
  let at = 0;
  for (const entry of entries) {
    new DataView(bundle.buffer).setUint16(at, entry.length);
    bundle.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bundle;
}
