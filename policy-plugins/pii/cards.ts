import { digits, isAllSame, isLuhn, valueOf } from "./checks";
import { E } from "./entities";
import { isWhole } from "./numbers";
import { mayBe, report } from "./report";
import { Joint } from "./joints";
import { copyRuns, hasRun, jointOf, onceOf, runEnd, runStart, sizeOf, twiceOf } from "./runs";
import { isOn, thresholdOf } from "./settings";
import { at, isDigit } from "./text";

// Payment card numbers: 13 to 19 digits, a known scheme, and Luhn's check digit.

const DIGITS_MIN: i32 = 13;
const DIGITS_MAX: i32 = 19;
/** No scheme prints later groups of fewer digits, but for the last: keeps lists of small numbers out. */
const LATER_GROUP_MIN: i32 = 3;
const CHECKED: i32 = 100;
/** In groups that no card has. */
const UNUSUAL: i32 = 45;

/** The last run of the longest card number that begins with run `first`; -1: none does. */
export function cardFrom(first: i32): i32 {
  if (!isOn(E.CREDIT_CARD) || CHECKED < thresholdOf(E.CREDIT_CARD)) return -1;
  let count = sizeOf(first);
  let last = first;
  let found = -1;
  let once = onceOf(first);
  let twice = twiceOf(first);
  while (hasRun(last + 1)) {
    last++;
    const joint = jointOf(last);
    const size = sizeOf(last);
    count += size;
    if (joint > Joint.LINE) break;
    if (count > DIGITS_MAX) break;
    const before = (size & 1) == 0 ? once : twice;
    twice = ((size & 1) == 0 ? twice : once) + twiceOf(last);
    once = before + onceOf(last);
    if (count >= DIGITS_MIN && once % 10 == 0 && hasScheme(prefixAt(runStart(first)), count) && isWhole(first, last)) found = last;
    if (size < LATER_GROUP_MIN) break;
  }
  if (found < 0 || isOneDigit(first, found)) return -1;
  const start = runStart(first);
  const end = runEnd(found);
  // Numbers below each other are mostly a list, so that nothing may stand before or behind such a card.
  if (linesIn(first, found) > 1 && (first > 0 || hasRun(found + 1) || !isPrinted(first, found)) && !mayBe(E.CREDIT_CARD, start, end, UNUSUAL, CHECKED)) return -1;
  if (!isPrinted(first, found) && !mayBe(E.CREDIT_CARD, start, end, UNUSUAL, CHECKED)) return -1;
  report(E.CREDIT_CARD, start, end, CHECKED);
  return found;
}

function linesIn(first: i32, last: i32): i32 {
  let lines = 0;
  for (let index = first + 1; index <= last; index++) if (jointOf(index) == Joint.LINE) lines++;
  return lines;
}

/** Groups of four, the last of four or fewer; or four, six and the rest. */
function isPrinted(first: i32, last: i32): bool {
  if (sizeOf(first) != 4) return false;
  if (last - first == 2 && sizeOf(first + 1) == 6) return true;
  for (let index = first + 1; index < last; index++) if (sizeOf(index) != 4) return false;
  return last - first >= 3 && sizeOf(last) <= 4;
}

/** Whether the digits that were copied are a card's number. */
export function isCardNumber(count: i32): bool {
  return hasScheme(<i32>valueOf(0, 4), count) && isLuhn(0, count) && !isAllSame(0, count);
}

function isOneDigit(first: i32, last: i32): bool {
  return isAllSame(0, copyRuns(first, last));
}

function prefixAt(start: i32): i32 {
  let value = 0;
  for (let i = start; i < start + 4; i++) value = value * 10 + <i32>(at(i) - 0x30);
  return value;
}

/** The issuer ranges of ISO/IEC 7812 that schemes publish, by the first four digits, with their lengths. */
function hasScheme(prefix: i32, count: i32): bool {
  if (count < DIGITS_MIN) return false;
  const two = prefix / 100;
  const three = prefix / 10;
  if (prefix >= 4000 && prefix < 5000) return count == 13 || count == 16 || count == 19; // Visa
  if ((two >= 51 && two <= 55) || (prefix >= 2221 && prefix <= 2720)) return count == 16; // Mastercard
  if (two == 34 || two == 37) return count == 15; // American Express
  if (prefix == 6011 || (three >= 644 && three <= 659)) return count >= 16; // Discover
  if (prefix >= 3528 && prefix <= 3589) return count >= 16; // JCB
  if ((three >= 300 && three <= 305) || prefix == 3095 || two == 36 || two == 38 || two == 39) return count == 14 || count == 16 || count == 19; // Diners
  if (two == 62 || (prefix >= 8100 && prefix <= 8171)) return count >= 16; // UnionPay
  if (prefix >= 2200 && prefix <= 2204) return count >= 16; // Mir
  if (prefix == 6521 || prefix == 6522 || three == 508 || two == 60) return count == 16; // RuPay
  if (prefix == 1800 || prefix == 2131) return count == 15; // JCB's older ones
  if (prefix == 9792 || prefix == 2205 || prefix == 8600 || prefix == 9860 || prefix == 9704) return count == 16; // Troy, Borica, Uzcard, Humo, Napas
  return isMaestro(prefix) || (count == 16 && isOfOneCountry(prefix));
}

/** Elo of Brazil, Verve of Nigeria, Dankort, Meeza of Egypt, Bankcard, InterPayment and InstaPayment. */
function isOfOneCountry(prefix: i32): bool {
  return prefix == 5041 || prefix == 5067 || prefix == 5090 || prefix == 6277 || prefix == 6362 || prefix == 6363 || prefix == 5061 ||
    prefix == 5019 || prefix == 5078 || prefix == 5610 || (prefix >= 6360 && prefix <= 6399);
}

function isMaestro(prefix: i32): bool {
  return prefix == 5018 || prefix == 6706 || prefix == 6709 || prefix == 6771 || prefix == 6767 || prefix == 6334 || prefix == 5020 || prefix == 5038 || prefix == 5893 || prefix == 6304 ||
    prefix == 6759 || prefix == 6761 || prefix == 6762 || prefix == 6763;
}

/** Year and month. */
const EXPIRY_DIGITS: i32 = 4;

/**
 * Of a card's magnetic tracks (ISO/IEC 7813), `%B4111111111111111^NAME/FIRST^2512...` and `4111111111111111D2512...`:
 * `end` where the digits up to it are the number of one; else -1.
 */
export function trackAt(first: i32, end: i32): i32 {
  const isFirstTrack = at(first - 1) == 0x62 && at(end) == 0x5e;
  const isSecondTrack = at(end) == 0x64 && isExpiry(end + 1);
  const count = end - first;
  if ((!isFirstTrack && !isSecondTrack) || count > DIGITS_MAX || !isOn(E.CREDIT_CARD) || CHECKED < thresholdOf(E.CREDIT_CARD)) return -1;
  for (let i = first; i < end; i++) store<u8>(digits + <usize>(i - first), <u8>(at(i) - 0x30));
  if (!isCardNumber(count)) return -1;
  report(E.CREDIT_CARD, first, end, CHECKED);
  return end;
}

function isExpiry(start: i32): bool {
  for (let i = start; i < start + EXPIRY_DIGITS; i++) if (!isDigit(at(i))) return false;
  const month = (at(start + 2) - 0x30) * 10 + at(start + 3) - 0x30;
  return month >= 1 && month <= 12;
}
