import { ESCAPED, WIDE } from "./utf16";

// Strings and numbers, as canonical JSON (RFC 8785) writes them. Any other form of the same value is refused:
// with one form for each string, equal text is equal bytes, and names can be compared without decoding.

const ONES: u64 = 0x0101010101010101;
const HIGHS: u64 = 0x8080808080808080;

/** Flags of the string last scanned. */
export let stringFlags: u8 = 0;

/** `at` is the first byte after the opening quote; returns where the closing quote stands. */
export function scanString(at: usize): usize {
  let flags: u8 = 0;
  for (;;) {
    // Skip eight plain bytes at once: none a control, a quote, a backslash, or beyond ASCII. The lowest byte
    // marked is always a true one; only those above it may be marked by a borrow.
    let marked = marksOf(load<u64>(at));
    if (marked == 0) {
      at += 8;
      // Once more, since each round of a loop is charged for.
      marked = marksOf(load<u64>(at));
      if (marked == 0) {
        at += 8;
        continue;
      }
    }
    at += <usize>(ctz(marked) >> 3);
    const byte = load<u8>(at);
    if (byte == 0x22) break;
    if (byte == 0x5c) {
      flags |= ESCAPED;
      at += escapeSize(at);
    } else if (byte >= 0x80) {
      flags |= WIDE;
      at += sequenceSize(at);
    } else {
      throw new Error("malformed JSON: a control character, or the end, inside a string");
    }
  }
  stringFlags = flags;
  return at;
}

// @ts-ignore: decorator
@inline
function marksOf(word: u64): u64 {
  const quotes = word ^ (ONES * 0x22);
  const slashes = word ^ (ONES * 0x5c);
  return (((quotes - ONES) & ~quotes) | ((slashes - ONES) & ~slashes) | ((word - ONES * 0x20) & ~word) | word) & HIGHS;
}

function escapeSize(at: usize): usize {
  const escape = load<u8>(at, 1);
  if (escape == 0x22 || escape == 0x5c || escape == 0x62 || escape == 0x66 || escape == 0x6e || escape == 0x72 || escape == 0x74) {
    return 2;
  }
  const high = load<u8>(at, 4);
  const low = load<u8>(at, 5);
  const hex = (low >= 0x30 && low <= 0x39) || (low >= 0x61 && low <= 0x66);
  // \b \t \n \f \r have a short form, so the long one is not canonical.
  const short = high == 0x30 && (low == 0x38 || low == 0x39 || low == 0x61 || low == 0x63 || low == 0x64);
  if (escape != 0x75 || load<u16>(at, 2) != 0x3030 || (high != 0x30 && high != 0x31) || !hex || short) {
    throw new Error("malformed JSON: an escape that is not canonical");
  }
  return 6;
}

/** The length of the UTF-8 sequence at `at`, by the table of RFC 3629. */
function sequenceSize(at: usize): usize {
  const lead = load<u8>(at);
  const second = load<u8>(at, 1);
  if (lead >= 0xc2 && lead < 0xe0) {
    if (isTail(second)) return 2;
  } else if (lead >= 0xe0 && lead < 0xf0) {
    const low: u8 = lead == 0xe0 ? 0xa0 : 0x80;
    const high: u8 = lead == 0xed ? 0x9f : 0xbf; // no surrogates
    if (second >= low && second <= high && isTail(load<u8>(at, 2))) return 3;
  } else if (lead >= 0xf0 && lead < 0xf5) {
    const low: u8 = lead == 0xf0 ? 0x90 : 0x80;
    const high: u8 = lead == 0xf4 ? 0x8f : 0xbf;
    if (second >= low && second <= high && isTail(load<u8>(at, 2)) && isTail(load<u8>(at, 3))) return 4;
  }
  throw new Error("malformed UTF-8");
}

// @ts-ignore: decorator
@inline
function isTail(byte: u8): bool {
  return (byte & 0xc0) == 0x80;
}

/** Returns where the number at `at` ends. Its value is never computed: it stays as written (decimal.ts). */
export function scanNumber(at: usize): usize {
  if (load<u8>(at) == 0x2d) at++;
  at = load<u8>(at) == 0x30 ? at + 1 : scanDigits(at);
  if (load<u8>(at) == 0x2e) at = scanDigits(at + 1);
  if ((load<u8>(at) | 0x20) == 0x65) {
    at++;
    const sign = load<u8>(at);
    if (sign == 0x2b || sign == 0x2d) at++;
    at = scanDigits(at);
  }
  return at;
}

function scanDigits(at: usize): usize {
  const begin = at;
  while (<u8>(load<u8>(at) - 0x30) < 10) at++;
  if (at == begin) throw new Error("malformed JSON: a number without digits");
  return at;
}
