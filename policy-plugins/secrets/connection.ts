import { Class } from "./tables";
import { byteAt, folded, foldedAt, isOf, runEnd } from "./text";
import { hasDigit, isPlaceholder } from "./randomness";

// Passwords in addresses (`postgres://ann:secret@db.internal/crm`), and in lists of settings for a driver
// (`Server=db;Uid=ann;Pwd=secret`).

const SCHEME_MAX: i32 = 24;
const USERINFO_MAX: i32 = 320;

/** Of the address last looked at by `passwordInUrl`. */
export let urlStart: i32 = 0;
export let urlEnd: i32 = 0;

/** Whether the address whose `://` stands at `at` holds a password. */
export function hasPassword(at: i32): bool {
  const from = at + 3;
  const end = runEnd(Class.AUTHORITY, from);
  let host = -1;
  let colon = -1;
  for (let next = from; next < min(end, from + USERINFO_MAX); next++) {
    const byte = byteAt(next);
    if (byte == 0x40) host = next;
    else if (byte == 0x3a && colon < 0) colon = next;
  }
  if (host < 0 || colon < 0 || colon > host) return false;
  urlStart = schemeStart(at);
  urlEnd = addressEnd(end);
  return urlStart < at && !isStandIn(from, colon, host, end);
}

function schemeStart(at: i32): i32 {
  let start = at;
  while (at - start < SCHEME_MAX && (isOf(byteAt(start - 1), Class.HYPHEN36) || byteAt(start - 1) == 0x2b)) start--;
  return start;
}

/** With the path and query: they name the database. */
function addressEnd(end: i32): i32 {
  const byte = byteAt(end);
  const rest = byte == 0x2f || byte == 0x3f ? runEnd(Class.PRINTABLE, end) : end;
  let last = min(rest, end + USERINFO_MAX);
  while (last > end && (byteAt(last - 1) == 0x2e || byteAt(last - 1) == 0x2c || byteAt(last - 1) == 0x29)) last--;
  return last;
}

/** `user:password@`, `${USER}:${PASS}@`, `:***@`, and a port or an address after a colon: nobody's password. */
function isStandIn(user: i32, colon: i32, host: i32, end: i32): bool {
  const start = colon + 1;
  const size = host - start;
  if (size < 1) return true;
  const first = byteAt(start);
  if (first == 0x24 || first == 0x7b || first == 0x5b || (first == 0x25 && !isOf(byteAt(start + 1), Class.HEXANY))) {
    return true;
  }
  if (first == 0x26 && load<u32>(folded + start) == 0x3b746c26) return true; // &lt;
  if (isPlaceholder(start, host) || first == 0x2a || first == 0x2e) return true;
  if (isHidden(start, host)) return true;
  if (hasDigit(start, host)) return false;
  const four = load<u32>(folded + start);
  // `pass`, `password`, `passwd`, `pw`, `pwd`, `secret`
  if (four == 0x73736170 && size <= 8 || four == 0x72636573 && size == 6 || size <= 3 && foldedAt(start) == 0x70) return true;
  // `postgres:postgres@localhost`, `guest:guest@127.0.0.1`: what everybody has on their own machine
  return isLocal(host + 1) && size == colon - user && memory.compare(folded + user, folded + start, size) == 0;
}

/** All the same character: `xxx`, `•••`. */
function isHidden(start: i32, end: i32): bool {
  for (let at = start + 1; at < end; at++) if (foldedAt(at) != foldedAt(start)) return false;
  return end - start > 1;
}

/** localhost, or 127... */
function isLocal(at: i32): bool {
  const four = load<u32>(folded + at);
  return four == 0x61636f6c || four == 0x2e373231;
}

/** Where `user:password` begins before an at sign; -1: there is none. */
export function userStartOf(at: i32): i32 {
  let colon = -1;
  let start = at;
  for (; at - start < USERINFO_MAX && isOf(byteAt(start - 1), Class.AUTHORITY); start--) if (byteAt(start - 1) == 0x3a) colon = start - 1;
  return colon < 0 || isStandIn(start, colon, at, at) ? -1 : start;
}

/** The end of `user/password@` of an Oracle address, which begins at `at`; -1: there is no password. */
export function thinEnd(at: i32): i32 {
  const user = runEnd(Class.WORD, at);
  if (user == at || byteAt(user) != 0x2f) return -1;
  const end = runEnd(Class.AUTHORITY, user + 1);
  for (let next = user + 2; next < min(end, user + USERINFO_MAX); next++) {
    if (byteAt(next) == 0x40) return isPlaceholder(user + 1, next) ? -1 : addressEnd(end);
  }
  return -1;
}
