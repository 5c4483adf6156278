import { isAboutIt, isHarmlessKind, Link } from "./context";
import { reportLater } from "./report";
import { Meaning } from "./tables";
import { byteAt } from "./text";
import { isMixed, isPassword, isSecret } from "./values";

// A table's column (`| user | password |`, `host,user,password`): the cell below a heading.

const LINE_MAX: i32 = 240;
const ROWS_MAX: i32 = 3;
/** Of a cell's name around the word: `new password (temporary)`. */
const CELL_MAX: i32 = 32;
const PASSWORD_MIN: i32 = 5;
const SECRET_MIN: i32 = 16;

/** Up to here all was looked at. */
let seen: i32 = -1;
let cellStart: i32 = 0;
let cellEnd: i32 = 0;

/** A word that may be a heading, from `start` to `end`: the last of its cell. Of each line the first one is looked at. */
export function sawHeading(meaning: u8, start: i32, end: i32): void {
  if (start < seen) return;
  const after = byteAt(end) == 0x20 || byteAt(end) == 0x22 ? byteAt(end + 1) : byteAt(end);
  if (after == 0x7c || after == 0x2c || after == 0x3b || after == 0x09 || after == 0x0a) {
    unchecked(headings[0])(meaning, start, end, after);
  }
}

/** In a table, as what is rare is not charged then where it does not happen. */
const headings: StaticArray<(meaning: u8, start: i32, end: i32, after: u8) => void> = [takeHeading];

function takeHeading(meaning: u8, start: i32, end: i32, after: u8): void {
  const sign = after == 0x0a ? signBefore(start) : after;
  if (sign == 0 || isAboutIt(end) || (meaning == Meaning.TOKEN && isHarmlessKind(start))) return;
  lookBelow(meaning, start, sign);
}

/** The sign before a line's last cell; 0: none is near. */
function signBefore(at: i32): u8 {
  for (let next = at - 1; next >= at - CELL_MAX; next--) {
    const byte = byteAt(next);
    if (byte == 0x7c || byte == 0x2c || byte == 0x3b || byte == 0x09) return byte;
    if (byte < 0x20 || byte == 0x3d || byte == 0x3a) return 0;
  }
  return 0;
}

/** Looks at the same column of the next rows. */
function lookBelow(meaning: u8, start: i32, sign: u8): void {
  let column = 0;
  let line = start;
  while (start - line < LINE_MAX && byteAt(line - 1) != 0x0a) {
    line--;
    column += <i32>(byteAt(line) == sign);
  }
  let end = lineEnd(start);
  seen = end;
  if (byteAt(line - 1) != 0x0a || (column == 0 && byteAt(end - 1) == sign)) return;
  for (let row = 0; row < ROWS_MAX && byteAt(end) == 0x0a; row++) {
    const from = end + 1;
    end = lineEnd(from);
    const isCell = findCell(from, end, column, sign);
    if (!isCell && row > 0) return;
    // What is below a heading is none.
    seen = end;
    if (isCell && isFound(meaning)) return;
  }
}

function isFound(meaning: u8): bool {
  if (meaning == Meaning.PASSWORD) {
    if (cellEnd - cellStart < PASSWORD_MIN || !isPassword(cellStart, cellEnd, Link.COLON, false)) return false;
    reportLater("PASSWORD_ASSIGNMENT", cellStart, cellEnd);
    return true;
  }
  if (!isSecret(cellStart, cellEnd, meaning == Meaning.TOKEN) || !isMixed(cellStart, cellEnd) || cellEnd - cellStart < SECRET_MIN) return false;
  reportLater("HIGH_ENTROPY_SECRET", cellStart, cellEnd);
  return true;
}

function lineEnd(at: i32): i32 {
  let end = at;
  while (end - at < LINE_MAX && byteAt(end) != 0x0a) end++;
  return end;
}

/** A row's cell without blanks and marks; whether it has that many, and one word in this one. */
function findCell(from: i32, to: i32, column: i32, sign: u8): bool {
  let at = from;
  for (let passed = 0; passed < column; at++) {
    if (at >= to) return false;
    passed += <i32>(byteAt(at) == sign);
  }
  let end = at;
  while (end < to && byteAt(end) != sign) end++;
  while (at < end && isMark(byteAt(at))) at++;
  while (end > at && isMark(byteAt(end - 1))) end--;
  cellStart = at;
  cellEnd = end;
  for (; at < end; at++) if (byteAt(at) <= 0x20) return false;
  return cellEnd > cellStart;
}

function isMark(byte: u8): bool {
  return byte == 0x20 || byte == 0x22 || byte == 0x27 || byte == 0x60;
}
