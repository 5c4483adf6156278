import { beginText, hitAt, isDone, settledTo } from "./matches";
import { Group, groupAt, groupCount, HIT } from "./program";
import { runOne, runTwo, setColumns, setState, SIDE_BY_SIDE, stateOf } from "./side-by-side";

// One pass over a text for all patterns: automata side by side, and what they find. A long text is passed in two stretches at
// once. Where the second begins, nobody knows yet in which states the automata will be; but from whatever state, they mostly are
// in the same ones after a few bytes. So they start a little before it, and what the second stretch found counts where the first
// one has come to the same states.

/** Stretches are as long as that at most: what was read in vain is no more than one of them. */
const STRETCH_MAX: usize = 2048;
/** In a shorter rest, to begin a second stretch costs what it brings. */
const TWO_FROM: usize = 768;
/** How far before the second stretch the automata start. */
const RUN_IN: usize = 32;
/** After a stretch that was read in vain, so much is read in one, and each time twice as much. */
const ALONE_LEAST: usize = 8 * STRETCH_MAX;

/** What the second stretch finds waits here until the first one is read: where, and the states of all four, u32 each. */
const NOTES: usize = memory.data(64 * 20, 4);
const NOTES_MAX: i32 = 64;
const NOTE_BYTES: usize = 20;
/** In which states the second stretch began. */
const BEGINNINGS: usize = memory.data(4 * 4, 4);

/** Scans a text by itself: `^` and `$` stand for its ends. Both are addresses. */
export function scanText(start: usize, end: usize): void {
  beginText(start, end);
  for (let first = 0; first < groupCount && !isDone(); first += SIDE_BY_SIDE) {
    scanWith(first, min(groupCount - first, SIDE_BY_SIDE), start, end);
  }
}

function scanWith(first: i32, count: i32, start: usize, end: usize): void {
  setColumns(first, count);
  begin(first, count, 0);
  let aloneTo = start;
  let alone = ALONE_LEAST;
  for (let at = start; at < end && !isDone(); ) {
    if (at < aloneTo || end - at < TWO_FROM) {
      at = readOn(first, at, at < aloneTo ? min(aloneTo, end) : end);
      continue;
    }
    const half = min((end - at) >> 1, STRETCH_MAX) & ~7;
    const behind = at + half;
    at = readTwo(first, count, at, half);
    if (at > behind) {
      alone = ALONE_LEAST;
    } else {
      aloneTo = at + alone;
      alone <<= 1;
    }
  }
  for (let i = 0; i < count && !isDone(); i++) {
    const group = groupAt(first + i);
    report(group, <u32>load<u16>(group.edge + stateOf(i)), end);
  }
}

/** The automata of a lane at a text's beginning. */
function begin(first: i32, count: i32, lane: i32): void {
  for (let i = 0; i < SIDE_BY_SIDE; i++) setState(lane + i, i < count ? groupAt(first + i).start : 0);
}

/** Up to `end`, unless no more need be found. */
function readOn(first: i32, at: usize, end: usize): usize {
  while (at < end) {
    at = runOne(first, 0, at, end);
    tell(first, 0, at - 1);
    if (isDone()) break;
  }
  return at;
}

/** Tells what the lane's automata found before `at`, and has them go on from there. */
function tell(first: i32, lane: i32, at: usize): void {
  for (let i = 0; i < SIDE_BY_SIDE && !isDone(); i++) {
    const state = stateOf(lane + i);
    if ((state & HIT) == 0) continue;
    report(groupAt(first + i), state, at);
    setState(lane + i, state & ~HIT);
  }
}

/** Reads stretches of `size` bytes from `at` on; returns up to where: behind the first one, or further where the second counts. */
function readTwo(first: i32, count: i32, at: usize, size: usize): usize {
  const end = at + size;
  runIn(first, count, end);
  let notes = 0;
  while (at < end && notes < NOTES_MAX) {
    at = runTwo(first, at, end, size);
    tell(first, 0, at - 1);
    if (isDone()) return at;
    if (hasFound(SIDE_BY_SIDE)) note(notes++, at + size - 1);
  }
  const to = at + size;
  readOn(first, at, end);
  if (isDone()) return end;
  for (let i = 0; i < SIDE_BY_SIDE; i++) {
    if (stateOf(i) != load<u32>(BEGINNINGS + (<usize>i << 2))) return end;
  }
  for (let i = 0; i < notes; i++) {
    const from = NOTES + <usize>i * NOTE_BYTES;
    for (let j = 0; j < SIDE_BY_SIDE; j++) setState(j, load<u32>(from + (<usize>j << 2), 4));
    tell(first, 0, <usize>load<u32>(from));
    if (isDone()) return to;
  }
  for (let i = 0; i < SIDE_BY_SIDE; i++) setState(i, stateOf(SIDE_BY_SIDE + i));
  return to;
}

/** Has the second lane's automata begin at `at`. */
function runIn(first: i32, count: i32, at: usize): void {
  begin(first, count, SIDE_BY_SIDE);
  for (let from = at - RUN_IN; from < at; ) from = runOne(first, SIDE_BY_SIDE, from, at);
  for (let i = 0; i < SIDE_BY_SIDE; i++) {
    const state = stateOf(SIDE_BY_SIDE + i) & ~HIT;
    setState(SIDE_BY_SIDE + i, state);
    store<u32>(BEGINNINGS + (<usize>i << 2), state);
  }
}

function hasFound(lane: i32): bool {
  return ((stateOf(lane) | stateOf(lane + 1) | stateOf(lane + 2) | stateOf(lane + 3)) & HIT) != 0;
}

/** Notes what the second lane's automata found before `at`, and has them go on from there. */
function note(index: i32, at: usize): void {
  const to = NOTES + <usize>index * NOTE_BYTES;
  store<u32>(to, <u32>at);
  for (let i = 0; i < SIDE_BY_SIDE; i++) {
    const state = stateOf(SIDE_BY_SIDE + i);
    store<u32>(to + (<usize>i << 2), state, 4);
    setState(SIDE_BY_SIDE + i, state & ~HIT);
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
