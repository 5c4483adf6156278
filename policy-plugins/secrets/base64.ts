import { Class } from "./tables";
import { byteAt, isOf } from "./text";

/** What base64 from `start` to `end` stands for, of either alphabet, as far as it has room in `to`; its length. */
export function decode(start: i32, end: i32, to: usize, room: i32): i32 {
  let bits: u32 = 0;
  let held = 0;
  let length = 0;
  for (let at = start; at < end && length < room; at++) {
    const value = sextet(byteAt(at));
    if (value < 0) break;
    bits = (bits << 6) | <u32>value;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    store<u8>(to + length++, <u8>(bits >> held));
  }
  return length;
}

function sextet(byte: u8): i32 {
  if (byte - 0x41 < 26) return byte - 0x41;
  if (byte - 0x61 < 26) return byte - 0x61 + 26;
  if (isOf(byte, Class.DIGIT)) return byte - 0x30 + 52;
  if (byte == 0x2b || byte == 0x2d) return 62;
  if (byte == 0x2f || byte == 0x5f) return 63;
  return -1;
}
