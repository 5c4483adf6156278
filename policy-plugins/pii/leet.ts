import { at, Class, classAt, isLetter } from "./text";
import { findWord } from "./word-table";

// Words with digits and signs for letters: `d1abet3s`, `@57hm@`.

const BYTES_MIN: i32 = 4;
const BYTES_MAX: i32 = 16;
const LETTERS_MIN: i32 = 2;

/** From the space on, the letters that signs and digits stand for, up to the at sign; letters are themselves. */
const LETTERS: usize = memory.data<u8>([
  0x20, 0x69, 0x22, 0x23, 0x73, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e, 0x2f,
  0x6f, 0x69, 0x7a, 0x65, 0x61, 0x73, 0x67, 0x74, 0x62, 0x67, 0x3a, 0x3b, 0x3c, 0x3d, 0x3e, 0x3f, 0x61,
]);
/** The word as it is read; zeros behind, as a lookup loads sixteen bytes. */
const spelt: usize = memory.data(32);

export let leetStart: i32 = 0;
export let leetEnd: i32 = 0;

/** Whether a byte beside a word may stand for a letter of it. */
// @ts-ignore: decorator
@inline
export function isLeet(byte: u32): bool {
  return byte - 0x30 < 10 || byte == 0x40 || byte == 0x24 || byte == 0x21;
}

// @ts-ignore: decorator
@inline
function isOfWord(byte: u32): bool {
  return <bool>(<u32>isLetter(byte) | <u32>isLeet(byte));
}

/** Up to here words with digits and signs in them were none of ours. */
export let noneUntil: i32 = 0;

/** The number of the word around the letters from `start` to `end`, from `leetStart` to `leetEnd`; -1: it is none of ours. */
export function leetWord(start: i32, end: i32): i32 {
  let from = start;
  while (start - from < BYTES_MAX && isLeet(at(from - 1))) from--;
  let to = end;
  while (to - from <= BYTES_MAX && isOfWord(at(to))) to++;
  noneUntil = to;
  if (to - from < BYTES_MIN || to - from > BYTES_MAX || isOfGroups(from, to)) return -1;
  // A sentence's, or one that is read as a letter.
  const isExclaimed = at(to - 1) == 0x21;
  let word = lookUp(from, to);
  if (word < 0 && isExclaimed) word = lookUp(from, --to);
  leetStart = from;
  leetEnd = to;
  return word;
}

/** `7c9e-6679`: a hyphen and more letters or digits beside it. */
function isOfGroups(from: i32, to: i32): bool {
  const before = at(from - 1);
  const after = at(to);
  return (before == 0x2d && classAt(from - 2) != Class.OTHER) || (after == 0x2d && classAt(to + 1) != Class.OTHER);
}

function lookUp(from: i32, to: i32): i32 {
  const size = to - from;
  let letters = 0;
  let ones = 0;
  for (let i = 0; i < size; i++) {
    const byte = at(from + i);
    letters += <i32>isLetter(byte);
    ones += <i32>(byte == 0x31);
    store<u8>(spelt + <usize>i, byte - 0x20 < 33 ? load<u8>(LETTERS + <usize>(byte - 0x20)) : <u8>byte);
  }
  if (letters < LETTERS_MIN) return -1;
  const word = findWord(spelt, size);
  if (word >= 0 || ones == 0) return word;
  for (let i = 0; i < size; i++) if (at(from + i) == 0x31) store<u8>(spelt + <usize>i, 0x6c);
  return findWord(spelt, size);
}

