import { cardFrom } from "./cards";
import { isTight, Joint } from "./joints";
import { ALONE, beginChain, copyRuns, hasRun, hide, isHidden, jointOf, LETTERS, mayOf, runEnd, runStart, sizeOf } from "./runs";
import { isJoined } from "./context";
import { dateFrom, monthBefore, wordedDate } from "./dates";
import { Family } from "./families";
import { ipFrom } from "./network";
import { gatheredAt } from "./gathered";
import { northAmerican, phoneFrom } from "./phones";
import { mayBeAny } from "./report";
import { single } from "./single-runs";
import { threeGroups, twoGroups, manyGroups } from "./grouped-runs";
import { at, isAlnum, isDigit, isLetter } from "./text";

/** Looks at the digits from `start` on and all that separators join to them; returns where to go on. */
export function numbersFrom(start: i32): i32 {
  beginChain(start);
  if (isJoinedLeft(start)) hide(0);
  const isCellAtEnd = at(start - 1) == 0x2c && at(runEnd(0)) == 0x0a;
  let index = 0;
  while (hasRun(index)) {
    hasRun(index + 1); // what it may be depends on it
    let may = mayOf(index);
    if (index == 0 && isCellAtEnd) may &= ALONE; // the next row begins on the next line
    if (may == 0 && index > 0) {
      index++;
      continue;
    }
    if ((may & LETTERS) != 0 && index > 0) return runStart(index);
    let last = may == 0 ? -1 : numberAt(index, may);
    if (last < 0 && index == 0 && !isHidden(0) && !isCellAtEnd) {
      const end = gatheredAt(start, runEnd(0));
      if (end >= 0) return end;
      if (hasRun(1) || sizeOf(0) >= PHONE_DIGITS_MIN) last = phoneFrom(0);
      if (last > 0) last = max(last, anotherWithin(last));
    }
    index = last < 0 ? index + 1 : last + 1;
  }
  return runEnd(index - 1);
}

/**
 * `+21 4111 1111 1111 1111`, `+1 219-09-9999`: the last run of a card's number, or of one grouped as a social security number with
 * hyphens, that begins within a telephone's, which ends with run `last`; -1: none does.
 */
function anotherWithin(last: i32): i32 {
  for (let index = 1; index <= last; index++) {
    const may = mayOf(index);
    let end = (may & Family.CARD) != 0 ? cardFrom(index) : -1;
    if (end < 0 && (may & Family.THREE) != 0 && isGroupedByHyphens(index)) end = threeGroups(index);
    if (end >= 0) return end;
  }
  return -1;
}

function isGroupedByHyphens(index: i32): bool {
  return jointOf(index) != Joint.HYPHEN && hasRun(index + 2) && jointOf(index + 1) == Joint.HYPHEN && jointOf(index + 2) == Joint.HYPHEN &&
    sizeOf(index) == 3 && sizeOf(index + 1) == 2 && sizeOf(index + 2) == 4;
}

/** `14-Mar-85`: the end of the two digits, where they are the year of a date; else -1. */
export function wordedYear(start: i32, end: i32): i32 {
  const sign = at(start - 1);
  if ((sign != 0x2d && sign != 0x20 && sign != 0x2f && sign != 0x27) || monthBefore(start - 2) < 0) return -1;
  const after = at(end);
  const goesOn = after == 0x2d || after == 0x2e || after == 0x2f || after == 0x5f || after == 0x2c || after == 0x3a;
  if (isLetter(after) || after == 0x25 || (goesOn && isDigit(at(end + 1)))) return -1;
  return wordedDate(start, end) ? end : -1;
}

/** The run with which a number that begins with run `index` ends; -1: there is none. */
function numberAt(index: i32, may: i32): i32 {
  const size = sizeOf(index);
  if (size > LONGEST || isHidden(index)) return -1;
  const last = (may & 0xff) != 0 ? groupsAt(index, <u8>may) : -1;
  if (last >= 0) return last;
  if ((may & ALONE) == 0 || (size == 4 && !mayBeYear(runStart(index))) || !isWhole(index, index)) return -1;
  return (size == 4 ? wordedDate(runStart(index), runEnd(index)) : singleAt(index, size)) ? index : -1;
}

function mayBeYear(start: i32): bool {
  return (at(start) == 0x31 && at(start + 1) == 0x39) || (at(start) == 0x32 && at(start + 1) == 0x30);
}

/** Nothing is copied of what no word and no scheme makes a number. */
function singleAt(index: i32, size: i32): bool {
  const start = runStart(index);
  const end = runEnd(index);
  if (!mayBeAny(start, end, size >= 13)) return false;
  copyRuns(index, index);
  return single(start, end, size, true);
}

function groupsAt(index: i32, family: u8): i32 {
  let last = -1;
  if ((family & Family.DATE) != 0) last = dateFrom(index);
  if (last < 0 && (family & Family.IP) != 0) last = ipFrom(index);
  if (last < 0 && (family & Family.CARD) != 0) last = cardFrom(index);
  if (last < 0 && (family & Family.MANY) != 0) last = manyGroups(index);
  if (last < 0 && (family & Family.THREE) != 0) last = threeGroups(index);
  if (last < 0 && (family & Family.TWO) != 0) last = twoGroups(index);
  if (last < 0 && (family & Family.PHONE) != 0) last = northAmerican(index);
  return last;
}

const LONGEST: i32 = 19;
/** In one group. */
const PHONE_DIGITS_MIN: i32 = 7;

/** Digits, or a price's sign, directly before: a fraction, a longer number, a time. */
export function isJoinedLeft(start: i32): bool {
  const before = at(start - 1);
  if (before == 0x20 || before == 0x0a) return false;
  if (before == 0x24 || (before == 0xac && at(start - 2) == 0x82) || (before == 0xa3 && at(start - 2) == 0xc2)) return true;
  if ((before == 0x2c && isCell(start)) || (before == 0x3a && isInGroups(digitsEnd(start)))) return false;
  const isSign = before == 0x2e || before == 0x2c || before == 0x3a || before == 0x2d || before == 0x2f || before == 0x5f;
  return isSign && (isDigit(at(start - 2)) || isUuidTail(start));
}

/** The last twelve digits of a UUID whose other groups have letters. */
function isUuidTail(start: i32): bool {
  return at(start - 1) == 0x2d && at(start - 6) == 0x2d && at(start - 11) == 0x2d && isAlnum(at(start - 2));
}

/** Whether nothing belongs to runs `first` to `last` on the right. */
export function isWhole(first: i32, last: i32): bool {
  if (hasRun(last + 1) && isTight(jointOf(last + 1))) return false;
  const end = runEnd(last);
  const after = at(end);
  if (isLetter(after) || after == 0x25) return false;
  if ((after != 0x2c && after != 0x3a) || !isDigit(at(end + 1))) return true;
  return after == 0x2c ? isCell(runStart(first)) : isInGroups(digitsEnd(runStart(first)));
}

/** Fewer are a group of thousands. */
const CELL_DIGITS_MIN: i32 = 6;
/** How far behind it another comma is looked for. */
const ROW_REACH: i32 = 16;
/** How much of what stands before is read for commas, at most. */
const ROWS_MAX: i32 = 1024;

/** Up to where lines were read, and the commas that part cells in the line there and in the one before. */
let rowAt: i32 = 0;
let rowCommas: i32 = 0;
let rowBefore: i32 = 0;

/**
 * Whether the digits at `start`, with a comma and digits beside them, are a cell of a row: another comma stands in the row,
 * or in the line above. What has one comma only is a fraction.
 */
function isCell(start: i32): bool {
  const end = digitsEnd(start);
  const size = end - start;
  if (size <= GROUP_MAX && isInGroups(end)) return true;
  if (size < CELL_DIGITS_MIN || isJoined(start)) return false;
  if (size >= LONG_MIN && (digitsEnd(end + 1) - end > FRACTION_MAX + 1 || hasDigitsBefore(start))) return true;
  readRows(start);
  if (rowCommas + rowBefore >= 2) return true;
  let commas = rowCommas + rowBefore;
  for (let i = end; i - end < ROW_REACH && at(i) != 0x0a && at(i) != 0x20; i++) if (at(i) == 0x2c) commas++;
  return commas >= 2;
}

/** So many digits in one have no signs of thousands among them. */
const LONG_MIN: i32 = 9;
/** Of a fraction. */
const FRACTION_MAX: i32 = 3;

function digitsEnd(start: i32): i32 {
  let end = start;
  while (end - start < LONGEST && isDigit(at(end))) end++;
  return end;
}

/** Whether more digits stand before the comma than are a group of thousands. */
function hasDigitsBefore(start: i32): bool {
  for (let i = start - 2; i >= start - 2 - FRACTION_MAX; i--) if (!isDigit(at(i))) return false;
  return true;
}

const GROUPS_MAX: i32 = 6;
/** Digits of the first group: more are a number of their own. */
const GROUP_MAX: i32 = 4;

/** Whether groups that are none of thousands follow the digits that end here: what they are of goes on behind no comma, nor before one. */
function isInGroups(end: i32): bool {
  let i = end;
  for (let group = 0; group < GROUPS_MAX; group++) {
    const sign = at(i);
    if ((sign != 0x20 && sign != 0x2d && sign != 0x2e && sign != 0x2f) || !isDigit(at(i + 1))) return false;
    const from = ++i;
    while (i - from < 5 && isDigit(at(i))) i++;
    if (sign == 0x2d || sign == 0x2f || i - from != 3) return true;
  }
  return false;
}

function readRows(to: i32): void {
  if (to - rowAt > ROWS_MAX) {
    rowAt = to - ROWS_MAX;
    rowCommas = 0;
    rowBefore = 0;
  }
  for (; rowAt < to; rowAt++) {
    const byte = at(rowAt);
    if (byte == 0x2c && at(rowAt + 1) != 0x20) rowCommas++;
    else if (byte == 0x0a) {
      rowBefore = rowCommas;
      rowCommas = 0;
    }
  }
}
