import { DROPPED, fold } from "../sdk/reading-fold";
import { pointAt, sizeOfLead } from "../sdk/utf8";

// Signs that a text means to be read otherwise by people than by programs: letters of several scripts within words, and more
// invisible characters than any language needs.

const MIXED_WORDS_MAX: u32 = 4;
const HIDDEN_MAX: u32 = 8;
/** A single override turns a name's ending around, so it counts for more. */
const OVERRIDE_WEIGHT: u32 = 4;

/** Bytes of `raw`: the word that was one too many, and from the first hidden character to the last. No size: there is none. */
export let mixedStart: u32 = 0;
export let mixedEnd: u32 = 0;
export let hiddenStart: u32 = 0;
export let hiddenEnd: u32 = 0;

let mixedWords: u32 = 0;
let hidden: u32 = 0;
let firstHidden: u32 = 0;
let isFlag: bool = false;
/** A text before this one had too many hidden characters. */
let isTold: bool = false;

export function beginText(): void {
  hidden = 0;
  isFlag = false;
  isTold = hiddenEnd != 0;
}

/** What a character is to the word that it stands in: bits, so that a word is all of its characters' together. */
export namespace Part {
  export const NONE: u32 = 0;
  export const LATIN: u32 = 1;
  /** Of another script, and looks like a Latin letter. */
  export const FOREIGN: u32 = 2;
  export const OTHER: u32 = 4;
  export const MIXED: u32 = 3;
}

/** Of a character beyond ASCII that reads as `value`. */
export function partOf(point: u32, value: u32): u32 {
  if (value >= 0x80) return value - 0x2000 < 0xc00 || value - 0x3000 < 0x40 ? Part.NONE : Part.OTHER;
  if ((value | 0x20) - 0x61 >= 26) return Part.NONE;
  return point >= 0x370 && isForeign(point) ? Part.FOREIGN : Part.LATIN;
}

/** A script of its own, whose letters may look like Latin ones. */
function isForeign(point: u32): bool {
  if (point < 0x590) return true;
  if (point >= 0x10000) return point < 0x1d000;
  return point - 0x10a0 < 0x60 || point - 0x13a0 < 0x60 || point - 0x1c80 < 0x40 || point - 0x1f00 < 0x100 ||
    point - 0x2c80 < 0x180 || point - 0xa4d0 < 0x30 || point - 0xa640 < 0x60 || point - 0xab70 < 0x50;
}

/** A word with Latin letters and look-alikes, between two addresses; `place` is its first byte of `raw`. */
export function seeMixed(from: usize, to: usize, place: u32): void {
  if (isSymbol(from, to)) return;
  if (++mixedWords != MIXED_WORDS_MAX + 1) return;
  mixedStart = place;
  mixedEnd = place + <u32>(to - from);
}

/** As in TNFα and μSv: one Greek letter, the first or the last. */
function isSymbol(from: usize, to: usize): bool {
  let last = to - 1;
  while (last > from && (load<u8>(last) & 0xc0) == 0x80) last--;
  const isFirst = isGreek(pointAt(from));
  if (!isFirst && !isGreek(pointAt(last))) return false;
  if (isFirst) from += sizeOfLead(<u32>load<u8>(from));
  else to = last;
  for (let at = from; at < to; at += sizeOfLead(<u32>load<u8>(at))) {
    const point = pointAt(at);
    if (point >= 0x370 && isForeign(point)) return false;
  }
  return true;
}

function isGreek(point: u32): bool {
  return point - 0x370 < 0x90 || point - 0x1f00 < 0x100;
}

/** Of the block that spells a flag's region, and may spell anything. */
// @ts-ignore: decorator
@inline
export function isTag(point: u32): bool {
  return point - 0xe0000 < 0x80;
}

/** A character that nobody sees, between the character before it, 0: none, and a byte after it; where it is in `raw`. */
export function seeHidden(point: u32, before: u32, next: u32, place: u32, size: u32): void {
  const weight = weightOf(point, before, next);
  if (weight == 0 || isTold) return;
  if (hidden == 0) firstHidden = place;
  hidden += weight;
  if (hidden < HIDDEN_MAX) return;
  hiddenStart = firstHidden;
  hiddenEnd = place + size;
}

/** What no orthography and no emoji needs. */
function weightOf(point: u32, before: u32, next: u32): u32 {
  if (point == 0x202d || point == 0x202e) return OVERRIDE_WEIGHT;
  if (isTag(point)) {
    // A flag's own tags follow a black one.
    isFlag = before == 0x1f3f4 || (isFlag && isTag(before));
    return isFlag ? 0 : 1;
  }
  if (isSelector(point)) return isAsciiLetter(before) || isInvisible(before) ? 1 : 0;
  if (point - 0xe0100 < 0xf0) return isIdeograph(before) ? 0 : 1;
  if (isInvisible(before) && !isSelector(before)) return 1;
  return isAsciiWord(before) && isAsciiWord(next) ? 1 : 0;
}

/** Marks of direction, and soft hyphens, stand in honest text by the hundred. */
export function isNeeded(point: u32): bool {
  return point == 0xad || point == 0x61c || point - 0x200e < 2 || point - 0x202a < 3 || point - 0x2066 < 4;
}

/** Chooses how an emoji is drawn. */
function isSelector(point: u32): bool {
  return point - 0xfe00 < 16;
}

function isInvisible(point: u32): bool {
  return point >= 0x80 && fold(point) == DROPPED && !isNeeded(point);
}

/** Has forms that a selector may choose between. */
function isIdeograph(point: u32): bool {
  return point - 0x3400 < 0x6c00 || point - 0xf900 < 0x200 || point - 0x20000 < 0x14000;
}

function isAsciiLetter(point: u32): bool {
  return (point | 0x20) - 0x61 < 26;
}

function isAsciiWord(point: u32): bool {
  return isAsciiLetter(point) || point - 0x30 < 10;
}
