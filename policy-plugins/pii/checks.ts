import { at, isLetter } from "./text";

// Check digits, over numbers that were copied out of the text: one byte for each digit, 0 to 9, or 10 to 35 for a letter.

/** Letters and digits of the candidate at hand, without separators. */
export const digits: usize = memory.data(64);

// @ts-ignore: decorator
@inline
export function digit(index: i32): i32 {
  return <i32>load<u8>(digits + <usize>index);
}

/** Luhn's check over digits `from` up to `to`, with `sum` to begin with. */
export function isLuhn(from: i32, to: i32, sum: i32 = 0): bool {
  let doubled = false;
  for (let i = to - 1; i >= from; i--) {
    const value = digit(i) << (doubled ? 1 : 0);
    sum += value > 9 ? value - 9 : value;
    doubled = !doubled;
  }
  return sum % 10 == 0;
}

/** The sum of digits `from` on, each times its weight; `weights` are single bytes, one for each. */
export function weighted(from: i32, weights: usize, count: i32): i32 {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += digit(from + i) * <i32>load<u8>(weights + <usize>i);
  return sum;
}

export function isAllSame(from: i32, to: i32): bool {
  for (let i = from + 1; i < to; i++) if (digit(i) != digit(from)) return false;
  return true;
}

/** The number that some digits spell; at most 18. */
export function valueOf(from: i32, count: i32): u64 {
  let value: u64 = 0;
  for (let i = from; i < from + count; i++) value = value * 10 + <u64>digit(i);
  return value;
}

const VERHOEFF_PRODUCT: usize = memory.data<u8>([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 0, 6, 7, 8, 9, 5, 2, 3, 4, 0, 1, 7, 8, 9, 5, 6, 3, 4, 0, 1, 2, 8, 9, 5, 6, 7,
  4, 0, 1, 2, 3, 9, 5, 6, 7, 8, 5, 9, 8, 7, 6, 0, 4, 3, 2, 1, 6, 5, 9, 8, 7, 1, 0, 4, 3, 2, 7, 6, 5, 9, 8, 2, 1, 0, 4, 3,
  8, 7, 6, 5, 9, 3, 2, 1, 0, 4, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0,
]);
const VERHOEFF_PERMUTATION: usize = memory.data<u8>([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 5, 7, 6, 2, 8, 3, 0, 9, 4, 5, 8, 0, 3, 7, 9, 6, 1, 4, 2, 8, 9, 1, 6, 0, 4, 3, 5, 2, 7,
  9, 4, 5, 3, 1, 2, 6, 8, 7, 0, 4, 2, 8, 6, 5, 7, 3, 9, 0, 1, 2, 7, 9, 3, 8, 0, 6, 4, 1, 5, 7, 0, 4, 6, 9, 1, 3, 2, 5, 8,
]);

export function isVerhoeff(count: i32): bool {
  let check = 0;
  for (let i = 0; i < count; i++) {
    const moved = load<u8>(VERHOEFF_PERMUTATION + <usize>((i & 7) * 10 + digit(count - 1 - i)));
    check = <i32>load<u8>(VERHOEFF_PRODUCT + <usize>(check * 10 + <i32>moved));
  }
  return check == 0;
}

/** ISO 7064, MOD 11,10: all digits, the last of which is the check. */
export function isMod1110(count: i32): bool {
  let product = 10;
  for (let i = 0; i < count - 1; i++) {
    let sum = (digit(i) + product) % 10;
    if (sum == 0) sum = 10;
    product = (sum * 2) % 11;
  }
  return (11 - product) % 10 == digit(count - 1);
}

/** ISO 7064, MOD 97-10, of an IBAN: letters count as two digits, and the first four characters come last. */
export function isMod97(count: i32): bool {
  let rest: u32 = 0;
  for (let i = 0; i < count; i++) {
    const value = <u32>digit(i + 4 < count ? i + 4 : i + 4 - count);
    rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
  }
  return rest == 1;
}

export function isDayOf(month: i32, day: i32): bool {
  return month >= 1 && month <= 12 && day >= 1 && day <= (month == 2 ? 29 : 30 + ((month + (month >> 3)) & 1));
}

/** Copies a word of at most 32 letters and digits, and returns which of them are letters: bit 0 the first. */
export function copyWord(from: i32, size: i32, to: i32 = 0): u32 {
  let letters: u32 = 0;
  for (let i = 0; i < size; i++) {
    const byte = at(from + i);
    const letter = isLetter(byte);
    store<u8>(digits + <usize>(to + i), <u8>(letter ? byte - 0x57 : byte - 0x30));
    if (letter) letters |= <u32>1 << i;
  }
  return letters;
}
