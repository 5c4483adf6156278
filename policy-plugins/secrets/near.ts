import { isFull } from "../sdk/index";
import { Definition } from "./anchors";
import { sawHeading } from "./columns";
import { hasDigitNear, lookBack, lookFarForPassword, sawWord } from "./far";
import { findValue, isAboutIt, isBare, isHarmlessKind, Link, link, quote } from "./context";
import { isTold, isToldRule, report, reportLater, reportToken } from "./report";
import { Meaning } from "./tables";
import { byteAt, foldedAt, isAlnum } from "./text";
import { barePasswordEnd, passwordEnd, quotedEnd, secretEnd, valueEnd } from "./values";

// Secrets without a form of their own, that a word in the same text points at.

/** How long ago a setting of a database's driver may have been, for `Password=` to be one too. */
const DRIVER_REACH: i32 = 240;

let lastDriver: i32 = -DRIVER_REACH;

export function sawDriver(at: i32): void {
  lastDriver = at;
}

/** Of which general kinds something was told. */
let toldMeanings: u32 = 0;

function isToldMeaning(meaning: u8): bool {
  return ((toldMeanings >> meaning) & 1) != 0;
}

/** Looks where a word of the general kinds points. */
export function lookNear(meaning: u8, start: i32, end: i32): void {
  if (!isWord(meaning, start, end) || isTold(end) || (isFull() && isToldMeaning(meaning))) return;
  const value = findValue(start, end);
  if (value >= 0 && (isTold(value) || takeValue(meaning, start, end, value))) return;
  if (hasDigitNear(end)) unchecked(others[0])(meaning, start, end);
  if (meaning != Meaning.PASSWORD) lookBack(meaning, start);
}

/** In a table, as what is rare is not charged then where it does not happen. */
const others: StaticArray<(meaning: u8, start: i32, end: i32) => void> = [lookElsewhere];

/** Below the word, and further on. */
function lookElsewhere(meaning: u8, start: i32, end: i32): void {
  sawHeading(meaning, start, end);
  if (meaning != Meaning.PASSWORD) sawWord(meaning, start, end);
  if (meaning == Meaning.PASSWORD || (meaning == Meaning.TOKEN && foldedAt(start) == 0x63)) lookFarForPassword(end); // credentials
}

/** Whether the value at `value` is a secret, or about one. */
function takeValue(meaning: u8, start: i32, end: i32, value: i32): bool {
  if (meaning == Meaning.PASSWORD) {
    const isDriver = link == Link.EQUALS && start - lastDriver < DRIVER_REACH && start > lastDriver;
    // ODBC has what holds a semicolon in braces.
    if (isDriver && byteAt(value) == 0x7b && byteAt(value + 1) != 0x7b) value++;
    const last = isBare ? barePasswordEnd(value, quote) : passwordEnd(value, isDriver ? Link.NAME : link, quote);
    if (last < 0) return false;
    if (isAboutIt(end)) return true;
    toldMeanings |= 1 << meaning;
    if (isDriver) report("CONNECTION_STRING", value, last);
    else reportLater("PASSWORD_ASSIGNMENT", value, last);
    return true;
  }
  if (isBare && (meaning == Meaning.TOKEN || !isIdentifier(start, end))) return false;
  let last = secretEnd(value, (meaning == Meaning.TOKEN && !isNamedToken(start, end)) || isBare);
  if (last < 0 && quote != 0 && meaning == Meaning.SECRET) last = quotedEnd(value, quote);
  if (last < 0) return false;
  if (isAboutIt(end) || (meaning == Meaning.TOKEN && isHarmlessKind(start))) return true;
  toldMeanings |= 1 << meaning;
  reportLater("HIGH_ENTROPY_SECRET", value, last);
  return true;
}

/** `gitea_token = "…"`: somebody's, and so no checksum, though it may be in the digits of one. */
function isNamedToken(start: i32, end: i32): bool {
  const before = byteAt(start - 1);
  return end - start == TOKEN_SIZE && link >= Link.COLON && (before == 0x5f || before == 0x2d || isLetter(before)) && foldedAt(end - 1) == 0x6e;
}

const TOKEN_SIZE: i32 = 5;

/** `aws_secret_access_key`: no word of a sentence. */
function isIdentifier(start: i32, end: i32): bool {
  if (byteAt(start - 1) == 0x5f) return true;
  for (let at = start; at < end; at++) if (byteAt(at) == 0x5f) return true;
  return false;
}

/** `Bearer x`: the value is next to the word. */
export function lookAfterBearer(start: i32, end: i32): void {
  if (isAlnum(byteAt(start - 1)) || isTold(end)) return;
  const last = secretEnd(end, true);
  if (last >= 0) reportLater("HIGH_ENTROPY_SECRET", end, last);
}

/** Whether short words are words here, and not part of others: `pass` in `compass`, `key` in `monkey`. */
export function isWord(meaning: u8, start: i32, end: i32): bool {
  const isShort = end - start <= 4 && foldedAt(start + 1) != 0x77; // `pwd` is in no other word
  if (!isShort) return true;
  return !continuesWord(end) && beginsAnew(start);
}

function continuesWord(end: i32): bool {
  const next = byteAt(end);
  // `authTokenX` goes on with another word; so does `AUTH` with a small letter after it.
  return isLetter(next) && (next >= 0x60 || byteAt(end - 1) < 0x60);
}

function beginsAnew(start: i32): bool {
  const before = byteAt(start - 1);
  return !isLetter(before) || !isLetter(byteAt(start)) || (before >= 0x60 && byteAt(start) < 0x60);
}

function isLetter(byte: u8): bool {
  return (byte | 0x20) - 0x61 < 26 || byte >= 0x80;
}

/** Tells a token of a provider where its name points; -1: there is none. */
export function lookNearProvider(definition: Definition, start: i32, end: i32): i32 {
  const value = findValue(start, end);
  if (value < 0 || isBare || isTold(value) || isToldRule(definition.rule)) return -1;
  const last = valueEnd(definition, value);
  if (last < 0) return -1;
  reportToken(definition.rule, value, last, definition.item);
  // Not what lies between: a token may begin there.
  return start;
}
