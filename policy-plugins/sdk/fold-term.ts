import { besideOf, DROPPED, fold, isBeside, isText, lower, MARK, textSize, textStart, VOWEL_SIGN } from "./reading-fold";
import { sizeOf, writePoint } from "./utf8";
import { Value } from "./value";
import { decode, scratchFor } from "./utf16";

/** Bytes of a folded character for each of its UTF-16 code units, at the most. */
const GROWTH_MAX: usize = 8;

/** Writes a term as the reading's `folded` has it, and returns where it ends. Controls are blanks. */
export function foldTerm(term: Value, into: usize): usize {
  const units = scratchFor(term.end - term.start);
  const end = units + (<usize>decode(term.start, term.end, term.flags, units) << 1);
  let to = into;
  termBegin = into;
  for (let at = units; at < end; at += 2) {
    const unit = <u32>load<u16>(at);
    if (unit < 0x80) {
      store<u8>(to++, unit < 0x20 ? 0x20 : <u8>lowerAscii(unit));
    } else if ((unit & 0xfc00) == 0xd800) {
      to = addPoint(0x10000 + ((unit & 0x3ff) << 10) + (<u32>load<u16>(at, 2) & 0x3ff), to);
      at += 2;
    } else {
      to = addPoint(unit, to);
    }
  }
  return to;
}

/** What `foldTerm` writes at the most. */
export function foldedSizeMax(term: Value): usize {
  return (term.end - term.start) * GROWTH_MAX;
}

let termBegin: usize = 0;

function addPoint(point: u32, to: usize): usize {
  let value = fold(point);
  if (isBeside(value)) value = besideOf(value) & 0xffff;
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

function lowerAscii(point: u32): u32 {
  return point - 0x41 < 26 ? point | 0x20 : point;
}
