import { isOfBusiness } from "./context";
import { E } from "./entities";
import { isWhole } from "./numbers";
import { mayBe, offer, settle } from "./report";
import { Joint } from "./joints";
import { hasRun, jointOf, runEnd, runStart, sizeOf } from "./runs";
import { isOn } from "./settings";
import { at } from "./text";

// Telephone numbers as E.164 bounds them, and as they are written within North America and after a 0 elsewhere.

const DIGITS_MIN: i32 = 7;
const DIGITS_MAX: i32 = 15;
const RUNS_MAX: i32 = 7;
const INTERNATIONAL: i32 = 75;
const NATIONAL: i32 = 55;
const NAMED: i32 = 75;
const PLAIN: i32 = 20;

/** The last run of the telephone number that a chain begins with, by its prefix or a word near; -1: there is none. */
export function phoneFrom(first: i32): i32 {
  if (!isOn(E.PHONE_NUMBER)) return -1;
  const begin = runStart(first);
  const plus = at(begin - 1) == 0x2b || (at(begin - 1) == 0x28 && at(begin - 2) == 0x2b);
  if (!plus && at(begin) != 0x30 && !mayBe(E.PHONE_NUMBER, begin, runEnd(first), PLAIN, NAMED)) return -1;
  const last = lastRun(first);
  if (last < 0) return -1;
  return found(first, last, plus || isDialled(first, last) ? INTERNATIONAL : hasTrunkPrefix(first, last) ? NATIONAL : PLAIN);
}

function found(first: i32, last: i32, alone: i32): i32 {
  const begin = runStart(first);
  let start = begin;
  while (begin - start < 2 && (at(start - 1) == 0x2b || at(start - 1) == 0x28)) start--;
  const end = runEnd(last);
  if (!mayBe(E.PHONE_NUMBER, start, end, alone, NAMED) || (alone == PLAIN && isOfBusiness(start))) return -1;
  offer(E.PHONE_NUMBER, start, end, alone, NAMED);
  settle();
  return last;
}

/** `555-123-4567`, `(555) 123-4567`, `1.555.123.4567`: neither area nor exchange begins with 0 or 1. */
export function northAmerican(first: i32): i32 {
  if (!isOn(E.PHONE_NUMBER)) return -1;
  const area = sizeOf(first) == 1 ? first + 1 : first;
  const last = area + 2;
  if (area > first && at(runStart(first)) != 0x31) return -1;
  if (!hasRun(last) || sizeOf(area) != 3 || sizeOf(area + 1) != 3 || sizeOf(last) != 4) return -1;
  if (at(runStart(area)) < 0x32 || at(runStart(area + 1)) < 0x32) return -1;
  if (jointOf(area + 1) == Joint.LINE || jointOf(last) == Joint.LINE || !isWhole(first, last)) return -1;
  return found(first, last, at(runStart(first) - 1) == 0x2b ? INTERNATIONAL : NATIONAL);
}

/** `0044 20 7946 0958`, `011 44 20 7946 0958`. */
function isDialled(first: i32, last: i32): bool {
  const start = runStart(first);
  const prefix = at(start) == 0x30 && ((at(start + 1) == 0x30 && at(start + 2) != 0x30) || (at(start + 1) == 0x31 && at(start + 2) == 0x31));
  return prefix && last > first && runEnd(last) - start >= 13;
}

/** Whether a line breaks a number off: what stands before is too short for one, and no list of single digits. */
function isBroken(last: i32, digits: i32): bool {
  return digits < DIGITS_MIN && sizeOf(last) > 1 && sizeOf(last + 1) > 1;
}

/** As many runs as one number can have, on one line, or on more while they are too few digits for one. */
function lastRun(first: i32): i32 {
  let digits = sizeOf(first);
  let last = first;
  let found = digits >= DIGITS_MIN && digits <= DIGITS_MAX && isWhole(first, first) ? first : -1;
  while (last - first < RUNS_MAX - 1 && hasRun(last + 1)) {
    const joint = jointOf(last + 1);
    if (joint == Joint.UNDERSCORE || (joint == Joint.LINE && !isBroken(last, digits))) break;
    last++;
    digits += sizeOf(last);
    if (digits > DIGITS_MAX) break;
    if (digits >= DIGITS_MIN && isWhole(first, last)) found = last;
  }
  return found;
}

/** A 0, two groups or more, nine to twelve digits in all. */
function hasTrunkPrefix(first: i32, last: i32): bool {
  const start = runStart(first);
  if (at(start) != 0x30 || at(start + 1) == 0x30 || last == first) return false;
  let digits = 0;
  for (let index = first; index <= last; index++) digits += sizeOf(index);
  return digits >= 9 && digits <= 12;
}
