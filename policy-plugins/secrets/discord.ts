import { Class } from "./tables";
import { beginsWord, byteAt, isOf, runEnd } from "./text";
import { hasDigit, hasEntropy } from "./randomness";

// Tokens of Discord's bots have no prefix: an id in base64, of which the first letter is known, and two more parts.

const ID_MIN: i32 = 22;
const ID_MAX: i32 = 28;
const TIME_SIZE: i32 = 6;
const KEY_MIN: i32 = 27;
const KEY_MAX: i32 = 40;
/** Sixteenths of a bit. */
const ENTROPY: i32 = 56;

export let botStart: i32 = 0;

/** The end of a token whose first full stop is at `at`, and the second where it belongs; -1: there is none. */
export function botEnd(at: i32): i32 {
  let start = at;
  while (at - start <= ID_MAX && isOf(byteAt(start - 1), Class.ALNUM)) start--;
  const first = byteAt(start);
  if (at - start < ID_MIN || at - start > ID_MAX || (first != 0x4d && first != 0x4e && first != 0x4f)) return -1;
  const key = at + TIME_SIZE + 2;
  if (!beginsWord(start) || runEnd(Class.URL, at + 1) != key - 1) return -1;
  const end = runEnd(Class.URL, key);
  if (end - key < KEY_MIN || end - key > KEY_MAX || !hasDigit(start, end) || !hasEntropy(start, end, ENTROPY)) return -1;
  botStart = start;
  return end;
}
