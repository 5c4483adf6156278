import { FOUND, Group, groupAt, groupCount, STATE } from "./program";
import { beginText, hitAt, isDone, settledTo } from "./matches";

// One pass over a text for all patterns. A group's automaton waits for each of its loads, so several of them go side by side:
// together they take little longer than one. What runs over the bytes calls nothing, so that an engine keeps all in registers:
// it stops where something is found, and goes on from there.

/** Where the automata of this pass stand, u32 each: entries of their tables. */
const STATES: usize = memory.data(4 * 4, 4);

/**
 * By byte, the symbols of the automata of this pass side by side, at an address that the code knows: registers are few.
 */
const SYMBOLS: usize = memory.data(256 * 4, 4);
/** The first of the automata whose symbols these are. */
let symbolsOf: i32 = -1;

function setSymbols(first: i32, count: i32): void {
  for (let i = 0; i < count; i++) {
    const symbols = groupAt(first + i).symbols;
    for (let byte = 0; byte < 256; byte++) store<u8>(SYMBOLS + (<usize>byte << 2) + i, load<u8>(symbols + byte));
  }
  symbolsOf = first;
}

/** Before anything is scanned. */
export function prepareScan(): void {
  setSymbols(0, min(groupCount, SIDE_BY_SIDE));
}

/** Scans a text by itself: `^` and `$` stand for its ends. Both are addresses. */
export function scanText(start: usize, end: usize): void {
  beginText(start, end);
  for (let first = 0; first < groupCount && !isDone(); first += SIDE_BY_SIDE) {
    scanWith(first, min(groupCount - first, SIDE_BY_SIDE), start, end);
  }
}

/** As in core/policy/regex/groups.ts. */
const SIDE_BY_SIDE: i32 = 4;

function scanWith(first: i32, count: i32, start: usize, end: usize): void {
  if (symbolsOf != first) setSymbols(first, count);
  for (let i = 0; i < count; i++) setState(i, groupAt(first + i).start);
  for (let at = start; at < end; ) {
    if (count == 1) at = run1(first, at, end);
    else if (count == 2) at = run2(first, at, end);
    else if (count == 3) at = run3(first, at, end);
    else at = run4(first, at, end);
    // The entries come from the byte before: what was found ends there.
    for (let i = 0; i < count; i++) {
      const state = stateOf(i);
      if ((state & FOUND) == 0) continue;
      report(groupAt(first + i), state, at - 1);
      if (isDone()) return;
      setState(i, state & STATE);
    }
  }
  for (let i = 0; i < count && !isDone(); i++) {
    const group = groupAt(first + i);
    report(group, step(group.rows, stateOf(i), group.edge), end);
  }
}

/** What a group found before `at`. */
function report(group: Group, state: u32, at: usize): void {
  if ((state & FOUND) == 0) return;
  const last = (<usize>group.stride << 3) - 2;
  const set = <usize>load<u16>(group.rows + (<usize>(state & STATE) << 3) + last);
  const patterns = group.sets + (set << 1);
  for (let count = <usize>load<u16>(patterns); count > 0; count--) {
    const pattern = <u32>load<u16>(patterns + (count << 1));
    if (at > settledTo(pattern)) hitAt(pattern, at);
  }
}

// @ts-ignore: decorator
@inline
function stateOf(index: i32): u32 {
  return load<u32>(STATES + (<usize>index << 2));
}

// @ts-ignore: decorator
@inline
function setState(index: i32, state: u32): void {
  store<u32>(STATES + (<usize>index << 2), state);
}

/** The state comes last: all else of the address is there before it. */
// @ts-ignore: decorator
@inline
function step(rows: usize, state: u32, symbol: usize): u32 {
  return <u32>load<u16>(rows + (symbol << 1) + (<usize>state << 3));
}

/** Up to the end, or behind the byte that led to where something is found. */
function run1(first: i32, at: usize, end: usize): usize {
  const rowsA = groupAt(first).rows;
  let a = stateOf(0);
  let symbols: usize;
  for (; at + 4 <= end; at += 4) {
    symbols = <usize>load<u8>(at) << 2;
    a = step(rowsA, a, <usize>load<u8>(symbols, SYMBOLS));
    if ((a & FOUND) != 0) return leave1(a, at + 1);
    symbols = <usize>load<u8>(at + 1) << 2;
    a = step(rowsA, a, <usize>load<u8>(symbols, SYMBOLS));
    if ((a & FOUND) != 0) return leave1(a, at + 2);
    symbols = <usize>load<u8>(at + 2) << 2;
    a = step(rowsA, a, <usize>load<u8>(symbols, SYMBOLS));
    if ((a & FOUND) != 0) return leave1(a, at + 3);
    symbols = <usize>load<u8>(at + 3) << 2;
    a = step(rowsA, a, <usize>load<u8>(symbols, SYMBOLS));
    if ((a & FOUND) != 0) return leave1(a, at + 4);
  }
  for (; at < end; at++) {
    symbols = <usize>load<u8>(at) << 2;
    a = step(rowsA, a, <usize>load<u8>(symbols, SYMBOLS));
    if ((a & FOUND) != 0) return leave1(a, at + 1);
  }
  return leave1(a, at);
}

// @ts-ignore: decorator
@inline
function leave1(a: u32, at: usize): usize {
  setState(0, a);
  return at;
}

/** Up to the end, or behind the byte that led to where something is found. */
function run2(first: i32, at: usize, end: usize): usize {
  const rowsA = groupAt(first).rows;
  let a = stateOf(0);
  const rowsB = groupAt(first + 1).rows;
  let b = stateOf(1);
  let symbols: usize;
  for (; at + 4 <= end; at += 4) {
    symbols = <usize>load<u8>(at) << 2;
    a = step(rowsA, a, <usize>load<u8>(symbols, SYMBOLS));
    b = step(rowsB, b, <usize>load<u8>(symbols, SYMBOLS + 1));
    if (((a | b) & FOUND) != 0) return leave2(a, b, at + 1);
    symbols = <usize>load<u8>(at + 1) << 2;
    a = step(rowsA, a, <usize>load<u8>(symbols, SYMBOLS));
    b = step(rowsB, b, <usize>load<u8>(symbols, SYMBOLS + 1));
    if (((a | b) & FOUND) != 0) return leave2(a, b, at + 2);
    symbols = <usize>load<u8>(at + 2) << 2;
    a = step(rowsA, a, <usize>load<u8>(symbols, SYMBOLS));
    b = step(rowsB, b, <usize>load<u8>(symbols, SYMBOLS + 1));
    if (((a | b) & FOUND) != 0) return leave2(a, b, at + 3);
    symbols = <usize>load<u8>(at + 3) << 2;
    a = step(rowsA, a, <usize>load<u8>(symbols, SYMBOLS));
    b = step(rowsB, b, <usize>load<u8>(symbols, SYMBOLS + 1));
    if (((a | b) & FOUND) != 0) return leave2(a, b, at + 4);
  }
  for (; at < end; at++) {
    symbols = <usize>load<u8>(at) << 2;
    a = step(rowsA, a, <usize>load<u8>(symbols, SYMBOLS));
    b = step(rowsB, b, <usize>load<u8>(symbols, SYMBOLS + 1));
    if (((a | b) & FOUND) != 0) return leave2(a, b, at + 1);
  }
  return leave2(a, b, at);
}

// @ts-ignore: decorator
@inline
function leave2(a: u32, b: u32, at: usize): usize {
  setState(0, a);
  setState(1, b);
  return at;
}

/** Up to the end, or behind the byte that led to where something is found. */
function run3(first: i32, at: usize, end: usize): usize {
  const rowsA = groupAt(first).rows;
  let a = stateOf(0);
  const rowsB = groupAt(first + 1).rows;
  let b = stateOf(1);
  const rowsC = groupAt(first + 2).rows;
  let c = stateOf(2);
  let symbols: usize;
  for (; at + 4 <= end; at += 4) {
    symbols = <usize>load<u8>(at) << 2;
    a = step(rowsA, a, <usize>load<u8>(symbols, SYMBOLS));
    b = step(rowsB, b, <usize>load<u8>(symbols, SYMBOLS + 1));
    c = step(rowsC, c, <usize>load<u8>(symbols, SYMBOLS + 2));
    if (((a | b | c) & FOUND) != 0) return leave3(a, b, c, at + 1);
    symbols = <usize>load<u8>(at + 1) << 2;
    a = step(rowsA, a, <usize>load<u8>(symbols, SYMBOLS));
    b = step(rowsB, b, <usize>load<u8>(symbols, SYMBOLS + 1));
    c = step(rowsC, c, <usize>load<u8>(symbols, SYMBOLS + 2));
    if (((a | b | c) & FOUND) != 0) return leave3(a, b, c, at + 2);
    symbols = <usize>load<u8>(at + 2) << 2;
    a = step(rowsA, a, <usize>load<u8>(symbols, SYMBOLS));
    b = step(rowsB, b, <usize>load<u8>(symbols, SYMBOLS + 1));
    c = step(rowsC, c, <usize>load<u8>(symbols, SYMBOLS + 2));
    if (((a | b | c) & FOUND) != 0) return leave3(a, b, c, at + 3);
    symbols = <usize>load<u8>(at + 3) << 2;
    a = step(rowsA, a, <usize>load<u8>(symbols, SYMBOLS));
    b = step(rowsB, b, <usize>load<u8>(symbols, SYMBOLS + 1));
    c = step(rowsC, c, <usize>load<u8>(symbols, SYMBOLS + 2));
    if (((a | b | c) & FOUND) != 0) return leave3(a, b, c, at + 4);
  }
  for (; at < end; at++) {
    symbols = <usize>load<u8>(at) << 2;
    a = step(rowsA, a, <usize>load<u8>(symbols, SYMBOLS));
    b = step(rowsB, b, <usize>load<u8>(symbols, SYMBOLS + 1));
    c = step(rowsC, c, <usize>load<u8>(symbols, SYMBOLS + 2));
    if (((a | b | c) & FOUND) != 0) return leave3(a, b, c, at + 1);
  }
  return leave3(a, b, c, at);
}

// @ts-ignore: decorator
@inline
function leave3(a: u32, b: u32, c: u32, at: usize): usize {
  setState(0, a);
  setState(1, b);
  setState(2, c);
  return at;
}

/** Up to the end, or behind the byte that led to where something is found. */
function run4(first: i32, at: usize, end: usize): usize {
  const rowsA = groupAt(first).rows;
  let a = stateOf(0);
  const rowsB = groupAt(first + 1).rows;
  let b = stateOf(1);
  const rowsC = groupAt(first + 2).rows;
  let c = stateOf(2);
  const rowsD = groupAt(first + 3).rows;
  let d = stateOf(3);
  let symbols: usize;
  for (; at + 4 <= end; at += 4) {
    symbols = <usize>load<u8>(at) << 2;
    a = step(rowsA, a, <usize>load<u8>(symbols, SYMBOLS));
    b = step(rowsB, b, <usize>load<u8>(symbols, SYMBOLS + 1));
    c = step(rowsC, c, <usize>load<u8>(symbols, SYMBOLS + 2));
    d = step(rowsD, d, <usize>load<u8>(symbols, SYMBOLS + 3));
    if (((a | b | c | d) & FOUND) != 0) return leave4(a, b, c, d, at + 1);
    symbols = <usize>load<u8>(at + 1) << 2;
    a = step(rowsA, a, <usize>load<u8>(symbols, SYMBOLS));
    b = step(rowsB, b, <usize>load<u8>(symbols, SYMBOLS + 1));
    c = step(rowsC, c, <usize>load<u8>(symbols, SYMBOLS + 2));
    d = step(rowsD, d, <usize>load<u8>(symbols, SYMBOLS + 3));
    if (((a | b | c | d) & FOUND) != 0) return leave4(a, b, c, d, at + 2);
    symbols = <usize>load<u8>(at + 2) << 2;
    a = step(rowsA, a, <usize>load<u8>(symbols, SYMBOLS));
    b = step(rowsB, b, <usize>load<u8>(symbols, SYMBOLS + 1));
    c = step(rowsC, c, <usize>load<u8>(symbols, SYMBOLS + 2));
    d = step(rowsD, d, <usize>load<u8>(symbols, SYMBOLS + 3));
    if (((a | b | c | d) & FOUND) != 0) return leave4(a, b, c, d, at + 3);
    symbols = <usize>load<u8>(at + 3) << 2;
    a = step(rowsA, a, <usize>load<u8>(symbols, SYMBOLS));
    b = step(rowsB, b, <usize>load<u8>(symbols, SYMBOLS + 1));
    c = step(rowsC, c, <usize>load<u8>(symbols, SYMBOLS + 2));
    d = step(rowsD, d, <usize>load<u8>(symbols, SYMBOLS + 3));
    if (((a | b | c | d) & FOUND) != 0) return leave4(a, b, c, d, at + 4);
  }
  for (; at < end; at++) {
    symbols = <usize>load<u8>(at) << 2;
    a = step(rowsA, a, <usize>load<u8>(symbols, SYMBOLS));
    b = step(rowsB, b, <usize>load<u8>(symbols, SYMBOLS + 1));
    c = step(rowsC, c, <usize>load<u8>(symbols, SYMBOLS + 2));
    d = step(rowsD, d, <usize>load<u8>(symbols, SYMBOLS + 3));
    if (((a | b | c | d) & FOUND) != 0) return leave4(a, b, c, d, at + 1);
  }
  return leave4(a, b, c, d, at);
}

// @ts-ignore: decorator
@inline
function leave4(a: u32, b: u32, c: u32, d: u32, at: usize): usize {
  setState(0, a);
  setState(1, b);
  setState(2, c);
  setState(3, d);
  return at;
}
