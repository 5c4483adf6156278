// Words of two to sixteen bytes, and pairs of them, with a 64-bit mask each; a lookup costs a multiplication and mostly
// one load. Filled when the policy is configured.

const WORD_BYTES_MAX: i32 = 16;
const SLOT_BITS: i32 = 13;
const SLOTS: i32 = 1 << SLOT_BITS;
const PAIR_SLOT_BITS: i32 = 10;
const PAIR_SLOTS: i32 = 1 << PAIR_SLOT_BITS;

/** One word: sixteen bytes of it, zeros behind, and its mask. */
@unmanaged
class Entry {
  low: u64;
  high: u64;
  mask: u64;
  /** Whether a pair begins with it. */
  isFirst: bool;
}

@unmanaged
class Pair {
  key: u32;
  unused: u32;
  mask: u64;
}

const ENTRIES_MAX: i32 = 1700;

/** Slots hold an entry's number plus one; 0: empty. */
let slots: usize = 0;
let entries: usize = 0;
let entryCount: i32 = 0;
let pairs: usize = 0;

export function makeTable(): void {
  slots = zeroed(<usize>SLOTS << 1);
  entries = zeroed(<usize>ENTRIES_MAX * offsetof<Entry>());
  pairs = zeroed(<usize>PAIR_SLOTS * offsetof<Pair>());
}

function zeroed(bytes: usize): usize {
  const at = heap.alloc(bytes);
  memory.fill(at, 0, bytes);
  return at;
}

// @ts-ignore: decorator
@inline
function entry(index: i32): Entry {
  return changetype<Entry>(entries + <usize>index * offsetof<Entry>());
}

// @ts-ignore: decorator
@inline
function keep(bytes: i32): u64 {
  return bytes >= 8 ? ~(<u64>0) : (((<u64>1) << (<u64>bytes << 3)) - 1);
}

// @ts-ignore: decorator
@inline
function slotOf(low: u64, high: u64): i32 {
  return <i32>(((low ^ rotl<u64>(high, 23)) * 0x9e3779b97f4a7c15) >> (64 - SLOT_BITS));
}

/** The number of the word of `size` bytes at an address; -1 where it is none of ours. Reads up to 16 bytes there. */
export function findWord(at: usize, size: i32): i32 {
  const low = load<u64>(at) & keep(size);
  const high = size > 8 ? load<u64>(at, 8) & keep(size - 8) : 0; // a longer one is known by its first sixteen
  let slot = slotOf(low, high);
  while (true) {
    const index = <i32>load<u16>(slots + (<usize>slot << 1)) - 1;
    if (index < 0) return -1;
    const found = entry(index);
    if (found.low == low && found.high == high) return index;
    slot = (slot + 1) & (SLOTS - 1);
  }
}

export function wordMask(index: i32): u64 {
  return entry(index).mask;
}

export function beginsPair(index: i32): bool {
  return entry(index).isFirst;
}

export function pairMask(first: i32, second: i32): u64 {
  const key = pairKey(first, second);
  let slot = pairSlot(key);
  while (true) {
    const found = changetype<Pair>(pairs + <usize>slot * offsetof<Pair>());
    if (found.key == 0) return 0;
    if (found.key == key) return found.mask;
    slot = (slot + 1) & (PAIR_SLOTS - 1);
  }
}

function pairKey(first: i32, second: i32): u32 {
  return (<u32>(first + 1) << 16) | <u32>(second + 1);
}

function pairSlot(key: u32): i32 {
  return <i32>((key * 0x9e3779b1) >> (32 - PAIR_SLOT_BITS));
}

/** One word, or two with a space between. */
export function addPhrase(phrase: string, mask: u64): void {
  const space = phrase.indexOf(" ");
  if (space < 0) {
    entry(addWord(phrase)).mask |= mask;
    return;
  }
  const first = addWord(phrase.substring(0, space));
  const second = addWord(phrase.substring(space + 1));
  entry(first).isFirst = true;
  addPair(pairKey(first, second), mask);
}

function addPair(key: u32, mask: u64): void {
  let slot = pairSlot(key);
  while (true) {
    const found = changetype<Pair>(pairs + <usize>slot * offsetof<Pair>());
    if (found.key == 0 || found.key == key) {
      found.key = key;
      found.mask |= mask;
      return;
    }
    slot = (slot + 1) & (PAIR_SLOTS - 1);
  }
}

function addWord(word: string): i32 {
  const size = min(word.length, WORD_BYTES_MAX);
  let low: u64 = 0;
  let high: u64 = 0;
  for (let i = 0; i < size; i++) {
    const byte = <u64>word.charCodeAt(i);
    if (i < 8) low |= byte << (<u64>i << 3);
    else high |= byte << (<u64>(i - 8) << 3);
  }
  let slot = slotOf(low, high);
  while (true) {
    const index = <i32>load<u16>(slots + (<usize>slot << 1)) - 1;
    if (index < 0) break;
    if (entry(index).low == low && entry(index).high == high) return index;
    slot = (slot + 1) & (SLOTS - 1);
  }
  assert(entryCount < ENTRIES_MAX, "too many words");
  entry(entryCount).low = low;
  entry(entryCount).high = high;
  entryCount++;
  store<u16>(slots + (<usize>slot << 1), <u16>entryCount);
  return entryCount - 1;
}
