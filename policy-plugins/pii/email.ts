import { isNamed } from "./context";
import { bit, E, Word } from "./entities";
import { report } from "./report";
import { isOn, thresholdOf } from "./settings";
import { at, isAlnum, isLetter } from "./text";

export const SCORE: i32 = 90;
const LOCAL_BYTES_MAX: i32 = 64;
const DOMAIN_BYTES_MAX: i32 = 253;

/** At an @: the address around it. Returns where to go on. */
export function emailAt(sign: i32): i32 {
  if (!isOn(E.EMAIL_ADDRESS) || SCORE < thresholdOf(E.EMAIL_ADDRESS)) return sign + 1;
  const end = domainEnd(sign + 1);
  if (end < 0) return sign + 1;
  let start = sign;
  while (start > 0 && sign - start < LOCAL_BYTES_MAX && isLocal(at(start - 1))) start--;
  if (start == sign && at(sign - 1) == 0x22) start = quotedStart(sign);
  while (at(start) == 0x2e && start < sign) start++;
  if (start == sign || at(sign - 1) == 0x2e) return end;
  // Whom a message goes to is not what it says.
  if (isNamed(start, bit(Word.ENVELOPE))) return end;
  report(E.EMAIL_ADDRESS, start, end, SCORE);
  return end;
}

/** Where the quoted string before an @ begins (RFC 5322, section 3.4.1); `sign`: there is none. */
function quotedStart(sign: i32): i32 {
  let letters = 0;
  let i = sign - 2;
  while (sign - i < LOCAL_BYTES_MAX && at(i) != 0x22 && at(i) >= 0x20) {
    if (isAlnum(at(i))) letters++;
    i--;
  }
  const before = at(i - 1);
  const isFirst = before <= 0x20 || before == 0x3c || before == 0x28 || before == 0x3a;
  return at(i) == 0x22 && letters > 0 && isFirst ? i : sign;
}

/** Letters, digits and the signs that addresses in use have: of RFC 5322's `atext` not the quotes and brackets of prose. */
export function isLocal(byte: u32): bool {
  return isAlnum(byte) || byte == 0x2e || byte == 0x5f || byte == 0x2d || byte == 0x2b || byte == 0x25 || byte == 0x26 ||
    byte == 0x7e || byte >= 0x80;
}

/** Where a domain of two labels or more, the last of letters, ends; -1: there is none. */
function domainEnd(from: i32): i32 {
  let i = from;
  let label = from;
  let end = -1;
  while (i - from < DOMAIN_BYTES_MAX) {
    const byte = at(i);
    if (isAlnum(byte) || byte == 0x2d || byte >= 0x80) {
      i++;
      continue;
    }
    if (i == label) break;
    if (label > from && i - label >= 2 && (isLetter(at(label)) || at(label) >= 0x80)) end = i;
    if (byte != 0x2e) break;
    i++;
    label = i;
  }
  while (end > from && at(end - 1) == 0x2d) end--;
  return end;
}
