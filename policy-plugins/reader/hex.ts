import { Class, classOf, hexOf, isHex } from "./classes";
import { endOfText } from "./decoded";
import { at as written, endOfAscii, plain, roomLeft } from "./output";
import { scratchFor } from "./scratch";
import { findPair } from "./search";
import { byteAt, endOfUnits, isNew, offsetOf, put, putStretch, start, stop } from "./source";
import { pointAt, sizeOf } from "../sdk/utf8";
import { beginWindows, endWindows, isProbing, replace } from "./window";

// Bytes as hexadecimal digits: 16 and more in a row, or pairs with the same between them each time: 70:61:73:73, \x70\x61, 0x70,
// 0x61.

/** Bytes in a row, and pairs that nothing marks as hexadecimal. */
const BYTES_MIN: u32 = 8;
/** So few, where they are all of a word and say one: in a row with letters among the digits, and of digits alone. */
const WORD_MIN: u32 = 3;
const DIGITS_WORD_MIN: u32 = 4;
/** And with signs among what they say. */
const PHRASE_MIN: u32 = 6;
/** So few with the same between them, of which one is a letter and a digit. */
const PARTED_MIN: u32 = 2;
/** Pairs after an `x`. */
const MARKED_MIN: u32 = 4;
/** Between one pair and the next, such as `, 0x`. */
const BETWEEN_MAX: u32 = 4;

const SMALL_X: u32 = 0x78;
const BACKSLASH: u32 = 0x5c;
const ZERO: u32 = 0x30;
const PERCENT: u32 = 0x25;
const EQUALS: u32 = 0x3d;

/** `isInRow`: there are no pairs with anything between them. */
export function deriveHex(origin: u32, isInRow: bool): bool {
  beginWindows(origin);
  let at = start;
  for (;;) {
    at = isInRow ? startOfRow(at) : offsetOf(findPair(plain + at, plain + stop));
    if (at >= stop) break;
    // What ends with a pair may be followed by others that begin with it, which need not be looked for.
    do {
      const end = decode(at);
      at = end == 0 ? afterWord(at) : end;
    } while (isAtPair);
  }
  return endWindows();
}

/** Where `decode` says to go on, a pair is known to be. */
let isAtPair: bool = false;

/** Where the next digits are that are enough. Of fewer no more than the last is looked at. */
function startOfRow(from: u32): u32 {
  for (;;) {
    let at = from + WORD_MIN * 2;
    if (at > stop) return stop;
    while (at > from && isHex(byteAt(at - 1))) at--;
    if (at == from) return from;
    from = at;
  }
  return stop;
}

function afterWord(at: u32): u32 {
  while (at < stop && (classOf(byteAt(at)) & (Class.LETTER | Class.DIGIT)) != 0) {
    at++;
    // Digits may follow a mark within what looks like a word, as in 0x70.
    if ((byteAt(at - 1) | 0x20) == SMALL_X) break;
  }
  return at;
}

/** Bytes from one pair to the next. */
let stride: u32 = 0;
let pairs: u32 = 0;

/** Where the pairs end that begin at `first`, which it writes; 0: there are none. */
function decode(first: u32): u32 {
  isAtPair = false;
  stride = strideAt(first);
  if (stride == 0) return 0;
  const isMarked = first > start && (byteAt(first - 1) | 0x20) == SMALL_X;
  // The second is where the stride leads.
  pairs = 2;
  while (isPairAt(first, pairs)) pairs++;
  const end = first + (pairs - 1) * stride + 2;
  const least = isMarked && stride > 2 ? MARKED_MIN : BYTES_MIN;
  if (pairs >= least && write(first, end, isMarked)) return end;
  // The last of too few may be the first of others.
  let to = stride == 2 ? 0 : pairs < least ? end - 2 : end;
  // A loop, since its fuel is charged only where it is entered.
  const mayBeWord = stride == 2 ? pairs - WORD_MIN < BYTES_MIN - WORD_MIN : stride == 3 && byteAt(first + 2) == SPACE && !isMarked;
  for (let isIn = mayBeWord && !isProbing; isIn; isIn = false) to = decodeWord(first, end, to);
  isAtPair = to + 2 == end;
  return to;
}

/** The same of a short word, and of pairs beside words that look like one: "be 70 61 73 add". */
function decodeWord(first: u32, end: u32, otherwise: u32): u32 {
  if (stride > 2 && end < stop && isWord(end)) {
    pairs--;
    end -= stride;
  }
  if (writeWord(first, end)) return end;
  if (stride == 2 || !areLetters(first)) return otherwise;
  pairs--;
  return writeWord(first + stride, end) ? end : otherwise;
}

function writeWord(first: u32, end: u32): bool {
  return (pairs >= BYTES_MIN || isShortWord(first, end)) && write(first, end, false);
}

/** Whether all of a word, or all of a row of pairs, is a short word. What is beyond ASCII has to be text, as everywhere. */
function isShortWord(first: u32, end: u32): bool {
  if (pairs < (stride == 2 ? WORD_MIN : PARTED_MIN)) return false;
  // A colour, or a part of something longer.
  if (first > start && (isWord(first - 1) || (byteAt(first - 1) == NUMBER_SIGN && pairs <= COLOUR_MAX))) return false;
  if (end < stop && isWord(end)) return false;
  let signs: u32 = 0;
  let mixed: u32 = 0;
  for (let i: u32 = 0; i < pairs; i++) {
    const at = first + i * stride;
    const byte = (hexOf(byteAt(at)) << 4) | hexOf(byteAt(at + 1));
    if (byte < 0x20 || byte == 0x7f) return false;
    if (byte < 0x80 && (classOf(byte) & Class.WORD) == 0 && byte != SPACE) signs++;
    if (((classOf(byteAt(at)) ^ classOf(byteAt(at + 1))) & Class.DIGIT) != 0) mixed++;
  }
  return signs * 3 <= pairs * 2 && (mixed > 0 || (pairs >= DIGITS_WORD_MIN && signs == 0) || pairs >= PHRASE_MIN);
}

const SPACE: u32 = 0x20;
const NUMBER_SIGN: u32 = 0x23;
const COLOUR_MAX: u32 = 4;

/** Whether a pair has no digit. */
function areLetters(at: u32): bool {
  return ((classOf(byteAt(at)) | classOf(byteAt(at + 1))) & Class.DIGIT) == 0;
}

function isWord(at: u32): bool {
  return (classOf(byteAt(at)) & Class.WORD) != 0;
}

/** From the pair at `at` to the next one; 0: there is none. */
function strideAt(at: u32): u32 {
  if (at + 4 > stop || !isHex(byteAt(at + 1))) return 0;
  if (isHex(byteAt(at + 2)) && byteAt(at + 2) != 0 && isHex(byteAt(at + 3))) return 2;
  const most = plain + min(stop - 1, at + 3 + BETWEEN_MAX);
  let next = findPair(plain + at + 3, most);
  // The zero of `0x` is none of the pair's.
  while (next < most && load<u8>(next) == <u8>ZERO && (load<u8>(next, 1) | 0x20) == <u8>SMALL_X) next = findPair(next + 1, most);
  return next < most ? offsetOf(next) - at : 0;
}

/** Whether pair number `index` is there, and before it the same as before the second one. */
function isPairAt(first: u32, index: u32): bool {
  const at = first + index * stride;
  if (at + 2 > stop || !isHex(byteAt(at)) || !isHex(byteAt(at + 1))) return false;
  for (let i: u32 = 2; i < stride; i++) if (byteAt(at - stride + i) != byteAt(first + i)) return false;
  return true;
}

/** Pairs after a sign each, as %41 and =41, are read by escapes.ts. */
function isEscaped(first: u32): bool {
  if (stride != 3 || first == start) return false;
  const sign = byteAt(first + 2);
  return (sign == PERCENT || sign == EQUALS) && byteAt(first - 1) == sign;
}

function write(first: u32, end: u32, isMarked: bool): bool {
  if (isEscaped(first)) return false;
  const from = isMarked ? beforeMark(first) : first;
  if (!isNew(from, end)) return false;
  const bytes = scratchFor(<usize>pairs);
  for (let i: u32 = 0; i < pairs; i++) {
    const at = first + i * stride;
    store<u8>(bytes + i, <u8>((hexOf(byteAt(at)) << 4) | hexOf(byteAt(at + 1))));
  }
  if (endOfText(bytes, bytes + pairs) != bytes + pairs) return false;
  if (!replace(from, end)) return true;
  if (endOfAscii(bytes, bytes + pairs) == bytes + pairs && endOfUnits(from) >= end && pairs <= roomLeft()) {
    memory.copy(written, bytes, pairs);
    // The mark before each pair is the pair's, as it is the first's.
    putStretch(pairs, from, stride, stride - 2 - (first - from));
    return true;
  }
  let at: u32 = 0;
  while (at < pairs) {
    const point = pointAt(bytes + at);
    const size = <u32>sizeOf(point);
    put(point, at == 0 ? from : first + at * stride, first + (at + size - 1) * stride + 2);
    at += size;
  }
  return true;
}

/** The mark before the first pair goes with it. */
function beforeMark(first: u32): u32 {
  let at = first - 1;
  if (at > start && (byteAt(at - 1) == BACKSLASH || byteAt(at - 1) == ZERO)) at--;
  return at;
}
