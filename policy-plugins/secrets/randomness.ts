import { COUNT_LOG2, FIFTHS, FILLER_SHIFT, FILLER_SPREAD, FILLERS } from "./tables";
import { byteAt, foldedAt } from "./text";

// What tells a secret from a word, a name and a filler: Shannon's entropy of its characters, in whole sixteenths of a bit.

/** More of a secret need not be looked at. */
export const LOOKED_AT: i32 = 255;

const counts: usize = memory.data(512, 2);

/** Whether the characters have so many sixteenths of a bit on the average. */
export function hasEntropy(start: i32, end: i32, sixteenths: i32): bool {
  const length = min(end - start, LOOKED_AT);
  for (let i = 0; i < length; i++) {
    const count = counts + (<usize>byteAt(start + i) << 1);
    store<u16>(count, load<u16>(count) + 1);
  }
  let sum: u32 = 0;
  for (let i = 0; i < length; i++) {
    const count = counts + (<usize>byteAt(start + i) << 1);
    sum += load<u16>(COUNT_LOG2 + (<usize>load<u16>(count) << 1));
    store<u16>(count, 0);
  }
  return <i32>(<u32>load<u16>(COUNT_LOG2 + (<usize>length << 1)) - sum) >= sixteenths * length;
}

export function hasDigit(start: i32, end: i32): bool {
  for (let at = start; at < end; at++) {
    if (byteAt(at) - 0x30 < 10) return true;
  }
  return false;
}

/** Letters or digits one after the other, or the same: `abcdefg`, `1234567`. */
const SEQUENCE_MIN = 7;
const REPEAT_MIN = 6;

/** Whether four letters are written as a word is, not by chance: `your`, `YOUR`, `Your`, and not `yOuR`. */
function isOneCase(start: i32): bool {
  let capitals = 0;
  for (let at = start + 1; at < start + 4; at++) capitals += <i32>(byteAt(at) - 0x41 < 26);
  return capitals == 0 || (capitals == 3 && byteAt(start) < 0x60);
}

/** Whether the four letters up to `last` are a filler's, and not by chance: the fifth is too, and all are of one case. */
function isFiller(place: usize, last: i32): bool {
  const fifth = load<u8>(FIFTHS + place);
  return (fifth == 0 || foldedAt(last + 1) == fifth) && isOneCase(last - 3);
}

/** Whether somebody wrote this to stand for a secret. */
export function isPlaceholder(start: i32, end: i32): bool {
  const last = min(end, start + LOOKED_AT);
  let rising = 1;
  let same = 1;
  let before = foldedAt(start);
  let four: u32 = 0;
  for (let at = start; at < last; at++) {
    const byte = foldedAt(at);
    rising = byte == before + 1 ? rising + 1 : 1;
    same = byte == before ? same + 1 : 1;
    if (rising >= SEQUENCE_MIN || (same >= REPEAT_MIN && same << 2 >= last - start)) return true;
    before = byte;
    four = (four >> 8) | (<u32>byte << 24);
    const place = <usize>((four * FILLER_SPREAD) >> FILLER_SHIFT);
    if (load<u32>(FILLERS + (place << 2)) == four && four != 0 && isFiller(place, at)) return true;
  }
  return false;
}
