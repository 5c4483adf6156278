import { trackAt } from "./cards";
import { lookAhead } from "./context";
import { emailAt } from "./email";
import { isHealthOn } from "./health";
import { gatheredAt } from "./gathered";
import { colonAt, dottedMacAt, hyphenedMacAt } from "./network";
import { isJoinedLeft, numbersFrom, wordedYear } from "./numbers";
import { tailedAt } from "./tails";
import { at, Class, classAt, folded, isLetter, size as textSize } from "./text";
import { wordAt } from "./words";

/** A longer word of letters and digits is a digest or encoded data: nothing is looked for in it. */
const WORD_BYTES_MAX: i32 = 90;

/** Of a card's number; on a track, letters stand beside it. */
const TRACK_DIGITS_MIN: i32 = 13;

/** One pass: only digits, at signs and colons are looked at closer. */
export function scan(): void {
  let i = 0;
  while (i < textSize) {
    const byte = at(i);
    if (byte - 0x30 < 10) i = digitAt(i);
    else if (byte == 0x40 || byte == 0x3a) i = unchecked(atSigns[<i32>(byte == 0x3a)])(i);
    else i++;
  }
  if (isHealthOn) lookAhead(textSize);
}

/** Returns where to go on: behind what was found, or else behind the word or digits. */
function digitAt(first: i32): i32 {
  let start = first;
  while (first - start < WORD_BYTES_MAX && isLetter(at(start - 1))) start--;
  let end = first;
  while (classAt(end) == Class.DIGIT) end++;
  const digitsEnd = end;
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
  if (end - first < 4 && at(first - 1) != 0x2d && !joins(at(end))) return unchecked(rare[2])(first, end);
  return unchecked(rare[3])(first, end);
}

/** Behind digits: what may stand between two groups of one number, whatever the number. */
// @ts-ignore: decorator
@inline
function joins(byte: u32): bool {
  return byte <= 0x20 || byte - 0x28 < 2 || byte - 0x2d < 3 || byte == 0x5f || byte >= 0x80;
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
const rare: StaticArray<(first: i32, end: i32) => i32> = [wordedYear, trackAt, looseDigits, joinedDigits];

/** Likewise at an at sign and at a colon. */
const atSigns: StaticArray<(at: i32) => i32> = [emailAt, colonAt];

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
