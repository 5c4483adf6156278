// The text that is scanned, and what assertions see at its places.

export let textStart: usize = 0;
export let textEnd: usize = 0;

export function setText(start: usize, end: usize): void {
  textStart = start;
  textEnd = end;
}

const EDGE: u32 = 0;
const NEWLINE: u32 = 1;
const WORD: u32 = 2;
const OTHER: u32 = 3;
const INSIDE: u32 = 4;

/** As neighbourOf in core/policy/regex/look.ts. */
function kindOf(byte: u32): u32 {
  if (byte == 0x0a) return NEWLINE;
  if (byte - 0x30 < 10 || (byte | 0x20) - 0x61 < 26 || byte == 0x5f) return WORD;
  return byte - 0x80 < 0x40 ? INSIDE : OTHER;
}

export function kindBefore(at: usize): u32 {
  return at == textStart ? EDGE : kindOf(load<u8>(at - 1));
}

export function kindAfter(at: usize): u32 {
  return at == textEnd ? EDGE : kindOf(load<u8>(at));
}
