import { CLASSES, Class } from "./bytes";
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

/** The letter that a byte of ASCII is or may stand for, or 0. Of 1 and ! it may be an l as well. */
const LETTER_FOR: usize = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0x69, 0, 0, 0x73, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0x6f, 0x69, 0, 0x65, 0x61, 0x73, 0, 0x74, 0x62, 0x67, 0, 0, 0, 0, 0, 0,
  0x61, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f,
  0x70, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0, 0, 0, 0, 0,
]);
/** So many signs in a row may stand for letters: `l!@bility`. */
const SIGNS_MAX: u32 = 2;

// @ts-ignore: decorator
@inline
function letterFor(byte: u32): u8 {
  return byte < 0x80 ? load<u8>(LETTER_FOR + <usize>byte) : 0;
}

/** Neither a letter nor a digit. */
// @ts-ignore: decorator
@inline
function isSign(byte: u32): bool {
  return byte - 0x61 >= 26 && byte - 0x30 >= 10;
}

// @ts-ignore: decorator
@inline
function isWordByte(byte: usize): bool {
  return load<u8>(CLASSES + byte) <= Class.DIGIT;
}

/** Whether a byte, which is no letter, is a sign within a word that may stand for one. */
export function isLeetSign(at: usize): bool {
  return isLetterSign(at) || (letterFor(<u32>load<u8>(at)) != 0 && isLetterSign(at + 1));
}

/** A sign that may stand for a letter, before a letter or digit: `c@$h`. */
// @ts-ignore: decorator
@inline
function isLetterSign(at: usize): bool {
  const byte = <u32>load<u8>(at);
  return byte - 0x61 >= 26 && letterFor(byte) != 0 && isWordByte(<usize>load<u8>(at, 1));
}

/** "4m", which is no "am". */
// @ts-ignore: decorator
@inline
function isNumber(start: usize, size: usize): bool {
  return size < 2 || (size == 2 && load<u8>(start, 1) == 0x6d);
}

/** Whether what begins here was tried already. */
// @ts-ignore: decorator
@inline
export function isTried(start: usize): bool {
  return start < triedUpTo;
}

/** How many letters the word has that begins here in disguise, or 0. They are at `leetLetters`. */
export function readLeet(start: usize): usize {
  let size: usize = 0;
  let letters: usize = 0;
  let digits: usize = 0;
  let signs: u32 = 0;
  let hex: usize = 0;
  let doubles: u32 = 0;
  while (size < LETTERS_MAX) {
    const byte = <u32>load<u8>(start + size);
    const letter = letterFor(byte);
    signs = isSign(byte) ? signs + 1 : 0;
    if (letter == 0 || signs > SIGNS_MAX) break;
    letters += <usize>(byte - 0x61 < 26);
    digits += <usize>(byte - 0x30 < 10);
    hex += <usize>(byte - 0x61 < 6);
    doubles |= <u32>(letter == 0x69) & <u32>(byte != 0x69);
    store<u8>(leetLetters + size++, letter);
  }
  // Behind a word signs are punctuation.
  while (size > 0 && isSign(<u32>load<u8>(start + size - 1))) size--;
  const at = start + size;
  const isHex = hex + digits == size;
  triedUpTo = max(at, start + 1);
  // Of hexadecimal digits alone are parts of hashes, but for "b3".
  if (isHex && size > 2 && digits > 0) return 0;
  if (isWordByte(<usize>load<u8>(at)) || letters == 0 || letters == size || isNumber(start, size)) return 0;
  if (size > SHORT_MAX && letters + 1 < digits) return 0;
  leetEnd = at;
  return unchecked(looks[0])(start, size, doubles != 0);
}

/** The size, if the letters are a word of ours; `isDouble`: a sign among them may be an l as well. */
function lookUp(start: usize, size: usize, isDouble: bool): usize {
  if (findWord(leetLetters, size)) return size;
  if (!isDouble) return 0;
  for (let index: usize = 0; index < size; index++) {
    if (load<u8>(start + index) - 0x61 >= 26 && load<u8>(leetLetters + index) == 0x69) store<u8>(leetLetters + index, 0x6c);
  }
  return findWord(leetLetters, size) ? size : 0;
}

/** In a table, so that what is no word is not charged for it. */
const looks: StaticArray<(start: usize, size: usize, isDouble: bool) => usize> = [lookUp];
