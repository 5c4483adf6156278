import { ESCAPED, WIDE } from "../sdk/utf16";
import { firstNode, lastNode, Node, nodeAt, nodeCount, NodeKind, Place, Root, ROOT, ROOTS } from "./document";
import { addUtf8, at, begin, cut, end, Extent, fieldLimit, lineFeeds, raw, rawEnd, segmentCount, setRawEnd, skip, wholeSegment } from "./output";
import { find } from "./search";

// The action's own texts: first every value, then every name.

@unmanaged
export class FieldRow {
  node: u32;
  length: u32;
  /** Bits 0 and 1: kind; 2 and 3: place; 4: redactable; from 8 on the segment of its name. */
  what: u32;
}

@unmanaged
export class RawRow {
  start: u32;
  end: u32;
  segment: u32;
}

const STRING: u32 = 0;
const NUMBER: u32 = 1;
const NAME: u32 = 2;
const REDACTABLE: u32 = 16;
const NO_NAME: u32 = 0xffffff;

export let fields: usize = 0;
export let fieldCount: u32 = 0;
export let rawRows: usize = 0;
export let rawCount: u32 = 0;
export let firstName: u32 = 0;

/** How much there is to read. */
export function measure(): Extent {
  let texts: u32 = 0;
  let bytes: usize = 0;
  let wideTexts: u32 = 0;
  let wideBytes: usize = 0;
  let pathBytes: usize = 0;
  for (let index: u32 = 0; index < nodeCount; index++) {
    const node = nodeAt(index);
    const kind = <u32>node.kind;
    const nameSize = node.nameEnd - node.nameStart;
    pathBytes += PATH_BYTES + nameSize;
    if (kind == NodeKind.STRING || kind == NodeKind.NUMBER) {
      const size = node.end - node.start;
      const wide = <u32>((node.flags & WIDE) != 0);
      texts++;
      bytes += size;
      wideTexts += wide;
      wideBytes += size * wide;
    }
    if (isNamed(node)) {
      const wide = <u32>((node.nameFlags & WIDE) != 0);
      texts++;
      bytes += nameSize;
      wideTexts += wide;
      wideBytes += nameSize * wide;
    }
  }
  rawRowsMax = wideTexts;
  const extent = new Extent();
  extent.texts = texts;
  extent.bytes = bytes;
  extent.wideTexts = wideTexts;
  extent.wideBytes = wideBytes;
  extent.pathBytes = pathBytes;
  return extent;
}

/** Of a node in the reading, without its name. */
const PATH_BYTES: usize = 12;
let rawRowsMax: u32 = 0;

// @ts-ignore: decorator
@inline
function isNamed(node: Node): bool {
  return node.parent != ROOT && node.nameStart != 0;
}

/** Which name of the document, counted from 0, a node is known by. Indexed by node. */
let namesOf: usize = 0;

export function addValuesAndNames(): void {
  fields = heap.alloc(<usize>(fieldLimit + 1) * offsetof<FieldRow>());
  rawRows = heap.alloc(<usize>rawRowsMax * offsetof<RawRow>());
  namesOf = heap.alloc(<usize>nodeCount << 2);
  addValues();
  endCrowd();
  firstName = segmentCount;
  lineFeeds(3);
  addNames();
  endCrowd();
  lineFeeds(3);
  for (let index: u32 = 0; index < fieldCount; index++) {
    const field = fieldRow(index);
    const name = field.what >> 8;
    if (name != NO_NAME) field.what = (field.what & 0xff) | ((name + firstName) << 8);
  }
}

// @ts-ignore: decorator
@inline
export function fieldRow(index: u32): FieldRow {
  return changetype<FieldRow>(fields + <usize>index * offsetof<FieldRow>());
}

export function isString(field: FieldRow): bool {
  return (field.what & 3) == STRING;
}

/** In the order in which texts are read, which is not the document's. */
function addValues(): void {
  for (let root = 0; root < ROOTS; root++) addValuesOf(root);
}

let names: u32 = 0;

function addValuesOf(root: i32): void {
  const last = lastNode(root);
  for (let index = firstNode(root); index < last; index++) {
    const node = nodeAt(index);
    const known = isNamed(node) ? names++ : node.parent == ROOT ? NO_NAME : load<u32>(namesOf + (<usize>node.parent << 2));
    store<u32>(namesOf + (<usize>index << 2), known);
    const kind = <u32>node.kind;
    if (kind == NodeKind.STRING) {
      const redactable = <u32>node.place == Place.PAYLOAD ? REDACTABLE : 0;
      addText(index, node.start, node.end, node.flags, STRING | redactable | (known << 8));
    } else if (kind == NodeKind.NUMBER) {
      addText(index, node.start, node.end, 0, NUMBER | (known << 8));
    }
  }
}

function addNames(): void {
  for (let root = 0; root < ROOTS; root++) addNamesOf(root);
}

function addNamesOf(root: i32): void {
  const last = lastNode(root);
  for (let index = firstNode(root); index < last; index++) {
    const node = nodeAt(index);
    if (isNamed(node)) addText(index, node.nameStart, node.nameEnd, node.nameFlags, NAME | (NO_NAME << 8));
  }
}

function addText(node: u32, start: usize, stop: usize, flags: u8, what: u32): void {
  if (fieldCount >= fieldLimit) {
    addCrowded(start, stop, flags);
    return;
  }
  const field = fieldRow(fieldCount);
  field.node = node;
  field.what = what | (<u32>nodeAt(node).place << 2);
  begin(fieldCount, 0, 0, 0);
  field.length = addContent(start, stop, flags);
  end();
  fieldCount++;
  lineFeeds(1);
}

/** Returns its length in UTF-16 code units. */
function addContent(start: usize, stop: usize, flags: u8): u32 {
  if ((flags & WIDE) != 0) return addWide(start, stop, flags);
  // Of a text without a character beyond ASCII every byte is a code unit, once JSON's escapes are read.
  const size = (flags & ESCAPED) != 0 ? unescape(start, stop, at) : copy(start, stop, at);
  skip(size);
  return <u32>size;
}

function copy(start: usize, stop: usize, to: usize): usize {
  memory.copy(to, start, stop - start);
  return stop - start;
}

/** As written goes to `raw`, and stays there where it reads as something else. */
function addWide(start: usize, stop: usize, flags: u8): u32 {
  const from = rawEnd;
  const size = (flags & ESCAPED) != 0 ? unescape(start, stop, from) : copy(start, stop, from);
  const before = at;
  const length = addUtf8(from, from + size);
  if (at - before == size && memory.compare(before, from, size) == 0) return length;
  const row = changetype<RawRow>(rawRows + <usize>rawCount * offsetof<RawRow>());
  rawCount++;
  row.start = <u32>(from - raw);
  row.end = row.start + <u32>size;
  row.segment = segmentCount;
  setRawEnd(from + size);
  return length;
}

/** Reads JSON's escapes, as canonical JSON has them; returns how many bytes were written. */
function unescape(start: usize, stop: usize, to: usize): usize {
  const first = to;
  for (;;) {
    const next = find(start, stop, BACKSLASH);
    to += copy(start, next, to);
    start = next;
    if (start >= stop) break;
    while (start < stop && load<u8>(start) == <u8>BACKSLASH) {
      const escape = load<u8>(start, 1);
      store<u8>(to++, escape == 0x75 ? control(start) : escaped(escape));
      start += escape == 0x75 ? 6 : 2;
    }
  }
  return to - first;
}

const BACKSLASH: u32 = 0x5c;

function escaped(escape: u8): u8 {
  if (escape == 0x6e) return 0x0a;
  if (escape == 0x74) return 0x09;
  if (escape == 0x72) return 0x0d;
  if (escape == 0x62) return 0x08;
  return escape == 0x66 ? 0x0c : escape; // the quote and the backslash
}

/** Of `\u00xx`, the only long form that canonical JSON uses. */
function control(start: usize): u8 {
  const low = load<u8>(start, 5);
  return ((load<u8>(start, 4) & 1) << 4) | (low < 0x61 ? low - 0x30 : low - 0x57);
}

/** Texts beyond the last field's share one, that has no place of its own. */
let isCrowded: bool = false;

function addCrowded(start: usize, stop: usize, flags: u8): void {
  if (!isCrowded) {
    isCrowded = true;
    fieldCount = fieldLimit + 1;
    const field = fieldRow(fieldLimit);
    field.node = firstNode(Root.PAYLOAD);
    field.length = 0;
    field.what = NUMBER | (NO_NAME << 8) | (<u32>nodeAt(field.node).place << 2);
    begin(fieldLimit, 0, 0, 0);
    cut();
  }
  const rows = rawCount;
  addContent(start, stop, flags);
  // The buffer of what was written has no way from it to a part of a segment.
  rawCount = rows;
  lineFeeds(1);
}

function endCrowd(): void {
  if (!isCrowded) return;
  isCrowded = false;
  wholeSegment();
  end();
}
