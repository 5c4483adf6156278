import { Pattern } from "./program";
import { report, spend, wants } from "./report";
import { kindBefore, textEnd, textStart } from "./text";

// The long way, for patterns whose matches can lie within each other: see core/policy/regex/two-pass.ts.

const NOTHING: u32 = 0;
/** 1 stands for the match's end. */
const NODE: u32 = 2;
const KINDS: u32 = 5;

let rows: usize = 0;
let rowsSize: usize = 0;

/** Room for a number at each place of the text. */
function rowsFor(places: usize): usize {
  const size = places << 1;
  if (size > rowsSize) {
    rowsSize = size;
    rows = heap.alloc(size);
  }
  return rows;
}

/** Tells all matches in the text, as Go's FindAll has them. */
export function findAll(pattern: Pattern, index: u32): void {
  const size = textEnd - textStart;
  const notes = rowsFor(size + 1);
  readBackwards(pattern, notes, size);
  let next: usize = 0;
  let lastEnd: usize = size + 1;
  while (next <= size && wants(index)) {
    const start = firstFrom(pattern, notes, next, size);
    if (start > size) break;
    const end = endFrom(pattern, notes, start);
    // One that is empty does not count where the last one ended.
    if (end != start || start != lastEnd) report(index, textStart + start, textStart + end);
    next = end == next ? next + 1 : end;
    lastEnd = end;
  }
  spend(size + next);
}

function readBackwards(pattern: Pattern, notes: usize, size: usize): void {
  let row = pattern.firstRow;
  store<u16>(notes + (size << 1), <u16>row);
  for (let at = size; at > 0; at--) {
    const symbol = <u32>load<u8>(pattern.symbols + load<u8>(textStart + at - 1)) << 1;
    row = <u32>load<u16>(pattern.rows + <usize>(row * pattern.stride + symbol));
    store<u16>(notes + ((at - 1) << 1), <u16>row);
  }
}

/** What to take at a place of the text from a place of the pattern. */
// @ts-ignore: decorator
@inline
function choice(pattern: Pattern, notes: usize, at: usize, place: u32): u32 {
  const row = <u32>load<u16>(notes + (at << 1)) * KINDS + kindBefore(textStart + at);
  return <u32>load<u16>(pattern.choices + (<usize>(row * pattern.places + place) << 1));
}

/** The first place from `at` on where a match begins; behind the text's end where there is none. */
function firstFrom(pattern: Pattern, notes: usize, at: usize, size: usize): usize {
  while (at <= size && choice(pattern, notes, at, pattern.firstPlace) == NOTHING) at++;
  return at;
}

function endFrom(pattern: Pattern, notes: usize, at: usize): usize {
  let place = pattern.firstPlace;
  let taken = choice(pattern, notes, at, place);
  // NOTHING cannot come here where the program is what the compiler makes; nor can a node at the text's end.
  while (taken >= NODE && textStart + at < textEnd) {
    const symbol = <u32>load<u8>(pattern.symbols + load<u8>(textStart + at)) << 1;
    place = <u32>load<u16>(pattern.leads + <usize>((taken - NODE) * pattern.stride + symbol));
    at++;
    taken = choice(pattern, notes, at, place);
  }
  return at;
}
