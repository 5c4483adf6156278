import { CLASSES, Class } from "./bytes";

/** A question that begins so ends within as many bytes. */
const QUESTION_BYTES_MAX: usize = 200;

/**
 * Whether the sentence with this first word, "is" or "can" or the like, asks for something to be so. "Can I offer you",
 * "Would we" and "Do you want" are offers, and "did we" is none. Reads on to the sentence's end, once for a sentence.
 */
export function isAsked(start: usize, end: usize): bool {
  const isPast = end - start == 3 && load<u8>(start) == 0x64;
  if (load<u8>(start) != 0x73 && !isPast && isOwnOffer(end)) return false;
  if (isWish(end)) return false;
  const limit = end + QUESTION_BYTES_MAX;
  for (let at = end; at < limit; at++) {
    const byte = load<u8>(at);
    if (byte == 0x3f) return true;
    if (byte == 0x0a && load<u8>(at, 1) == 0x0a) return false;
    if (load<u8>(CLASSES + <usize>byte) == Class.STOP && load<u8>(CLASSES + <usize>load<u8>(at, 1)) >= Class.SPACE) return false;
  }
  return false;
}

const FRAU: u32 = 0x75617266;
const SCAM: u32 = 0x6d616373;
const LYIN: u32 = 0x6e69796c;
const LIAR: u32 = 0x7261696c;
const CROO: u32 = 0x6f6f7263;
const SWIN: u32 = 0x6e697773;

/** Whether the sentence calls those that it begins with swindlers: "Anyone who promises guaranteed profits is a fraud." */
export function isSuspected(end: usize): bool {
  const limit = end + QUESTION_BYTES_MAX;
  for (let at = end; at < limit; at++) {
    const byte = load<u8>(at);
    if (byte == 0x0a && load<u8>(at, 1) == 0x0a) return false;
    if (load<u8>(CLASSES + <usize>byte) == Class.STOP && load<u8>(CLASSES + <usize>load<u8>(at, 1)) >= Class.SPACE) return false;
    if (byte != 0x20) continue;
    const four = load<u32>(at, 1);
    if (four == FRAU || four == SCAM || four == LYIN || four == LIAR || four == CROO || four == SWIN) return true;
  }
  return false;
}

/** " i " or " we " comes next. */
function isOwnOffer(end: usize): bool {
  const next = load<u32>(end);
  return (next & 0xffffff) == 0x206920 || next == 0x20657720;
}

/** " you want", " you need", " you know", " you like" or the like comes next. */
function isWish(end: usize): bool {
  if (load<u32>(end) != YOU || load<u8>(end, 4) != 0x20) return false;
  const letter = load<u8>(end, 5);
  return letter == 0x77 || letter == 0x6e || letter == 0x6b || letter == 0x6c;
}

/** " you" */
const YOU: u32 = 0x756f7920;
