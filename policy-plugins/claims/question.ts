import { CLASSES, Class } from "./bytes";

/** A question that begins so ends within as many bytes. */
const QUESTION_BYTES_MAX: usize = 300;

/** What was looked at last: from where, up to where its sentence ends or the look did, and whether that was a question mark. */
let lookedFrom: usize = 0;
let lookedTo: usize = 0;
let isMarked: bool = false;

/**
 * Whether the sentence that goes on with this word, "is" or "can" or the like, asks for something to be so. "Can I offer you",
 * "Would we" and "Do you want" are offers, and "did we" is none.
 */
export function isAsked(start: usize, end: usize): bool {
  const isPast = end - start == 3 && load<u8>(start) == 0x64;
  if (load<u8>(start) != 0x73 && !isPast && isOwnOffer(end)) return false;
  if (isWish(end) || isRhetorical(start, end)) return false;
  if (start < lookedFrom || start >= lookedTo) look(start, end);
  return isMarked;
}

/** Reads on to the sentence's end, once for a sentence. */
function look(start: usize, end: usize): void {
  const limit = end + QUESTION_BYTES_MAX;
  let at = end;
  isMarked = false;
  for (; at < limit; at++) {
    const byte = load<u8>(at);
    if (byte == 0x3f) {
      isMarked = true;
      break;
    }
    if (byte == 0x0a && load<u8>(at, 1) == 0x0a) break;
    if (load<u8>(CLASSES + <usize>byte) == Class.STOP && load<u8>(CLASSES + <usize>load<u8>(at, 1)) >= Class.SPACE) break;
  }
  lookedFrom = start;
  lookedTo = at;
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

/** "How about", "what if", "why not", "why wait", "why pay": they offer. */
function isRhetorical(start: usize, end: usize): bool {
  const first = load<u8>(start);
  if (first != 0x68 && first != 0x77) return false;
  const next = load<u32>(end);
  return next == ABOUT || next == NOT || next == WAIT || next == PAY || (next & 0xffffff) == IF || next == BETTER;
}

/** " you", " abo", " not", " wai", " pay", " bet", " if" */
const YOU: u32 = 0x756f7920;
const ABOUT: u32 = 0x6f626120;
const NOT: u32 = 0x746f6e20;
const WAIT: u32 = 0x69617720;
const PAY: u32 = 0x79617020;
const BETTER: u32 = 0x74656220;
const IF: u32 = 0x666920;
