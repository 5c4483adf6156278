import { SPLITS_MAX } from "./limits";
import { cutAt, growSegments, moveCut, RunRow, runCount, runRow, segmentCount, segmentRow, SegmentRow, WHOLE } from "./output";

// Texts that strings of several fields make together. While one is decoded it is of a field of its own, in which the strings stand
// one after the other with a code unit between them that is none's. When all is decoded, each of its segments becomes as many as
// it has fields, with nothing between.

/** A string, or an end of it, within such a text. */
@unmanaged
class Part {
  /** Of the text, in code units. */
  start: u32;
  end: u32;
  field: u32;
  /** Where it begins in its field. */
  fieldUnit: u32;
}

/** Numbers of fields from here on are those of such texts: the first of their parts is the number's rest. */
const JOINED: u32 = 0x800000;
/** More are not joined. */
const PARTS_MAX: u32 = 1_024;

let parts: usize = 0;
let partCount: u32 = 0;
/** Of the text that is being made. */
let firstPart: u32 = 0;

// @ts-ignore: decorator
@inline
function partAt(index: u32): Part {
  return changetype<Part>(parts + <usize>index * offsetof<Part>());
}

/** How many parts there is room for. */
export function partsLeft(): u32 {
  return PARTS_MAX - partCount;
}

/** The number of the field that the next parts are of. */
export function beginParts(): u32 {
  if (parts == 0) parts = heap.alloc(<usize>(PARTS_MAX + 1) * offsetof<Part>());
  firstPart = partCount;
  return JOINED | firstPart;
}

/** Adds `units` code units of a field, from `fieldUnit` on, and returns where they stand in the text. */
export function addPart(field: u32, fieldUnit: u32, units: u32): u32 {
  const start = partCount == firstPart ? 0 : partAt(partCount - 1).end + 1;
  const part = partAt(partCount++);
  part.start = start;
  part.end = start + units;
  part.field = field;
  part.fieldUnit = fieldUnit;
  // The end of the last text's parts, until the next one begins.
  partAt(partCount).start = 0;
  return start;
}

/** Adds `by` to the code units of runs from `first` on, which were written last. */
export function moveRuns(first: u32, by: u32): void {
  for (let index = first; index < runCount; index++) {
    const run = runRow(index);
    run.unitStart += by;
    run.unitEnd += by;
  }
}

export function isJoined(field: u32): bool {
  return (field & JOINED) != 0;
}

/** The part of a text in which a code unit lies, `known` or one that is looked for from it on; the text's first part is `first`. */
function partOf(first: u32, unit: u32, known: u32): u32 {
  let index = unit >= partAt(known).start ? known : first;
  while (index + 1 < partCount && partAt(index + 1).start != 0 && partAt(index + 1).start <= unit) index++;
  return index;
}

/** Puts in the place of each segment of such a text, from `from` on, one for each of its fields. */
export function split(from: u32): void {
  if (parts == 0) return;
  let more: u32 = 0;
  for (let index = from; index < segmentCount; index++) {
    more += piecesOf(segmentRow(index), index + 1 < segmentCount ? segmentRow(index + 1).firstRun : runCount) - 1;
  }
  // Else each maps to its first field alone.
  const isWhole = more > SPLITS_MAX;
  if (isWhole) more = 0;
  const last = segmentCount;
  let lastRun = runCount;
  growSegments(more);
  for (let index = last; index-- > from; ) {
    const row = segmentRow(index);
    const firstRun = row.firstRun;
    if (index == cutAt) moveCut(more);
    if (!isJoined(row.field)) {
      memory.copy(changetype<usize>(segmentRow(index + more)), changetype<usize>(row), offsetof<SegmentRow>());
    } else if (isWhole || firstRun == lastRun) {
      mapToFirst(row, lastRun);
      memory.copy(changetype<usize>(segmentRow(index + more)), changetype<usize>(row), offsetof<SegmentRow>());
    } else {
      const pieces = piecesOf(row, lastRun);
      more -= pieces - 1;
      writePieces(row, index + more, lastRun);
    }
    lastRun = firstRun;
  }
}

/** How many fields, one after the other, the bytes of a segment are of. */
function piecesOf(row: SegmentRow, lastRun: u32): u32 {
  if (!isJoined(row.field) || row.firstRun == lastRun) return 1;
  const first = row.field & ~JOINED;
  let pieces: u32 = 1;
  let known = partOf(first, runRow(row.firstRun).unitStart, first);
  for (let index = row.firstRun + 1; index < lastRun; index++) {
    const part = partOf(first, runRow(index).unitStart, known);
    if (part != known) pieces++;
    known = part;
  }
  return pieces;
}

function mapToFirst(row: SegmentRow, lastRun: u32): void {
  const part = partAt(row.field & ~JOINED);
  row.what = (row.what & 0xff000000) | part.field;
  row.unitStart = part.fieldUnit;
  for (let index = row.firstRun; index < lastRun; index++) {
    const run = runRow(index);
    run.unitStart = part.fieldUnit;
    run.unitEnd = part.fieldUnit + part.end - part.start;
    run.step = WHOLE;
  }
}

/** From the row `to` on, which may be that of the segment itself. */
function writePieces(row: SegmentRow, to: u32, lastRun: u32): void {
  const first = row.field & ~JOINED;
  const what = row.what & 0xff000000;
  const start = row.start;
  const end = row.end;
  const firstRun = row.firstRun;
  let known = first;
  for (let index = firstRun; index < lastRun; index++) {
    const run = runRow(index);
    const part = partOf(first, run.unitStart, known);
    const isFirst = index == firstRun;
    if (isFirst || part != known) {
      if (!isFirst) segmentRow(to++).end = run.start;
      const piece = segmentRow(to);
      piece.start = isFirst ? start : run.start;
      piece.what = what | partAt(part).field;
      piece.firstRun = index;
      piece.unitStart = run.unitStart - partAt(part).start + partAt(part).fieldUnit;
    }
    known = part;
    translate(run, partAt(part));
  }
  segmentRow(to).end = end;
}

/** What stands for the end of one string and the beginning of the next, as a character of both may, maps to the first. */
function translate(run: RunRow, part: Part): void {
  if (run.unitEnd > part.end) {
    run.unitEnd = part.end;
    run.step = WHOLE;
  }
  run.unitStart += part.fieldUnit - part.start;
  run.unitEnd += part.fieldUnit - part.start;
}
