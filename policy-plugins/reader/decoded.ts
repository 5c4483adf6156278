import { Class, classes, textual, UTF8_BAD, UTF8_ROWS, utf8Classes } from "./classes";
import { HIGHS, ONES } from "./search";
import { validSize } from "../sdk/utf8";

// Whether decoded bytes are text: well-formed UTF-8 without control characters but tabs and line ends.

/** Where text of `size` bytes or more begins, from `at` on; behind `last`: nowhere. Looks at each byte once, or twice. */
export function startOfText(at: usize, last: usize, size: usize): usize {
  let from = at;
  let boundary = at;
  let state: u32 = 0;
  while (at < last && boundary - from < size) {
    state = <u32>load<u8>(UTF8_ROWS + state + <usize>load<u8>(utf8Classes + load<u8>(at)));
    if (state == UTF8_BAD) {
      // What ended a character too early may begin the next.
      at += <usize>(boundary == at);
      from = boundary = at;
      state = 0;
    } else {
      at++;
      boundary = state == 0 ? at : boundary;
    }
  }
  return boundary - from < size ? last : from;
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
