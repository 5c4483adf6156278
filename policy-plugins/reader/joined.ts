import { Class, classOf } from "./classes";
import { nodeAt, Node, NodeKind, ROOT } from "./document";
import { begin, cut, end, lineFeeds, plain, roomLeft, segmentRow, SegmentRow, setDecoding } from "./output";
import { find, HIGHS, ONES } from "./search";
import { byteAt, copy, open, start, stop, unitAt } from "./source";
import { fieldRow, firstName, isString } from "./values";

// Where a text breaks off in one string and goes on in another: the end of the one and the beginning of the other, as segments
// of their own, next to each other. Strings of a list follow one another, those of one member under names that begin alike,
// and those under one name in objects after each other, as the contents of a chat's messages.

/** Bytes of either side, to the end of the word. */
const SIDE_BYTES: u32 = 32;
const WORD_BYTES: u32 = 16;
/**
 * So many are what this may take of what can be derived. More are tables and exports; of them those are told that a number may lie
 * over, or that break off in the midst of a sentence.
 */
const JOINS_MAX: u32 = 96;
/** A number in two parts has so many digits and no more signs, and of five of those three are digits. */
const NUMBER_DIGITS_MIN: u32 = 7;
const NUMBER_BYTES_MAX: u32 = 40;
const OF_FIVE: u32 = 3;
/** Of two names that begin alike: so much. */
const ALIKE_MIN: usize = 3;
/** So near to where they meet, both have a digit. */
const DIGIT_REACH: u64 = 8;
/** Names of which the last member is remembered. */
const SLOTS: u32 = 64;
const NONE: u32 = 0xffffffff;

let joins: u32 = 0;
/** By a name's hash: the segment after the last one of that name. Zeros at first. */
const lastOfName: StaticArray<u32> = new StaticArray<u32>(SLOTS);

export function deriveJoined(origin: u32): void {
  joins = 0;
  for (let index: u32 = 0; index < firstName; index++) if (isLong(index)) joinLines(index, origin);
  for (let index: u32 = 0; index < firstName; index++) {
    // Of elements of one list only neighbours go on in each other, and only the last in another list.
    while (index > 0 && index < firstName && isElementAfter(index)) {
      if (isNumber(segmentRow(index - 1), segmentRow(index))) join(index - 1, index, origin, false);
      index++;
    }
    // Numbers, of which none goes on in another.
    while (index > 0 && index < firstName && !isStringAt(index) && !isStringAt(index - 1)) index++;
    if (index < firstName) joinFirst(index, origin);
  }
}

/** Whether a number may be broken by a line's end in it. */
// @ts-ignore: decorator
@inline
function isLong(index: u32): bool {
  return segmentRow(index).end - segmentRow(index).start > BROKEN_DIGITS_MIN;
}

function isStringAt(index: u32): bool {
  return isString(fieldRow(segmentRow(index).field));
}

/** Whether two strings follow one another in a list. */
function isElementAfter(index: u32): bool {
  const field = fieldRow(segmentRow(index).field);
  const before = fieldRow(segmentRow(index - 1).field);
  if (!isString(field) || !isString(before)) return false;
  const node = nodeAt(field.node);
  return node.nameStart == 0 && node.parent != ROOT && node.parent == nodeAt(before.node).parent;
}

/** All but those. */
function joinFirst(index: u32, origin: u32): void {
  if (index > 0) remember(index - 1);
  const row = segmentRow(index);
  const field = fieldRow(row.field);
  if (!isString(field)) return;
  const node = nodeAt(field.node);
  if (index > 0 && isNext(index - 1, node) && isNumber(segmentRow(index - 1), row)) join(index - 1, index, origin, false);
  const named = ofSameName(node);
  // A word each are a column of a table.
  if (named == NONE || named + 1 == index || !(hasBlank(segmentRow(named)) || hasBlank(row))) return;
  join(named, index, origin, true);
  if (isNumber(segmentRow(named), row)) join(named, index, origin, false);
}

// @ts-ignore: decorator
@inline
function nodeOf(index: u32): Node {
  return nodeAt(fieldRow(segmentRow(index).field).node);
}

/** Whether a string goes on with the one before it in the same list, or under a name like its own. */
function isNext(before: u32, node: Node): bool {
  if (!isString(fieldRow(segmentRow(before).field))) return false;
  const other = nodeOf(before);
  if (node.parent == ROOT || node.parent != other.parent) return false;
  if (node.nameStart == 0) return true;
  const size = min(node.nameEnd - node.nameStart, other.nameEnd - other.nameStart);
  return memory.compare(node.nameStart, other.nameStart, min(size, ALIKE_MIN)) == 0;
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

function hasRoom(): bool {
  return joins < JOINS_MAX && roomLeft() >= <usize>(SIDE_BYTES + WORD_BYTES) * 4;
}

/** What is not joined is told. */
function leaveOut(index: u32): void {
  setDecoding(index);
  cut();
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
  return digits >= NUMBER_DIGITS_MIN && digits * 5 >= size * OF_FIVE;
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
  if (left.end - left.start < SIDE_BYTES || right.end - right.start < SIDE_BYTES) return false;
  const kind = classOf(byteAt(left.end - 1));
  return (kind & (Class.LETTER | Class.DIGIT | Class.SPACE)) != 0 && byteAt(right.start) - 0x61 < 26;
}

function join(left: u32, right: u32, origin: u32, isParted: bool): void {
  if (!hasRoom()) {
    if (isParted ? breaksOff(segmentRow(left), segmentRow(right)) : isSplit(segmentRow(left), segmentRow(right))) leaveOut(right);
    return;
  }
  joins++;
  setDecoding(right);
  open(left);
  write(startOfEnd(), stop, left, origin);
  if (isParted) lineFeeds(1);
  open(right);
  write(start, endOfStart(), right, origin);
  lineFeeds(4);
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
  const least = to - row.start > SIDE_BYTES ? to - SIDE_BYTES : row.start;
  let digits: u32 = 0;
  wordFrom = to;
  while (wordFrom > least && byteAt(wordFrom - 1) > 0x20) if ((classOf(byteAt(--wordFrom)) & Class.DIGIT) != 0) digits++;
  return digits;
}

/** The words beside the line's end last looked at begin and end here. */
let wordFrom: u32 = 0;
let wordTo: u32 = 0;

/** Whether a word with digits ends there that is no column's, and one goes on behind it. */
function isBroken(row: SegmentRow, feed: u32): bool {
  const end = endOfLine(row, feed);
  const before = digitsBefore(row, end);
  if (before == 0) return false;
  let digits: u32 = 0;
  let to = feed + 1;
  const most = min(row.end, to + SIDE_BYTES);
  while (to < most && byteAt(to) > 0x20) if ((classOf(byteAt(to++)) & Class.DIGIT) != 0) digits++;
  wordTo = to;
  if (digits == 0 || before + digits < BROKEN_DIGITS_MIN || byteAt(to - 1) == 0x25) return false;
  // Words of a sentence before it: a column of numbers has none.
  return wordFrom > row.start + 1 && byteAt(wordFrom - 1) == 0x20 && byteAt(wordFrom - 2) > 0x39;
}

function joinLine(index: u32, feed: u32, origin: u32): void {
  if (!hasRoom()) {
    const to = endOfLine(segmentRow(index), feed);
    if (mayBeNumber(wordFrom, to, feed + 1, wordTo)) leaveOut(index);
    return;
  }
  joins++;
  setDecoding(index);
  open(index);
  const from = wordFrom - start > SIDE_BYTES ? wordFrom - SIDE_BYTES : start;
  let first = from;
  while (first < wordFrom && (byteAt(first) & 0xc0) == 0x80) first++;
  let to = min(stop, feed + 1 + SIDE_BYTES);
  while (to < stop && (byteAt(to) & 0xc0) == 0x80) to++;
  begin(segmentRow(index).field, origin, 1, unitAt(first));
  copy(first, endOfLine(segmentRow(index), feed));
  copy(feed + 1, to);
  end();
  lineFeeds(4);
}

function write(from: u32, to: u32, index: u32, origin: u32): void {
  begin(segmentRow(index).field, origin, 1, unitAt(from));
  copy(from, to);
  end();
}

function startOfEnd(): u32 {
  let from = stop - start > SIDE_BYTES ? stop - SIDE_BYTES : start;
  const least = from - start > WORD_BYTES ? from - WORD_BYTES : start;
  while (from > least && byteAt(from - 1) > 0x20) from--;
  while (from > start && (byteAt(from) & 0xc0) == 0x80) from--;
  return from;
}

function endOfStart(): u32 {
  let to = stop - start > SIDE_BYTES ? start + SIDE_BYTES : stop;
  const most = min(stop, to + WORD_BYTES);
  while (to < most && byteAt(to) > 0x20) to++;
  while (to < stop && (byteAt(to) & 0xc0) == 0x80) to++;
  return to;
}
