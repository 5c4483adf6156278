import { DROPPED, fold } from "../sdk/reading-fold";
import { utf16Length } from "../sdk/reading";
import { pointAt, sizeOf, sizeOfLead, unitsOf } from "../sdk/utf8";

// Signs that a text means to be read otherwise by people than by programs: letters of several scripts within words, and more
// invisible characters than any language needs.

const MIXED_WORDS_MAX: u32 = 4;
const HIDDEN_MAX: u32 = 8;
/** A single override turns a name's ending around, so it counts for more. */
const OVERRIDE_WEIGHT: u32 = 4;

/** Code units of the field of a segment. `end` 0: there is none. */
export class Suspect {
  segment: u32 = 0;
  start: u32 = 0;
  end: u32 = 0;
}

/** The word that was one too many. */
export const mixed: Suspect = new Suspect();
/** From a text's first hidden character to its last. */
export const hidden: Suspect = new Suspect();

let mixedWords: u32 = 0;
let hiddenWeight: u32 = 0;
let firstHidden: u32 = 0;
let isFlag: bool = false;
/** A text before this one had too many hidden characters. */
let isTold: bool = false;
/** The text under way: its segment, and where it stands. */
let segment: u32 = 0;
let textStart: usize = 0;
let textEnd: usize = 0;
/** Up to here its words were looked at. */
let seenTo: usize = 0;

export function beginText(index: u32, from: usize, to: usize): void {
  segment = index;
  textStart = from;
  textEnd = to;
  seenTo = from;
  hiddenWeight = 0;
  isFlag = false;
  isTold = hidden.end != 0;
}

/** What a character is to the word that it stands in: bits, so that a word is all of its characters' together. */
namespace Part {
  export const NONE: u32 = 0;
  export const LATIN: u32 = 1;
  /** Of another script, and looks like a Latin letter. */
  export const FOREIGN: u32 = 2;
  export const OTHER: u32 = 4;
  /** Reads as nothing, or as several. */
  export const ODD: u32 = 8;
  export const OF_LETTERS: u32 = 7;
  export const MIXED: u32 = 3;
}

function partOf(point: u32): u32 {
  const isLetter = (point | 0x20) - 0x61 < 26;
  if (point < 0x80) return isLetter ? Part.LATIN : Part.NONE;
  const value = fold(point);
  if (value - DROPPED < 0x800 || (value < 0x10000) != (point < 0x10000)) return Part.ODD;
  if (value >= 0x80) return isSign(value) ? Part.NONE : Part.OTHER;
  if ((value | 0x20) - 0x61 >= 26) return Part.NONE;
  return point >= 0x370 && isForeign(point) ? Part.FOREIGN : Part.LATIN;
}

/** General punctuation up to shapes, CJK's punctuation, pictures: what ends a word. */
function isSign(value: u32): bool {
  return value - 0x2000 < 0xc00 || value - 0x3000 < 0x40 || value - 0x1f000 < 0x1000;
}

/** A script of its own, whose letters may look like Latin ones. */
function isForeign(point: u32): bool {
  if (point < 0x590) return true;
  if (point >= 0x10000) return point < 0x1d000;
  return point - 0x10a0 < 0x60 || point - 0x13a0 < 0x360 || point - 0x1c80 < 0x40 || point - 0x1f00 < 0x100 ||
    point - 0x2c80 < 0x180 || point - 0xa4d0 < 0x30 || point - 0xa640 < 0x60 || point - 0xab70 < 0x50;
}

/** A character that looks like one of ASCII; where it stands in the text as written. Looks at the word that it is in, once. */
export function seeForeign(point: u32, at: usize): void {
  if (at < seenTo || point < 0x370 || !isForeign(point)) return;
  let parts = Part.FOREIGN;
  let from = at;
  while (from > seenTo) {
    const before = startBefore(from);
    const part = partOf(pointAt(before));
    if (part == Part.NONE) break;
    parts |= part;
    from = before;
  }
  let to = at + sizeOf(point);
  while (to < textEnd) {
    const next = pointAt(to);
    const part = partOf(next);
    if (part == Part.NONE) break;
    parts |= part;
    to += sizeOf(next);
  }
  seenTo = to;
  if ((parts & Part.OF_LETTERS) == Part.MIXED) seeMixed(from, to);
}

function startBefore(at: usize): usize {
  do at--; while ((load<u8>(at) & 0xc0) == 0x80);
  return at;
}

/** A word with Latin letters and look-alikes. */
function seeMixed(from: usize, to: usize): void {
  if (isSymbol(from, to)) return;
  if (++mixedWords != MIXED_WORDS_MAX + 1) return;
  mixed.segment = segment;
  mixed.start = utf16Length(textStart, from);
  mixed.end = mixed.start + utf16Length(from, to);
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

/** A character that nobody sees, between the character before it, 0: none, and a byte after it; its code unit. */
export function seeHidden(point: u32, before: u32, next: u32, unit: u32): void {
  const weight = weightOf(point, before, next);
  if (weight == 0 || isTold) return;
  if (hiddenWeight == 0) firstHidden = unit;
  hiddenWeight += weight;
  if (hiddenWeight < HIDDEN_MAX) return;
  hidden.segment = segment;
  hidden.start = firstHidden;
  hidden.end = unit + unitsOf(point);
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
