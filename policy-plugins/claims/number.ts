// Numbers as people write them: 1299, 1,299.99, 1.299,99, 1 299,99, 1'299, 1,00,000, 1e3, 5k, 3m, 1/3. All in hundredths,
// what is smaller cut off; so that two amounts are the same when their integers are.

/** Above all prices; keeps every product in 64 bits. */
export const HUNDREDTHS_MAX: i64 = 1_000_000_000_000_000;

/** Groups and digits beyond these make an identifier, not an amount; they are passed over all the same. */
const GROUP_DIGITS_MAX: i32 = 3;

export let numberEnd: usize = 0;
export let hundredths: i64 = 0;
/** One separator and three digits after it: 1.299 may be a thousand of something, and 7.125 percent are seven. */
export let isAmbiguous: bool = false;
/** One divided by another: `hundredths` is then that of a hundred, such as 3333 of 1/3. */
export let isFraction: bool = false;

// @ts-ignore: decorator
@inline
export function isDigit(byte: u32): bool {
  return byte - 0x30 < 10;
}

// @ts-ignore: decorator
@inline
function isLetter(byte: u32): bool {
  return byte - 0x61 < 26;
}

/** Reads the number whose first digit is at an address; sets what is exported here. */
// @ts-ignore: decorator
@inline
export function readNumber(start: usize): void {
  let at = start;
  let whole: i64 = 0;
  for (let digit = <u32>load<u8>(at) - 0x30; digit < 10; digit = <u32>load<u8>(at) - 0x30) {
    whole = min(whole * 10 + digit, HUNDREDTHS_MAX);
    at++;
  }
  isFraction = false;
  isAmbiguous = false;
  const next = <u32>load<u8>(at);
  // After a blank a group of three may follow: two digits are enough to look closer.
  if ((next > LAST_PLAIN_SIGN && next - 0x3a >= PLAIN_SIGNS) || (next == 0x20 && isDigit(load<u8>(at, 1)) && isDigit(load<u8>(at, 2)))) return readOn(start, at, whole);
  numberEnd = at;
  hundredths = min(whole, HUNDREDTHS_MAX / 100) * 100;
}

/** A number that its first digits may not be all of. */
function readOn(start: usize, first: usize, digits: i64): void {
  let at = first;
  let whole = digits;
  let places: i32 = -1; // of the fraction so far; -1: before its separator
  let fraction: i64 = 0;
  let grouping: u32 = 0;
  let groups = 0;
  for (;;) {
    const digit = <u32>load<u8>(at) - 0x30;
    if (digit < 10) {
      if (places < 0) whole = min(whole * 10 + digit, HUNDREDTHS_MAX);
      else if (places++ < 2) fraction = fraction * 10 + digit;
      at++;
      continue;
    }
    const separator = <u32>load<u8>(at);
    if (places >= 0 || !isDigit(load<u8>(at, 1)) || !isSeparator(separator)) break;
    const size = groupSize(at + 1);
    if (isGroup(start, at, separator, grouping, size)) {
      grouping = separator;
      groups++;
    } else if (separator == 0x2e || separator == 0x2c) {
      if (separator == grouping) break;
      places = 0;
    } else break;
    at++;
  }
  if (places == 1) fraction *= 10;
  numberEnd = at;
  hundredths = min(min(whole, HUNDREDTHS_MAX / 100) * 100 + fraction, HUNDREDTHS_MAX);
  isAmbiguous = places < 0 && groups == 1 && (grouping == 0x2e || grouping == 0x2c);
  const next = <u32>load<u8>(at);
  if (isLetter(next)) readSuffix(at);
  else if (next > LAST_PLAIN_SIGN && places < 0 && grouping == 0) readQuotient(start, at, whole);
}

/** From the colon up to what comes before the underscore: neither do these go on. */
const PLAIN_SIGNS: u32 = 0x25;
/** The percent sign; what comes up to it in ASCII ends a number for good. */
const LAST_PLAIN_SIGN: u32 = 0x25;

/** A point, a comma, a space, an apostrophe, an underscore. */
function isSeparator(byte: u32): bool {
  return byte == 0x2e || byte == 0x2c || byte == 0x20 || byte == 0x27 || byte == 0x5f;
}

/** Digits from an address on, but no more than make a difference. */
function groupSize(at: usize): i32 {
  let size = 0;
  while (size <= GROUP_DIGITS_MAX && isDigit(load<u8>(at + <usize>size))) size++;
  return size;
}

/**
 * Whether a separator stands between groups of digits: three after it, or two where more follow,
 * as in 1,00,000. One digit up to three before the first; 0.125 is a fraction, and 12 345 678 are one number, 2024 300 two.
 */
function isGroup(start: usize, at: usize, separator: u32, grouping: u32, size: i32): bool {
  if (grouping != 0 && separator != grouping) return false;
  if (grouping == 0 && (at - start > <usize>GROUP_DIGITS_MAX || load<u8>(start) == 0x30)) return false;
  if (size == 3) return true;
  return size == 2 && separator == 0x2c && load<u8>(at + 3) == 0x2c && isLakh(at + 4);
}

/** Three digits, or two and a comma and three. */
function isLakh(at: usize): bool {
  const size = groupSize(at);
  return size == 3 || (size == 2 && load<u8>(at + 2) == 0x2c && groupSize(at + 3) == 3);
}

/** `1/3`, with a slash or the fraction slash that the vulgar fractions fold to. */
function readQuotient(start: usize, slash: usize, dividend: i64): void {
  let at = slash;
  if (load<u8>(at) == 0x2f) at++;
  else if ((load<u32>(at) & 0xffffff) == 0x8481e2) at += 3;
  else return;
  const divisor = <i64>load<u8>(at) - 0x30;
  const next = <u32>load<u8>(at, 1);
  if (divisor < 2 || divisor > 9 || dividend < 1 || dividend >= divisor) return;
  if (isDigit(next) || next == 0x2f || load<u8>(start - 1) == 0x2f) return;
  isFraction = true;
  hundredths = 100_00 * dividend / divisor;
  numberEnd = at + 1;
}

/** `5k`, `3m`, `2bn`, `1e3`: letters right behind the digits that end there. */
function readSuffix(at: usize): void {
  const first = <u32>load<u8>(at);
  const second = <u32>load<u8>(at, 1);
  if (first == 0x65 && isDigit(second)) return readExponent(at);
  const size: usize = isLetter(second) ? 2 : 1;
  const next = <u32>load<u8>(at + size);
  if (isLetter(next) || isDigit(next)) return;
  if (first == 0x6b && size == 1) hundredths = scaled(hundredths, 1_000);
  else if (first == 0x6d && (size == 1 || second == 0x6d || second == 0x6e)) hundredths = scaled(hundredths, 1_000_000);
  else if (first == 0x62 && (size == 1 || second == 0x6e)) hundredths = scaled(hundredths, 1_000_000_000);
  else return;
  numberEnd = at + size;
}

function readExponent(letter: usize): void {
  const digit = <i32>load<u8>(letter, 1) - 0x30;
  const next = <u32>load<u8>(letter, 2);
  if (isDigit(next) || isLetter(next)) return;
  for (let i = 0; i < digit; i++) hundredths = scaled(hundredths, 10);
  numberEnd = letter + 2;
}

/** Inlined, so that the limit of a scale known beforehand is no division. */
// @ts-ignore: decorator
@inline
export function scaled(value: i64, by: i64): i64 {
  return value > HUNDREDTHS_MAX / by ? HUNDREDTHS_MAX : value * by;
}
