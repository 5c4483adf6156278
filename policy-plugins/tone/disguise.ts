import { reading, reportSpan } from "../sdk/index";
import { WORD_BYTES } from "../sdk/word-bytes";
import { FIRST_LETTERS, LAST_LETTERS } from "./lexicon-table";

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
const TRIES_MAX: i32 = 2048;
let tries: i32 = 0;

/** Of a class of sdk/word-bytes.ts: the letter. */
const LETTER: u32 = 31;
/** So many letters of either end, each in five bits. */
const EDGE_BITS: u32 = 15;

/** The first letters of a word from `at` on, or the last, that differ from those before them: the same drawn out or not, in signs or letters. */
function edge(at: usize, step: isize, count: usize): u32 {
  let key: u32 = 0;
  let shift: u32 = 0;
  let before: u32 = LETTER + 1;
  for (let left = count; left != 0 && shift < EDGE_BITS; left--) {
    const letter = <u32>load<u8>(WORD_BYTES + <usize>load<u8>(at)) & LETTER;
    key |= letter << shift;
    shift += letter != before ? 5 : 0;
    before = letter;
    at += step;
  }
  return key & ((1 << EDGE_BITS) - 1);
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

/** One more word is ours. */
export function addEdges(from: usize, to: usize): void {
  clear(FIRST_LETTERS, edge(from, 1, to - from));
  clear(LAST_LETTERS, edge(to - 1, -1, to - from));
}

/** Whether a word of ours begins and ends as this one may. */
export function hasEdges(from: usize, to: usize): bool {
  return isClear(FIRST_LETTERS, edge(from, 1, to - from)) && isClear(LAST_LETTERS, edge(to - 1, -1, to - from));
}

/** Whether the word may be one of ours in disguise, and is to be tried; the first that is not, for too many were, is told. */
export function isToBeTried(from: usize, to: usize): bool {
  if (!hasEdges(from, to) || !isDisguised(from, to)) return false;
  if (++tries <= TRIES_MAX) return true;
  if (tries == TRIES_MAX + 1) {
    const begin = reading().folded;
    reportSpan("DISGUISE_LIMIT", <i32>(from - begin), <i32>(to - begin));
  }
  return false;
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
