/**
 * Checks a file with one line changed without reading the others again: from the state before that line, with the lines behind
 * it as they were read once, and no further than until the reader is again where it was in the file as it was.
 */
import { isSameEvidence } from "../../../core/ledger/evidence-reader.ts";
import { LineReader, type ReaderMark, type ReadLine, readLine } from "../../../core/ledger/export-reader.ts";
import type { ReadEntry } from "../../../core/ledger/read-entry.ts";
import type { Fault } from "../../../core/ledger/report.ts";
import type { TrustedKey } from "../../../core/ledger/trust.ts";
import { type LedgerOptions, type VerifiedLedger, verifyRead } from "../../../core/ledger/verify.ts";
import { namedEntries } from "./log.ts";
import { linesIn } from "./tampering.ts";

const LINE_FEED = 0x0a;

/** Whether anything was found, and at which entries. */
export interface Found {
  readonly found: boolean;
  readonly named: readonly number[];
  /** Whether that was known before the file's end: then no line after those that were read can take it back. */
  readonly early: boolean;
}

export class Incremental {
  readonly #bytes: Uint8Array;
  readonly #keys: readonly TrustedKey[];
  readonly #lines: readonly { readonly start: number; readonly end: number; readonly read: ReadLine }[];
  readonly #reader = new LineReader();
  /** Where the reader is after each line of the file as it was. */
  readonly #after: readonly ReaderMark[];
  /** Before the line of this number, from 0. */
  #before = 0;
  #mark: ReaderMark;

  constructor(bytes: Uint8Array, keys: readonly TrustedKey[]) {
    this.#bytes = bytes;
    this.#keys = keys;
    this.#lines = linesIn(bytes).map(({ start, end }, number) => ({
      start,
      end,
      read: readLine(number + 1, bytes.subarray(start, end)),
    }));
    this.#mark = this.#reader.mark();
    this.#after = this.#lines.map(({ read }) => {
      this.#reader.take(read);
      return this.#reader.mark();
    });
  }

  /** To the file's end. Lines are asked for in their order: the state goes on with the file as it was. */
  verify(number: number, offset: number, bit: number, options: LedgerOptions = {}): Promise<VerifiedLedger> {
    const { count, next } = this.#change(number, offset, bit);
    return this.#toTheEnd(next, count === next - number, options);
  }

  /** No further than needed. */
  async check(number: number, offset: number, bit: number, options: LedgerOptions = {}): Promise<Found> {
    const { count, next } = this.#change(number, offset, bit);
    const known = count === 1 && next === number + 1 ? this.#findings() : null;
    if (known !== null) {
      // What an export's other lines say is read into lists of their own: their damage moves no entry.
      if (known.every(({ index }) => index === null)) return { found: true, named: [], early: true };
      for (let at = number; at < number + STEPS_MAX && at + 1 < this.#lines.length; at++) {
        this.#reader.take(this.#line(at + 1).read);
        const after = this.#after[at + 1];
        if (after === undefined || !isInStep(this.#reader.mark(), after)) continue;
        const named = new Set(this.#findings()?.flatMap(({ index }) => index ?? []));
        return { found: true, named: [...named], early: true };
      }
      this.#change(number, offset, bit);
    }
    const { report } = await this.#toTheEnd(next, count === next - number, options);
    return { found: !report.ok, named: namedEntries(report), early: false };
  }

  #change(number: number, offset: number, bit: number): { readonly count: number; readonly next: number } {
    const reader = this.#reader;
    reader.rewind(this.#mark);
    for (; this.#before < number; this.#before++) reader.take(this.#line(this.#before).read);
    this.#mark = reader.mark();
    const { start, end } = this.#line(number);
    const joins = offset === end;
    const until = joins ? Math.max(this.#lines[number + 1]?.end ?? end, end + 1) : end;
    const changed = this.#bytes.slice(start, until);
    changed[offset - start] = (changed[offset - start] ?? 0) ^ (1 << bit);
    return { count: readAll(reader, changed), next: number + (joins ? 2 : 1) };
  }

  #toTheEnd(next: number, sameNumbers: boolean, options: LedgerOptions): Promise<VerifiedLedger> {
    for (const { start, end, read } of this.#lines.slice(next)) {
      // Where lines were parted or joined, those behind have other numbers.
      if (sameNumbers) this.#reader.take(read);
      else this.#reader.read(this.#bytes.subarray(start, end));
    }
    return verifyRead(this.#reader.end(), this.#keys, options);
  }

  /** What is wrong with the lines that were read since the mark, each by itself; null where nothing is. */
  #findings(): readonly Pick<Fault, "index">[] | null {
    const { faults, entries, evidence } = this.#reader.end();
    const found: Pick<Fault, "index">[] = [
      ...faults.slice(this.#mark.lengths.at(-1)),
      ...evidence.faults.slice(this.#mark.evidence.faultCount),
    ];
    for (const place of entries.odd.slice(this.#mark.entries.oddLength)) {
      const entry = entries.at(place);
      if (!hasComplaint(entry)) continue;
      const { fields, outerIndex } = entry;
      // An entry that cannot be read, or says two things, stands where it stands.
      if (fields !== null && fields.index === outerIndex) found.push({ index: fields.index });
      else if (place > 0) found.push({ index: entries.indexAt(place - 1) + 1 });
      else return null;
    }
    return found.length === 0 ? null : found;
  }

  #line(number: number) {
    const line = this.#lines[number];
    if (line === undefined) throw new RangeError(`the file has no line ${number}`);
    return line;
  }
}

/** Lines after which an entry in order is again one that follows. */
const STEPS_MAX = 4;

const hasComplaint = ({ syntax, form, schema, leaf, statedLeaf }: ReadEntry): boolean =>
  syntax !== null || form !== null || schema.length > 0 || (leaf !== null && leaf !== statedLeaf);

/** Whether all that the reader does from here on is what it did then. Entries and faults that it holds apart are not looked at. */
const isInStep = (a: ReaderMark, b: ReaderMark): boolean =>
  a.number === b.number &&
  a.part === b.part &&
  a.header === b.header &&
  a.range === b.range &&
  a.complete === b.complete &&
  a.entries.length === b.entries.length &&
  a.entries.log === b.entries.log &&
  a.entries.last === b.entries.last &&
  isSameEvidence(a.evidence, b.evidence) &&
  // The last is that of the faults.
  a.lengths.slice(0, -1).every((length, at) => length === b.lengths[at]);

function readAll(reader: LineReader, bytes: Uint8Array): number {
  let count = 1;
  let start = 0;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, start)) {
    reader.read(bytes.subarray(start, at));
    start = at + 1;
    count++;
  }
  reader.read(bytes.subarray(start));
  return count;
}
