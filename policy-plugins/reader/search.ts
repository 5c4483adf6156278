// Eight bytes at a time. Up to seven bytes beyond `last` are loaded, and must be there.

export const ONES: u64 = 0x0101010101010101;
export const HIGHS: u64 = 0x8080808080808080;

/** The first address from `at` on where one of two bytes stands; `last` where neither does. */
export function findEither(at: usize, last: usize, one: u32, other: u32): usize {
  const ones = ONES * one;
  const others = ONES * other;
  while (at < last) {
    const word = load<u64>(at);
    // The lowest bit is always a true one; only those above it may come of a borrow.
    const found = (((word ^ ones) - ONES) & ~(word ^ ones) & HIGHS) | (((word ^ others) - ONES) & ~(word ^ others) & HIGHS);
    if (found == 0) {
      at += 8;
      continue;
    }
    at += <usize>ctz(found) >> 3;
    break;
  }
  return min(at, last);
}

/** The same of one byte. */
export function find(at: usize, last: usize, byte: u32): usize {
  const wanted = ONES * byte;
  while (at < last) {
    const word = load<u64>(at) ^ wanted;
    const found = (word - ONES) & ~word & HIGHS;
    if (found == 0) {
      at += 8;
      continue;
    }
    at += <usize>ctz(found) >> 3;
    break;
  }
  return min(at, last);
}

/** The upper bit of each byte that is a letter or digit of ASCII. */
// @ts-ignore: decorator
@inline
function wordBits(word: u64): u64 {
  const low = word & ~HIGHS;
  const small = low | (ONES * 0x20);
  const letters = (small + ONES * (0x80 - 0x61)) & ~(small + ONES * (0x80 - 0x7b));
  const digits = (low + ONES * (0x80 - 0x30)) & ~(low + ONES * (0x80 - 0x3a));
  return (letters | digits) & ~word & HIGHS;
}

/** Where the next letter or digit stands; `last` where there is none. */
export function findWord(at: usize, last: usize): usize {
  while (at < last) {
    const bits = wordBits(load<u64>(at));
    if (bits == 0) {
      at += 8;
      continue;
    }
    at += <usize>ctz(bits) >> 3;
    break;
  }
  return min(at, last);
}

/** Where letters and digits end. */
export function endOfLetters(at: usize, last: usize): usize {
  while (at < last) {
    const bits = wordBits(load<u64>(at)) ^ HIGHS;
    if (bits == 0) {
      at += 8;
      continue;
    }
    at += <usize>ctz(bits) >> 3;
    break;
  }
  return min(at, last);
}

/** Every other byte of eight, from the second on. */
const SECONDS: u64 = 0x8000800080008000;

/**
 * Where single letters and digits end, one sign of ASCII before each, of which the first stands at `at`: a few of the last are
 * left. `sign` 0: they may differ.
 */
export function endOfSingles(at: usize, last: usize, sign: u32): usize {
  const mask: u64 = sign == 0 ? 0 : 0x00ff00ff00ff00ff;
  const signs = <u64>sign * 0x0001000100010001;
  const first = at;
  while (at + 8 < last) {
    const word = load<u64>(at);
    if (((word & mask) ^ signs) != 0 || (word & HIGHS) != 0 || wordBits(word) != SECONDS) break;
    at += 8;
  }
  // The last letter may be the first of a word.
  return at == first ? at : at - 2;
}

/** Where the next two hexadecimal digits stand side by side; `last` where none do. */
export function findPair(at: usize, last: usize): usize {
  while (at < last) {
    const word = load<u64>(at);
    const low = word & ~HIGHS;
    const small = low | (ONES * 0x20);
    const letters = (small + ONES * (0x80 - 0x61)) & ~(small + ONES * (0x80 - 0x67));
    const digits = (low + ONES * (0x80 - 0x30)) & ~(low + ONES * (0x80 - 0x3a));
    const bits = (letters | digits) & ~word & HIGHS;
    const pairs = bits & (bits >> 8);
    if (pairs == 0) {
      // The last byte may be the first of a pair.
      at += 7;
      continue;
    }
    at += <usize>ctz(pairs) >> 3;
    break;
  }
  return min(at, last);
}

/** Bytes of a word, and of one that begins with a character beyond ASCII. */
const ENCODED_MIN: usize = 4;
const WIDE_ENCODED_MIN: usize = 6;

/**
 * Where a word may be base64: a capital stands after a small letter or a digit, or a digit after a capital, or an equals
 * sign behind it; and it begins as text does. `last` where none is. The eight bytes before `at` must be there.
 */
export function findEncoded(at: usize, last: usize): usize {
  for (;;) {
    at--;
    let found: u64 = 0;
    while (at < last) {
      const word = load<u64>(at);
      const low = word & ~HIGHS;
      const capitals = (low + ONES * (0x80 - 0x41)) & ~(low + ONES * (0x80 - 0x5b)) & ~word;
      const smalls = (low + ONES * (0x80 - 0x61)) & ~(low + ONES * (0x80 - 0x7b)) & ~word;
      const digits = (low + ONES * (0x80 - 0x30)) & ~(low + ONES * (0x80 - 0x3a)) & ~word;
      const letters = capitals | smalls | digits;
      const turns = (((smalls | digits) << 8) & capitals) | ((capitals << 8) & digits);
      const sign = word ^ (ONES * 0x3d);
      // In words of three, as far as they are within these eight bytes.
      found = ((turns & ((letters >> 8) | (letters << 16) | 0x8000000000008000)) | ((sign - ONES) & ~sign & (letters << 8) & (letters << 16))) & HIGHS;
      if (found != 0) break;
      // The last two bytes may be the first of three.
      at += 6;
    }
    if (found == 0) return last;
    at += <usize>ctz(found) >> 3;
    if (at >= last) return last;
    const before = <usize>clz(wordBits(load<u64>(at - 8)) ^ HIGHS) >> 3;
    const after = <usize>ctz((wordBits(load<u64>(at)) ^ HIGHS) | 0x8000000000000000) >> 3;
    // Of ASCII six bits are those of a sign; of what is beyond it, those of a first byte.
    const first = <u32>load<u8>(at - before);
    const size = before + after + <usize>(load<u8>(at + after) == 0x3d);
    if (size >= ENCODED_MIN && (before == 8 || first - 0x49 < 0x1e || (size >= WIDE_ENCODED_MIN && first - 0x77 < 4) || (size >= WIDE_ENCODED_MIN && first - 0x30 < 8))) return at;
    at += max<usize>(after, 1);
  }
  return last;
}

/** How many letters and digits stand before `at`: up to eight. */
// @ts-ignore: decorator
@inline
export function lettersBefore(at: usize): u32 {
  return <u32>clz(wordBits(load<u64>(at - 8)) ^ HIGHS) >> 3;
}
