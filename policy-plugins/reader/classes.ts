// What a byte is, as the decoders ask for it. Filled in once, by `configure`.

export namespace Class {
  /** Of base64, in either alphabet, without padding. */
  export const BASE64: u8 = 1;
  export const HEX: u8 = 2;
  export const LETTER: u8 = 4;
  export const DIGIT: u8 = 8;
  /** Both of them. */
  export const WORD: u8 = 12;
  export const SPACE: u8 = 16;
  export const CAPITAL: u8 = 32;
  /** What numbers of documents consist of: a digit or capital. */
  export const IN_NUMBER: u8 = 40;
}

export let classes: usize = 0;
/** Not zero where a byte may be one of a text in UTF-8. */
export let textual: usize = 0;
/** Six bits for each byte of base64. */
let sixBits: usize = 0;

/** What a byte is to UTF-8 (Unicode, table 3-7): an index into the row of a state. */
namespace Utf8 {
  export const ASCII: u8 = 0;
  export const NONE: u8 = 1;
  /** Later bytes, from 0x80, 0x90 and 0xa0 on. */
  export const LOW: u8 = 2;
  export const MIDDLE: u8 = 3;
  export const HIGH: u8 = 4;
  export const TWO: u8 = 5;
  export const E0: u8 = 6;
  export const THREE: u8 = 7;
  export const ED: u8 = 8;
  export const F0: u8 = 9;
  export const FOUR: u8 = 10;
  export const F4: u8 = 11;
}
export let utf8Classes: usize = 0;

/** By state, which is the place of its row, and class: the next state. */
export const UTF8_ROWS: usize = memory.data<u8>([
  // Between characters.
  0x00, 0x10, 0x10, 0x10, 0x10, 0x20, 0x50, 0x30, 0x60, 0x70, 0x40, 0x80, 0x10, 0x10, 0x10, 0x10,
  // No text.
  0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10,
  // One, two or three more bytes.
  0x10, 0x10, 0x00, 0x00, 0x00, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10,
  0x10, 0x10, 0x20, 0x20, 0x20, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10,
  0x10, 0x10, 0x30, 0x30, 0x30, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10,
  // Behind e0, ed, f0 and f4 some are none.
  0x10, 0x10, 0x10, 0x10, 0x20, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10,
  0x10, 0x10, 0x20, 0x20, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10,
  0x10, 0x10, 0x10, 0x30, 0x30, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10,
  0x10, 0x10, 0x30, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10,
]);
/** Of a state: no text goes on so. */
export const UTF8_BAD: u32 = 0x10;

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_";

export function makeClasses(): void {
  classes = heap.alloc(256);
  sixBits = heap.alloc(256);
  memory.fill(classes, 0, 256);
  memory.fill(sixBits, 0, 256);
  for (let i = 0; i < ALPHABET.length; i++) {
    const byte = <usize>ALPHABET.charCodeAt(i);
    // The last two are the other form of the two before.
    store<u8>(sixBits + byte, <u8>(i < 64 ? i : i - 2));
    let bits: u8 = Class.BASE64;
    if (i < 52) bits |= Class.LETTER;
    else if (i < 62) bits |= Class.DIGIT;
    if (i < 26) bits |= Class.CAPITAL;
    if ((byte | 0x20) - 0x61 < 6 || byte - 0x30 < 10) bits |= Class.HEX;
    store<u8>(classes + byte, bits);
  }
  for (let byte: usize = 9; byte < 14; byte++) store<u8>(classes + byte, Class.SPACE);
  store<u8>(classes + 0x20, Class.SPACE);
  textual = heap.alloc(256);
  memory.fill(textual, 0, 256);
  memory.fill(textual + 9, 1, 5);
  memory.fill(textual + 0x20, 1, 0x5f);
  memory.fill(textual + 0x80, 1, 0x40);
  memory.fill(textual + 0xc2, 1, 0x33);
  utf8Classes = heap.alloc(256);
  for (let byte: usize = 0; byte < 256; byte++) store<u8>(utf8Classes + byte, utf8ClassOf(<u32>byte));
}

function utf8ClassOf(byte: u32): u8 {
  if (load<u8>(textual + byte) == 0) return Utf8.NONE;
  if (byte < 0x80) return Utf8.ASCII;
  if (byte < 0xc0) return byte < 0x90 ? Utf8.LOW : byte < 0xa0 ? Utf8.MIDDLE : Utf8.HIGH;
  if (byte < 0xe0) return Utf8.TWO;
  if (byte < 0xf0) return byte == 0xe0 ? Utf8.E0 : byte == 0xed ? Utf8.ED : Utf8.THREE;
  return byte == 0xf0 ? Utf8.F0 : byte == 0xf4 ? Utf8.F4 : Utf8.FOUR;
}

// @ts-ignore: decorator
@inline
export function classOf(byte: u32): u8 {
  return load<u8>(classes + byte);
}

// @ts-ignore: decorator
@inline
export function base64Of(byte: u32): u32 {
  return <u32>load<u8>(sixBits + byte);
}

// @ts-ignore: decorator
@inline
export function isWordByte(byte: u32): bool {
  return byte >= 0x80 || (classOf(byte) & (Class.LETTER | Class.DIGIT)) != 0;
}

/** Of a hexadecimal digit. */
// @ts-ignore: decorator
@inline
export function hexOf(byte: u32): u32 {
  return byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57;
}

// @ts-ignore: decorator
@inline
export function isHex(byte: u32): bool {
  return (classOf(byte) & Class.HEX) != 0;
}
