import { fail, hasFailed, nextNumber } from "./program-bytes";
import { closeRoom, openRoom, room, shrinkLast } from "./room";

// The program that core/policy/regex compiles the settings' patterns to, unpacked into tables. Whatever it says is checked
// here, once, so that scanning needs no check: every number that a table holds is one of its own rows.

/** Set in a table's entry where something was found before the symbol that led there. */
const FOUND: u32 = 0x8000;
const STATE: u32 = 0x7fff;
/** The same where an entry is a byte. */
const NARROW_FOUND: u32 = 0x80;
/** Kinds of neighbour that an assertion can see: none, a line feed, a letter or digit, another, the inside of a character. */
export const EDGE: u32 = 0;
const KINDS: u32 = 5;
export const NO_STATE: u32 = 0xffff;

const PATTERNS_MAX: u32 = 256;
const GROUPS_MAX: u32 = 16;
const SYMBOLS_MAX: u32 = 257;

/** States of an automaton whose entries take a byte. */
const NARROW_MAX: u32 = 127;
/** States of a group's automaton: twice one, and HIT, fit into an entry. */
const HIT_STATES_MAX: u32 = 0x7fff;

/** An automaton of one pattern, by columns as a group's: entries of a u16 or a byte, a state and `found` or without. */
@unmanaged
export class Table {
  columns: usize;
  /** Entries of a column. */
  states: u32;
  /** The bit that says so in an entry: its highest. */
  found: u32;
  /** Entries are bytes. */
  isNarrow: bool;
  /** The state that nothing leads out of, or NO_STATE. */
  dead: u32;
  start0: u32;
  start1: u32;
  start2: u32;
  start3: u32;
  start4: u32;

  // @ts-ignore: decorator
  @inline
  start(kind: u32): u32 { return load<u32>(changetype<usize>(this) + (<usize>kind << 2), offsetof<Table>("start0")); }
}

@unmanaged
export class Pattern {
  /** By byte: the symbol. */
  symbols: usize;
  /** The symbol that stands for the text's end or beginning. */
  edge: u32;
  /** Matches are looked for by way of the whole text: two-pass.ts. */
  isTwoPass: bool;
  hits: Table;
  backward: Table;
  forward: Table;
  /** The state of `forward` where a match was found first, or NO_STATE. */
  resuming: u32;
  /** Two-pass only, as in core/policy/regex/two-pass.ts: rows of u16, `stride` bytes apart. */
  rows: usize;
  stride: u32;
  firstRow: u32;
  places: u32;
  choices: usize;
  leads: usize;
  firstPlace: u32;
}

/**
 * An automaton of several patterns, by columns: for each symbol a u16 for each state. An entry is twice the next state, with HIT
 * where something is found there: to go on, a column's address and the entry need only be added.
 */
@unmanaged
export class Group {
  columns: usize;
  /** Bytes of a column. */
  columnSize: u32;
  /** An entry. */
  start: u32;
  /** A column: where in `sets` the patterns are listed that are found in a state; 0: none. */
  found: usize;
  /** u16: a count, then as many patterns. */
  sets: usize;
  /** By byte: the symbol. */
  symbols: usize;
  /** The column of the symbol that stands for the text's end. */
  edge: usize;
}

/** Set in an entry of a group where something was found before the symbol that led there. */
export const HIT: u32 = 1;

export let groupCount: i32 = 0;
export let patternCount: i32 = 0;
const groups: usize = memory.data(16 * 4, 4);
const patterns: usize = memory.data(256 * 4, 4);

// @ts-ignore: decorator
@inline
export function groupAt(index: i32): Group {
  return changetype<Group>(load<usize>(groups + (<usize>index << 2)));
}

// @ts-ignore: decorator
@inline
export function patternAt(index: u32): Pattern {
  return changetype<Pattern>(load<usize>(patterns + (<usize>index << 2)));
}

/** Unpacks the program; where it is none, `hasFailed()` afterwards, and nothing may be scanned. Its text is lost. */
export function readProgram(): void {
  openRoom();
  if (!hasFailed()) readAll();
  closeRoom();
}

function readAll(): void {
  // "CSX2"
  if (nextNumber() != 0x43 || nextNumber() != 0x53 || nextNumber() != 0x58 || nextNumber() != 0x32) return fail();
  patternCount = <i32>nextBelow(PATTERNS_MAX + 1);
  if (patternCount == 0) return fail();
  groupCount = <i32>nextBelow(GROUPS_MAX + 1);
  for (let index = 0; index < groupCount && !hasFailed(); index++) {
    store<usize>(groups + (<usize>index << 2), changetype<usize>(readGroup()));
  }
  for (let index = 0; index < patternCount && !hasFailed(); index++) {
    store<usize>(patterns + (<usize>index << 2), changetype<usize>(readPattern()));
  }
}

/** A number below `limit`; 0 where it is not, and the program refused. */
function nextBelow(limit: u32): u32 {
  const number = nextNumber();
  if (number < limit) return number;
  fail();
  return 0;
}

/** A symbol below `symbols` - 1 for each byte: the last one is no byte's. */
function readByteMap(symbols: u32): usize {
  const to = room(256, 1);
  for (let byte: u32 = 0; byte < 256; ) {
    const run = nextBelow(257);
    const symbol = nextBelow(symbols - 1);
    if (run == 0 || byte + run > 256) {
      fail();
      return to;
    }
    for (const end = byte + run; byte < end; byte++) store<u8>(to + byte, <u8>symbol);
  }
  return to;
}

/**
 * Rows of `width` numbers below `limit`, as u16 at `to`: rows `stride` bytes apart, columns `columnStride`. Each says how far back the row is that it is a
 * copy of, or 0 for zeros, and how many entries differ; each of these, how many columns lie between and, by the lowest bit,
 * whether its value is the last one's; else the value comes, 0 for the next one that no row has named yet, or one more than it.
 */
function readRows(to: usize, count: u32, width: u32, stride: usize, columnStride: usize, limit: u32): void {
  let fresh: u32 = 1;
  for (let row: u32 = 0; row < count && !hasFailed(); row++) {
    const at = to + <usize>row * stride;
    const back = nextBelow(row + 1);
    if (back > 0) copyRow(at, at - <usize>back * stride, width, columnStride);
    let column: u32 = 0;
    let value: u32 = 0;
    for (let differences = nextBelow(width + 1); differences > 0; differences--) {
      const gap = nextBelow(width << 1);
      column += gap >> 1;
      if ((gap & 1) == 0) {
        const said = nextBelow(limit + 1);
        value = said == 0 ? fresh : said - 1;
        if (value == fresh) fresh++;
      }
      if (column >= width || value >= limit) return fail();
      store<u16>(at + <usize>column * columnStride, <u16>value);
      column++;
    }
  }
}

function copyRow(to: usize, from: usize, width: u32, columnStride: usize): void {
  for (let column: u32 = 0; column < width; column++) {
    store<u16>(to, load<u16>(from));
    to += columnStride;
    from += columnStride;
  }
}

function readGroup(): Group {
  const group = changetype<Group>(room(1, offsetof<Group>()));
  const symbols = nextBelow(SYMBOLS_MAX + 1);
  if (symbols < 2) fail();
  if (hasFailed()) return group;
  group.symbols = readByteMap(symbols);
  const states = nextBelow(HIT_STATES_MAX + 1);
  if (states == 0) fail();
  const columnSize = states << 1;
  for (let kind: u32 = 0; kind < KINDS; kind++) {
    const start = nextBelow(states);
    if (kind == EDGE) group.start = start << 1;
  }
  const setCount = nextBelow(states + 1);
  const setSize = nextBelow(0xffff);
  if (hasFailed()) return group;
  // A set's place in `sets`, by its number; the first is the empty one.
  const places = room(setCount + 1, 2);
  readSets(group, setCount, setSize, places);
  const columns = room(symbols + 1, columnSize);
  const found = columns + <usize>(symbols * columnSize);
  group.columns = columns;
  group.columnSize = columnSize;
  group.found = found;
  group.edge = found - columnSize;
  for (let state: u32 = 0; state < states && !hasFailed(); state++) {
    store<u16>(found + (<usize>state << 1), load<u16>(places + (<usize>nextBelow(setCount + 1) << 1)));
  }
  readRows(columns, states, symbols, 2, columnSize, states);
  if (hasFailed()) return group;
  for (let at = columns; at < found; at += 2) {
    const to = <u32>load<u16>(at) << 1;
    store<u16>(at, <u16>(to | (load<u16>(found + to) != 0 ? HIT : 0)));
  }
  return group;
}

/** `size`: of all sets of the group together, with their counts. */
function readSets(group: Group, count: u32, size: u32, places: usize): void {
  group.sets = room(size + 1, 2);
  let used: u32 = 1;
  for (let set: u32 = 1; set <= count && !hasFailed(); set++) {
    const members = nextBelow(PATTERNS_MAX + 1);
    if (used + members > size) return fail();
    store<u16>(places + (<usize>set << 1), <u16>used);
    store<u16>(group.sets + (<usize>used << 1), <u16>members);
    used++;
    for (let i: u32 = 0; i < members; i++) {
      store<u16>(group.sets + (<usize>used << 1), <u16>nextBelow(<u32>patternCount));
      used++;
    }
  }
}

function readPattern(): Pattern {
  const pattern = changetype<Pattern>(room(1, offsetof<Pattern>()));
  pattern.isTwoPass = nextBelow(2) == 1;
  const symbols = nextBelow(SYMBOLS_MAX + 1);
  if (symbols < 2) fail();
  if (hasFailed()) return pattern;
  pattern.edge = symbols - 1;
  pattern.symbols = readByteMap(symbols);
  if (pattern.isTwoPass) {
    readTwoPass(pattern, symbols);
  } else {
    pattern.hits = readTable(symbols);
    pattern.backward = readTable(symbols);
    pattern.forward = readTable(symbols);
    const resuming = nextBelow(pattern.forward.states + 1);
    pattern.resuming = resuming == 0 ? NO_STATE : resuming - 1;
  }
  return pattern;
}

function readTable(symbols: u32): Table {
  const table = changetype<Table>(room(1, offsetof<Table>()));
  const states = nextBelow(STATE);
  if (states == 0) fail();
  for (let kind: u32 = 0; kind < KINDS; kind++) {
    store<u32>(changetype<usize>(table) + (<usize>kind << 2), nextBelow(states), offsetof<Table>("start0"));
  }
  const found = room(states, 1);
  for (let state: u32 = 0; state < states && !hasFailed(); state++) store<u8>(found + state, <u8>nextBelow(2));
  table.states = states;
  table.columns = room(states, symbols << 1);
  readRows(table.columns, states, symbols, 2, states << 1, states);
  table.dead = NO_STATE;
  if (hasFailed()) return table;
  for (let state: u32 = 0; state < states; state++) {
    let leaves = false;
    for (let symbol: u32 = 0; symbol < symbols; symbol++) {
      const at = table.columns + <usize>((symbol * states + state) << 1);
      const to = <u32>load<u16>(at);
      leaves = leaves || to != state || load<u8>(found + to) != 0;
      store<u16>(at, <u16>(to | (load<u8>(found + to) != 0 ? FOUND : 0)));
    }
    if (!leaves) table.dead = state;
  }
  table.found = FOUND;
  if (states <= NARROW_MAX) narrow(table, <usize>(states * symbols));
  return table;
}

/** Entries as bytes: most patterns have few states, and what is copied back after each action is half. */
function narrow(table: Table, entries: usize): void {
  const columns = table.columns;
  for (let at: usize = 0; at < entries; at++) {
    const entry = <u32>load<u16>(columns + (at << 1));
    store<u8>(columns + at, <u8>((entry & STATE) | (entry >> 8 & NARROW_FOUND)));
  }
  table.isNarrow = true;
  table.found = NARROW_FOUND;
  shrinkLast(columns, entries);
}

function readTwoPass(pattern: Pattern, symbols: u32): void {
  const stride = symbols << 1;
  const rows = nextBelow(STATE);
  pattern.stride = stride;
  pattern.firstRow = nextBelow(rows);
  pattern.rows = room(rows, stride);
  readRows(pattern.rows, rows, symbols, stride, 2, rows);
  pattern.places = nextBelow(STATE);
  pattern.firstPlace = nextBelow(pattern.places);
  pattern.choices = room(rows * KINDS, pattern.places << 1);
  // How many nodes there are is said behind: choices above are refused then.
  readRows(pattern.choices, rows * KINDS, pattern.places, <usize>pattern.places << 1, 2, 0xffff);
  const nodes = nextBelow(STATE);
  pattern.leads = room(nodes, stride);
  readRows(pattern.leads, nodes, symbols, stride, 2, pattern.places);
  if (hasFailed()) return;
  for (let at: u32 = 0; at < rows * KINDS * pattern.places; at++) {
    if (<u32>load<u16>(pattern.choices + (<usize>at << 1)) >= nodes + 2) return fail();
  }
}
