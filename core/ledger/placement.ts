/**
 * Which entry each line of an export is, found even where lines were dropped, doubled, moved or damaged: the longest
 * run of indexes in order is taken to be right, and everything else is named by its distance from that.
 */
import { type EntryList, isIntact } from "./entry-list.ts";
import type { ReadEntry } from "./read-entry.ts";
import { type Fault, fault } from "./report.ts";
import type { Hash } from "./tree/merkle.ts";

/** Places of the list next to each other that have indexes next to each other. */
export interface Span {
  readonly index: number;
  readonly place: number;
  count: number;
}

export interface Placement {
  readonly entries: EntryList;
  readonly first: number;
  readonly last: number;
  readonly faults: readonly Fault[];
  /** How many indexes stand in the file. */
  readonly size: number;
  /** In the order of indexes: those that are doubled, or do not follow the one before, each for itself. */
  readonly spans: readonly Span[];
  /** Every entry read under the index it has, or must have had; more than one where an index is doubled. */
  at(index: number): readonly ReadEntry[];
  /** The hash that an entry's text, what stands beside it, and the one entry after it say; null where they do not. */
  agreed(index: number): Hash | null;
  /** Those that do not follow the one before in the file, with the index that each was given. */
  readonly odd: readonly (readonly [number, ReadEntry])[];
}

export function placeEntries(entries: EntryList): Placement {
  const claims = claimedIndexes(entries);
  const run = longestRun(claims);
  const placing = new Placing(entries);
  const faults: Fault[] = [];
  const elsewhere = movedIndexes(claims, run);
  const first = firstIndex(claims, run);
  let next = first;
  let before = -1;
  for (let place = 0; place < claims.length; place++) {
    const claim = claims[place] ?? Number.NaN;
    const isClaimed = !Number.isNaN(claim);
    if (isClaimed && run[place] === 0) continue;
    const index = isClaimed ? claim : next;
    if (index > next) {
      const what = before < 0 ? "the file's start" : `entry ${next - 1} (${entries.at(before).where})`;
      faults.push(...gaps(next, index, elsewhere, what, entries.at(place).where));
    }
    if (index < next)
      faults.push(
        fault(
          `More lines stand before entry ${index} than there are entries.`,
          index,
          entries.at(place).where,
        ),
      );
    placing.add(index, place);
    next = index + 1;
    before = place;
  }
  for (let place = 0; elsewhere.length > 0 && place < claims.length; place++) {
    const index = claims[place] ?? Number.NaN;
    if (Number.isNaN(index) || run[place] !== 0) continue;
    const entry = entries.at(place);
    const [twin] = placing.at(index);
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
    placing.add(index, place);
  }
  for (const [index, entry] of placing.odd) faults.push(...outerFault(index, entry));
  // The last entry may be among those out of place.
  while (placing.has(next)) next++;
  return {
    entries,
    first,
    last: next - 1,
    faults,
    size: placing.size,
    spans: placing.spans(),
    at: (index) => placing.at(index),
    agreed: (index) => placing.agreed(index),
    odd: placing.odd,
  };
}

/** Places under their indexes, as they are found. */
class Placing {
  readonly #entries: EntryList;
  /** In order; what comes under an index that is passed is among the others. */
  readonly #spans: Span[] = [];
  readonly #others = new Map<number, number[]>();
  readonly odd: [number, ReadEntry][] = [];

  constructor(entries: EntryList) {
    this.#entries = entries;
  }

  add(index: number, place: number): void {
    if (!this.#entries.follows(place)) this.odd.push([index, this.#entries.at(place)]);
    const last = this.#spans.at(-1);
    if (last !== undefined && index < last.index + last.count) {
      const others = this.#others.get(index);
      if (others === undefined) this.#others.set(index, [place]);
      else others.push(place);
    } else if (
      last !== undefined &&
      index === last.index + last.count &&
      place === last.place + last.count &&
      this.#entries.follows(place)
    )
      last.count++;
    else this.#spans.push({ index, place, count: 1 });
  }

  get size(): number {
    let size = 0;
    for (const { count } of this.#spans) size += count;
    for (const index of this.#others.keys()) if (this.#span(index) === undefined) size++;
    return size;
  }

  has(index: number): boolean {
    return this.#others.has(index) || this.#span(index) !== undefined;
  }

  at(index: number): ReadEntry[] {
    const span = this.#span(index);
    const own = span === undefined ? [] : [span.place + index - span.index];
    return [...own, ...(this.#others.get(index) ?? [])].map((place) => this.#entries.at(place));
  }

  agreed(index: number): Hash | null {
    const span = this.#span(index);
    if (span === undefined || index + 1 === span.index + span.count) return null;
    if (this.#others.has(index) || this.#others.has(index + 1)) return null;
    return this.#entries.leafAt(span.place + index - span.index);
  }

  /** Parted where an index is doubled. */
  spans(): readonly Span[] {
    if (this.#others.size === 0) return this.#spans;
    const doubled = [...this.#others.keys()].sort((a, b) => a - b);
    const parted: Span[] = [];
    for (const { index, place, count } of this.#spans) {
      const cut = (from: number, to: number): void => {
        if (to > from) parted.push({ index: from, place: place + from - index, count: to - from });
      };
      let from = index;
      for (let at = lowerBound(doubled, index); at < doubled.length; at++) {
        const twice = doubled[at] ?? 0;
        if (twice >= index + count) break;
        cut(from, twice);
        cut(twice, twice + 1);
        from = twice + 1;
      }
      cut(from, index + count);
    }
    for (const [index, [place = 0]] of this.#others)
      if (this.#span(index) === undefined) parted.push({ index, place, count: 1 });
    return parted.sort((a, b) => a.index - b.index);
  }

  #span(index: number): Span | undefined {
    const [only] = this.#spans;
    if (this.#spans.length === 1 && only !== undefined)
      return index >= only.index && index < only.index + only.count ? only : undefined;
    let low = 0;
    let high = this.#spans.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#spans[middle]?.index ?? 0) <= index) low = middle + 1;
      else high = middle;
    }
    const span = this.#spans[low - 1];
    return span !== undefined && index < span.index + span.count ? span : undefined;
  }
}

function outerFault(index: number, { outerIndex, fields, where }: ReadEntry): Fault[] {
  if (outerIndex === null || fields === null || outerIndex === fields.index) return [];
  return [fault(`The line says index ${outerIndex}, the entry in it ${fields.index}.`, index, where)];
}

/** The index that each entry may be believed to have; NaN where it is damaged and says two things, or nothing. */
function claimedIndexes(entries: EntryList): Float64Array {
  const claims = new Float64Array(entries.length);
  for (let place = 0; place < claims.length; place++) claims[place] = entries.indexAt(place);
  for (const place of entries.odd) {
    const entry = entries.at(place);
    const believed = isIntact(entry) || entry.outerIndex === entry.fields?.index;
    if (!believed) claims[place] = Number.NaN;
  }
  return claims;
}

/** The indexes that stand out of place, each once, sorted. */
function movedIndexes(claims: Float64Array, run: Uint8Array): readonly number[] {
  const moved = new Set<number>();
  for (let place = 0; place < claims.length; place++) {
    const index = claims[place] ?? Number.NaN;
    if (run[place] === 0 && !Number.isNaN(index)) moved.add(index);
  }
  return [...moved].sort((a, b) => a - b);
}

/** Where the run starts, less the unreadable lines that stand before it. */
function firstIndex(claims: Float64Array, run: Uint8Array): number {
  let unknown = 0;
  for (const [place, index] of claims.entries()) {
    if (Number.isNaN(index)) unknown++;
    else if (run[place] !== 0) return Math.max(0, index - unknown);
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

/** Marks the places of a longest strictly increasing subsequence (patience sorting, n log n) with 1, passing over NaN. */
export function longestRun(values: Float64Array): Uint8Array {
  const run = new Uint8Array(values.length);
  if (isIncreasing(values)) return run.fill(1).map((one, place) => (Number.isNaN(values[place]) ? 0 : one));
  /** `tails[k]`: place of the smallest value that ends an increasing run of k + 1. */
  const tails = new Int32Array(values.length);
  const previous = new Int32Array(values.length);
  let length = 0;
  const valueAt = (place: number | undefined): number => values[place ?? -1] ?? Number.POSITIVE_INFINITY;
  for (const [place, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    let low = 0;
    let high = length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (valueAt(tails[middle]) < value) low = middle + 1;
      else high = middle;
    }
    previous[place] = low === 0 ? -1 : (tails[low - 1] ?? -1);
    // Of two equal values the first is kept: a copy is usually what was added after.
    if (low === length || valueAt(tails[low]) !== value) tails[low] = place;
    length = Math.max(length, low + 1);
  }
  for (let place = length === 0 ? -1 : (tails[length - 1] ?? -1); place >= 0; place = previous[place] ?? -1)
    run[place] = 1;
  return run;
}

function isIncreasing(values: Float64Array): boolean {
  let before = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value <= before) return false;
    if (!Number.isNaN(value)) before = value;
  }
  return true;
}
