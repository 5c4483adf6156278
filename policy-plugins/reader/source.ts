import { add, addAscii, addRun, at, BYTES, CHARACTERS, cut, folded, plain, roomLeft, runRow, segmentRow, skip, stepOf, takeSingle, WHOLE } from "./output";

import { Origin, utf16Length } from "../sdk/reading";

// The segment that is being decoded, and the way from its bytes to its field. Offsets are those of `plain`.

const NONE: u32 = 0xffffffff;

export let start: u32 = 0;
export let stop: u32 = 0;
export let field: u32 = 0;
export let origin: u32 = 0;
export let depth: u32 = 0;
/** As written, or of strings that were put together: nothing of it was seen in another text. */
let isAllNew: bool = true;
let unitStart: u32 = 0;
let firstRun: u32 = 0;
let lastRun: u32 = 0;
/** The run that was asked for last: the next is it mostly, or the one after. */
let known: u32 = 0;

export function open(index: u32): void {
  const row = segmentRow(index);
  start = row.start;
  stop = row.end;
  field = row.field;
  origin = row.origin;
  depth = row.depth;
  isAllNew = depth == 0 || origin == Origin.REGROUPED;
  unitStart = row.unitStart;
  firstRun = row.firstRun;
  lastRun = segmentRow(index + 1).firstRun;
  known = firstRun;
  countedRun = NONE;
}

// @ts-ignore: decorator
@inline
export function byteAt(offset: u32): u32 {
  return <u32>load<u8>(plain + offset);
}

/** Of an address within `plain`. */
// @ts-ignore: decorator
@inline
export function offsetOf(address: usize): u32 {
  return <u32>(address - plain);
}

function endOfRun(index: u32): u32 {
  return index + 1 < lastRun ? runRow(index + 1).start : stop;
}

/** The run in which a byte is. */
function runOf(offset: u32): u32 {
  if (runRow(known).start <= offset) {
    if (offset < endOfRun(known)) return known;
    if (known + 1 < lastRun && offset < endOfRun(known + 1)) return ++known;
  }
  let low = firstRun;
  let high = lastRun;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (runRow(middle).start <= offset) low = middle;
    else high = middle;
  }
  known = low;
  return low;
}

/** A place within a run whose characters were counted up to there: the next one is after it mostly. */
let countedRun: u32 = NONE;
let countedTo: u32 = 0;
let counted: u32 = 0;

/** Code units of a run that is character by character, up to `offset`. */
function unitsOf(index: u32, offset: u32): u32 {
  if (index != countedRun || offset < countedTo) {
    countedRun = index;
    countedTo = runRow(index).start;
    counted = 0;
  }
  counted += utf16Length(plain + countedTo, plain + offset);
  countedTo = offset;
  return counted;
}

/** The code unit at which what the byte stands for begins. */
export function unitAt(offset: u32): u32 {
  if (firstRun == lastRun) return unitStart + (offset - start);
  const index = runOf(offset);
  const run = runRow(index);
  if (run.step == WHOLE) return run.unitStart;
  if (run.step == CHARACTERS) return run.unitStart + unitsOf(index, offset);
  return run.unitStart + (offset - run.start) / (run.step >> 16) * (run.step & 0xff);
}

/** The code unit at which what ends before the byte ends. */
export function unitBefore(offset: u32): u32 {
  if (firstRun == lastRun) return unitStart + (offset - start);
  const index = runOf(offset - 1);
  const run = runRow(index);
  if (run.step == WHOLE) return run.unitEnd;
  if (run.step == CHARACTERS) return run.unitStart + unitsOf(index, offset);
  const units = ((offset - 1 - run.start) / (run.step >> 16) + 1) * (run.step & 0xff) - ((run.step >> 8) & 0xff);
  return min(run.unitEnd, run.unitStart + units);
}

/** Decodings of different kinds that stand this near to each other may be parts of one word. */
export const NEAR: u32 = 32;

/**
 * Whether something at bytes `from` up to `to`, or near by, came of a decoding: if not, it was seen already in the text that
 * this one was decoded from.
 */
export function isNew(from: u32, to: u32, near: u32 = NEAR): bool {
  if (isAllNew) return true;
  if (firstRun == lastRun) return false;
  from = from < start + near ? start : from - near;
  to = min(stop, to + near);
  let index = runOf(from);
  for (;;) {
    const run = runRow(index);
    if (run.step != CHARACTERS && run.step != BYTES) return true;
    index++;
    if (index == lastRun || runRow(index).start >= to) break;
    if (runRow(index).unitStart != run.unitEnd) return true;
  }
  return false;
}

/** Writes bytes of the segment as they are. */
export function copy(from: u32, to: u32): void {
  const size = to - from;
  if (size == 0) return;
  if (<usize>size > roomLeft()) {
    cut();
    return;
  }
  const target = <u32>(at - plain);
  if (firstRun == lastRun) {
    const unit = unitStart + (from - start);
    addRun(target, unit, unit + size, BYTES);
  } else {
    copyRuns(from, to, target);
  }
  memory.copy(at, plain + from, size);
  memory.copy(folded + target, folded + from, size);
  skip(size);
}

function copyRuns(from: u32, to: u32, target: u32): void {
  let offset = from;
  while (offset < to) {
    const index = runOf(offset);
    const until = min(to, endOfRun(index));
    addRun(target + (offset - from), unitAt(offset), unitBefore(until), runRow(index).step);
    offset = until;
  }
}

/** Writes a character, read as any other, for bytes `from` up to `to` of the segment. */
export function put(point: u32, from: u32, to: u32): void {
  if (roomLeft() == 0 || !takeSingle()) cut();
  else if (point < 0x80) addAscii(point, unitAt(from), unitBefore(to));
  else add(point, unitAt(from), unitBefore(to));
}

/** Writes three bytes of ASCII for as many characters of the segment. */
export function putStep(bytes: u32, size: u32, from: u32, to: u32): void {
  if (roomLeft() == 0) {
    cut();
    return;
  }
  const unit = unitAt(from);
  const unitEnd = unitBefore(to);
  store<u32>(at, bytes);
  const target = <u32>(at - plain);
  skip(size);
  addRun(target, unit, unitEnd, stepOf(size, unitEnd - unit));
}

/** Up to where each byte from `from` on is a code unit; `from` where it is not. */
export function endOfUnits(from: u32): u32 {
  if (firstRun == lastRun) return stop;
  const index = runOf(from);
  return runRow(index).step == BYTES ? endOfRun(index) : from;
}

/**
 * Takes for written so many ASCII bytes that were put at the end. Each stands for as many bytes, from `from` on, of which the
 * last `gap` belong to none; all of them are code units.
 */
export function putStretch(count: u32, from: u32, width: u32, gap: u32): void {
  const unit = unitAt(from);
  addRun(<u32>(at - plain), unit, unit + count * width - gap, stepOf(1, width, gap));
  skip(<usize>count);
}

/** What is written from here on stands for all of bytes `from` up to `to`. */
export function wholeRun(from: u32, to: u32): void {
  addRun(<u32>(at - plain), unitAt(from), unitBefore(to), WHOLE);
}
