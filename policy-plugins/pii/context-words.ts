import { Text, Value } from "../sdk/index";

// Nine digits alone may be anything: they count as a social security number only where a word says so, near
// them in the same text or in the name of the member that holds them.

/** How far on either side of the digits a word still counts, in UTF-16 code units. */
const REACH: i32 = 40;

/** How much of a name is looked at, from its end: a list of numbers would else read a huge name for each of them. */
const NAME_BYTES_MAX: i32 = 256;

/** Whether a word stands within reach of `start` to `end`, or in the name of the value that is scanned. */
export function hasSsnContext(text: Text, start: i32, end: i32): bool {
  if (mentions<u16>(text.units, text.length, max(0, start - REACH), min(text.length, end + REACH))) return true;
  let value: Value = text.value;
  // The elements of a list are named by the list.
  while (value.exists && !value.hasName) value = value.parent;
  const size = <i32>(value.nameEnd - value.nameStart);
  return value.exists && !text.isName && mentions<u8>(value.nameStart, size, max(0, size - NAME_BYTES_MAX), size);
}

/** Whether `ssn`, `ss#` or a form of `social security` stands within `from` to `to`. T: u8 bytes or u16 units. */
function mentions<T>(begin: usize, length: i32, from: i32, to: i32): bool {
  for (let i = from; i + 3 <= to; i++) {
    const first = at<T>(begin, length, i);
    if ((first | 0x20) != 0x73 || !beginsWord<T>(begin, length, i)) continue;
    const second = at<T>(begin, length, i + 1) | 0x20;
    if (second == 0x73 && endsSsn<T>(begin, length, i + 2)) return true;
    if (second == 0x6f && isSocialSecurity<T>(begin, length, i, to)) return true;
  }
  return false;
}

// @ts-ignore: decorator
@inline
function at<T>(begin: usize, length: i32, index: i32): u32 {
  return index >= 0 && index < length ? <u32>load<T>(begin + <usize>index * sizeof<T>()) : 0;
}

function isLetter(unit: u32): bool {
  return (unit | 0x20) - 0x61 < 26;
}

function isLower(unit: u32): bool {
  return unit - 0x61 < 26;
}

/** At a word's beginning, also one inside a name such as `customerSsn`; but not in `className`. */
function beginsWord<T>(begin: usize, length: i32, index: i32): bool {
  const before = at<T>(begin, length, index - 1);
  return !isLetter(before) || (isLower(before) && !isLower(at<T>(begin, length, index)));
}

/** After two letters s: an n that ends a word (`ssn`, `SSNs`, `ssnValue`), or a number sign. */
function endsSsn<T>(begin: usize, length: i32, index: i32): bool {
  const third = at<T>(begin, length, index);
  if (third == 0x23) return true;
  if ((third | 0x20) != 0x6e) return false;
  const next = at<T>(begin, length, index + 1);
  const afterNext = at<T>(begin, length, index + 2);
  if (!isLetter(next)) return true;
  if ((next | 0x20) == 0x73 && !isLetter(afterNext)) return true;
  return !isLower(next) && (isLower(third) || isLower(afterNext));
}

/** `soc` or `social`, at most three signs, then `sec`. */
function isSocialSecurity<T>(begin: usize, length: i32, index: i32, to: i32): bool {
  if ((at<T>(begin, length, index + 2) | 0x20) != 0x63) return false;
  let next = index + 3;
  const isLong = (at<T>(begin, length, next) | 0x20) == 0x69 && (at<T>(begin, length, next + 1) | 0x20) == 0x61 &&
    (at<T>(begin, length, next + 2) | 0x20) == 0x6c;
  if (isLong) next += 3;
  for (let signs = 0; signs < 3 && next < to && !isLetter(at<T>(begin, length, next)); signs++) next++;
  return next + 3 <= to && (at<T>(begin, length, next) | 0x20) == 0x73 &&
    (at<T>(begin, length, next + 1) | 0x20) == 0x65 && (at<T>(begin, length, next + 2) | 0x20) == 0x63;
}
