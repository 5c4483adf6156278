import { Text } from "../sdk/index";
import { foldUnit } from "../sdk/fold";
import { kept } from "./state";

// A text as code is looked for in it: without case, and without what is not seen.

/** Fills `kept.units` and `kept.places`. */
export function fold(text: Text): void {
  const units = heap.alloc(<usize>(text.length + 32) << 1);
  const places = heap.alloc(<usize>(text.length + 1) << 2);
  let length: usize = 0;
  for (let i = 0; i < text.length; i++) {
    let one = text.unit(i);
    if (one >= 0x80) {
      if (isUnseen(one)) continue;
      one = <u16>foldUnit(one);
    } else if (one - 0x41 < 26) {
      one |= 0x20;
    }
    store<u16>(units + (length << 1), one);
    store<i32>(places + (length << 2), i);
    length++;
  }
  memory.fill(units + (length << 1), 0, 64);
  kept.units = units;
  kept.places = places;
  kept.length = <i32>length;
}

export function isUnseen(one: u16): bool {
  return one == 0xad || (one >= 0x200b && one <= 0x200f) || (one >= 0x202a && one <= 0x202e) ||
    (one >= 0x2060 && one <= 0x2064) || one == 0xfeff || (one >= 0xfe00 && one <= 0xfe0f);
}

// @ts-ignore: decorator
@inline
export function unit(at: i32): u16 {
  return load<u16>(kept.units + (<usize>at << 1));
}

export function place(at: i32): i32 {
  return load<i32>(kept.places + (<usize>at << 2));
}

export function lineEnd(at: i32): i32 {
  while (at < kept.length && unit(at) != 0x0a) at++;
  return at;
}

export function isBlank(one: u16): bool {
  return one == 0x20 || one == 0x09 || one == 0xa0 || one == 0x3e; // quoted lines too
}

export function isWordStart(at: i32): bool {
  return at == 0 || !isWord(unit(at - 1));
}

export function isWord(one: u16): bool {
  return one - 0x61 < 26 || one - 0x30 < 10 || one == 0x5f || one >= 0x80;
}

export function begins(at: i32, text: string): bool {
  for (let i = 0; i < text.length; i++) if (unit(at + i) != <u16>text.charCodeAt(i)) return false;
  return true;
}

/** A word, whole, and a blank after it. */
export function hasWord(at: i32, text: string): bool {
  return begins(at, text) && isSpace(unit(at + text.length));
}

export function isSpace(one: u16): bool {
  return one == 0x20 || one == 0x09 || one == 0x0a || one == 0x0d || one == 0xa0;
}
