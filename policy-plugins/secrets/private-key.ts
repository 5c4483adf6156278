import { Class } from "./tables";
import { byteAt, folded, foldedAt, isOf, size } from "./text";

// Private keys: PEM of every kind (RFC 7468, PKCS #8 also encrypted, OpenSSH, PGP, SSH2) and PuTTY's files. A mention of
// the heading without a key below it is none.

const HEADING_MAX: i32 = 80;
/** Characters of base64 below the heading. */
const BODY_MIN: i32 = 40;
/** Of lines with headers of their own (`Proc-Type: 4,ENCRYPTED`) before the base64. */
const HEADERS_MAX: i32 = 400;

/** Where the heading begins that the word BEGIN at `at` belongs to; -1: it belongs to none. */
export function pemStart(at: i32): i32 {
  let start = at;
  while (byteAt(start - 1) == 0x20 || byteAt(start - 1) == 0x2d) {
    start--;
    if (at - start > 8) return -1;
  }
  return at - start >= 4 ? start : -1;
}

/** The end of a private key whose heading has BEGIN at `at`; -1: it is another heading, or nothing follows. */
export function pemEnd(at: i32): i32 {
  let next = at;
  const last = min(at + HEADING_MAX, size);
  while (next < last && !isDashes(next)) {
    if (byteAt(next) == 0x0a) return -1;
    next++;
  }
  if (next == last || !isPrivate(at, next)) return -1;
  while (byteAt(next) == 0x2d) next++;
  return bodyEnd(next);
}

/** Four at least: SSH2 has four, the others five. */
function isDashes(at: i32): bool {
  return load<u32>(folded + at) == 0x2d2d2d2d;
}

/** `PRIVATE KEY` somewhere in the heading. */
function isPrivate(from: i32, to: i32): bool {
  for (let at = from; at + 7 <= to; at++) {
    if (load<u32>(folded + at) == 0x76697270 && load<u32>(folded + at, 3) == 0x65746176) return true;
  }
  return isEncryptedSsh2(from);
}

/** `BEGIN SSH2 ENCRYPTED ...`: always private. */
function isEncryptedSsh2(from: i32): bool {
  return load<u32>(folded + from, 6) == 0x32687373 && load<u32>(folded + from, 11) == 0x72636e65;
}

/** The end of base64 in lines, and of the closing line; -1: there is too little of it. */
function bodyEnd(from: i32): i32 {
  let count = 0;
  let isDone = false;
  let at = from;
  let end = -1;
  while (at < size) {
    if (count < BODY_MIN && at - from > HEADERS_MAX) break;
    const byte = byteAt(at);
    if (byte == 0x2d && isDashes(at)) {
      isDone = true;
      break;
    }
    if (isOf(byte, Class.B64EQ)) {
      // A header's words are no key: the count begins anew at each of its signs.
      count++;
      if (count >= BODY_MIN) end = at + 1;
    } else if (byte == 0x3a || byte == 0x2c) { // of a header
      if (count >= BODY_MIN) break;
      count = 0;
    } else if (byte == 0x5c) {
      at++; // the letter of a line feed that was written out
    } else if (byte > 0x20 && count < BODY_MIN) {
      // A quotation mark before each line, a comment's sign, the rest of a header.
      if (byte != 0x2d) count = 0;
    } else if (byte > 0x20) {
      break;
    } else if (byte == 0x20 && count >= BODY_MIN && byteAt(at - 1) != 0x0a && !isOf(byteAt(at + 1), Class.B64EQ)) {
      break;
    }
    at++;
  }
  if (end < 0) return -1;
  return isDone ? closingEnd(at) : end;
}

/** After the dashes that end the closing line, or where they are missing, the dashes that begin it. */
function closingEnd(at: i32): i32 {
  while (byteAt(at) == 0x2d) at++;
  const last = at + HEADING_MAX;
  for (let next = at; next < last && byteAt(next) != 0x0a; next++) {
    if (!isDashes(next)) continue;
    while (byteAt(next) == 0x2d) next++;
    return next;
  }
  return at;
}

const MAC_MAX: i32 = 4096;
/** Up to here no private lines are. */
let noneUntil: i32 = 0;

/** The end of a PuTTY key file that begins before `at`: after its private lines' authentication code. */
export function puttyEnd(at: i32): i32 {
  const last = min(size, at + MAC_MAX);
  let privateAt = -1;
  for (let next = max(at, noneUntil); next < last; next++) {
    if (foldedAt(next) != 0x70) continue;
    if (load<u64>(folded + next) != 0x2d65746176697270) continue; // private-
    if (foldedAt(next + 8) == 0x6c) privateAt = next;
    else if (privateAt >= 0) return lineEnd(next);
  }
  if (privateAt >= 0) return lineEnd(privateAt);
  noneUntil = max(noneUntil, last);
  return -1;
}

function lineEnd(at: i32): i32 {
  while (byteAt(at) != 0x0a && byteAt(at) != 0x5c) at++;
  return at;
}
