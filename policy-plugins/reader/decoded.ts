import { Class, classes, textual } from "./classes";
import { HIGHS, ONES } from "./search";
import { validSize } from "../sdk/utf8";

// Whether decoded bytes are text: well-formed UTF-8 without control characters but tabs and line ends.

/** Up to here bytes were looked at, and may all be of a text since where `startOfText` was last. */
let seenTo: usize = 0;

export function beginSearch(at: usize): void {
  seenTo = at;
}

/**
 * Where text of `size` bytes may begin, from `at` on. It is looked at from its end, so that most of what is none is passed over,
 * and nothing is looked at twice.
 */
export function startOfText(at: usize, last: usize, size: usize): usize {
  while (at + size <= last) {
    let rest = at + size;
    const seen = max(at, seenTo);
    while (rest > seen && load<u8>(textual + load<u8>(rest - 1)) != 0) rest--;
    seenTo = at + size;
    if (rest <= seen) {
      // A later byte of a character neither begins a text nor follows ASCII.
      const first = load<u8>(at);
      if (!isTail(first) && (first >= 0x80 || !isTail(load<u8>(at, 1)))) return at;
      rest = at + 1;
    }
    at = rest;
  }
  return last;
}

// @ts-ignore: decorator
@inline
function isTail(byte: u8): bool {
  return (byte & 0xc0) == 0x80;
}

/** Where the text that begins at `at` ends. */
export function endOfText(at: usize, last: usize): usize {
  for (;;) {
    while (at + 8 <= last && isPrintable(load<u64>(at))) at += 8;
    while (at < last && <u8>(load<u8>(at) - 0x20) < 0x5f) at++;
    if (at >= last || load<u8>(textual + load<u8>(at)) == 0) return at;
    const size = validSize(at, last);
    if (size == 0) return at;
    at += size;
  }
  return at;
}

/** Whether eight bytes are ASCII from the space on: none goes below zero, and none comes to 128. */
// @ts-ignore: decorator
@inline
function isPrintable(word: u64): bool {
  return ((word | (word - ONES * 0x20) | (word + ONES)) & HIGHS) == 0;
}

/** Whether a good part of it are letters, digits and spaces: signs alone come of what never was encoded. */
export function isLikely(from: usize, to: usize): bool {
  to = min(to, from + SAMPLE_BYTES);
  let likely: usize = 0;
  for (let at = from; at < to; at++) {
    const byte = load<u8>(at);
    if (byte >= 0x80 || (load<u8>(classes + byte) & (Class.WORD | Class.SPACE)) != 0) likely++;
  }
  return likely * LIKELY_PART >= to - from;
}

const LIKELY_PART: usize = 4;
/** So many say enough. */
const SAMPLE_BYTES: usize = 256;

// @ts-ignore: decorator
@inline
export function isAscii3(at: usize): bool {
  return (load<u32>(at) & 0x808080) == 0;
}
