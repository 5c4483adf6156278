import { reading, reportSpan } from "../sdk/index";
import { WORD_BYTES } from "../sdk/word-bytes";
import { BOTH_ENDS, FIRST_LETTERS } from "./lexicon-table";

// Words with digits and signs for some letters ("1d10t", "$tupid"), or with letters drawn out ("stuuupid"): as they may be
// meant. Whether a reading is a word of a list is for the caller to see.

const LETTERS_MAX: usize = 24;
/** What `undisguise` made. */
export const undisguisedText: usize = memory.data(40, 8);
export let undisguisedSize: usize = 0;

// As in the tables of sdk/word-bytes.ts.
const FIRST_SUBSTITUTES: usize = 512;
const SECOND_SUBSTITUTES: usize = 768;

/** A whole word that was looked at, and the hash of what it stands for: its pieces need not be, where it is one. */
export let wholeFrom: usize = 0;
export let wholeTo: usize = 0;
export let wholeHash: u32 = 0;

export function setWhole(from: usize, to: usize, hash: u32): void {
  wholeFrom = from;
  wholeTo = to;
  wholeHash = hash;
}

/** A letter so often in a row is drawn out. */
const RUN: i32 = 3;
/** Drawn-out letters once or twice; of two letters that a sign may stand for, the first or the second. */
const WAYS: i32 = 4;
const SECOND: i32 = 1;
const TWICE: i32 = 2;
/** The ways that make a difference to the word last looked at. */
let differing: i32 = 0;

/**
 * So many words are tried for what they may stand for, so that a text of nothing else takes no longer than another. What no word
 * of ours begins and ends like, as ids and numbers, is not tried.
 */
const TRIES_MAX: i32 = 512;
let tries: i32 = 0;

/** Of a class of sdk/word-bytes.ts: the letter. */
const LETTER: u32 = 31;
/** So many letters of either end, each in five bits. */
const EDGE_BITS: u32 = 15;

/**
 * The first letters of a word of which the first eight bytes are these, that differ from those before them: the same drawn out or
 * not, in signs or letters.
 */
function edge(eight: u64, size: usize): u32 {
  let key: u32 = 0;
  let shift: u32 = 0;
  let before: u32 = LETTER + 1;
  for (let left = min<usize>(size, 8); left != 0 && shift < EDGE_BITS; left--) {
    const letter = <u32>load<u8>(WORD_BYTES + <usize>(eight & 0xff)) & LETTER;
    key |= letter << shift;
    shift += letter != before ? 5 : 0;
    before = letter;
    eight >>= 8;
  }
  return key & ((1 << EDGE_BITS) - 1);
}

// @ts-ignore: decorator
@inline
function firstEdge(from: usize, to: usize): u32 {
  return edge(load<u64>(from), to - from);
}

/** Of the last letters, the last first. */
// @ts-ignore: decorator
@inline
function lastEdge(from: usize, to: usize): u32 {
  return edge(bswap<u64>(load<u64>(to - 8)), to - from);
}

// @ts-ignore: decorator
@inline
function isClear(table: usize, key: u32): bool {
  return ((<u32>load<u8>(table + <usize>(key >> 3)) >> (key & 7)) & 1) == 0;
}

function clear(table: usize, key: u32): void {
  const at = table + <usize>(key >> 3);
  store<u8>(at, load<u8>(at) & ~(<u8>1 << <u8>(key & 7)));
}

/** Of a word's first letters and its last ones, a place in BOTH_ENDS. */
// @ts-ignore: decorator
@inline
function bothOf(first: u32, last: u32): u32 {
  return ((first * 0x9e3779b1) ^ (last * 0x85ebca6b)) >> 16;
}

/** One more word is ours. */
export function addEdges(from: usize, to: usize): void {
  const first = firstEdge(from, to);
  clear(FIRST_LETTERS, first);
  clear(BOTH_ENDS, bothOf(first, lastEdge(from, to)));
}

/** Whether a word of ours begins and ends as this one may. */
export function hasEdges(from: usize, to: usize): bool {
  const first = firstEdge(from, to);
  return isClear(FIRST_LETTERS, first) && isClear(BOTH_ENDS, bothOf(first, lastEdge(from, to)));
}

const ONES: u64 = 0x0101010101010101;
const SEVENS: u64 = 0x7f7f7f7f7f7f7f7f;
const HIGH: u64 = 0x8080808080808080;

/** Whether a word of up to eight bytes is nothing but letters, none of them three times in a row. */
// @ts-ignore: decorator
@inline
function isPlain(from: usize, to: usize): bool {
  const size = <u64>(to - from);
  if (size > 8) return false;
  const x = load<u64>(from);
  const within = ~<u64>0 >> (64 - (size << 3));
  const low = x & SEVENS;
  const letters = (low + ONES * (0x80 - 0x61)) & ~(low + ONES * (0x80 - 0x7b)) & ~x & HIGH;
  const same = (x ^ (x >> 8)) | (x ^ (x >> 16));
  const drawn = (same - ONES) & ~same & HIGH & (within >> 16);
  return ((letters ^ HIGH) & within) == 0 && drawn == 0;
}

/** Whether the word may be one of ours in disguise, and is to be tried; the first that is not, for too many were, is told. */
export function isToBeTried(from: usize, to: usize): bool {
  // The whole of a word is asked for first, and then as the only one of its parts.
  if (tries > TRIES_MAX || (from == seenFrom && to == seenTo)) return false;
  seenFrom = from;
  seenTo = to;
  return unchecked(looks[0])(from, to);
}

let seenFrom: usize = 0;
let seenTo: usize = 0;

function mayTry(from: usize, to: usize): bool {
  if (isPlain(from, to) || !hasEdges(from, to) || !isDisguised(from, to)) return false;
  if (++tries <= TRIES_MAX) return true;
  const begin = reading().folded;
  reportSpan("DISGUISE_LIMIT", <i32>(from - begin), <i32>(to - begin));
  return false;
}

/** A digit, hyphen or apostrophe: what stands for no letter may be of a word. "status=200" is none in disguise. */
// @ts-ignore: decorator
@inline
function isOfWord(byte: u8): bool {
  return byte - 0x30 < 10 || byte == 0x2d || byte == 0x27;
}

/** Has digits or signs among its letters, not many more than those, or the same letter three times in a row. */
function isDisguised(from: usize, to: usize): bool {
  if (to - from > LETTERS_MAX) return false;
  let run = 1;
  let before: u8 = 0;
  let letters = 0;
  let substitutes = 0;
  differing = 0;
  for (let at = from; at < to; at++) {
    const byte = load<u8>(at);
    if (byte - 0x61 < 26) letters++;
    else if (load<u8>(WORD_BYTES + byte, FIRST_SUBSTITUTES) != 0) substitutes++;
    else if (!isOfWord(byte)) return false;
    if (load<u8>(WORD_BYTES + byte, SECOND_SUBSTITUTES) != 0) differing |= SECOND;
    run = byte == before ? run + 1 : 1;
    if (run == RUN) differing |= TWICE;
    before = byte;
  }
  return letters > 0 && substitutes <= letters + 1 && (substitutes > 0 || (differing & TWICE) != 0);
}

/** Reads the word that `isDisguised` looked at in one of some ways; false where there are no more. */
export function undisguise(from: usize, to: usize, way: i32): bool {
  if (way >= WAYS) return false;
  undisguisedSize = 0;
  if ((way & ~differing) != 0) return true;
  const substitutes = (way & SECOND) == 0 ? FIRST_SUBSTITUTES : SECOND_SUBSTITUTES;
  const kept = (way & TWICE) == 0 ? 1 : 2;
  let size: usize = 0;
  let run = 0;
  for (let at = from; at < to; at += run) {
    const byte = load<u8>(at);
    run = runAt(at, to);
    let letter = byte;
    if (byte - 0x61 >= 26) {
      const first = load<u8>(WORD_BYTES + byte, FIRST_SUBSTITUTES);
      const other = load<u8>(WORD_BYTES + substitutes + byte);
      if (first != 0) letter = other != 0 ? other : first;
    }
    for (let left = run >= RUN ? kept : run; left > 0; left--) store<u8>(undisguisedText + size++, letter);
  }
  // What hash functions read behind it.
  store<u64>(undisguisedText + size, 0);
  undisguisedSize = size;
  return true;
}

/** How many times the byte at `at` stands there in a row. */
function runAt(at: usize, to: usize): i32 {
  const byte = load<u8>(at);
  let end = at + 1;
  while (end < to && load<u8>(end) == byte) end++;
  return <i32>(end - at);
}

/** In a table, so that what was seen is not charged for it. */
const looks: StaticArray<(from: usize, to: usize) => bool> = [mayTry];
