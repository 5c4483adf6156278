import { hexOf, isHex } from "./classes";
import { at as written, cut, plain, roomLeft } from "./output";
import { find } from "./search";
import { byteAt, endOfUnits, isNew, NEAR, offsetOf, origin as madeBy, put, putStretch, start, stop } from "./source";
import { sizeOfLead } from "../sdk/utf8";
import { beginWindows, endWindows, goesOn, isProbing, replace } from "./window";

// Characters written with an escape: %70 and %u0070 in addresses, =70 in mail, \u0070 in JSON.

const PERCENT: u32 = 0x25;
const EQUALS: u32 = 0x3d;
const BACKSLASH: u32 = 0x5c;
const SMALL_U: u32 = 0x75;
const LINE_FEED: u32 = 0x0a;
const CARRIAGE_RETURN: u32 = 0x0d;

/** No character: the escape is none, or of something that is not text. */
export const NONE: u32 = 0xffffffff;
/** An escape that stands for nothing. */
const NOTHING: u32 = 0xfffffffe;

/** Where the escape that was read last ends. */
let next: u32 = 0;

export function derivePercent(origin: u32): bool {
  return derive(origin, PERCENT);
}

export function deriveQuotedPrintable(origin: u32): bool {
  return derive(origin, EQUALS);
}

export function deriveJson(origin: u32): bool {
  return derive(origin, BACKSLASH);
}

function derive(origin: u32, sign: u32): bool {
  const near = madeBy == origin ? 0 : NEAR;
  beginWindows(origin);
  /** Of the usual escapes. */
  const width: u32 = sign == BACKSLASH ? 2 : 3;
  let probed: u32 = 0;
  let at = start;
  for (;;) {
    at = offsetOf(find(plain + at, plain + stop, sign));
    if (at >= stop) break;
    if (!mayBegin(at, sign)) {
      at++;
      continue;
    }
    let stretchEnd: u32 = 0;
    // A loop, since its fuel is charged only where it is entered.
    for (let isRow = byteAt(at + width) == sign && byteAt(at + width * 2) == sign; isRow; isRow = false) stretchEnd = putStretchAt(at, sign, width, near);
    if (stretchEnd > at) {
      at = stretchEnd;
      continue;
    }
    const point = read(sign, at);
    if (point == NONE) {
      // A backslash that is escaped begins nothing.
      at += sign == BACKSLASH ? 2 : 1;
      continue;
    }
    const to = next;
    if (goesOn(at) || isNew(at, to, near)) {
      if (isProbing && ++probed < PROBED_MIN) {
        at = to;
        continue;
      }
      if (!replace(at, to)) break;
      if (point != NOTHING) put(point, at, to);
    }
    at = to;
  }
  return endWindows();
}

/** Told by the byte after the sign: most that has many of them is no text with escapes. */
// @ts-ignore: decorator
@inline
function mayBegin(at: u32, sign: u32): bool {
  const next = byteAt(at + 1);
  if (sign == BACKSLASH) return true;
  // White space before a line's end, and a `u`.
  return isHex(next) || (sign == EQUALS ? next <= SPACE : (next | 0x20) == SMALL_U);
}

const SPACE: u32 = 0x20;

/** Fewer at the last depth are digits that stand behind an equals sign by chance: `request_id=781de2dc`. */
const PROBED_MIN: u32 = 3;

/** Fewer are written one by one. */
const STRETCH_MIN: u32 = 4;

/** Writes a row of escapes of ASCII, if one begins here, and returns where it ends. */
function putStretchAt(at: u32, sign: u32, width: u32, near: u32): u32 {
  const last = min(endOfUnits(at), at + width * <u32>roomLeft());
  let to = at;
  while (to + width <= last && byteAt(to) == sign && shortEscape(to, sign) != NONE) to += width;
  const count = (to - at) / width;
  if (count < STRETCH_MIN) return at;
  if (!goesOn(at) && !isNew(at, to, near)) return to;
  if (!replace(at, to)) return stop;
  if (count > roomLeft()) {
    cut();
    return stop;
  }
  const target = written;
  for (let i: u32 = 0; i < count; i++) store<u8>(target + i, <u8>shortEscape(at + i * width, sign));
  putStretch(count, at, width, 0);
  return to;
}

/** The ASCII character that an escape of the usual width stands for. */
function shortEscape(at: u32, sign: u32): u32 {
  if (sign == BACKSLASH) return letterEscape(byteAt(at + 1));
  if (!isHex(byteAt(at + 1)) || !isHex(byteAt(at + 2))) return NONE;
  const byte = (hexOf(byteAt(at + 1)) << 4) | hexOf(byteAt(at + 2));
  return byte < 0x80 && isText(byte) ? byte : NONE;
}

function letterEscape(escape: u32): u32 {
  if (escape == 0x6e) return LINE_FEED;
  if (escape == 0x72) return CARRIAGE_RETURN;
  if (escape == 0x74) return 0x09;
  return escape == 0x22 || escape == 0x2f || escape == BACKSLASH ? escape : NONE;
}

function read(sign: u32, at: u32): u32 {
  if (sign == BACKSLASH) return readBackslash(at);
  if (sign == EQUALS && isSoftBreak(at + 1)) return NOTHING;
  if (sign == PERCENT && (byteAt(at + 1) | 0x20) == SMALL_U) return readUnits(at, sign);
  return readBytes(at, sign);
}

/** The character that the escape of an address at `at` stands for; NONE: it is none. It ends at `percentEnd`. */
export function readPercent(at: u32): u32 {
  return read(PERCENT, at);
}

export function percentEnd(): u32 {
  return next;
}

/** Only white space may stand between the sign and the line's end. */
function isSoftBreak(at: u32): bool {
  while (at < stop && (byteAt(at) == 0x20 || byteAt(at) == 0x09)) at++;
  if (at < stop && byteAt(at) == CARRIAGE_RETURN) at++;
  next = at + 1;
  return at < stop && byteAt(at) == LINE_FEED;
}

/** Two hexadecimal digits after the sign; NONE: there are none. */
function byteOf(at: u32, sign: u32): u32 {
  if (at + 3 > stop || byteAt(at) != sign || !isHex(byteAt(at + 1)) || !isHex(byteAt(at + 2))) return NONE;
  return (hexOf(byteAt(at + 1)) << 4) | hexOf(byteAt(at + 2));
}

/** The character whose UTF-8 is written byte by byte. */
function readBytes(at: u32, sign: u32): u32 {
  const lead = byteOf(at, sign);
  if (lead == NONE || (lead >= 0x80 && lead < 0xc2) || lead > 0xf4) return NONE;
  next = at + 3;
  if (lead < 0x80) return isText(lead) ? lead : NONE;
  const size = <u32>sizeOfLead(lead);
  let point = lead & (0x7f >> size);
  for (let i: u32 = 1; i < size; i++) {
    const tail = byteOf(next, sign);
    if (tail == NONE || (tail & 0xc0) != 0x80) return NONE;
    point = (point << 6) | (tail & 0x3f);
    next += 3;
  }
  const least: u32 = size == 2 ? 0x80 : size == 3 ? 0x800 : 0x10000;
  return point < least || point > 0x10ffff || point - 0xd800 < 0x800 ? NONE : point;
}

function isText(byte: u32): bool {
  return byte >= 0x20 ? byte != 0x7f : byte == 0x09 || byte == LINE_FEED || byte == CARRIAGE_RETURN;
}

function readBackslash(at: u32): u32 {
  if (at + 1 >= stop) return NONE;
  next = at + 2;
  const escape = byteAt(at + 1);
  if (escape == SMALL_U) return readUnits(at, BACKSLASH);
  return letterEscape(escape);
}

/** One unit of UTF-16, or a pair. */
function readUnits(at: u32, sign: u32): u32 {
  const unit = unitOf(at, sign);
  if (unit == NONE) return NONE;
  next = at + 6;
  if (unit - 0xd800 >= 0x800) return unit >= 0x80 || isText(unit) ? unit : NONE;
  const low = unitOf(next, sign);
  if (unit >= 0xdc00 || low - 0xdc00 >= 0x400) return NONE;
  next += 6;
  return 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
}

function unitOf(at: u32, sign: u32): u32 {
  if (at + 6 > stop || byteAt(at) != sign || (byteAt(at + 1) | 0x20) != SMALL_U) return NONE;
  let unit: u32 = 0;
  for (let i: u32 = 2; i < 6; i++) {
    if (!isHex(byteAt(at + i))) return NONE;
    unit = (unit << 4) | hexOf(byteAt(at + i));
  }
  return unit;
}
