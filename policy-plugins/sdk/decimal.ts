import { Value } from "./value";

// Numbers are compared as written, digit by digit: exact for any size and any exponent. Floats are not
// available to a policy (their NaN bits differ between engines), nor would 0.1 be exact in them.

/** A number as 0.d1d2d3... times ten to the `exponent`, with d1 not 0; zero has sign 0. */
class Decimal {
  sign: i32 = 0;
  exponent: i64 = 0;
  /** Where d1 stands; the digits go on to `end`, with perhaps a point among them. */
  digits: usize = 0;
  end: usize = 0;
}

// An exponent of more digits than any input holds cannot be told apart from this one.
const EXPONENT_MAX: i64 = 1_000_000_000_000;

/** Below 0, 0 or above 0, as `a` is less than, equal to, or greater than `b`. Both must be numbers. */
export function compareNumbers(a: Value, b: Value): i32 {
  assert(a.isNumber && b.isNumber, "compareNumbers: not a number");
  const left = read(a.start, a.end);
  const right = read(b.start, b.end);
  if (left.sign != right.sign) return left.sign - right.sign;
  return left.sign * compareMagnitudes(left, right);
}

function read(start: usize, end: usize): Decimal {
  const decimal = new Decimal();
  const negative = load<u8>(start) == 0x2d;
  let places: i64 = 0; // digits from d1 up to the point, or minus the zeros between the point and d1
  let inFraction = false;
  let at = negative ? start + 1 : start;
  for (; at < end; at++) {
    const byte = load<u8>(at);
    if ((byte | 0x20) == 0x65) break;
    if (byte == 0x2e) {
      inFraction = true;
    } else if (decimal.digits == 0 && byte == 0x30) {
      if (inFraction) places--;
    } else {
      if (decimal.digits == 0) decimal.digits = at;
      if (!inFraction) places++;
    }
  }
  if (decimal.digits == 0) return decimal;
  decimal.sign = negative ? -1 : 1;
  decimal.end = at;
  decimal.exponent = places + (at < end ? readExponent(at + 1, end) : 0);
  return decimal;
}

function readExponent(at: usize, end: usize): i64 {
  const negative = load<u8>(at) == 0x2d;
  let exponent: i64 = 0;
  for (; at < end; at++) {
    const byte = load<u8>(at);
    if (byte == 0x2b || byte == 0x2d) continue;
    exponent = min(exponent * 10 + <i64>(byte - 0x30), EXPONENT_MAX);
  }
  return negative ? -exponent : exponent;
}

function compareMagnitudes(left: Decimal, right: Decimal): i32 {
  if (left.exponent != right.exponent) return left.exponent < right.exponent ? -1 : 1;
  let a = left.digits;
  let b = right.digits;
  while (a < left.end || b < right.end) {
    if (a < left.end && load<u8>(a) == 0x2e) a++;
    if (b < right.end && load<u8>(b) == 0x2e) b++;
    // Past its end a number goes on in zeros.
    const digit = a < left.end ? load<u8>(a++) : 0x30;
    const other = b < right.end ? load<u8>(b++) : 0x30;
    if (digit != other) return digit < other ? -1 : 1;
  }
  return 0;
}
