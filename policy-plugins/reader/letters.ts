import { Class, classOf } from "./classes";
import { isJoining, isOther, setFoundDigits } from "./closed";
import { at as written, beginLetters, endLetters, plain, roomLeft } from "./output";
import { endOfSingles } from "./search";
import { byteAt, endOfUnits, isNew, offsetOf, put, putStretch, start, stop } from "./source";
import { replace } from "./window";

// Rows of single letters and digits, "p a s s w o r d" or "p.a.s.s". What stands between most of them is taken out. What is more
// than that is a space between words; signs that stand among blanks were written one by one as well, and stay: "o l g a @ x . c o m".

const LETTERS_MIN: u32 = 4;
/** Signs between two letters: among blanks, and without. */
const SIGNS_MAX: u32 = 4;
const SEPARATOR_MAX: u32 = 3;
const SEPARATOR_BYTES_MAX: u32 = 24;
const SPACE: u32 = 0x20;

// @ts-ignore: decorator
@inline
export function isWord(at: u32): bool {
  return (classOf(byteAt(at)) & (Class.LETTER | Class.DIGIT)) != 0;
}

// @ts-ignore: decorator
@inline
function isBlank(at: u32): bool {
  return (classOf(byteAt(at)) & Class.SPACE) != 0;
}

/** Where the next letter stands, if no more than a separator is before it; 0: nowhere. */
function nextLetter(from: u32): u32 {
  if (isWord(from + 1) && byteAt(from) < 0x80 && from + 1 < stop && !isWord(from)) return from + 1;
  return endOfSeparator(from);
}

function endOfSeparator(from: u32): u32 {
  let signs: u32 = 0;
  let blanks: u32 = 0;
  let at = from;
  const most = min(stop, from + SEPARATOR_BYTES_MAX);
  for (; at < most; at++) {
    const byte = byteAt(at);
    if (byte >= 0x80) return endOfWideSeparator(at, most, signs, blanks);
    const kind = classOf(byte);
    if ((kind & Class.WORD) != 0) break;
    if ((kind & Class.SPACE) != 0) blanks++;
    else signs++;
  }
  return at == from || at == most || isTooMuch(signs, blanks) ? 0 : at;
}

/** The same, from its first character beyond ASCII on. */
function endOfWideSeparator(at: u32, most: u32, signs: u32, blanks: u32): u32 {
  for (; at < most; at++) {
    const byte = byteAt(at);
    const kind = classOf(byte);
    if ((kind & Class.WORD) != 0) break;
    if ((kind & Class.SPACE) != 0) blanks++;
    else if (byte < 0x80) signs++;
    else if (byte >= 0xc0 && isOther(at)) return 0;
    else if (byte >= 0xc0) signs++;
  }
  return at == most || isTooMuch(signs, blanks) ? 0 : at;
}

/** Without a blank they are one sign, or a few. */
// @ts-ignore: decorator
@inline
function isTooMuch(signs: u32, blanks: u32): bool {
  return signs > (blanks == 0 ? SEPARATOR_MAX : SIGNS_MAX);
}

/** The last of the letters that follow `first` one by one; 0: they are too few. */
function lastLetter(first: u32): u32 {
  let letters: u32 = 1;
  let last = first;
  for (;;) {
    // One byte between two letters.
    const far = offsetOf(endOfSingles(plain + last + 1, plain + stop, 0)) - 1;
    letters += (far - last) >> 1;
    last = far;
    while (last + 3 < stop && isWord(last + 2) && !isWord(last + 1) && !isWord(last + 3) && byteAt(last + 1) < 0x80) {
      last += 2;
      letters++;
    }
    const next = nextLetter(last + 1);
    if (next == 0 || (isWord(next + 1) && next + 1 < stop)) break;
    last = next;
    letters++;
  }
  return letters < LETTERS_MIN ? 0 : last;
}

/** The separator of the row: what is left out. */
let unitAt: u32 = 0;
let unitSize: u32 = 0;
let isUnitBlank: bool = false;

/** So many separators say which it is, and so many kinds of them are told apart: of more the rarest are forgotten. */
const SAMPLE: u32 = 16;
const KINDS: i32 = 4;

/** A separator, and how often it was seen. */
@unmanaged
class Kind {
  start: u32;
  size: u32;
  count: u32;

  get end(): u32 { return this.start + this.size; }
}

const kinds: usize = memory.data(KINDS * 12, 4);

// @ts-ignore: decorator
@inline
function kindAt(index: i32): Kind {
  return changetype<Kind>(kinds + <usize>index * offsetof<Kind>());
}

/** The separator that the row has most often; of blanks the shortest that it has twice. */
function chooseUnit(first: u32, last: u32): void {
  const count = countKinds(first, last);
  let best = kindAt(0);
  for (let index = 1; index < count; index++) if (kindAt(index).count > best.count) best = kindAt(index);
  if (hasBlank(best.start, best.end)) {
    // Signs between blanks may be letters of the row.
    for (let index = 0; index < count; index++) if (isBetter(kindAt(index), best)) best = kindAt(index);
  }
  unitAt = best.start;
  unitSize = best.size;
  isUnitBlank = isBlanks(best.start, best.end);
}

function isBetter(kind: Kind, than: Kind): bool {
  return kind.count > 1 && kind.size < than.size && isBlanks(kind.start, kind.end);
}

function countKinds(first: u32, last: u32): i32 {
  let count = 0;
  let left = SAMPLE;
  for (let at = first; at < last && left > 0; left--) {
    const next = nextLetter(at + 1);
    let index = kindOf(at + 1, next, count);
    const isNewKind = index == count;
    if (index == KINDS) index = rarestKind();
    const kind = kindAt(index);
    if (isNewKind) {
      kind.start = at + 1;
      kind.size = next - at - 1;
      kind.count = 0;
      count = min(count + 1, KINDS);
    }
    kind.count++;
    at = next;
  }
  return count;
}

function rarestKind(): i32 {
  let rarest = 0;
  for (let index = 1; index < KINDS; index++) if (kindAt(index).count < kindAt(rarest).count) rarest = index;
  return rarest;
}

function kindOf(from: u32, to: u32, count: i32): i32 {
  let index = 0;
  while (index < count && !isSame(from, to, kindAt(index).start, kindAt(index).end)) index++;
  return index;
}

function isBlanks(from: u32, to: u32): bool {
  while (from < to && isBlank(from)) from++;
  return from == to;
}

function hasBlank(from: u32, to: u32): bool {
  while (from < to && !isBlank(from)) from++;
  return from < to;
}

function isSame(from: u32, to: u32, otherFrom: u32, otherTo: u32): bool {
  if (to - from != otherTo - otherFrom) return false;
  for (let i: u32 = 0; i < to - from; i++) if (byteAt(from + i) != byteAt(otherFrom + i)) return false;
  return true;
}

function isUnit(at: u32): bool {
  for (let i: u32 = 0; i < unitSize; i++) if (byteAt(at + i) != byteAt(unitAt + i)) return false;
  return true;
}

/** Begins and ends with the row's own. */
function isSeparator(from: u32, to: u32): bool {
  return to - from >= unitSize && isUnit(from) && isUnit(to - unitSize);
}

/** The end of a row of single letters from `first` on, which it writes; 0: there is none. */
export function closeLetters(first: u32): u32 {
  const last = lastLetter(first);
  if (last == 0) return 0;
  chooseUnit(first, last);
  if (!isEven(first, last) || isCall(first, last)) return last + 1;
  while (first < last && !isSeparator(first + 1, nextLetter(first + 1))) first = nextLetter(first + 1);
  if (isRow(first, last) && isNew(first, last + 1)) closeRow(first, last);
  return last + 1;
}

/** The names of a function's parameters, as in minified code: `f(a,b,c,d)`. */
function isCall(first: u32, last: u32): bool {
  if (last - first > CALL_BYTES_MAX || first < start + 2 || byteAt(first - 1) != OPEN || !isWord(first - 2)) return false;
  return last + 1 < stop && byteAt(last + 1) == CLOSE && unitSize == 1 && byteAt(unitAt) == COMMA;
}

const OPEN: u32 = 0x28;
const CLOSE: u32 = 0x29;
const COMMA: u32 = 0x2c;
/** Of six letters: more may be a word. */
const CALL_BYTES_MAX: u32 = 10;

/** Whether two in three of the first letters have the row's own separator: between the names of minified code stand others. */
function isEven(first: u32, last: u32): bool {
  let even: u32 = 0;
  let all: u32 = 0;
  for (let at = first; at < last && all < SAMPLE; all++) {
    const next = nextLetter(at + 1);
    even += <u32>isSeparator(at + 1, next);
    at = next;
  }
  return even * 3 >= all * 2;
}

function isRow(first: u32, last: u32): bool {
  let letters: u32 = 1;
  for (let at = first; at < last && letters < LETTERS_MIN; letters++) at = nextLetter(at + 1);
  return letters == LETTERS_MIN;
}

function closeRow(first: u32, last: u32): void {
  if (isJoining && !isNumeric(first, last)) return;
  let end = last;
  if (isLoose(first, nextLetter(first + 1))) {
    setFoundDigits();
    if (isJoining) first = nextLetter(first + 1);
  }
  const before = letterBefore(last);
  if (isLoose(last, before)) {
    setFoundDigits();
    if (isJoining) end = before;
  }
  write(withSign(first), end);
}

function write(first: u32, last: u32): void {
  if (!replace(first, last + 1)) return;
  beginLetters();
  writeLetters(first, last);
  endLetters();
}

function writeLetters(first: u32, last: u32): void {
  let at = first;
  for (;;) {
    at = putEvenly(at, last);
    put(byteAt(at), at, at + 1);
    if (at >= last || roomLeft() == 0) return;
    const next = isWord(at) ? nextLetter(at + 1) : at + 1 + unitSize;
    if (next - at - 1 != unitSize || !isUnit(at + 1)) putSeparator(at + 1, next);
    at = next;
  }
}

/** Whether a row is written once more: without what is between its groups of digits, or the word before or after it. */
function isNumeric(first: u32, last: u32): bool {
  if (isLoose(first, nextLetter(first + 1)) || isLoose(last, letterBefore(last))) return true;
  for (let at = first; at < last; ) {
    const next = nextLetter(at + 1);
    if (next - at - 1 > unitSize && isBetweenDigits(at + 1, next)) return true;
    at = next;
  }
  return false;
}

/** Whether a letter at an end of the row, beside a digit, may be a word of the text around it. */
function isLoose(at: u32, beside: u32): bool {
  return isUnitBlank && (classOf(byteAt(at)) & Class.LETTER) != 0 && (classOf(byteAt(beside)) & Class.DIGIT) != 0;
}

function letterBefore(at: u32): u32 {
  do at--; while (!isWord(at));
  return at;
}

function isBetweenDigits(from: u32, to: u32): bool {
  return (classOf(byteAt(from - 1)) & classOf(byteAt(to)) & Class.DIGIT) != 0;
}

/** A number may begin with a plus, and that be one of its letters. */
function withSign(first: u32): u32 {
  if (first < start + unitSize + 1) return first;
  const sign = first - unitSize - 1;
  return isUnitBlank && byteAt(sign) == 0x2b && isUnit(sign + 1) ? sign : first;
}

/** Something else than the row's own separator. */
function putSeparator(from: u32, to: u32): void {
  if (!isUnitBlank) {
    if (isBlanks(from, to)) put(SPACE, from, to);
    else if (to - from > unitSize) putSigns(from, to);
    return;
  }
  while (from < to) {
    const next = endOfBlanks(from, to);
    if (next - from > unitSize) putGap(from, next, to);
    from = next;
    if (from < to) from = putSign(from);
  }
}

function putGap(from: u32, next: u32, to: u32): void {
  if (next == to && isBetweenDigits(from, to)) {
    setFoundDigits();
    if (isJoining) return;
  }
  put(SPACE, from, next);
}

/** Signs between two of the row's own, of which each is a letter; else words end here. */
function putSigns(from: u32, to: u32): void {
  if (!isSeparator(from, to) || to - from <= unitSize * 2) {
    put(SPACE, from, to);
    return;
  }
  to -= unitSize;
  for (from += unitSize; from < to; ) from = putSign(from);
}

function putSign(at: u32): u32 {
  let to = at + 1;
  while (to < stop && (byteAt(to) & 0xc0) == 0x80) to++;
  // Signs beyond ASCII are ornaments.
  if (to == at + 1) put(byteAt(at), at, to);
  return to;
}

function endOfBlanks(from: u32, to: u32): u32 {
  while (from < to && isBlank(from)) from++;
  return from;
}

/** Writes letters that stand evenly all at once, but for the last. Returns that. */
function putEvenly(first: u32, last: u32): u32 {
  const width = unitSize + 1;
  // Of what has no room nothing is looked at.
  const limit = min(min(last + 1, endOfUnits(first)), first + width * <u32>roomLeft());
  let at = first;
  if (!isWord(first)) return first;
  // All between `first` and `last` are single letters.
  if (unitSize == 1) {
    const byte = byteAt(unitAt);
    while (at + 2 < limit && byteAt(at + 1) == byte && isWord(at + 2)) at += 2;
  } else {
    while (at + width < limit && isWord(at + width) && isUnit(at + 1)) at += width;
  }
  const count = (at - first) / width;
  if (count < 2) return first;
  for (let i: u32 = 0; i < count; i++) store<u8>(written + i, <u8>byteAt(first + i * width));
  putStretch(count, first, width, width - 1);
  return at;
}
