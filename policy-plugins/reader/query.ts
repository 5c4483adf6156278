import { Class, classOf } from "./classes";
import { NONE, percentEnd, readPercent } from "./escapes";
import { QUERY_BYTES_LEAST, QUERY_PART } from "./limits";
import { at as written, cut, plain } from "./output";
import { find } from "./search";
import { byteAt, copy, isNew, offsetOf, origin as madeBy, put, start, stop } from "./source";
import { beginWindows, endWindows, replace } from "./window";

// Addresses that carry a text: what a parameter such as `q` or `body` says, among the words around the address. Parameters with
// names of credentials and the like stay where they are: a link that resets a password is no password.

const QUESTION: u32 = 0x3f;
const AMPERSAND: u32 = 0x26;
const EQUALS: u32 = 0x3d;
const PERCENT: u32 = 0x25;
const PLUS: u32 = 0x2b;
const COLON: u32 = 0x3a;
const SPACE: u32 = 0x20;
const NUMBER_SIGN: u32 = 0x23;

/** An address before its parameters, and its scheme. */
const ADDRESS_MAX: u32 = 160;
const NAME_MAX: u32 = 8;
/** Less is no text. */
const VALUE_MIN: u32 = 2;
/** All parameters of an address. */
const QUERY_MAX: u32 = 4_096;

/** What may still be written, with the words around. */
let bytesLeft: usize = 0;

/** Before any text is decoded. */
export function beginQueries(): void {
  bytesLeft = QUERY_BYTES_LEAST + <usize>(written - plain) / QUERY_PART;
}

export function deriveQuery(origin: u32): bool {
  // An address within an address leads elsewhere.
  if (madeBy == origin) return false;
  beginWindows(origin);
  let at = start;
  for (;;) {
    at = offsetOf(find(plain + at, plain + stop, QUESTION));
    if (at >= stop) break;
    let to = at + 1;
    // A loop, since its fuel is charged only where it is entered.
    for (let isIn = isInName(byteAt(to)); isIn; isIn = false) to = decode(at);
    if (to == 0) break;
    at = to;
  }
  return endWindows();
}

/** Where to go on after the question mark at `question`; 0: there is no room. */
function decode(question: u32): u32 {
  if (!isParameter(question + 1)) return question + 1;
  const from = startOfAddress(question);
  if (from == question) return question + 1;
  findLongest(question + 1);
  if (longestTo < longestFrom + VALUE_MIN || !isNew(from, addressTo)) return addressTo;
  const value = longestFrom;
  const valueTo = longestTo;
  if (bytesLeft == 0) {
    cut();
    return 0;
  }
  const before = written;
  if (!replace(from, addressTo)) return 0;
  writeValue(value, valueTo);
  bytesLeft -= min(bytesLeft, <usize>(written - before));
  return addressTo;
}

/** Whether a name and an equals sign stand there. */
function isParameter(at: u32): bool {
  const most = min(stop, at + NAME_MAX * 2);
  while (at < most && isInName(byteAt(at))) at++;
  return at < most && byteAt(at) == EQUALS;
}

function isInName(byte: u32): bool {
  return (classOf(byte) & Class.WORD) != 0 || byte == 0x5f || byte == 0x2d;
}

/** Where the address begins whose question mark is at `question`; that, where none does. */
function startOfAddress(question: u32): u32 {
  const least = question - start > ADDRESS_MAX ? question - ADDRESS_MAX : start;
  let at = question;
  while (at > least && isInAddress(byteAt(at - 1))) {
    at--;
    if (byteAt(at) == COLON && (load<u16>(plain + at + 1) == 0x2f2f || isMailto(at))) return startOfScheme(at); // "//"
  }
  return question;
}

function isInAddress(byte: u32): bool {
  return byte > SPACE && byte != 0x22 && byte != 0x3c && byte != 0x3e;
}

function isMailto(colon: u32): bool {
  return colon >= start + 6 && (load<u32>(plain + colon - 4) | 0x20202020) == 0x6f746c69; // "ilto"
}

function startOfScheme(colon: u32): u32 {
  let at = colon;
  while (at > start && (classOf(byteAt(at - 1)) & Class.LETTER) != 0) at--;
  return at;
}

let longestFrom: u32 = 0;
let longestTo: u32 = 0;
let addressTo: u32 = 0;

/** Of the parameters from `at` on, the longest value of one that carries a text. */
function findLongest(at: u32): void {
  const most = min(stop, at + QUERY_MAX);
  longestFrom = 0;
  longestTo = 0;
  for (;;) {
    const nameFrom = at;
    while (at < most && isInName(byteAt(at))) at++;
    if (at >= most || byteAt(at) != EQUALS) break;
    const isCarried = isOfText(nameFrom, at);
    const from = ++at;
    while (at < most && isInValue(at)) at++;
    if (isCarried && at - from > longestTo - longestFrom) {
      longestFrom = from;
      longestTo = at;
    }
    if (at >= most || byteAt(at) != AMPERSAND) break;
    at++;
    // As HTML has it.
    if (at + 4 < most && load<u32>(plain + at) == 0x3b706d61) at += 4; // "amp;"
  }
  addressTo = at;
}

/** An apostrophe within a word is one of the value, else it ends what it encloses; a question mark begins another address. */
function isInValue(at: u32): bool {
  const byte = byteAt(at);
  if (byte == APOSTROPHE) return (classOf(byteAt(at + 1)) & Class.WORD) != 0;
  return isInAddress(byte) && byte != AMPERSAND && byte != NUMBER_SIGN && byte != QUESTION && byte != 0x60 && byte != 0x5c && byte != 0x7c;
}

const APOSTROPHE: u32 = 0x27;

/** Names under which an address carries what somebody wrote; little-endian, their first four letters. */
const TEXTUAL: StaticArray<u32> = [
  0x72657571, 0x72616573, 0x74786574, 0x79646f62, 0x6a627573, 0x7373656d, 0x746e6f63, 0x65746f6e, 0x6d726574, 0x7779656b,
  0x6c746974, 0x6d6d6f63, 0x75706e69, 0x61746164, 0x756c6176, 0x6c796170, 0x6d6f7270, 0x63736564,
]; // quer(y), sear(ch), text, body, subj(ect), mess(age), cont(ent), note, term, keyw(ord), titl(e), comm(ent), inpu(t), data, valu(e), payl(oad), prom(pt), desc

function isOfText(from: u32, to: u32): bool {
  if (to - from == 1) return true;
  if (to - from < 3) return false;
  const three = load<u32>(plain + from) | 0x20202020;
  if (to - from == 3) return (three & 0xffffff) == 0x67736d || (three & 0xffffff) == 0x747874; // "msg", "txt"
  for (let i = 0; i < TEXTUAL.length; i++) if (TEXTUAL[i] == three) return true;
  return false;
}

function writeValue(at: u32, to: u32): void {
  while (at < to) {
    const byte = byteAt(at);
    if (byte == PLUS) {
      put(SPACE, at, at + 1);
      at++;
      continue;
    }
    if (byte == PERCENT) {
      const point = readPercent(at);
      if (point != NONE) {
        put(point, at, percentEnd());
        at = percentEnd();
        continue;
      }
    }
    const from = at++;
    while (at < to && byteAt(at) != PERCENT && byteAt(at) != PLUS) at++;
    copy(from, at);
  }
}
