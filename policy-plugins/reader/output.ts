import { CLOSED_BYTES_LEAST, CLOSED_PART, COUNTED_BYTES_MAX, DERIVED_BYTES_MORE, DERIVED_SEGMENTS_MAX, FIELDS_MAX, LETTERS_BYTES_MAX, RUN_BYTES, RUNS_LEAST, SINGLE_BYTES, SINGLES_LEAST, SPLITS_MAX } from "./limits";
import { besideOf, DROPPED, fold, isBeside, isText, lower, MARK, textSize, textStart, VOWEL_SIGN } from "../sdk/reading-fold";
import { beginText, isNeeded, isTag, seeForeign, seeHidden } from "./suspicion";
import { utf16Length } from "../sdk/reading";
import { find, HIGHS } from "./search";
import { addTag } from "./tags";
import { addTask, countTurned, TaskKind } from "./tasks";
import { pointAt, sizeOf, sizeOfLead, unitsOf, writePoint } from "../sdk/utf8";

// The reading as it grows: its texts, segments and runs, each in a part of one stretch of memory that is as large as this
// action's can become. `assemble.ts` moves them together.

/** Of the document that all this becomes. */
export const HEADER_BYTES: usize = 80;
export const GUARD: usize = 16;
const LINE_FEED: u32 = 0x0a;

@unmanaged
export class SegmentRow {
  start: u32;
  end: u32;
  /** The field, and from bit 24 on origin, from 28 on depth. */
  what: u32;
  unitStart: u32;
  firstRun: u32;

  get field(): u32 { return this.what & 0xffffff; }
  get origin(): u32 { return (this.what >> 24) & 15; }
  get depth(): u32 { return this.what >> 28; }
}

@unmanaged
export class RunRow {
  start: u32;
  unitStart: u32;
  unitEnd: u32;
  step: u32;
}

/** How a run maps: so many bytes for so many code units, time after time, the last `gap` of which belong to nothing. */
export function stepOf(bytes: u32, units: u32, gap: u32 = 0): u32 {
  return bytes > 0x7fff || units > 0xff ? WHOLE : (bytes << 16) | (gap << 8) | units;
}

/** Each character is one of the original, with as many code units. */
export const CHARACTERS: u32 = 0xffffffff;
/** Each byte is a code unit. */
export const BYTES: u32 = 0x10001;
/** All for all. */
export const WHOLE: u32 = 0;

export let plain: usize = 0;
export let folded: usize = 0;
export let raw: usize = 0;
export let rawEnd: usize = 0;
export let segments: usize = 0;
export let segmentCount: u32 = 0;
export let runs: usize = 0;
export let runCount: u32 = 0;
/** Where the next character goes. */
export let at: usize = 0;
let plainLimit: usize = 0;
let segmentLimit: u32 = 0;

/** The segment at which a limit was first reached; NOWHERE: at none. */
export let cutAt: u32 = 0xffffffff;
export const NOWHERE: u32 = 0xffffffff;
/** The segment that is being decoded; NOWHERE: the action's own texts are read. */
let decoding: u32 = NOWHERE;

export function setDecoding(index: u32): void {
  decoding = index;
}

export function cut(): void {
  if (cutAt == NOWHERE) cutAt = decoding == NOWHERE ? segmentCount : decoding;
}

/** What is written from here on joins no run before it. */
export function newRun(): void {
  firstRun = runCount;
}

/** The segment at which a limit was reached is so many further on now. */
export function moveCut(by: u32): void {
  cutAt += by;
}

/** Rows for so many segments more. */
export function growSegments(by: u32): void {
  segmentCount += by;
}

// @ts-ignore: decorator
@inline
export function segmentRow(index: u32): SegmentRow {
  return changetype<SegmentRow>(segments + <usize>index * offsetof<SegmentRow>());
}

// @ts-ignore: decorator
@inline
export function runRow(index: u32): RunRow {
  return changetype<RunRow>(runs + <usize>index * offsetof<RunRow>());
}

/** What there is to read, and what its document has beside texts. */
export class Extent {
  texts: u32 = 0;
  bytes: usize = 0;
  /** Texts beyond ASCII, and their bytes. */
  wideTexts: u32 = 0;
  wideBytes: usize = 0;
  /** Of the way to each text. */
  pathBytes: usize = 0;
}

/** Fields that have room; the texts of others share the last. */
export let fieldLimit: u32 = 0;

/** Shares out what the reading may have: to the action's own texts first, then to their places, then to what is derived. */
export function reserve(extent: Extent): void {
  // A folded character has at most twice its size.
  const own = extent.bytes + extent.wideBytes + <usize>extent.texts + 8;
  let left = <isize>(READING_BYTES - own * 2 - extent.wideBytes - extent.pathBytes);
  fieldLimit = min(min(extent.texts, FIELDS_MAX), <u32>left / FIELD_BYTES);
  left -= <isize>(fieldLimit * FIELD_BYTES);
  runLimit = min(RUNS_LEAST + <u32>extent.bytes / RUN_BYTES, <u32>left / 2 / offsetof<RunRow>());
  left -= <isize>(runLimit * offsetof<RunRow>());
  const text = (GUARD * 2 + own + min(extent.bytes + DERIVED_BYTES_MORE, <usize>left / 2) + 7) & ~7;
  segmentLimit = fieldLimit + DERIVED_SEGMENTS_MAX;
  singlesLeft = SINGLES_LEAST + <u32>extent.bytes / SINGLE_BYTES;
  const segmentBytes = <usize>(segmentLimit + SPLITS_MAX + 3) * offsetof<SegmentRow>();
  // Every segment that is not ASCII as written has a run, come what may.
  const runBytes = <usize>(runLimit + extent.wideTexts + DERIVED_SEGMENTS_MAX + 4) * offsetof<RunRow>();
  const size = HEADER_BYTES + text * 2 + GUARD * 2 + extent.wideBytes + 16 + segmentBytes + runBytes;
  plain = heap.alloc(size) + HEADER_BYTES + GUARD;
  folded = plain + text;
  plainLimit = folded - GUARD * 2 - FOLDED_MAX;
  shareLimit = plainLimit;
  closedLeft = CLOSED_BYTES_LEAST + extent.bytes / CLOSED_PART;
  lettersLeft = LETTERS_BYTES_MAX;
  raw = folded + text;
  rawEnd = raw;
  segments = (raw + extent.wideBytes + GUARD + 7) & ~7;
  runs = segments + segmentBytes;
  at = plain;
}

/** The host takes no more, less what is always there: guards, and the segments that may be derived with a run each. */
const READING_BYTES: usize = 2 * 1024 * 1024 - 96 * 1024;
/** A field and its segment. */
const FIELD_BYTES: u32 = 32;

/** What one character may become, and the line feeds after it. */
const FOLDED_MAX: usize = 32;
let runLimit: u32 = 0;

export function lineFeeds(count: usize): void {
  for (let i: usize = 0; i < count; i++) store<u8>(at++, <u8>LINE_FEED);
}

/** A segment of a field begins here. */
export function begin(field: u32, origin: u32, depth: u32, unitStart: u32): void {
  const row = segmentRow(segmentCount);
  row.start = <u32>(at - plain);
  row.what = field | (origin << 24) | (depth << 28);
  row.unitStart = unitStart;
  row.firstRun = runCount;
  firstRun = runCount;
  lastSize = 0;
  turnedLetters = 0;
  turnedTo = <u32>(at - plain);
  overriddenAt = NOT_OVERRIDDEN;
}

export function end(): void {
  endOverride();
  const row = segmentRow(segmentCount);
  segmentCount++;
  row.end = <u32>(at - plain);
  // Where its runs end, also while another one is begun behind it.
  segmentRow(segmentCount).firstRun = runCount;
}

/** Fewer letters of a line that are upside down are phonetics. */
const TURNED_MIN: u32 = 3;
/** Of the line under way; where the first and the last of them are. */
let turnedLetters: u32 = 0;
let turnedFrom: u32 = 0;
let turnedTo: u32 = 0;

/** A letter that is upside down, and is written to `target`. */
function seeTurned(target: usize): void {
  if (find(plain + turnedTo, target, LINE_FEED) < target) turnedLetters = 0;
  turnedTo = <u32>(target - plain);
  if (turnedLetters == 0) turnedFrom = turnedTo;
  turnedLetters++;
  if (turnedLetters > TURNED_MIN) countTurned(turnedTo, turnedLetters);
  else if (turnedLetters == TURNED_MIN && !addTask(segmentCount, TaskKind.TURNED, turnedFrom, turnedTo, turnedLetters)) cut();
}

const NOT_OVERRIDDEN: u32 = 0xffffffff;
/** Where the text begins that is written from right to left. */
let overriddenAt: u32 = NOT_OVERRIDDEN;

function endOverride(): void {
  if (overriddenAt == NOT_OVERRIDDEN) return;
  if (!addTask(segmentCount, TaskKind.OVERRIDDEN, overriddenAt, <u32>(at - plain))) cut();
  overriddenAt = NOT_OVERRIDDEN;
}

/** What reads as nothing may say how the rest is read, or something else. */
function seeControl(point: u32, unit: u32, unitEnd: u32): void {
  if (isTag(point)) {
    if (!addTag(segmentCount, point, unit, unitEnd)) cut();
  } else if (point == RIGHT_TO_LEFT_OVERRIDE) {
    if (overriddenAt == NOT_OVERRIDDEN) overriddenAt = <u32>(at - plain);
  } else if (point == POP_FORMATTING) {
    endOverride();
  }
}

const RIGHT_TO_LEFT_OVERRIDE: u32 = 0x202e;
const POP_FORMATTING: u32 = 0x202c;

/** Of U+0250 to U+028F: those that are a letter of ours upside down. */
const TURNED_LETTERS: u64 = 0x7080020080208011;

function isTurned(point: u32): bool {
  if (point - 0x250 < 0x40) return ((TURNED_LETTERS >> (point - 0x250)) & 1) != 0;
  return point == 0x29e || point == 0x1dd || point == 0x183 || point == 0x1d09 || point == 0x1d77;
}

/** Characters that may still be decoded one by one. */
let singlesLeft: u32 = 0;

/** False where it is one too many. */
export function takeSingle(): bool {
  if (singlesLeft == 0) return false;
  singlesLeft--;
  return true;
}

/** How many bytes may still be derived. */
export function roomLeft(): usize {
  return segmentCount >= segmentLimit || at >= shareLimit || singlesLeft == 0 ? 0 : shareLimit - at;
}

/** Up to here what is being derived may go: all that is left, or the share of what is closed up. */
let shareLimit: usize = 0;
let closedLeft: usize = 0;
let closedFrom: usize = 0;

export function beginClosed(): void {
  closedFrom = at;
  shareLimit = min(plainLimit, at + closedLeft);
}

export function endClosed(): void {
  closedLeft -= min(closedLeft, at - closedFrom);
  shareLimit = plainLimit;
}

let lettersLeft: usize = 0;
let lettersFrom: usize = 0;
let closedLimit: usize = 0;

/** Within the share of what is closed up. */
export function beginLetters(): void {
  lettersFrom = at;
  closedLimit = shareLimit;
  shareLimit = min(closedLimit, at + lettersLeft);
}

export function endLetters(): void {
  lettersLeft -= min(lettersLeft, at - lettersFrom);
  shareLimit = closedLimit;
}

/** Shorter than this, a stretch of ASCII is no run of its own beside other text. */
const SHORT: usize = 32;

/** Of the segment under way. */
let firstRun: u32 = 0;

/** Of the last character written one by one: its bytes, and code units of the original. 0: none yet. */
let lastSize: u32 = 0;
let lastUnits: u32 = 0;
/** Where it ends: what was written in a stretch goes on beyond it. */
let lastEnd: usize = 0;

/** Reads a character of the original, that is code units `unit` up to `unitEnd`. */
export function add(point: u32, unit: u32, unitEnd: u32): void {
  const value = fold(point);
  if (value - DROPPED < 0x800) {
    if (isText(value)) {
      addText(value, unit, unitEnd);
    } else if (isBeside(value)) {
      addBeside(value, unit, unitEnd, false);
    } else if (value == VOWEL_SIGN && lastSize > 0 && load<u8>(at - 1) >= 0x80) {
      addPoint(point, unit, unitEnd, true);
    } else {
      seeControl(point, unit, unitEnd);
      attach(unitEnd);
    }
  } else {
    if (isTurned(point)) seeTurned(at);
    addPoint(value, unit, unitEnd, unitsOf(value) == unitEnd - unit);
  }
}

/** A letter of a script that its neighbours tell whether it is meant for one of ours: the one before it, or the one after it. */
function addBeside(value: u32, unit: u32, unitEnd: u32, isBefore: bool): void {
  const entry = besideOf(value);
  const first = (entry >> 16) & 0xff;
  const before = <u32>load<u8>(at - 1);
  const isTaken = isAsciiLetter(first) ? isAsciiLetter(before) || isBefore : before == COLON || before == SLASH;
  if (!isTaken) {
    addPoint(entry & 0xffff, unit, unitEnd, true);
    return;
  }
  const size: u32 = entry >> 24 == 0 ? 1 : 2;
  const start = <u32>(at - plain);
  store<u16>(at, <u16>(entry >> 16));
  at += size;
  addRun(start, unit, unitEnd, stepOf(size, unitEnd - unit));
  lastSize = size;
  lastUnits = unitEnd - unit;
  lastEnd = at;
}

/** The answer for all of a row of such letters, and where the row ends: looked for once. */
let isRowBefore: bool = false;
let rowEnd: usize = 0;

/** Whether what follows, but for such letters and what reads as nothing, reads as a letter of ASCII. */
function isBeforeLetter(from: usize, to: usize): bool {
  if (from <= rowEnd) return isRowBefore;
  let value: u32 = 0;
  while (from < to) {
    const point = pointAt(from);
    value = point < 0x80 ? point : fold(point);
    if (value != DROPPED && value != MARK && !(isBeside(value) && isAsciiLetter((besideOf(value) >> 16) & 0xff))) break;
    value = 0;
    from += sizeOf(point);
  }
  rowEnd = from;
  isRowBefore = isAsciiLetter(isText(value) ? <u32>load<u8>(textStart(value)) : value);
  return isRowBefore;
}

const COLON: u32 = 0x3a;
const SLASH: u32 = 0x2f;

// @ts-ignore: decorator
@inline
function isAsciiLetter(byte: u32): bool {
  return (byte | 0x20) - 0x61 < 26;
}

function addPoint(point: u32, unit: u32, unitEnd: u32, same: bool): void {
  const size = <u32>sizeOf(point);
  const start = <u32>(at - plain);
  writePoint(at, point);
  if (point >= 0x80) writePoint(at + (folded - plain), lower(point));
  at += size;
  addRun(start, unit, unitEnd, same ? CHARACTERS : stepOf(size, unitEnd - unit));
  lastSize = size;
  lastUnits = unitEnd - unit;
  lastEnd = at;
}

/** ASCII of a decoding. */
export function addAscii(byte: u32, unit: u32, unitEnd: u32): void {
  const start = <u32>(at - plain);
  store<u8>(at++, <u8>byte);
  addRun(start, unit, unitEnd, unitEnd - unit == 1 ? CHARACTERS : stepOf(1, unitEnd - unit));
  lastSize = 1;
  lastUnits = unitEnd - unit;
  lastEnd = at;
}

function addText(value: u32, unit: u32, unitEnd: u32): void {
  const from = textStart(value);
  const size = textSize(value);
  const start = <u32>(at - plain);
  const word = load<u64>(from);
  // What is written beyond its end is overwritten, or cut off.
  if (size < 8 && ((word & HIGHS) << ((8 - size) << 3)) == 0) store<u64>(at, word);
  else writeText(from, size);
  at += size;
  addRun(start, unit, unitEnd, stepOf(<u32>size, unitEnd - unit));
  lastSize = <u32>size;
  lastUnits = unitEnd - unit;
  lastEnd = at;
}

function writeText(from: usize, size: usize): void {
  memory.copy(at, from, size);
  for (let i: usize = 0; i < size; ) {
    const point = pointAt(from + i);
    if (point >= 0x80) writePoint(at + i + (folded - plain), lower(point));
    i += sizeOf(point);
  }
}

/** What reads as nothing belongs to the character before it: marked, or redacted, with it. */
function attach(unitEnd: u32): void {
  if (runCount == firstRun) return;
  const last = runRow(runCount - 1);
  const units = unitEnd - last.unitEnd;
  if (last.step == WHOLE || (last.step == CHARACTERS && runCount >= runLimit) || !knowsLast(last)) {
    last.unitEnd = unitEnd;
    last.step = WHOLE;
    return;
  }
  lastUnits += units;
  // The last character leaves its run, and gets a new one that may then join the run before.
  const start = <u32>(at - plain) - lastSize;
  const unit = unitEnd - lastUnits;
  if (start == last.start) runCount--;
  else last.unitEnd = unit;
  addRun(start, unit, unitEnd, stepOf(lastSize, lastUnits));
}

/** Whether the last character is known, which the last run tells where a stretch was written at once. */
function knowsLast(last: RunRow): bool {
  if (lastSize > 0 && lastEnd == at) return true;
  lastEnd = at;
  if (last.step == CHARACTERS) {
    lastSize = 1;
    while ((load<u8>(at - lastSize) & 0xc0) == 0x80) lastSize++;
    lastUnits = lastSize == 4 ? 2 : 1;
    return true;
  }
  lastSize = last.step >> 16;
  lastUnits = (last.step & 0xff) - ((last.step >> 8) & 0xff);
  return (<u32>(at - plain) - last.start) % lastSize == 0;
}

/** Bytes from `start` up to what comes next are code units `unit` up to `unitEnd`. */
export function addRun(start: u32, unit: u32, unitEnd: u32, step: u32): void {
  if (runCount > firstRun) {
    const last = runRow(runCount - 1);
    if (last.unitEnd == unit && joins(last, start, step)) {
      last.unitEnd = unitEnd;
      return;
    }
    if (runCount >= runLimit) {
      last.unitStart = min(last.unitStart, unit);
      last.unitEnd = max(last.unitEnd, unitEnd);
      last.step = WHOLE;
      return;
    }
  }
  const run = runRow(runCount++);
  run.start = start;
  run.unitStart = unit;
  run.unitEnd = unitEnd;
  run.step = step;
}

function joins(last: RunRow, start: u32, step: u32): bool {
  const size = start - last.start;
  if (step == CHARACTERS && last.step == BYTES && size < <u32>SHORT) {
    last.step = CHARACTERS;
    return true;
  }
  if (step != last.step || step == WHOLE) return false;
  if (step == CHARACTERS) return size < COUNTED_BYTES_MAX;
  // A step may be cut short at its end, and then has to be the last.
  return step == BYTES || (size % (step >> 16) == 0 && size / (step >> 16) * (step & 0xff) == last.unitEnd - last.unitStart);
}

/** Reads well-formed UTF-8 of the original, and looks at it with suspicion. Returns how many code units it has. */
export function addUtf8(from: usize, to: usize): u32 {
  const first = from;
  let unit: u32 = 0;
  beginText(segmentCount, from, to);
  rowEnd = 0;
  while (from < to) {
    from = addPlainly(from, to, unit);
    unit += units;
    if (from == to) break;
    addOddly(first, from, to, unit);
    unit += unitsOf(oddPoint);
    from += sizeOfLead(<u32>load<u8>(from));
  }
  return unit;
}

/** Reads one that is not a character for a character. */
function addOddly(first: usize, from: usize, to: usize, unit: u32): void {
  const point = oddPoint;
  const value = oddValue;
  if (value == MARK) {
    attach(unit + unitsOf(point));
    return;
  }
  if (value == DROPPED) {
    if (!isNeeded(point)) seeInvisible(first, from, to, point, unit);
    seeControl(point, unit, unit + unitsOf(point));
    attach(unit + unitsOf(point));
    return;
  }
  if (isBeside(value)) {
    addBeside(value, unit, unit + 1, isBeforeLetter(from + sizeOf(point), to));
    return;
  }
  add(point, unit, unit + unitsOf(point));
}

function seeInvisible(first: usize, from: usize, to: usize, point: u32, unit: u32): void {
  const size = sizeOf(point);
  const next = from + size < to ? <u32>load<u8>(from + size) : 0;
  seeHidden(point, from == first ? 0 : pointBefore(from), next, unit);
}

function pointBefore(at: usize): u32 {
  do at--; while ((load<u8>(at) & 0xc0) == 0x80);
  return pointAt(at);
}

/** The character at which `addPlainly` stopped, and what it reads as. */
let oddPoint: u32 = 0;
let oddValue: u32 = 0;
/** Code units that `addPlainly` read. */
let units: u32 = 0;

/**
 * Reads characters for as long as each is one, of as many code units as it was, and returns where the next one begins that is
 * not. Most are, so these are the loops that count.
 */
function addPlainly(from: usize, to: usize, unit: u32): usize {
  const distance = folded - plain;
  const first = at;
  let target = at;
  let count: u32 = 0;
  while (from < to) {
    // ASCII, eight bytes at a time, then what is left of it: what is written beyond its end is overwritten.
    let word = load<u64>(from);
    while ((word & HIGHS) == 0 && from + 8 <= to) {
      store<u64>(target, word);
      from += 8;
      target += 8;
      count += 8;
      word = load<u64>(from);
    }
    store<u64>(target, word);
    const rest = min(<usize>ctz(word & HIGHS) >> 3, to - from);
    from += rest;
    target += rest;
    count += <u32>rest;
    let isOdd = false;
    while (from < to) {
      const point = pointAt(from);
      if (point < 0x80) break;
      const value = fold(point);
      if (value - DROPPED < 0x800 || (value < 0x10000) != (point < 0x10000)) {
        oddPoint = point;
        oddValue = value;
        isOdd = true;
        break;
      }
      writePoint(target, value);
      if (value >= 0x80) writePoint(target + distance, lower(value));
      else if (point >= LOOK_ALIKES) seeLookAlike(point, from, target);
      from += sizeOf(point);
      target += sizeOf(value);
      count += unitsOf(point);
    }
    if (isOdd) break;
  }
  units = count;
  if (target > first) endPlainly(first, target, unit, count);
  return from;
}

/** Before it are letters with accents. */
const LOOK_ALIKES: u32 = 0x180;

/** A character that reads as one of ASCII. */
function seeLookAlike(point: u32, from: usize, target: usize): void {
  if (isTurned(point)) seeTurned(target);
  seeForeign(point, from);
}

/** Notes where what `addPlainly` wrote came from. */
function endPlainly(first: usize, target: usize, unit: u32, count: u32): void {
  at = target;
  let last = target - 1;
  while ((load<u8>(last) & 0xc0) == 0x80) last--;
  lastSize = <u32>(target - last);
  lastUnits = lastSize == 4 ? 2 : 1;
  lastEnd = at;
  const size = target - first;
  if (size < COUNTED_BYTES_MAX) {
    // As many bytes as units are ASCII: no character has as few of them otherwise.
    addRun(<u32>(first - plain), unit, unit + count, size < SHORT || <u32>size != count ? CHARACTERS : BYTES);
  } else {
    endLong(first, target, unit, count);
  }
}

/** Cut so that no place is far from where its run begins. */
function endLong(first: usize, target: usize, unit: u32, count: u32): void {
  if (<u32>(target - first) == count) {
    addRun(<u32>(first - plain), unit, unit + count, BYTES);
    return;
  }
  while (first < target) {
    let stop = min(target, first + COUNTED_BYTES_MAX);
    while (stop < target && (load<u8>(stop) & 0xc0) == 0x80) stop++;
    const counted = utf16Length(first, stop);
    addRun(<u32>(first - plain), unit, unit + counted, CHARACTERS);
    unit += counted;
    first = stop;
  }
}

/** Bytes beyond `to` must be readable. */
export function endOfAscii(from: usize, to: usize): usize {
  while (from < to) {
    const marked = load<u64>(from) & HIGHS;
    if (marked == 0) {
      from += 8;
      continue;
    }
    from += <usize>(ctz(marked) >> 3);
    break;
  }
  return min(from, to);
}

/** So many bytes were written at `at`. */
export function skip(size: usize): void {
  at += size;
}

/** All of the segment under way maps to all of its field, which has no length. */
export function wholeSegment(): void {
  runCount = segmentRow(segmentCount).firstRun;
  addRun(segmentRow(segmentCount).start, 0, 0, WHOLE);
}

export function setRawEnd(end: usize): void {
  rawEnd = end;
}
