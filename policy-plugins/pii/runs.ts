import { at, folded, isDigit, isLetter } from "./text";
import { digits } from "./checks";
import { familyOf } from "./families";
import { isTight, Joint } from "./joints";

// Runs of digits that separators join, as many as the longest number has; recognisers look at whole runs only, so that
// nothing is found within a longer one.

/** Blanks on one side of a separator; more is a table's column, not one number. */
const BLANKS_MAX: i32 = 4;

/** A power of two, above the runs of the longest number and the one before it. */
const RING: i32 = 16;

@unmanaged
class Run {
  start: i32;
  end: i32;
  /** What stands before it. */
  joint: i32;
  /** Luhn's sum of its digits where the last counts once, and where it counts twice. */
  once: i32;
  twice: i32;
  /** What it can be, alone and with the run behind it: Family, ALONE, LETTERS; nothing, where a sign joins it to the run before. */
  may: i32;
  unused0: i32;
  unused1: i32;
}

/** Long enough to be looked at by itself. */
export const ALONE: i32 = 256;
/** Letters follow: it is looked at as a word. */
export const LETTERS: i32 = 512;
const ALONE_SIZE_MIN: i32 = 4;

const ring: usize = memory.data(16 * 32, 4);
/** Runs of this chain so far. */
export let runCount: i32 = 0;
let ended: bool = true;

// @ts-ignore: decorator
@inline
function run(index: i32): Run {
  return changetype<Run>(ring + (<usize>(index & (RING - 1)) << 5));
}

// @ts-ignore: decorator
@inline
export function runStart(index: i32): i32 { return run(index).start; }
// @ts-ignore: decorator
@inline
export function runEnd(index: i32): i32 { return run(index).end; }
// @ts-ignore: decorator
@inline
export function jointOf(index: i32): i32 { return run(index).joint; }
// @ts-ignore: decorator
@inline
export function sizeOf(index: i32): i32 { return run(index).end - run(index).start; }

/** Begins a chain with the run of digits at `start`. */
export function beginChain(start: i32): void {
  runCount = 0;
  ended = false;
  add(start, Joint.NONE);
}

function add(start: i32, joint: i32): void {
  let end = start;
  let once = 0;
  let twice = 0;
  let value = at(end) - 0x30;
  do {
    const before = once;
    once = twice + <i32>value;
    twice = before + <i32>(value << 1) - (value > 4 ? 9 : 0);
    end++;
    value = at(end) - 0x30;
  } while (value < 10);
  const added = run(runCount++);
  added.start = start;
  added.end = end;
  added.joint = joint;
  added.once = once;
  added.twice = twice;
  added.may = end - start >= ALONE_SIZE_MIN && !isTight(joint) ? ALONE : 0;
  if (runCount > 1) {
    const before = run(runCount - 2);
    if (!isTight(before.joint)) before.may |= <i32>familyOf(before.end - before.start, joint, end - start);
  }
  // Digits with letters behind them are a word: it ends the chain.
  if (isLetter(value + 0x30)) {
    added.may |= LETTERS;
    ended = true;
  }
}

// @ts-ignore: decorator
@inline
export function mayOf(index: i32): i32 { return run(index).may; }

/** Whether the chain has a run of this number; reads on where it is not known yet. */
// @ts-ignore: decorator
@inline
export function hasRun(index: i32): bool {
  return index < runCount || (!ended && readOn(index));
}

function readOn(index: i32): bool {
  while (index >= runCount) {
    if (ended) return false;
    const joint = jointAfter(run(runCount - 1).end);
    if (joint == Joint.NONE) {
      ended = true;
      return false;
    }
    add(nextStart, joint);
  }
  return true;
}

// @ts-ignore: decorator
@inline
export function onceOf(index: i32): i32 { return run(index).once; }
// @ts-ignore: decorator
@inline
export function twiceOf(index: i32): i32 { return run(index).twice; }

let nextStart: i32 = 0;

function jointAfter(end: i32): i32 {
  nextStart = end + 1;
  const sign = at(end);
  if (isDigit(at(nextStart))) {
    switch (sign) {
      case 0x20: case 0x09: return Joint.BLANK;
      case 0x2d: return Joint.HYPHEN;
      case 0x2e: return Joint.DOT;
      case 0x2f: return Joint.SLASH;
      case 0x5f: return Joint.UNDERSCORE;
      case 0x0a: return Joint.LINE;
      case 0x29: return Joint.PARENTHESIS;
    }
    return Joint.NONE;
  }
  return isDigit(sign) ? Joint.NONE : wideJoint(end);
}

/** Line feeds that `separatorEnd` last passed. */
export let lines: i32 = 0;
/** Bytes of the sign that `separatorEnd` last passed; 0: there were blanks only. */
export let signBytes: i32 = 0;

/** Steps over blanks, one hyphen, dash, dot, slash or underscore, and blanks; a line feed counts as a blank, once. */
export function separatorEnd(end: i32): i32 {
  lines = 0;
  let i = skipBlanks(end);
  const first = at(i);
  const isSign = first == 0x2d || first == 0x2e || first == 0x2f || first == 0x5f;
  signBytes = isSign ? 1 : dashBytes(i);
  if (signBytes > 0) i = skipBlanks(i + signBytes);
  return lines > 1 ? end : i;
}

/** The same over whatever sign may stand between groups; a comma, tilde, bullet or bar no longer says that they are one number. */
export function looseEnd(end: i32): i32 {
  let i = separatorEnd(end);
  if (signBytes > 0) return i;
  if (i > end) i = skipBlanks(i); // twice as many: every digit may have blanks of its own
  const sign = at(i);
  const isSign = sign == 0x2c || sign == 0x7e || sign == 0x2a || sign == 0x7c || sign == 0x3a;
  const bytes = isSign ? 1 : bulletBytes(i);
  if (bytes == 0) return i;
  signBytes = bytes;
  const after = skipBlanks(i + bytes);
  return lines > 1 ? end : after;
}

/** The middle dot and the bullet. */
function bulletBytes(i: i32): i32 {
  if (at(i) == 0xc2 && at(i + 1) == 0xb7) return 2;
  return at(i) == 0xe2 && at(i + 1) == 0x80 && at(i + 2) == 0xa2 ? 3 : 0;
}

function wideJoint(end: i32): i32 {
  let i = separatorEnd(end);
  let parenthesis = false;
  if (at(i) == 0x28 || at(i) == 0x29) {
    parenthesis = true;
    i = skipBlanks(i + 1);
  }
  if (i == end || !isDigit(at(i)) || lines > 1) return Joint.NONE;
  nextStart = i;
  if (parenthesis) return Joint.PARENTHESIS;
  if (lines == 1) return Joint.LINE;
  if (signBytes > 0 && i == end + signBytes) return Joint.HYPHEN; // a dash of several bytes
  if (signBytes == 0 && i - end <= 3 && at(end) >= 0x80) return Joint.BLANK;
  return Joint.WIDE;
}

function skipBlanks(from: i32): i32 {
  let i = from;
  for (let count = 0; count < BLANKS_MAX; count++) {
    const byte = at(i);
    if (byte == 0x20 || byte == 0x09) i++;
    else if (byte == 0x0a && lines < 2) {
      lines++;
      i++;
    } else if (byte == 0xc2 && at(i + 1) == 0xa0) i += 2;
    else if (byte == 0xe2 && at(i + 1) == 0x80 && (at(i + 2) - 0x80 < 11 || at(i + 2) == 0xaf)) i += 3;
    else break;
  }
  return i;
}

/** Dashes that the reader leaves as they are: U+2010 to U+2015, and the minus sign. */
function dashBytes(i: i32): i32 {
  if (at(i) != 0xe2) return 0;
  if (at(i + 1) == 0x80 && at(i + 2) - 0x90 < 6) return 3;
  return at(i + 1) == 0x88 && at(i + 2) == 0x92 ? 3 : 0;
}

/** Marks a run as part of something else: no number begins with it. */
export function hide(index: i32): void {
  run(index).joint = Joint.HIDDEN;
  run(index).may = 0;
}

// @ts-ignore: decorator
@inline
export function isHidden(index: i32): bool {
  return isTight(run(index).joint);
}

/** Copies the digits of runs `first` to `last` to be checked, and returns how many they are: at most 32. */
export function copyRuns(first: i32, last: i32): i32 {
  let count = 0;
  for (let index = first; index <= last; index++) {
    const end = runEnd(index);
    for (let i = runStart(index); i < end && count < 32; i++) {
      store<u8>(digits + <usize>count, load<u8>(folded + <usize>i) - 0x30);
      count++;
    }
  }
  return count;
}

/** The number that a run of at most nine digits spells. */
export function numberIn(index: i32): i32 {
  let value = 0;
  for (let i = runStart(index); i < runEnd(index); i++) value = value * 10 + <i32>(at(i) - 0x30);
  return value;
}
