import { Definition } from "./anchors";
import { Link } from "./context";
import { hasDigit, hasEntropy, isPlaceholder, LOOKED_AT } from "./randomness";
import { Class, KINDS, TALLIES } from "./tables";
import { byteAt, folded, foldedAt, isOf, runEnd } from "./text";
import { endsToken, match } from "./token";

// Whether what a word points at can be a password, or a secret that a machine made.

// What the characters of the value last counted are.
let letters: i32 = 0;
let digits: i32 = 0;
/** Signs that are in passwords more often than in other words. */
let signs: i32 = 0;
/** From one kind to another: words and names have few, secrets many. */
let changes: i32 = 0;
/** Letters above `f`. */
let beyondHex: i32 = 0;

/** At most 255 bytes. */
function count(start: i32, end: i32): void {
  let tally: u32 = 0;
  let before: u32 = 0;
  let turns = 0;
  for (let at = start; at < end; at++) {
    const byte = <usize>byteAt(at);
    tally += load<u32>(TALLIES + (byte << 2));
    const kind = <u32>load<u8>(KINDS + byte);
    turns += <i32>((TURNS >> ((before << 2) | kind)) & 1);
    before = kind;
  }
  letters = tally & 0xff;
  digits = (tally >> 8) & 0xff;
  signs = (tally >> 16) & 0xff;
  beyondHex = tally >> 24;
  changes = turns;
  // A sign at the end is the sentence's.
  if (load<u32>(TALLIES + (<usize>byteAt(end - 1) << 2)) == 0x10000) signs--;
}

/** Bit `before * 4 + kind`: a turn between digits, capitals and small letters. A capital and the small letters after it are one word. */
const TURNS: u32 = (1 << 6) | (1 << 7) | (1 << 9) | (1 << 13) | (1 << 14);

const PASSWORD_MIN: i32 = 5;
const PASSWORD_MAX: i32 = 128;

/** The end of a password that begins at `start`; -1: what stands there is none. */
export function passwordEnd(start: i32, link: i32, quote: u8): i32 {
  let end = runEnd(Class.PASSWORD, start);
  if (end - start > PASSWORD_MAX) return -1;
  const after = byteAt(end);
  if (quote == 0) end = trimmed(start, end);
  // A sentence in quotes is a message, not a password.
  const isQuoted = quote != 0 && after == quote;
  return end - start >= PASSWORD_MIN && isPassword(start, end, link, isQuoted) ? end : -1;
}

const BARE_MIN: i32 = 8;
/** Of a password, where a digit is looked for first: nearly every word behind `password` has none. */
const DIGIT_REACH: i32 = 24;

function hasDigitSoon(start: i32): bool {
  for (let at = start; at < start + DIGIT_REACH && byteAt(at) > 0x20; at++) if (byteAt(at) - 0x30 < 10) return true;
  return false;
}

/** The end of a password that only a blank parts from its word: not `password protection`, nor `password SHA256`. */
export function barePasswordEnd(start: i32, quote: u8): i32 {
  if (quote == 0 && !hasDigitSoon(start)) return -1;
  const end = passwordEnd(start, Link.EQUALS, quote);
  if (end - start < BARE_MIN || (!isMixed(start, end) && (quote == 0 || digits == 0))) return -1;
  const isName = byteAt(start) - 0x41 < 26 && byteAt(start + 1) - 0x41 < 26;
  return quote == 0 && (isName || letters == 0) ? -1 : end;
}

/** Without the punctuation of the sentence, and what follows in a query or a connection string. */
function trimmed(start: i32, end: i32): i32 {
  for (let at = start; at < end; at++) {
    const byte = byteAt(at);
    if (byte == 0x3b || (byte == 0x26 && isParameter(at + 1))) end = at;
  }
  while (end > start) {
    const byte = byteAt(end - 1);
    if (byte != 0x2e && byte != 0x2c && byte != 0x29 && byte != 0x3a && byte != 0x5d && byte != 0x7d && byte != 0x5c) break;
    end--;
  }
  return end;
}

/** Whether a query goes on: `&name=`. */
function isParameter(at: i32): bool {
  const end = runEnd(Class.WORD, at);
  return end > at && byteAt(end) == 0x3d;
}

export function isPassword(start: i32, end: i32, link: i32, isQuoted: bool): bool {
  const first = byteAt(start);
  // `$VAR`, `{{name}}`, `%s`, `<yours>`, `[hidden]`, `(none)`, `***`, a path, a host, `${VAR:?it is not set}`
  if (first == 0x3f || first == 0x24 || first == 0x7b || first == 0x25 || first == 0x5b || first == 0x28 || first == 0x2a || first == 0x2f ||
    first == 0x40) {
    return false;
  }
  count(start, end);
  if (letters + digits < 3) return false;
  const isByForm = digits + signs > 0;
  const isByPlace = link == Link.NAME || (isQuoted && link >= Link.COLON && end - start >= 6);
  if (!isByForm && !isByPlace) return false;
  if (isCode(start, end) || isPlaceholder(start, end) || isStandIn(start, end)) return false;
  if (link == Link.NAME) return letters > 0 || digits >= 6;
  if (letters == 0) return false;
  if (isAddress(start, end)) return false;
  if (digits > 0) return !isMeasure(start) || (signs > 0 && letters >= 3 && byteAt(runEnd(Class.DIGIT, start)) == 0x2d);
  return signs == 0 || letters >= 3;
}

/** Letters, digits and signs in one word: nothing else in a sentence is like that but addresses, amounts and code. */
export function isStrongPassword(start: i32, end: i32): bool {
  const first = byteAt(start);
  if (end - start < STRONG_MIN || end - start > STRONG_MAX) return false;
  if (!isOf(first, Class.ALNUM) && first != 0x21 && first != 0x23) return false;
  let signs = 0;
  for (let at = start; at < end; at++) {
    const byte = byteAt(at);
    if (byte == 0x2f || byte == 0x5c || byte == 0x3d || byte == 0x28 || byte == 0x5b || byte == 0x7b || byte == 0x7c || byte == 0x3b) return false;
    signs += <i32>(load<u32>(TALLIES + (<usize>byte << 2)) == 0x10000);
  }
  count(start, end);
  return signs > 0 && letters >= 3 && digits > 0 && !isAddress(start, end);
}

const STRONG_MIN: i32 = 7;
const STRONG_MAX: i32 = 64;

/** Whether two at least of capitals, digits and signs are in it: no name of a database is like that. */
export function isMixed(start: i32, end: i32): bool {
  count(start, min(end, start + LOOKED_AT));
  let capitals = 0;
  for (let at = start; at < end; at++) capitals += <i32>(byteAt(at) - 0x41 < 26);
  return <i32>(capitals > 0) + <i32>(digits > 0) + <i32>(signs > 0) >= 2;
}

/** A call, an index, or members of an object: `getPassword()`, `env['X']`, `config.password`. */
function isCode(start: i32, end: i32): bool {
  let dots = 0;
  for (let at = start; at < end; at++) {
    const byte = byteAt(at);
    if (byte == 0x28 || byte == 0x5b) return at > start && isOf(byteAt(at - 1), Class.WORD) && signs == 0;
    if (byte == 0x2e) dots++;
  }
  return (dots > 0 && digits + signs == 0) || byteAt(end) == 0x28 || byteAt(end) == 0x5b;
}

/** A web or mail address. */
function isAddress(start: i32, end: i32): bool {
  const four = load<u32>(folded + start);
  if (four == 0x70747468 || (four & 0xffffff) == 0x777777) return true;
  let at = end - 1;
  while (at > start && isOf(byteAt(at), Class.HYPHEN36)) at--;
  // `ann@example.com` has an @ before its last dot.
  if (byteAt(at) != 0x2e) return false;
  for (; at > start; at--) if (byteAt(at) == 0x40) return true;
  return false;
}

/** `8-16`, `12+`, `2024-05-01`: begins with a number that goes on with no letter. */
function isMeasure(start: i32): bool {
  const end = runEnd(Class.DIGIT, start);
  const next = byteAt(end);
  return end > start && (next == 0x2d || next == 0x2b || next == 0x2f || next == 0x3a || next == 0x2e || next <= 0x20);
}

const standIns: usize = memory.data<u8>([
  0x70, 0x61, 0x73, 0x73, // pass...
  0x72, 0x65, 0x71, 0x75, // required
  0x6f, 0x70, 0x74, 0x69, // optional
  0x73, 0x74, 0x72, 0x69, // string
  0x68, 0x69, 0x64, 0x64, // hidden
  0x6e, 0x75, 0x6c, 0x6c, // null
  0x6e, 0x6f, 0x6e, 0x65, // none
  0x74, 0x72, 0x75, 0x65, // true
  0x66, 0x61, 0x6c, 0x73, // false
  0x75, 0x6e, 0x64, 0x65, // undefined
  0x6d, 0x61, 0x73, 0x6b, // masked
  0x69, 0x6e, 0x76, 0x61, // invalid
  0x69, 0x6e, 0x63, 0x6f, // incorrect
  0x6d, 0x69, 0x73, 0x73, // missing
  0x65, 0x78, 0x70, 0x69, // expired
  0x66, 0x6f, 0x72, 0x67, // forgot
  0x73, 0x65, 0x63, 0x72, // secret
  0x70, 0x72, 0x6f, 0x63, // process.env
  0x66, 0x69, 0x6c, 0x74, // filtered
  0x65, 0x6e, 0x63, 0x72, // encrypted
  0x75, 0x6e, 0x63, 0x68, // unchanged
]);
const STAND_IN_COUNT = 21;

/** A word that says what a password is like, or that there is one; with digits it may be one. */
function isStandIn(start: i32, end: i32): bool {
  const four = load<u32>(folded + start);
  const isPass = four == 0x73736170;
  // `password1`, `Passw0rd!`, `passphrase` in place of a password: only what is more than that can be one.
  if (isPass && digits + signs > 0) return end - start <= 9;
  if (digits + signs > 0) return false;
  for (let i = 0; i < STAND_IN_COUNT; i++) {
    if (load<u32>(standIns + (<usize>i << 2)) == four) return true;
  }
  return endsWithWord(end);
}

/** `user_password`, `newPwd`, `db_secret`. */
function endsWithWord(end: i32): bool {
  const four = load<u32>(folded + end - 4);
  return four == 0x64726f77 || four >> 8 == 0x647770 || four == 0x74657263 || four == 0x65756c61 || four == 0x6e656b6f;
}

const SECRET_MIN: i32 = 10;
const SECRET_MAX: i32 = 4096;
const QUOTED_MIN: i32 = 20;
const SHORT: i32 = 16;
/** Sixteenths of a bit. */
const ENTROPY_SHORT: i32 = 45;
const ENTROPY: i32 = 48;
const ENTROPY_WEAK: i32 = 54;

/**
 * The end of a machine's secret that begins at `start`; -1: none does. Where the word says little (`token`, `key`),
 * checksums and identifiers count for none, and it must be more random.
 */
export function secretEnd(start: i32, isWeak: bool): i32 {
  let end = runEnd(Class.WIDE, start);
  const next = byteAt(end);
  if (next == 0x28 || next == 0x40 || next == 0x5b || end - start > SECRET_MAX) return -1;
  while (end > start && byteAt(end - 1) == 0x2e) end--;
  return isSecret(start, end, isWeak) ? end : -1;
}

/** The end of a secret with signs of any kind in it, up to the quotation mark that it stands in; -1: it is none. */
export function quotedEnd(start: i32, quote: u8): i32 {
  const end = runEnd(Class.PASSWORD, start);
  return byteAt(end) == quote && end - start >= QUOTED_MIN && end - start <= SECRET_MAX && isSecret(start, end, false) ? end : -1;
}

/** The path of a file whose name is an identifier: `2026/07/5f0ea21f-….pdf`. */
function isPath(start: i32, end: i32): bool {
  let at = end - 1;
  while (at > start && end - at <= EXTENSION_MAX && isOf(byteAt(at), Class.ALNUM)) at--;
  if (byteAt(at) != 0x2e || end - at <= 2) return false;
  for (; at > start; at--) if (byteAt(at) == 0x2f) return true;
  return false;
}

const EXTENSION_MAX: i32 = 5;

export function isSecret(start: i32, end: i32, isWeak: bool): bool {
  const length = min(end - start, LOOKED_AT);
  if (end - start < SECRET_MIN) return false;
  const first = byteAt(start);
  if (first == 0x2f || first == 0x25 || first == 0x2e) return false;
  if (!isWeak && isUuid(start, end)) return !isPlaceholder(start, end);
  count(start, start + length);
  if (letters < 2 || digits == 0 || (digits < 2 && length < 20)) return false;
  if (letters << 2 < length || changes * 100 < length * 20) return false;
  if (isWeak && (isChecksum(start, end) || isPath(start, end))) return false;
  const entropy = isWeak ? ENTROPY_WEAK : length < SHORT ? ENTROPY_SHORT : ENTROPY;
  return hasEntropy(start, end, isWeak && length < SHORT ? ENTROPY : entropy) && !isPlaceholder(start, end);
}

function isUuid(start: i32, end: i32): bool {
  if (end - start != 36 || byteAt(start + 8) != 0x2d || byteAt(start + 13) != 0x2d || byteAt(start + 18) != 0x2d) return false;
  for (let at = start; at < end; at++) if (!isOf(byteAt(at), Class.HEXANY) && byteAt(at) != 0x2d) return false;
  return true;
}

/** A hash of a usual length, a UUID, or a hash that says which it is. */
function isChecksum(start: i32, end: i32): bool {
  const length = end - start;
  const three = load<u32>(folded + start) & 0xffffff;
  if (three == 0x616873 || three == 0x35646d) return true; // sha..., md5
  if (three == 0x6a7965) return true; // eyJ: JSON in base64, as in a cursor; a signed token is told as such
  if (beyondHex > 0) return false;
  if (length == 36) return foldedAt(start + 8) == 0x2d && foldedAt(start + 13) == 0x2d;
  return length == 32 || length == 40 || length == 64 || length == 96 || length == 128 || length < 10;
}

const KEY_MIN: i32 = 20;
const ENTROPY_KEY: i32 = 56;

/** The end of a provider's token without prefix; -1: it has another form, or is no secret. */
export function valueEnd(definition: Definition, value: i32): i32 {
  const end = match(definition.program, value);
  if (end < 0 || !endsToken(end) || isOf(byteAt(end), Class.WORD)) return -1;
  if (!hasDigit(value, end) || !hasEntropy(value, end, definition.entropy) || isPlaceholder(value, end)) return -1;
  return end;
}

/** Whether a member called just `key` holds more than a name: nearly all of those do not. */
export function isStrong(start: i32, end: i32): bool {
  return end - start >= KEY_MIN && hasEntropy(start, end, ENTROPY_KEY);
}
