/**
 * Which entry each line of an export is, found even where lines were dropped, doubled, moved or damaged: the longest
 * run of indexes in order is taken to be right, and everything else is named by its distance from that.
 */
import type { ReadEntry } from "./read-entry.ts";
import { type Fault, fault } from "./report.ts";

export interface Placement {
  /** Every entry read under the index it has, or must have had; more than one where an index is doubled. */
  readonly byIndex: ReadonlyMap<number, readonly ReadEntry[]>;
  readonly first: number;
  readonly last: number;
  readonly faults: readonly Fault[];
}

/** The entry's leaf is what it says: its own text was not changed after it was hashed. */
export const isIntact = (entry: ReadEntry): boolean => entry.leaf !== null && entry.leaf === entry.statedLeaf;

export function placeEntries(entries: readonly ReadEntry[]): Placement {
  const claimed = entries.map(claimedIndex);
  const run = longestRun(claimed);
  const moved = new Set<number>();
  const byIndex = new Map<number, ReadEntry[]>();
  const faults: Fault[] = [];
  for (const [at, index] of claimed.entries()) {
    if (index !== null && !run.has(at)) moved.add(index);
  }

  const elsewhere = [...moved].sort((a, b) => a - b);
  let next = firstIndex(claimed, run);
  const first = next;
  let before = "the file's start";
  for (const [at, entry] of entries.entries()) {
    const claim = claimed[at] ?? null;
    if (claim !== null && !run.has(at)) continue;
    const index = claim ?? next;
    if (index > next) faults.push(...gaps(next, index, elsewhere, before, entry.where));
    if (index < next)
      faults.push(
        fault(`More lines stand before entry ${index} than there are entries.`, index, entry.where),
      );
    add(byIndex, index, entry);
    next = index + 1;
    before = `entry ${index} (${entry.where})`;
  }
  for (const [at, entry] of entries.entries()) {
    const index = claimed[at] ?? null;
    if (index === null || run.has(at)) continue;
    const twin = byIndex.get(index)?.[0];
    faults.push(
      twin === undefined
        ? fault(`Entry ${index} is out of place.`, index, entry.where)
        : fault(
            twin.leaf === entry.leaf
              ? `A second copy of entry ${index}, which stands at ${twin.where} as well.`
              : `A second, different entry ${index}; the other stands at ${twin.where}.`,
            index,
            entry.where,
          ),
    );
    add(byIndex, index, entry);
  }
  for (const [index, placed] of byIndex) faults.push(...placed.flatMap((entry) => outerFault(index, entry)));
  // The last entry may be among those out of place.
  while (byIndex.has(next)) next++;
  return { byIndex, first, last: next - 1, faults };
}

function outerFault(index: number, { outerIndex, fields, where }: ReadEntry): Fault[] {
  if (outerIndex === null || fields === null || outerIndex === fields.index) return [];
  return [fault(`The line says index ${outerIndex}, the entry in it ${fields.index}.`, index, where)];
}

/** The index an entry may be believed to have; null where it is damaged and says two things, or nothing. */
function claimedIndex(entry: ReadEntry): number | null {
  if (entry.fields === null) return null;
  return isIntact(entry) || entry.outerIndex === entry.fields.index ? entry.fields.index : null;
}

/** Where the run starts, less the unreadable lines that stand before it. */
function firstIndex(claimed: readonly (number | null)[], run: ReadonlySet<number>): number {
  let unknown = 0;
  for (const [at, index] of claimed.entries()) {
    if (index === null) unknown++;
    else if (run.has(at)) return Math.max(0, index - unknown);
  }
  return 0;
}

/** The indexes from `from` to before `to` that stand nowhere in the file, as ranges; `moved` are those out of place, sorted. */
function gaps(from: number, to: number, moved: readonly number[], before: string, where: string): Fault[] {
  const elsewhere = moved.slice(lowerBound(moved, from), lowerBound(moved, to));
  const faults: Fault[] = [];
  let start = from;
  for (const stop of [...elsewhere, to]) {
    if (stop > start) {
      const what = stop - start === 1 ? `Entry ${start} is` : `Entries ${start} to ${stop - 1} are`;
      faults.push(fault(`${what} missing: after ${before} comes entry ${to}.`, start, where));
    }
    start = stop + 1;
  }
  return faults;
}

/** How many of the sorted values are below `value`. */
function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? value) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function add(byIndex: Map<number, ReadEntry[]>, index: number, entry: ReadEntry): void {
  const placed = byIndex.get(index);
  if (placed) placed.push(entry);
  else byIndex.set(index, [entry]);
}

/** The positions of a longest strictly increasing subsequence (patience sorting, n log n), passing over nulls. */
export function longestRun(values: readonly (number | null)[]): Set<number> {
  /** `tails[k]`: position of the smallest value that ends an increasing run of k + 1. */
  const tails: number[] = [];
  const previous: number[] = [];
  const valueAtPosition = (at: number | undefined): number => values[at ?? -1] ?? Number.POSITIVE_INFINITY;
  for (const [at, value] of values.entries()) {
    if (value === null) continue;
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (valueAtPosition(tails[middle]) < value) low = middle + 1;
      else high = middle;
    }
    previous[at] = tails[low - 1] ?? -1;
    // Of two equal values the first is kept: a copy is usually what was added after.
    if (valueAtPosition(tails[low]) !== value) tails[low] = at;
  }
  const run = new Set<number>();
  for (let at = tails.at(-1) ?? -1; at >= 0; at = previous[at] ?? -1) run.add(at);
  return run;
}
