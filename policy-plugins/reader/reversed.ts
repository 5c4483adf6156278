import { at as written, cut, folded, plain, roomLeft, skip } from "./output";
import { nextTask, TaskKind } from "./tasks";
import { byteAt, start, stop, wholeRun } from "./source";
import { beginWindows, endWindows, replace } from "./window";

// Text that is seen from its end to its beginning: what stands after a right-to-left override, and letters turned upside down.

const LINE_FEED: u32 = 0x0a;

/** Of the segment that is open, and has this index. */
export function deriveReversed(index: u32, origin: u32): bool {
  let made = false;
  for (let task = nextTask(index); task; task = nextTask(index)) {
    beginWindows(origin);
    if (task.kind == TaskKind.OVERRIDDEN) reverse(task.start, min(task.end, stop), false);
    else reverseLines();
    made = endWindows() || made;
  }
  return made;
}

function reverseLines(): void {
  let from = start;
  while (from < stop) {
    let to = from;
    while (to < stop && byteAt(to) != LINE_FEED) to++;
    if (to > from && !reverse(from, to, true)) return;
    from = to + 1;
  }
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
