import { reading, Reading } from "../sdk/index";

// The reading that is scanned, and the classes of its bytes.

export let folded: usize = 0;
export let plain: usize = 0;
export let size: i32 = 0;
export let all: Reading = changetype<Reading>(0);

export function open(): void {
  all = reading();
  folded = all.folded;
  plain = all.plain;
  size = all.size;
}

export namespace Class {
  export const OTHER: u8 = 0;
  export const LETTER: u8 = 1;
  export const DIGIT: u8 = 2;
}

/** Of the folded text's bytes: upper case does not occur there. */
const classes: usize = memory.data(256);

export function makeClasses(): void {
  for (let byte: usize = 0x61; byte <= 0x7a; byte++) store<u8>(classes + byte, Class.LETTER);
  for (let byte: usize = 0x30; byte <= 0x39; byte++) store<u8>(classes + byte, Class.DIGIT);
}

// @ts-ignore: decorator
@inline
export function at(index: i32): u32 {
  return <u32>load<u8>(folded + <usize>index);
}

// @ts-ignore: decorator
@inline
export function classAt(index: i32): u8 {
  return load<u8>(classes + <usize>load<u8>(folded + <usize>index));
}

// @ts-ignore: decorator
@inline
export function isDigit(byte: u32): bool {
  return byte - 0x30 < 10;
}

// @ts-ignore: decorator
@inline
export function isLetter(byte: u32): bool {
  return byte - 0x61 < 26;
}

// @ts-ignore: decorator
@inline
export function isAlnum(byte: u32): bool {
  return byte - 0x30 < 10 || byte - 0x61 < 26;
}
