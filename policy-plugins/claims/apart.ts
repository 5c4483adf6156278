import { isDigit } from "./number";

// Numbers whose digits somebody put the same sign between, as between them and what they are of: `$*1*9`, `$.1.2.0`, `2/9/%`,
// and `$ 4 5 0`. A list has longer ones: `$ 5 10 15`.

const DIGITS_MIN: i32 = 2;
const DIGITS_MAX: i32 = 9;
/** Blanks part numbers as well; so many digits, each by itself, are one. */
const SPACED_DIGITS_MIN: i32 = 3;
const BLANK: u8 = 0x20;

/** The number read last, in hundredths, and where its last digit ends. */
export let apartHundredths: i64 = 0;
export let apartEnd: usize = 0;

/** Where the digits begin of which the last one has one sign between it and `at`; 0: there are not two of them. */
export function beginningOfApart(at: usize): usize {
  const sign = load<u8>(at - 1);
  let first = at - 2;
  let count = 1;
  while (count <= DIGITS_MAX && load<u8>(first - 1) == sign && isDigit(load<u8>(first - 2))) {
    first -= 2;
    count++;
  }
  return count < DIGITS_MIN || isDigit(load<u8>(first - 1)) ? 0 : first;
}

/** Whether a digit stands at `first` and others behind it with the same sign before each. `start`: where the whole begins. */
export function readApart(first: usize, start: usize): bool {
  const sign = load<u8>(first, 1);
  let value: i64 = 0;
  let count = 0;
  let at = first - 1;
  do {
    value = value * 10 + load<u8>(at, 1) - 0x30;
    at += 2;
    count++;
  } while (count < DIGITS_MAX && load<u8>(at) == sign && isDigit(load<u8>(at, 1)));
  if (count < DIGITS_MIN || isDigit(load<u8>(at)) || (load<u8>(at) == sign && isDigit(load<u8>(at, 1)))) return false;
  apartHundredths = value * 100;
  apartEnd = at;
  // Text with blanks between its letters has more of them between its words.
  return sign != BLANK || (load<u8>(start - 1) == BLANK && load<u8>(start - 2) == BLANK) || (count >= SPACED_DIGITS_MIN && first != start);
}

/** A sign of ASCII that is no letter, digit or line end. */
// @ts-ignore: decorator
@inline
function parts(byte: u32): bool {
  return byte - 0x20 < 0x60 && byte - 0x30 >= 10 && (byte | 0x20) - 0x61 >= 26;
}

// Each with one load, for every sign of money or percent asks both.

/** Whether digits may stand before `at` with the same sign behind each. */
// @ts-ignore: decorator
@inline
export function mayEndApart(at: usize): bool {
  const four = load<u32>(at - 4);
  return parts(four >> 24) && four >> 24 == ((four >> 8) & 0xff) && isDigit(four & 0xff) && isDigit((four >> 16) & 0xff);
}

/** Whether digits may stand from `at` on with the same sign before each. */
// @ts-ignore: decorator
@inline
export function mayBeginApart(at: usize): bool {
  const four = load<u32>(at);
  return parts(four & 0xff) && (four & 0xff) == ((four >> 16) & 0xff) && isDigit((four >> 8) & 0xff) && isDigit(four >> 24);
}
