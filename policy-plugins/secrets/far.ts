import { anchorAt, definitionAt } from "./anchors";
import { isAboutIt, isHarmlessKind } from "./context";
import { isPlaceholder } from "./randomness";
import { isTold, reportLater } from "./report";
import { Class, Meaning, ruleOf } from "./tables";
import { byteAt, folded, isAlnum, isOf, plain, runEnd } from "./text";
import { isStrong, isStrongPassword, secretEnd, valueEnd } from "./values";

// A value that stands apart from the words that say what it is: in the next cell or line, in brackets, behind an arrow or in
// the next sentence (`Plaid, client secret (x)`, `the new token? It is "x"`). The next value that may be one is looked for
// once, and every word before it is asked.

/** How far a value may be from the word, and the word from the provider's name. */
const REACH: i32 = 120;
const NAME_REACH: i32 = 80;
/** Without a provider's name; where no word may be between. */
const GENERAL_REACH: i32 = 64;
const JOINED_REACH: i32 = 12;
const FEEDS_REACH: i32 = 48;
const PASSWORD_REACH: i32 = 48;
const VALUE_MIN: i32 = 12;
const STRONG_MIN: i32 = 7;
const STRONG_MAX: i32 = 64;
// `as `, `is `, `als`, `est`
const AS: u32 = 0x207361;
const IS: u32 = 0x207369;
const ALS: u32 = 0x736c61;
const EST: u32 = 0x747365;
const BETWEEN_MAX: i32 = 6;
/** Letters beyond `f` of a value that is no hash. */
const OTHERS_MIN: i32 = 4;
const ARGUMENT_REACH: i32 = 32;
/** How far a value may be before its word. */
const BEFORE_REACH: i32 = 48;
const VALUE_MAX: i32 = 200;
const STRONG_VALUE_MIN: i32 = 20;
const DIGIT_REACH: i32 = 64;
/** `eyJ`: what has no signature is a cursor, or the like. */
const JSON_BASE64: u32 = 0x6a7965;
const DASHES: u16 = 0x2d2d;
const BLIC: u32 = 0x63696c62;

// The next value: looked for up to `seen`, and found at `found` unless that is before what asks.
let seen: i32 = 0;
let found: i32 = -1;

// The next strong password in the same way.
let passwordSeen: i32 = 0;
let passwordFound: i32 = -1;
let passwordLast: i32 = -1;


// The next digit: without one near, there is no value.
let digitSeen: i32 = 0;
let digitAt: i32 = -1;
/** From here on up to it there is none. */
let clearFrom: i32 = 0;

/** Whether a digit is in a word's reach: whatever is looked for there has one. */
export function hasDigitNear(end: i32): bool {
  const limit = end + REACH;
  if (digitAt < end && digitSeen < limit) {
    if (end > digitSeen) clearFrom = end;
    digitAt = nextDigit(max(end, digitSeen), limit + REACH);
    digitSeen = digitAt < 0 ? limit + REACH : digitAt;
  }
  return digitAt >= end && digitAt < limit;
}

const ZEROS: u64 = 0x3030303030303030;
const TENS: u64 = 0x0a0a0a0a0a0a0a0a;
const HIGHS: u64 = 0x8080808080808080;

/** Where the next digit is; -1: there is none before `limit`. Eight bytes at a turn. */
function nextDigit(from: i32, limit: i32): i32 {
  for (let at = from; at < limit; at += 8) {
    const eight = load<u64>(plain + at) ^ ZEROS;
    if (((eight - TENS) & ~eight & HIGHS) == 0) continue;
    for (let next = at; next < at + 8 && next < limit; next++) if (byteAt(next) - 0x30 < 10) return next;
  }
  return -1;
}

/** Whether a value begins between a word's end and where its reach ends: at `found` then. */
function hasValue(end: i32): bool {
  const limit = end + REACH;
  if (found < end && seen < limit) find(max(end, seen), limit);
  return found >= end && found < limit;
}

function find(from: i32, limit: i32): void {
  let next = from;
  while (next < limit) {
    next = nextDigit(next, limit);
    if (next < 0) break;
    next = unchecked(checks[0])(next, from);
    if (next < 0) return;
  }
  seen = limit;
}

/** In a table, as what is rare is not charged then where it does not happen. */
const checks: StaticArray<(at: i32, from: i32) => i32> = [takeValue, takeStrong];

/** A value with the digit at `at`: -1; of what is there else: its end. */
function takeValue(at: i32, from: i32): i32 {
  let start = at;
  while (start > from && isOf(byteAt(start - 1), Class.CANDIDATE)) start--;
  const end = runEnd(Class.CANDIDATE, start);
  if (end - start < VALUE_MIN || at - start > DIGIT_REACH || !isAlnum(byteAt(start)) || isOf(byteAt(start - 1), Class.CANDIDATE)) return end;
  found = start;
  seen = start;
  return -1;
}

/** Whether the word before a value names what is no secret, by its last four letters. */
function isOtherThing(at: i32): bool {
  let end = at;
  while (at - end < BETWEEN_MAX && !isAlnum(byteAt(end - 1))) end--;
  const four = load<u32>(folded + end - 4);
  return four == 0x74696d6d || four == 0x68736168 || four == 0x31616873 || four == 0x36353261 || four == 0x32313561 || // commit, hash, sha1, sha256, sha512
    four == 0x6d75736b || four == 0x74736567 || four == 0x67617465 || four == 0x65636172 || four == 0x646c6975 || // checksum, digest, etag, trace, build
    four == 0x746e6972 || four == 0x6c616972 || four == 0x65636e6f || four == 0x72656472 || four == 0x74656b63 || // fingerprint, serial, nonce, order, ticket
    four == 0x74736575 || four == 0x64697575 || four == 0x64697567 || four == 0x64696c75 || four == 0x70747468 || // request, uuid, guid, ulid, http
    four == 0x65757373 || four == 0x72657375 || four == 0x6b736174 || four == 0x7463656a || four == 0x6d657469 || // issue, user, task, project, item
    four == 0x65676170 || four == 0x64726163 || four == 0x68636e61 || four == 0x65736165 || four == 0x746e6576 || // page, card, branch, release, event
    four == 0x67616d69 || four == 0x656c6966 || four == 0x656d756c || four == 0x63696c62; // image, file, volume, public
}

// The two names of providers that were seen last: the anchor's index, and where it stands.
let provider: u32 = 0;
let providerStart: i32 = -REACH;
let providerBefore: u32 = 0;
let providerBeforeStart: i32 = -REACH;
let isIdentity: bool = false;
/** The end of the last word of secrets. */
let wordEnd: i32 = -REACH;
/** The value before it. */
let valueBefore: i32 = 0;
let valueEndBefore: i32 = -REACH;

/** A provider's name, next to which no value of its stands. */
export function sawProvider(index: u32, start: i32, end: i32): void {
  if (provider != index) {
    providerBefore = provider;
    providerBeforeStart = providerStart;
  }
  provider = index;
  providerStart = start;
  if (hasDigitNear(end) && hasValue(end)) unchecked(takers[1])(Meaning.NONE, start, end);
  if (start - valueEndBefore <= BEFORE_REACH && valueEndBefore <= start) unchecked(takers[2])(Meaning.NONE, start, end);
}

/** A word of secrets, or of what they belong to (`client id`), next to which no value stands. */
export function sawWord(meaning: u8, start: i32, end: i32): void {
  wordEnd = end;
  if (hasValue(end) && isNear(end, found)) unchecked(takers[0])(meaning, start, end);
}

const takers: StaticArray<(meaning: u8, start: i32, end: i32) => void> = [takeAfterWord, takeAfterName, takeBeforeName, takeBefore];

/** Where a word of secrets is before the name, or the value is an argument of the name's (`new Plaid("x")`). */
function takeAfterName(_meaning: u8, start: i32, end: i32): void {
  const isWordNear = start - wordEnd <= GENERAL_REACH && wordEnd >= 0;
  const isArgument = found - end <= ARGUMENT_REACH && byteAt(found - 2) == 0x28;
  if ((isWordNear || isArgument) && isNear(end, found) && !isOtherThing(found)) take(provider, found);
}

function takeAfterWord(meaning: u8, start: i32, end: i32): void {
  const at = found;
  isIdentity = meaning == Meaning.IDENTITY;
  if (isOtherThing(at)) return;
  if (start - providerStart <= NAME_REACH && start >= providerStart && provider != 0 && take(provider, at)) return;
  if (start - providerBeforeStart <= NAME_REACH && start >= providerBeforeStart && providerBefore != 0 && take(providerBefore, at)) return;
  if (meaning != Meaning.IDENTITY) takeAny(meaning, start, end, at);
}

// The last digit before a word: looked for up to `backTo`.
let backTo: i32 = 0;
let backDigit: i32 = -BEFORE_REACH;

function hasDigitBefore(start: i32): bool {
  for (let at = max(backTo, start - BEFORE_REACH); at < start; at += 8) {
    const eight = load<u64>(plain + at) ^ ZEROS;
    if (((eight - TENS) & ~eight & HIGHS) != 0) noteDigits(at, min(at + 8, start));
  }
  backTo = start;
  return start - backDigit <= BEFORE_REACH && backDigit < start;
}

function noteDigits(from: i32, to: i32): void {
  for (let at = from; at < to; at++) if (byteAt(at) - 0x30 < 10) backDigit = at;
}

/** The end of a run before `limit`: no run is measured twice. */
function endOf(kind: u32, at: i32, limit: i32): i32 {
  while (at < limit && isOf(byteAt(at), kind)) at++;
  return at;
}

/** A value in the line before its word, of which `hasDigitNear` was asked: `use x as the token for it`. */
export function lookBack(meaning: u8, start: i32): void {
  if (start - clearFrom < BEFORE_REACH && hasDigitBefore(start)) unchecked(takers[3])(meaning, start, backDigit);
}

/** The value with the digit at `digit`. */
function takeBefore(meaning: u8, start: i32, digit: i32): void {
  let at = digit;
  const last = endOf(Class.CANDIDATE, at, start);
  if (last >= start || isTold(last - 1)) return;
  for (let next = last; next < start; next++) if (byteAt(next) == 0x0a) return;
  while (last - at <= VALUE_MAX && isOf(byteAt(at - 1), Class.CANDIDATE)) at--;
  if (last - at < VALUE_MIN || last - at > VALUE_MAX || !isAlnum(byteAt(at)) || isOtherThing(at)) return;
  isIdentity = meaning == Meaning.IDENTITY;
  valueBefore = at;
  valueEndBefore = last;
  wordEnd = start;
  if (provider != 0 && start - providerStart <= NAME_REACH && take(provider, at)) return;
  if ((meaning == Meaning.TOKEN && isHarmlessKind(start)) || !isLinked(last, start)) return;
  if (meaning != Meaning.IDENTITY && last - at >= STRONG_VALUE_MIN && isMixedCase(at, last) && secretEnd(at, true) >= last && isStrong(at, last)) {
    reportLater("HIGH_ENTROPY_SECRET", at, last);
  }
}

/** `x is the key`, `x as token`, `x (key)`, `echo x | login --with-token`. */
function isLinked(from: i32, to: i32): bool {
  let at = from;
  for (; at < to && !isAlnum(byteAt(at)); at++) if (byteAt(at) == 0x28 || byteAt(at) == 0x7c) return true;
  const three = load<u32>(folded + at) & 0xffffff;
  return three == IS || three == AS;
}

/** The name behind the word: `use x as the key for Plaid`. */
function takeBeforeName(_meaning: u8, _start: i32, _end: i32): void {
  if (!isTold(valueBefore)) take(provider, valueBefore);
}

/** Capitals, small letters, and two digits: no hash, number or name. */
function isMixedCase(start: i32, end: i32): bool {
  let capitals = 0;
  let small = 0;
  let digits = 0;
  for (let at = start; at < end; at++) {
    const byte = byteAt(at);
    capitals += <i32>(byte - 0x41 < 26);
    small += <i32>(byte - 0x61 < 26);
    digits += <i32>(byte - 0x30 < 10);
    if (byte == 0x2f || byte == 0x2e) return false;
  }
  return capitals > 2 && small > 2 && digits > 1;
}

/** Whether a value belongs to a word that ends at `end`: in its line, or soon after. */
function isNear(end: i32, at: i32): bool {
  if (isTold(at)) return false;
  const feeds = feedsBetween(end, at);
  return feeds == 0 || (feeds <= 2 && at - end <= FEEDS_REACH);
}

function feedsBetween(from: i32, to: i32): i32 {
  let count = 0;
  for (let at = from; at < to; at++) count += <i32>(byteAt(at) == 0x0a);
  return count;
}

function take(index: u32, at: i32): bool {
  // Digits alone are an id: of a client only where that is said.
  if (runEnd(Class.DIGIT, at) == runEnd(Class.CANDIDATE, at) && !isIdentity) return false;
  const anchor = anchorAt(index);
  for (let i: u32 = 0; i < anchor.count; i++) {
    const definition = definitionAt(anchor.first + i);
    if (!definition.isWord) continue;
    const end = valueEnd(definition, at);
    if (end < 0) continue;
    reportLater(ruleOf(definition.rule), at, end, definition.item);
    return true;
  }
  return false;
}

/** A value in no provider's form: more random than what is next to its word. */
function takeAny(meaning: u8, start: i32, end: i32, at: i32): void {
  if (at - end > GENERAL_REACH || runEnd(Class.WIDE, at) - at < STRONG_VALUE_MIN) return;
  // In the next line, which may be another field, only what plainly says so.
  if (feedsBetween(end, at) > 0 && (meaning == Meaning.TOKEN || !isJoined(end, at))) return;
  // The heading of a key tells itself.
  if ((load<u32>(folded + at) & 0xffffff) == JSON_BASE64 || load<u16>(plain + end) == DASHES) return;
  if (isAboutIt(end) || (meaning == Meaning.TOKEN && (isHarmlessKind(start) || isInAddress(end, at))) || namesPublic(end, at) || isHost(at)) return;
  const isKey = end - start == 3;
  let last = secretEnd(at, true);
  if (last < 0 && !isKey && isJoined(end, at)) last = secretEnd(at, false);
  if (last < 0 || !isStrong(at, last) || (meaning == Meaning.TOKEN && !hasDigits(at, last))) return;
  // A word of hexadecimal digits that a decoding of something else left: `=38` of an address.
  if (hasOtherLetters(at, last) || isJoined(end, at)) reportLater("HIGH_ENTROPY_SECRET", at, last);
}

/** `docs.example.com/d/x`, `dev-x.eu.example.com`: two dots, or one before a slash, and small letters up to there. */
function isHost(at: i32): bool {
  const end = runEnd(Class.CANDIDATE, at);
  let dots = 0;
  for (let next = at; next < end; next++) {
    const byte = byteAt(next);
    if (byte == 0x2f) return dots > 0;
    dots += <i32>(byte == 0x2e);
    if (byte - 0x41 < 26 || byte == 0x5f || byte == 0x2b) return false;
  }
  return dots > 1;
}

/** Whether an address begins between. */
function isInAddress(from: i32, to: i32): bool {
  for (let at = from; at < to; at++) if (byteAt(at) == 0x3a && byteAt(at + 1) == 0x2f) return true;
  return false;
}

/** Whether what stands between says `public`. */
function namesPublic(from: i32, to: i32): bool {
  for (let at = from; at < to; at++) if (load<u32>(folded + at) == BLIC) return true;
  return false;
}

function hasOtherLetters(start: i32, end: i32): bool {
  let count = 0;
  for (let at = start; at < end; at++) count += <i32>((byteAt(at) | 0x20) - 0x67 < 20);
  return count >= OTHERS_MIN;
}

/** Two digits at least: `Lib2` is in a name. */
function hasDigits(start: i32, end: i32): bool {
  let count = 0;
  for (let at = start; at < end; at++) count += <i32>(byteAt(at) - 0x30 < 10);
  return count >= 2;
}

/** Whether no word stands between: a blank, a bracket, an arrow. */
function isJoined(end: i32, at: i32): bool {
  if (at - end > JOINED_REACH) return false;
  for (let next = end; next < at; next++) if (isAlnum(byteAt(next))) return false;
  return true;
}

/** A password of letters, digits and signs in the line of its word: `the password for it will be x`. */
export function lookFarForPassword(end: i32): void {
  const limit = end + PASSWORD_REACH;
  if (passwordFound < end && passwordSeen < limit) findPassword(max(end, passwordSeen), limit);
  if (passwordFound >= end && passwordFound < limit) takePassword(end);
}

function takePassword(end: i32): void {
  if (isTold(passwordFound) || isAboutIt(end) || feedsBetween(end, passwordFound) > 0) return;
  reportLater("PASSWORD_ASSIGNMENT", passwordFound, passwordLast);
}

function findPassword(from: i32, limit: i32): void {
  let next = from;
  while (next < limit) {
    next = nextDigit(next, limit);
    if (next < 0) break;
    next = unchecked(checks[1])(next, from);
    if (next < 0) return;
  }
  passwordSeen = limit;
}

/** A strong password in the line before its word: `x is the password`, `log in with x as password`. */
export function lookBackForPassword(start: i32): void {
  if (start - clearFrom < BEFORE_REACH && hasDigitBefore(start)) unchecked(backs[0])(start, backDigit);
}

const backs: StaticArray<(start: i32, digit: i32) => void> = [takeStrongBefore];

/** The word with a digit: set off from what says that it is one by a blank and `as`, `is` or a bracket. */
function takeStrongBefore(start: i32, digit: i32): void {
  let at = digit;
  const last = wordEndOf(at, endOf(Class.PASSWORD, at, start));
  if (last >= start || last < at || isTold(last - 1)) return;
  let next = last;
  while (next < start && !isAlnum(byteAt(next)) && byteAt(next) != 0x28 && byteAt(next) != 0x0a) next++;
  const three = load<u32>(folded + next) & 0xffffff;
  if (byteAt(next) != 0x28 && three != AS && three != IS && three != ALS && three != EST) return;
  while (last - at <= STRONG_MAX && isOf(byteAt(at - 1), Class.PASSWORD)) at--;
  if (last - at > STRONG_MAX || !isStrongPassword(at, last) || isPlaceholder(at, last)) return;
  reportLater("PASSWORD_ASSIGNMENT", at, last);
}

/** A strong password with the digit at `at`: -1; of what is there else: its end. */
function takeStrong(at: i32, from: i32): i32 {
  let start = at;
  while (start > from && isOf(byteAt(start - 1), Class.PASSWORD)) start--;
  const end = runEnd(Class.PASSWORD, start);
  if (end - start < STRONG_MIN || isOf(byteAt(start - 1), Class.PASSWORD)) return end;
  while (start < end && (byteAt(start) == 0x28 || byteAt(start) == 0x5b || byteAt(start) == 0x2a)) start++;
  const last = wordEndOf(start, end);
  if (!isStrongPassword(start, last) || isPlaceholder(start, last)) return end;
  passwordFound = start;
  passwordLast = last;
  passwordSeen = end;
  return -1;
}

/** Without the punctuation of the sentence. */
function wordEndOf(start: i32, end: i32): i32 {
  while (end > start) {
    const byte = byteAt(end - 1);
    if (byte != 0x2e && byte != 0x2c && byte != 0x29 && byte != 0x3a && byte != 0x3b && byte != 0x5d) break;
    end--;
  }
  return end;
}
