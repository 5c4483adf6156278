import { settledTo } from "./matches";
import { Group, groupAt, groupCount, HIT } from "./program";

// Four automata over the same bytes, over one stretch of a text or over two at once. Each waits for each of its loads, so
// together they take little longer than one. What runs over the bytes calls nothing, so that an engine keeps all in registers: it
// stops where something is found that may have to be told, and is called again behind it.

/** As in core/policy/regex/groups.ts. Where there are fewer automata, the others' places are taken by one that never finds anything. */
export const SIDE_BY_SIDE: i32 = 4;

/** Where the automata of this pass stand, u32 each: entries of their tables. Those of the second stretch come behind those of the first. */
const STATES: usize = memory.data(2 * 4 * 4, 4);

/**
 * By byte, the columns of the automata of this pass side by side, u32 each, at an address that the code knows: registers are few.
 */
const COLUMNS: usize = memory.data(256 * 4 * 4, 16);
/** The first of the automata whose columns these are. */
let preparedFor: i32 = -1;
/** The only entry of an automaton that never finds anything. */
const IDLE: usize = memory.data(2, 2);

/** Before automata `first` and so many behind it run. */
export function setColumns(first: i32, count: i32): void {
  if (preparedFor == first) return;
  for (let i = 0; i < SIDE_BY_SIDE; i++) {
    for (let byte = 0; byte < 256; byte++) {
      store<u32>(COLUMNS + (<usize>byte << 4) + (<usize>i << 2), <u32>(i < count ? columnOf(groupAt(first + i), byte) : IDLE));
    }
  }
  preparedFor = first;
}

function columnOf(group: Group, byte: i32): usize {
  return group.columns + <usize>(<u32>load<u8>(group.symbols + byte) * group.columnSize);
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

/**
 * Up to where single bytes are read behind a find: what is found once is mostly found again, and to begin with eight bytes costs
 * the fuel of all. From there on what is left is a multiple of eight.
 */
// @ts-ignore: decorator
@inline
function nearOf(at: usize, end: usize): usize {
  const rest = end - at;
  return rest < 8 ? end : at + 8 + (rest & 7);
}

/** The same of byte `index` of eight. */
// @ts-ignore: decorator
@inline
function columnsOf(eight: u64, index: u64): usize {
  return <usize>(index == 0 ? eight << 4 : eight >> ((index << 3) - 4)) & 0xff0;
}

/** Up to the end, or behind the byte that led to where something is found that is not settled. `lane`: whose states. */
export function runOne(first: i32, lane: i32, at: usize, end: usize): usize {
  let a = stateOf(lane + 0);
  let b = stateOf(lane + 1);
  let c = stateOf(lane + 2);
  let d = stateOf(lane + 3);
  let columns: usize;
  let eight: u64;
  let near = at + ((end - at) & 7);
  do {
    a &= ~HIT;
    b &= ~HIT;
    c &= ~HIT;
    d &= ~HIT;
    for (; at < near; at++) {
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
    near = nearOf(at, end);
    if (((a | b | c | d) & HIT) != 0) continue;
    for (; at < end; at += 8) {
      eight = load<u64>(at);
      columns = columnsOf(eight, 0);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      d = step(columns, 3, d);
      if (((a | b | c | d) & HIT) != 0) {
        at += 1;
        break;
      }
      columns = columnsOf(eight, 1);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      d = step(columns, 3, d);
      if (((a | b | c | d) & HIT) != 0) {
        at += 2;
        break;
      }
      columns = columnsOf(eight, 2);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      d = step(columns, 3, d);
      if (((a | b | c | d) & HIT) != 0) {
        at += 3;
        break;
      }
      columns = columnsOf(eight, 3);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      d = step(columns, 3, d);
      if (((a | b | c | d) & HIT) != 0) {
        at += 4;
        break;
      }
      columns = columnsOf(eight, 4);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      d = step(columns, 3, d);
      if (((a | b | c | d) & HIT) != 0) {
        at += 5;
        break;
      }
      columns = columnsOf(eight, 5);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      d = step(columns, 3, d);
      if (((a | b | c | d) & HIT) != 0) {
        at += 6;
        break;
      }
      columns = columnsOf(eight, 6);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      d = step(columns, 3, d);
      if (((a | b | c | d) & HIT) != 0) {
        at += 7;
        break;
      }
      columns = columnsOf(eight, 7);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      d = step(columns, 3, d);
      if (((a | b | c | d) & HIT) != 0) {
        at += 8;
        break;
      }
    }
    near = nearOf(at, end);
  } while (
    ((a | b | c | d) & HIT) != 0 &&
    isSettled(groupAt(first), a, at - 1) && isSettled(groupAt(first + 1), b, at - 1) &&
    isSettled(groupAt(first + 2), c, at - 1) && isSettled(groupAt(first + 3), d, at - 1)
  );
  setState(lane + 0, a);
  setState(lane + 1, b);
  setState(lane + 2, c);
  setState(lane + 3, d);
  return at;
}

/**
 * The same over two stretches at once, the second `far` bytes behind the first, with the states of both: eight automata take
 * three quarters of the time that four take one after the other.
 */
export function runTwo(first: i32, at: usize, end: usize, far: usize): usize {
  let a = stateOf(0);
  let b = stateOf(1);
  let c = stateOf(2);
  let d = stateOf(3);
  let e = stateOf(SIDE_BY_SIDE + 0);
  let f = stateOf(SIDE_BY_SIDE + 1);
  let g = stateOf(SIDE_BY_SIDE + 2);
  let h = stateOf(SIDE_BY_SIDE + 3);
  let columns: usize;
  let eight: u64;
  let farEight: u64;
  let near = at + ((end - at) & 7);
  do {
    a &= ~HIT;
    b &= ~HIT;
    c &= ~HIT;
    d &= ~HIT;
    e &= ~HIT;
    f &= ~HIT;
    g &= ~HIT;
    h &= ~HIT;
    for (; at < near; at++) {
      columns = columnsAt(at);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      d = step(columns, 3, d);
      columns = columnsAt(at + far);
      e = step(columns, 0, e);
      f = step(columns, 1, f);
      g = step(columns, 2, g);
      h = step(columns, 3, h);
      if (((a | b | c | d | e | f | g | h) & HIT) != 0) {
        at += 1;
        break;
      }
    }
    near = nearOf(at, end);
    if (((a | b | c | d | e | f | g | h) & HIT) != 0) continue;
    for (; at < end; at += 8) {
      eight = load<u64>(at);
      farEight = load<u64>(at + far);
      columns = columnsOf(eight, 0);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      d = step(columns, 3, d);
      columns = columnsOf(farEight, 0);
      e = step(columns, 0, e);
      f = step(columns, 1, f);
      g = step(columns, 2, g);
      h = step(columns, 3, h);
      if (((a | b | c | d | e | f | g | h) & HIT) != 0) {
        at += 1;
        break;
      }
      columns = columnsOf(eight, 1);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      d = step(columns, 3, d);
      columns = columnsOf(farEight, 1);
      e = step(columns, 0, e);
      f = step(columns, 1, f);
      g = step(columns, 2, g);
      h = step(columns, 3, h);
      if (((a | b | c | d | e | f | g | h) & HIT) != 0) {
        at += 2;
        break;
      }
      columns = columnsOf(eight, 2);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      d = step(columns, 3, d);
      columns = columnsOf(farEight, 2);
      e = step(columns, 0, e);
      f = step(columns, 1, f);
      g = step(columns, 2, g);
      h = step(columns, 3, h);
      if (((a | b | c | d | e | f | g | h) & HIT) != 0) {
        at += 3;
        break;
      }
      columns = columnsOf(eight, 3);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      d = step(columns, 3, d);
      columns = columnsOf(farEight, 3);
      e = step(columns, 0, e);
      f = step(columns, 1, f);
      g = step(columns, 2, g);
      h = step(columns, 3, h);
      if (((a | b | c | d | e | f | g | h) & HIT) != 0) {
        at += 4;
        break;
      }
      columns = columnsOf(eight, 4);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      d = step(columns, 3, d);
      columns = columnsOf(farEight, 4);
      e = step(columns, 0, e);
      f = step(columns, 1, f);
      g = step(columns, 2, g);
      h = step(columns, 3, h);
      if (((a | b | c | d | e | f | g | h) & HIT) != 0) {
        at += 5;
        break;
      }
      columns = columnsOf(eight, 5);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      d = step(columns, 3, d);
      columns = columnsOf(farEight, 5);
      e = step(columns, 0, e);
      f = step(columns, 1, f);
      g = step(columns, 2, g);
      h = step(columns, 3, h);
      if (((a | b | c | d | e | f | g | h) & HIT) != 0) {
        at += 6;
        break;
      }
      columns = columnsOf(eight, 6);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      d = step(columns, 3, d);
      columns = columnsOf(farEight, 6);
      e = step(columns, 0, e);
      f = step(columns, 1, f);
      g = step(columns, 2, g);
      h = step(columns, 3, h);
      if (((a | b | c | d | e | f | g | h) & HIT) != 0) {
        at += 7;
        break;
      }
      columns = columnsOf(eight, 7);
      a = step(columns, 0, a);
      b = step(columns, 1, b);
      c = step(columns, 2, c);
      d = step(columns, 3, d);
      columns = columnsOf(farEight, 7);
      e = step(columns, 0, e);
      f = step(columns, 1, f);
      g = step(columns, 2, g);
      h = step(columns, 3, h);
      if (((a | b | c | d | e | f | g | h) & HIT) != 0) {
        at += 8;
        break;
      }
    }
    near = nearOf(at, end);
  } while (
    ((a | b | c | d | e | f | g | h) & HIT) != 0 &&
    isSettled(groupAt(first), a, at - 1) && isSettled(groupAt(first + 1), b, at - 1) &&
    isSettled(groupAt(first + 2), c, at - 1) && isSettled(groupAt(first + 3), d, at - 1) &&
    isSettled(groupAt(first), e, at + far - 1) && isSettled(groupAt(first + 1), f, at + far - 1) &&
    isSettled(groupAt(first + 2), g, at + far - 1) && isSettled(groupAt(first + 3), h, at + far - 1)
  );
  setState(0, a);
  setState(1, b);
  setState(2, c);
  setState(3, d);
  setState(SIDE_BY_SIDE + 0, e);
  setState(SIDE_BY_SIDE + 1, f);
  setState(SIDE_BY_SIDE + 2, g);
  setState(SIDE_BY_SIDE + 3, h);
  return at;
}
