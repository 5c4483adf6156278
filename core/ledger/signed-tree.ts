/**
 * Which leaf hashes the signed checkpoints vouch for. A checkpoint is one hash over all entries, so that it says whether a file's
 * hashes are the signed ones, all at once; from which entry on they are not, the checkpoints before it tell, each for the
 * entries since the one before.
 *
 * A file says each hash up to four times: in its list of leaf hashes, beside the entry, by the entry's own bytes, and as the
 * next entry's `prev`. Whichever of these makes the signed root is what was signed, and the others were changed.
 */
import { type Digest, digestBytes, isDigest } from "../hash.ts";
import type { ReadExport } from "./export-reader.ts";
import type { Placement } from "./placement.ts";
import { Frontier } from "./tree/frontier.ts";
import { type Hash, isSame } from "./tree/merkle.ts";

/** A tree that somebody signed. */
export interface Stop {
  readonly kind: "last" | "between" | "epoch" | "since";
  /** Completes a sentence: `the checkpoint of size 40`. */
  readonly name: string;
  readonly where: string | null;
  readonly size: number;
  readonly root: Hash;
}

export interface Departure {
  readonly stop: Stop;
  /** Entries below are vouched for by the stop before. */
  readonly after: number;
}

export interface SignedTree {
  readonly from: number;
  /** Entries below are vouched for; `from` where none is. */
  readonly vouchedTo: number;
  /** The signed hash of an entry from `from` to below `vouchedTo`; null for others. */
  leaf(index: number): Hash | null;
  /** Signed trees that are not those of this file's entries, in the order of their sizes. */
  readonly departures: readonly Departure[];
  /** Signed trees that are. */
  readonly kept: readonly Stop[];
}

/** Where the file says that its entries begin and end, and the hashes beside them. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly left: readonly Hash[];
  readonly right: readonly Hash[];
}

/** Null where the hashes on the left are not as many as the entries before the first one need. */
export function followTree(
  range: Range,
  sources: readonly LeafSource[],
  stops: readonly Stop[],
): SignedTree | null {
  const { from, to, right } = range;
  const start = Frontier.of(from, range.left);
  if (start === null) return null;
  const vouched: { readonly to: number; readonly source: LeafSource }[] = [];
  let vouchedTo = from;
  const departures: Departure[] = [];
  const kept: Stop[] = [];
  let running = sources.map((source) => new Run(source, start));
  for (const stop of stops.toSorted((a, b) => a.size - b.size)) {
    const found = running.find((run) => run.reaches(stop, to, right));
    if (found === undefined) {
      departures.push({ stop, after: vouchedTo });
      continue;
    }
    kept.push(stop);
    vouchedTo = found.frontier.size;
    vouched.push({ to: vouchedTo, source: found.source });
    running = sources.map((source) => new Run(source, found.frontier));
  }
  // Asked for in order: what held the last one most often holds this one.
  let at = 0;
  const sourceOf = (index: number): LeafSource | null => {
    if (index < from || index >= vouchedTo) return null;
    if (index < (vouched[at - 1]?.to ?? from)) at = 0;
    while (index >= (vouched[at]?.to ?? vouchedTo)) at++;
    return vouched[at]?.source ?? null;
  };
  return {
    from,
    vouchedTo,
    leaf: (index) => sourceOf(index)?.(index) ?? null,
    departures,
    kept,
  };
}

export type LeafSource = (index: number) => Hash | null;

/** One source's tree since the last stop that was reached. */
class Run {
  readonly source: LeafSource;
  readonly frontier: Frontier;
  #broken = false;

  constructor(source: LeafSource, start: Frontier) {
    this.source = source;
    this.frontier = start.clone();
  }

  /** Whether the tree at the stop's size has the signed root. What it appends stays, for stops that come later. */
  reaches({ size, root }: Stop, to: number, right: readonly Hash[]): boolean {
    if (size < this.frontier.size) return false;
    this.#appendTo(Math.min(size, to + 1));
    if (this.#broken) return false;
    if (size <= to + 1) return isSame(this.frontier.root(), root);
    const whole = this.frontier.clone();
    return whole.appendSubtrees(size, right) && isSame(whole.root(), root);
  }

  #appendTo(size: number): void {
    while (!this.#broken && this.frontier.size < size) {
      const leaf = this.source(this.frontier.size);
      if (leaf === null) this.#broken = true;
      else this.frontier.append(leaf);
    }
  }
}

const HASH_BYTES = 32;

/** The list of leaf hashes as it stands in the file; where two parts of it overlap, by the one that begins first. */
export function listedLeaves({ leaves }: Pick<ReadExport, "leaves">): LeafSource {
  const lists = leaves
    .filter(({ from, to, hashes }) => hashes.length === (to - from + 1) * HASH_BYTES)
    .toSorted((a, b) => a.from - b.from);
  // The first index that none of the lists up to this one has: what is left of a list that overlaps begins there.
  const ends: number[] = [];
  for (const { to } of lists) ends.push(Math.max(ends.at(-1) ?? 0, to + 1));
  return (index) => {
    // The first list that ends behind it has it, or none does.
    const at = firstAbove(ends, index);
    const list = lists[at];
    if (list === undefined || index < list.from) return null;
    const start = (index - list.from) * HASH_BYTES;
    return list.hashes.subarray(start, start + HASH_BYTES);
  };
}

/** The place of the first of `sorted` that is above `value`; their number where none is. */
function firstAbove(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** By the entries' own bytes; where an index is doubled, by the first that stands there. */
export function ownLeaves(placement: Placement): LeafSource {
  return (index) =>
    placement.agreed(index) ?? bytesOf(placement.at(index).find(({ leaf }) => leaf !== null)?.leaf);
}

/** What most of what the file says of a hash comes to. */
export function votedLeaves(listed: LeafSource, placement: Placement): LeafSource {
  return (index) => {
    // Three votes of the four that there are.
    const agreed = placement.agreed(index);
    if (agreed !== null) return agreed;
    const votes: { readonly hash: Hash; count: number }[] = [];
    const vote = (hash: Hash | null): void => {
      if (hash === null) return;
      const same = votes.find((one) => isSame(one.hash, hash));
      if (same === undefined) votes.push({ hash, count: 1 });
      else same.count++;
    };
    vote(listed(index));
    for (const { leaf, statedLeaf } of placement.at(index)) {
      vote(bytesOf(leaf));
      vote(bytesOf(statedLeaf));
    }
    for (const { fields } of placement.at(index + 1)) vote(bytesOf(fields?.prev));
    return votes.sort((a, b) => b.count - a.count)[0]?.hash ?? null;
  };
}

const bytesOf = (text: string | null | undefined): Hash | null =>
  isDigest(text) ? digestBytes(text as Digest) : null;
