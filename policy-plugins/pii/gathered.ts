import { copyWord } from "./checks";
import { wordsNear } from "./context";
import { lines, looseEnd, signBytes } from "./runs";
import { single, WEAK } from "./single-runs";
import { enabled } from "./settings";
import { at, isAlnum, isDigit, isLetter } from "./text";
import { lettered } from "./words";

// Numbers in groups that nobody's rule knows: `664-610-056`, `D256-3691-5948-39`, `938 - 597 - 11T`. They are read as if
// there were no separators, and only where a word near says that a number stands here.

const BYTES_MAX: i32 = 17;
const SIZE_MIN: i32 = 6;

/** Where the number of several groups that begins at `start` ends; -1: there is none. */
export function gatheredAt(start: i32, end: i32): i32 {
  const goesOn = mayGoOn(end);
  const letter = letterBefore(start);
  if ((!goesOn && letter < 0) || (wordsNear(start, end) & enabled) == 0) return -1;
  return gatherBoth(start, letter, goesOn);
}

/** With the letter first where a hyphen makes it part of the number; a blank alone may stand before it. */
function gatherBoth(start: i32, letter: i32, goesOn: bool): i32 {
  if (letter < 0) return isPart(start) ? -1 : gather(start);
  const isTight = at(start - 1) == 0x2d;
  const found = isTight ? gather(letter) : goesOn ? gather(start) : -1;
  if (found >= 0) return found;
  return isTight ? (goesOn ? gather(start) : -1) : gather(letter);
}

/** Whether another group could follow: nearly every other place is dismissed by two bytes. */
function mayGoOn(end: i32): bool {
  const byte = at(end);
  if (byte == 0x20 || byte == 0x0a) {
    const next = at(end + 1);
    return !isLetter(next) || !isAlnum(at(end + 2)) || (byte == 0x0a && isDigit(at(end + 2)));
  }
  if (byte == 0x2d && isLetter(at(end + 1)) && isLetter(at(end + 2)) && !isDigit(at(end + 3))) return false; // `14-Mar`
  return byte != 0x3a && (byte >= 0x7c || byte < 0x30) && byte != 0x28 && byte != 0x29;
}

/** The letter or two that stand apart before digits: `Z - 5540959 - B`; -1: there are none. */
function letterBefore(start: i32): i32 {
  let i = start - 1;
  if (at(i) != 0x20 && at(i) != 0x2d && at(i) != 0x7e) return -1;
  while (start - i < 4 && (at(i) == 0x20 || at(i) == 0x2d || at(i) == 0x7e)) i--;
  if (!isLetter(at(i))) return -1;
  const hasHyphen = at(i + 1) == 0x2d || at(i + 2) == 0x2d;
  if (isLetter(at(i - 1)) && hasHyphen) i--;
  return isAlnum(at(i - 1)) ? -1 : i;
}

function gather(start: i32): i32 {
  let letters: u32 = 0;
  let count = 0;
  let groups = 0;
  let isOneLine = true;
  let i = start;
  let end = start;
  while (true) {
    const from = i;
    while (isAlnum(at(i)) && i - from <= BYTES_MAX) i++;
    if (count + i - from > BYTES_MAX) return -1;
    letters |= copyWord(from, i - from, count) << count;
    count += i - from;
    groups++;
    end = i;
    i = looseEnd(end);
    if (i == end || !continues(i, signBytes > 0 || lines > 0)) break;
    // A hyphen at a line's end says that the number goes on.
    if ((lines > 0 && signBytes == 0) || at(end) == 0x2c) isOneLine = false;
  }
  if (groups == 1 || count < SIZE_MIN) return -1;
  if (letters != 0) return count <= 16 ? lettered(start, end, count, letters, isOneLine, WEAK) : -1;
  return !isDate(start, end) && single(start, end, count, false, isOneLine) ? end : -1;
}

/** `INV-2020-5093`: what stands before belongs to it, and is not the number's. */
function isPart(start: i32): bool {
  const before = at(start - 1);
  return (before == 0x2d || before == 0x2f || before == 0x2e || before == 0x5f) && isAlnum(at(start - 2));
}

/** Day, month and year in any order, with one sign between them. */
function isDate(start: i32, end: i32): bool {
  const size = end - start;
  if (size < 8 || size > 11) return false;
  const first = partEnd(start);
  const second = partEnd(first + 1);
  const third = partEnd(second + 1);
  if (third != end || second - first > 3 || !isDateSign(at(first)) || !isDateSign(at(second))) return false;
  const a = first - start;
  const c = third - second - 1;
  return a == 4 ? c <= 2 : a <= 2 && (c == 4 || c == 2);
}

function partEnd(from: i32): i32 {
  let i = from;
  while (i - from < 5 && isDigit(at(i))) i++;
  return i;
}

function isDateSign(byte: u32): bool {
  return byte == 0x2e || byte == 0x2f || byte == 0x2d;
}

/** Whether a group goes on at a place: digits, or one letter or two; behind a blank alone no more than digits or a last letter. */
function continues(place: i32, signed: bool): bool {
  if (isDigit(at(place))) return true;
  if (!isLetter(at(place))) return false;
  const next = at(place + 1);
  if (!isAlnum(next)) return true;
  return signed && (isDigit(next) || isDigit(at(place + 2)));
}
