import { NO_SEGMENT, Origin } from "../sdk/index";
import { CUES, E, Word, bit } from "./entities";
import { foreignEnd, foreignMask, foreignStart, isForeign } from "./foreign";
import { isHealthOn, sawHealthWord, sawName } from "./health";
import { isLeet, leetEnd, leetStart, leetWord, noneUntil } from "./leet";
import { all, at, classAt, Class, folded, isDigit, isLetter, plain, size } from "./text";
import { beginsPair, findWord, pairMask, wordMask } from "./word-table";

// Which of our words stand near a place. Words are looked up once at most, as far ahead as a candidate asks for.

/** How far before a number a word still says what it is, in bytes. */
const BEFORE: i32 = 60;
const AFTER: i32 = 40;
/** What a word behind a number counts as: further than any before it. */
export const BEHIND: i32 = BEFORE;
/** Signs without a letter or digit among them, over which a word says nothing: the dots of a table of contents. */
const GAP_MAX: i32 = 24;
/** A pair's second word begins at most so many bytes after its first: `soc. sec.`, `social-security`. */
const PAIR_GAP_MAX: i32 = 3;

/** The last words that were ours; a power of two. */
const HITS: i32 = 32;
/** How many of them are looked at for one number: a text of nothing else costs no more for it. */
const LOOKED_AT: i32 = 16;

@unmanaged
class Hit {
  start: i32;
  end: i32;
  mask: u64;
}

const ring: usize = memory.data(32 * 16, 8);
let hitCount: i32 = 0;
let frontier: i32 = 0;
let lastWord: i32 = -1;
let lastStart: i32 = 0;
let lastEnd: i32 = 0;

// @ts-ignore: decorator
@inline
function hit(index: i32): Hit {
  return changetype<Hit>(ring + (<usize>(index & (HITS - 1)) << 4));
}

function addHit(start: i32, end: i32, mask: u64): void {
  if (isHealthOn && (mask & OF_HEALTH) != 0) takeHealthWord(start, end, mask);
  // Words as common as `your` would push those of numbers out; months are looked for where a date is.
  if ((mask & ~(CUES | bit(Word.MONTH))) == 0) return;
  const added = hit(hitCount++);
  added.start = start;
  added.end = end;
  added.mask = mask;
}

function takeHealthWord(start: i32, end: i32, mask: u64): void {
  const isTerm = (mask & bit(E.MEDICAL_CONDITION)) != 0;
  sawHealthWord(start, end, mask, isTerm && (nameMask(start) & bit(E.MEDICAL_CONDITION)) != 0);
  if ((mask & NAMING) != 0 && beginsName(start, end, mask)) sawName(end);
}

const NAMING: u64 = bit(Word.TITLE) | bit(Word.FIRST_NAME);
const OF_HEALTH: u64 = CUES | NAMING | bit(E.MEDICAL_CONDITION) | bit(E.DATE_OF_BIRTH);

const RAISED: u64 = 0x4040404040404040;

/** Letters in a row of a word that has others than letters in it. */
const LEET_MAX: i32 = 14;

/** The first byte of Greek's second block in UTF-8; Latin's accents are gone. */
const FOREIGN_MIN: u32 = 0xce;

/** Looks up the words up to `to`, and the one that it lies in. */
export function lookAhead(to: i32): void {
  let i = frontier;
  const end = min(to, size);
  while (i < end) {
    // Letters have this bit; blanks, digits and most signs have not.
    const raised = load<u64>(folded + <usize>i) & RAISED;
    if (raised == 0) {
      i += 8;
      continue;
    }
    i += <i32>(ctz(raised) >> 3);
    if (classAt(i) != Class.LETTER) {
      if (at(i) >= FOREIGN_MIN && unchecked(rare[2])(i, i, lastWord)) i = foreignEnd;
      else i++;
      continue;
    }
    const start = i;
    do i++; while (classAt(i) == Class.LETTER);
    i = wordEnd(start, i);
  }
  frontier = i;
}

/** Looks up the word whose letters are those from `start` to `end`, and returns where it ends. */
function wordEnd(start: i32, end: i32): i32 {
  const isMixed = start >= noneUntil && (end - start > 1 || at(end + 1) > 0x20) && (isLeet(at(end)) || isLeet(at(start - 1)));
  if (isMixed && !isInGroups(load<u32>(folded + <usize>start - 4)) && unchecked(rare[0])(start, end, lastWord)) return leetEnd;
  if (end - start >= 2) lookUp(start, end);
  else if (at(end) == 0x2e) {
    if (unchecked(rare[3])(start, end, lastWord)) return dottedEnd;
  } else if (at(start) == 0x69 || (at(start) == 0x61 && lastWord >= 0)) unchecked(rare[1])(start, end, lastWord);
  return end;
}

/** A label in another script. */
function takeForeign(start: i32, _end: i32, _before: i32): bool {
  if (!isForeign(start)) return false;
  addHit(foreignStart, foreignEnd, foreignMask);
  lastWord = -1;
  return true;
}

/** An abbreviation spelt without its dots; zeros behind, as a lookup loads sixteen bytes. */
const abbreviated: usize = memory.data(32);
const ABBREVIATION_MAX: i32 = 6;
let dottedEnd: i32 = 0;

/** `A.C.N.`, `d.o.b`: letters with dots between them are one word. */
function takeDotted(start: i32, end: i32, _before: i32): bool {
  if (!isLetter(at(end + 1)) || at(end + 2) != 0x2e) return false;
  let count = 0;
  let i = start;
  while (count < ABBREVIATION_MAX && classAt(i) == Class.LETTER && classAt(i + 1) != Class.LETTER) {
    store<u8>(abbreviated + <usize>count, <u8>at(i));
    count++;
    i++;
    if (at(i) != 0x2e) break;
    i++;
  }
  dottedEnd = i;
  // The last letter may begin a word of its own: `p.iva`.
  if (count < 2) return false;
  take(start, i, findWord(abbreviated, count));
  return true;
}

/** Words of one: of a compound those that capitals begin, `applicantSsn`, or the end of a long one, `Bundespersonalausweis`. */
function takeParts(start: i32, end: i32, _before: i32): bool {
  if (!mayHoldWords(start, end) || classAt(start - 1) == Class.DIGIT) return false;
  let mask: u64 = 0;
  let part = start;
  let before = -1;
  let parts = 0;
  while (part < end && parts < PARTS_MAX) {
    const to = partEnd(part, end);
    if (to - part >= 3 && to - part < end - start) {
      const word = findWord(folded + <usize>part, to - part);
      if (word >= 0) {
        mask |= wordMask(word);
        if (before >= 0) mask |= pairMask(before, word);
      }
      before = word;
    }
    part = to;
    parts++;
  }
  if (parts == 1 && end - start >= COMPOUND_MIN) mask = tailMask(start, end);
  mask &= ~(OF_HEALTH | bit(Word.MONTH) | bit(Word.NUMBERED) | bit(Word.ENVELOPE)) | bit(E.DATE_OF_BIRTH);
  if (mask == 0) return false;
  addHit(start, end, mask);
  return true;
}

const PARTED_MIN: i32 = 6;
const PARTS_MAX: i32 = 8;
const COMPOUND_MIN: i32 = 11;
const COMPOUND_MAX: i32 = 32;
const TAIL_MIN: i32 = 7;

/** What the longest of our words is that a longer one ends with. */
function tailMask(start: i32, end: i32): u64 {
  if (end - start > COMPOUND_MAX) return 0;
  for (let from = start + 3; end - from >= TAIL_MIN; from++) {
    const word = findWord(folded + <usize>from, end - from);
    if (word >= 0 && wordMask(word) != 0) return wordMask(word);
  }
  return 0;
}

/** Whether a word that is none of ours may hold one. */
// @ts-ignore: decorator
@inline
function mayHoldWords(start: i32, end: i32): bool {
  const size = end - start;
  return size >= COMPOUND_MIN || ((load<u64>(plain + <usize>start + 1) ^ load<u64>(folded + <usize>start + 1)) & (((<u64>1) << (<u64>min(size - 1, 7) << 3)) - 1)) != 0;
}

/** Takes a word with digits and signs for letters; of numbers the words are written as they are. */
function takeLeet(start: i32, end: i32, _before: i32): bool {
  if (end - start > LEET_MAX) return false;
  const word = leetWord(start, end);
  if (word < 0 || (wordMask(word) & OF_HEALTH) == 0) return false;
  take(leetStart, leetEnd, word);
  return true;
}

/** `I have`, `I'm`; not `type I`, nor `i = 1`. */
function takeLetter(start: i32, end: i32, before: i32): bool {
  if (at(start) == 0x61) {
    if (beginsPair(before)) lookUp(start, end); // `nato a Bari`
    return true;
  }
  const next = at(end);
  if (!isHealthOn || (next != 0x20 && next != 0x27) || isLetter(at(start - 1))) return false;
  let after = end + 1;
  while (after - end < 7 && classAt(after) == Class.LETTER) after++;
  const word = next == 0x20 ? findWord(folded + <usize>end + 1, after - end - 1) : -1;
  if (next != 0x27 && (word < 0 || (wordMask(word) & bit(Word.LINK)) == 0)) return false;
  addHit(start, end, bit(Word.SUBJECT));
  return true;
}

function lookUp(start: i32, end: i32): void {
  // `DL1 9QI` is a postcode.
  const isPart = end - start == 2 && classAt(end) == Class.DIGIT;
  const word = isPart ? -1 : findWord(folded + <usize>start, end - start);
  if (word >= 0) take(start, end, word);
  else missed(start, end);
}

/** None of our words. */
function missed(start: i32, end: i32): void {
  lastWord = -1;
  if (end - start >= PARTED_MIN) unchecked(compound[0])(start, end, -1);
}

/** `15 g/dl` is an amount, `119f3dda` the end of a digest. */
function isAmount(start: i32, end: i32): bool {
  return (end - start == 2 && at(start - 1) == 0x2f) || (end - start <= 3 && classAt(start - 1) == Class.DIGIT);
}

/** Adds what a word means, by itself and with the one before it. */
function take(start: i32, end: i32, word: i32): void {
  if (word >= 0 && !isAmount(start, end)) {
    let mask = wordMask(word);
    let from = start;
    if (lastWord >= 0 && beginsPair(lastWord) && start - lastEnd <= PAIR_GAP_MAX) {
      const both = pairMask(lastWord, word);
      if (both != 0) from = lastStart;
      mask |= both;
    }
    if ((mask & bit(Word.NUMBERED)) != 0 && at(end) == 0x7c) beginPatient(end);
    else if ((mask & bit(Word.NUMBERED)) != 0 && at(start) != 0x70 && (at(end) == 0x23 || at(end + 1) == 0x23)) mask |= numbered(end - start);
    if (mask != 0) addHit(from, end, mask);
  }
  lastWord = word;
  lastStart = start;
  lastEnd = end;
}

/** `account #`, `SS#`. */
function numbered(size: i32): u64 {
  return size > 2 ? bit(E.US_BANK_NUMBER) : bit(E.US_SSN) | bit(E.US_SSN_UNDELIMITED);
}

/** Words that need not be looked up are left out, unless all of them are wanted. */
function skipTo(from: i32): void {
  if (isHealthOn || frontier >= from) return;
  lastWord = -1;
  // Not into the midst of a word, where one is not too long to be any of ours.
  const limit = max(frontier, from - 20);
  while (from > limit && classAt(from - 1) == Class.LETTER) from--;
  frontier = from;
}

let nearStart: i32 = -1;
let nearEnd: i32 = -1;
let nearMask: u64 = 0;

/** All words around a place: what is not among them need not be asked for. */
export function wordsNear(start: i32, end: i32): u64 {
  if (start == nearStart && end == nearEnd) return nearMask;
  skipTo(start - BEFORE - 4);
  if (frontier < end + AFTER) lookAhead(end + AFTER);
  let mask = nameMask(start);
  if (patientStart >= 0) mask |= patientMask(start);
  const first = max(0, hitCount - LOOKED_AT);
  for (let index = hitCount - 1; index >= first; index--) {
    const found = hit(index);
    if (found.end < start - BEFORE) break;
    mask |= found.mask;
  }
  nearStart = start;
  nearEnd = end;
  nearMask = mask;
  return mask;
}

export const NOT_NEAR: i32 = -1;

/** How far the nearest word of an entity is from `start` to `end`: 0 for the member's name; NOT_NEAR where there is none. */
export function distanceTo(mask: u64, start: i32, end: i32): i32 {
  if ((nameMask(start) & mask) != 0) return 0;
  skipTo(start - BEFORE - 4);
  if (frontier < end + AFTER) lookAhead(end + AFTER);

  const first = max(0, hitCount - LOOKED_AT);
  let behind: Hit | null = null;
  for (let index = hitCount - 1; index >= first; index--) {
    const found = hit(index);
    if (found.end < start - BEFORE) break;
    if ((found.mask & mask) == 0) continue;
    if (found.start >= end) behind = found;
    else if (found.end <= start && !isApart(found.end, start)) return max(1, start - found.end);
    else if (found.end <= start) break;
  }
  if (behind && behind.start <= end + AFTER && !labelsAnother(end, behind)) return behind.start - end + BEHIND;
  return patientStart >= 0 && (patientMask(start) & mask) != 0 ? BEHIND + AFTER : NOT_NEAR;
}

/** `1234, SSN: 5678`: the word is about the number behind it; or it stands in another line or sentence. */
function labelsAnother(from: i32, found: Hit): bool {
  for (let i = from; i < found.start; i++) {
    const byte = at(i);
    if (byte == 0x0a || isDigit(byte) || (byte == 0x2e && at(i + 1) == 0x20)) return true;
  }
  let i = found.end;
  if (at(i) == 0x3a || at(i) == 0x3d) return true;
  const end = min(i + 16, size);
  while (i < end && at(i) != 0x0a) {
    if (isDigit(at(i))) return true;
    i++;
  }
  return false;
}

/**
 * Whether a word that ends before a place says nothing of it: too many signs lie between, or it stands on an earlier line
 * and has a number or an answer of its own there, such as `SSN: none`, or in the text of another paragraph.
 */
function isApart(from: i32, to: i32): bool {
  let signs = 0;
  let isAnswered = false;
  let hasColon = false;
  let words = 0;
  for (let i = from; i < to; i++) {
    const byte = at(i);
    const kind = classAt(i);
    if (byte == 0x0a && (isAnswered || (at(i + 1) == 0x0a && words > 1))) return true;
    if (kind == Class.LETTER && classAt(i + 1) != Class.LETTER) words++;
    if (kind == Class.DIGIT || (kind == Class.LETTER && hasColon)) isAnswered = true;
    if (byte == 0x3a || byte == 0x3d) hasColon = true;
    signs = kind == Class.OTHER && byte < 0x80 ? signs + 1 : 0;
    if (signs > GAP_MAX) return true;
  }
  return false;
}

/** Where the fields of the last `PID|` of an HL7 message begin, how many bars are passed, and up to where; -1: there is none. */
let patientStart: i32 = -1;
let patientField: i32 = 0;
let patientAt: i32 = 0;
/** How many bytes of it are looked at. */
const PATIENT_BYTES_MAX: i32 = 600;

function beginPatient(bar: i32): void {
  patientStart = bar;
  patientAt = bar;
  patientField = 0;
}

/** What the field of an HL7 patient segment (version 2, chapter 3.4.2) that a place is in holds, by its number. */
function patientMask(place: i32): u64 {
  if (place <= patientStart || place - patientStart > PATIENT_BYTES_MAX) return 0;
  if (place < patientAt) beginPatient(patientStart);
  for (; patientAt < place; patientAt++) {
    const byte = at(patientAt);
    if (byte == 0x7c) patientField++;
    else if (byte == 0x0a) {
      patientStart = -1;
      return 0;
    }
  }
  switch (patientField) {
    case 2: case 3: case 4: case 18: return bit(E.MEDICAL_RECORD_NUMBER);
    case 7: return bit(E.DATE_OF_BIRTH);
    case 13: case 14: return bit(E.PHONE_NUMBER);
    case 19: return bit(E.US_SSN) | bit(E.US_SSN_UNDELIMITED);
    case 20: return bit(E.US_DRIVER_LICENSE);
  }
  return 0;
}

let segmentIndex: i32 = 0;
let segmentStart: i32 = 0;
let segmentNext: i32 = 0;
let segmentMask: u64 = 0;
let knownName: u32 = NO_SEGMENT;
let knownMask: u64 = 0;

/** Places are asked for in ascending order, almost. */
function findSegment(place: i32): void {
  if (place >= segmentStart && place < segmentNext) return;
  while (segmentIndex > 0 && <i32>all.segment(segmentIndex).start > place) segmentIndex--;
  while (segmentIndex + 1 < all.segmentCount && <i32>all.segment(segmentIndex + 1).start <= place) segmentIndex++;
  segmentStart = <i32>all.segment(segmentIndex).start;
  segmentNext = segmentIndex + 1 < all.segmentCount ? <i32>all.segment(segmentIndex + 1).start : size;
  segmentMask = maskOfName();
}

/** Whether separators were left out of the text at a place, and perhaps what they separated was no number. */
export function isClosed(place: i32): bool {
  findSegment(place);
  return all.segment(segmentIndex).origin == Origin.CLOSED;
}

/** Between a label and its number. */
const LABEL_GAP_MAX: i32 = 4;
const LABEL_BYTES_MAX: i32 = 16;

/** `claim number 20250417`, `order 4711`: whether the word right before a place says that a business's own number stands there. */
export function isOfBusiness(place: i32): bool {
  let end = place;
  for (let words = 0; words < 2; words++) {
    const from = end;
    while (from - end < LABEL_GAP_MAX && classAt(end - 1) == Class.OTHER && at(end - 1) != 0x0a && at(end - 1) < 0x80) end--;
    let start = end;
    while (end - start < LABEL_BYTES_MAX && classAt(start - 1) == Class.LETTER) start--;
    if (end - start < 2) return false;
    const word = findWord(folded + <usize>start, end - start);
    const mask = word < 0 ? 0 : wordMask(word);
    if ((mask & bit(Word.BUSINESS)) != 0) return (mask & bit(E.MEDICAL_CONDITION)) == 0;
    // `number`, `no`, `nr`, `id`: the word before says of what.
    if (mask != 0 || !isNumberWord(start, end)) return false;
    end = start;
  }
  return false;
}

function isNumberWord(start: i32, end: i32): bool {
  const first = at(start);
  const size = end - start;
  return (first == 0x6e && (size == 2 || size == 3 || size == 6)) || (first == 0x69 && size == 2);
}

/** Whether the text at a place was made of what stood apart: lines, fields, or groups with signs between. */
export function isJoined(place: i32): bool {
  findSegment(place);
  const origin = all.segment(segmentIndex).origin;
  return origin == Origin.CLOSED || origin == Origin.REGROUPED;
}

/** The words of the name that the value at a place is known by. */
export function nameMask(place: i32): u64 {
  findSegment(place);
  return segmentMask;
}

function maskOfName(): u64 {
  const name = all.fieldOf(all.segment(segmentIndex)).nameSegment;
  if (name == NO_SEGMENT || <i32>name == segmentIndex) return 0;
  if (name != knownName) {
    knownName = name;
    knownMask = wordsOfName(name);
  }
  return knownMask;
}

/** Whether the member's name is one word, and of this class. */
export function isNamed(place: i32, mask: u64): bool {
  if ((nameMask(place) & mask) == 0) return false;
  const segment = all.segment(<i32>knownName);
  const word = findWord(folded + <usize>segment.start, <i32>(segment.end - segment.start));
  return word >= 0 && (wordMask(word) & mask) != 0;
}

/** How much of a name is looked at, from its end. */
const NAME_BYTES_MAX: u32 = 64;

/** `customer_ssn`, `customerSsn`, `dateOfBirth`, `SSNs`: the words as written, and those that capitals begin. */
function wordsOfName(index: u32): u64 {
  const segment = all.segment(<i32>index);
  const to = <i32>segment.end;
  const from = <i32>max(segment.start, segment.end > NAME_BYTES_MAX ? segment.end - NAME_BYTES_MAX : 0);
  let mask: u64 = 0;
  let i = from;
  let before = -1;
  while (i < to) {
    if (classAt(i) != Class.LETTER) {
      i++;
      continue;
    }
    const start = i;
    while (i < to && classAt(i) == Class.LETTER) i++;
    const whole = findWord(folded + <usize>start, i - start);
    if (whole >= 0) {
      mask |= wordMask(whole);
      if (before >= 0) mask |= pairMask(before, whole);
    }
    before = whole;
    let part = start;
    while (part < i) {
      const end = partEnd(part, i);
      if (end - part == i - start) break;
      const word = findWord(folded + <usize>part, end - part);
      if (word >= 0) {
        mask |= wordMask(word);
        if (before >= 0) mask |= pairMask(before, word);
      }
      before = word;
      part = end;
    }
  }
  return mask;
}

// @ts-ignore: decorator
@inline
function isUpperAt(index: i32): bool {
  return <u32>load<u8>(plain + <usize>index) - 0x41 < 26;
}

/** Where the word that begins at `start` of a name ends. */
function partEnd(start: i32, end: i32): i32 {
  let i = start + 1;
  if (isUpperAt(start)) {
    while (i < end && isUpperAt(i)) i++;
    // The last of several capitals begins the next word, unless that is no more than a plural's s.
    if (i - start > 1) return i == end || (i + 1 == end && at(i) == 0x73) ? i : i - 1;
  }
  while (i < end && !isUpperAt(i)) i++;
  return i;
}

/** Whether a capitalised name follows `mr`, `patient`, or a first name that is capitalised itself. */
function beginsName(start: i32, end: i32, mask: u64): bool {
  if ((mask & bit(Word.FIRST_NAME)) != 0 && !isUpperAt(start)) return false;
  let i = end;
  for (let signs = 0; signs < 3 && (at(i) == 0x2e || at(i) == 0x20 || at(i) == 0x3a); signs++) i++;
  return i > end && isUpperAt(i) && isLetter(at(i + 1)) && !isUpperAt(i + 1);
}

/** Whether the four bytes before a word have a colon and no blank: `2b:4f`. */
// @ts-ignore: decorator
@inline
function isInGroups(four: u32): bool {
  return hasZero(four ^ 0x3a3a3a3a) && !hasZero(four ^ 0x20202020);
}

// @ts-ignore: decorator
@inline
function hasZero(four: u32): bool {
  return ((four - 0x01010101) & ~four & 0x80808080) != 0;
}

/** Of its own, as the functions of `rare` look words up themselves. */
const compound: StaticArray<(start: i32, end: i32, before: i32) => bool> = [takeParts];

/**
 * In a table, so that a loop is not charged for what it seldom does. Of another type than the table of scan.ts, whose
 * functions lead here: the meter counts the stack of whatever may come round again through a table, by type.
 */
const rare: StaticArray<(start: i32, end: i32, before: i32) => bool> = [takeLeet, takeLetter, takeForeign, takeDotted];
