import { Class, classes, marks } from "./classes";
import { plain } from "./output";
import { start, stop } from "./source";

// One look at a text, that says which ways of reading it are worth another.

export namespace Hint {
  export const HTML: u32 = 1;
  export const PERCENT: u32 = 2;
  export const EQUALS: u32 = 4;
  export const BACKSLASH: u32 = 8;
  /** A long run of letters and digits. */
  export const LONG: u32 = 16;
  /** Letters or pairs of digits that stand alone, one after the other. */
  export const SPACED: u32 = 32;
  export const PAIRS: u32 = 64;
  export const DIGITS: u32 = 128;
  /** A run that may be encoded digits. */
  export const SHORT: u32 = 256;
}

const LONG_MIN: u32 = 16;
const SHORT_MIN: u32 = 12;
const SPACED_MIN: u32 = 4;
const PAIRS_MIN: u32 = 8;
/** Of four characters, as in 0x41. */
const PREFIXED_MIN: u32 = 4;
const DIGITS_MIN: u32 = 7;
/** Three characters in UTF-8. */
const BETWEEN_MAX: usize = 12;

let hints: u32 = 0;
let digits: u32 = 0;
let run: u32 = 0;
let singles: u32 = 0;
let pairs: u32 = 0;
let prefixed: u32 = 0;
/** Of the last character of the last word. */
let lastClass: u8 = 0;
let wordEnd: usize = 0;

export function survey(): u32 {
  hints = 0;
  digits = 0;
  run = 0;
  singles = 0;
  pairs = 0;
  prefixed = 0;
  lastClass = 0;
  wordEnd = 0;
  let marked: u32 = 0;
  const last = plain + stop;
  let at = plain + start;
  // Short loops within one: what a step of a loop may cost at most is charged for each.
  while (at < last) {
    while (at < last && (load<u8>(classes + load<u8>(at)) & Class.WORD) == 0) {
      marked |= <u32>load<u8>(marks + load<u8>(at));
      at++;
    }
    const word = at;
    while (at < last && (load<u8>(classes + load<u8>(at)) & Class.WORD) != 0) at++;
    if (at > word) seeWord(word, at);
  }
  return digits < DIGITS_MIN ? (hints | marked) & ~Hint.DIGITS : hints | marked;
}

function seeWord(from: usize, to: usize): void {
  const size = <u32>(to - from);
  const before = wordEnd;
  if (wordEnd + 1 == from && (load<u8>(classes + load<u8>(wordEnd)) & Class.BASE64) != 0) run += size + 1;
  else run = size;
  wordEnd = to;
  if (run >= SHORT_MIN) hints |= run >= LONG_MIN ? Hint.LONG | Hint.SHORT : Hint.SHORT;
  if (digits < DIGITS_MIN || (hints & Hint.DIGITS) == 0) seeNumber(before, from, to);
  if (size > 4) {
    singles = 0;
    pairs = 0;
    prefixed = 0;
  } else {
    seeShortWord(to, size);
  }
}

function seeNumber(before: usize, from: usize, to: usize): void {
  const first = load<u8>(classes + load<u8>(from));
  const last = load<u8>(classes + load<u8>(to - 1));
  if (((first | last) & Class.DIGIT) != 0) digits += <u32>(to - from);
  // A digit, something odd, a digit; or one of them is a capital.
  const isPair = ((first | lastClass) & Class.DIGIT) != 0 && (first & Class.IN_NUMBER) != 0 && (lastClass & Class.IN_NUMBER) != 0;
  if (isPair && isOdd(before, from)) hints |= Hint.DIGITS;
  lastClass = last;
}

function seeShortWord(to: usize, size: u32): void {
  singles = size == 1 ? singles + 1 : 0;
  pairs = size == 2 ? pairs + 1 : 0;
  prefixed = size == 4 ? prefixed + 1 : 0;
  if (singles == SPACED_MIN) hints |= Hint.SPACED;
  if (pairs == PAIRS_MIN || prefixed == PREFIXED_MIN) hints |= Hint.PAIRS;
  if (size > 2 && isSignName(to, size)) hints |= Hint.DIGITS;
}

/** Whether what stands between two digits is no usual part of a number. */
function isOdd(from: usize, to: usize): bool {
  const byte = load<u8>(from);
  return to == from + 1 ? byte != 0x20 && byte != 0x0a : to - from <= BETWEEN_MAX;
}

/** "dash" or "dot", which ends at `end`. */
function isSignName(end: usize, size: u32): bool {
  const letters = load<u32>(end - 4) | 0x20202020;
  return size == 4 ? letters == 0x68736164 : (letters >> 8) == 0x746f64; // little-endian
}
