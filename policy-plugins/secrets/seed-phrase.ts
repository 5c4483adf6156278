import { sha256 } from "../sdk/sha256";
import { report } from "./report";
import { SEED_FIRSTS, SEED_WORDS } from "./tables";
import { folded, size } from "./text";

// The words of a wallet (BIP-39): twelve or more of its list of 2,048, one after the other, with numbers between them or not.
// They are told where a word near by says what they are, or the checksum in the last of them is right.

const WORDS_MIN: i32 = 12;
const WORDS_MAX: i32 = 24;
/** Bits of a word: its place in the list. */
const BITS: i32 = 11;
/** A dozen words with blanks have more bytes than this, so one of them is hit. */
const STRIDE: i32 = 44;
const LETTERS_MIN: i32 = 3;
const LETTERS_MAX: i32 = 8;
/** Between two words: blanks, a comma, quotation marks, a number with its dot. */
const GAP_MAX: i32 = 8;
/** How far before the words it may be said what they are. */
const REACH: i32 = 160;

/** Between values and names, and texts that were derived. */
const FEEDS: u32 = 0x0a0a0a0a;

const places: StaticArray<i32> = new StaticArray<i32>(WORDS_MAX);
const entropy: usize = memory.data(64);
const digest: usize = memory.data(32);

// @ts-ignore: decorator
@inline
function isLetter(at: i32): bool {
  return load<u8>(folded + at) - 0x61 < 26;
}

/** Looks at a word now and then, and at what stands around those that are in the list. */
export function findSeedPhrases(): void {
  let seen = 0;
  for (let at = 0; at < size; at = max(at + STRIDE, seen)) {
    let start = at;
    while (start - at < GAP_MAX && !isLetter(start)) start++;
    for (let last = start; last - start < LETTERS_MAX && start > seen && isLetter(start - 1); ) start--;
    if (placeOf(start) >= 0) seen = phraseAt(start, seen);
  }
}

let wordEnd: i32 = 0;

/** The place in the list of the word that begins at `start`, whose end is then `wordEnd`; -1: it is none. */
function placeOf(start: i32): i32 {
  wordEnd = start;
  while (wordEnd - start <= LETTERS_MAX && isLetter(wordEnd)) wordEnd++;
  const letters = wordEnd - start;
  if (letters < LETTERS_MIN || letters > LETTERS_MAX || isLetter(start - 1)) return -1;
  const spelt = bswap<u64>(load<u64>(folded + start)) & (~<u64>0 << (<u64>(LETTERS_MAX - letters) << 3));
  const firsts = SEED_FIRSTS + (<usize>(load<u8>(folded + start) - 0x61) << 1);
  let low = <i32>load<u16>(firsts);
  let high = <i32>load<u16>(firsts, 2);
  if (low == high) return -1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (load<u64>(SEED_WORDS + (<usize>middle << 3)) <= spelt) low = middle;
    else high = middle;
  }
  return load<u64>(SEED_WORDS + (<usize>low << 3)) == spelt ? low : -1;
}

// @ts-ignore: decorator
@inline
function isBetween(byte: u8): bool {
  return byte == 0x20 || byte == 0x0a || byte == 0x09 || byte == 0x2c || byte == 0x22 || byte == 0x2e || byte == 0x29 || byte - 0x30 < 10 ||
    byte == 0x2d || byte == 0x7c;
}

/** Where the word before begins; -1: none is near, or it is none of the list. */
function before(start: i32, seen: i32): i32 {
  let end = start;
  while (start - end < GAP_MAX && end > seen && isBetween(load<u8>(folded + end - 1)) && load<u32>(folded + end - 4) != FEEDS) end--;
  let first = end;
  while (end - first < LETTERS_MAX && first > seen && isLetter(first - 1)) first--;
  return end < start && placeOf(first) >= 0 ? first : -1;
}

/** Tells the phrase that the word at `start` is in; nothing before `seen` is looked at again. Returns where its last word ends. */
function phraseAt(start: i32, seen: i32): i32 {
  let first = start;
  for (let earlier = start; earlier >= 0; earlier = before(first, seen)) first = earlier;
  let count = 0;
  let end = first;
  for (let at = first; ; ) {
    const place = placeOf(at);
    if (place < 0) break;
    unchecked(places[count++ % WORDS_MAX] = place);
    end = wordEnd;
    at = end;
    while (at - end < GAP_MAX && isBetween(load<u8>(folded + at)) && load<u32>(folded + at) != FEEDS) at++;
    if (at == end) break;
  }
  if (count >= WORDS_MIN && (isSaid(first) || hasChecked(count))) report("SEED_PHRASE", first, end);
  return max(end, start + 1);
}

const SEED: u32 = 0x64656573;
const MNEM: u32 = 0x6d656e6d;
const RECO: u32 = 0x6f636572;
const WALL: u32 = 0x6c6c6177;
const PHRA: u32 = 0x61726870;
const BIP3: u32 = 0x33706962;

/** Whether a word before says what the words are. */
function isSaid(first: i32): bool {
  for (let at = max(0, first - REACH); at < first; at++) {
    const four = load<u32>(folded + at);
    if ((four == SEED || four == MNEM || four == RECO || four == WALL || four == PHRA || four == BIP3) && !isLetter(at - 1)) return true;
  }
  return false;
}

/** Whether the words, or the last of them, are so many as a phrase has, with its checksum. */
function hasChecked(count: i32): bool {
  if (count <= WORDS_MAX && count % 3 == 0 && isChecked(0, count)) return true;
  const words = count > WORDS_MAX ? WORDS_MAX : WORDS_MIN;
  return count != words && isChecked(count - words, words);
}

/** Whether the last bits of so many words are the first of the others' digest. */
function isChecked(first: i32, count: i32): bool {
  memory.fill(entropy, 0, 64);
  for (let i = 0; i < count; i++) {
    const place = unchecked(places[(first + i) % WORDS_MAX]);
    for (let bit = 0; bit < BITS; bit++) {
      if (((place >> (BITS - 1 - bit)) & 1) == 0) continue;
      const at = i * BITS + bit;
      const byte = entropy + <usize>(at >> 3);
      store<u8>(byte, load<u8>(byte) | (<u8>0x80 >> <u8>(at & 7)));
    }
  }
  const checkBits = count / 3;
  const bytes = checkBits << 2;
  sha256(entropy, bytes, digest);
  return <u32>load<u8>(entropy + <usize>bytes) >> (8 - checkBits) == <u32>load<u8>(digest) >> (8 - checkBits);
}
