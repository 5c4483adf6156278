import { reportSpan } from "./finding";
import { isWordUnit } from "./fold";
import { Origin, Reading } from "./reading";
import { BEGINNINGS, WORD_BYTES } from "./word-bytes";

// The matcher behind words.ts and the denylist: goes over a reading once and tries, wherever a word begins, the patterns of a
// table. tools/word-table.ts has what a table is made of.
//
// A digit or sign may stand for a letter of a word of four or more ("gu4rantee", "$cam") as long as two letters, and nearly as
// many as do not, stand for themselves; a letter written three times or more counts as once or twice ("freeee").

/** A table, as it lies in memory. All places are bytes from its beginning. */
@unmanaged
export class Table {
  /** Bits that a hash is shifted by to be one of the filter's, where a cleared bit says that a head may be known. */
  filterShift: u32;
  filter: u32;
  headShift: u32;
  heads: u32;
  /** A filter of what may begin within a word; 0: nothing may. */
  innerFilter: u32;
  /** Bits 1 to 3: patterns of so many bytes may end within a word. Only with an `innerFilter`. */
  shortSizes: u32;
  reserved1: u32;
  reserved2: u32;
}

/** A piece of text that patterns have in common. Its children stand beside each other, in the order of their slots. */
@unmanaged
export class Node {
  /** A bit for each slot of word-bytes.ts, cleared where a child begins with a byte of it. */
  without: u64;
  label: u32;
  /** The first of those that go on, or NO_NODE. */
  child: u32;
  /** Of the pattern that ends here, or NO_VALUE. */
  value: u16;
  size: u8;
  /** How many letters the label has. */
  letters: u8;
  /** A bit for each kind of pattern that ends here or further on. */
  kinds: u8;
  /** How many nodes on the next one with the same slot is; 0: there is none. */
  twin: u8;
  private reserved: u16;
}

@unmanaged
export class Head {
  key: u32;
  /** One without a label, or NO_NODE: this place of the hash table is free. */
  node: u32;
}

/** Not 0, nor is a bit of filters or slots set where nothing is: the compiler makes a segment of its own behind each run of zeros. */
export const NO_NODE: u32 = 0xffffffff;

export const NO_VALUE: u16 = 0xffff;

/** One separator or more; in closed-up text none as well. */
export const SEPARATORS: u8 = 0x20;
/** Any number of separators. */
export const OPTIONAL_SEPARATORS: u8 = 2;
/** An apostrophe, or none. */
export const OPTIONAL_APOSTROPHE: u8 = 3;

const FLAGS: usize = 256;
const FIRST_SUBSTITUTES: usize = 512;
const SECOND_SUBSTITUTES: usize = 768;
export const SLOTS: usize = 1024;

const WORD: u8 = 1;
const SEPARATOR: u8 = 2;
const SIGN: u32 = 0x20;
const SIGNS: u32 = 0x20202020;
/** Where a sign may end a word, too. */
const LATER_SIGNS: u32 = 0x20202000;

const HASH: u32 = 0x9e3779b1;

/** A shorter word may be part of an address or code: AS5 9LD. */
const DISGUISED_MIN: i32 = 4;

/** What stands between the words of a phrase is no longer, and has no more line ends: then they are of two texts. */
const SEPARATORS_MAX: usize = 64;
const LINE_ENDS_MAX: i32 = 2;

/** Closed-up text has no ends of words: so many letters may stand within others. */
const CLOSED_LETTERS_MIN: i32 = 8;
/**
 * Where a pattern may begin in disguise: with signs or drawn-out letters among its first four, or within closed-up text. So many
 * are tried, and one for so many bytes, so that a text of nothing else takes no longer than another; `reportUntried` tells
 * where the first stands that was not. What no pattern begins with is not tried, and digits for letters are none that count, so
 * that neither ids nor numbers are.
 */
const DISGUISES_LEAST: i32 = 6144;
const BYTES_A_DISGUISE: i32 = 64;
/** One that goes on like a pattern counts for more, each time. */
const DISGUISE_FORM: i32 = 2;
/** Of one that was not tried, so much is marked. */
const WORD_BYTES_MAX: usize = 32;
/** Once or twice, for each of two letters. */
const DRAWN_OUT_WAYS: i32 = 4;

const SEVENS: u64 = 0x7f7f7f7f7f7f7f7f;
const HIGH: u64 = 0x8080808080808080;

/** The high bit of every byte of `x`, all below 0x80, that is `least` or more. */
// @ts-ignore: decorator
@inline
function atLeast(x: u64, least: u64): u64 {
  return x + 0x0101010101010101 * (0x80 - least);
}

/** The high bit of every digit and small letter. */
// @ts-ignore: decorator
@inline
function letterBytes(x: u64): u64 {
  const low = x & SEVENS;
  return ((atLeast(low, 0x61) & ~atLeast(low, 0x7b)) | (atLeast(low, 0x30) & ~atLeast(low, 0x3a))) & ~x & HIGH;
}

/** The high bit of every small letter. */
// @ts-ignore: decorator
@inline
function smallLetters(x: u64): u64 {
  const low = x & SEVENS;
  return atLeast(low, 0x61) & ~atLeast(low, 0x7b) & ~x & HIGH;
}

/** The high bit of every sign that may stand for a letter, and of some more, which the filter drops. */
// @ts-ignore: decorator
@inline
function signBytes(x: u64): u64 {
  const low = x & SEVENS;
  return ((atLeast(low, 0x21) & ~atLeast(low, 0x2c)) | (atLeast(low, 0x40) & ~atLeast(low, 0x41)) |
    (atLeast(low, 0x7c) & ~atLeast(low, 0x7d))) & ~x & HIGH;
}

/** Whether no word begins at `at`. One may behind a character beyond ASCII, for that may be a sign. */
// @ts-ignore: decorator
@inline
function isLetterBefore(at: usize): bool {
  const byte = load<u8>(at - 1);
  return byte < 0x80 && (load<u8>(WORD_BYTES + byte, FLAGS) & WORD) != 0;
}

/** The classes of the four bytes at `at`; none after one that ends a word. */
// @ts-ignore: decorator
@inline
export function keyAt(at: usize): u32 {
  const four = load<u32>(at);
  const c1 = <u32>load<u8>(WORD_BYTES + ((four >> 8) & 0xff));
  const c2 = <u32>load<u8>(WORD_BYTES + ((four >> 16) & 0xff)) & (0 - <u32>(c1 != 0));
  const c3 = <u32>load<u8>(WORD_BYTES + (four >> 24)) & (0 - <u32>(c2 != 0));
  return <u32>load<u8>(WORD_BYTES + (four & 0xff)) | (c1 << 8) | (c2 << 16) | (c3 << 24);
}

// @ts-ignore: decorator
@inline
export function hashOf(key: u32): u32 {
  return key * HASH;
}

/** Without the last sign and what follows it; the first byte stays. */
function beforeSign(key: u32): u32 {
  return key & ((1 << ((31 - clz(key & SIGNS)) & ~7)) - 1);
}

/** The key's first bytes. */
// @ts-ignore: decorator
@inline
function firstOf(key: u32, size: i32): u32 {
  return key & ((1 << (size << 3)) - 1);
}

/** Whether a letter is among the three bytes at `at`. */
function hasLetterIn(at: usize): bool {
  return load<u8>(at) - 0x61 < 26 || load<u8>(at, 1) - 0x61 < 26 || load<u8>(at, 2) - 0x61 < 26;
}

const BAR: u8 = 0x7c;
/** So wide is a table's cell. */
const CELL_BYTES_MAX: usize = 48;

/** Whether another bar stands on the line of the one at `at`: both are edges of a table's cell. */
function isCellEdge(at: usize): bool {
  let right = at + 1;
  while (right < at + CELL_BYTES_MAX && load<u8>(right) != BAR && load<u8>(right) != 0x0a) right++;
  let left = at - 1;
  while (left + CELL_BYTES_MAX > at && load<u8>(left) != BAR && load<u8>(left) != 0x0a) left--;
  return load<u8>(right) == BAR || load<u8>(left) == BAR;
}

/** Whether the word that the key is of is one digit or two, with no word right behind: of a table or list, mostly. */
// @ts-ignore: decorator
@inline
function isNumberApart(at: usize, key: u32): bool {
  return load<u8>(at) - 0x30 < 10 && (key >> 16) == 0 && ((key >> 8) == 0 ? !hasLetterIn(at + 1) : load<u8>(at, 1) - 0x30 < 10 && !hasLetterIn(at + 2));
}

/** Whether the word that the key is of is drawn out; what no word begins with is none. */
// @ts-ignore: decorator
@inline
function isDrawnWord(at: usize, key: u32): u32 {
  return isDrawnOut(at) & <u32>((key & 0xff) != 0);
}

/** Three times the same letter among the five bytes at `at`; without branches, each of which is accounted for. */
// @ts-ignore: decorator
@inline
function isDrawnOut(at: usize): u32 {
  const four = load<u32>(at);
  const same = four ^ load<u32>(at, 1);
  return ((four >> 6) & <u32>((same & 0xffff) == 0)) | ((four >> 14) & <u32>((same & 0xffff00) == 0)) | ((four >> 22) & <u32>((same & 0xffff0000) == 0));
}

/** Whether the letter or digit at `at` stands there for a third time or more, or will: what begins with it begins with the first. */
// @ts-ignore: decorator
@inline
function isWithinRun(at: usize): bool {
  const byte = load<u8>(at);
  return byte == load<u8>(at - 1) && byte == load<u8>(at, 1) && (byte - 0x61 < 26 || byte - 0x30 < 10);
}

/** How many times the byte at `at`, which is no line feed, stands there in a row: line feeds stand behind the text. */
function runLength(at: usize): usize {
  const eight = <u64>load<u8>(at) * 0x0101010101010101;
  let from = at + 1;
  let differing = load<u64>(from) ^ eight;
  while (differing == 0) {
    from += 8;
    differing = load<u64>(from) ^ eight;
  }
  return from - at + (<usize>ctz(differing) >> 3);
}

/** Of the word with drawn-out letters that was read last: where it begins, its first letters, and the lowest bit of each drawn out. */
let drawnAt: usize = 0;
let drawnLetters: u32 = 0;
let drawnBits: u32 = 0;

function readDrawnOut(at: usize): void {
  drawnAt = at;
  drawnLetters = 0;
  drawnBits = 0;
  let from = at;
  for (let shift: u32 = 0; shift < 32; shift += 8) {
    const value = <u32>load<u8>(WORD_BYTES + load<u8>(from)) & ~SIGNS;
    if (value == 0) break;
    drawnLetters |= value << shift;
    const run = runLength(from);
    if (run >= 3) drawnBits |= 1 << shift;
    from += run >= 3 ? run : 1;
  }
}

/** The key of the word at `at`, where each of the first two drawn-out letters is there twice whose bit is set in `doubled`. */
function drawnOutKey(at: usize, doubled: i32): u32 {
  if (drawnAt != at) readDrawnOut(at);
  let key: u32 = 0;
  let letters = drawnLetters;
  let drawn = drawnBits;
  let runs = doubled;
  for (let to: u32 = 0; to < 32 && letters != 0; to += 8) {
    const letter = letters & 0xff;
    key |= letter << to;
    if ((drawn & 1) != 0) {
      if ((runs & 1) != 0 && (to += 8) < 32) key |= letter << to;
      runs >>= 1;
    }
    letters >>= 8;
    drawn >>= 8;
  }
  return key;
}

/** Bytes of the apostrophe at `at`, plain or typographic; 0: there is none. */
function apostropheSize(at: usize): usize {
  const byte = load<u8>(at);
  if (byte == 0x27 || byte == 0x60) return 1;
  return byte == 0xe2 && load<u16>(at, 1) == 0x9980 ? 3 : 0;
}

/** Bytes of the separator at `at`: a blank, line end, hyphen, underscore, or a dash beyond ASCII; 0: there is none. */
// @ts-ignore: decorator
@inline
function separatorSize(at: usize): usize {
  const byte = load<u8>(at);
  if ((load<u8>(WORD_BYTES + byte, FLAGS) & SEPARATOR) != 0) return 1;
  return byte == 0xe2 && load<u8>(at, 1) == 0x80 && load<u8>(at, 2) - 0x90 < 6 ? 3 : 0;
}

/** The place behind a run of separators; 0 where it is too long. */
function behindSeparators(at: usize): usize {
  const limit = at + SEPARATORS_MAX;
  let lineEnds = 0;
  let byte = load<u8>(at);
  while ((load<u8>(WORD_BYTES + byte, FLAGS) & SEPARATOR) != 0 && at <= limit) {
    lineEnds += <i32>(byte == 0x0a);
    byte = load<u8>(++at);
  }
  if (byte == 0xe2) return behindDashes(at, limit, lineEnds);
  return lineEnds > LINE_ENDS_MAX || at > limit ? 0 : at;
}

/** The same, where a dash beyond ASCII may be among them. */
function behindDashes(at: usize, limit: usize, lineEnds: i32): usize {
  for (let size = separatorSize(at); size != 0 && at <= limit; size = separatorSize(at)) {
    lineEnds += <i32>(load<u8>(at) == 0x0a);
    at += size;
  }
  return lineEnds > LINE_ENDS_MAX || at > limit ? 0 : at;
}

/** How many bytes of the text at `from` are those of the label. */
// @ts-ignore: decorator
@inline
function sameSize(label: usize, from: usize, size: usize): usize {
  for (let same: usize = 0; same < size; same += 8) {
    const differing = load<u64>(label + same) ^ load<u64>(from + same);
    if (differing != 0) return min(size, same + (<usize>ctz(differing) >> 3));
  }
  return size;
}

/** Whether the text may go on with more of the letter or separator before `at`. */
// @ts-ignore: decorator
@inline
function goesOn(at: usize): bool {
  const two = <u32>load<u16>(at - 1);
  const byte = two >> 8;
  return byte == (two & 0xff) || ((two & 0xff) == SEPARATORS && maySeparate(byte));
}

/** A separator, or the first byte of what may be a dash. */
// @ts-ignore: decorator
@inline
function maySeparate(byte: u32): bool {
  return <bool>(<u32>((load<u8>(WORD_BYTES + <usize>byte, FLAGS) & SEPARATOR) != 0) | <u32>(byte == 0xe2));
}

/** Whether the text at `at`, which differs from the label, can be no other form of it: one letter for another, or a word that ends there. */
// @ts-ignore: decorator
@inline
function isOther(label: usize, at: usize, isFirst: bool, isClosed: bool): bool {
  const byte = load<u8>(at);
  const wanted = load<u8>(label);
  const isUnlike = byte - 0x61 < 26 ? wanted - 0x61 < 26 : wanted == SEPARATORS && !isClosed && byte < 0x80 && !maySeparate(byte);
  return isUnlike && (isFirst || byte != load<u8>(at - 1));
}

/** Whether the text has a letter instead of the label's optional first, and not the label's second. */
// @ts-ignore: decorator
@inline
function isWithout(label: usize, from: usize): bool {
  const byte = load<u8>(from);
  const second = load<u8>(WORD_BYTES + load<u8>(label, 1), SLOTS);
  const isPlain = byte - 0x61 < 26 || (byte == SEPARATORS && load<u8>(label) == OPTIONAL_APOSTROPHE && load<u8>(label, 1) != SEPARATORS);
  return isPlain && ((load<u64>(BEGINNINGS + (<usize>byte << 3)) >> <u64>second) & 1) == 0;
}

/** The letter that the last label matched ended with, where it was drawn out; 0 otherwise. */
let lastDrawn: u8 = 0;

/** Whether the character before `at` belongs to a word. Scripts that are written without blanks have none. */
export function isWordBefore(at: usize): bool {
  let first = at - 1;
  if (load<u8>(first) < 0x80) return isWordUnit(load<u8>(first));
  while ((load<u8>(first) & 0xc0) == 0x80) first--;
  return wordSizeAt(first) != 0;
}

/** Bytes of the character at `at` where it belongs to a word; 0 where it does not. */
export function wordSizeAt(at: usize): u32 {
  const lead = <u32>load<u8>(at);
  if (lead < 0x80) return <u32>isWordUnit(lead);
  const second = <u32>load<u8>(at, 1) & 0x3f;
  if (lead < 0xe0) return isWordUnit(((lead & 0x1f) << 6) | second) ? 2 : 0;
  if (lead >= 0xf0) return 0;
  return isWordUnit(((lead & 0x0f) << 12) | (second << 6) | (<u32>load<u8>(at, 2) & 0x3f)) ? 3 : 0;
}

/** Every kind of pattern. */
export const ALL_KINDS: u8 = 0xff;

// A global costs less than a field.

/** The table that is walked, and the scan's kinds. */
let walked: usize = 0;
let wanted: u8 = 0;
/** How many beginnings in disguise are still tried, and whether this is one. */
let disguises: i32 = 0;
let isDisguise = false;

// Of a node's `value` and what follows it, in one.
const SIZE_SHIFT: u64 = 16;
const LETTERS_SHIFT: u64 = 24;
const KINDS_SHIFT: u64 = 32;
const TWIN_SHIFT: u64 = 40;

/** Runs over a reading and says what it comes upon to `matched`; `tried` says whether to stop. */
export abstract class PhraseScan {
  /** Where the match that is told begins. */
  protected at: usize = 0;
  /** In closed-up text: letters may have lost the blanks between them. */
  protected isClosed: bool = false;
  /** Of the match that is told. */
  protected letters: i32 = 0;
  protected substitutes: i32 = 0;
  /** The pattern's last byte. */
  protected lastByte: u8 = 0;
  /** Where to go on. */
  protected from: usize;
  /** A bit for each kind of pattern that is still looked for. */
  protected kinds: u8 = ALL_KINDS;

  private to: usize;
  private nextSegment: i32;
  /** How many beginnings of patterns are still tried. */
  protected walks: i32 = i32.MAX_VALUE;
  /** They are counted: what begins none but by chance is not tried. */
  protected isLimited: bool = false;
  /** The first word that was not tried, since too many were; 0: there is none. */
  protected untried: usize = 0;
  /** The first in disguise that was not, likewise. */
  protected untriedDisguise: usize = 0;

  constructor(protected table: usize, protected read: Reading) {
    this.from = read.folded;
    this.to = read.folded;
    this.nextSegment = read.firstDerived;
    this.to = this.rangeEnd();
    disguises = DISGUISES_LEAST + read.size / BYTES_A_DISGUISE;
  }

  /** A pattern with this value ends before `end`. */
  protected abstract matched(value: u16, end: usize): void;

  /** All that begins at `at` has been told: true stops the scan, which then goes on at `from`. */
  protected abstract tried(): bool;

  /** Whether letters enough stand for themselves. */
  protected get isLegible(): bool {
    if (this.substitutes == 0) return true;
    return this.letters >= max(2, this.substitutes - 1) && this.letters + this.substitutes >= DISGUISED_MIN;
  }

  /** Whether the match need not begin or end with a word. */
  protected get isWithinClosed(): bool {
    return this.isClosed && this.letters >= CLOSED_LETTERS_MIN;
  }

  /** True where `tried` stopped it, false at the end. */
  protected run(): bool {
    do {
      if (changetype<Table>(this.table).innerFilter != 0 ? this.runEverywhere() : this.isClosed ? this.runClosed() : this.runWords()) return true;
    } while (this.nextRange());
    return false;
  }

  /** Tells where the first words stand that were not looked at, since too many were before them: in disguise, and as they are. */
  protected reportUntried(disguiseRule: string, phraseRule: string): void {
    if (this.untriedDisguise != 0) this.reportWord(disguiseRule, this.untriedDisguise);
    if (this.untried != 0) this.reportWord(phraseRule, this.untried);
  }

  private reportWord(rule: string, at: usize): void {
    let end = at + 1;
    while (end < at + WORD_BYTES_MAX && load<u8>(end) > 0x20) end++;
    reportSpan(rule, <i32>(at - this.read.folded), <i32>(end - this.read.folded));
  }

  /** Up to the next segment that is closed up, or the end. */
  private rangeEnd(): usize {
    const all = this.read;
    while (this.nextSegment < all.segmentCount) {
      const segment = all.segment(this.nextSegment);
      if (segment.origin == Origin.CLOSED) return all.folded + segment.start;
      this.nextSegment++;
    }
    return all.folded + <usize>all.size;
  }

  /** Goes on with what follows `to`; false at the end. */
  private nextRange(): bool {
    const all = this.read;
    this.from = this.to;
    const isLast = this.nextSegment >= all.segmentCount;
    if (this.isClosed || isLast) {
      this.isClosed = false;
      this.to = this.rangeEnd();
      return this.from < this.to;
    }
    this.isClosed = true;
    this.to = all.folded + all.segment(this.nextSegment).end;
    this.nextSegment++;
    return true;
  }

  private runWords(): bool {
    const to = this.to;
    isDisguise = false;
    const shift = changetype<Table>(this.table).filterShift;
    const filter = this.table + changetype<Table>(this.table).filter;
    let block = this.from;
    while (block < to) {
      const x = load<u64>(block);
      const letters = letterBytes(x);
      const before = <u64>isLetterBefore(block) << 7;
      let starts = (letters | signBytes(x) | (x & HIGH)) & ~((letters << 8) | before);
      while (starts != 0) {
        const at = block + (<usize>ctz(starts) >> 3);
        starts &= starts - 1;
        const key = keyAt(at);
        const bit = hashOf(key & ~SIGNS) >> shift;
        const isKnown = (~<u32>load<u8>(filter + (bit >> 3)) >> (bit & 7)) & 1;
        const isOdd = (key & LATER_SIGNS) | isDrawnWord(at, key);
        if ((isKnown | isOdd) == 0) continue;
        if (at >= to) return false;
        if ((isOdd | (key & SIGN)) == 0 ? this.tryPlain(at, key) : this.tryFew(at, key)) return true;
      }
      block += 8;
    }
    return false;
  }

  /** In closed-up text a phrase may begin with each letter of what looks like a word. */
  private runClosed(): bool {
    const to = this.to;
    const shift = changetype<Table>(this.table).filterShift;
    const filter = this.table + changetype<Table>(this.table).filter;
    let block = this.from;
    while (block < to) {
      const x = load<u64>(block);
      const letters = letterBytes(x);
      const before = <u64>isLetterBefore(block) << 7;
      let starts = smallLetters(x) | ((letters | signBytes(x) | (x & HIGH)) & ~((letters << 8) | before));
      while (starts != 0) {
        const at = block + (<usize>ctz(starts) >> 3);
        starts &= starts - 1;
        const key = keyAt(at);
        const bit = hashOf(key & ~SIGNS) >> shift;
        const isKnown = (~<u32>load<u8>(filter + (bit >> 3)) >> (bit & 7)) & 1;
        if ((isKnown | (key & LATER_SIGNS) | isDrawnWord(at, key)) == 0) continue;
        if (at >= to) return false;
        if (this.tryClosed(at, key)) return true;
      }
      block += 8;
    }
    return false;
  }

  private tryClosed(at: usize, key: u32): bool {
    const isInner = isLetterBefore(at);
    if (isInner && isWithinRun(at)) return false;
    isDisguise = isInner;
    const isOdd = (key & SIGNS) | isDrawnWord(at, key) | changetype<Table>(this.table).shortSizes;
    return isOdd == 0 ? this.tryPlain(at, key) : this.tryFew(at, key);
  }

  /** Some patterns may begin anywhere. */
  private runEverywhere(): bool {
    const table = changetype<Table>(this.table);
    const words = this.table + table.filter;
    const inner = this.table + table.innerFilter;
    for (let at = this.from; at < this.to; at++) {
      let filter = words;
      const isInner = isLetterBefore(at);
      if (isInner) {
        if (isWithinRun(at)) continue;
        if (!this.isClosed) filter = inner;
      }
      const key = keyAt(at);
      const isShort = table.shortSizes != 0 && this.isShortIn(filter, key);
      const isKnown = isShort || this.isIn(filter, key & ~SIGNS);
      const isOdd = (key & LATER_SIGNS) | isDrawnWord(at, key);
      if (!isKnown && isOdd == 0) continue;
      isDisguise = false;
      if (this.isClosed) {
        if (this.tryClosed(at, key)) return true;
      } else if ((isOdd | (key & SIGN) | table.shortSizes) == 0 ? this.tryPlain(at, key) : this.tryOdd(at, key)) return true;
    }
    return false;
  }

  // @ts-ignore: decorator
  @inline
  private isIn(filter: usize, key: u32): bool {
    const bit = hashOf(key) >> changetype<Table>(this.table).filterShift;
    return ((<u32>load<u8>(filter + (bit >> 3)) >> (bit & 7)) & 1) == 0;
  }

  /** Whether a pattern of less than four bytes, that may end within a word, may begin with the key. */
  private isShortIn(filter: usize, key: u32): bool {
    const sizes = changetype<Table>(this.table).shortSizes;
    for (let size = 1; size < 4; size++) {
      if (((sizes >> size) & 1) != 0 && this.isIn(filter, firstOf(key, size))) return true;
    }
    return false;
  }

  private tryShort(key: u32): void {
    const sizes = changetype<Table>(this.table).shortSizes;
    for (let size = 1; size < 4; size++) {
      const short = firstOf(key, size);
      if (((sizes >> size) & 1) != 0 && short != key) this.tryHead(short & ~SIGNS);
    }
  }

  // Each of these has two callers, so that none becomes part of a loop, which would be charged for it in every round.

  /** A word that may be known, without signs or drawn-out letters, where no pattern may end within one. */
  private tryPlain(at: usize, key: u32): bool {
    if (this.isLimited && isNumberApart(at, key)) return false;
    this.at = at;
    this.tryWalk(key);
    return this.tried();
  }

  /** Of nothing but signs, those behind which a letter stands; with signs, none after the first that was not to be tried any more. */
  private tryFew(at: usize, key: u32): bool {
    if (this.untriedDisguise != 0 && (key & SIGNS) != 0 && changetype<Table>(this.table).shortSizes == 0) return false;
    return ((key & SIGNS) != SIGNS || load<u8>(at, 4) - 0x61 < 26) && this.tryOdd(at, key);
  }

  private tryOdd(at: usize, key: u32): bool {
    this.at = at;
    const isInner = isDisguise;
    if (changetype<Table>(this.table).shortSizes != 0) this.tryShort(key);
    isDisguise = isInner || (key & SIGNS) != 0;
    if ((key & SIGN) == 0 || (key >> 8) != 0) this.tryHead(key & ~SIGNS);
    else this.tryLoneSign(key);
    if ((key & LATER_SIGNS) != 0) this.tryCut(key);
    // The heads in which each of the first two drawn-out letters counts once or twice; in a loop, which other words are not charged for.
    if (isDrawnOut(at) != 0 && (key & SIGNS) == 0) this.tryDrawnOut(at);
    isDisguise = false;
    return this.tried();
  }

  /** That of a table or list, mostly: it counts only where a pattern goes on behind it. */
  private tryLoneSign(key: u32): void {
    if (!hasLetterIn(this.at + 1) || (load<u8>(this.at) == BAR && isCellEdge(this.at))) return;
    disguises++;
    this.tryHead(key & ~SIGNS);
  }

  /** Any sign may end the word instead; of nothing but signs none does. */
  private tryCut(key: u32): void {
    let cut = (key & SIGNS) == SIGNS ? 0 : key;
    while ((cut & LATER_SIGNS) != 0) {
      cut = beforeSign(cut);
      this.tryHead(cut & ~SIGNS);
    }
  }

  private tryDrawnOut(at: usize): void {
    isDisguise = true;
    for (let ways = DRAWN_OUT_WAYS; ways != 0; ) this.tryHead(drawnOutKey(at, --ways));
  }

  private tryHead(key: u32): void {
    if (this.isIn(this.table + changetype<Table>(this.table).filter, key)) this.tryWalk(key);
  }

  private tryWalk(key: u32): void {
    if (isDisguise && --disguises < 0) {
      if (this.untriedDisguise == 0) this.untriedDisguise = this.at;
    } else if (--this.walks < 0) {
      if (this.untried == 0) this.untried = this.at;
    } else this.tryKnown(key);
  }

  /** Tries what begins with a head, if it is one. */
  private tryKnown(key: u32): void {
    const table = this.table;
    const shift = changetype<Table>(table).headShift;
    const heads = table + changetype<Table>(table).heads;
    const mask = (1 << (32 - shift)) - 1;
    let slot = hashOf(key) >> shift;
    let head = load<u64>(heads + <usize>slot * offsetof<Head>());
    while (<u32>head != key && <u32>(head >> 32) != NO_NODE) {
      slot = (slot + 1) & mask;
      head = load<u64>(heads + <usize>slot * offsetof<Head>());
    }
    const node = <u32>(head >> 32);
    if (node == NO_NODE) return;
    walked = table;
    wanted = this.kinds;
    const root = table + node;
    if ((load<u8>(root, offsetof<Node>("kinds")) & wanted) != 0) this.walk(root, this.at, 0, 0, 0);
  }

  /** Tries a node's children, and of those that match theirs. `drawn`: the letter just drawn out, or 0. */
  private walk(node: usize, from: usize, drawn: u8, letters: i32, substitutes: i32): void {
    const slots = ~load<u64>(node, offsetof<Node>("without"));
    let left = slots & load<u64>(BEGINNINGS + (<usize>load<u8>(from) << 3));
    if (drawn != 0) left |= slots & ((<u64>1) << <u64>(drawn - 0x61));
    if (left == 0) return;
    const first = walked + <usize>load<u32>(node, offsetof<Node>("child"));
    do {
      const index = popcnt(slots & ((left & (0 - left)) - 1));
      let child = first + <usize>index * offsetof<Node>();
      for (;;) {
        const facts = load<u64>(child, offsetof<Node>("value"));
        if (((facts >> KINDS_SHIFT) & wanted) != 0) this.tryNode(child, facts, from, drawn, letters, substitutes);
        const twin = <usize>((facts >> TWIN_SHIFT) & 0xff);
        if (twin == 0) break;
        child += twin * offsetof<Node>();
      }
      left &= left - 1;
    } while (left != 0);
  }

  /** Most texts are the label or another word. */
  private tryNode(node: usize, facts: u64, from: usize, drawn: u8, letters: i32, substitutes: i32): void {
    if (drawn != 0) return this.tryForms(node, facts, from, drawn, letters, substitutes);
    const label = walked + <usize>load<u32>(node, offsetof<Node>("label"));
    const size = <usize>((facts >> SIZE_SHIFT) & 0xff);
    const same = sameSize(label, from, size);
    if (same == size) {
      if (!goesOn(from + size)) return this.goOn(node, facts, from + size, 0, letters + <i32>((facts >> LETTERS_SHIFT) & 0xff), substitutes);
    } else if (isOther(label + same, from + same, same == 0, this.isClosed)) return;
    this.tryForms(node, facts, from, 0, letters, substitutes);
  }

  /** The text may be the label in another form. */
  private tryForms(node: usize, facts: u64, from: usize, drawn: u8, letters: i32, substitutes: i32): void {
    const label = walked + <usize>load<u32>(node, offsetof<Node>("label"));
    const size = <u8>(facts >> SIZE_SHIFT);
    if (drawn == 0 && size > 1 && load<u8>(label) <= OPTIONAL_APOSTROPHE && load<u8>(label) != load<u8>(from) && isWithout(label, from)) return;
    this.letters = letters;
    this.substitutes = substitutes;
    disguises -= isDisguise ? DISGUISE_FORM : 0;
    const end = this.matchLabel(label, size, from, drawn);
    if (end != 0) this.goOn(node, facts, end, lastDrawn, this.letters, this.substitutes);
  }

  /** The text matches the node up to `end`. */
  private goOn(node: usize, facts: u64, end: usize, drawn: u8, letters: i32, substitutes: i32): void {
    // Where nothing follows a pattern ends.
    if (load<u64>(node, offsetof<Node>("without")) == ~<u64>0) return this.told(node, facts, end, letters, substitutes);
    if (<u16>facts != NO_VALUE) this.told(node, facts, end, letters, substitutes);
    this.walk(node, end, drawn, letters, substitutes);
  }

  private told(node: usize, facts: u64, end: usize, letters: i32, substitutes: i32): void {
    this.letters = letters;
    this.substitutes = substitutes;
    const label = walked + <usize>load<u32>(node, offsetof<Node>("label"));
    this.lastByte = load<u8>(label + <usize>((facts >> SIZE_SHIFT) & 0xff) - 1);
    this.matched(<u16>facts, end);
  }

  /** The place behind the text that matches the label, or 0. */
  private matchLabel(label: usize, size: u8, from: usize, drawn: u8): usize {
    const labelEnd = label + size;
    let at = from;
    for (; label < labelEnd; label++) {
      const wanted = load<u8>(label);
      // The second of two letters that were drawn out together.
      if (wanted == drawn) continue;
      drawn = 0;
      const byte = load<u8>(at);
      if (byte == wanted && wanted != SEPARATORS) {
        if (byte - 0x61 < 26) {
          this.letters++;
          if (load<u16>(at, 1) == <u16>byte * 0x101) {
            drawn = byte;
            at += runLength(at) - 1;
          }
        }
        at++;
      } else if (wanted == SEPARATORS || wanted <= OPTIONAL_APOSTROPHE) {
        const behind = wanted == OPTIONAL_APOSTROPHE ? at + apostropheSize(at) : behindSeparators(at);
        if (behind == 0 || (behind == at && wanted == SEPARATORS && !this.isClosed)) return 0;
        at = behind;
      } else if (
        wanted == load<u8>(WORD_BYTES + byte, FIRST_SUBSTITUTES) || wanted == load<u8>(WORD_BYTES + byte, SECOND_SUBSTITUTES)
      ) {
        this.substitutes++;
        at++;
      } else {
        return 0;
      }
    }
    lastDrawn = drawn;
    return at;
  }
}
