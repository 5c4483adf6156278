import { settledTo } from "./matches";
import { Group, groupAt, groupCount, HIT } from "./program";

// Up to four automata over the same bytes. Each waits for each of its loads, so together they take little longer than one. What
// runs over the bytes calls nothing, so that an engine keeps all in registers: it stops where something is found that may have
// to be told, and is called again behind it.

/** As in core/policy/regex/groups.ts. */
export const SIDE_BY_SIDE: i32 = 4;

/** Where the automata of this pass stand, u32 each: entries of their tables. */
const STATES: usize = memory.data(4 * 4, 4);

/**
 * By byte, the columns of the automata of this pass side by side, u32 each, at an address that the code knows: registers are few.
 */
const COLUMNS: usize = memory.data(256 * 4 * 4, 16);
/** The first of the automata whose columns these are. */
let columnsOf: i32 = -1;

/** Before automata `first` and so many behind it run. */
export function setColumns(first: i32, count: i32): void {
  if (columnsOf == first) return;
  for (let i = 0; i < count; i++) {
    const group = groupAt(first + i);
    for (let byte = 0; byte < 256; byte++) {
      const column = group.columns + <usize>(<u32>load<u8>(group.symbols + byte) * group.columnSize);
      store<u32>(COLUMNS + (<usize>byte << 4) + (<usize>i << 2), <u32>column);
    }
  }
  columnsOf = first;
}

/** Before anything is scanned. */
export function prepareScan(): void {
  setColumns(0, min(groupCount, SIDE_BY_SIDE));
}

/** Whether all that a group found before `at` is part of what was told: then nothing need be left for it. */
// @ts-ignore: decorator
@inline
function isSettled(group: Group, state: u32, at: usize): bool {
  if ((state & HIT) == 0) return true;
  const patterns = group.sets + (<usize>load<u16>(group.found + (state & ~HIT)) << 1);
  let count = <usize>load<u16>(patterns);
  while (count > 0 && at <= settledTo(<u32>load<u16>(patterns + (count << 1)))) count--;
  return count == 0;
}

// @ts-ignore: decorator
@inline
export function stateOf(index: i32): u32 {
  return load<u32>(STATES + (<usize>index << 2));
}

// @ts-ignore: decorator
@inline
export function setState(index: i32, state: u32): void {
  store<u32>(STATES + (<usize>index << 2), state);
}

/** Where automaton `index` goes from a state at a byte, of which `columns` is the place in COLUMNS. */
// @ts-ignore: decorator
@inline
function step(columns: usize, index: usize, state: u32): u32 {
  return <u32>load<u16>(<usize>load<u32>(columns + (index << 2), COLUMNS) + state);
}

// @ts-ignore: decorator
@inline
function columnsAt(at: usize): usize {
  return <usize>load<u8>(at) << 4;
}

/** Up to the end, or behind the byte that led to where something is found that is not settled. */
export function run1(first: i32, at: usize, end: usize): usize {
  let a = stateOf(0);
  let columns: usize;
  do {
    a &= ~HIT;
    for (; at + 4 <= end; at += 4) {
      columns = columnsAt(at);
      a = step(columns, 0, a);
      if ((a & HIT) != 0) {
        at += 1;
        break;
      }
      columns = columnsAt(at + 1);
      a = step(columns, 0, a);
      if ((a & HIT) != 0) {
        at += 2;
        break;
      }
      columns = columnsAt(at + 2);
      a = step(columns, 0, a);
      if ((a & HIT) != 0) {
        at += 3;
        break;
      }
      columns = columnsAt(at + 3);
      a = step(columns, 0, a);
      if ((a & HIT) != 0) {
        at += 4;
        break;
      }
    }
    if ((a & HIT) != 0) continue;
    for (; at < end; at++) {
      columns = columnsAt(at);
      a = step(columns, 0, a);
      if ((a & HIT) != 0) {
        at += 1;
        break;
      }
    }
  } while ((a & HIT) != 0 && isSettled(groupAt(first), a, at - 1));
  setState(0, a);
  return at;
}

/** Up to the end, or behind the byte that led to where something is found that is not settled. */
export function run2(first: i32, at: usize, end: usize): usize {
  let a = stateOf(0);
  let b = stateOf(1);
  let columns: usize;
  do {
    a &= ~HIT;
    b &= ~HIT;
    for (; at + 4 <= end; at += 4) {
      columns = columnsAt(at);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      if (((a | b) & HIT) != 0) {
        at += 1;
        break;
      }
      columns = columnsAt(at + 1);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      if (((a | b) & HIT) != 0) {
        at += 2;
        break;
      }
      columns = columnsAt(at + 2);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      if (((a | b) & HIT) != 0) {
        at += 3;
        break;
      }
      columns = columnsAt(at + 3);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      if (((a | b) & HIT) != 0) {
        at += 4;
        break;
      }
    }
    if (((a | b) & HIT) != 0) continue;
    for (; at < end; at++) {
      columns = columnsAt(at);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      if (((a | b) & HIT) != 0) {
        at += 1;
        break;
      }
    }
  } while (
    ((a | b) & HIT) != 0 &&
    isSettled(groupAt(first), a, at - 1) && isSettled(groupAt(first + 1), b, at - 1)
  );
  setState(0, a);
  setState(1, b);
  return at;
}

/** Up to the end, or behind the byte that led to where something is found that is not settled. */
export function run3(first: i32, at: usize, end: usize): usize {
  let a = stateOf(0);
  let b = stateOf(1);
  let c = stateOf(2);
  let columns: usize;
  do {
    a &= ~HIT;
    b &= ~HIT;
    c &= ~HIT;
    for (; at + 4 <= end; at += 4) {
      columns = columnsAt(at);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      if (((a | b | c) & HIT) != 0) {
        at += 1;
        break;
      }
      columns = columnsAt(at + 1);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      if (((a | b | c) & HIT) != 0) {
        at += 2;
        break;
      }
      columns = columnsAt(at + 2);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      if (((a | b | c) & HIT) != 0) {
        at += 3;
        break;
      }
      columns = columnsAt(at + 3);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      if (((a | b | c) & HIT) != 0) {
        at += 4;
        break;
      }
    }
    if (((a | b | c) & HIT) != 0) continue;
    for (; at < end; at++) {
      columns = columnsAt(at);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      if (((a | b | c) & HIT) != 0) {
        at += 1;
        break;
      }
    }
  } while (
    ((a | b | c) & HIT) != 0 &&
    isSettled(groupAt(first), a, at - 1) && isSettled(groupAt(first + 1), b, at - 1) &&
    isSettled(groupAt(first + 2), c, at - 1)
  );
  setState(0, a);
  setState(1, b);
  setState(2, c);
  return at;
}

/** Up to the end, or behind the byte that led to where something is found that is not settled. */
export function run4(first: i32, at: usize, end: usize): usize {
  let a = stateOf(0);
  let b = stateOf(1);
  let c = stateOf(2);
  let d = stateOf(3);
  let columns: usize;
  do {
    a &= ~HIT;
    b &= ~HIT;
    c &= ~HIT;
    d &= ~HIT;
    for (; at + 8 <= end; at += 8) {
      columns = columnsAt(at);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      d = step(columns, 3, d);
      if (((a | b | c | d) & HIT) != 0) {
        at += 1;
        break;
      }
      columns = columnsAt(at + 1);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      d = step(columns, 3, d);
      if (((a | b | c | d) & HIT) != 0) {
        at += 2;
        break;
      }
      columns = columnsAt(at + 2);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      d = step(columns, 3, d);
      if (((a | b | c | d) & HIT) != 0) {
        at += 3;
        break;
      }
      columns = columnsAt(at + 3);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      d = step(columns, 3, d);
      if (((a | b | c | d) & HIT) != 0) {
        at += 4;
        break;
      }
      columns = columnsAt(at + 4);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      d = step(columns, 3, d);
      if (((a | b | c | d) & HIT) != 0) {
        at += 5;
        break;
      }
      columns = columnsAt(at + 5);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      d = step(columns, 3, d);
      if (((a | b | c | d) & HIT) != 0) {
        at += 6;
        break;
      }
      columns = columnsAt(at + 6);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      d = step(columns, 3, d);
      if (((a | b | c | d) & HIT) != 0) {
        at += 7;
        break;
      }
      columns = columnsAt(at + 7);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      d = step(columns, 3, d);
      if (((a | b | c | d) & HIT) != 0) {
        at += 8;
        break;
      }
    }
    if (((a | b | c | d) & HIT) != 0) continue;
    for (; at < end; at++) {
      columns = columnsAt(at);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      d = step(columns, 3, d);
      if (((a | b | c | d) & HIT) != 0) {
        at += 1;
        break;
      }
    }
  } while (
    ((a | b | c | d) & HIT) != 0 &&
    isSettled(groupAt(first), a, at - 1) && isSettled(groupAt(first + 1), b, at - 1) &&
    isSettled(groupAt(first + 2), c, at - 1) && isSettled(groupAt(first + 3), d, at - 1)
  );
  setState(0, a);
  setState(1, b);
  setState(2, c);
  setState(3, d);
  return at;
}
