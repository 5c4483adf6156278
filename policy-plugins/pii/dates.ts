import { BEHIND, distanceTo, NOT_NEAR, wordsNear } from "./context";
import { bit, E, Word } from "./entities";
import { isWhole } from "./numbers";
import { isMute, report } from "./report";
import { isTight, Joint } from "./joints";
import { hasRun, jointOf, runEnd, runStart, sizeOf, numberIn } from "./runs";
import { isOn, thresholdOf } from "./settings";
import { isDayOf, valueOf } from "./checks";
import { at, Class, classAt, folded, isDigit, isLetter } from "./text";
import { findWord, wordMask } from "./word-table";

// Dates that a word, or a name right before, makes somebody's birth.

const NEAR_WORD: i32 = 85;
const NEAR_NAME: i32 = 55;
/** A date after a name is taken for a birth up to this year: later ones are those of business. */
const NAMED_YEAR_MAX: i32 = 2008;
const NAME_REACH: i32 = 30;
const WORD_REACH: i32 = 40;
const YEAR_MIN: i32 = 1900;
const YEAR_MAX: i32 = 2035;
/** `pazdziernika` */
const MONTH_BYTES_MAX: i32 = 12;

/** `04/12/1980`, `4.12.80`, `1980-12-04` from run `first` on: its last run, or -1. */
export function dateFrom(first: i32): i32 {
  const a = sizeOf(first);
  if (!isOn(E.DATE_OF_BIRTH) || !hasRun(first + 2)) return -1;
  const b = sizeOf(first + 1);
  const c = sizeOf(first + 2);
  const joint = jointOf(first + 1);
  if (b > 2 || joint != jointOf(first + 2) || joint == Joint.LINE || joint > Joint.WIDE) return -1;
  if ((joint == Joint.BLANK || joint == Joint.WIDE) && c != 4) return -1;
  const last = first + 2;
  if (a == 4 && c <= 2) return birth(numberIn(first), numberIn(first + 1), numberIn(last), first, last);
  if (a > 2 || (c != 4 && c != 2)) return -1;
  const year = c == 4 ? numberIn(last) : 1900 + numberIn(last);
  const one = numberIn(first);
  const two = numberIn(first + 1);
  // With points the day comes first, everywhere: `4.13.16` is a section.
  if (joint == Joint.DOT && two > 12) return -1;
  return birth(year, one > 12 ? two : one, one > 12 ? one : two, first, last);
}

function birth(year: i32, month: i32, day: i32, first: i32, last: i32): i32 {
  if (!isDayOf(month, day) || !isWhole(first, last)) return -1;
  const isBirth = isYear(year) && reportBirth(year, runStart(first), runEnd(last));
  // Nobody's birth, it is a date all the same, and no other number.
  return isBirth || isTight(jointOf(last)) ? last : -1;
}

/** `25 Apr 2001 00:50:49`: when something happened. */
function isTimed(end: i32): bool {
  if (at(end) != 0x20 || !isDigit(at(end + 1))) return false;
  return at(end + 2) == 0x3a || (isDigit(at(end + 2)) && at(end + 3) == 0x3a);
}

function reportBirth(year: i32, start: i32, end: i32, hasDay: bool = true): bool {
  if (isMute(E.DATE_OF_BIRTH)) return true;
  const near = wordsNear(start, end);
  let score = 0;
  if (isBornBehind(end) || ((near & bit(E.DATE_OF_BIRTH)) != 0 && isBirthNear(start, end))) score = NEAR_WORD;
  else if (year <= NAMED_YEAR_MAX && (near & NAME) != 0 && hasDay && !isTimed(end)) {
    const distance = distanceTo(NAME, start, end);
    if (distance > 0 && distance <= NAME_REACH && !isAfterLine(start, distance)) score = NEAR_NAME;
  }
  if (score < thresholdOf(E.DATE_OF_BIRTH) || score == 0) return false;
  report(E.DATE_OF_BIRTH, start, end, score);
  return true;
}

function isBirthNear(start: i32, end: i32): bool {
  const distance = distanceTo(bit(E.DATE_OF_BIRTH), start, end);
  return distance != NOT_NEAR && (distance <= WORD_REACH || distance >= BEHIND);
}

const NAME: u64 = bit(Word.TITLE) | bit(Word.FIRST_NAME);

function isAfterLine(start: i32, distance: i32): bool {
  for (let i = start - distance; i < start; i++) if (at(i) == 0x0a) return true;
  return false;
}

/** `5 March 1980`, `March 5th, 1980`, `12 de octubre de 1987`, `14-Mar-85` where the digits from `from` to `end` are the year. */
export function wordedDate(from: i32, end: i32): bool {
  const size = end - from;
  if (!isOn(E.DATE_OF_BIRTH) || (size != 4 && size != 2)) return false;
  let year = size == 4 ? 0 : 19;
  for (let i = from; i < end; i++) year = year * 10 + <i32>(at(i) - 0x30);
  if (!isYear(year)) return false;
  let i = skipSigns(from - 1);
  let start = monthBefore(i);
  let hasDay = true;
  if (start >= 0) {
    const day = dayBefore(skipSigns(start - 1));
    hasDay = day >= 0;
    if (hasDay) start = day;
    else if (at(start - 1) == 0x2d || size == 2) return false;
  } else if (size == 2) return false;
  else {
    const day = dayBefore(i);
    if (day < 0) return false;
    start = monthBefore(skipSigns(day - 1));
    if (start < 0) return false;
  }
  // Two digits behind day and month are a year, and no other number.
  return reportBirth(year, start, end, hasDay) || size == 2;
}

/** Steps back over a blank, comma, point or hyphen, three at most, and a `de` or `del`, to the sign before them. */
function skipSigns(from: i32): i32 {
  const i = skipGap(from);
  const isDel = at(i) == 0x6c;
  const e = isDel ? i - 1 : i;
  return i < from && at(e) == 0x65 && at(e - 1) == 0x64 && at(e - 2) == 0x20 ? skipGap(e - 2) : i;
}

function skipGap(from: i32): i32 {
  let i = from;
  while (from - i < 3 && (at(i) == 0x20 || at(i) == 0x2c || at(i) == 0x2e || at(i) == 0x2d || at(i) == 0x2f)) i--;
  return i;
}

/** `19850314`, `14031985`, `031485`: whether the digits that were copied are a date, and a birth, from `start` up to `end`. */
export function closedDate(start: i32, end: i32): bool {
  if (!isOn(E.DATE_OF_BIRTH) || (wordsNear(start, end) & bit(E.DATE_OF_BIRTH)) == 0) return false;
  const size = end - start;
  const first = <i32>valueOf(0, 2);
  const second = <i32>valueOf(2, 2);
  const third = <i32>valueOf(4, 2);
  if (size == 6) return (isEitherDay(first, second) || isEitherDay(second, third)) && reportBirth(1900 + third, start, end);
  const last = <i32>valueOf(6, 2);
  const year = first * 100 + second;
  if (isYear(year) && isEitherDay(third, last)) return reportBirth(year, start, end);
  return isYear(third * 100 + last) && isEitherDay(first, second) && reportBirth(third * 100 + last, start, end);
}

function isYear(year: i32): bool {
  return year >= YEAR_MIN && year <= YEAR_MAX;
}

/** Month and day, or day and month. */
function isEitherDay(first: i32, second: i32): bool {
  return isDayOf(first, second) || isDayOf(second, first);
}

/** `1985年3月14日`, `昭和60年3月14日`, `1985년 3월 14일` with the year from `first` to `end`: where it ends, or -1. */
export function eastAsianDate(first: i32, end: i32): i32 {
  if (!isOn(E.DATE_OF_BIRTH) || end - first > 4) return -1;
  const year = load<u32>(folded + <usize>end) & SIGN;
  if (year != YEAR_SIGN && year != YEAR_HANGUL) return -1;
  const month = skipBlank(end + 3);
  const monthEnd = pairEnd(month);
  const monthSign = load<u32>(folded + <usize>monthEnd) & SIGN;
  if (monthEnd == month || (monthSign != MONTH_SIGN && monthSign != MONTH_HANGUL)) return -1;
  const day = skipBlank(monthEnd + 3);
  const dayEnd = pairEnd(day);
  const daySign = load<u32>(folded + <usize>dayEnd) & SIGN;
  if (dayEnd == day || (daySign != DAY_SIGN && daySign != DAY_HANGUL)) return -1;
  const era = end - first == 4 ? 0 : eraBefore(first);
  const value = era + spelt(first, end);
  const last = dayEnd + 3;
  if (!isYear(value) || !isDayOf(spelt(month, monthEnd), spelt(day, dayEnd))) return -1;
  reportBirth(value, first, last);
  return last;
}

/** Three bytes of UTF-8. */
const SIGN: u32 = 0xffffff;
const YEAR_SIGN: u32 = 0xb4b9e5;
const YEAR_HANGUL: u32 = 0x8485eb;
const MONTH_SIGN: u32 = 0x889ce6;
const MONTH_HANGUL: u32 = 0x949bec;
const DAY_SIGN: u32 = 0xa597e6;
const DAY_HANGUL: u32 = 0xbc9dec;
const BORN_SIGN: u32 = 0x9f94e7;
const BORN_HANGUL: u32 = 0x9d83ec;

/** What a year of a Japanese era that is named before `first` is counted from; 0: none is. */
function eraBefore(first: i32): i32 {
  const era = load<u32>(folded + <usize>first - 6) & SIGN;
  const second = load<u32>(folded + <usize>first - 3) & SIGN;
  if (era == 0xad98e6 && second == 0x8c92e5) return 1925; // 昭和
  if (era == 0xb3b9e5 && second == 0x9088e6) return 1988; // 平成
  if (era == 0xa4bbe4 && second == 0x8c92e5) return 2018; // 令和
  return era == 0xa7a4e5 && second == 0xa3ade6 ? 1911 : 0; // 大正
}

function skipBlank(i: i32): i32 {
  return at(i) == 0x20 ? i + 1 : i;
}

function pairEnd(from: i32): i32 {
  let i = from;
  while (i - from < 2 && isDigit(at(i))) i++;
  return i;
}

function spelt(from: i32, to: i32): i32 {
  let value = 0;
  for (let i = from; i < to; i++) value = value * 10 + <i32>(at(i) - 0x30);
  return value;
}

/** `1985年3月14日生`. */
function isBornBehind(end: i32): bool {
  const sign = load<u32>(folded + <usize>end) & SIGN;
  return sign == BORN_SIGN || sign == BORN_HANGUL;
}

/** Where the name of a month that ends at byte `i` begins; -1: there is none. */
export function monthBefore(i: i32): i32 {
  let start = i + 1;
  while (i + 1 - start < MONTH_BYTES_MAX && classAt(start - 1) == Class.LETTER) start--;
  const size = i + 1 - start;
  if (size < 3) return -1;
  const word = findWord(folded + <usize>start, size);
  return word >= 0 && (wordMask(word) & bit(Word.MONTH)) != 0 ? start : -1;
}

/** Where a day that ends at byte `i`, perhaps with `st`, `nd`, `rd` or `th`, begins. */
function dayBefore(i: i32): i32 {
  if (isLetter(at(i)) && isLetter(at(i - 1))) i -= 2;
  let start = i + 1;
  while (i + 1 - start < 3 && isDigit(at(start - 1))) start--;
  const size = i + 1 - start;
  return size == 1 || size == 2 ? start : -1;
}
