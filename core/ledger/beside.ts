/**
 * Whether it is a hash beside the entries that was changed, where a file's entries do not lead to a signed root. As with an entry
 * (damage.ts) a change that leads there again is the one that was made, turned back; tried is every bit of every hash, and of its text.
 */
import { fromBase64, toBase64 } from "../encoding.ts";
import type { LeafSource, Range, Stop } from "./signed-tree.ts";
import { Frontier } from "./tree/frontier.ts";
import { type Hash, isSame, nodeHash, subtrees } from "./tree/merkle.ts";

export interface ChangedBeside {
  readonly side: "left" | "right";
  /** Counted from 0. */
  readonly at: number;
}

/** Which of the hashes; null where it is none of them, or more was changed. */
export function changedBeside(
  { from, to, left, right }: Range,
  source: LeafSource,
  { size, root }: Stop,
): ChangedBeside | null {
  const end = Math.min(size, to + 1);
  const middle = rootsOf(from, end, source);
  if (middle === null) return null;
  const leads = (left: readonly Hash[], right: readonly Hash[]): boolean => {
    const tree = Frontier.of(from, left);
    if (!tree?.appendSubtrees(end, middle)) return false;
    return (size === end || tree.appendSubtrees(size, right)) && isSame(tree.root(), root);
  };
  for (const [at, hash] of left.entries())
    for (const changed of changesOf(hash))
      if (leads(left.with(at, changed), right)) return { side: "left", at };
  for (const [at, hash] of (size === end ? [] : right).entries())
    for (const changed of changesOf(hash))
      if (leads(left, right.with(at, changed))) return { side: "right", at };
  return null;
}

/** Of the complete subtrees that the leaves make up; null where one is not known. */
function rootsOf(from: number, end: number, source: LeafSource): Hash[] | null {
  const roots: Hash[] = [];
  for (const { level, index } of subtrees(from, end)) {
    const root = rootOf(level, index, source);
    if (root === null) return null;
    roots.push(root);
  }
  return roots;
}

function rootOf(level: number, index: number, source: LeafSource): Hash | null {
  if (level === 0) return source(index);
  const left = rootOf(level - 1, 2 * index, source);
  const right = left && rootOf(level - 1, 2 * index + 1, source);
  return left && right && nodeHash(left, right);
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The hashes that differ in one bit of their text in the file, or in one of their own. */
function* changesOf(hash: Hash): Generator<Hash> {
  const text = toBase64(hash);
  for (let at = 0; at < text.length - 1; at++) {
    for (const digit of DIGITS) {
      const bits = digit.charCodeAt(0) ^ text.charCodeAt(at);
      if (bits === 0 || (bits & (bits - 1)) !== 0) continue;
      const changed = fromBase64(`${text.slice(0, at)}${digit}${text.slice(at + 1)}`);
      if (changed !== null) yield changed;
    }
  }
  for (const [at, byte] of hash.entries())
    for (let bit = 0; bit < 8; bit++) yield hash.with(at, byte ^ (1 << bit));
}
