import { Class, classOf } from "./classes";
import { nodeAt, Node, NodeKind, ROOT } from "./document";
import { JOINED_BYTES_LEAST, JOINED_PART } from "./limits";
import { at as written, begin, cut, cutAt, end, lineFeeds, NOWHERE, newRun, plain, roomLeft, runCount, segmentCount, segmentRow, SegmentRow, setDecoding } from "./output";
import { addPart, beginParts, moveRuns, partsLeft } from "./parts";
import { find, HIGHS, ONES } from "./search";
import { byteAt, copy, open, start, stop, unitAt, unitBefore } from "./source";
import { addTask, overriddenFrom, TaskKind } from "./tasks";
import { fieldRow, firstName, isString } from "./values";

// Where a text breaks off in one string and goes on in another: the strings, or where they are long their ends, next to each other
// in a text that is decoded like any other. Strings of a list follow one another, those of one object under names that begin
// alike, a footer its body, and those under one name in objects after each other, as the contents of a chat's messages.

/** Bytes of either side, and up to so many more to the end of the word, which may be an encoded text. */
const SIDE_BYTES: u32 = 160;
const WORD_BYTES: u32 = 320;
/** The same of strings in different objects, and of two lines. */
const NEAR_SIDE_BYTES: u32 = 32;
const NEAR_WORD_BYTES: u32 = 16;
/** Of strings that follow one another, and are all short. */
const ROW_BYTES_MAX: u32 = 1_024;
/** Of two names that begin alike: so much. */
const ALIKE_MIN: usize = 3;
/** So near to where they meet, both have a digit. */
const DIGIT_REACH: u64 = 8;
/** A number in two parts has so many digits, no more signs, and half of them are digits. */
const NUMBER_DIGITS_MIN: u32 = 7;
const NUMBER_BYTES_MAX: u32 = 40;
const DIGITS_PART: u32 = 2;
/** Of a card's number, as it is printed. */
const GROUPS_MAX: u32 = 4;
/** Names of which the last member is remembered. */
const SLOTS: u32 = 64;
/** Members of an object, before and after a footer, of which one may be its body. */
const MEMBERS_MAX: u32 = 8;
const NONE: u32 = 0xffffffff;

/** By a name's hash: the segment after the last one of that name. Zeros at first. */
const lastOfName: StaticArray<u32> = new StaticArray<u32>(SLOTS);
/** What may still be written. */
let bytesLeft: usize = 0;

export function deriveJoined(origin: u32): void {
  bytesLeft = JOINED_BYTES_LEAST + <usize>(written - plain) / JOINED_PART;
  for (let index: u32 = 0; index < firstName; index++) if (mayBreak(index)) joinLines(index, origin);
  for (let index: u32 = 0; index < firstName; ) {
    const last = endOfRow(index);
    // A number that is no string is whole.
    if (last - index > 1 && isStringAt(index)) joinRow(index, last, origin);
    // Of elements of one list only the first goes on in another's last.
    const isList = nodeOf(index).nameStart == 0;
    joinNamed(index, origin);
    for (index = isList ? last : index + 1; index < last; index++) joinNamed(index, origin);
  }
}

/** Whether a number may be broken by a line's end in it. */
// @ts-ignore: decorator
@inline
function mayBreak(index: u32): bool {
  return segmentRow(index).end - segmentRow(index).start > BROKEN_DIGITS_MIN;
}

/** Where the strings end that are of one list, or of one object under names that begin alike, from the one at `index` on. */
function endOfRow(index: u32): u32 {
  let last = index + 1;
  if (!isStringAt(index)) {
    // Numbers, of which none goes on in another.
    while (last < firstName && !isStringAt(last)) last++;
    return last;
  }
  while (last < firstName && isNext(last - 1, last)) last++;
  return last;
}

function isStringAt(index: u32): bool {
  return isString(fieldRow(segmentRow(index).field));
}

// @ts-ignore: decorator
@inline
function nodeOf(index: u32): Node {
  return nodeAt(fieldRow(segmentRow(index).field).node);
}

/** Whether a string stands after another one in the same list, or under a name like its own. */
function isNext(before: u32, index: u32): bool {
  if (!isStringAt(index)) return false;
  const node = nodeOf(index);
  const other = nodeOf(before);
  if (node.parent == ROOT || node.parent != other.parent) return false;
  if (node.nameStart == 0) return true;
  const size = min(node.nameEnd - node.nameStart, other.nameEnd - other.nameStart);
  return memory.compare(node.nameStart, other.nameStart, min(size, ALIKE_MIN)) == 0;
}

/** Strings that follow one another: all in one text, but that addresses stand by themselves and of long ones the middle is left out. */
function joinRow(first: u32, last: u32, origin: u32): void {
  const areItems = last - first > ITEMS_MIN;
  for (let index = first; index < last; ) {
    let to = index + 1;
    let bytes: u32 = 0;
    while (to < last && !isLong(to - 1, index == to - 1) && bytes < ROW_BYTES_MAX && !areSingle(segmentRow(to - 1), segmentRow(to)) && !areAddresses(segmentRow(to - 1), segmentRow(to)) && !areSentences(segmentRow(to - 1), segmentRow(to)) && !(areItems && areLines(segmentRow(to - 1), segmentRow(to)))) {
      bytes += segmentRow(to).end - segmentRow(to).start + 1;
      to++;
    }
    if (to - index > 1 && !areNumbers(index, to)) {
      join(index, to, origin, SIDE_BYTES, WORD_BYTES);
      // Beside more than one other, numbers have no end of their own.
      for (let next = index + 1; to - index > 2 && next < to; next++) {
        if (isNumber(segmentRow(next - 1), segmentRow(next))) join(next - 1, next + 1, origin, NEAR_SIDE_BYTES, NEAR_WORD_BYTES);
      }
    }
    // A long one begins another text, and so does what is too much.
    index = to < last && to - index > 1 && (isLong(to - 1, false) || bytes >= ROW_BYTES_MAX) ? to - 1 : to;
  }
}

/** Numbers, each whole: more than the groups of one, and of more than one size, as no number is cut up. */
function areNumbers(first: u32, last: u32): bool {
  if (last - first <= GROUPS_MAX) return false;
  const size = segmentRow(first).end - segmentRow(first).start;
  let isCut = true;
  for (let index = first; index < last; index++) {
    const row = segmentRow(index);
    const digits = row.end - row.start;
    if (digits == 0 || digits > NUMBER_BYTES_MAX || countOf(row.start, row.end, Class.DIGIT) != digits) return false;
    if (digits != size && (index + 1 < last || digits > size)) isCut = false;
  }
  return !isCut;
}

/** Whether a text ends with a string's beginning, which none does with that of its first. */
function isLong(index: u32, isFirst: bool): bool {
  const row = segmentRow(index);
  return !isFirst && row.end - row.start > SIDE_BYTES * 2;
}

/** More strings of several words are items of a list or lines of a file, each by itself, but for a number over two of them. */
const ITEMS_MIN: u32 = 8;

function areLines(left: SegmentRow, right: SegmentRow): bool {
  return hasBlank(left) && hasBlank(right) && !isNumber(left, right);
}

/** Letters one by one are put together by across.ts. */
function areSingle(left: SegmentRow, right: SegmentRow): bool {
  return left.end - left.start == 1 && right.end - right.start == 1;
}

function isEmpty(index: u32): bool {
  return segmentRow(index).start == segmentRow(index).end;
}

/** A word or a sentence ends with the one, and the other begins as a sentence does. */
function areSentences(left: SegmentRow, right: SegmentRow): bool {
  if (right.end - right.start < 2 || left.end == left.start) return false;
  if ((classOf(byteAt(right.start)) & Class.CAPITAL) == 0 || !(isSmall(byteAt(right.start + 1)) || byteAt(right.start + 1) == SPACE)) return false;
  const last = byteAt(left.end - 1);
  if (last == 0x2e || last == 0x21 || last == 0x3f || last == 0x3b) return true;
  let at = left.end;
  const least = left.end - left.start > SENTENCE_WORD_MAX ? left.end - SENTENCE_WORD_MAX : left.start;
  while (at > least && isSmall(byteAt(at - 1))) at--;
  return left.end - at >= SENTENCE_WORD_MIN && at > least && byteAt(at - 1) == SPACE;
}

/** Of small letters alone, and with a blank before it: the last word. */
const SENTENCE_WORD_MIN: u32 = 3;
const SENTENCE_WORD_MAX: u32 = 24;

function isSmall(byte: u32): bool {
  return byte - 0x61 < 26;
}

const AT_SIGN: u32 = 0x40;
const COLON: u32 = 0x3a;
const ADDRESS_MAX: u32 = 64;

/** Two addresses of mail or of the web, each of which is complete. */
function areAddresses(left: SegmentRow, right: SegmentRow): bool {
  return isAddress(left) && isAddress(right);
}

function isAddress(row: SegmentRow): bool {
  const size = min(row.end - row.start, ADDRESS_MAX);
  const from = plain + row.start;
  const scheme = find(from, from + size, COLON);
  if (scheme + 2 < from + size && load<u16>(scheme, 1) == 0x2f2f) return true; // "//"
  return find(from, from + size, AT_SIGN) < from + size && find(from, from + size, SPACE) == from + size;
}

const SPACE: u32 = 0x20;

/** A string with the last one that had its name, and a footer with its body. */
function joinNamed(index: u32, origin: u32): void {
  if (index > 0) remember(index - 1);
  if (!isStringAt(index)) return;
  const node = nodeOf(index);
  if (node.nameStart != 0 && node.parent != ROOT && placeOfName(node) == Place.BEHIND) joinFooter(index, node.parent, origin);
  const named = ofSameName(node);
  // A word each are a column of a table.
  if (named == NONE || named + 1 == index || !(hasBlank(segmentRow(named)) || hasBlank(segmentRow(index)))) return;
  joinPair(named, index, origin, true, NEAR_SIDE_BYTES, NEAR_WORD_BYTES);
  joinPair(named, index, origin, false, NEAR_SIDE_BYTES, NEAR_WORD_BYTES);
}

namespace Place {
  export const UNKNOWN: u32 = 0;
  export const BODY: u32 = 1;
  export const BEHIND: u32 = 2;
}

/** Where what is under a name stands in a message. */
function placeOfName(node: Node): u32 {
  const size = node.nameEnd - node.nameStart;
  if (size != 4 && size != 6 && size != 7 && size != 9) return Place.UNKNOWN;
  const word = load<u32>(node.nameStart) | 0x20202020;
  // Little-endian, of the first four letters: body, html, text, cont(ent), mess(age).
  if (size == 4) return word == 0x79646f62 || word == 0x6c6d7468 || word == 0x74786574 ? Place.BODY : Place.UNKNOWN;
  if (size == 7) return word == 0x746e6f63 || word == 0x7373656d || word == 0x736f6c63 ? (word == 0x736f6c63 ? Place.BEHIND : Place.BODY) : Place.UNKNOWN;
  return (size == 6 && word == 0x746f6f66) || (size == 9 && word == 0x6e676973) ? Place.BEHIND : Place.UNKNOWN; // foot(er), sign(ature)
}

function joinFooter(index: u32, parent: u32, origin: u32): void {
  const least = index > MEMBERS_MAX ? index - MEMBERS_MAX : 0;
  const most = min(firstName, index + MEMBERS_MAX);
  for (let other = least; other < most; other++) {
    if (other == index || !isStringAt(other)) continue;
    const node = nodeOf(other);
    if (node.parent == parent && placeOfName(node) == Place.BODY) joinPair(other, index, origin, false, SIDE_BYTES, WORD_BYTES);
  }
}

/** What a string is known by: its own name, or its list's; without a name, and ROOT's, it is known by none. */
function namedOf(node: Node): Node {
  return node.nameStart == 0 && node.parent != ROOT ? nodeAt(node.parent) : node;
}

function isKnown(named: Node): bool {
  return named.nameStart != 0 && named.parent != ROOT && <u32>nodeAt(named.parent).kind == NodeKind.OBJECT;
}

/** A string, for those to come under its name. */
function remember(index: u32): void {
  const field = fieldRow(segmentRow(index).field);
  if (!isString(field)) return;
  const named = namedOf(nodeAt(field.node));
  if (isKnown(named)) lastOfName[slotOf(named.nameStart, named.nameEnd - named.nameStart)] = index + 1;
}

/** The string that had this one's name last, in another object. */
function ofSameName(node: Node): u32 {
  const named = namedOf(node);
  if (!isKnown(named)) return NONE;
  const size = named.nameEnd - named.nameStart;
  const last = lastOfName[slotOf(named.nameStart, size)];
  if (last == 0) return NONE;
  const other = namedOf(nodeOf(last - 1));
  if (other === named || other.parent == named.parent || other.nameEnd - other.nameStart != size) return NONE;
  return memory.compare(other.nameStart, named.nameStart, size) == 0 ? last - 1 : NONE;
}

function slotOf(name: usize, size: usize): i32 {
  let hash = <u32>size;
  if (size > 0) hash += <u32>load<u8>(name) * 31 + <u32>load<u8>(name + size - 1) * 7;
  return <i32>(hash % SLOTS);
}

/** Whether both have a digit near where they would meet: of eight bytes each, as far as they are theirs. */
function isNumber(left: SegmentRow, right: SegmentRow): bool {
  const before = min<u64>(left.end - left.start, DIGIT_REACH);
  const after = min<u64>(right.end - right.start, DIGIT_REACH);
  if (before == 0 || after == 0) return false;
  return (digitsOf(load<u64>(plain + left.end - <usize>DIGIT_REACH)) >> ((DIGIT_REACH - before) << 3)) != 0 &&
    (digitsOf(load<u64>(plain + right.start)) << ((DIGIT_REACH - after) << 3)) != 0;
}

/** The high bit of each digit of eight bytes. */
// @ts-ignore: decorator
@inline
function digitsOf(eight: u64): u64 {
  const low = eight & ~HIGHS;
  return (low + ONES * (0x80 - 0x30)) & ~(low + ONES * (0x80 - 0x3a)) & ~eight & HIGHS;
}

function hasBlank(row: SegmentRow): bool {
  const most = min(row.end, row.start + SIDE_BYTES);
  for (let at = row.start; at < most; at++) if (byteAt(at) == 0x20) return true;
  return false;
}

/** Strings from `first` up to `last`, of those at the ends the last or first bytes. */
function join(first: u32, last: u32, origin: u32, side: u32, word: u32): void {
  if (!hasRoom(last - first)) {
    leaveOutNumbers(first, last);
    return;
  }
  setDecoding(last - 1);
  const from = written;
  begin(beginParts(), origin, 1, 0);
  let overridden = NONE;
  for (let index = first; index < last; index++) {
    open(index);
    const left = index == first ? startOfEnd(side, word) : start;
    const right = index + 1 == last ? endOfStart(side, word) : stop;
    if (overridden == NONE) overridden = overriddenIn(index, left);
    write(index, left, right);
  }
  finish(from, overridden);
}

function joinPair(left: u32, right: u32, origin: u32, isParted: bool, side: u32, word: u32): void {
  if (isEmpty(left) || isEmpty(right) || (!isParted && areSentences(segmentRow(left), segmentRow(right)))) return;
  if (!hasRoom(2)) {
    if (isParted ? breaksOff(segmentRow(left), segmentRow(right)) : isSplit(segmentRow(left), segmentRow(right))) leaveOut(right);
    return;
  }
  setDecoding(right);
  const from = written;
  begin(beginParts(), origin, 1, 0);
  open(left);
  const leftFrom = startOfEnd(side, word);
  const overridden = isParted ? NONE : overriddenIn(left, leftFrom);
  write(left, leftFrom, stop);
  if (isParted) {
    end();
    lineFeeds(1);
    begin(beginParts(), origin, 1, 0);
  }
  open(right);
  write(right, start, endOfStart(side, word));
  finish(from, overridden);
}

function hasRoom(count: u32): bool {
  return bytesLeft > 0 && partsLeft() > count && roomLeft() >= <usize>(ROW_BYTES_MAX + (SIDE_BYTES + WORD_BYTES) * 2);
}

/** What is not joined is told. */
function leaveOut(index: u32): void {
  setDecoding(index);
  cut();
}

/** Of strings that are not joined those are told over which a number may lie. */
function leaveOutNumbers(first: u32, last: u32): void {
  for (let index = first + 1; index < last && cutAt == NOWHERE; index++) {
    const left = segmentRow(index - 1);
    const right = segmentRow(index);
    if (isNumber(left, right) && isSplit(left, right)) leaveOut(index);
  }
}

/** Whether the words where two strings would meet may be the halves of a number: not an id, a digest, or a price. */
function isSplit(left: SegmentRow, right: SegmentRow): bool {
  let from = left.end;
  while (from > left.start && left.end - from < NUMBER_BYTES_MAX && byteAt(from - 1) > 0x20) from--;
  let to = right.start;
  while (to < right.end && to - right.start < NUMBER_BYTES_MAX && byteAt(to) > 0x20) to++;
  return mayBeNumber(from, left.end, right.start, to);
}

function mayBeNumber(from: u32, end: u32, start: u32, to: u32): bool {
  const size = end - from + to - start;
  if (size > NUMBER_BYTES_MAX || isDate(start, to)) return false;
  const digits = countOf(from, end, Class.DIGIT) + countOf(start, to, Class.DIGIT);
  return digits >= NUMBER_DIGITS_MIN && digits * DIGITS_PART >= size;
}

function countOf(from: u32, to: u32, kind: u8): u32 {
  let count: u32 = 0;
  for (; from < to; from++) if ((classOf(byteAt(from)) & kind) != 0) count++;
  return count;
}

/** A date or time of day, as lines of logs begin with one: `2024-03-04`, `12:30`. */
function isDate(from: u32, to: u32): bool {
  if (to - from < 5) return false;
  if (byteAt(from + 2) == 0x3a) return (classOf(byteAt(from + 3)) & Class.DIGIT) != 0;
  return to - from >= 10 && byteAt(from + 4) == byteAt(from + 7) && (byteAt(from + 4) == 0x2d || byteAt(from + 4) == 0x2f) && byteAt(from + 5) < 0x32;
}

/** Whether a text of some length ends without a sentence's sign, and the next begins with a small letter. */
function breaksOff(left: SegmentRow, right: SegmentRow): bool {
  if (left.end - left.start < NEAR_SIDE_BYTES || right.end - right.start < NEAR_SIDE_BYTES) return false;
  const kind = classOf(byteAt(left.end - 1));
  return (kind & (Class.LETTER | Class.DIGIT | Class.SPACE)) != 0 && byteAt(right.start) - 0x61 < 26;
}

/** Where an override begins in what is being written that is still open at the string's end; NONE: there is none. */
function overriddenIn(index: u32, left: u32): u32 {
  const from = overriddenFrom(index, stop);
  return from == stop ? NONE : <u32>(written - plain) + (max(from, left) - left);
}

function write(index: u32, from: u32, to: u32): void {
  if (from >= to) return;
  const unit = unitAt(from);
  const first = runCount;
  newRun();
  copy(from, to);
  moveRuns(first, addPart(segmentRow(index).field, unit, unitBefore(to) - unit) - unit);
}

function finish(from: usize, overridden: u32): void {
  // Of empty strings there is no text.
  if (written == from) return;
  if (overridden != NONE && !addTask(segmentCount, TaskKind.OVERRIDDEN, overridden, <u32>(written - plain))) cut();
  end();
  lineFeeds(4);
  bytesLeft -= min(bytesLeft, <usize>(written - from));
}

const LINE_FEED: u32 = 0x0a;
const CARRIAGE_RETURN: u32 = 0x0d;
/** Of the words on either side of a line's end together: fewer are no number that it broke. */
const BROKEN_DIGITS_MIN: u32 = 7;

/** Numbers that a line's end breaks in the middle of a sentence: "SSN 637-45-", "0801". */
function joinLines(index: u32, origin: u32): void {
  const row = segmentRow(index);
  if (!isString(fieldRow(row.field))) return;
  const last = plain + row.end;
  let at = find(plain + row.start, last, LINE_FEED);
  while (at < last) {
    const feed = <u32>(at - plain);
    if (isBroken(row, feed)) joinLine(index, feed, origin);
    at = find(at + 1, last, LINE_FEED);
  }
}

/** Where the line ends whose feed is at `feed`. */
function endOfLine(row: SegmentRow, feed: u32): u32 {
  return feed > row.start && byteAt(feed - 1) == CARRIAGE_RETURN ? feed - 1 : feed;
}

/** Digits of the word up to `to`; where it begins is `wordFrom`. */
function digitsBefore(row: SegmentRow, to: u32): u32 {
  const least = to - row.start > NEAR_SIDE_BYTES ? to - NEAR_SIDE_BYTES : row.start;
  let digits: u32 = 0;
  wordFrom = to;
  while (wordFrom > least && byteAt(wordFrom - 1) > 0x20) if ((classOf(byteAt(--wordFrom)) & Class.DIGIT) != 0) digits++;
  return digits;
}

let wordFrom: u32 = 0;
let wordTo: u32 = 0;

/** Whether a word with digits ends there that is no column's, and one goes on behind it. */
function isBroken(row: SegmentRow, feed: u32): bool {
  if (byteAt(feed + 1) <= 0x20) return false;
  const end = endOfLine(row, feed);
  const before = digitsBefore(row, end);
  if (before == 0) return false;
  let digits: u32 = 0;
  let to = feed + 1;
  const most = min(row.end, to + NEAR_SIDE_BYTES);
  while (to < most && byteAt(to) > 0x20) if ((classOf(byteAt(to++)) & Class.DIGIT) != 0) digits++;
  wordTo = to;
  if (digits == 0 || before + digits < BROKEN_DIGITS_MIN || byteAt(to - 1) == 0x25) return false;
  // Words of a sentence before it: a column of numbers has none.
  return wordFrom > row.start + 1 && byteAt(wordFrom - 1) == 0x20 && byteAt(wordFrom - 2) > 0x39;
}

function joinLine(index: u32, feed: u32, origin: u32): void {
  if (!hasRoom(0)) {
    if (mayBeNumber(wordFrom, endOfLine(segmentRow(index), feed), feed + 1, wordTo)) leaveOut(index);
    return;
  }
  setDecoding(index);
  open(index);
  const from = wordFrom - start > NEAR_SIDE_BYTES ? wordFrom - NEAR_SIDE_BYTES : start;
  let first = from;
  while (first < wordFrom && (byteAt(first) & 0xc0) == 0x80) first++;
  let to = min(stop, feed + 1 + NEAR_SIDE_BYTES);
  while (to < stop && (byteAt(to) & 0xc0) == 0x80) to++;
  begin(segmentRow(index).field, origin, 1, unitAt(first));
  copy(first, endOfLine(segmentRow(index), feed));
  copy(feed + 1, to);
  end();
  lineFeeds(4);
  bytesLeft -= min(bytesLeft, <usize>(to - first));
}

function startOfEnd(side: u32, word: u32): u32 {
  let from = stop - start > side ? stop - side : start;
  const least = from - start > word ? from - word : start;
  while (from > least && byteAt(from - 1) > 0x20) from--;
  while (from > start && (byteAt(from) & 0xc0) == 0x80) from--;
  return from;
}

function endOfStart(side: u32, word: u32): u32 {
  let to = stop - start > side ? start + side : stop;
  const most = min(stop, to + word);
  while (to < most && byteAt(to) > 0x20) to++;
  while (to < stop && (byteAt(to) & 0xc0) == 0x80) to++;
  return to;
}
