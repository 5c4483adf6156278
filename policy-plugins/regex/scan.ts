import { beginText, hitAt, isDone, settledTo } from "./matches";
import { Group, groupAt, groupCount, HIT } from "./program";
import { run1, run2, run3, run4, setColumns, setState, SIDE_BY_SIDE, stateOf } from "./side-by-side";

// One pass over a text for all patterns: automata side by side, and what they find.

/** Scans a text by itself: `^` and `$` stand for its ends. Both are addresses. */
export function scanText(start: usize, end: usize): void {
  beginText(start, end);
  for (let first = 0; first < groupCount && !isDone(); first += SIDE_BY_SIDE) {
    scanWith(first, min(groupCount - first, SIDE_BY_SIDE), start, end);
  }
}

function scanWith(first: i32, count: i32, start: usize, end: usize): void {
  setColumns(first, count);
  for (let i = 0; i < count; i++) setState(i, groupAt(first + i).start);
  for (let at = start; at < end; ) {
    if (count == 1) at = run1(first, at, end);
    else if (count == 2) at = run2(first, at, end);
    else if (count == 3) at = run3(first, at, end);
    else at = run4(first, at, end);
    // The entries come from the byte before: what was found ends there.
    for (let i = 0; i < count; i++) {
      const state = stateOf(i);
      if ((state & HIT) == 0) continue;
      report(groupAt(first + i), state, at - 1);
      if (isDone()) return;
      setState(i, state & ~HIT);
    }
  }
  for (let i = 0; i < count && !isDone(); i++) {
    const group = groupAt(first + i);
    report(group, <u32>load<u16>(group.edge + stateOf(i)), end);
  }
}

/** What a group found before `at`. */
function report(group: Group, state: u32, at: usize): void {
  if ((state & HIT) == 0) return;
  const set = <usize>load<u16>(group.found + (state & ~HIT));
  const patterns = group.sets + (set << 1);
  for (let count = <usize>load<u16>(patterns); count > 0; count--) {
    const pattern = <u32>load<u16>(patterns + (count << 1));
    if (at > settledTo(pattern)) hitAt(pattern, at);
  }
}
