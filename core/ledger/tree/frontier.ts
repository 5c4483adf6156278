/**
 * A tree as it grows from left to right: of all its nodes it keeps the roots of the complete subtrees that make it up, as many
 * as its size has one bits. They are enough to append to it, and for its root at every size on the way.
 */
import { EMPTY_ROOT, type Hash, nodeHash, subtrees } from "./merkle.ts";

export class Frontier {
  #size: number;
  /** From left to right; `#levels` falls. */
  readonly #levels: number[];
  readonly #hashes: Hash[];

  private constructor(size: number, levels: number[], hashes: Hash[]) {
    this.#size = size;
    this.#levels = levels;
    this.#hashes = hashes;
  }

  /** The tree of the first `size` leaves from the roots of its subtrees; null where they are not as many as it has. */
  static of(size: number, hashes: readonly Hash[]): Frontier | null {
    const levels = subtrees(0, size).map(({ level }) => level);
    return levels.length === hashes.length ? new Frontier(size, levels, [...hashes]) : null;
  }

  get size(): number {
    return this.#size;
  }

  clone(): Frontier {
    return new Frontier(this.#size, [...this.#levels], [...this.#hashes]);
  }

  append(leaf: Hash): void {
    this.#push(0, leaf);
    this.#size++;
  }

  /** The leaves up to `size` by the roots of their subtrees; false, and nothing appended, where these are not as many. */
  appendSubtrees(size: number, hashes: readonly Hash[]): boolean {
    const nodes = subtrees(this.#size, size);
    if (size < this.#size || nodes.length !== hashes.length) return false;
    for (const [at, { level }] of nodes.entries()) this.#push(level, hashes[at] as Hash);
    this.#size = size;
    return true;
  }

  root(): Hash {
    if (this.#size === 0) return EMPTY_ROOT;
    return this.#hashes.reduceRight((right, left) => nodeHash(left, right));
  }

  /** A subtree stands at a multiple of its own width, so that one as large before it is its sibling. */
  #push(level: number, hash: Hash): void {
    let top = level;
    let root = hash;
    while (this.#levels.at(-1) === top) {
      this.#levels.pop();
      root = nodeHash(this.#hashes.pop() as Hash, root);
      top++;
    }
    this.#levels.push(top);
    this.#hashes.push(root);
  }
}
