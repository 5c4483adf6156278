import { DETAILS, LEXICON_BITS, STARTS, WORDS } from "./lexicon-table";

// Words in buckets by their hash, one in two of them on average, so that one look says all that is known of one: 20 further bits of the
// word's hash, and which of the details are its own: its valence in tenths, what else the rules know it for, and what the grammar
// does. A word that nobody listed is taken for another one once in a million.

/** What a word does beside, or instead of, having a valence. Those of a phrase are found by its words together. */
export namespace WordKind {
  export const PLAIN: u8 = 1;
  export const BOOSTER: u8 = 2;
  export const DAMPENER: u8 = 3;
  export const NEGATION: u8 = 4;
  export const IDIOM: u8 = 5;
  export const NO: u8 = 6;
  export const NEVER: u8 = 7;
  export const WITHOUT: u8 = 8;
  export const NOR: u8 = 9;
  export const OR: u8 = 10;
  export const SO: u8 = 11;
  export const VERY: u8 = 12;
  export const THIS: u8 = 13;
  export const AT: u8 = 14;
  export const OF: u8 = 15;
  export const BUT: u8 = 16;
  export const LEAST: u8 = 17;
  export const DOUBT: u8 = 18;
  export const KIND: u8 = 19;
  export const YOU: u8 = 20;
  export const APOLOGY: u8 = 21;
}

/** The details of a word: valence and kind in the upper half, what the grammar knows in the lower; 0: it is not listed. */
export type Entry = u32;

/** Whether the word has a valence or a kind. */
// @ts-ignore: decorator
@inline
export function isInLexicon(entry: Entry): bool {
  return entry >> 16 != 0;
}

/** What grammar.ts knows of it. */
// @ts-ignore: decorator
@inline
export function grammarOf(entry: Entry): u32 {
  return entry & 0xffff;
}

// @ts-ignore: decorator
@inline
export function kindOf(entry: Entry): u8 {
  return <u8>(entry >> 24) & 0x3f;
}

/** Whether an idiom may begin with the word. */
// @ts-ignore: decorator
@inline
export function beginsIdiom(entry: Entry): bool {
  return (entry & 0x4000_0000) != 0;
}

/** Whether an idiom may go on with it. */
// @ts-ignore: decorator
@inline
export function continuesIdiom(entry: Entry): bool {
  return (entry & 0x8000_0000) != 0;
}

/** In tenths, from -40 to 40. */
// @ts-ignore: decorator
@inline
export function valenceOf(entry: Entry): i32 {
  return <i32>(<i8>(<u8>(entry >> 16)));
}

// @ts-ignore: decorator
@inline
export function hasValence(entry: Entry): bool {
  return (entry & 0x00ff0000) != 0 && kindOf(entry) != WordKind.IDIOM;
}

const HASH_STEP: u64 = 0x9e3779b97f4a7c15;
const PHRASE_STEP: u32 = 0x01000193;

/** Of the bytes between two addresses, eight at a time; may read as many behind them. */
export function hashOf(from: usize, to: usize): u32 {
  let hash: u64 = 0;
  for (let at = from; at < to; at += 8) {
    const left = to - at;
    const bytes = left >= 8 ? load<u64>(at) : load<u64>(at) & (((<u64>1) << (<u64>left << 3)) - 1);
    hash = (hash ^ bytes) * HASH_STEP;
    hash ^= hash >> 32;
  }
  return <u32>hash;
}

/** The same, of fewer than eight bytes at a time without a loop. */
export function hashOfFew(from: usize, to: usize): u32 {
  const size = to - from;
  if (size >= 8) return hashOf(from, to);
  const hash = (load<u64>(from) & (((<u64>1) << (<u64>size << 3)) - 1)) * HASH_STEP;
  return <u32>(hash ^ (hash >> 32));
}

/** Of a phrase, from that of what comes before its last word. */
// @ts-ignore: decorator
@inline
export function joinHash(before: u32, word: u32): u32 {
  return (before * 31 + word) * PHRASE_STEP;
}

const MASK: u32 = (1 << LEXICON_BITS) - 1;
/** Of a word: which details it has. */
const INDEX_MASK: u32 = 0xfff;

export function find(hash: u32): Entry {
  return added != 0 ? findAdded(hash) : findListed(hash);
}

// @ts-ignore: decorator
@inline
function findListed(hash: u32): Entry {
  // The first word of the bucket, and of the next one.
  const starts = load<u32>(STARTS + (<usize>((hash ^ (hash >> 15)) & MASK) << 1));
  let at = starts & 0xffff;
  const end = starts >> 16;
  if (at == end) return 0;
  do {
    const word = load<u32>(WORDS + (<usize>at << 2));
    if ((word ^ hash) <= INDEX_MASK) return load<u32>(DETAILS + (<usize>(word & INDEX_MASK) << 2));
  } while (++at < end);
  return 0;
}

function findAdded(hash: u32): Entry {
  const entry = load<u32>(placeOf(hash), 4);
  return entry != 0 ? entry : findListed(hash);
}

/** Words of settings: hashes, and what is known of each. Twice as many as there may be; 0: there are none. */
let added: usize = 0;
const ADDED_BITS: u32 = 11;
const ADDED_MASK: u32 = (1 << ADDED_BITS) - 1;
const ADDED_SIZE: usize = 8;

/** The place of an added word, or the free one where it would be. */
function placeOf(hash: u32): usize {
  let slot = hash & ADDED_MASK;
  let place = added + <usize>slot * ADDED_SIZE;
  while (load<u32>(place, 4) != 0 && load<u32>(place) != hash) {
    slot = (slot + 1) & ADDED_MASK;
    place = added + <usize>slot * ADDED_SIZE;
  }
  return place;
}

/** Adds a word, or gives it another valence. */
export function add(hash: u32, valence: i32): void {
  if (added == 0) {
    added = heap.alloc(<usize>(ADDED_MASK + 1) * ADDED_SIZE);
    memory.fill(added, 0, <usize>(ADDED_MASK + 1) * ADDED_SIZE);
  }
  const known = find(hash);
  const kind = <u32>(known >> 24) == 0 ? <u32>WordKind.PLAIN : known >> 24;
  const place = placeOf(hash);
  store<u32>(place, hash);
  store<u32>(place, grammarOf(known) | (<u32>(valence & 0xff) << 16) | (kind << 24), 4);
}
