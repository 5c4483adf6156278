import { Text } from "../sdk/index";
import { digitsAt, groupCount, groupEnd, groupSize, groupStart, isDigit } from "./digit-groups";
import { isBlank, isHyphen } from "./separators";

// Payment card numbers: 13 to 19 digits, a known scheme, and Luhn's check digit.

const DIGITS_MIN: i32 = 13;
const DIGITS_MAX: i32 = 19;
/** No scheme prints a first group of fewer digits, nor later ones but the last: keeps lists of small numbers out. */
const FIRST_GROUP_MIN: i32 = 4;
const LATER_GROUP_MIN: i32 = 3;

/** The last group of the longest card number that begins with `group`; -1: none does. */
export function cardEnd(text: Text, group: i32): i32 {
  if (groupSize(group) < FIRST_GROUP_MIN) return -1;
  const start = groupStart(group);
  const prefix = digitsAt(text, start, 4);
  let digits = 0;
  let found = -1;
  for (let last = group; last < groupCount; last++) {
    if (last > group && !isJoined(text, last)) break;
    digits += groupSize(last);
    if (digits > DIGITS_MAX) break;
    if (digits >= DIGITS_MIN && hasScheme(prefix, digits) && isLuhn(text, start, groupEnd(last))) {
      found = last;
    }
    if (last > group && groupSize(last) < LATER_GROUP_MIN) break;
  }
  return found;
}

/** Whether a group follows the one before it after a single blank or hyphen. */
function isJoined(text: Text, group: i32): bool {
  const gap = groupEnd(group - 1);
  return groupStart(group) == gap + 1 && (isBlank(text.unit(gap)) || isHyphen(text.unit(gap)));
}

/** The issuer ranges of ISO/IEC 7812 that schemes publish, by the first four digits, with their lengths. */
function hasScheme(prefix: i32, digits: i32): bool {
  const two = prefix / 100;
  const three = prefix / 10;
  if (prefix >= 4000 && prefix < 5000) return digits == 13 || digits == 16 || digits == 19; // Visa
  if ((two >= 51 && two <= 55) || (prefix >= 2221 && prefix <= 2720)) return digits == 16; // Mastercard
  if (two == 34 || two == 37) return digits == 15; // American Express
  if (prefix == 6011 || (three >= 644 && three <= 659)) return digits >= 16; // Discover
  if (prefix >= 3528 && prefix <= 3589) return digits >= 16; // JCB
  if ((three >= 300 && three <= 305) || prefix == 3095 || two == 36 || two == 38 || two == 39) return digits >= 14; // Diners
  if (two == 62 || (prefix >= 8100 && prefix <= 8171)) return digits >= 16; // UnionPay
  return isMaestro(prefix); // of any length
}

function isMaestro(prefix: i32): bool {
  return prefix == 5018 || prefix == 5020 || prefix == 5038 || prefix == 5893 || prefix == 6304 ||
    prefix == 6759 || prefix == 6761 || prefix == 6762 || prefix == 6763;
}

/** Luhn's check over the digits between two places, and not all of them the same. */
function isLuhn(text: Text, start: i32, end: i32): bool {
  const first = text.unit(start);
  let varied = false;
  let doubled = false;
  let sum = 0;
  for (let i = end - 1; i >= start; i--) {
    const unit = text.unit(i);
    if (!isDigit(unit)) continue;
    varied = varied || unit != first;
    const digit = <i32>(unit - 0x30) << (doubled ? 1 : 0);
    sum += digit > 9 ? digit - 9 : digit;
    doubled = !doubled;
  }
  return varied && sum % 10 == 0;
}
