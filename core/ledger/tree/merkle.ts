/**
 * The Merkle tree of RFC 6962 section 2.1 over a log's entries. Its nodes are those of complete subtrees: the node at
 * level l and index i covers leaves i * 2^l up to (i + 1) * 2^l. They never change once written, and every root and every
 * proof of any size is made of them.
 */
import { sha256 } from "../../hash.ts";

/** SHA-256, 32 bytes. */
export type Hash = Uint8Array;

/** A node that is there: the reader throws where it is not. */
export type ReadNode = (level: number, index: number) => Hash;

export interface Node {
  readonly level: number;
  readonly index: number;
}

const LEAF_PREFIX = new Uint8Array([0]);
const NODE_PREFIX = new Uint8Array([1]);

export const leafHash = (entry: Uint8Array | string): Hash => sha256(LEAF_PREFIX, entry);
export const nodeHash = (left: Hash, right: Hash): Hash => sha256(NODE_PREFIX, left, right);

/** The root of the empty tree. */
export const EMPTY_ROOT: Hash = sha256();

/** Leaves of the largest complete subtree on the left of a tree of `size` leaves; `size` is at least 2. */
function leftSize(size: number): number {
  let left = 1;
  // Not by shifts: a size goes up to 2^53.
  while (left * 2 < size) left *= 2;
  return left;
}

/** The largest complete subtrees that make up leaves `from` up to `to`, from left to right. */
export function subtrees(from: number, to: number): Node[] {
  const nodes: Node[] = [];
  for (let at = from; at < to; ) {
    let level = 0;
    let span = 1;
    while (at % (span * 2) === 0 && at + span * 2 <= to) {
      span *= 2;
      level++;
    }
    nodes.push({ level, index: at / span });
    at += span;
  }
  return nodes;
}

function rangeHash(from: number, to: number, read: ReadNode): Hash {
  const hashes = subtrees(from, to).map(({ level, index }) => read(level, index));
  return hashes.reduceRight((right, left) => nodeHash(left, right));
}

export const treeRoot = (size: number, read: ReadNode): Hash =>
  size === 0 ? EMPTY_ROOT : rangeHash(0, size, read);

/** The nodes that leaf `index` completes, the leaf itself first: what an append has to store. */
export function nodesOfAppend(index: number, leaf: Hash, read: ReadNode): (Node & { readonly hash: Hash })[] {
  const nodes = [{ level: 0, index, hash: leaf }];
  let at = index;
  let hash = leaf;
  for (let level = 0; at % 2 === 1; level++) {
    hash = nodeHash(read(level, at - 1), hash);
    at = (at - 1) / 2;
    nodes.push({ level: level + 1, index: at, hash });
  }
  return nodes;
}

/**
 * The roots of the complete subtrees that make up what lies before leaf `from` and behind leaf `to` in a tree of `size` leaves,
 * from left to right: what a reader of the leaves in between needs to get to the root.
 */
export function subtreesAround(
  from: number,
  to: number,
  size: number,
  read: ReadNode,
): { readonly left: Hash[]; readonly right: Hash[] } {
  const hash = ({ level, index }: Node): Hash => read(level, index);
  return { left: subtrees(0, from).map(hash), right: subtrees(to + 1, size).map(hash) };
}

/** The root that they lead to: `leaves` are those from `from` on. Null where there are not as many subtrees as there must be. */
export function rootFromAround(
  from: number,
  leaves: readonly Hash[],
  size: number,
  { left, right }: { readonly left: readonly Hash[]; readonly right: readonly Hash[] },
): Hash | null {
  const end = from + leaves.length;
  if (!isCount(from) || !isCount(size) || end > size || ![...leaves, ...left, ...right].every(isHash))
    return null;
  const parts = [
    ...subtrees(0, from).map((node, at) => ({ ...node, hash: left[at] })),
    ...leaves.map((hash, at) => ({ level: 0, index: from + at, hash })),
    ...subtrees(end, size).map((node, at) => ({ ...node, hash: right[at] })),
  ];
  if (
    left.length + right.length + leaves.length !== parts.length ||
    parts.some(({ hash }) => hash === undefined)
  )
    return null;
  if (size === 0) return EMPTY_ROOT;
  const stack: (Node & { readonly hash: Hash })[] = [];
  for (const part of parts as (Node & { readonly hash: Hash })[]) {
    let node = part;
    for (;;) {
      const sibling = stack.at(-1);
      if (sibling?.level !== node.level || sibling.index !== node.index - 1 || node.index % 2 === 0) break;
      stack.pop();
      node = { level: node.level + 1, index: sibling.index / 2, hash: nodeHash(sibling.hash, node.hash) };
    }
    stack.push(node);
  }
  return stack.map(({ hash }) => hash).reduceRight((right, left) => nodeHash(left, right));
}

/** RFC 6962 section 2.1.1: the audit path of leaf `index` in a tree of `size` leaves, from the leaf up. */
export function inclusionProof(index: number, size: number, read: ReadNode): Hash[] {
  if (!(index >= 0 && index < size)) throw new RangeError("couldn't prove inclusion: no such leaf");
  const proof: Hash[] = [];
  let from = 0;
  let to = size;
  while (to - from > 1) {
    const middle = from + leftSize(to - from);
    if (index < middle) {
      proof.unshift(rangeHash(middle, to, read));
      to = middle;
    } else {
      proof.unshift(rangeHash(from, middle, read));
      from = middle;
    }
  }
  return proof;
}

/** RFC 6962 section 2.1.2: that the tree of `older` leaves is the beginning of that of `newer`. Empty where `older` is 0. */
export function consistencyProof(older: number, newer: number, read: ReadNode): Hash[] {
  if (!(older >= 0 && older <= newer))
    throw new RangeError("couldn't prove consistency: the sizes are no interval");
  if (older === 0 || older === newer) return [];
  const proof: Hash[] = [];
  let from = 0;
  let to = newer;
  let whole = true; // the older tree is still all of what is left of it
  while (to !== older) {
    const middle = from + leftSize(to - from);
    if (older <= middle) {
      proof.unshift(rangeHash(middle, to, read));
      to = middle;
    } else {
      proof.unshift(rangeHash(from, middle, read));
      from = middle;
      whole = false;
    }
  }
  return whole ? proof : [rangeHash(from, to, read), ...proof];
}

/** The root that an audit path leads to, as RFC 9162 section 2.1.3.2 has it; null where path, index and size do not fit. */
export function rootFromInclusion(
  index: number,
  size: number,
  leaf: Hash,
  proof: readonly Hash[],
): Hash | null {
  if (!isCount(index) || !isCount(size) || index >= size) return null;
  if (![leaf, ...proof].every(isHash)) return null;
  let at = index;
  let last = size - 1;
  let root = leaf;
  for (const hash of proof) {
    if (last === 0) return null;
    if (at % 2 === 1 || at === last) {
      root = nodeHash(hash, root);
      while (at % 2 === 0 && at !== 0) {
        at /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      root = nodeHash(root, hash);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? root : null;
}

/** Whether the tree of `older` leaves is the beginning of that of `newer` (RFC 9162 section 2.1.4.2). */
export function isConsistent(
  older: number,
  newer: number,
  proof: readonly Hash[],
  olderRoot: Hash,
  newerRoot: Hash,
): boolean {
  if (!isCount(older) || !isCount(newer) || older > newer) return false;
  // Every tree begins with the empty one, whose root is known.
  if (older === 0 && !isSame(olderRoot, EMPTY_ROOT)) return false;
  if (older === newer) return proof.length === 0 && isSame(olderRoot, newerRoot);
  if (older === 0) return proof.length === 0;
  if (![olderRoot, newerRoot, ...proof].every(isHash)) return false;
  const path = isPowerOfTwo(older) ? [olderRoot, ...proof] : proof;
  const [first, ...rest] = path;
  if (first === undefined) return false;
  let at = older - 1;
  let last = newer - 1;
  while (at % 2 === 1) {
    at = (at - 1) / 2;
    last = Math.floor(last / 2);
  }
  let olderHash = first;
  let newerHash = first;
  for (const hash of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      olderHash = nodeHash(hash, olderHash);
      newerHash = nodeHash(hash, newerHash);
      while (at % 2 === 0 && at !== 0) {
        at /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      newerHash = nodeHash(newerHash, hash);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && isSame(olderHash, olderRoot) && isSame(newerHash, newerRoot);
}

const HASH_BYTES = 32;
const isHash = (bytes: Uint8Array): boolean => bytes.length === HASH_BYTES;

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

function isPowerOfTwo(value: number): boolean {
  let rest = value;
  while (rest % 2 === 0) rest /= 2;
  return rest === 1;
}

/** No secret is compared here, so that time tells nothing. */
export function isSame(a: Hash, b: Hash): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
