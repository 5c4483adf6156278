import { Anchor, anchorAt, definitionAt } from "./anchors";
import { isAboutIt, isHarmlessKind } from "./context";
import { isStrong, valueEnd } from "./near";
import { hasDigit, isPlaceholder } from "./randomness";
import { isTold, reportLater } from "./report";
import { Class, Meaning, ruleOf } from "./tables";
import { byteAt, folded, isAlnum, isOf, runEnd } from "./text";
import { isStrongPassword, secretEnd } from "./values";

// A value that stands apart from the words that say what it is: in the next cell or line, in brackets, behind an arrow or in
// the next sentence (`Plaid, client secret (x)`, `the new token? It is "x"`). The next value that may be one is looked for
// once, and every word before it is asked.

/** How far a value may be from the word, and the word from the provider's name. */
const REACH: i32 = 120;
const NAME_REACH: i32 = 80;
/** Without a provider's name: of a value in the same line, and of one in the next. */
const GENERAL_REACH: i32 = 64;
const NEXT_LINE_REACH: i32 = 12;
const FEEDS_REACH: i32 = 48;
const PASSWORD_REACH: i32 = 48;
const VALUE_MIN: i32 = 12;

// The next value: looked for up to `seen`, and found at `found` unless that is -1.
let seen: i32 = 0;
let found: i32 = -1;
/** The last line feeds before it. */
let lastFeed: i32 = -1;
let thirdFeed: i32 = -1;
let isOther: bool = false;

/** Where the first value from `at` on begins, before `limit`; -1: none does. */
function valueAfter(at: i32, limit: i32): i32 {
  if (found >= at) return found < limit ? found : -1;
  let next = max(at, seen);
  found = -1;
  while (next < limit) {
    if (!isAlnum(byteAt(next)) || isOf(byteAt(next - 1), Class.CANDIDATE)) {
      next++;
      continue;
    }
    const end = runEnd(Class.CANDIDATE, next);
    if (end - next >= VALUE_MIN && hasDigit(next, min(end, next + 32))) {
      found = next;
      seen = next;
      lookBefore(next);
      return next;
    }
    next = end;
  }
  seen = max(seen, next);
  return -1;
}

/** What stands before a value: line feeds, and whether the word there says that it is something else. */
function lookBefore(at: i32): void {
  let feeds = 0;
  lastFeed = -1;
  thirdFeed = -1;
  for (let next = at - 1; next >= 0 && at - next <= REACH; next--) {
    if (byteAt(next) != 0x0a) continue;
    feeds++;
    if (feeds == 1) lastFeed = next;
    if (feeds == 3) {
      thirdFeed = next;
      break;
    }
  }
  let end = at;
  while (at - end < 6 && !isAlnum(byteAt(end - 1))) end--;
  isOther = isOtherThing(load<u32>(folded + end - 4));
}

const others: usize = memory.data<u8>([
  0x6d, 0x6d, 0x69, 0x74, // commit
  0x68, 0x61, 0x73, 0x68, // hash
  0x73, 0x68, 0x61, 0x31, // sha1
  0x61, 0x32, 0x35, 0x36, // sha256
  0x61, 0x35, 0x31, 0x32, // sha512
  0x6b, 0x73, 0x75, 0x6d, // checksum
  0x67, 0x65, 0x73, 0x74, // digest
  0x65, 0x74, 0x61, 0x67, // etag
  0x72, 0x61, 0x63, 0x65, // trace
  0x75, 0x69, 0x6c, 0x64, // build
  0x72, 0x69, 0x6e, 0x74, // fingerprint
  0x72, 0x69, 0x61, 0x6c, // serial
  0x6e, 0x6f, 0x6e, 0x63, // nonce
  0x72, 0x64, 0x65, 0x72, // order
  0x63, 0x6b, 0x65, 0x74, // ticket
  0x75, 0x65, 0x73, 0x74, // request
  0x75, 0x75, 0x69, 0x64, // uuid
  0x67, 0x75, 0x69, 0x64, // guid
  0x68, 0x74, 0x74, 0x70, // http
  0x69, 0x6d, 0x61, 0x67, // image
  0x66, 0x69, 0x6c, 0x65, // file
  0x6c, 0x75, 0x6d, 0x65, // volume
  0x62, 0x6c, 0x69, 0x63, // public
]);
const OTHER_COUNT = 23;

function isOtherThing(four: u32): bool {
  for (let i = 0; i < OTHER_COUNT; i++) if (load<u32>(others + (<usize>i << 2)) == four) return true;
  return false;
}

// The two names of providers that were seen last: the anchor's index, and where it stands.
let provider: u32 = 0;
let providerStart: i32 = -REACH;
let providerBefore: u32 = 0;
let providerBeforeStart: i32 = -REACH;
/** The end of the last word of secrets. */
let wordEnd: i32 = -REACH;

/** A provider's name, next to which no value of its stands. */
export function sawProvider(index: u32, start: i32, end: i32): void {
  if (provider != index) {
    providerBefore = provider;
    providerBeforeStart = providerStart;
  }
  provider = index;
  providerStart = start;
  if (start - wordEnd > GENERAL_REACH || wordEnd < 0) return;
  const at = valueAfter(end, end + REACH);
  if (at >= 0 && isNear(end, at)) take(index, at);
}

/** A word of secrets, or of what they belong to (`client id`), next to which no value stands. */
export function sawWord(meaning: u8, start: i32, end: i32): void {
  wordEnd = end;
  const at = valueAfter(end, end + REACH);
  if (at < 0 || !isNear(end, at)) return;
  if (start - providerStart <= NAME_REACH && start >= providerStart && provider != 0 && take(provider, at)) return;
  if (start - providerBeforeStart <= NAME_REACH && start >= providerBeforeStart && providerBefore != 0 && take(providerBefore, at)) return;
  if (meaning != Meaning.IDENTITY) takeAny(meaning, start, end, at);
}

/** Whether a value belongs to a word that ends at `end`: in its line, or soon after. */
function isNear(end: i32, at: i32): bool {
  if (isTold(at) || isOther) return false;
  return lastFeed < end || (at - end <= FEEDS_REACH && thirdFeed < end);
}

function take(index: u32, at: i32): bool {
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
  if (at - end > (lastFeed < end ? GENERAL_REACH : NEXT_LINE_REACH)) return;
  if (isAboutIt(end) || (meaning == Meaning.TOKEN && isHarmlessKind(start))) return;
  const isKey = end - start == 3;
  let last = secretEnd(at, true);
  if (last < 0 && !isKey && isJoined(end, at)) last = secretEnd(at, false);
  if (last >= 0 && isStrong(at, last)) reportLater("HIGH_ENTROPY_SECRET", at, last);
}

/** Whether no word stands between: a blank, a bracket, an arrow. */
function isJoined(end: i32, at: i32): bool {
  if (at - end > NEXT_LINE_REACH) return false;
  for (let next = end; next < at; next++) if (isAlnum(byteAt(next))) return false;
  return true;
}

let passwordSeen: i32 = 0;
let passwordFound: i32 = -1;
let passwordLast: i32 = -1;

/** A password of letters, digits and signs in the line of its word: `the password for it will be x`. */
export function lookFarForPassword(end: i32): void {
  const limit = end + PASSWORD_REACH;
  if (passwordFound < end) findPassword(max(end, passwordSeen), limit);
  if (passwordFound < end || passwordFound >= limit || isTold(passwordFound) || isAboutIt(end)) return;
  for (let next = passwordFound; next > end; next--) if (byteAt(next) == 0x0a) return;
  reportLater("PASSWORD_ASSIGNMENT", passwordFound, passwordLast);
}

function findPassword(from: i32, limit: i32): void {
  let at = from;
  while (at < limit) {
    if (byteAt(at - 1) > 0x20 && isOf(byteAt(at - 1), Class.PASSWORD)) {
      at = max(at + 1, runEnd(Class.PASSWORD, at));
      continue;
    }
    const end = runEnd(Class.PASSWORD, at);
    let start = at;
    while (start < end && (byteAt(start) == 0x28 || byteAt(start) == 0x5b || byteAt(start) == 0x2a)) start++;
    const last = wordEndOf(start, end);
    if (last > start && isStrongPassword(start, last) && !isPlaceholder(start, last)) {
      passwordFound = start;
      passwordLast = last;
      passwordSeen = end;
      return;
    }
    at = end + 1;
  }
  passwordSeen = max(passwordSeen, at);
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
