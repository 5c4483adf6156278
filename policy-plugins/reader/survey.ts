import { plain } from "./output";
import { endOfLetters, endOfSingles, findWord, HIGHS, ONES } from "./search";
import { start, stop } from "./source";

// One look at a text, that says which ways of reading it are worth another.

export namespace Hint {
  export const HTML: u32 = 1;
  export const PERCENT: u32 = 2;
  export const EQUALS: u32 = 4;
  export const BACKSLASH: u32 = 8;
  /** A long run of letters and digits, or a shorter one that begins with a digit. */
  export const LONG: u32 = 16;
  /** Letters or pairs of digits that stand alone, one after the other. */
  export const SPACED: u32 = 32;
  export const PAIRS: u32 = 64;
  export const DIGITS: u32 = 128;
  /** A run that may be encoded digits. */
  export const SHORT: u32 = 256;
}

const LONG_MIN: usize = 16;
const SHORT_MIN: usize = 12;
const SPACED_MIN: u32 = 4;
/** Two fewer than are decoded: the first and the last may be parts of longer words. */
const PAIRS_MIN: u32 = 6;
/** With a blank before each, as short words have: so many, of which a letter and a digit count for all. */
const BLANK_PAIRS_MIN: u32 = 3;
/** As in 0x41, and \x41. */
const PREFIXED_MIN: u32 = 2;
const DIGITS_MIN: u32 = 7;
/** Of hexadecimal digits, the shortest word. */
const HEX_MIN: usize = 6;
/** Three characters in UTF-8. */
const BETWEEN_MAX: usize = 12;

/** What the decoders find out for themselves as fast. */
const OF_RUNS: u32 = Hint.LONG | Hint.SHORT;

export function survey(): u32 {
  const last = plain + stop;
  const marked = surveyMarks(plain + start, last);
  let hints: u32 = 0;
  let digits: u32 = 0;
  /** Of base64: words, and single signs between them. */
  let run: usize = 0;
  let singles: u32 = 0;
  let pairs: u32 = 0;
  /** With a blank before each. */
  let blankPairs: u32 = 0;
  let prefixed: u32 = 0;
  /** Of the word before: its last character, and where it ends. */
  let lastByte: u32 = 0;
  let wordEnd: usize = 0;
  let at = plain + start;
  for (;;) {
    // Where pairs and what may be closed up are known to be there, no more words are looked at.
    if ((hints & Hint.PAIRS) != 0 && ((hints & Hint.SPACED) != 0 || ((hints & Hint.DIGITS) != 0 && digits >= DIGITS_MIN))) {
      hints |= OF_RUNS;
      break;
    }
    const word = findWord(at, last);
    if (word >= last) break;
    at = endOfLetters(word, last);
    const size = at - word;
    const sign = <u32>load<u8>(wordEnd);
    const isNext = wordEnd + 1 == word;
    run = isNext && isBase64Sign(sign) ? run + size + 1 : size;
    if (run >= SHORT_MIN) hints |= run >= LONG_MIN ? Hint.LONG | Hint.SHORT : Hint.SHORT;
    const first = <u32>load<u8>(word);
    const end = <u32>load<u8>(at - 1);
    // As hexadecimal digits of text begin.
    if (size >= HEX_MIN && (size & 1) == 0 && isHex(end) && (first - 0x32 < 6 || (isHex(first) && isDigit(<u32>load<u8>(word, 1))))) hints |= Hint.LONG;
    if (isDigit(first) || isDigit(end)) digits += <u32>size;
    // A digit, something odd, a digit; or one of them is a capital.
    const isOdd = isNext ? sign != 0x20 && sign != 0x0a : word - wordEnd <= BETWEEN_MAX;
    if (isOdd && isPair(first, lastByte)) hints |= Hint.DIGITS;
    lastByte = end;
    wordEnd = at;
    if (size > 4) {
      singles = 0;
      pairs = 0;
      prefixed = 0;
      continue;
    }
    singles = size == 1 ? singles + 1 : 0;
    // A letter may be the mark of the pair after it.
    pairs = size == 2 && isHex(first) && isHex(end) ? pairs + 1 : size == 1 ? pairs : 0;
    // A loop, since its fuel is charged only where it is entered.
    let blank: u32 = 0;
    for (let isIn = pairs != 0 && size == 2 && sign == 0x20 && isNext; isIn; isIn = false) {
      blank = blankPairs + (isDigit(first) == isDigit(end) ? 1 : BLANK_PAIRS_MIN);
    }
    blankPairs = blank;
    // The word and the byte before it; of two letters and less two and more.
    const letters = load<u32>(at - 4) | 0x20202020;
    prefixed = (size > 2 ? isPrefixed(letters, size) : size == 2 && prefixed > 0) ? prefixed + 1 : 0;
    if (pairs == PAIRS_MIN || blankPairs >= BLANK_PAIRS_MIN || prefixed == PREFIXED_MIN) hints |= Hint.PAIRS;
    if (size > 2 && isSignName(letters, size)) hints |= Hint.DIGITS;
    if (singles < SPACED_MIN) continue;
    hints |= Hint.SPACED;
    const next = endOfRow(at, last);
    digits += <u32>(next - at) >> 1;
    at = next;
    wordEnd = at;
    lastByte = <u32>load<u8>(at - 1);
  }
  return digits < DIGITS_MIN ? (hints | marked) & ~Hint.DIGITS : hints | marked;
}

/** More single letters with the same sign between, that tell nothing else. */
function endOfRow(at: usize, last: usize): usize {
  const sign = <u32>load<u8>(at);
  return sign == 0 || isBase64Sign(sign) ? at : endOfSingles(at, last, sign);
}

// @ts-ignore: decorator
@inline
function isDigit(byte: u32): bool {
  return byte - 0x30 < 10;
}

// @ts-ignore: decorator
@inline
function isHex(byte: u32): bool {
  return isDigit(byte) || (byte | 0x20) - 0x61 < 6;
}

/** Two characters of numbers, as documents have them: a digit, and another or a capital. */
// @ts-ignore: decorator
@inline
function isPair(one: u32, other: u32): bool {
  return (isDigit(one) && (isDigit(other) || other - 0x41 < 26)) || (isDigit(other) && one - 0x41 < 26);
}

/** The signs with which ways of writing begin. */
function surveyMarks(at: usize, last: usize): u32 {
  let angles: u64 = 0;
  let ampersands: u64 = 0;
  let percents: u64 = 0;
  let equals: u64 = 0;
  let slashes: u64 = 0;
  while (at < last) {
    const word = load<u64>(at);
    angles |= zeros(word ^ (ONES * 0x3c));
    ampersands |= zeros(word ^ (ONES * 0x26));
    percents |= zeros(word ^ (ONES * 0x25));
    equals |= zeros(word ^ (ONES * 0x3d));
    slashes |= zeros(word ^ (ONES * 0x5c));
    at += 8;
  }
  let found: u32 = 0;
  if (((angles | ampersands) & HIGHS) != 0) found |= Hint.HTML;
  if ((percents & HIGHS) != 0) found |= Hint.PERCENT;
  if ((equals & HIGHS) != 0) found |= Hint.EQUALS;
  if ((slashes & HIGHS) != 0) found |= Hint.BACKSLASH;
  return found;
}

/** Upper bits, some of them set where a byte is zero: exactly then. */
// @ts-ignore: decorator
@inline
function zeros(word: u64): u64 {
  return (word - ONES) & ~word;
}

// @ts-ignore: decorator
@inline
function isBase64Sign(byte: u32): bool {
  return byte == 0x2b || byte == 0x2f || byte == 0x2d || byte == 0x5f;
}

/** A pair of digits after what says that it is hexadecimal: `0x41`, and `\x41`. Little-endian. */
// @ts-ignore: decorator
@inline
function isPrefixed(letters: u32, size: usize): bool {
  // With the bit that makes small letters a backslash is a bar.
  return size == 4 ? (letters & 0xffff) == 0x7830 : (letters & 0xffff) == 0x787c;
}

/** "dash" or "dot". Little-endian. */
// @ts-ignore: decorator
@inline
function isSignName(letters: u32, size: usize): bool {
  return size == 4 ? letters == 0x68736164 : (letters >> 8) == 0x746f64;
}
