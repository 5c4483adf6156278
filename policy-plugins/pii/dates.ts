import { BEHIND, distanceTo, NOT_NEAR, wordsNear } from "./context";
import { bit, E, Word } from "./entities";
import { isWhole } from "./numbers";
import { report } from "./report";
import { isTight, Joint } from "./joints";
import { hasRun, jointOf, runEnd, runStart, sizeOf, numberIn } from "./runs";
import { isOn, thresholdOf } from "./settings";
import { isDayOf } from "./checks";
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
  return birth(year, one > 12 ? two : one, one > 12 ? one : two, first, last);
}

function birth(year: i32, month: i32, day: i32, first: i32, last: i32): i32 {
  if (!isDayOf(month, day) || !isWhole(first, last)) return -1;
  const isBirth = year >= YEAR_MIN && year <= YEAR_MAX && reportBirth(year, runStart(first), runEnd(last));
  // Nobody's birth, it is a date all the same, and no other number.
  return isBirth || isTight(jointOf(last)) ? last : -1;
}

function reportBirth(year: i32, start: i32, end: i32): bool {
  const near = wordsNear(start, end);
  let score = 0;
  if ((near & bit(E.DATE_OF_BIRTH)) != 0 && isBirthNear(start, end)) score = NEAR_WORD;
  else if (year <= NAMED_YEAR_MAX && (near & NAME) != 0) {
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

/** `5 March 1980`, `March 5th, 1980` where the run of four digits is the year. */
export function wordedDate(run: i32): bool {
  if (!isOn(E.DATE_OF_BIRTH) || sizeOf(run) != 4) return false;
  const year = numberIn(run);
  if (year < YEAR_MIN || year > YEAR_MAX) return false;
  const end = runEnd(run);
  let i = skipSigns(runStart(run) - 1);
  let start = monthBefore(i);
  if (start >= 0) {
    const day = dayBefore(skipSigns(start - 1));
    if (day >= 0) start = day;
    else if (at(start - 1) == 0x2d) return false;
  } else {
    const day = dayBefore(i);
    if (day < 0) return false;
    start = monthBefore(skipSigns(day - 1));
    if (start < 0) return false;
  }
  return reportBirth(year, start, end);
}

/** Steps back over a blank, comma, point or hyphen, three at most, to the sign before them. */
function skipSigns(from: i32): i32 {
  let i = from;
  while (from - i < 3 && (at(i) == 0x20 || at(i) == 0x2c || at(i) == 0x2e || at(i) == 0x2d || at(i) == 0x2f)) i--;
  return i;
}

/** Where the name of a month that ends at byte `i` begins; -1: there is none. */
function monthBefore(i: i32): i32 {
  let start = i + 1;
  while (i + 1 - start < 10 && classAt(start - 1) == Class.LETTER) start--;
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
