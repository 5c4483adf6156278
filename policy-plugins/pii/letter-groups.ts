import { copyWord } from "./checks";
import { E } from "./entities";
import * as documents from "./lettered";
import { mayBe, offer, settle } from "./report";
import { at, isAlnum, isLetter } from "./text";

// Numbers printed in groups the first of which are letters: `RSS MRA 85T10 A562S`, `MORGA 657054 SM9IJ`, `ABCPE 1234 F`,
// `AB 1234563`. Looked at from their first digits on.

const WEAK: i32 = 45;
const FAIR: i32 = 60;
const SURE: i32 = 100;
/** Of blanks and one sign between two groups. */
const GAP_MAX: i32 = 3;

// @ts-ignore: decorator
@inline
function isGap(byte: u32): bool {
  return byte == 0x20 || byte == 0x2d || byte == 0x2e || byte == 0x2f || byte == 0x5f;
}

/** Letters and digits copied so far, which of them are letters, and where the last group ended. */
let count: i32 = 0;
let letters: u32 = 0;
let place: i32 = 0;

/** The number with `size` digits from `first` on behind a group of letters: where it ends, or -1. */
export function letterGroupsAt(first: i32, size: i32): i32 {
  if (!isGap(at(first - 1)) || !isAlnum(at(first - 2))) return -1;
  count = 0;
  letters = 0;
  const before = gapBefore(first);
  if (size == 7) return isGroup(before, 2) ? deaAt(before - 2, first) : -1;
  if (size == 4) return isGroup(before, 5) ? panAt(before - 5, first) : -1;
  if (size == 6) return isGroup(before, 5) ? licenceAt(before - 5, first) : -1;
  return size == 2 ? fiscalCodeAt(before, first) : -1;
}

/** Where the group before the blanks and signs before a place ends. */
function gapBefore(from: i32): i32 {
  let i = from;
  while (from - i < GAP_MAX && isGap(at(i - 1))) i--;
  return i;
}

/** Whether a group of so many letters and digits ends at a place. */
function isGroup(end: i32, size: i32): bool {
  for (let i = end - size; i < end; i++) if (!isAlnum(at(i))) return false;
  return isLetter(at(end - size)) && !isAlnum(at(end - size - 1));
}

/** Copies `size` letters and digits from `from` on, over gaps, and remembers where they end; false where there are fewer. */
function copy(from: i32, size: i32): bool {
  let i = from;
  for (let done = 0; done < size; done++) {
    const start = i;
    while (i - start < GAP_MAX && isGap(at(i))) i++;
    if (!isAlnum(at(i))) return false;
    letters |= copyWord(i, 1, count) << count;
    count++;
    i++;
  }
  place = i;
  return true;
}

function found(entity: i32, start: i32, alone: i32): i32 {
  if (isAlnum(at(place)) || !mayBe(entity, start, place, alone, SURE)) return -1;
  offer(entity, start, place, alone, SURE);
  return settle();
}

function deaAt(start: i32, first: i32): i32 {
  return copy(start, 2) && copy(first, 7) && letters == 3 && documents.isDea() ? found(E.MEDICAL_LICENSE, start, WEAK) : -1;
}

function panAt(start: i32, first: i32): i32 {
  return copy(start, 5) && copy(first, 5) && letters == 0x21f && documents.isPan() ? found(E.IN_PAN, start, WEAK) : -1;
}

function licenceAt(start: i32, first: i32): i32 {
  return copy(start, 5) && copy(first, 11) && documents.isDrivingLicence() ? found(E.UK_DRIVING_LICENCE, start, FAIR) : -1;
}

/** Surname and name in three letters each, or in six. */
function fiscalCodeAt(before: i32, first: i32): i32 {
  const month = isGap(at(first + 2)) ? first + 3 : first + 2;
  if (!isLetter(at(month)) || isLetter(at(month + 1))) return -1;
  let start = before - 6;
  if (!isGroup(before, 6)) {
    if (!isGroup(before, 3)) return -1;
    const surname = gapBefore(before - 3);
    if (!isGroup(surname, 3)) return -1;
    start = surname - 3;
  }
  return copy(start, 6) && copy(first, 10) && documents.isFiscalCode() ? found(E.IT_FISCAL_CODE, start, SURE) : -1;
}
