/**
 * Checks a file with one line changed without reading the others again: from the state before that line, with the lines behind
 * it as they were read once.
 */
import { LineReader, type ReaderMark, type ReadLine, readLine } from "../../../core/ledger/export-reader.ts";
import type { TrustedKey } from "../../../core/ledger/trust.ts";
import { type LedgerOptions, type VerifiedLedger, verifyRead } from "../../../core/ledger/verify.ts";
import { linesIn } from "./tampering.ts";

const LINE_FEED = 0x0a;

export class Incremental {
  readonly #bytes: Uint8Array;
  readonly #keys: readonly TrustedKey[];
  readonly #lines: readonly { readonly start: number; readonly end: number; readonly read: ReadLine }[];
  readonly #reader = new LineReader();
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
  }

  /** Lines are asked for in their order: the state goes on with the file as it was. */
  verify(number: number, offset: number, bit: number, options: LedgerOptions = {}): Promise<VerifiedLedger> {
    const reader = this.#reader;
    reader.rewind(this.#mark);
    for (; this.#before < number; this.#before++) reader.take(this.#line(this.#before).read);
    this.#mark = reader.mark();
    const { start, end } = this.#line(number);
    const joins = offset === end;
    const next = number + (joins ? 2 : 1);
    const until = joins ? (this.#lines[number + 1]?.end ?? end) : end;
    const changed = this.#bytes.slice(start, joins ? Math.max(until, end + 1) : until);
    changed[offset - start] = (changed[offset - start] ?? 0) ^ (1 << bit);
    const count = readAll(reader, changed);
    for (const { start, end, read } of this.#lines.slice(next)) {
      // Where lines were parted or joined, those behind have other numbers.
      if (count === next - number) reader.take(read);
      else reader.read(this.#bytes.subarray(start, end));
    }
    return verifyRead(reader.end(), this.#keys, options);
  }

  #line(number: number) {
    const line = this.#lines[number];
    if (line === undefined) throw new RangeError(`the file has no line ${number}`);
    return line;
  }
}

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
