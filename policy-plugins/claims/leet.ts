import { CLASSES, Class } from "./bytes";
import { report, Rule } from "./rules";
import { findWord } from "./vocabulary";

// Words with digits and signs for some letters: "gu4r4nt33d", "w3". One letter at least has to be one, at most one digit more
// than there are letters may stand for others, and the whole has to be a word of ours, so that numbers, ids and versions are none.

const LETTERS_MAX: usize = 16;
const SHORT_MAX: usize = 3;
/** As read last: the letters, and where the word ends in the text. */
export const leetLetters: usize = memory.data(32, 8);
export let leetEnd: usize = 0;
/** Up to here no word in disguise was found: what begins before is not tried again. */
let triedUpTo: usize = 0;

/** So many are looked up, so that a text of ids takes no longer than another; the first that is not is told. */
const TRIES_MAX: i32 = 1536;
let tries: i32 = 0;

/** From "!" to "@": the letter that a byte may stand for, or 0. Of 1 and ! it may be an l as well. */
const LETTER_FOR: usize = memory.data<u8>([
  0x69, 0, 0, 0x73, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0x6f, 0x69, 0, 0x65, 0x61, 0x73, 0, 0x74, 0x62, 0x67, 0, 0, 0, 0, 0, 0, 0x61,
]);
const FIRST_SIGN: u32 = 0x21;
const SIGNS: u32 = 0x20;

// @ts-ignore: decorator
@inline
function letterFor(byte: u32): u8 {
  const index = byte - FIRST_SIGN;
  return index < SIGNS ? load<u8>(LETTER_FOR + <usize>index) : 0;
}

// @ts-ignore: decorator
@inline
function isWordByte(byte: usize): bool {
  return load<u8>(CLASSES + byte) <= Class.DIGIT;
}

/** Whether a byte is a sign within a word that may stand for a letter: two in a row may, as in `l!@bility`. */
export function isLeetSign(at: usize): bool {
  return isLetterSign(at) || (letterFor(<u32>load<u8>(at)) != 0 && isLetterSign(at + 1));
}

/** A sign that may stand for a letter, before a letter or digit: `c@$h`. */
// @ts-ignore: decorator
@inline
function isLetterSign(at: usize): bool {
  return letterFor(<u32>load<u8>(at)) != 0 && isWordByte(<usize>load<u8>(at, 1));
}

/** "4m", which is no "am". */
// @ts-ignore: decorator
@inline
function isNumber(start: usize, size: usize): bool {
  return size < 2 || (size == 2 && load<u8>(start, 1) == 0x6d);
}

/** Whether what begins here was tried already, or enough was. */
// @ts-ignore: decorator
@inline
export function isTried(start: usize): bool {
  return start < triedUpTo || tries > TRIES_MAX;
}

/** How many letters the word has that begins here in disguise, or 0. They are at `leetLetters`. */
export function readLeet(start: usize): usize {
  let size: usize = 0;
  let isHex = true;
  let letters: usize = 0;
  let digits: usize = 0;
  let at = start;
  let isDouble = false;
  for (; size < LETTERS_MAX; at++) {
    const byte = <u32>load<u8>(at);
    if (byte - 0x61 < 26) {
      letters++;
      if (byte > 0x66) isHex = false;
      store<u8>(leetLetters + size++, <u8>byte);
      continue;
    }
    const letter = letterFor(byte);
    if (letter == 0) break;
    if (byte - 0x30 < 10) digits++;
    else isHex = false;
    // Behind a word signs are punctuation.
    if (byte - 0x30 >= 10 && !isLeetSign(at)) break;
    if (letter == 0x69) isDouble = true;
    store<u8>(leetLetters + size++, letter);
  }
  triedUpTo = at;
  // Of hexadecimal digits alone are parts of hashes, but for "b3".
  if (isHex && size > 2 && digits > 0) return 0;
  if (isWordByte(<usize>load<u8>(at)) || letters == 0 || letters == size || isNumber(start, size)) return 0;
  if (size > SHORT_MAX && letters + 1 < digits) return 0;
  leetEnd = at;
  if (++tries > TRIES_MAX) {
    report(Rule.DISGUISE_LIMIT, start, at);
    return 0;
  }
  if (findWord(leetLetters, size)) return size;
  if (!isDouble) return 0;
  for (let index: usize = 0; index < size; index++) {
    if (load<u8>(start + index) - 0x61 >= 26 && load<u8>(leetLetters + index) == 0x69) store<u8>(leetLetters + index, 0x6c);
  }
  return findWord(leetLetters, size) ? size : 0;
}
