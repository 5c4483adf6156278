import { inputSize, setReading } from "../sdk/host";
import { nodeAt, nodeCount } from "./document";
import { firstDerived } from "./derive";
import { at, folded, GUARD, HEADER_BYTES, plain, raw, rawEnd, RunRow, runCount, runs, segmentCount, segmentRow, SegmentRow, segments } from "./output";
import { split } from "./parts";
import { HIGHS, ONES } from "./search";
import { FieldRow, fieldCount, fields, firstName, RawRow, rawCount, rawRows } from "./values";

// The parts moved together to one document, as docs/spec/reading.md and the SDK's reading.ts have it.

const MAGIC: u32 = 0x32525343; // "CSR2"
const LINE_FEEDS: u64 = 0x0a0a0a0a0a0a0a0a;

/** Of the document, as it is being put together. */
let begin: usize = 0;
let cursor: usize = 0;

/** Returns where the reading begins. */
export function assemble(): usize {
  split(firstDerived);
  const textSize = at - plain;
  lowerAscii(textSize);
  begin = plain - GUARD - HEADER_BYTES;
  cursor = begin + HEADER_BYTES;
  const header = begin;
  guard();
  const plainAt = cursor;
  cursor += textSize;
  guard();
  guard();
  const foldedAt = move(folded, textSize);
  guard();
  guard();
  const rawAt = move(raw, rawEnd - raw);
  guard();
  align();
  closeRuns();
  const segmentsAt = move(segments, <usize>(segmentCount + 1) * offsetof<SegmentRow>());
  const runsAt = move(runs, <usize>runCount * offsetof<RunRow>());
  const fieldsAt = move(fields, <usize>fieldCount * offsetof<FieldRow>());
  const rawRowsAt = move(rawRows, <usize>rawCount * offsetof<RawRow>());
  const nodesAt = writeNodes();
  store<u32>(header, MAGIC);
  store<u32>(header, <u32>(cursor - begin), 4);
  store<u32>(header, <u32>textSize, 8);
  store<u32>(header, <u32>(plainAt - begin), 12);
  store<u32>(header, <u32>(foldedAt - begin), 16);
  store<u32>(header, segmentCount, 20);
  store<u32>(header, <u32>(segmentsAt - begin), 24);
  store<u32>(header, runCount, 28);
  store<u32>(header, <u32>(runsAt - begin), 32);
  store<u32>(header, fieldCount, 36);
  store<u32>(header, <u32>(fieldsAt - begin), 40);
  store<u32>(header, <u32>(rawEnd - raw), 44);
  store<u32>(header, <u32>(rawAt - begin), 48);
  store<u32>(header, rawCount, 52);
  store<u32>(header, <u32>(rawRowsAt - begin), 56);
  store<u32>(header, firstName, 60);
  store<u32>(header, firstDerived, 64);
  store<u32>(header, nodeCount, 68);
  store<u32>(header, <u32>(nodesAt - begin), 72);
  store<u32>(header, 0, 76);
  setReading(begin, cursor - begin);
  return begin;
}

function guard(): void {
  store<u64>(cursor, LINE_FEEDS);
  store<u64>(cursor, LINE_FEEDS, 8);
  cursor += GUARD;
}

/** Down to where it belongs: everything lies in memory in the order in which it is put together. */
function move(from: usize, size: usize): usize {
  const to = cursor;
  if (to != from) memory.copy(to, from, size);
  cursor += size;
  return to;
}

function align(): void {
  while (((cursor - begin) & 3) != 0) store<u8>(cursor++, 0);
}

/** After the last segment one more, for where the runs of the last end. */
function closeRuns(): void {
  const row = segmentRow(segmentCount);
  row.start = <u32>(at - plain);
  row.end = row.start;
  row.what = 0;
  row.unitStart = 0;
  row.firstRun = runCount;
}

/** Lower case of what is ASCII in `plain`, eight bytes at a time; the rest is in `folded` already. */
function lowerAscii(size: usize): void {
  const stop = plain + size;
  const distance = folded - plain;
  for (let from = plain; from < stop; from += 8) {
    const word = load<u64>(from);
    const low = word & ~HIGHS;
    const capitals = (low + ONES * (0x80 - 0x41)) & ~(low + ONES * (0x80 - 0x5b)) & ~word & HIGHS;
    // All bits of each byte beyond ASCII.
    const wide = ((word & HIGHS) >> 7) * 0xff;
    store<u64>(from + distance, ((word | (capitals >> 2)) & ~wide) | (load<u64>(from + distance) & wide));
  }
}

/** The way from each field up to its part: the values that it is in, and their names as JSON writes them. */
function writeNodes(): usize {
  // Behind everything there may be too little memory left.
  const needed = cursor + <usize>nodeCount * offsetof<PathRow>() + inputSize;
  const end = heap.alloc(0);
  if (needed > end) heap.alloc(needed - end);
  const first = cursor;
  cursor += <usize>nodeCount * offsetof<PathRow>();
  for (let index: u32 = 0; index < nodeCount; index++) {
    const node = nodeAt(index);
    const row = changetype<PathRow>(first + <usize>index * offsetof<PathRow>());
    row.parent = node.parent;
    row.nameStart = node.nameStart == 0 ? 0 : <u32>(cursor - begin);
    row.nameEnd = node.nameStart == 0 ? node.index : row.nameStart + <u32>(node.nameEnd - node.nameStart);
    if (node.nameStart != 0) move(node.nameStart, node.nameEnd - node.nameStart);
  }
  align();
  return first;
}

@unmanaged
class PathRow {
  parent: u32;
  nameStart: u32;
  nameEnd: u32;
}
