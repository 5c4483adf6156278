import { FIRST_FACTOR, INDEX_BITS, LAST_FACTOR, NOTHING, WORD_BYTES_MAX, WORD_INDEX, WORDS } from "./phrase-table";

// The words that mean something here, found by their first eight bytes, their last four, and their size. No word of phrases.txt
// is longer than sixteen bytes, so what is taken for one that it is not differs from it in four letters of thirteen or more.

@unmanaged
export class Word {
  first: u64;
  /** The upper half of the last eight, inverted. */
  last: u32;
  /** Of a number word its value, of a currency which. */
  value: u32;
  /** What phrases know it by. */
  symbol: u16;
  kind: u8;
  size: u8;
}

// @ts-ignore: decorator
@inline
export function firstBytes(at: usize, size: usize): u64 {
  const bytes = load<u64>(at);
  return size < 8 ? bytes & ~(<u64>-1 << (<u64>size << 3)) : bytes;
}

// @ts-ignore: decorator
@inline
export function lastBytes(at: usize, size: usize): u64 {
  return size > 8 ? load<u64>(at + size - 8) : firstBytes(at, size);
}

// @ts-ignore: decorator
@inline
export function hashOf(first: u64, last: u64, bits: u64): usize {
  return <usize>(((first ^ (last * LAST_FACTOR)) * FIRST_FACTOR) >> (64 - bits));
}

const INDEX_MASK: usize = (1 << <usize>INDEX_BITS) - 1;

/** The word of `size` bytes at an address, or null. */
// @ts-ignore: decorator
@inline
export function findWord(at: usize, size: usize): Word | null {
  if (size > WORD_BYTES_MAX) return null;
  const first = firstBytes(at, size);
  const last = lastBytes(at, size);
  let slot = hashOf(first, last, INDEX_BITS);
  let record = recordAt(slot);
  while (record != NOTHING) {
    const word = changetype<Word>(WORDS + record * offsetof<Word>());
    if (word.first == first && word.last == ~<u32>(last >> 32) && <usize>word.size == size) return word;
    slot = (slot + 1) & INDEX_MASK;
    record = recordAt(slot);
  }
  return null;
}

// @ts-ignore: decorator
@inline
function recordAt(slot: usize): usize {
  return <usize>load<u16>(WORD_INDEX + (slot << 1));
}
