import {
  CYRILLIC_EXTENDED_C, CYRILLIC_LATIN_EXTENDED_D, LATIN_EXTENDED_C, LATIN_GREEK_CYRILLIC, LATIN_GREEK_EXTENDED,
} from "./fold-table";
import { decode, scratchFor } from "./utf16";
import { Value } from "./value";

// Case folding, white space and words, by pinned tables: the engine's own (`toLowerCase`, `\b`) follow its
// version of ICU, and a verdict must not. One unit in, one unit out, so spans stay exact.

/** Simple case folding of Latin, Greek and Cyrillic; every other unit is its own folding. */
export function foldUnit(unit: u32): u32 {
  if (unit < 0x80) return unit - 0x41 < 26 ? unit | 0x20 : unit;
  if (unit < 0x530) return entry(LATIN_GREEK_CYRILLIC, unit - 0x80);
  if (unit < 0x1c80) return unit;
  if (unit < 0x1c90) return entry(CYRILLIC_EXTENDED_C, unit - 0x1c80);
  if (unit < 0x1e00) return unit;
  if (unit < 0x2000) return entry(LATIN_GREEK_EXTENDED, unit - 0x1e00);
  if (unit == 0x2126) return 0x3c9; // ohm sign
  if (unit == 0x212a) return 0x6b; // kelvin sign
  if (unit == 0x212b) return 0xe5; // angstrom sign
  if (unit < 0x2c60) return unit;
  if (unit < 0x2c80) return entry(LATIN_EXTENDED_C, unit - 0x2c60);
  if (unit < 0xa640) return unit;
  if (unit < 0xa800) return entry(CYRILLIC_LATIN_EXTENDED_D, unit - 0xa640);
  return unit - 0xff21 < 26 ? unit + 0x20 : unit; // full-width Latin
}

// @ts-ignore: decorator
@inline
function entry(table: usize, index: u32): u32 {
  return <u32>load<u16>(table + (<usize>index << 1));
}

/** White space, as Unicode's White_Space property has it. */
export function isSpace(unit: u32): bool {
  if (unit < 0x80) return unit == 0x20 || unit - 0x09 < 5;
  return unit == 0xa0 || unit == 0x85 || unit == 0x1680 || unit - 0x2000 < 11 || unit == 0x2028 ||
    unit == 0x2029 || unit == 0x202f || unit == 0x205f || unit == 0x3000;
}

/**
 * Whether a unit belongs to a word: a digit, or a letter or accent of the scripts that are written with spaces
 * and that we fold. The underscore does not, so that `_never_` in Markdown is still the word. Scripts without
 * spaces between words have no word boundaries here, and their terms match anywhere.
 */
export function isWordUnit(unit: u32): bool {
  if (unit < 0x80) return (unit | 0x20) - 0x61 < 26 || unit - 0x30 < 10;
  if (unit < 0x530) {
    if (unit < 0xc0) return unit == 0xaa || unit == 0xb5 || unit == 0xba;
    return unit != 0xd7 && unit != 0xf7 && unit != 0x37e && unit != 0x387 && unit != 0x482;
  }
  return unit - 0x1c80 < 0x10 || unit - 0x1e00 < 0x200 || unit - 0x2c60 < 0x20 || unit - 0xa640 < 0x60 ||
    unit - 0xa722 < 0xde || unit - 0xff10 < 10 || unit - 0xff21 < 26 || unit - 0xff41 < 26;
}

/** Whether two strings are the same but for case. */
export function equalsFolded(a: Value, b: Value): bool {
  if (!a.isString || !b.isString) return false;
  const left = scratchFor((a.end - a.start) + (b.end - b.start));
  const length = decode(a.start, a.end, a.flags, left);
  // Decoding may write up to three units ahead: the second text is put behind those.
  const right = left + (<usize>length << 1) + 8;
  if (decode(b.start, b.end, b.flags, right) != length) return false;
  for (let i: usize = 0; i < <usize>length << 1; i += 2) {
    if (foldUnit(<u32>load<u16>(left + i)) != foldUnit(<u32>load<u16>(right + i))) return false;
  }
  return true;
}
