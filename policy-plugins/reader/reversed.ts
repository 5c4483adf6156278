import { Class, classOf } from "./classes";
import { at as written, cut, folded, plain, roomLeft, skip } from "./output";
import { find } from "./search";
import { nextTask, TaskKind } from "./tasks";
import { byteAt, offsetOf, start, stop, wholeRun } from "./source";
import { beginWindows, endWindows, replace } from "./window";

// Text that is seen from its end to its beginning: what stands after a right-to-left override, and letters turned upside down.

const LINE_FEED: u32 = 0x0a;

/** From the first letter that is upside down to the last, one of so many is: others look the same, and phonetics have fewer. */
const TURNED_PART: u32 = 4;

const NO_KIND: u32 = 0xffffffff;

/** Of the segment that is open, and has this index. */
export function deriveReversed(index: u32, origin: u32): bool {
  let made = false;
  let kind = NO_KIND;
  for (let task = nextTask(index); task; task = nextTask(index)) {
    if (task.kind != kind) {
      if (kind != NO_KIND) made = endWindows() || made;
      beginWindows(origin);
      kind = task.kind;
    }
    if (kind == TaskKind.OVERRIDDEN) reverseParagraph(task.start, min(task.end, stop));
    else if (task.letters * TURNED_PART >= lettersOf(task.start, task.end)) reverseLine(task.start);
  }
  return kind == NO_KIND ? false : endWindows() || made;
}

/** Line by line, up to an empty one: there the override is over, whatever ends it. */
function reverseParagraph(from: u32, to: u32): void {
  while (from < to && byteAt(from) == LINE_FEED) from++;
  while (from < to) {
    const end = offsetOf(find(plain + from, plain + to, LINE_FEED));
    if (end == from || !reverse(from, end, false)) return;
    from = end + 1;
  }
}

/** The line around a place. */
function reverseLine(place: u32): void {
  let from = place;
  while (from > start && byteAt(from - 1) != LINE_FEED) from--;
  reverse(from, offsetOf(find(plain + from, plain + stop, LINE_FEED)), true);
}

function lettersOf(from: u32, to: u32): u32 {
  let letters: u32 = 0;
  for (; from < to; from++) letters += <u32>((classOf(byteAt(from)) & Class.LETTER) != 0);
  return letters;
}

/** Each letter of it maps to all of it. */
function reverse(from: u32, to: u32, isTurned: bool): bool {
  if (to <= from) return true;
  if (!replace(from, to)) return false;
  if (to - from > <u32>roomLeft()) {
    cut();
    return false;
  }
  wholeRun(from, to);
  let target = written;
  let last = plain + to;
  while (last > plain + from) {
    let first = last - 1;
    const byte = load<u8>(first);
    if (byte < 0x80) {
      store<u8>(target++, isTurned ? turned(byte) : byte);
    } else {
      while ((load<u8>(first) & 0xc0) == 0x80) first--;
      memory.copy(target, first, last - first);
      memory.copy(target + (folded - plain), first + (folded - plain), last - first);
      target += last - first;
    }
    last = first;
  }
  skip(<usize>(to - from));
  return true;
}

/** Letters that are each other's likeness upside down; of all others the turned form reads as the letter already. */
function turned(point: u8): u8 {
  if (point == 0x70) return 0x64; // p, d
  if (point == 0x64) return 0x70;
  if (point == 0x62) return 0x71; // b, q
  if (point == 0x71) return 0x62;
  if (point == 0x6e) return 0x75; // n, u
  if (point == 0x75) return 0x6e;
  if (point == 0x36) return 0x39; // 6, 9
  return point == 0x39 ? 0x36 : point;
}
