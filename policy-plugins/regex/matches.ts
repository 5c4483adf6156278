import { NO_STATE, Pattern, patternAt } from "./program";
import { report, spend, wants } from "./report";
import { SETTLED_BYTES, settledAt } from "./scratch";
import { findAll } from "./two-pass";
import { kindAfter, kindBefore, setText, textEnd, textStart } from "./text";

// From "a match of this pattern ends here" to where it begins and ends, as Go's FindAll has it. Each byte is read at most
// four times for one pattern, whatever stands in the text: docs/design/regex.md says why.

let done: bool = false;

/** Whether nothing that could still be found would be told. */
export function isDone(): bool {
  return done;
}

export function setDone(): void {
  done = true;
}

/** Before texts of another buffer: addresses only grow within one. */
export function beginBuffer(): void {
  memory.fill(settledAt, 0, SETTLED_BYTES);
}

export function beginText(start: usize, end: usize): void {
  setText(start, end);
}

/** Up to which address nothing of the pattern is left to tell: what is found there is part of a match that was, or not wanted. */
// @ts-ignore: decorator
@inline
export function settledTo(index: u32): usize {
  return <usize>load<u32>(settledAt + (<usize>index << 2));
}

/** A match of the pattern ends at `at`, behind what is settled, though maybe not one of those that are told. */
export function hitAt(index: u32, at: usize): void {
  const slot = settledAt + (<usize>index << 2);
  const settled = settledTo(index);
  if (!wants(index)) {
    // Nor will it be, in this text: what is found there need not be left the loop for.
    store<u32>(slot, <u32>textEnd);
    return;
  }
  const pattern = patternAt(index);
  if (pattern.isTwoPass) {
    findAll(pattern, index);
    store<u32>(slot, <u32>textEnd);
    return;
  }
  const from = max(settled, textStart);
  const start = beginningOf(pattern, at, from);
  store<u32>(slot, <u32>(start == 0 ? searchOn(pattern, index, from, at) : told(pattern, index, start, at)));
}

/** Tells the match that begins at `start` and was found at `hit`, and returns where it ends. */
function told(pattern: Pattern, index: u32, start: usize, hit: usize): usize {
  const end = pattern.resuming == NO_STATE
    ? endOf(pattern, pattern.forward.start(kindBefore(start)), start)
    : endOf(pattern, pattern.resuming, hit);
  report(index, start, end);
  return end;
}

/** An entry; the state comes last: all else of the address is there before it. */
// @ts-ignore: decorator
@inline
function next(columns: usize, isNarrow: bool, states: usize, state: usize, symbol: usize): u32 {
  const at = symbol * states;
  if (isNarrow) return <u32>load<u8>(columns + at + state);
  return <u32>load<u16>(columns + (at << 1) + (state << 1));
}

// @ts-ignore: decorator
@inline
function symbolAt(symbols: usize, at: usize): usize {
  return <usize>load<u8>(symbols + load<u8>(at));
}

/** By byte: 1 where a state stays what it is, with the same entry; and whose entries these are, by the address of the first. */
const STAYS: usize = memory.data(256);
let staysOf: usize = 0;
let staysEntry: u32 = 0;
/** A match in which a state has stayed for so many bytes is worth a table of its own. */
const STAYS_FROM: usize = 64;

/** Makes STAYS that of a state. */
function setStays(columns: usize, isNarrow: bool, states: usize, state: usize, symbols: usize, entry: u32): void {
  const key = columns + (state << 1);
  if (staysOf == key && staysEntry == entry) return;
  staysOf = key;
  staysEntry = entry;
  for (let byte: usize = 0; byte < 256; byte++) {
    const same = next(columns, isNarrow, states, state, <usize>load<u8>(symbols + byte)) == entry;
    store<u8>(STAYS + byte, <u8>same);
  }
}

// @ts-ignore: decorator
@inline
function stay(byte: u64): u32 {
  return <u32>load<u8>(STAYS + <usize>byte);
}

/** Whether a state stays over all of the eight bytes at `at`. */
// @ts-ignore: decorator
@inline
function staysOver(at: usize): bool {
  const eight = load<u64>(at);
  return <bool>(stay(eight & 0xff) & stay((eight >> 8) & 0xff) & stay((eight >> 16) & 0xff) & stay((eight >> 24) & 0xff) &
    stay((eight >> 32) & 0xff) & stay((eight >> 40) & 0xff) & stay((eight >> 48) & 0xff) & stay(eight >> 56));
}

/** The leftmost place, not before `from`, where a match begins that ends at `end`; 0: none. */
function beginningOf(pattern: Pattern, end: usize, from: usize): usize {
  const table = pattern.backward;
  const columns = table.columns;
  const isNarrow = table.isNarrow;
  const states = <usize>table.states;
  const found = table.found;
  const dead = table.dead;
  const symbols = pattern.symbols;
  // Whether a match begins at a place is said by what stands before it.
  const last = max(from, textStart + 1);
  let state = table.start(kindAfter(end));
  let start: usize = 0;
  for (let at = end; at >= last; at--) {
    const entry = next(columns, isNarrow, states, state, symbolAt(symbols, at - 1));
    const to = entry & (found - 1);
    if (to == state) {
      // In a long match the state mostly stays: where it does, no load has to wait for the one before.
      const near = at >= last + STAYS_FROM ? at - STAYS_FROM : last;
      while (
        at >= near + 4 &&
        next(columns, isNarrow, states, state, symbolAt(symbols, at - 2)) == entry &&
        next(columns, isNarrow, states, state, symbolAt(symbols, at - 3)) == entry &&
        next(columns, isNarrow, states, state, symbolAt(symbols, at - 4)) == entry &&
        next(columns, isNarrow, states, state, symbolAt(symbols, at - 5)) == entry
      ) at -= 4;
      if (at < near + 4 && near > last) {
        setStays(columns, isNarrow, states, state, symbols, entry);
        while (at >= last + 8 && staysOver(at - 9)) at -= 8;
      }
      if ((entry & found) != 0) start = at;
      continue;
    }
    if ((entry & found) != 0) start = at;
    state = to;
    if (state == dead) {
      spend(end - at);
      return start;
    }
  }
  spend(end - from);
  if (from == textStart && (next(columns, isNarrow, states, state, pattern.edge) & found) != 0) return from;
  return start;
}

/** Where the match ends that RE2 prefers of those that begin at one place, from `at` on, which `state` has come to. */
function endOf(pattern: Pattern, state: u32, at: usize): usize {
  const table = pattern.forward;
  const columns = table.columns;
  const isNarrow = table.isNarrow;
  const states = <usize>table.states;
  const found = table.found;
  const dead = table.dead;
  const symbols = pattern.symbols;
  const begin = at;
  let end = at;
  for (; at < textEnd; at++) {
    const entry = next(columns, isNarrow, states, state, symbolAt(symbols, at));
    const to = entry & (found - 1);
    if (to == state) {
      const near = min(at + STAYS_FROM, textEnd);
      while (
        at + 4 < near &&
        next(columns, isNarrow, states, state, symbolAt(symbols, at + 1)) == entry &&
        next(columns, isNarrow, states, state, symbolAt(symbols, at + 2)) == entry &&
        next(columns, isNarrow, states, state, symbolAt(symbols, at + 3)) == entry &&
        next(columns, isNarrow, states, state, symbolAt(symbols, at + 4)) == entry
      ) at += 4;
      if (at + 4 >= near && near < textEnd) {
        setStays(columns, isNarrow, states, state, symbols, entry);
        while (at + 8 < textEnd && staysOver(at + 1)) at += 8;
      }
      if ((entry & found) != 0) end = at;
      continue;
    }
    if ((entry & found) != 0) end = at;
    state = to;
    if (state == dead) {
      spend(at - begin);
      return end;
    }
  }
  spend(at - begin);
  return (next(columns, isNarrow, states, state, pattern.edge) & found) != 0 ? textEnd : end;
}

/**
 * What was found at `hit` begins before `from`, within a match that is told. The pass over all patterns forgets what else was
 * under way where it finds something, so one that begins behind `from` could be lost: this looks for the pattern alone, until
 * none is under way any more. Returns up to where all is told.
 */
function searchOn(pattern: Pattern, index: u32, from: usize, hit: usize): usize {
  const table = pattern.hits;
  const columns = table.columns;
  const isNarrow = table.isNarrow;
  const states = <usize>table.states;
  const found = table.found;
  const symbols = pattern.symbols;
  let settled = from;
  let state = table.start(kindBefore(from));
  let at = from;
  while (at < textEnd) {
    const entry = next(columns, isNarrow, states, state, symbolAt(symbols, at));
    if ((entry & found) != 0) {
      const start = beginningOf(pattern, at, settled);
      if (start == 0 || !wants(index)) return textEnd;
      spend(at - settled);
      at = settled = told(pattern, index, start, at);
      state = table.start(kindBefore(at));
      continue;
    }
    state = entry;
    at++;
    if (at >= hit && state == table.start(kindBefore(at))) {
      spend(at - settled);
      return at;
    }
  }
  if ((next(columns, isNarrow, states, state, pattern.edge) & found) != 0) {
    const start = beginningOf(pattern, textEnd, settled);
    if (start != 0) told(pattern, index, start, textEnd);
  }
  spend(at - settled);
  return textEnd;
}
