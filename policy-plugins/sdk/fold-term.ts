import { besideOf, DROPPED, fold, isBeside, isText, lower, MARK, textSize, textStart, VOWEL_SIGN } from "./reading-fold";
import { sizeOf, writePoint } from "./utf8";
import { Value } from "./value";
import { decode, scratchFor } from "./utf16";

/** Bytes of a folded character for each of its UTF-16 code units, at the most. */
const GROWTH_MAX: usize = 8;

/** In which case the letters of `facesOf` are taken. */
export namespace Face {
  export const AS_WRITTEN: u32 = 0;
  export const SMALL: u32 = 1;
  export const CAPITAL: u32 = 2;
  /** The first letter of each word a capital. */
  export const TITLE: u32 = 3;
}

/**
 * Whether the last term folded differs by its case: of Greek's mu, nu and upsilon the capital looks like another letter of ASCII than
 * the small one, so a text in capitals reads otherwise.
 */
export let hasFaces: bool = false;

/** Writes a term as the reading's `folded` has it, and returns where it ends. Controls are blanks. */
export function foldTerm(term: Value, into: usize, face: u32 = Face.AS_WRITTEN): usize {
  const units = scratchFor(term.end - term.start);
  const end = units + (<usize>decode(term.start, term.end, term.flags, units) << 1);
  let to = into;
  termBegin = into;
  hasFaces = false;
  let isFirst = true;
  for (let at = units; at < end; at += 2) {
    const unit = <u32>load<u16>(at);
    if (unit < 0x80) {
      store<u8>(to++, unit < 0x20 ? 0x20 : <u8>lowerAscii(unit));
    } else if ((unit & 0xfc00) == 0xd800) {
      to = addPoint(0x10000 + ((unit & 0x3ff) << 10) + (<u32>load<u16>(at, 2) & 0x3ff), to);
      at += 2;
    } else {
      to = addPoint(unit - GREEK < GREEK_SIZE ? faced(unit, face, isFirst) : unit, to);
    }
    isFirst = unit == 0x20;
  }
  return to;
}

/** What `foldTerm` writes at the most. */
export function foldedSizeMax(term: Value): usize {
  return (term.end - term.start) * GROWTH_MAX;
}

let termBegin: usize = 0;

const GREEK: u32 = 0x386;
const GREEK_SIZE: u32 = 0x49;

/** The letter, or its other case. */
function faced(unit: u32, face: u32, isFirst: bool): u32 {
  const capital = capitalOf(unit);
  if (capital == 0) return unit;
  hasFaces = true;
  if (face == Face.AS_WRITTEN) return unit;
  return face == Face.CAPITAL || (face == Face.TITLE && isFirst) ? capital : lower(capital);
}

/** Of mu, nu and upsilon, in either case and with their accents. 0: it is none of them. */
function capitalOf(unit: u32): u32 {
  switch (unit) {
    case 0x39c: case 0x3bc: return 0x39c;
    case 0x39d: case 0x3bd: return 0x39d;
    case 0x38e: case 0x3a5: case 0x3ab: case 0x3b0: case 0x3c5: case 0x3cb: case 0x3cd: return 0x3a5;
    default: return 0;
  }
}

function addPoint(point: u32, to: usize): usize {
  let value = fold(point);
  if (isBeside(value)) {
    const entry = besideOf(value);
    // As the reader has it behind a letter of ASCII; before one, a term is what its writer meant.
    if (to > termBegin && isAsciiLetter(load<u8>(to - 1)) && isAsciiLetter(<u8>(entry >> 16))) {
      store<u16>(to, <u16>(entry >> 16));
      return to + 1 + <usize>(entry >> 24 != 0);
    }
    value = entry & 0xffff;
  }
  if (value == DROPPED || value == MARK) return to;
  if (value == VOWEL_SIGN) {
    // As the reader has it: kept, but for one that stands on ASCII.
    if (to == termBegin || load<u8>(to - 1) < 0x80) return to;
    writePoint(to, point);
    return to + sizeOf(point);
  }
  if (isText(value)) {
    const begin = textStart(value);
    const size = textSize(value);
    for (let i: usize = 0; i < size; i++) store<u8>(to + i, <u8>lowerAscii(<u32>load<u8>(begin + i)));
    return to + size;
  }
  const folded = value < 0x80 ? lowerAscii(value) : lower(value);
  writePoint(to, folded);
  return to + sizeOf(folded);
}

function isAsciiLetter(byte: u8): bool {
  return (byte | 0x20) - 0x61 < 26;
}

function lowerAscii(point: u32): u32 {
  return point - 0x41 < 26 ? point | 0x20 : point;
}
