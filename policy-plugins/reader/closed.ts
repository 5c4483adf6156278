import { Class, classOf } from "./classes";
import { closeLetters, isWord } from "./letters";
import { byteAt, isNew, put, start, stop } from "./source";
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
  const made = close(origin);
  isJoining = true;
  return (foundDigits && close(origin)) || made;
}

/** Some of it are digits in groups. */
let foundDigits: bool = false;
export let isJoining: bool = false;

export function setFoundDigits(): void {
  foundDigits = true;
}

function close(origin: u32): bool {
  beginWindows(origin);
  let at = start;
  for (;;) {
    while (at < stop && !isWord(at)) at++;
    if (at >= stop) break;
    const end = endOfWord(at);
    let to: u32 = 0;
    if (end == at + 1) to = closeLetters(at);
    if (to == 0 && isOfGroup(at) && isOfGroup(end - 1)) to = closeDigits(at, end);
    at = to == 0 ? end : to;
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

export function endOfWord(at: u32): u32 {
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
  const end = endOfGroups(first, firstEnd);
  // What is not closed up is not looked at again, group by group.
  if (!isNumber || !isNew(first, end)) return end;
  foundDigits = true;
  if (!replace(first, end)) return end;
  let at = first;
  while (at < end) {
    if (isWord(at)) {
      put(byteAt(at), at, at + 1);
      at++;
      continue;
    }
    const next = nextGroup(at);
    if (!isJoining) put(DASH, at, next);
    at = next;
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

/** Where the chain ends that begins with the group up to `firstEnd`; 0: there is none. */
function endOfGroups(first: u32, firstEnd: u32): u32 {
  isNumber = false;
  const separator = firstEnd;
  digitCount = 0;
  const second = isGroup(first, firstEnd) ? nextGroup(firstEnd) : 0;
  if (second == 0) return 0;
  const usual = isUsual(separator, second);
  if (usual && byteAt(separator) != DASH && byteAt(separator) != DOT) return 0;
  const width = firstEnd - first;
  let even = true;
  let isLastShort = false;
  let digits = width;
  let groups: u32 = 1;
  let dated = true;
  let thousands = digits <= 3;
  let end = firstEnd;
  let next = second;
  while (next != 0 && isSame(separator, second, end, next)) {
    const to = endOfWord(next);
    const digitsBefore = digitCount;
    if (!isGroup(next, to)) break;
    // "room 1204, ACME": a sentence goes on.
    if (digitCount == digitsBefore && byteAt(next - 1) == SPACE && byteAt(next - 2) != SPACE && second == separator + 2) break;
    const size = to - next;
    even = even && !isLastShort && size <= width;
    isLastShort = size < width;
    groups++;
    digits += size;
    thousands = thousands && size == 3;
    dated = dated && (size <= 2 || size == 4);
    end = to;
    next = nextGroup(to);
  }
  const sign = second == separator + 1 ? byteAt(separator) : 0;
  const isAmount = sign == COMMA && thousands;
  const isDate = sign == SLASH && groups == 3 && dated && digits <= 8;
  isNumber = groups > 1 && digits >= DIGITS_MIN && digits <= DIGITS_MAX && !isAmount && !isDate;
  if (digitCount != digits) isNumber = isNumber && digitCount >= MIXED_DIGITS_MIN;
  // Of the usual signs only groups as no number has them: fours, and what is left.
  if (usual) isNumber = isNumber && groups > 2 && even && isLastShort && width == ODD_WIDTH && digitCount == digits;
  return end;
}

/** Digits of the groups last looked at; the others are capitals. */
let digitCount: u32 = 0;

function isGroup(at: u32, end: u32): bool {
  for (; at < end; at++) {
    if (isDigit(at)) digitCount++;
    else if (!isOfGroup(at)) return false;
  }
  return true;
}

/** Scanners read numbers with these signs themselves. */
function isUsual(from: u32, to: u32): bool {
  const byte = byteAt(from);
  return to == from + 1 && (byte == SPACE || byte == DASH || byte == DOT || byte == LINE_FEED);
}

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
