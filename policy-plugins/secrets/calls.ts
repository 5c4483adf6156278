import { Link } from "./context";
import { Class } from "./tables";
import { byteAt, folded, runEnd } from "./text";
import { isMixed, isPassword, isSecret } from "./values";

// Passwords by their place in a call (`new mysqli("db", "shop", "x")`, `auth=("bot", "x")`), in a line of cookies
// (`Cookie: session=x`), and codes for who lost the second factor.

const CALL_MAX: i32 = 240;
const ARGUMENT_MIN: i32 = 6;

export let foundStart: i32 = 0;
let callSeen: i32 = 0;

/** The end of a password among a call's arguments, from behind its bracket: not the first, and mixed; -1: there is none. */
export function argumentEnd(from: i32): i32 {
  if (from < callSeen) return -1;
  const last = from + CALL_MAX;
  let count = 0;
  let at = from;
  for (; at < last; at++) {
    const byte = byteAt(at);
    if (byte == 0x29 || byte == 0x5d || byte == 0x7d || byte == 0x3b) break;
    if (byte != 0x22 && byte != 0x27 && byte != 0x60) continue;
    const end = runEnd(Class.PASSWORD, at + 1);
    if (byteAt(end) != byte) break;
    count++;
    if (count > 1 && isArgument(at + 1, end)) {
      foundStart = at + 1;
      callSeen = end;
      return end;
    }
    at = end;
  }
  callSeen = at;
  return -1;
}

function isArgument(start: i32, end: i32): bool {
  if (end - start < ARGUMENT_MIN || !isPassword(start, end, Link.EQUALS, false)) return false;
  for (let at = start; at < end; at++) if (byteAt(at) == 0x2f || byteAt(at) == 0x3a) return isSecret(start, end, true);
  return isMixed(start, end) && !isHost(start, end);
}

/** `db1.internal`, `10.0.0.7`: small letters and digits with dots between. */
function isHost(start: i32, end: i32): bool {
  let dots = 0;
  for (let at = start; at < end; at++) {
    const byte = byteAt(at);
    dots += <i32>(byte == 0x2e);
    if (byte != 0x2e && byte != 0x2d && byte - 0x30 >= 10 && byte - 0x61 >= 26) return false;
  }
  return dots > 0;
}

const COOKIES_MAX: i32 = 1024;
let cookiesSeen: i32 = 0;

/** The end of the first value among cookies that stands for who is logged in, by its name; -1: there is none. */
export function cookieEnd(from: i32): i32 {
  if (from < cookiesSeen) return -1;
  const last = from + COOKIES_MAX;
  let at = from;
  let isSession = false;
  while (at < last) {
    const byte = byteAt(at);
    if (byte == 0x0a) break;
    if (byte == 0x3b || byte == 0x20) isSession = false;
    const four = load<u32>(folded + at);
    if (four == SESS || four == AUTH || four == TOKE || four == LOGI || four == REME || four << 8 == SID << 8) isSession = true;
    if (byte == 0x3d && isSession) {
      const end = runEnd(Class.WIDE, at + 1);
      if (isSecret(at + 1, end, false)) {
        foundStart = at + 1;
        cookiesSeen = end;
        return end;
      }
      isSession = false;
    }
    at++;
  }
  cookiesSeen = at;
  return -1;
}

const SESS: u32 = 0x73736573;
const AUTH: u32 = 0x68747561;
const TOKE: u32 = 0x656b6f74;
const LOGI: u32 = 0x69676f6c;
const REME: u32 = 0x656d6572;
const SID: u32 = 0x646973;

const CODES_MAX: i32 = 400;
const CODE_MIN: i32 = 8;
const CODE_MAX: i32 = 24;
/** So many of one length, one after the other, are a list. */
const CODE_COUNT: i32 = 3;
let codesSeen: i32 = 0;

/** The end of the third of a list of codes that begins soon after `from`: all of one length, most with a digit; -1: there is none. */
export function codesEnd(from: i32): i32 {
  if (from < codesSeen) return -1;
  const last = from + CODES_MAX;
  let count = 0;
  let length = 0;
  let at = from;
  while (at < last) {
    if (byteAt(at) <= 0x20 || byteAt(at) == 0x2c) {
      at++;
      continue;
    }
    const end = runEnd(Class.HYPHENED, at);
    if (end == at) {
      at++;
      continue;
    }
    if (isCode(at, end)) {
      if (count == 0 || end - at != length) {
        count = 0;
        foundStart = at;
      }
      length = end - at;
      count++;
      if (count == CODE_COUNT) {
        codesSeen = end;
        return end;
      }
    } else if (end - at > 3) count = 0;
    at = end;
  }
  codesSeen = at;
  return -1;
}

function isCode(start: i32, end: i32): bool {
  if (end - start < CODE_MIN || end - start > CODE_MAX) return false;
  let digits = 0;
  for (let at = start; at < end; at++) digits += <i32>(byteAt(at) - 0x30 < 10);
  return digits > 0;
}
