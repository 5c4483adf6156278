import { finds } from "./report";
import { at, folded, isAlnum, isDigit } from "./text";

// Numbers with letters for digits that look alike: `4O3-l38-3479`. They are read as if the digits stood there, after nothing was
// found as written; what is found then has its check digit, its groups or a word near, as ever.

/** Letters and digits of one number. */
const SIGNS_MIN: i32 = 6;
const SIGNS_MAX: i32 = 20;

const kept: usize = memory.data(64);

/** What was read in this way so far; no byte is read so twice. */
export let triedUntil: i32 = 0;
/** Where to go on, if something was found. */
export let foundEnd: i32 = -1;

export function nothingFound(): void {
  foundEnd = -1;
}

/** o, l and i: capitals are folded. */
// @ts-ignore: decorator
@inline
export function isLookAlike(byte: u32): bool {
  return byte == 0x6f || byte == 0x6c || byte == 0x69;
}

// @ts-ignore: decorator
@inline
function isSeparator(byte: u32): bool {
  return byte == 0x20 || byte == 0x2d || byte == 0x2e || byte == 0x2f || byte == 0x5f;
}

/** Whether a group of letters alone may stand for digits: no more than two, tightly between others. */
function isGroup(start: i32, end: i32): bool {
  if (end - start > SIGNS_MAX) return false;
  let digits = 0;
  for (let i = start; i < end; i++) {
    if (isDigit(at(i))) digits++;
    else if (!isLookAlike(at(i))) return false;
  }
  return digits > 0 || end - start <= 2;
}

/** Reads the number around the word from `start` to `end` with digits for letters; `next` finds what stands at a place, and returns where to go on. */
export function lookAlikeAt(start: i32, end: i32, next: (place: i32) => i32): void {
  if (!isGroup(start, end)) return;
  let from = start;
  let count = end - start;
  while (count <= SIGNS_MAX && isSeparator(at(from - 1)) && isAlnum(at(from - 2))) {
    let group = from - 1;
    while (group > triedUntil && from - group <= SIGNS_MAX && isAlnum(at(group - 1))) group--;
    if (!isGroup(group, from - 1) || isAlnum(at(group - 1))) break;
    count += from - 1 - group;
    from = group;
  }
  let to = end;
  while (count <= SIGNS_MAX && isSeparator(at(to)) && isAlnum(at(to + 1))) {
    let group = to + 1;
    while (group - to <= SIGNS_MAX && isAlnum(at(group))) group++;
    if (!isGroup(to + 1, group)) break;
    count += group - to - 1;
    to = group;
  }
  triedUntil = to;
  // A longer row is a list.
  if (count >= SIGNS_MIN && count <= SIGNS_MAX) read(from, to, next);
}

function read(from: i32, to: i32, next: (place: i32) => i32): void {
  memory.copy(kept, folded + <usize>from, <usize>(to - from));
  let digits = 0;
  let letters = 0;
  for (let i = from; i < to; i++) {
    const byte = at(i);
    if (isDigit(byte)) digits++;
    if (!isLookAlike(byte)) continue;
    letters++;
    store<u8>(folded + <usize>i, byte == 0x6f ? 0x30 : 0x31);
  }
  if (letters <= digits) {
    const before = finds;
    let i = from;
    while (i < to && finds == before) i = isDigit(at(i)) ? next(i) : i + 1;
    if (finds != before) foundEnd = i;
  }
  memory.copy(folded + <usize>from, kept, <usize>(to - from));
}
