import { E } from "./entities";
import { report } from "./report";
import { Joint } from "./joints";
import { hasRun, jointOf, numberIn, runEnd, runStart, sizeOf } from "./runs";
import { isOn, thresholdOf } from "./settings";
import { at, isAlnum, isDigit } from "./text";

const IPV4: i32 = 60;
const IPV6: i32 = 75;
const MAC: i32 = 75;

/** Four numbers up to 255 with dots between them. */
export function ipFrom(first: i32): i32 {
  if (!isOn(E.IP_ADDRESS) || jointOf(first + 1) != Joint.DOT || !hasRun(first + 3)) return -1;
  const last = first + 3;
  for (let index = first; index <= last; index++) {
    if (sizeOf(index) > 3 || numberIn(index) > 255) return -1;
    if (index > first && jointOf(index) != Joint.DOT) return -1;
  }
  if (hasRun(last + 1) && jointOf(last + 1) == Joint.DOT) return -1;
  if (IPV4 >= thresholdOf(E.IP_ADDRESS)) report(E.IP_ADDRESS, runStart(first), runEnd(last), IPV4);
  return last;
}

function isHex(byte: u32): bool {
  return isDigit(byte) || byte - 0x61 < 6;
}

/** At a colon: the MAC or IPv6 address that it is the first of. Returns where to go on. */
export function colonAt(colon: i32): i32 {
  let start = colon;
  while (colon - start < 5 && isHex(at(start - 1))) start--;
  if (isAlnum(at(start - 1)) || at(start - 1) == 0x3a) return colon + 1;
  if (colon - start == 2) {
    const end = macFrom(start, 0x3a);
    if (end > 0) return end;
  }
  return colon - start <= 4 && isOn(E.IP_ADDRESS) ? ipv6From(start, colon) : colon + 1;
}

/** Six pairs of hexadecimal digits; where they end, or -1. */
export function macFrom(start: i32, separator: u32): i32 {
  const end = start + 17;
  // Of a longer row of pairs none is one.
  if (isAlnum(at(end)) || at(end) == separator || at(start - 1) == separator) return -1;
  return unchecked(pairs[0])(start, separator);
}

function pairsFrom(start: i32, separator: u32): i32 {
  if (!isOn(E.MAC_ADDRESS) || MAC < thresholdOf(E.MAC_ADDRESS)) return -1;
  for (let i = 0; i < 17; i++) {
    const byte = at(start + i);
    if (i % 3 == 2 ? byte != separator : !isHex(byte)) return -1;
  }
  const end = start + 17;
  report(E.MAC_ADDRESS, start, end, MAC);
  return end;
}

/** At a pair of hexadecimal digits with a hyphen beside it: the address that it is part of; where it ends, or -1. */
export function hyphenedMacAt(pair: i32): i32 {
  let start = pair;
  while (pair - start < 15 && at(start - 1) == 0x2d && isHex(at(start - 2)) && isHex(at(start - 3))) start -= 3;
  return macFrom(start, 0x2d);
}

const DOTTED_BYTES: i32 = 14;

/** Three groups of four hexadecimal digits, a letter among them: `001b.4411.3ab7`. */
export function dottedMacAt(start: i32): i32 {
  if (!isOn(E.MAC_ADDRESS) || MAC < thresholdOf(E.MAC_ADDRESS)) return -1;
  let letters = 0;
  for (let i = 0; i < DOTTED_BYTES; i++) {
    const byte = at(start + i);
    if (i % 5 == 4 ? byte != 0x2e : !isHex(byte)) return -1;
    if (byte >= 0x61) letters++;
  }
  const end = start + DOTTED_BYTES;
  if (letters == 0 || isAlnum(at(end)) || at(start - 1) == 0x2e || isAlnum(at(start - 1))) return -1;
  report(E.MAC_ADDRESS, start, end, MAC);
  return end;
}

const GROUPS: i32 = 8;

/** Eight groups of hexadecimal digits, or fewer and one double colon (RFC 4291, section 2.2). */
function ipv6From(start: i32, colon: i32): i32 {
  let i = start;
  let groups = 0;
  let gap = false;
  if (start == colon) {
    if (at(colon + 1) != 0x3a) return colon + 1;
    gap = true;
    i = colon + 2;
  }
  while (groups < GROUPS) {
    const from = i;
    while (i - from < 5 && isHex(at(i))) i++;
    if (i == from) break;
    if (i - from > 4) return i;
    groups++;
    if (at(i) == 0x2e && groups > 1) break; // an IPv4 address ends it
    if (at(i) != 0x3a) break;
    if (at(i + 1) == 0x3a) {
      if (gap) return i;
      gap = true;
      i += 2;
    } else if (isHex(at(i + 1))) i++;
    else break;
  }
  const whole = !isAlnum(at(i)) && (at(i) != 0x3a || !isAlnum(at(i + 1)));
  const fits = gap ? groups >= 2 && groups < GROUPS : groups == GROUPS;
  if (!whole || !fits || IPV6 < thresholdOf(E.IP_ADDRESS)) return max(i, colon + 1);
  report(E.IP_ADDRESS, start, i, IPV6);
  return max(i, colon + 1);
}

/** In a table, so that what ends it is not charged for it. */
const pairs: StaticArray<(start: i32, separator: u32) => i32> = [pairsFrom];
