import { BESIDES, FOLD_INDEX, FOLD_VALUES, LOWER_INDEX, LOWER_VALUES, TEXT_BYTES, TEXT_STARTS } from "./reading-tables";

// What a character reads as. docs/spec/reading.md has the rules, tools/make-reading-tables.ts makes the tables of them.

/** Read as nothing: invisible. */
export const DROPPED: u32 = 0xd800;
/** An accent or point, read as nothing. */
export const MARK: u32 = 0xd801;
/** A sign of a script where signs are as good as letters: kept, unless it stands on an ASCII letter. */
export const VOWEL_SIGN: u32 = 0xd802;
/** From here on: a letter that reads as one of ASCII only beside others. */
export const BESIDE: u32 = 0xd900;
/** From here on: one of the texts. */
export const TEXTS: u32 = 0xda00;
const TEXTS_END: u32 = 0xe000;

const END: u32 = 0x20000;

/** A code point, or one of the above. */
export function fold(point: u32): u32 {
  if (point < END) {
    const block = <usize>load<u16>(FOLD_INDEX + (<usize>(point >> 6) << 1));
    const value = <u32>load<u16>(FOLD_VALUES + (block << 7) + (<usize>(point & 63) << 1));
    return value == 0 ? point : value;
  }
  // Tags and variation selectors.
  return point - 0xe0000 < 0x1000 ? DROPPED : point;
}

// @ts-ignore: decorator
@inline
export function isText(value: u32): bool {
  return value - TEXTS < TEXTS_END - TEXTS;
}

// @ts-ignore: decorator
@inline
export function isBeside(value: u32): bool {
  return value - BESIDE < TEXTS - BESIDE;
}

/** What it reads as by itself in the lower half; in the upper one what it is beside others: a byte of ASCII, or two. */
export function besideOf(value: u32): u32 {
  return load<u32>(BESIDES + (<usize>(value - BESIDE) << 2));
}

/** The text's bytes. */
export function textStart(value: u32): usize {
  return TEXT_BYTES + <usize>load<u16>(TEXT_STARTS + (<usize>(value - TEXTS) << 1)) + 1;
}

export function textSize(value: u32): usize {
  return <usize>load<u8>(textStart(value) - 1);
}

/** The lower case, of the same size in UTF-8. */
export function lower(point: u32): u32 {
  if (point < 0x10000) {
    const block = <usize>load<u8>(LOWER_INDEX + <usize>(point >> 6));
    const value = <u32>load<u16>(LOWER_VALUES + (block << 7) + (<usize>(point & 63) << 1));
    return value == 0 ? point : value;
  }
  if (point - 0x10400 < 0x28 || point - 0x104b0 < 0x24) return point + 0x28;
  if (point - 0x10c80 < 0x33) return point + 0x40;
  if (point - 0x118a0 < 0x20 || point - 0x16e40 < 0x20) return point + 0x20;
  return point - 0x1e900 < 0x22 ? point + 0x22 : point;
}
