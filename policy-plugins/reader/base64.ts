import { base64Of, Class, classOf } from "./classes";
import { DERIVED_WORDS_BYTES_MAX, OWN_WORDS_BYTES_MAX } from "./limits";
import { plain } from "./output";
import { scratchFor } from "./scratch";
import { endOfLetters, findEncoded, lettersBefore } from "./search";
import { byteAt, depth, isNew, offsetOf, put, putStep, start, stop } from "./source";
import { endOfText, isAscii3, isLikely, startOfText } from "./decoded";
import { pointAt, sizeOf } from "../sdk/utf8";
import { beginWindows, endWindows, replace, replaced } from "./window";

// Runs of base64, in either alphabet, that decode to text. A run may be broken into lines, as in mail, and what stands right
// before it may look like a part of it: hence four ways to begin.

const CHARACTERS_MIN: u32 = 16;
/** So few, where they are all of a word, and no word is written like that: with padding, or letters and digits mixed and one more. */
const TINY_MIN: u32 = 3;
const SHORT_MIN: u32 = 12;
const SHORT_MAX: u32 = 20;
/** Of text beyond ASCII without padding, bytes. */
const WIDE_BYTES_MIN: u32 = 6;
/** What is decoded has to be text for so many bytes in a row. */
const TEXT_BYTES_MIN: u32 = 11;
/** Lines of mail have 76 characters, of PEM 64; the last is shorter. */
const LINE_MIN: u32 = 56;
const LINE_MAX: u32 = 78;

export function deriveBase64(origin: u32): bool {
  beginWindows(origin);
  let from = start;
  for (;;) {
    from = startOfRun(from);
    if (from >= stop) break;
    const to = endOfRun(from);
    if (count >= SHORT_MIN && isNew(from, to)) {
      readSixes(from);
      if (!decodeShort(from, to) && count >= CHARACTERS_MIN) {
        for (let phase: u32 = 0; phase < 4; phase++) if (decode(from, to, phase)) break;
      }
    }
    from = to;
  }
  return endWindows();
}

/** Bytes of texts in which words may still be looked for. */
let ownLeft: u32 = OWN_WORDS_BYTES_MAX;
let derivedLeft: u32 = DERIVED_WORDS_BYTES_MAX;

/** Words, of which nearly all that are none of these are passed over: the others are looked at where a letter follows a digit and the like. */
export function deriveTiny(origin: u32): bool {
  const size = stop - start;
  if (depth > 0) {
    if (size > derivedLeft) return false;
    derivedLeft -= size;
  } else {
    if (size > ownLeft) return false;
    ownLeft -= size;
  }
  beginWindows(origin);
  let at = start;
  for (;;) {
    at = offsetOf(findEncoded(plain + at, plain + stop));
    if (at >= stop) break;
    at = decodeTiny(at);
  }
  return endWindows();
}

/** Decodes the word around `at` if it is base64, and returns where the next one may begin. */
function decodeTiny(at: u32): u32 {
  let from = at;
  for (;;) {
    const letters = lettersBefore(plain + from);
    from = max<i32>(<i32>start, <i32>(from - letters));
    if (from == start || at - from >= SHORT_MIN) break;
    if (letters == 8) continue;
    if (!isSign(byteAt(from - 1))) break;
    from--;
  }
  let to = offsetOf(endOfLetters(plain + at, plain + stop));
  while (to < stop && isSign(byteAt(to))) to = offsetOf(endOfLetters(plain + to + 1, plain + stop));
  count = to - from;
  for (let isIn = count < SHORT_MIN && (count & 3) != 1 && (count > TINY_MIN || byteAt(to) == PADDING); isIn; isIn = false) readTiny(from, to);
  return max(to, at + 1);
}

// @ts-ignore: decorator
@inline
function isSign(byte: u32): bool {
  return byte == PLUS || byte == SLASH;
}

function readTiny(from: u32, to: u32): void {
  for (let isIn = mayBeText(from, paddingAt(to) != 0) && isNew(from, to); isIn; isIn = false) {
    readSixes(from);
    decodeShort(from, to);
  }
}

/** Told by the first two bytes, mostly: of ASCII no controls, or what is beyond it and not too short. */
function mayBeText(from: u32, isPadded: bool): bool {
  const one = base64Of(byteAt(from));
  if (one >= 32) return one >= LEAD_SIX && (isPadded || count >= WIDE_MIN);
  const two = base64Of(byteAt(from + 1));
  const second = ((two & 15) << 4) | (base64Of(byteAt(from + 2)) >> 2);
  return ((one << 2) | (two >> 4)) >= 0x20 && second >= 0x20 && second != 0x7f;
}

/** Of the first byte of a character beyond ASCII. */
const LEAD_SIX: u32 = 48;
/** Of text that begins with one, without padding. */
const WIDE_MIN: u32 = 8;

const PLUS: u32 = 0x2b;
const SLASH: u32 = 0x2f;

/** Whether the characters and their padding are groups of four, or those of the last that is left out. */
function isEven(padding: u32): bool {
  const rest = count & 3;
  return padding == 0 ? rest != 1 : rest + padding == 4;
}

function paddingAt(at: u32): u32 {
  if (at >= stop || byteAt(at) != PADDING) return 0;
  return at + 1 < stop && byteAt(at + 1) == PADDING ? 2 : 1;
}

const PADDING: u32 = 0x3d;

/** Where the next run begins that is long enough. Of a shorter one no more than its last character is looked at. */
function startOfRun(from: u32): u32 {
  for (;;) {
    let at = from + SHORT_MIN;
    if (at > stop) return stop;
    while (at > from && (classOf(byteAt(at - 1)) & Class.BASE64) != 0) at--;
    if (at == from) return from;
    from = at;
  }
  return stop;
}

/** Characters of the run last found, without line breaks. */
let count: u32 = 0;

function endOfRun(from: u32): u32 {
  count = 0;
  let lineStart = from;
  let at = from;
  for (;;) {
    while (at < stop && (classOf(byteAt(at)) & Class.BASE64) != 0) at++;
    const line = at - lineStart;
    count += line;
    if (line < LINE_MIN || line > LINE_MAX || at == stop) break;
    const next = afterBreak(at);
    if (next == at || next >= stop || (classOf(byteAt(next)) & Class.BASE64) == 0) break;
    at = next;
    lineStart = next;
  }
  return at;
}

function afterBreak(at: u32): u32 {
  if (byteAt(at) == 0x0d && at + 1 < stop) at++;
  return byteAt(at) == 0x0a ? at + 1 : at;
}

/** Where a group of four characters begins, and which it is. Asked for in rising order. */
let groupAt: u32 = 0;
let groupIndex: u32 = 0;

function seek(group: u32): void {
  groupAt = afterGroups(groupAt, group - groupIndex);
  groupIndex = group;
}

/** Where the characters after so many groups begin; of a group of which less is there, where the run ends. */
function afterGroups(at: u32, groups: u32): u32 {
  for (let left = groups * 4; left > 0; left--) {
    if (at >= runEnd) break;
    at++;
    while (at < runEnd && (classOf(byteAt(at)) & Class.BASE64) == 0) at++;
  }
  return at;
}

let runEnd: u32 = 0;

/** Decodes from the character of number `phase` on; true where some of it is text. */
function decode(from: u32, to: u32, phase: u32): bool {
  const size = (count - phase) * 3 >> 2;
  if (size < TEXT_BYTES_MIN) return false;
  decodeBytes(phase, size);
  const last = bytes + size;
  let found = false;
  groupAt = from + phase;
  groupIndex = 0;
  runEnd = to;
  let at = bytes;
  for (;;) {
    at = startOfText(at, last, TEXT_BYTES_MIN);
    if (at + TEXT_BYTES_MIN > last) break;
    const end = endOfText(at, last);
    if (end - at < TEXT_BYTES_MIN || !isLikely(at, end)) {
      at = end + 1;
      continue;
    }
    found = true;
    if (!write(<u32>(at - bytes), <u32>(end - bytes))) return true;
    at = end + 1;
  }
  return found;
}

/** Decodes a short run if all of it is text, in ASCII a word or two. */
function decodeShort(from: u32, to: u32): bool {
  const padding = paddingAt(to);
  if (count > SHORT_MAX || !isEven(padding)) return false;
  const size = count * 3 >> 2;
  // What is left of the last character is nothing.
  if ((load<u8>(sixes + count - 1) & REST_BITS[<i32>(count & 3)]) != 0) return false;
  decodeBytes(0, size);
  let signs: u32 = 0;
  let isWide = false;
  for (let i: u32 = 0; i < size; i++) {
    const byte = <u32>load<u8>(bytes + i);
    if (byte >= 0x80) isWide = true;
    else if (byte < 0x20 || byte == 0x7f) return false;
    else if ((classOf(byte) & Class.WORD) == 0 && byte != SPACE) signs++;
  }
  if (signs * 3 > size * 2) return false;
  if (isWide && ((padding == 0 && size < WIDE_BYTES_MIN) || endOfText(bytes, bytes + size) != bytes + size)) return false;
  groupAt = from;
  groupIndex = 0;
  runEnd = to;
  write(0, size);
  return true;
}

const SPACE: u32 = 0x20;
/** Bits of the last character that stand for nothing, by how many there are in the last group. */
const REST_BITS: StaticArray<u8> = [0, 0, 15, 3];

/** Six bits of each character of the run, and what they come to. */
let sixes: usize = 0;
let bytes: usize = 0;

function readSixes(from: u32): void {
  sixes = scratchFor(<usize>count * 2 + 16);
  bytes = sixes + count + 8;
  let at = from;
  for (let to = sixes; to < sixes + count; at++) {
    const byte = byteAt(at);
    if ((classOf(byte) & Class.BASE64) == 0) continue;
    store<u8>(to, <u8>base64Of(byte));
    to++;
  }
  store<u64>(sixes + count, 0);
}

function decodeBytes(phase: u32, size: u32): void {
  let from = sixes + phase;
  for (let to = bytes; to < bytes + size; to += 3) {
    const four = load<u32>(from);
    const first = ((four << 2) | ((four >> 12) & 3)) & 0xff;
    const second = ((four >> 4) & 0xf0) | ((four >> 18) & 0x0f);
    const third = ((four >> 10) & 0xc0) | (four >> 24);
    store<u32>(to, first | (second << 8) | (third << 16));
    from += 4;
  }
}

/** Writes bytes `first` up to `last` of those decoded; false where there is no room. */
function write(first: u32, last: u32): bool {
  seek(first / 3);
  if (!replace(groupAt, groupAt)) return false;
  let at = first;
  while (at < last) {
    seek(at / 3);
    if (at % 3 == 0 && at + 3 <= last && isAscii3(bytes + at)) {
      putStep(load<u32>(bytes + at) & 0xffffff, 3, groupAt, endOfGroup(1));
      at += 3;
      continue;
    }
    const point = pointAt(bytes + at);
    const size = <u32>sizeOf(point);
    put(point, groupAt, endOfGroup((at + size - 1) / 3 - groupIndex + 1));
    at += size;
  }
  replaced(afterPadding(endOfGroup((last - 1) / 3 - groupIndex + 1)));
  return true;
}

function endOfGroup(groups: u32): u32 {
  // A line break after the last character is no part of the group.
  let to = afterGroups(groupAt, groups);
  while (to > groupAt && (classOf(byteAt(to - 1)) & Class.BASE64) == 0) to--;
  return to;
}

function afterPadding(at: u32): u32 {
  while (at < stop && byteAt(at) == 0x3d && at < runEnd + 2) at++;
  return at;
}
