import { Input, Settings } from "../sdk/index";
import { Anchor, anchorAt, Definition, definitionAt } from "./anchors";
import { argumentEnd, codesEnd, cookieEnd, foundStart } from "./calls";
import { hasPassword, thinEnd, urlEnd, urlStart } from "./connection";
import { communityEnd, echoedEnd, optionEnd, passwordStart, routerEnd, sawCommand, webUserEnd, windowsUserEnd } from "./commands";
import { sawCurl, userEnd, userStart } from "./curl";
import { lookFarForPassword, sawProvider, sawWord } from "./far";
import { botEnd, botStart } from "./discord";
import { defaultEnd, isNameOfVariable, netrcEnd, noteVariable, pgpassEnd, sawVariable, valueStart } from "./files";
import { jwtEnd } from "./jwt";
import { otpEnd } from "./otp";
import { dataEnd, dataStart } from "./kubernetes";
import { isName, keep, lookAtMembers, readNames } from "./names";
import { lookAfterBearer, lookNear, lookNearProvider, sawDriver } from "./near";
import { pemEnd, pemStart, puttyEnd } from "./private-key";
import { hasDigit, hasEntropy, isPlaceholder } from "./randomness";
import { flush, isToldRule, report, reportInstead, reportLater, reportToken, setRedact } from "./report";
import { BUCKETS, HASH_SHIFT, Meaning } from "./tables";
import { beginsWord, byteAt, folded, plain, readTexts, size } from "./text";
import { findSeedPhrases } from "./seed-phrase";
import { endsToken, match, matchBefore } from "./token";

export function configure(settings: Settings): void {
  setRedact(settings.redact("redact"));
}

export function evaluate(_input: Input): void {
  readTexts();
  readNames();
  scan();
  flush();
  findSeedPhrases();
  lookAtMembers();
}

/** Spreads three bytes over the buckets: Fibonacci hashing. */
const SPREAD: u32 = 0x9e3779b1;

/**
 * One pass: three bytes at a time are looked up, and what may begin there is looked at more closely. Two at a turn, also
 * that `look` stays a function of its own: fuel is charged for the costliest way through a loop.
 */
function scan(): void {
  const begin = folded;
  const length = size;
  for (let at = 0; at < length; at += 2) {
    const four = load<u32>(begin + at);
    let bucket = bucketOf(four & 0xffffff);
    if (bucket != 0) {
      const next = look(at, bucket);
      // What was found is passed, and its parity with it.
      if (next > at + 1) {
        at = next - 2;
        continue;
      }
    }
    if ((four & 0xff) == 0x2e && byteAt(at + 7) == 0x2e) takeBot(at);
    if (((four >> 8) & 0xff) == 0x2e && byteAt(at + 8) == 0x2e) takeBot(at + 1);
    bucket = bucketOf(four >> 8);
    if (bucket != 0) {
      const next = look(at + 1, bucket);
      if (next > at + 2) at = next - 2;
    }
  }
}

function takeBot(at: i32): void {
  const end = botEnd(at);
  if (end >= 0) report("DISCORD_TOKEN", botStart, end);
}

// @ts-ignore: decorator
@inline
function bucketOf(head: u32): u32 {
  return <u32>load<u16>(BUCKETS + <usize>((head * SPREAD) >> HASH_SHIFT << 1));
}

/** Where the scan may go on: after what was found, or nowhere else than it was. */
function look(at: i32, first: u32): i32 {
  const asWritten = load<u64>(plain + at);
  const asFolded = load<u64>(folded + at);
  const isInside = !beginsWord(at);
  let index = first - 1;
  let anchor: Anchor;
  do {
    // A loop of its own: those that are not spelt there are many, and not charged for what is done at one that is.
    do {
      anchor = anchorAt(++index);
      if (anchor.isAt(asWritten, asFolded, isInside)) break;
      if (anchor.isLast) return at;
    } while (true);
    const end = unchecked(handlers[anchor.meaning])(anchor, index, at);
    if (end >= 0) return end;
  } while (!anchor.isLast);
  return at;
}

/**
 * By meaning, what is done at an anchor: the end of what was found there, after which nothing else need be looked for, or
 * -1. In a table, so that each is charged by itself.
 */
const handlers: StaticArray<(anchor: Anchor, index: u32, at: i32) => i32> = [
  takeTokens, takeWord, takeWord, takeWord, takeOther, takeOther, takeOther, takeOther, takeOther, takeOther, takeOther,
  takeOther, takeOther, takeOption, takeOption, takeOption, takeOption, takeEchoed, takeOption, takeOption, takeOther, takeOfFile, takeOfFile,
  takeOfFile, takeOfFile, takeOther, takeIdentity, takeLogin, takeCall, takeCookies, takeCodes,
];

// @ts-ignore: decorator
@inline
function isSpelt(anchor: Anchor, at: i32): bool {
  return anchor.size <= 8 || anchor.goesOn(anchor.isExact ? plain + at : folded + at);
}

function takeTokens(anchor: Anchor, index: u32, at: i32): i32 {
  if (!isSpelt(anchor, at)) return -1;
  if (isName(at)) keep(anchor, index, at);
  const end = at + anchor.size;
  for (let i: u32 = 0; i < anchor.count; i++) {
    const definition = definitionAt(anchor.first + i);
    const last = definition.isWord ? lookNearProvider(definition, at, end) : takeToken(definition, at, end);
    if (last >= 0) return last;
  }
  if (anchor.count > 0 && definitionAt(anchor.first).isWord && !isName(at)) sawProvider(index, at, end);
  return -1;
}

function takeIdentity(anchor: Anchor, _index: u32, at: i32): i32 {
  if (isSpelt(anchor, at) && !isName(at)) sawWord(anchor.meaning, at, at + anchor.size);
  return -1;
}

function takeCall(anchor: Anchor, _index: u32, at: i32): i32 {
  if (!isSpelt(anchor, at)) return -1;
  const last = argumentEnd(at + anchor.size);
  if (last >= 0) reportLater("PASSWORD_ASSIGNMENT", foundStart, last);
  return -1;
}

function takeCookies(anchor: Anchor, _index: u32, at: i32): i32 {
  if (!isSpelt(anchor, at)) return -1;
  const last = cookieEnd(at + anchor.size);
  if (last >= 0) reportLater("HIGH_ENTROPY_SECRET", foundStart, last);
  return -1;
}

function takeCodes(anchor: Anchor, _index: u32, at: i32): i32 {
  if (!isSpelt(anchor, at)) return -1;
  const last = codesEnd(at + anchor.size);
  if (last >= 0) reportLater("HIGH_ENTROPY_SECRET", foundStart, last);
  return -1;
}

function takeLogin(anchor: Anchor, _index: u32, at: i32): i32 {
  if (isSpelt(anchor, at) && !isName(at)) lookFarForPassword(at + anchor.size);
  return -1;
}

function takeWord(anchor: Anchor, index: u32, at: i32): i32 {
  if (anchor.count > 0 && takeTokens(anchor, index, at) >= 0) return at;
  if (!isSpelt(anchor, at)) return -1;
  if (isName(at)) keep(anchor, index, at);
  const end = at + anchor.size;
  if (isNameOfVariable(at)) noteVariable(anchor.meaning, at, end);
  lookNear(anchor.meaning, at, end);
  return -1;
}

function takeOption(anchor: Anchor, _index: u32, at: i32): i32 {
  if (!isSpelt(anchor, at)) return -1;
  const end = at + anchor.size;
  let last = -1;
  switch (anchor.meaning) {
    case Meaning.COMMAND: {
      sawCommand(at);
      return -1;
    }
    case Meaning.WEB_USER: last = webUserEnd(end); break;
    case Meaning.WINDOWS_USER: last = windowsUserEnd(end); break;
    case Meaning.COMMUNITY: last = communityEnd(at, end); break;
    case Meaning.ROUTER: last = routerEnd(end); break;
    default: last = optionEnd(at, end); break;
  }
  if (last >= 0) reportInstead("PASSWORD_ASSIGNMENT", passwordStart, last);
  return -1;
}

/** What a command reads stands before it, and is told at once: what waits would stand behind it. */
function takeEchoed(anchor: Anchor, _index: u32, at: i32): i32 {
  if (!isSpelt(anchor, at)) return -1;
  const last = echoedEnd(at);
  if (last >= 0) report("PASSWORD_ASSIGNMENT", passwordStart, last);
  return -1;
}

function takeOfFile(anchor: Anchor, _index: u32, at: i32): i32 {
  if (!isSpelt(anchor, at)) return -1;
  const end = at + anchor.size;
  let last = -1;
  switch (anchor.meaning) {
    case Meaning.NETRC: last = netrcEnd(end); break;
    case Meaning.PGPASS: last = pgpassEnd(at, end); break;
    case Meaning.VARIABLE: sawVariable(end); break;
    default: last = defaultEnd(end); break;
  }
  if (last >= 0) reportLater("PASSWORD_ASSIGNMENT", valueStart, last);
  return -1;
}

function takeOther(anchor: Anchor, _index: u32, at: i32): i32 {
  return isSpelt(anchor, at) ? takeMeaning(anchor.meaning, at, at + anchor.size) : -1;
}

function takeToken(definition: Definition, at: i32, end: i32): i32 {
  let start = at;
  if (isToldRule(definition.rule)) return -1;
  if (definition.before != 0) start = matchBefore(definition.before, at);
  if (start < 0 || (start < at && !beginsWord(start))) return -1;
  if (definition.isBare && isBase64(byteAt(start - 1))) return -1;
  const last = match(definition.program, end);
  if (last < 0 || !endsToken(last)) return -1;
  const body = start < at ? start : end;
  if (definition.isBare && isBase64(byteAt(last))) return -1;
  if (definition.needsDigit && !hasDigit(body, last)) return -1;
  if (!hasEntropy(body, last, definition.entropy) || isPlaceholder(body, last)) return -1;
  reportToken(definition.rule, start, last, definition.item);
  return last;
}

/** A sign that is in base64 and nowhere else near a token. */
function isBase64(byte: u8): bool {
  return byte == 0x2b || byte == 0x2f;
}

function takeMeaning(meaning: u8, at: i32, end: i32): i32 {
  switch (meaning) {
    case Meaning.BEARER:
      lookAfterBearer(at, end);
      return -1;
    case Meaning.DATABASE:
      sawDriver(at);
      return -1;
    case Meaning.CURL:
      sawCurl(at);
      return -1;
    default: return takeCertain(meaning, at, end);
  }
}

function takeCertain(meaning: u8, at: i32, end: i32): i32 {
  switch (meaning) {
    case Meaning.URL: return hasPassword(at) ? told("CONNECTION_STRING", urlStart, urlEnd) : -1;
    case Meaning.THIN: return told("CONNECTION_STRING", at, thinEnd(end));
    case Meaning.JWT: return told("JWT", at, jwtEnd(at));
    case Meaning.PEM: {
      const start = pemStart(at);
      return start < 0 ? -1 : told("PRIVATE_KEY", start, pemEnd(end));
    }
    case Meaning.PUTTY: return told("PRIVATE_KEY", at, puttyEnd(end));
    case Meaning.OTP: return told("HIGH_ENTROPY_SECRET", at, otpEnd(end));
    case Meaning.CURL_USER: {
      const last = userEnd(end);
      return told("PASSWORD_ASSIGNMENT", last < 0 ? at : userStart, last);
    }
    default: {
      const last = dataEnd(end);
      if (last >= 0) reportLater("HIGH_ENTROPY_SECRET", dataStart, last);
      return -1;
    }
  }
}

function told(rule: string, start: i32, end: i32): i32 {
  if (end >= 0) report(rule, start, end);
  return end;
}
