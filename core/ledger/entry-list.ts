/**
 * The entries of an export in the order of its lines. An entry that is whole in itself and follows the one before says nothing
 * that its hash, line, time and type do not, and is kept as these alone, some fifty bytes; all others are kept as they were read.
 */
import { toHex } from "../encoding.ts";
import type { Digest } from "../hash.ts";
import { digestBytes } from "../hash.ts";
import type { JsonObject } from "../json.ts";
import { DAMAGED_LINES_KEPT_MAX } from "../limits.ts";
import type { EntryFields, ReadEntry } from "./read-entry.ts";
import { isKnownType, KNOWN_TYPES } from "./schema.ts";
import type { Hash } from "./tree/merkle.ts";

export interface EntryList {
  readonly length: number;
  /** The log of all entries that are kept as their hashes; null where there are none. */
  readonly log: string | null;
  /** Places of the others, in order. */
  readonly odd: readonly number[];
  at(place: number): ReadEntry;
  /** Whether the entry is whole in itself, and the next one after that of the line before: index, `prev`, log and time. */
  follows(place: number): boolean;
  /** Of an entry that follows, or whose text could be read. */
  indexAt(place: number): number;
  /** The hash of the entry's text; null where none could be read. */
  leafAt(place: number): Hash | null;
}

/** Where a list was; it can go back there as long as it has not gone back further. */
export interface EntryMark {
  readonly length: number;
  readonly oddLength: number;
  readonly damagedLines: number;
  readonly log: string | null;
  readonly last: ReadEntry | null;
}

/** The entry's leaf is what it says: its own text was not changed after it was hashed. */
export const isIntact = (entry: ReadEntry): boolean => entry.leaf !== null && entry.leaf === entry.statedLeaf;

/** There is nothing wrong with it by itself. */
export const isSound = (
  entry: ReadEntry,
): entry is ReadEntry & { readonly fields: EntryFields; readonly entry: JsonObject } =>
  isIntact(entry) &&
  entry.syntax === null &&
  entry.form === null &&
  entry.schema.length === 0 &&
  entry.fields !== null &&
  entry.fields.index === entry.outerIndex;

const isWhole = (entry: ReadEntry): boolean => isSound(entry) && isKnownType(entry.fields.type);

const HASH_BYTES = 32;
/** Entries of one block: lists of leaf hashes have 256, and end where a block does. */
const BLOCK = 4096;

interface Block {
  readonly leaves: Uint8Array;
  readonly indexes: Float64Array;
  readonly times: Float64Array;
  readonly lines: Float64Array;
  /** One more than the place among the types that are known; 0: not kept here. */
  readonly types: Uint8Array;
}

const newBlock = (): Block => ({
  leaves: new Uint8Array(BLOCK * HASH_BYTES),
  indexes: new Float64Array(BLOCK),
  times: new Float64Array(BLOCK),
  lines: new Float64Array(BLOCK),
  types: new Uint8Array(BLOCK),
});

const NO_COMPLAINTS: readonly never[] = [];

export class PackedEntries implements EntryList {
  readonly #packs: boolean;
  readonly #blocks: Block[] = [];
  readonly #odd: number[] = [];
  readonly #read = new Map<number, ReadEntry>();
  #length = 0;
  #log: string | null = null;
  #last: ReadEntry | null = null;
  #damagedLines = 0;

  /** `packs` false: all are kept as they were read. */
  constructor(packs: boolean) {
    this.#packs = packs;
  }

  get length(): number {
    return this.#length;
  }

  get log(): string | null {
    return this.#log;
  }

  get odd(): readonly number[] {
    return this.#odd;
  }

  /** `line` counts from 1. */
  push(entry: ReadEntry, line: number): void {
    const place = this.#length++;
    const at = place % BLOCK;
    if (at === 0) this.#blocks[place / BLOCK] ??= newBlock();
    const block = this.#block(place);
    if (entry.leaf !== null) block.leaves.set(digestBytes(entry.leaf), at * HASH_BYTES);
    block.indexes[at] = entry.fields?.index ?? Number.NaN;
    const whole = this.#packs && isWhole(entry);
    const ms = whole && this.#isNext(entry) ? Date.parse(entry.fields?.time ?? "") : Number.NaN;
    this.#last = whole ? entry : null;
    if (ms >= 0) {
      this.#log = entry.fields?.log ?? null;
      block.times[at] = ms;
      block.lines[at] = line;
      block.types[at] = 1 + KNOWN_TYPES.indexOf(entry.fields?.type ?? "");
      return;
    }
    block.types[at] = 0;
    this.#odd.push(place);
    this.#read.set(place, this.#withoutLine(entry));
  }

  at(place: number): ReadEntry {
    const read = this.#read.get(place);
    if (read !== undefined) return read;
    const block = this.#block(place);
    const at = place % BLOCK;
    const index = this.indexAt(place);
    const leaf = this.#digest(place);
    return {
      where: `line ${block.lines[at]}`,
      outerIndex: index,
      statedLeaf: leaf,
      leaf,
      fields: {
        index,
        prev: this.#digest(place - 1),
        log: this.#log ?? "",
        time: new Date(block.times[at] ?? 0).toISOString(),
        type: KNOWN_TYPES[(block.types[at] ?? 0) - 1] ?? "",
      },
      entry: null,
      line: null,
      syntax: null,
      form: null,
      schema: NO_COMPLAINTS,
    };
  }

  follows(place: number): boolean {
    return this.#block(place).types[place % BLOCK] !== 0;
  }

  indexAt(place: number): number {
    return this.#block(place).indexes[place % BLOCK] ?? Number.NaN;
  }

  leafAt(place: number): Hash | null {
    return this.#read.get(place)?.leaf === null ? null : this.#leafBytes(place);
  }

  /** The hashes of entries next to each other, where they stand in one piece. */
  leavesFrom(place: number, count: number): Uint8Array | null {
    const at = place % BLOCK;
    if (place < 0 || place + count > this.#length || at + count > BLOCK) return null;
    return this.#block(place).leaves.subarray(at * HASH_BYTES, (at + count) * HASH_BYTES);
  }

  mark(): EntryMark {
    return {
      length: this.#length,
      oddLength: this.#odd.length,
      damagedLines: this.#damagedLines,
      log: this.#log,
      last: this.#last,
    };
  }

  rewind({ length, oddLength, damagedLines, log, last }: EntryMark): void {
    for (const place of this.#odd.splice(oddLength)) this.#read.delete(place);
    this.#length = length;
    this.#damagedLines = damagedLines;
    this.#log = log;
    this.#last = last;
  }

  #block(place: number): Block {
    const block = this.#blocks[Math.floor(place / BLOCK)];
    if (block === undefined) throw new RangeError(`couldn't find entry ${place} of the list`);
    return block;
  }

  #leafBytes(place: number): Hash {
    const at = (place % BLOCK) * HASH_BYTES;
    return this.#block(place).leaves.subarray(at, at + HASH_BYTES);
  }

  #digest(place: number): Digest {
    return this.#read.get(place)?.leaf ?? `sha256:${toHex(this.#leafBytes(place))}`;
  }

  #isNext({ fields }: ReadEntry): boolean {
    const last = this.#last;
    if (last?.fields == null || fields === null) return false;
    return (
      fields.index === last.fields.index + 1 &&
      fields.prev === last.leaf &&
      fields.log === last.fields.log &&
      (this.#log === null || fields.log === this.#log) &&
      fields.time >= last.fields.time
    );
  }

  /** What was changed is searched for in some; the bytes of all would be the file once more. */
  #withoutLine(entry: ReadEntry): ReadEntry {
    const { line } = entry;
    if (line === null || isIntact(entry) || this.#damagedLines >= DAMAGED_LINES_KEPT_MAX)
      return { ...entry, entry: null, line: null };
    this.#damagedLines++;
    // A copy: the line may be a view of a larger piece of the file.
    return { ...entry, entry: null, line: line.slice() };
  }
}
