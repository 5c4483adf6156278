import { Class, classOf } from "./classes";
import { closeLetters, isWord, lastLetter } from "./letters";
import { plain } from "./output";
import { scratchFor } from "./scratch";
import { endOfLetters, find, findWord } from "./search";
import { byteAt, copy, isNew, offsetOf, put, start, stop } from "./source";
import { beginWindows, endWindows, replace } from "./window";

// Letters written one by one, "p a s s w o r d", and digits in groups that odd signs part, "123/45/6789", closed up.

const DIGITS_MIN: u32 = 7;
/** More are no number that anyone looks for, but a list. */
const DIGITS_MAX: u32 = 34;
/** Where capitals are among them. */
const MIXED_DIGITS_MIN: u32 = 3;
const ODD_WIDTH: u32 = 4;
/** Characters between two letters or groups of digits. */
const SEPARATOR_MAX: u32 = 3;

const SPACE: u32 = 0x20;
const DASH: u32 = 0x2d;
const DOT: u32 = 0x2e;
const SLASH: u32 = 0x2f;
const COMMA: u32 = 0x2c;
const LINE_FEED: u32 = 0x0a;

/** Digits are written once with a dash between groups and once without, since a scanner may look for either. */
export function deriveClosed(origin: u32): bool {
  foundDigits = false;
  isJoining = false;
  rowCount = 0;
  tableEnd = 0;
  beginWindows(origin);
  closeAll();
  const made = endWindows();
  return (foundDigits && joinRows(origin)) || made;
}

/** Some of it are digits in groups. */
let foundDigits: bool = false;
export let isJoining: bool = false;

export function setFoundDigits(): void {
  foundDigits = true;
}

/** Where each row of letters or groups begins that was closed up, to be written a second time. */
let rows: usize = 0;
let rowCount: u32 = 0;
/** Bytes of the shortest row. */
const ROW_MIN: u32 = 7;

function addRow(at: u32): void {
  // Asked for once for the whole segment: the scratch is nobody else's meanwhile.
  if (rowCount == 0) rows = scratchFor(<usize>((stop - at) / ROW_MIN + 1) << 2);
  store<u32>(rows + (<usize>rowCount << 2), at);
  rowCount++;
}

function closeAll(): void {
  const last = plain + stop;
  let at = start;
  for (;;) {
    at = offsetOf(findWord(plain + at, last));
    if (at >= stop) break;
    const end = offsetOf(endOfLetters(plain + at, last));
    const to = isOfGroup(at) || end == at + 1 ? closeAt(at, end) : 0;
    at = to == 0 ? end : to;
  }
}

/** The end of the row that begins with the word up to `end`; 0: it begins none. */
function closeAt(at: u32, end: u32): u32 {
  let to: u32 = 0;
  if (end == at + 1) {
    const last = lastLetter(at);
    if (last != 0) to = unchecked(rowsOfLetters[0])(at, last);
  }
  if (to != 0) {
    if (!isJoining) addRow(at);
    return to;
  }
  return isOfGroup(at) && isOfGroup(end - 1) ? closeDigits(at, end) : 0;
}

function joinRows(origin: u32): bool {
  isJoining = true;
  beginWindows(origin);
  for (let row: u32 = 0; row < rowCount; row++) {
    const at = load<u32>(rows + (<usize>row << 2));
    closeAt(at, offsetOf(endOfLetters(plain + at, plain + stop)));
  }
  return endWindows();
}

/** A letter beyond ASCII, which is no part of what is closed up, and no separator. */
export function isOther(at: u32): bool {
  const lead = byteAt(at);
  if (lead < 0xc3) return false;
  // General punctuation up to arrows and shapes, then CJK's; all else of three bytes and less are letters, or as good.
  return lead != 0xe2 && !(lead == 0xe3 && byteAt(at + 1) == 0x80) && lead < 0xf0;
}

function endOfWord(at: u32): u32 {
  while (at < stop && isWord(at)) at++;
  return at;
}

/** Where the next word begins, if so few characters are before it; 0: nowhere. */
function nextWord(at: u32): u32 {
  let characters: u32 = 0;
  while (at < stop && !isWord(at)) {
    const byte = byteAt(at);
    if (isOther(at)) return 0;
    if ((byte & 0xc0) != 0x80 && ++characters > SEPARATOR_MAX) return 0;
    at++;
  }
  return at < stop ? at : 0;
}

/** The end of groups of digits from `first` on, which it writes; 0: there are none, or they are written as usual. */
function closeDigits(first: u32, firstEnd: u32): u32 {
  // Words of a text, mostly.
  if (isBetweenWords(firstEnd)) return 0;
  digitCount = 0;
  if (endOfGroup(first) != firstEnd) return 0;
  const second = isNextDigit(firstEnd) ? firstEnd + 1 : startsLine(firstEnd) ? 0 : nextGroup(firstEnd);
  return second == 0 ? 0 : unchecked(chains[0])(first, firstEnd, second);
}

/** The same, where a second group stands behind the first. */
function closeChain(first: u32, firstEnd: u32, second: u32): u32 {
  const began = first;
  let end = isUsual(firstEnd, second) && firstEnd - first != ODD_WIDTH ? endOfUsual(first, firstEnd) : endOfGroups(first, firstEnd, second);
  // Of what is no number the last group may begin another, where other signs follow it: "SSN: 123/45/6789".
  while (!isNumber && otherGroup != 0 && !isBetweenWords(end) && !startsLine(end)) {
    first = lastGroup;
    digitCount = lastDigits;
    second = otherGroup;
    end = endOfGroups(first, end, second);
  }
  // A single one may be the first of a row: TOKEN_1="1 a 2 b".
  if (!isNumber) return lastGroup + 1 == end && lastGroup > began ? lastGroup : end;
  if (!isNew(first, end)) return end;
  foundDigits = true;
  if (!isJoining) addRow(first);
  if (!replace(first, end)) return end;
  let at = first;
  while (at < end) {
    const to = endOfWord(at);
    copy(at, to);
    at = to;
    if (at == end) break;
    at = nextGroup(to);
    if (!isJoining) put(DASH, to, at);
  }
  return end;
}

// @ts-ignore: decorator
@inline
function isDigit(at: u32): bool {
  return byteAt(at) - 0x30 < 10;
}

/** Numbers of documents have capitals among their digits. */
// @ts-ignore: decorator
@inline
function isOfGroup(at: u32): bool {
  return isDigit(at) || byteAt(at) - 0x41 < 26;
}

/** Whether what `endOfGroups` found is one number, and not written as usual. */
let isNumber: bool = false;
/** Where the last group of it begins, how many digits that has, and where one stands behind it after other signs; 0: nowhere. */
let lastGroup: u32 = 0;
let lastDigits: u32 = 0;
let otherGroup: u32 = 0;

/** One dash or dot, and the next group. */
// @ts-ignore: decorator
@inline
function isUsual(separator: u32, second: u32): bool {
  const sign = byteAt(separator);
  return second == separator + 1 && (sign == DASH || sign == DOT);
}

/** Where a chain with a usual sign ends that is as numbers are written, as of most dates and telephone numbers: no scanner needs it otherwise. */
function endOfUsual(first: u32, firstEnd: u32): u32 {
  const sign = byteAt(firstEnd);
  isNumber = false;
  lastGroup = first;
  lastDigits = digitCount;
  let end = firstEnd;
  while (end + 1 < stop && byteAt(end) == sign && isOfGroup(end + 1)) {
    const digitsBefore = digitCount;
    const to = endOfGroup(end + 1);
    if (to == 0) break;
    lastGroup = end + 1;
    lastDigits = digitCount - digitsBefore;
    end = to;
  }
  otherGroup = lastGroup == first || isBetweenWords(end) ? 0 : nextGroup(end);
  return end;
}

/** Where the chain ends that begins with the group up to `firstEnd`, whose digits were counted, and goes on with the second. */
function endOfGroups(first: u32, firstEnd: u32, second: u32): u32 {
  isNumber = false;
  const separator = firstEnd;
  const sign = second == separator + 1 ? byteAt(separator) : 0;
  const usual = sign == DASH || sign == DOT;
  const width = firstEnd - first;
  let even = true;
  let isLastShort = false;
  let digits = width;
  let groups: u32 = 1;
  let dated = true;
  let thousands = digits <= 3;
  let end = firstEnd;
  let next = second;
  otherGroup = 0;
  lastGroup = first;
  lastDigits = digitCount;
  while (next != 0 && (sign != 0 ? next == end + 1 && byteAt(end) == sign : isSame(separator, second, end, next))) {
    const digitsBefore = digitCount;
    const to = endOfGroup(next);
    if (to == 0) {
      next = 0;
      break;
    }
    // "room 1204, ACME": a sentence goes on.
    if (digitCount == digitsBefore && byteAt(next - 1) == SPACE && byteAt(next - 2) != SPACE && second == separator + 2) {
      next = 0;
      break;
    }
    const size = to - next;
    lastGroup = next;
    lastDigits = digitCount - digitsBefore;
    even = even && !isLastShort && size <= width;
    isLastShort = size < width;
    groups++;
    digits += size;
    thousands = thousands && size == 3;
    dated = dated && (size <= 2 || size == 4);
    end = to;
    next = sign != 0 && isNextDigit(to) ? to + 1 : nextGroup(to);
  }
  if (next != 0 && groups > 1) otherGroup = next;
  // A loop, since its fuel is charged only where it is entered.
  for (let mayBe = groups > 1 && digits >= DIGITS_MIN && digits <= DIGITS_MAX; mayBe; mayBe = false) {
    const isAmount = sign == COMMA && thousands;
    const isDate = sign == SLASH && groups == 3 && dated && digits <= 8;
    const isCitation = sign == SLASH && groups == 2 && (isYear(first, firstEnd) || isYear(second, end));
    const isNamed = groups == 2 && ((lastDigits == 0 && end - lastGroup >= WORD_MIN) || (lastDigits == digitCount && width >= WORD_MIN));
    isNumber = !isAmount && !isDate && !isCitation && !isNamed;
    if (digitCount != digits) isNumber = isNumber && digitCount >= MIXED_DIGITS_MIN;
    // Of the usual signs only groups as no number has them: fours, and what is left.
    if (usual) isNumber = isNumber && groups > 2 && even && isLastShort && width == ODD_WIDTH && digitCount == digits;
    for (let isFound = isNumber; isFound; isFound = false) {
      isNumber = !(sign == COLON && isClock(first, end)) && !isOfList(first, end, separator, second) && !isInTable(first, end, separator, second);
    }
  }
  return end;
}

/** A time of day by the end of its date: `04T10:11:12Z`, `2024:10:51:15`. Logs and exports have one in each line. */
function isClock(first: u32, end: u32): bool {
  let at = byteAt(end - 1) == CAPITAL_Z ? end - 1 : end;
  let pairs: u32 = 0;
  while (at >= first + 2 && isSixtieth(at - 2)) {
    pairs++;
    at -= 2;
    if (pairs == CLOCK_PAIRS || at == first || byteAt(at - 1) != COLON) break;
    at--;
  }
  if (pairs < 2) return false;
  return at == first || (at == first + 3 && byteAt(at - 1) == CAPITAL_T) || (at == first + 5 && byteAt(at - 1) == COLON && isYear(first, first + 4));
}

/** Capitals by themselves: so many beside one group of digits are a word, as in `+0000] "GET`. */
const WORD_MIN: u32 = 3;
/** Hours, minutes, seconds. */
const CLOCK_PAIRS: u32 = 3;
const COLON: u32 = 0x3a;
const CAPITAL_T: u32 = 0x54;
const CAPITAL_Z: u32 = 0x5a;

/** Two digits below sixty. */
function isSixtieth(at: u32): bool {
  return byteAt(at) - 0x30 < 6 && isDigit(at + 1);
}

/** As in Regulation (EU) 2016/679. */
// @ts-ignore: decorator
@inline
function isYear(from: u32, to: u32): bool {
  const century = load<u16>(plain + from);
  return to == from + 4 && (century == 0x3931 || century == 0x3032); // "19", "20", little-endian
}

/** "4111 1111, 4222 2222": a comma and a blank between groups that are parts of longer numbers. */
function isOfList(first: u32, end: u32, separator: u32, second: u32): bool {
  if (second != separator + 2 || byteAt(separator + 1) != SPACE || !isListSign(byteAt(separator))) return false;
  return (first > start + 1 && isUsualSign(byteAt(first - 1)) && isDigit(first - 2)) ||
    (end + 1 < stop && isUsualSign(byteAt(end)) && isDigit(end + 1));
}

function isListSign(byte: u32): bool {
  return byte == COMMA || byte == SEMICOLON;
}

function isUsualSign(byte: u32): bool {
  return byte == SPACE || byte == DASH || byte == DOT;
}

const TAB: u32 = 0x09;
const SEMICOLON: u32 = 0x3b;
const BAR: u32 = 0x7c;
/** Cells of the line before or after that make a table of two lines. */
const CELLS_MIN: u32 = 2;
/** So much of a line is looked at. */
const LINE_BYTES_MAX: u32 = 256;

/** Cells of a table: the line before or after has the same sign between digits or blanks as often. A line alone is no table. */
function isInTable(first: u32, end: u32, separator: u32, second: u32): bool {
  const sign = cellSign(separator, second);
  if (sign == 0) return false;
  // Rows have many numbers, so what was found of a line goes for all of it.
  if (first < tableEnd && first >= tableStart && sign == tableSign) return isTable;
  const least = max<i32>(<i32>start, <i32>first - <i32>LINE_BYTES_MAX);
  let lineStart = first;
  while (<i32>lineStart > least && byteAt(lineStart - 1) != LINE_FEED) lineStart--;
  const lineEnd = endOfLine(end);
  tableStart = lineStart;
  tableEnd = lineEnd;
  tableSign = sign;
  isTable = (lineEnd < stop && hasCells(lineEnd + 1, endOfLine(lineEnd + 1), sign)) || (lineStart > start && hasCells(startOfLine(lineStart), lineStart - 1, sign));
  return isTable;
}

/** The line last looked at, and whether it is a row of a table whose cells are parted by a sign. */
let tableStart: u32 = 0;
let tableEnd: u32 = 0;
let tableSign: u32 = 0;
let isTable: bool = false;

function cellSign(from: u32, to: u32): u32 {
  for (; from < to; from++) {
    const byte = byteAt(from);
    if (byte == BAR || byte == TAB || byte == SEMICOLON || byte == COMMA) return byte;
  }
  return 0;
}

function endOfLine(at: u32): u32 {
  return offsetOf(find(plain + at, plain + min(stop, at + LINE_BYTES_MAX), LINE_FEED));
}

/** Of the line before the one that begins at `at`. */
function startOfLine(at: u32): u32 {
  if (at == start || byteAt(at - 1) != LINE_FEED) return at;
  const least = max<i32>(<i32>start, <i32>at - <i32>LINE_BYTES_MAX);
  at--;
  while (<i32>at > least && byteAt(at - 1) != LINE_FEED) at--;
  return at;
}

function hasCells(from: u32, to: u32, sign: u32): bool {
  let cells: u32 = 0;
  for (let at = from + 1; cells < CELLS_MIN; at++) {
    at = offsetOf(find(plain + at, plain + to, sign));
    if (at + 1 >= to) return false;
    if (isCell(at - 1) && isCell(at + 1)) cells++;
  }
  return true;
}

function isCell(at: u32): bool {
  return (classOf(byteAt(at)) & (Class.DIGIT | Class.SPACE)) != 0;
}

/** Digits of the groups last looked at; the others are capitals. */
let digitCount: u32 = 0;

/** Where the group ends that begins at `at`, a digit or capital; 0: a word with other letters begins there. */
function endOfGroup(at: u32): u32 {
  let digits: u32 = 0;
  while (at < stop && isOfGroup(at)) {
    if (isDigit(at)) digits++;
    at++;
  }
  digitCount += digits;
  return at < stop && isWord(at) ? 0 : at;
}

/** One blank or line feed and a word after it that names no sign: a scanner reads numbers with these signs itself. */
// @ts-ignore: decorator
@inline
function isBetweenWords(at: u32): bool {
  const byte = byteAt(at);
  let isBetween = false;
  // A loop, since its fuel is charged only where it is entered.
  for (let isIn = byte == SPACE || byte == LINE_FEED; isIn; isIn = false) {
    isBetween = at + 1 < stop && isWord(at + 1) && (lower(at + 1) != SMALL_D || !namesSign(at + 1));
  }
  return isBetween;
}

/** Whether `dash` or `dot` stands at `at`: what only begins like them, as DEBUG, is a word. */
function namesSign(at: u32): bool {
  return isSignName(at, at + 3 < stop && isWord(at + 3) ? min(at + 4, stop) : at + 3);
}

/** A line's end and the sign that the next one begins with, as in a log: "664", and on the next line "[15:00". */
// @ts-ignore: decorator
@inline
function startsLine(at: u32): bool {
  return byteAt(at) == LINE_FEED && at + 1 < stop && byteAt(at + 1) < 0x80 && (classOf(byteAt(at + 1)) & (Class.WORD | Class.SPACE)) == 0;
}

/** With which `dash` and `dot` begin. */
const SMALL_D: u32 = 0x64;

function isSame(from: u32, to: u32, otherFrom: u32, otherTo: u32): bool {
  if (to - from != otherTo - otherFrom) return false;
  for (let i: u32 = 0; i < to - from; i++) if (byteAt(from + i) != byteAt(otherFrom + i)) return false;
  return true;
}

/** Where the next group begins after what may stand between two: a few signs, or one of them as a word. 0: nowhere. */
function nextGroup(end: u32): u32 {
  const next = nextWord(end);
  if (next == 0) return 0;
  if (isDigit(next)) return next;
  const wordEnd = endOfWord(next);
  if (!isSignName(next, wordEnd)) return isOfGroup(next) ? next : 0;
  const after = nextWord(wordEnd);
  return after != 0 && isOfGroup(after) ? after : 0;
}

function isSignName(from: u32, to: u32): bool {
  const size = to - from;
  if (size == 3) return lettersAt(from) == 0x746f64; // "dot", little-endian
  if (size == 4) return (lettersAt(from) | (lower(from + 3) << 24)) == 0x68736164; // "dash"
  return false;
}

function lettersAt(at: u32): u32 {
  return lower(at) | (lower(at + 1) << 8) | (lower(at + 2) << 16);
}

function lower(at: u32): u32 {
  return byteAt(at) | 0x20;
}

/** Whether one sign of ASCII and a digit stand at `at`, as mostly between groups. */
// @ts-ignore: decorator
@inline
function isNextDigit(at: u32): bool {
  return at + 1 < stop && isDigit(at + 1) && !isWord(at) && byteAt(at) < 0x80;
}

/** In tables, so that a group or a letter by itself is not charged for more. */
const chains: StaticArray<(first: u32, firstEnd: u32, second: u32) => u32> = [closeChain];
const rowsOfLetters: StaticArray<(first: u32, last: u32) => u32> = [closeLetters];
