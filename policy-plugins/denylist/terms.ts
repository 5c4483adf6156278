import { refuse, Value } from "../sdk/index";
import { hashOf, Head, NO_NODE, NO_VALUE, SEPARATORS, Table } from "../sdk/phrases";
import { WORD_BYTES } from "../sdk/word-bytes";
import { Face, foldedSizeMax, foldTerm, hasFaces } from "../sdk/fold-term";
import { decode, scratchFor } from "../sdk/utf16";
import { keep, take } from "./arena";
import { BEGINS_WORD, ENDS_WORD, makePattern } from "./patterns";
import { beginTrees, endTrees, insert, siblingsMax } from "./trees";

// All terms of all lists in one table of sdk/phrases.ts, made here from the settings as tools/word-table.ts makes it from a
// source. So a text is passed over once, however many terms there are.

/** What a term is; of two lists with one term, the higher counts. */
export namespace Kind {
  export const EXCEPTION: u8 = 0;
  export const NOTED: u8 = 1;
  export const DISCOURAGED: u8 = 2;
  export const DENIED: u8 = 3;
}

/** UTF-16 code units. A longer term is surely a mistake. */
const TERM_UNITS_MAX: u32 = 256;
const TERMS_MAX: u32 = <u32>NO_VALUE;

/** Of a class: the bit that tells a sign from a letter. */
const SIGN: u32 = 0x20;

@unmanaged
export class Term {
  begin: usize;
  end: usize;
  /** Place among those of its kind. */
  item: i32;
  kind: u8;
  /** patterns.ts: BEGINS_WORD, ENDS_WORD. */
  flags: u8;
}

const TERM_SIZE: usize = offsetof<Term>();

/** Addresses of Term, in pages: what has grown is never freed. */
const PAGE_TERMS: u32 = 256;
const pages = memory.data(256 * sizeof<usize>(), 4);
let termCount: u32 = 0;
let headCount: u32 = 0;
/** That the trees have at the most. */
let siblingCount: usize = 0;
const items = memory.data(4 * sizeof<i32>(), 4);

export function termOf(value: u16): Term {
  const page = load<usize>(pages + (<usize>(value / PAGE_TERMS) << 2));
  return changetype<Term>(page + <usize>(value % PAGE_TERMS) * TERM_SIZE);
}

/** Takes down every term of a list of strings. */
export function addTerms(list: Value, kind: u8, wholeWord: bool): void {
  if (!list.isArray) return;
  for (let item = list.first; item.exists; item = item.next) {
    if (isTooLong(item)) {
      refuseSize();
      return;
    }
    const place = nextItem(kind);
    const first = termCount;
    for (let face = Face.AS_WRITTEN; face <= Face.TITLE; face++) {
      if (!addTerm(item, face, kind, wholeWord, place, first)) return;
      if (!hasFaces) break;
    }
  }
}

/** Takes down a term in one of its faces, unless it is as another; false: it was refused. */
function addTerm(item: Value, face: u32, kind: u8, wholeWord: bool, place: i32, first: u32): bool {
  const begin = take(foldedSizeMax(item));
  const pattern = makePattern(begin, foldTerm(item, begin, face), wholeWord);
  if (pattern.end == pattern.begin) {
    refuseSize();
    return false;
  }
  if (isAmong(pattern.begin, pattern.end, first)) {
    memory.fill(begin, 0, pattern.end - begin);
    keep(begin);
    return true;
  }
  keep(pattern.end);
  if (termCount == TERMS_MAX) {
    refuse("more than " + TERMS_MAX.toString() + " terms");
    return false;
  }
  const term = newTerm();
  term.begin = pattern.begin;
  term.end = pattern.end;
  term.item = place;
  term.kind = kind;
  knownKinds |= 1 << kind;
  term.flags = pattern.flags;
  return true;
}

function refuseSize(): void {
  refuse("a term of nothing but white space, or longer than " + TERM_UNITS_MAX.toString() + " UTF-16 code units");
}

/** Whether one of the terms from `first` on is the same. */
function isAmong(begin: usize, end: usize, first: u32): bool {
  for (let i = first; i < termCount; i++) {
    const other = termOf(<u16>i);
    const size = other.end - other.begin;
    if (size == end - begin && memory.compare(other.begin, begin, size) == 0) return true;
  }
  return false;
}

function isTooLong(term: Value): bool {
  const size = term.end - term.start;
  return size > <usize>TERM_UNITS_MAX && <u32>decode(term.start, term.end, term.flags, scratchFor(size)) > TERM_UNITS_MAX;
}

function newTerm(): Term {
  if (termCount % PAGE_TERMS == 0) {
    store<usize>(pages + (<usize>(termCount / PAGE_TERMS) << 2), heap.alloc(<usize>PAGE_TERMS * TERM_SIZE));
  }
  termCount++;
  return termOf(<u16>(termCount - 1));
}

function nextItem(kind: u8): i32 {
  const count = items + (<usize>kind << 2);
  const item = load<i32>(count);
  store<i32>(count, item + 1);
  return item;
}

let base: usize = 0;

/** A bit for each kind of term that there is. */
export let knownKinds: u8 = 0;

/** Makes the table of all that was added. */
export function buildTable(): usize {
  base = heap.alloc(offsetof<Table>());
  memory.fill(base, 0, offsetof<Table>());
  for (let i: u32 = 0; i < termCount; i++) countHeads(termOf(<u16>i));
  const table = changetype<Table>(base);
  table.headShift = clz(max<u32>(headCount + (headCount >> 1), 8));
  table.heads = filled(offsetof<Head>() << (32 - table.headShift));
  // One in thirty-two bits is cleared, or fewer.
  table.filterShift = max<u32>(clz(max<u32>(headCount, 32)) - 5, 12);
  const filterSize = <usize>1 << (29 - table.filterShift);
  table.filter = filled(filterSize);
  if (hasInner) table.innerFilter = filled(filterSize);
  table.shortSizes = shortSizes;
  beginTrees(base, siblingCount);
  for (let i: u32 = 0; i < termCount; i++) addHeads(<u16>i, termOf(<u16>i));
  endTrees(table);
  return base;
}

/** A place of ones, as the table has it. */
function filled(size: usize): u32 {
  const begin = heap.alloc(size);
  memory.fill(begin, 0xff, size);
  return <u32>(begin - base);
}

let hasInner = false;
let shortSizes: u32 = 0;

/** The keys of a text that begins with a term: see headKeys. */
const keys = memory.data(8 * sizeof<u32>(), 4);
let keyCount: usize = 0;

function countHeads(term: Term): void {
  keyCount = 0;
  headKeys(term.begin, term.end, 0, 0);
  headCount += <u32>keyCount;
  const size = <u32>(term.end - term.begin);
  siblingCount += keyCount * siblingsMax(size);
  const isOpenEnded = (term.flags & ENDS_WORD) == 0;
  if (isOpenEnded && size < 4) shortSizes |= 1 << size;
  if ((term.flags & BEGINS_WORD) == 0 || (isOpenEnded && size < 4)) hasInner = true;
}

/** Every key that a text with the pattern can begin with: where the pattern has separators, closed-up text has none. */
function headKeys(at: usize, end: usize, key: u32, size: u32): void {
  for (; size < 32 && at < end; at++) {
    const byte = load<u8>(at);
    if (byte == SEPARATORS) {
      store<u32>(keys + (keyCount++ << 2), key);
      continue;
    }
    const value = <u32>load<u8>(WORD_BYTES + byte) & ~SIGN;
    if (value == 0 && size > 0) break;
    key |= value << size;
    size += 8;
  }
  store<u32>(keys + (keyCount++ << 2), key);
}

function addHeads(value: u16, term: Term): void {
  keyCount = 0;
  headKeys(term.begin, term.end, 0, 0);
  const table = changetype<Table>(base);
  for (let i: usize = 0; i < keyCount; i++) {
    const key = load<u32>(keys + (i << 2));
    const hash = hashOf(key);
    const bit = hash >> table.filterShift;
    clearBit(base + table.filter, bit);
    if ((term.flags & BEGINS_WORD) == 0) clearBit(base + table.innerFilter, bit);
    const head = headOf(key, hash >> table.headShift);
    insert(changetype<usize>(head) + offsetof<Head>("node"), value, term.begin, term.end);
  }
}

function clearBit(filter: usize, bit: u32): void {
  const at = filter + (bit >> 3);
  store<u8>(at, load<u8>(at) & ~(<u8>1 << <u8>(bit & 7)));
}

/** The head with this key, or the free place for it. */
function headOf(key: u32, slot: u32): Head {
  const table = changetype<Table>(base);
  const mask = ((<u32>1 << (32 - table.headShift)) - 1);
  let head = changetype<Head>(base + table.heads + <usize>slot * offsetof<Head>());
  while (head.node != NO_NODE && head.key != key) {
    slot = (slot + 1) & mask;
    head = changetype<Head>(base + table.heads + <usize>slot * offsetof<Head>());
  }
  head.key = key;
  return head;
}

/** Of two terms that are the same the severer one is told, with the wider of both ways to match. */
export function oneOf(known: u16, other: u16): u16 {
  const first = termOf(known);
  const second = termOf(other);
  if ((first.kind == Kind.EXCEPTION) != (second.kind == Kind.EXCEPTION)) refuse("an exception that is a term itself");
  const flags = first.flags & second.flags;
  const told = second.kind > first.kind ? other : known;
  termOf(told).flags = flags;
  return told;
}
