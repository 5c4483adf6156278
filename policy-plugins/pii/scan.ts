import { trackAt } from "./cards";
import { bracketAt } from "./bracketed";
import { lookAhead } from "./context";
import { eastAsianDate } from "./dates";
import { emailAt } from "./email";
import { isHealthOn } from "./health";
import { gatheredAt } from "./gathered";
import { colonAt, dottedMacAt, hyphenedMacAt } from "./network";
import { foundEnd, isLookAlike, lookAlikeAt, nothingFound, triedUntil } from "./look-alikes";
import { isJoinedLeft, numbersFrom, wordedYear } from "./numbers";
import { finds } from "./report";
import { tailedAt } from "./tails";
import { at, Class, classAt, folded, isLetter, size as textSize } from "./text";
import { wordAt } from "./words";

/** A longer word of letters and digits is a digest or encoded data: nothing is looked for in it. */
const WORD_BYTES_MAX: i32 = 90;

/** Of a card's number; on a track, letters stand beside it. */
const TRACK_DIGITS_MIN: i32 = 13;

/** One pass: only digits, at signs, colons and opening brackets are looked at closer. */
export function scan(): void {
  let i = 0;
  while (i < textSize) {
    const kind = load<u8>(kinds + <usize>at(i));
    if (kind == 0) i++;
    else if (kind == DIGIT) i = digitAt(i);
    else i = unchecked(signed[kind - SIGN])(i);
  }
  if (isHealthOn) lookAhead(textSize);
}

const DIGIT: u8 = 1;
const SIGN: u8 = 2;

/** What is looked for where a byte stands: 0 nothing, then numbers, and the functions of `signed`. */
const kinds: usize = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3, 0, 4, 0, 0, 0,
  2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
]);

const signed: StaticArray<(sign: i32) => i32> = [emailAt, colonAt, bracketAt];

/** Returns where to go on: behind what was found, or else behind the word or digits. */
function digitAt(first: i32): i32 {
  const before = finds;
  const next = look(first);
  const before2 = <u32>load<u16>(folded + <usize>first - 2);
  const beside = SIGNS >> (before2 & 31) | SIGNS >> (before2 >> 8 & 31) | SIGNS >> (at(digitsEnd) & 31);
  if ((beside & 1) != 0 && finds == before && first >= triedUntil) {
    unchecked(otherwise[0])(first, next, 0, 0, 0);
    if (foundEnd > next) return foundEnd;
  }
  return next;
}

/** Bits of letters that look like digits, by their last five bits: i, l, o. */
const SIGNS: u32 = (1 << 9) | (1 << 12) | (1 << 15);

/** Where the digits that `asWritten` was last called for end. */
let digitsEnd: i32 = 0;

/** The word or group around the digits at `first`, with digits for letters. */
function withDigits(first: i32, _next: i32, _2: i32, _3: i32, _4: i32): void {
  nothingFound();
  const before = at(first - 1);
  const after = at(digitsEnd);
  if ((isLetter(before) && !isLookAlike(before)) || (isLetter(after) && !isLookAlike(after))) return;
  // Right beside these, or right before.
  if (!isLookAlike(at(first - 1)) && !isLookAlike(at(first - 2)) && !isLookAlike(at(digitsEnd))) return;
  let start = first;
  while (first - start < WORD_BYTES_MAX && classAt(start - 1) != Class.OTHER) start--;
  let end = first;
  while (end - first < WORD_BYTES_MAX && classAt(end) != Class.OTHER) end++;
  lookAlikeAt(start, end, asWritten);
}

function asWritten(first: i32): i32 {
  return look(first);
}

/** Twice in the module, for a call less. */
// @ts-ignore: decorator
@inline
function look(first: i32): i32 {
  let start = first;
  while (first - start < WORD_BYTES_MAX && isLetter(at(start - 1))) start--;
  let end = first;
  while (classAt(end) == Class.DIGIT) end++;
  digitsEnd = end;
  if (end - first == 2 && first == start && at(first - 1) != 0x3a && isLetter(at(first - 2)) && isLetter(at(first - 4))) {
    const year = unchecked(rare[0])(first, end);
    if (year >= 0) return year;
  }
  while (classAt(end) != Class.OTHER) end++;
  const after = at(end);
  if (end - start > WORD_BYTES_MAX || (end - start <= 4 && ((end - start < 4 && start == first && isAlone(first, end, after)) || after == 0x3a))) return end;
  return unchecked(closer[<i32>(start == first && end == digitsEnd)])(first, digitsEnd, start, end);
}

/** What the word from `start` to `end` is, with digits from `first` to `digitsEnd` and letters beside them, or begins. */
function word(first: i32, digitsEnd: i32, start: i32, end: i32): i32 {
  if (digitsEnd - first >= TRACK_DIGITS_MIN && end - start > digitsEnd - first) {
    const track = unchecked(rare[1])(first, digitsEnd);
    if (track >= 0) return track;
  }
  const size = end - start;
  const tailed = digitsEnd - first > 1 ? tailedAt(first) : -1;
  if (tailed >= 0) return tailed;
  const mac = size == 2 || size == 4 ? macAt(start, end) : -1;
  if (mac >= 0) return mac;
  const found = size >= 4 && !isPoor(start, size) ? wordAt(start, end) : -1;
  if (found >= 0) return found;
  const gathered = gatheredAt(start, end);
  if (gathered >= 0) return gathered;
  // Letters, then digits alone: `ssn123-45-6789`.
  return end == digitsEnd && first - start >= 2 && end - first >= 3 ? numbersFrom(first) : end;
}

/** The least first byte of the signs for year, in Chinese and Korean. */
const YEAR_BYTE: u32 = 0xe5;

const SEVENS: u64 = 0x7f7f7f7f7f7f7f7f;
const ONES: u64 = 0x0101010101010101;
const HIGH: u64 = 0x8080808080808080;

/** Whether a word of five to eight signs has too few digits for any number, and is not the beginning of an account's. */
// @ts-ignore: decorator
@inline
function isPoor(start: i32, size: i32): bool {
  if (size - 5 > 3 || size < 5 || (isLetter(at(start)) && isLetter(at(start + 1)))) return false;
  const eight = load<u64>(folded + <usize>start) << (<u64>(8 - size) << 3);
  const low = eight & SEVENS;
  return popcnt((low + ONES * (0x80 - 0x30)) & ~(low + ONES * (0x80 - 0x3a)) & ~eight & HIGH) < 4;
}

function digitsAlone(first: i32, _digitsEnd: i32, _start: i32, end: i32): i32 {
  if (at(end) >= YEAR_BYTE) {
    const date = unchecked(rare[2])(first, end);
    if (date >= 0) return date;
  }
  if (end - first < 4 && at(first - 1) != 0x2d && !joins(at(end))) return unchecked(rare[3])(first, end);
  return unchecked(rare[4])(first, end);
}

/** Behind digits: what may stand between two groups of one number, whatever the number. */
// @ts-ignore: decorator
@inline
function joins(byte: u32): bool {
  return byte <= 0x20 || byte - 0x28 < 2 || byte - 0x2d < 3 || byte == 0x5f || byte == 0xc2 || byte == 0xe2;
}

/** A few digits that no usual sign joins to more: a number only where a word says so. */
function looseDigits(first: i32, end: i32): i32 {
  const found = isJoinedLeft(first) ? -1 : gatheredAt(first, end);
  return found >= 0 ? found : end;
}

function joinedDigits(first: i32, end: i32): i32 {
  const size = end - first;
  const tailed = size > 1 ? tailedAt(first) : -1;
  if (tailed >= 0) return tailed;
  const mac = size == 2 || size == 4 ? macAt(first, end) : -1;
  return mac >= 0 ? mac : numbersFrom(first);
}

/** In a table, so that the loop is not charged for what it seldom does. Each returns where to go on, or -1. */
const rare: StaticArray<(first: i32, end: i32) => i32> = [wordedYear, trackAt, eastAsianDate, looseDigits, joinedDigits];

/** Likewise for digits by themselves, and for those that nothing joins to more. */
const closer: StaticArray<(first: i32, digitsEnd: i32, start: i32, end: i32) => i32> = [word, digitsAlone];

/** Whether a few digits are by themselves: nothing stands behind them that could join them to more. */
// @ts-ignore: decorator
@inline
function isAlone(start: i32, end: i32, after: u32): bool {
  const kind = signOf(after);
  if (kind == PARTS) return true;
  // The last two digits of a hardware address with letters alone in its other groups.
  if (at(start - 1) == 0x2d) return false;
  const second = at(end + 1);
  const next = signOf(second);
  // Between two letters and more digits, an empty line may stand.
  return kind == APART || (kind == GAP && (next == APART || (next == PARTS && !isLoose(second)))) ||
    (after == 0x0a && second == 0x0a && end - start != 2);
}

/** Behind digits, alone: no number goes on, whatever it is. */
const PARTS: u8 = 1;
/** No number goes on, but a hardware address may end there. */
const APART: u8 = 2;
/** One may go on if this is all that stands between. */
const GAP: u8 = 3;

/** Of ASCII. */
const signs: usize = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  3, 2, 1, 2, 2, 1, 2, 2, 0, 0, 0, 2, 1, 3, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 1, 2, 2,
  2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 3,
  2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2, 0, 0,
]);

// @ts-ignore: decorator
@inline
function signOf(byte: u32): u8 {
  return byte < 0x80 ? load<u8>(signs + <usize>byte) : 0;
}

/** A comma or colon may stand between groups of one number where a word says so (looseEnd). */
// @ts-ignore: decorator
@inline
function isLoose(byte: u32): bool {
  return byte == 0x2c || byte == 0x3a;
}

/** The hardware address that a word of two or four begins, or goes on with. */
function macAt(start: i32, end: i32): i32 {
  if (end - start == 2 && ((at(end) == 0x2d && at(end + 3) == 0x2d) || (at(start - 1) == 0x2d && at(start - 4) == 0x2d))) return hyphenedMacAt(start);
  if (end - start != 4) return -1;
  if (at(end) == 0x2e && at(end + 5) == 0x2e) return dottedMacAt(start);
  // The first four may be letters alone.
  return at(start - 1) == 0x2e && at(end) == 0x2e ? dottedMacAt(start - 5) : -1;
}

/** Of a type of its own: the meter counts the stack of whatever may come round again through a table, by type. */
const otherwise: StaticArray<(first: i32, next: i32, c: i32, d: i32, e: i32) => void> = [withDigits];
