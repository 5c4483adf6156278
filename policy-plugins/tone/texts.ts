import { FieldKind, isFull, Origin, Reading, Redact, reportSpan, Segment } from "../sdk/index";
import { ToneScan } from "./patterns";
import { Sentence, WORDS_MAX } from "./sentence";

// Goes over the texts sentence by sentence. What is said of a text as a whole is said of each value by itself.

export class Limits {
  /** In hundredths, as settings have them. */
  negativeBelow: i32 = -60;
  hostileBelow: i32 = -40;
  /** Of a hundred words. */
  shoutingShare: i32 = 60;
}

const HOSTILE_ALONE: i32 = 3;
const HOSTILE_TO_READER: i32 = 2;
const HOSTILE_BEYOND_DOUBT: i32 = 4;
/** A word of this weight is of people. */
const INSULT: i32 = 2;

/** A shorter text is no message: a subject may be all in capitals, a note one word. */
const SHOUTED_WORDS_MIN: i32 = 6;
const NEGATIVE_WORDS_MIN: i32 = 4;
const NEGATIVES_MIN: i32 = 2;

const sentence = new Sentence();
let patterns: ToneScan | null = null;
/** No further hostile sentence would be told. */
let isHostileDone = false;

// Of the text.
let sum: i32 = 0;
let sentences: i32 = 0;
let words: i32 = 0;
let negatives: i32 = 0;
let apologises = false;
let longWords: i32 = 0;
let longCapitals: i32 = 0;

/** Asks the patterns for hostile words as it goes on. */
export function scanTexts(all: Reading, limits: Limits, scan: ToneScan): void {
  patterns = scan;
  const last = all.segmentCount;
  for (let i = 0; i < last; i++) {
    if (i == all.firstName) i = all.firstDerived;
    if (i == last) return;
    const segment = all.segment(i);
    const isText = all.fieldOf(segment).kind == FieldKind.STRING && segment.origin != Origin.CLOSED && segment.origin != Origin.REVERSED;
    if (isText) scanText(all, segment, limits);
  }
}

function scanText(all: Reading, segment: Segment, limits: Limits): void {
  sum = 0;
  sentences = 0;
  words = 0;
  negatives = 0;
  apologises = false;
  longWords = 0;
  longCapitals = 0;
  readText(all, <i32>segment.start, <i32>segment.end, limits);
  if (longWords >= SHOUTED_WORDS_MIN && longCapitals * 100 >= longWords * limits.shoutingShare) {
    reportSpan("SHOUTING", <i32>segment.start, <i32>segment.end);
  }
  const isMessage = words >= NEGATIVE_WORDS_MIN && negatives >= NEGATIVES_MIN && !apologises;
  if (isMessage && sum <= limits.negativeBelow * 100 * sentences) {
    reportSpan("NEGATIVE_TONE", <i32>segment.start, <i32>segment.end, Redact.None, -sum / sentences / 100);
  }
}

// @ts-ignore: decorator
@inline
function isLetterOrDigit(byte: u8): bool {
  return byte - 0x61 < 26 || byte - 0x30 < 10 || byte >= 0x80;
}

// @ts-ignore: decorator
@inline
function endsSentence(byte: u8): bool {
  return byte == 0x2e || byte == 0x21 || byte == 0x3f;
}

const ONES: u64 = 0x0101010101010101;
const SEVENS: u64 = 0x7f7f7f7f7f7f7f7f;
const HIGH: u64 = 0x8080808080808080;
const CASE: u64 = 0x2020202020202020;

// What is known of eight bytes stands in the high bit of each.

/** Bytes of `low`, all below 0x80, that are `least` or more; other bits are anything. */
// @ts-ignore: decorator
@inline
function atLeast(low: u64, least: u64): u64 {
  return low + ONES * (0x80 - least);
}

/** Blanks and controls. */
// @ts-ignore: decorator
@inline
function blanks(x: u64): u64 {
  return ~(atLeast(x & SEVENS, 0x21) | x) & HIGH;
}

// @ts-ignore: decorator
@inline
function smallLetters(x: u64): u64 {
  const low = x & SEVENS;
  return atLeast(low, 0x61) & ~atLeast(low, 0x7b) & ~x & HIGH;
}

/** Neither letters nor digits of ASCII, nor beyond it. */
// @ts-ignore: decorator
@inline
function signBytes(x: u64): u64 {
  const low = x & SEVENS;
  return ~(x | (atLeast(low, 0x61) & ~atLeast(low, 0x7b)) | (atLeast(low, 0x30) & ~atLeast(low, 0x3a))) & HIGH;
}

// Of the word last read.
let letters: i32 = 0;
let capitals: i32 = 0;
let hasSigns = false;

/** Reads up to the next blank, and returns where it is. */
function readWord(from: usize, to: usize, shift: usize): usize {
  letters = 0;
  capitals = 0;
  let signs: u64 = 0;
  let at = from;
  do {
    const x = load<u64>(at);
    const ends = blanks(x);
    // All before the first blank.
    const within = ends == 0 ? ~<u64>0 : ((ends & (0 - ends)) >> 7) - 1;
    letters += <i32>popcnt(smallLetters(x) & within);
    capitals += <i32>popcnt((x ^ load<u64>(at + shift)) & CASE & within);
    signs |= signBytes(x) & within;
    if (ends != 0) {
      at += <usize>ctz(ends) >> 3;
      break;
    }
    at += 8;
  } while (at < to);
  hasSigns = signs != 0;
  return min(at, to);
}

/** Word after word; a sentence ends with its sign before a blank, and with an empty line. */
function readText(all: Reading, start: i32, end: i32, limits: Limits): void {
  const shift = all.plain - all.folded;
  const to = all.folded + <usize>end;
  let at = all.folded + <usize>start;
  let sentenceStart = at;
  sentence.clear();
  while (at < to) {
    const before = at;
    while (at < to && load<u8>(at) <= 0x20) at++;
    if (at - before > 1 && sentence.count > 0 && isEmptyLine(before, at)) endSentence(all, sentenceStart, at, limits);
    if (at == to) break;
    if (sentence.count == 0) sentenceStart = at;
    const from = at;
    at = readWord(from, to, shift);
    addWord(from, at);
    if ((hasSigns && isSentenceEnd(from, at)) || sentence.count == WORDS_MAX) endSentence(all, sentenceStart, at, limits);
  }
  if (sentence.count > 0) endSentence(all, sentenceStart, to, limits);
}

/** Two line ends among blanks. */
function isEmptyLine(from: usize, to: usize): bool {
  let count = 0;
  for (let at = from; at < to; at++) count += <i32>(load<u8>(at) == 0x0a);
  return count > 1;
}

/** Without the signs around it, unless too little is left: then it may be a face. */
function addWord(from: usize, to: usize): void {
  let begin = from;
  let end = to;
  let hasNot = false;
  if (hasSigns) {
    while (begin < end && !isLetterOrDigit(load<u8>(begin))) begin++;
    while (begin < end && !isLetterOrDigit(load<u8>(end - 1))) end--;
    hasNot = end - begin > 3 && load<u32>(end - 4) >> 8 == NOT;
    if (end - begin <= 2) {
      begin = from;
      end = to;
    }
    countMarks(end, to);
  }
  sentence.add(begin, end, letters, capitals, hasNot);
}

/** "n't", as the last three of four bytes. */
const NOT: u32 = 0x74276e;

/** Exclamation and question marks, which stand behind words. */
function countMarks(from: usize, to: usize): void {
  for (let at = from; at < to; at++) {
    sentence.exclamations += <i32>(load<u8>(at) == 0x21);
    sentence.questions += <i32>(load<u8>(at) == 0x3f);
  }
}

/** Whether a word ends with a sentence's sign, closing quotation marks and brackets aside. */
function isSentenceEnd(from: usize, to: usize): bool {
  let at = to - 1;
  while (at > from && (load<u8>(at) == 0x22 || load<u8>(at) == 0x27 || load<u8>(at) == 0x29)) at--;
  return endsSentence(load<u8>(at));
}

function endSentence(all: Reading, from: usize, to: usize, limits: Limits): void {
  const compound = sentence.compound();
  const start = <i32>(from - all.folded);
  const end = <i32>(to - all.folded);
  if (!isHostileDone && isHostile(start, end, compound, limits)) reportHostile(start, end, compound);
  sum += compound;
  sentences++;
  words += sentence.count;
  negatives += sentence.negatives;
  apologises = apologises || sentence.apologises;
  longWords += sentence.longWords;
  longCapitals += sentence.longCapitals;
  sentence.clear();
}

/** Hostile words in the sentence, more of them where it does not address its reader, and less of them where they are insults. */
function isHostile(start: i32, end: i32, compound: i32, limits: Limits): bool {
  const scan = patterns!;
  scan.weighHostile(start, end);
  const weight = scan.weight;
  if (weight < (sentence.addresses ? HOSTILE_TO_READER : HOSTILE_ALONE) || sentence.apologises) return false;
  // So many that their disguise, in which the lexicon does not know them, makes no difference.
  if (weight >= HOSTILE_BEYOND_DOUBT && compound <= 0) return true;
  return scan.most >= INSULT ? compound < 0 : compound <= limits.hostileBelow * 100;
}

function reportHostile(start: i32, end: i32, compound: i32): void {
  reportSpan("HOSTILE_TONE", start, end, Redact.None, max(-compound, 0) / 100);
  if (!isFull()) return;
  isHostileDone = true;
  patterns!.endHostile();
}
