import { FieldKind, isFull, Origin, Reading, Redact, reportSpan, Segment } from "../sdk/index";
import { hasEdges, isToBeTried, setWhole, undisguise, undisguisedSize, undisguisedText } from "./disguise";
import { Grammar, isNumber, Rule, standsForLetter } from "./grammar";
import { NUMBER_SYMBOL, PERCENT_SYMBOL } from "./grammar-table";
import { find, grammarOf, hashOf, hashOfFew } from "./lexicon";
import { RULE_FINDINGS_MAX, ToneScan } from "./patterns";
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

/** A shorter text is no message: a subject may be all in capitals, a note one word. Of its words some are too long for initials. */
const SHOUTED_WORDS_MIN: i32 = 6;
const SHOUTED_LONG_MIN: i32 = 3;
const NEGATIVE_WORDS_MIN: i32 = 3;

const sentence = new Sentence();
let patterns: ToneScan | null = null;
let grammar: Grammar | null = null;
let hostileSentences: i32 = 0;
/** No further hostile sentence would be told. */
let isHostileDone = false;

// Of the text.
/** The scores of its sentences together, each from -10000 to 10000. */
export let sum: i32 = 0;
let sentences: i32 = 0;
let words: i32 = 0;
let meaningful: i32 = 0;
let apologises = false;
let longWords: i32 = 0;
let longCapitals: i32 = 0;

/** Asks the patterns for hostile words as it goes on. */
export function scanTexts(all: Reading, limits: Limits, scan: ToneScan): void {
  patterns = scan;
  grammar = new Grammar(all.folded, all.size);
  hostileSentences = 0;
  const last = all.segmentCount;
  for (let i = 0; i < last; i++) {
    if (i == all.firstName) i = all.firstDerived;
    if (i == last) break;
    const segment = all.segment(i);
    // What several strings make together has nothing between them.
    const first = i;
    while (i + 1 < last && all.segment(i + 1).start == all.segment(i).end) i++;
    strings = i - first + 1;
    if (all.fieldOf(segment).kind == FieldKind.STRING) scanText(all, segment, <i32>all.segment(i).end, limits);
  }
  grammar!.finish();
}

/** Of how many strings the text is. */
let strings: i32 = 0;
/** A message is cut in no more. */
const MESSAGE_STRINGS_MAX: i32 = 3;

function scanText(all: Reading, segment: Segment, end: i32, limits: Limits): void {
  sum = 0;
  sentences = 0;
  words = 0;
  meaningful = 0;
  apologises = false;
  longWords = 0;
  longCapitals = 0;
  readText(all, <i32>segment.start, end, limits);
  // Strings of a list, such as the labels of a form, are no message of their own.
  if (segment.origin == Origin.REGROUPED && strings > MESSAGE_STRINGS_MAX) return;
  if (words >= SHOUTED_WORDS_MIN && longCapitals >= SHOUTED_LONG_MIN && longCapitals * 100 >= longWords * limits.shoutingShare) {
    reportSpan("SHOUTING", <i32>segment.start, end);
  }
  const isMessage = words >= NEGATIVE_WORDS_MIN && meaningful > 0 && !apologises;
  if (isMessage && sum <= limits.negativeBelow * 100 * sentences) {
    reportSpan("NEGATIVE_TONE", <i32>segment.start, end, Redact.None, -sum / sentences / 100);
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

// The next two, of the low seven bits of each byte.

// @ts-ignore: decorator
@inline
function lettersIn(low: u64): u64 {
  return atLeast(low, 0x61) & ~atLeast(low, 0x7b);
}

// @ts-ignore: decorator
@inline
function digitsIn(low: u64): u64 {
  return atLeast(low, 0x30) & ~atLeast(low, 0x3a);
}

/** Bytes that are 0; the first one is right. */
// @ts-ignore: decorator
@inline
function equalBytes(x: u64): u64 {
  return (x - ONES) & ~x & HIGH;
}

// Of the word last read.
let letters: i32 = 0;
let capitals: i32 = 0;
/** Neither letters nor digits of ASCII, nor beyond it. */
let signCount: i32 = 0;
/** Has digits, or the same three times in a row: it may stand for another word. */
let isOdd = false;

/** Reads up to the next blank, and returns where it is. */
function readWord(from: usize, to: usize, shift: usize): usize {
  let small = 0;
  let large = 0;
  let signs = 0;
  let odd: u64 = 0;
  let at = from;
  do {
    const x = load<u64>(at);
    const low = x & SEVENS;
    const ends = blanks(x);
    // All before the first blank.
    const within = ends == 0 ? ~<u64>0 : ((ends & (0 - ends)) >> 7) - 1;
    const plain = within & ~x & HIGH;
    const isLetter = lettersIn(low);
    const isDigit = digitsIn(low);
    small += <i32>popcnt(isLetter & plain);
    large += <i32>popcnt((x ^ load<u64>(at + shift)) & CASE & within);
    signs += <i32>popcnt(plain & ~(isLetter | isDigit));
    odd |= ((isDigit & ~x) | equalBytes((x ^ load<u64>(at, 1)) | (x ^ load<u64>(at, 2)))) & HIGH & within;
    if (ends != 0) {
      at += <usize>ctz(ends) >> 3;
      break;
    }
    at += 8;
  } while (at < to);
  letters = small;
  capitals = large;
  signCount = signs;
  isOdd = odd != 0;
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
    if ((signCount != 0 && isSentenceEnd(from, at)) || sentence.count == WORDS_MAX) endSentence(all, sentenceStart, at, limits);
  }
  if (sentence.count > 0) endSentence(all, sentenceStart, to, limits);
  grammar!.endText();
}

/** Two line ends among blanks. */
function isEmptyLine(from: usize, to: usize): bool {
  let count = 0;
  for (let at = from; at < to; at++) count += <i32>(load<u8>(at) == 0x0a);
  return count > 1;
}

/** Calls, so that the odd word is no part of the loop, which would be charged for it at every word. */
// @ts-ignore: decorator
@inline
function addWord(from: usize, to: usize): void {
  if (isOdd && letters == 0) addDigits(from, to);
  else if (isOdd && signCount == 0) addMixedWord(from, to);
  else if (isOdd) addOddWord(from, to);
  else if (signCount != 0) addWordWithSigns(from, to);
  else addPlainWord(from, to);
}

/** Letters and digits, or letters drawn out, and nothing else. */
function addMixedWord(from: usize, to: usize): void {
  const hash = plainHash(from, to, hashOf(from, to), 0);
  const entry = find(hash);
  sentence.add(hash, entry, letters, capitals, false);
  grammar!.take(grammarOf(entry), from, to);
}

function addPlainWord(from: usize, to: usize): void {
  const hash = hashOf(from, to);
  const entry = find(hash);
  sentence.add(hash, entry, letters, capitals, false);
  grammar!.take(grammarOf(entry), from, to);
}

/** Nothing but signs of ASCII: perhaps a face. */
function addSigns(from: usize, to: usize): void {
  if (to - from == 1) return addSign(from, to);
  const hash = hashOf(from, to);
  sentence.add(hash, find(hash), 0, 0, false);
  countMarks(from, to);
  grammar!.takeSign(from);
  grammar!.takeSign(to - 1);
}

/** A sign by itself is no face: a text of those takes no longer than another. */
function addSign(from: usize, to: usize): void {
  sentence.add(0, 0, 0, 0, false);
  if (isMark(load<u8>(from))) countMarks(from, to);
  grammar!.takeSign(from);
}

/** One letter or two with signs around them, which are no part of it for the grammar, but may be of a face. */
function addShortWord(from: usize, to: usize, begin: usize, end: usize): void {
  const hash = hashOfFew(from, to);
  sentence.add(hash, find(hash), letters, capitals, false);
  if (signCount > 1 || isMark(load<u8>(from)) || isMark(load<u8>(to - 1))) countMarks(from, to);
  if (begin > from) grammar!.takeFirstSign(from);
  grammar!.take(grammarOf(find(hashOfFew(begin, end))), begin, end);
  if (end < to) grammar!.takeSign(to - 1);
}

/** Most have their signs behind or before them. */
function addWordWithSigns(from: usize, to: usize): void {
  if (<usize>signCount == to - from) return addSigns(from, to);
  addSignedWord(from, to);
}

function addSignedWord(from: usize, to: usize): void {
  // A letter and a sign: a text of those takes no longer than another.
  if (to - from == 2 && load<u8>(from) - 0x61 < 26) return addShortWord(from, to, from, from + 1);
  let begin = from;
  let end = to;
  while (begin < end && !isLetterOrDigit(load<u8>(begin))) begin++;
  while (begin < end && !isLetterOrDigit(load<u8>(end - 1))) end--;
  const around = (begin - from) + (to - end);
  if (<i32>around != signCount || (begin != from && standsForLetter(begin - 1, to) && hasEdges(begin - 1, end))) return addOddWord(from, to);
  if (end - begin <= SHORT) return to - from >= DISGUISED_MIN && endsInLetter(to - 1) && hasEdges(from, to) ? addOddWord(from, to) : addShortWord(from, to, begin, end);
  if (around > 1 || isMark(load<u8>(from)) || isMark(load<u8>(to - 1))) countMarks(from, to);
  if (begin > from) grammar!.takeFirstSign(from);
  addPlainWord(begin, end);
  if (end < to) grammar!.takeSign(to - 1);
}

/** Whether the sign at a word's end stands for a letter more often than for itself. */
// @ts-ignore: decorator
@inline
function endsInLetter(at: usize): bool {
  const byte = load<u8>(at);
  return byte == 0x40 || byte == 0x24 || byte == 0x7c;
}

/** What is no longer may be a face, with the signs around it. */
const SHORT: usize = 2;

/** Without letters of ASCII: nearly always a number, with signs around it or none. */
function addDigits(from: usize, to: usize): void {
  // A digit by itself: a text of those takes no longer than another.
  if (to - from == 1 && load<u8>(from) - 0x30 < 10) {
    const hash = hashOf(from, to);
    sentence.add(hash, find(hash), 0, 0, false);
    grammar!.symbol(NUMBER_SYMBOL, from, to);
    return;
  }
  let begin = from;
  let end = to;
  while (begin < end && !isLetterOrDigit(load<u8>(begin))) begin++;
  while (begin < end && !isLetterOrDigit(load<u8>(end - 1))) end--;
  if (begin < end && isNumber(begin, end) && (begin == from || !standsForLetter(begin - 1, to))) addNumber(from, to, begin, end);
  else addOdd(from, to, begin, end);
}

/** Without the signs around it, unless too little is left. */
function addOddWord(from: usize, to: usize): void {
  let begin = from;
  let end = to;
  while (begin < end && !isLetterOrDigit(load<u8>(begin))) begin++;
  while (begin < end && !isLetterOrDigit(load<u8>(end - 1))) end--;
  addOdd(from, to, begin, end);
}

function addOdd(from: usize, to: usize, first: usize, last: usize): void {
  let begin = first;
  let end = last;
  // A number's only sign is no mark, unless it is the last.
  const isSeen = signCount > <i32>(letters == 0) || isMark(load<u8>(to - 1));
  const hasNot = isSeen && countMarks(from, to);
  if (end - begin <= SHORT) {
    begin = from;
    end = to;
  }
  let hash = hashOf(begin, end);
  if (letters != 0) hash = hashInDisguise(begin, end, hash);
  sentence.add(hash, find(hash), letters, capitals, hasNot);
  grammar!.takePieces(from, to, letters);
}

/** Marks of exclamation behind a word stand for no letter. */
function hashInDisguise(from: usize, to: usize, hash: u32): u32 {
  while (to - from > 1 && load<u8>(to - 1) == 0x21) to--;
  hash = plainHash(from, to, hash, 0);
  if (wasTried) setWhole(from, to, hash);
  return hash;
}

/** Digits, with signs around them. */
function addNumber(from: usize, to: usize, begin: usize, end: usize): void {
  const hash = end - begin <= SHORT ? hashOf(from, to) : hashOf(begin, end);
  sentence.add(hash, find(hash), 0, 0, false);
  if (signCount > 1 || isMark(load<u8>(from)) || isMark(load<u8>(to - 1))) countMarks(from, to);
  if (begin > from) grammar!.takeFirstSign(from);
  if (end < to && load<u8>(end) == 0x25) grammar!.symbol(PERCENT_SYMBOL, begin, end);
  else if (isHundred(begin, end)) grammar!.take(grammarOf(find(hashOf(begin, end))), begin, end);
  else grammar!.symbol(NUMBER_SYMBOL, begin, end);
  if (end < to) grammar!.takeSign(to - 1);
}

/** "100 percent" promises more than "99 percent". */
// @ts-ignore: decorator
@inline
function isHundred(from: usize, to: usize): bool {
  return to - from == 3 && (load<u32>(from) & 0xffffff) == 0x303031;
}

/** Of what a word in disguise stands for, where that is one with a valence. It calls itself so that no loop is charged for it. */
function plainHash(from: usize, to: usize, hash: u32, way: i32): u32 {
  if (way == 0) {
    wasTried = to - from >= DISGUISED_MIN && find(hash) == 0 && isToBeTried(from, to);
    if (!wasTried) return hash;
  }
  if (!undisguise(from, to, way)) return hash;
  const plain = hashOf(undisguisedText, undisguisedText + undisguisedSize);
  return find(plain) != 0 ? plain : plainHash(from, to, hash, way + 1);
}

/** The last one was. */
let wasTried = false;
/** A shorter word with digits is a code. */
const DISGUISED_MIN: usize = 3;

// @ts-ignore: decorator
@inline
function isMark(byte: u8): bool {
  return byte == 0x21 || byte == 0x3f;
}

/** "n't", as three of four bytes. */
const NOT: u32 = 0x74276e;

/** Counts the marks of a word; whether it has "n't". */
function countMarks(from: usize, to: usize): bool {
  let exclamations = 0;
  let questions = 0;
  let nots = 0;
  for (let at = from; at < to; at++) {
    const bytes = load<u32>(at);
    exclamations += <i32>((bytes & 0xff) == 0x21);
    questions += <i32>((bytes & 0xff) == 0x3f);
    nots += <i32>((bytes & 0xffffff) == NOT);
  }
  sentence.exclamations += exclamations;
  sentence.questions += questions;
  return nots != 0;
}

/** Whether a word ends with a sentence's sign, closing quotation marks and brackets aside. */
function isSentenceEnd(from: usize, to: usize): bool {
  let at = to - 1;
  while (at > from && (load<u8>(at) == 0x22 || load<u8>(at) == 0x27 || load<u8>(at) == 0x29)) at--;
  return endsSentence(load<u8>(at));
}

/** In a table, so that sentences are not charged for what few need. */
const weigh: StaticArray<() => i32> = [(): i32 => sentence.compound()];
const judge: StaticArray<(start: i32, end: i32, compound: i32, limits: Limits) => void> = [judgeHostile];

function judgeHostile(start: i32, end: i32, compound: i32, limits: Limits): void {
  if (isHostile(compound, limits)) reportHostile(start, end, compound);
}

function endSentence(all: Reading, from: usize, to: usize, limits: Limits): void {
  const compound = sentence.hasScore ? unchecked(weigh[0])() : 0;
  grammar!.endClause(to);
  const start = <i32>(from - all.folded);
  const end = <i32>(to - all.folded);
  patterns!.takeSentence(start, end, grammar!);
  if (!isHostileDone && (patterns!.weight != 0 || grammar!.isInsult)) unchecked(judge[0])(start, end, compound, limits);
  grammar!.end(from, to);
  sum += compound;
  sentences++;
  words += sentence.count;
  meaningful += sentence.meaningful;
  apologises = apologises || sentence.apologises;
  longWords += sentence.longWords;
  longCapitals += sentence.longCapitals;
  sentence.clear();
}

/** Hostile words in the sentence, more of them where it does not address its reader, and less of them where they are insults. */
function isHostile(compound: i32, limits: Limits): bool {
  const scan = patterns!;
  if (grammar!.takesBack(Rule.HOSTILE_TONE)) return false;
  if (grammar!.isInsult) return true;
  const weight = scan.weight;
  if (weight < (sentence.addresses ? HOSTILE_TO_READER : HOSTILE_ALONE) || sentence.apologises) return false;
  // So many that their disguise, in which the lexicon does not know them, makes no difference.
  if (weight >= HOSTILE_BEYOND_DOUBT && compound <= 0) return true;
  return scan.most >= INSULT ? compound <= 0 : compound <= limits.hostileBelow * 100;
}

function reportHostile(start: i32, end: i32, compound: i32): void {
  reportSpan("HOSTILE_TONE", start, end, Redact.None, max(-compound, 0) / 100);
  if (++hostileSentences < RULE_FINDINGS_MAX && !isFull()) return;
  isHostileDone = true;
  patterns!.endHostile();
}
