import { Bytes } from "./bytes";
import { Part, readPart } from "./host";
import { DEPTH_MAX } from "./json-reader";
import { writeName } from "./place";

// What the bundle's reader made of the action: every text of it as it will be read, with the way back to where it
// stands (docs/spec/reading.md has the layout). Nothing is copied: all of this points into the reading's bytes.

const MAGIC: u32 = 0x32525343; // "CSR2"

/** An empty name is as good as another, so a pointer has as many steps as the document is deep. */
const NODE_DEPTH_MAX: i32 = DEPTH_MAX + 2;

/** Where a segment came from. */
export namespace Origin {
  /** A string, number or name of the action, folded where it stands. */
  export const ITSELF: u8 = 0;
  export const HTML: u8 = 1;
  export const PERCENT: u8 = 2;
  export const QUOTED_PRINTABLE: u8 = 3;
  export const BASE64: u8 = 4;
  export const HEX: u8 = 5;
  /** A text inside a string that is JSON. */
  export const JSON: u8 = 6;
  /** Spaced-out letters or separated digits, closed up. */
  export const CLOSED: u8 = 7;
  /** Written from right to left, or upside down. */
  export const REVERSED: u8 = 8;
  /** Characters that nobody sees, which spell something. */
  export const HIDDEN: u8 = 9;
  /** Neighbouring strings, each put next to what it goes on in. */
  export const REGROUPED: u8 = 10;
}

/** What a field of the action is. */
export namespace FieldKind {
  export const STRING: u32 = 0;
  export const NUMBER: u32 = 1;
  export const NAME: u32 = 2;
}

/** A string, number or member's name of the action. */
@unmanaged
export class Field {
  /** The value that it is, or whose name. */
  node: u32;
  /** Its length in UTF-16 code units. */
  length: u32;
  /** Bits 0 and 1: FieldKind; 2 and 3: part; 4: a string of the payload, that can be redacted; from 8 on: see nameSegment. */
  flags: u32;

  get kind(): u32 { return this.flags & 3; }
  get part(): u32 { return (this.flags >> 2) & 3; }
  get isRedactable(): bool { return (this.flags & 16) != 0; }

  /** The segment of the name it is known by: its member's, or that of the list it is in; NO_SEGMENT where there is none. */
  get nameSegment(): u32 {
    const index = this.flags >> 8;
    return index == 0xffffff ? NO_SEGMENT : index;
  }
}

export const NO_SEGMENT: u32 = 0xffffffff;

/** A text that stands by itself: all of a field, or what some of it decodes to. */
@unmanaged
export class Segment {
  /** Bytes of `plain` and `folded`, from the first up to `end`. */
  start: u32;
  end: u32;
  /** Up to bit 23 the field, then four bits each of origin and depth. */
  private what: u32;
  /** Where the segment begins in its field, in UTF-16 code units. */
  unitStart: u32;
  firstRun: u32;

  get field(): u32 { return this.what & 0xffffff; }
  get origin(): u8 { return <u8>((this.what >> 24) & 15); }
  /** How many decodings deep; 0: as written. */
  get depth(): u8 { return <u8>(this.what >> 28); }

  /** 0: byte i is code unit `unitStart` + i. One more segment stands behind the last, for this. */
  get runCount(): u32 {
    return changetype<Segment>(changetype<usize>(this) + offsetof<Segment>()).firstRun - this.firstRun;
  }
}

/** A stretch of a segment whose bytes map to its field in one way. */
@unmanaged
class Run {
  /** Of `plain` and `folded`; up to the next run's, or the segment's end. */
  start: u32;
  unitStart: u32;
  unitEnd: u32;
  /**
   * `bytes << 16 | gap << 8 | units`: so many bytes for so many units, time after time, of which the last `gap` are nothing's;
   * 0: all bytes for all units; UTF8: character by character.
   */
  step: u32;
}

/** Each character of the text is one of the field, and of as many UTF-16 code units. */
const UTF8: u32 = 0xffffffff;

/** A field as it was written, where that differs from `plain`. */
@unmanaged
export class RawSegment {
  /** Bytes of `raw`. */
  start: u32;
  end: u32;
  segment: u32;
}

/** A value on the way from a part of the action to a field. */
@unmanaged
class PathNode {
  /** NO_NODE: it stands in the part itself. */
  parent: u32;
  /** Its name as JSON writes it, bytes of the document; of a message's string, its pointer. */
  nameStart: u32;
  /** Where `nameStart` is 0: its place in its list. */
  nameEnd: u32;
}

const NO_NODE: u32 = 0xffffffff;

@unmanaged
class Header {
  magic: u32;
  size: u32;
  textSize: u32;
  plain: u32;
  folded: u32;
  segmentCount: u32;
  segments: u32;
  runCount: u32;
  runs: u32;
  fieldCount: u32;
  fields: u32;
  rawSize: u32;
  raw: u32;
  rawSegmentCount: u32;
  rawSegments: u32;
  /** Values of the action, names, then what was derived: the first segment of each group. */
  firstName: u32;
  firstDerived: u32;
  nodeCount: u32;
  nodes: u32;
  reserved: u32;
}

/**
 * All texts of the action, one after the other, a line feed between neighbours, four between values, names, and each text
 * that was derived. `plain` and `folded` are the same byte for byte but for case. Sixteen line feeds stand before and after
 * each, so that a scanner may look around without asking where the end is.
 */
export class Reading {
  /** UTF-8: compatibility forms, look-alikes and accents as plain letters, nothing invisible, case as written. */
  plain: usize;
  /** The same without case. */
  folded: usize;
  size: i32;
  /** As written, of the fields where `plain` says something else: see `rawSegment`. */
  raw: usize;
  rawSize: i32;

  constructor(private begin: usize) {
    const header = changetype<Header>(begin);
    assert(header.magic == MAGIC, "not a reading");
    this.plain = begin + header.plain;
    this.folded = begin + header.folded;
    this.size = <i32>header.textSize;
    this.raw = begin + header.raw;
    this.rawSize = <i32>header.rawSize;
  }

  get segmentCount(): i32 { return <i32>changetype<Header>(this.begin).segmentCount; }
  get rawSegmentCount(): i32 { return <i32>changetype<Header>(this.begin).rawSegmentCount; }
  get fieldCount(): i32 { return <i32>changetype<Header>(this.begin).fieldCount; }
  get firstName(): i32 { return <i32>changetype<Header>(this.begin).firstName; }
  get firstDerived(): i32 { return <i32>changetype<Header>(this.begin).firstDerived; }

  segment(index: i32): Segment {
    return changetype<Segment>(this.begin + changetype<Header>(this.begin).segments + <usize>index * offsetof<Segment>());
  }

  rawSegment(index: i32): RawSegment {
    return changetype<RawSegment>(
      this.begin + changetype<Header>(this.begin).rawSegments + <usize>index * offsetof<RawSegment>(),
    );
  }

  field(index: u32): Field {
    return changetype<Field>(this.begin + changetype<Header>(this.begin).fields + <usize>index * offsetof<Field>());
  }

  fieldOf(segment: Segment): Field {
    return this.field(segment.field);
  }

  /** The last segment that begins at or before byte `at`. */
  segmentAt(at: i32): i32 {
    let low = 0;
    let high = this.segmentCount;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (<i32>this.segment(middle).start <= at) low = middle;
      else high = middle;
    }
    return low;
  }

  /** The same of `raw`. */
  rawSegmentAt(at: i32): i32 {
    let low = 0;
    let high = this.rawSegmentCount;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (<i32>this.rawSegment(middle).start <= at) low = middle;
      else high = middle;
    }
    return low;
  }

  /** The code unit of the field at which what byte `at` of the segment stands for begins. */
  unitStart(segment: Segment, at: u32): u32 {
    if (segment.runCount == 0) return segment.unitStart + (at - segment.start);
    const run = this.runAt(segment, at);
    if (run.step == 0) return run.unitStart;
    if (run.step == UTF8) return this.unitsBefore(run, at);
    return run.unitStart + (at - run.start) / (run.step >> 16) * (run.step & 0xff);
  }

  /** The code unit at which what ends with the byte before `at` ends; `at` is after the segment's start. */
  unitEnd(segment: Segment, at: u32): u32 {
    if (segment.runCount == 0) return segment.unitStart + (at - segment.start);
    const last = at - 1;
    const run = this.runAt(segment, last);
    if (run.step == 0) return run.unitEnd;
    if (run.step == UTF8) return this.unitsBefore(run, at);
    const steps = (last - run.start) / (run.step >> 16) + 1;
    const end = run.unitStart + steps * (run.step & 0xff) - ((run.step >> 8) & 0xff);
    return min(end, run.unitEnd);
  }

  private runAt(segment: Segment, at: u32): Run {
    const runs = this.begin + changetype<Header>(this.begin).runs;
    let low = segment.firstRun;
    let high = low + segment.runCount;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (changetype<Run>(runs + <usize>middle * offsetof<Run>()).start <= at) low = middle;
      else high = middle;
    }
    return changetype<Run>(runs + <usize>low * offsetof<Run>());
  }

  /** Of `run`, which is character by character. */
  private unitsBefore(run: Run, at: u32): u32 {
    if (run != countedRun) {
      countedRun = run;
      countedTo = run.start;
      countedUnits = run.unitStart;
    }
    if (at >= countedTo) countedUnits += utf16Length(this.plain + countedTo, this.plain + at);
    else countedUnits -= utf16Length(this.plain + at, this.plain + countedTo);
    countedTo = at;
    return countedUnits;
  }

  /** The field's place but for its last quote, as the verdict says it: `"part":"payload","pointer":"/text`. Good until the next. */
  placeOf(field: Field): Bytes {
    const place = placeText;
    if (field == placeField) return place;
    const last = placeField;
    if (!last || last.part != field.part || field.part == MESSAGE) {
      place.size = 0;
      place.ascii('"part":"');
      place.ascii(partName(field.part));
      place.ascii('","pointer":"');
      stepCount = 0;
      pathStart = place.size;
    }
    placeField = field;
    if (field.part == MESSAGE) this.writePointer(place, this.node(field.node));
    else this.writePath(place, field.node);
    return place;
  }

  private node(index: u32): PathNode {
    return changetype<PathNode>(this.begin + changetype<Header>(this.begin).nodes + <usize>index * offsetof<PathNode>());
  }

  private writePointer(to: Bytes, node: PathNode): void {
    to.raw(this.begin + node.nameStart, this.begin + node.nameEnd);
  }

  /** From where the path of the last place goes another way. */
  private writePath(to: Bytes, index: u32): void {
    let count = 0;
    for (; index != NO_NODE; index = this.node(index).parent) path[count++] = index;
    let same = 0;
    while (same < stepCount && same < count && steps[same] == path[count - 1 - same]) same++;
    to.size = same == 0 ? pathStart : stepEnds[same - 1];
    for (; same < count; same++) {
      const step = path[count - 1 - same];
      this.writeStep(to, this.node(step));
      steps[same] = step;
      stepEnds[same] = to.size;
    }
    stepCount = count;
  }

  private writeStep(to: Bytes, node: PathNode): void {
    if (node.nameStart != 0) {
      to.byte(0x2f);
      writeName(to, this.begin + node.nameStart, this.begin + node.nameEnd);
    } else if (node.parent != NO_NODE) {
      to.byte(0x2f);
      to.integer(<i32>node.nameEnd);
    }
  }
}

const MESSAGE: u32 = 3;

function partName(part: u32): string {
  if (part == 0) return "payload";
  if (part == 1) return "action";
  return part == 2 ? "context" : "message";
}

// How far a run was counted: places are asked for in ascending order, almost.
let countedRun: Run | null = null;
let countedTo: u32 = 0;
let countedUnits: u32 = 0;

/** The last place asked for, whose it is, and where in it the pointer begins. */
const placeText: Bytes = new Bytes();
let placeField: Field | null = null;
let pathStart: usize = 0;

/** The steps down to that field, the first first, and where each ends in the text. */
const steps: StaticArray<u32> = new StaticArray<u32>(NODE_DEPTH_MAX);
const stepEnds: StaticArray<usize> = new StaticArray<usize>(NODE_DEPTH_MAX);
let stepCount: i32 = 0;

/** The steps down to a field, the last first. */
const path: StaticArray<u32> = new StaticArray<u32>(NODE_DEPTH_MAX);

/** The lowest bit of each of eight bytes. */
const LOW_BITS: u64 = 0x0101010101010101;

/** UTF-16 code units of the UTF-8 between two addresses. */
export function utf16Length(from: usize, to: usize): u32 {
  let units: u32 = 0;
  let at = from;
  for (; at + 8 <= to; at += 8) {
    const eight = load<u64>(at);
    const follows = (eight >> 7) & ~(eight >> 6) & LOW_BITS;
    const beyond = (eight >> 7) & (eight >> 6) & (eight >> 5) & (eight >> 4) & LOW_BITS;
    // Their sum is in the uppermost byte; none goes below 0 or above 16.
    units += <u32>(((LOW_BITS - follows + beyond) * LOW_BITS) >> 56);
  }
  for (; at < to; at++) {
    const byte = load<u8>(at);
    // Each first byte of a character, and the surrogate of those beyond the first plane.
    if ((byte & 0xc0) != 0x80) units++;
    if (byte >= 0xf0) units++;
  }
  return units;
}

let known: Reading | null = null;

/** For the reader itself, which makes it. */
export function setMade(made: Reading): void {
  known = made;
}

/** The reading of the action that is judged; its manifest says `"reading": "reads"`. */
export function reading(): Reading {
  const made = known;
  if (made) return made;
  const first = new Reading(readPart(Part.READING));
  known = first;
  return first;
}
