import { CLASSES, Class } from "./bytes";
import { isLeetSign, isTried, leetEnd, leetLetters, readLeet } from "./leet";
import { isNamedNumber, judgeNamedNumber } from "./named-number";
import { numberEnd, readNumber } from "./number";
import { findOwn, hasOwnPhrases, wordSize } from "./own-phrases";
import { Kind, SKIP, WORD_BYTES_MAX } from "./phrase-table";
import { beginAside, endAside, pass, passOther } from "./phrases";
import {
  backToPlace, endQuantity, hasQuantity, isAfterCurrency, nextPlace, place, takeCurrencySign, takeNumber, takePercentSign, takeWord,
} from "./quantity";
import { endGuards, Guard, guard, REGULATED_RULES, report, Rule } from "./rules";
import { addWord, endNegation, endSentence, EVERY_RULE, isNegatedWithin } from "./sentence";
import { signSize } from "./signs";
import { loose } from "./loose";
import { isAsked, isOwnOffer } from "./question";
import { findWord, Word } from "./vocabulary";

// One pass over the folded text: words, numbers, signs. Sixteen line feeds behind it end whatever is open.

/** More than English takes: a text of nothing but such words takes not much longer than another. */
const STEPS_MIN: i32 = 10_000;
const BYTES_A_STEP: i32 = 2;

/** From folded text to the same in `plain`, which has its case. */
let toPlain: isize = 0;
/** The first word of the sentence, as `place` counts. */
let sentenceBegin: i32 = 1;

export function scan(folded: usize, plain: usize, size: usize): void {
  toPlain = <isize>plain - <isize>folded;
  const end = folded + size;
  loose.allow(STEPS_MIN + <i32>size / BYTES_A_STEP);
  let at = folded;
  while (at < end) {
    while (isIdle(<usize>load<u8>(at))) at++;
    at = unchecked(readers[<i32>load<u8>(CLASSES + <usize>load<u8>(at))])(at);
  }
  endAll();
  const untried = loose.untriedEnd;
  if (untried != 0) report(Rule.PHRASE_LIMIT, untried - 1, untried);
}

// What begins with a byte of each class; each returns where to go on, at the latest behind the line feeds after the text.

function readPercent(at: usize): usize {
  if (!hasQuantity && isEscape(at)) return at + 3;
  takePercentSign(at, at + 1);
  return at + 1;
}

function readDollar(at: usize): usize {
  if (load<u8>(CLASSES + <usize>load<u8>(at, 1)) == Class.LETTER && takeLeet(at)) return leetEnd;
  return takeCurrencySign(at, 1);
}

function readStop(at: usize): usize {
  // "!nvoice", and "@pproved" below.
  if (load<u8>(at) == 0x21 && isLeetSign(at) && takeLeet(at)) return leetEnd;
  if (endsSentence(at + 1)) takeSign(at, <usize>load<u8>(at));
  return at + 1;
}

function readLineFeed(at: usize): usize {
  at++;
  if (load<u8>(at) == 0x0a) endAll();
  return at;
}

function readComma(at: usize): usize {
  takeSign(at, <usize>load<u8>(at));
  return at + 1;
}

function readOther(at: usize): usize {
  const byte = <usize>load<u8>(at);
  if (byte == 0x3a) return at + 1 + (isColonSign(load<u8>(at, 1)) ? takeSign(at, byte) : hexGroupSize(at + 1));
  return byte == 0x40 && isLeetSign(at) && takeLeet(at) ? leetEnd : at + 1;
}

/** A blank, or a sign that means nothing here; not a colon or an at sign. */
// @ts-ignore: decorator
@inline
function isIdle(byte: usize): bool {
  const kind = load<u8>(CLASSES + byte);
  return <bool>(<u32>(kind == Class.SPACE) | (<u32>(kind == Class.OTHER) & <u32>(byte != 0x3a) & <u32>(byte != 0x40)));
}

const COLONS: u64 = 0x3a3a3a3a3a3a3a3a;
const ONES: u64 = 0x0101010101010101;
const HIGH_BITS: u64 = 0x8080808080808080;
const HEX_GROUP_MAX: usize = 4;

/** Between colons: parts of addresses and times. The size of one, or 0. Without branches, as its bytes may be any. */
// @ts-ignore: decorator
@inline
function hexGroupSize(at: usize): usize {
  const bytes = load<u64>(at);
  const others = bytes ^ COLONS;
  const size = <usize>ctz((others - ONES) & ~others & HIGH_BITS) >> 3;
  if (size > HEX_GROUP_MAX) return 0;
  const hex = <u32>isHex(<u32>bytes & 0xff) & (<u32>isHex(<u32>(bytes >> 8) & 0xff) | <u32>(size < 2)) &
    (<u32>isHex(<u32>(bytes >> 16) & 0xff) | <u32>(size < 3)) & (<u32>isHex(<u32>(bytes >> 24) & 0xff) | <u32>(size < 4));
  return size * <usize>hex;
}

/** `%2d`: two hexadecimal digits behind the sign, and no number before it. What it stands for is read where it is decoded. */
// @ts-ignore: decorator
@inline
function isEscape(at: usize): bool {
  return isHex(load<u8>(at, 1)) && isHex(load<u8>(at, 2));
}

// @ts-ignore: decorator
@inline
function isHex(byte: u32): bool {
  return <bool>(<u32>(byte - 0x30 < 10) | <u32>(byte - 0x61 < 6));
}

/** After a stop: a blank, or a tag. */
// @ts-ignore: decorator
@inline
function endsSentence(at: usize): bool {
  return load<u8>(CLASSES + <usize>load<u8>(at)) >= Class.SPACE || load<u8>(at) == 0x3c;
}

/** "a.m.", "p.a.", "e.g.", where the sentence goes on in small letters or digits. */
function isAbbreviated(at: usize): bool {
  if (load<u8>(at - 3) != 0x2e || load<u8>(at) != 0x20 || load<u8>(CLASSES + <usize>load<u8>(at - 2)) != Class.LETTER) return false;
  const next = <u32>load<u8>(<usize>(<isize>at + 1 + toPlain));
  return next - 0x61 < 26 || next - 0x30 < 10;
}

function endAll(): void {
  if (hasQuantity) endQuantity();
  passOther();
  endSentence();
  loose.endSentence();
  sentenceBegin = place + 1;
  asideFrom = NOWHERE;
}

/** In words. What is longer between commas is no aside, and what is shorter between parentheses may be part of the sentence. */
const ASIDE_WORDS_MAX: i32 = 16;
const ASIDE_WORDS_MIN: i32 = 3;
const NOWHERE: i32 = -1;
/** The place before what may turn out to be an aside; NOWHERE: nothing may. */
let asideFrom: i32 = NOWHERE;
let isInParentheses: bool = false;

/** A blank or a slash. */
// @ts-ignore: decorator
@inline
function isColonSign(next: u8): bool {
  return next == 0x20 || next == 0x2f;
}

const ADDRESS_BYTES_MAX: usize = 200;

const SEVENS: u64 = 0x7f7f7f7f7f7f7f7f;
const EQUALS: u64 = 0x3d3d3d3d3d3d3d3d;
const QUESTIONS: u64 = 0x3f3f3f3f3f3f3f3f;
/** 0x80 less what comes behind a blank. */
const ABOVE_BLANK: u64 = 0x5f5f5f5f5f5f5f5f;

/** The high bit of every byte that is 0, and of no other. */
// @ts-ignore: decorator
@inline
function zeroBytes(x: u64): u64 {
  return ~(((x & SEVENS) + SEVENS) | x) & HIGH_BITS;
}

/** Of what begins before, none has a query: looked for once, so that a text of nothing but addresses takes no longer than another. */
let noQueryBefore: usize = 0;

/** How many bytes on the first value of an address's query begins; 0: it has none. */
function queryAfter(start: usize): usize {
  if (start < noQueryBefore) return 0;
  let isQuery = false;
  let at = start;
  for (; at < start + ADDRESS_BYTES_MAX; at += 8) {
    const x = load<u64>(at);
    const blanks = ~(((x & SEVENS) + ABOVE_BLANK) | x) & HIGH_BITS;
    const within = blanks == 0 ? ~<u64>0 : (blanks & (0 - blanks)) - 1;
    const marks = zeroBytes(x ^ QUESTIONS) & within;
    const behind = isQuery ? ~<u64>0 : marks == 0 ? 0 : ~((marks & (0 - marks)) - 1);
    const equals = zeroBytes(x ^ EQUALS) & within & behind;
    if (equals != 0) return at + (<usize>ctz(equals) >> 3) + 1 - start;
    isQuery = behind != 0;
    if (blanks != 0) break;
  }
  noQueryBefore = at;
  return 0;
}

/** What is denied shortly before a colon is denied behind it. */
const COLON_REACH: i32 = 2;

/**
 * A sign that parts sentences or what is in them; answers 0. One function that calls itself, so that it is no part of what the
 * pass over the text is charged for each byte.
 */
function takeSign(at: usize, byte: usize): usize {
  switch (<u32>byte) {
    case 0x2c: // A comma
      if (asideFrom != NOWHERE && !isInParentheses) closeAside(1);
      endNegation();
      endGuards(at, !beginsClause(at + 1));
      if (asideFrom == NOWHERE && place >= sentenceBegin && beginsAside(at + 1)) openAside(false);
      return 0;
    case 0x3b: // A semicolon
      endGuards(at, false);
      return takeSign(at, 0x2c);
    case 0x3a: // A colon before a slash: an address, of which the words before its query count for nothing.
      if (load<u8>(at, 1) == 0x2f) return hasOwnPhrases ? 0 : queryAfter(at + 1);
      // A colon before a blank: what follows says for itself what it says.
      if (!isNegatedWithin(place + 1, COLON_REACH)) endNegation();
      endGuards(at, !beginsClause(at + 1));
      return 0;
    case 0x28:
      if (asideFrom == NOWHERE && place >= sentenceBegin) openAside(true);
      return 0;
    case 0x29:
      if (asideFrom != NOWHERE && isInParentheses) closeAside(ASIDE_WORDS_MIN);
      return 0;
    default:
      if (!isAfterCurrency(at) && !isAbbreviated(at + 1)) endAll();
      return 0;
  }
}

/**
 * "The fund, which we opened in May, is guaranteed to grow": once it is read, an aside counts for none of the words between
 * those of a phrase.
 */
function openAside(isParenthesis: bool): void {
  if (hasQuantity) endQuantity();
  asideFrom = place;
  isInParentheses = isParenthesis;
  beginAside();
}

function closeAside(least: i32): void {
  if (hasQuantity) endQuantity();
  const words = place - asideFrom;
  if (words >= least && words <= ASIDE_WORDS_MAX) {
    endAside(asideFrom);
    backToPlace(asideFrom);
  }
  asideFrom = NOWHERE;
}

/** Whether "we", "I" or "so" comes next: what they say stands for itself. */
function beginsClause(at: usize): bool {
  const four = load<u32>(at);
  const three = four & 0xffffff;
  return three == 0x206920 || three == 0x276920 || four == 0x20657720 || four == 0x27657720 ||
    four == 0x206f7320 || (four == 0x646e6120 && beginsClause(at + 4));
}

/** Whether the next word begins what is said by the way: "which", "even", "in", or a participle. */
function beginsAside(at: usize): bool {
  if (load<u8>(CLASSES + <usize>load<u8>(at)) < Class.SPACE) return false;
  const start = at + 1;
  let end = start;
  while (load<u8>(CLASSES + <usize>load<u8>(end)) == Class.LETTER && end - start < WORD_BYTES_MAX) end++;
  if (end - start < 2) return false;
  const last = load<u32>(end - 3);
  // "calculated", "starting"
  if ((last & 0xffff00) == 0x646500 || (last & 0xffffff) == 0x676e69) return end - start > 4;
  const word = findWord(start, end - start);
  if (!word) return false;
  // "through" and "until", but not "and".
  return word.kind == Kind.ASIDE || word.kind == Kind.ASK || (word.kind == Kind.CONNECTION && end - start > 4);
}

/** Whether a sentence or a clause may begin with the word at `start`. */
function isClauseStart(start: usize): bool {
  if (place == sentenceBegin) return true;
  const isSpaced = load<u8>(start - 1) == 0x20;
  const byte = load<u8>(start - (isSpaced ? 2 : 1));
  // A line's beginning, a comma, a colon, a semicolon, a tag's or a quotation's beginning.
  if (byte == 0x0a || byte == 0x2c || byte == 0x3a || byte == 0x3b || byte == 0x3e || byte == 0x22) return true;
  if (place != sentenceBegin + 1) return false;
  const before = load<u32>(start - 4);
  return before == 0x20646e61 || before == 0x20747562 || before >> 8 == 0x206f73;
}

/** Reads on from a word's first letter, and returns where it ends. */
function readWord(start: usize): usize {
  let at = start + 1;
  while (load<u8>(CLASSES + <usize>load<u8>(at)) == Class.LETTER) at++;
  if (load<u8>(CLASSES + <usize>load<u8>(at)) < Class.SPACE) return unchecked(odd[0])(start, at);
  if (isCutBehind(start, at)) return takeSplit(start, at);
  takeLetters(start, at, start, at - start);
  return at;
}

/** A word with no blank behind its first letters. What is done where they end is done once, for a loop is charged for all that may come. */
function readOddWord(start: usize, from: usize): usize {
  const at = endOfLetters(from);
  const kind = load<u8>(CLASSES + <usize>load<u8>(at));
  if (kind == Class.DIGIT) return unchecked(others[0])(start, at);
  if (kind == Class.LEAD) {
    if (isCurlyApostrophe(at)) return unchecked(others[1])(start, at);
  } else if (kind > Class.LEAD && kind < Class.SPACE && isLeetSign(at) && takeLeet(start)) return leetEnd;
  if (isCutBehind(start, at)) return takeSplit(start, at);
  takeLetters(start, at, start, at - start);
  return at;
}

/** Whether the word ends with a line, with a letter behind it; a single letter is no half of a word. */
// @ts-ignore: decorator
@inline
function isCutBehind(start: usize, at: usize): bool {
  return load<u8>(at) == 0x0a && at - start > 1 && load<u8>(CLASSES + <usize>load<u8>(at, 1)) == Class.LETTER;
}

/** Where letters end, and apostrophes between them. */
function endOfLetters(from: usize): usize {
  let at = from;
  while (goesOn(at)) at++;
  return at;
}

// @ts-ignore: decorator
@inline
function goesOn(at: usize): bool {
  const kind = load<u8>(CLASSES + <usize>load<u8>(at));
  if (kind == Class.LETTER) return true;
  if (kind == Class.APOSTROPHE) return load<u8>(CLASSES + <usize>load<u8>(at, 1)) == Class.LETTER;
  return kind == Class.LEAD && isLeadOfLetter(at);
}

/** The first byte of a letter: neither of a sign nor of an apostrophe between letters. */
function isLeadOfLetter(at: usize): bool {
  return signSize(at) == 0 && !isCurlyApostrophe(at);
}

/** Letters, then a digit. */
function readMixedWord(start: usize, digit: usize): usize {
  if (isCurrencyBefore(start, digit)) {
    takeLetters(start, digit, start, digit - start);
    return digit;
  }
  return takeLeet(start) ? leetEnd : readIdentifier(start, digit);
}

const gathered: usize = memory.data(32, 8);

/** A word before a line's end, which may go on behind it, as where a text is cut in two fields; returns where it ends. */
function takeSplit(start: usize, end: usize): usize {
  let at = end + 1;
  while (load<u8>(CLASSES + <usize>load<u8>(at)) == Class.LETTER) at++;
  const first = end - start;
  const size = at - start - 1;
  if (size <= WORD_BYTES_MAX && !findWord(start, first)) {
    memory.copy(gathered, start, first);
    memory.copy(gathered + first, end + 1, size - first);
    if (findWord(gathered, size)) {
      takeLetters(start, at, gathered, size);
      return at;
    }
  }
  takeLetters(start, end, start, first);
  return end;
}

/** Whether a letter stands three times in a row among the first bytes of a word. */
// @ts-ignore: decorator
@inline
function isStretched(at: usize, size: usize): bool {
  return tripleIn(at) + 2 < size || (size > 8 && tripleIn(at + 8) + 10 < size);
}

/** Behind how many of eight bytes the same follows twice; 8: none. */
// @ts-ignore: decorator
@inline
function tripleIn(at: usize): usize {
  const eight = load<u64>(at);
  const others = (eight ^ load<u64>(at, 1)) | (eight ^ load<u64>(at, 2));
  return <usize>ctz((others - ONES) & ~others & HIGH_BITS) >> 3;
}

/** "guaaarantee", "freeee": the word with each such letter once, or else twice; null: none is known. */
function findStretched(at: usize, size: usize): Word | null {
  for (let copies: usize = 1; copies <= 2; copies++) {
    let count: usize = 0;
    for (let index: usize = 0; index < size && count < WORD_BYTES_MAX; ) {
      const byte = load<u8>(at + index);
      let run: usize = 1;
      while (index + run < size && load<u8>(at + index + run) == byte) run++;
      for (let left = run > 2 ? copies : run; left > 0 && count < WORD_BYTES_MAX; left--) store<u8>(gathered + count++, byte);
      index += run;
    }
    const word = findWord(gathered, count);
    if (word) return word;
  }
  return null;
}

/** Takes the word that begins here in disguise, if one does. */
function takeLeet(start: usize): bool {
  if (isTried(start)) return false;
  const size = readLeet(start);
  if (size != 0) takeLetters(start, leetEnd, leetLetters, size);
  return size != 0;
}

/** As `takeText`, in a call: what does so seldom is not charged for it. */
function takeLetters(start: usize, end: usize, letters: usize, size: usize): void {
  takeText(start, end, letters, size);
}

const SHORT_BYTES: usize = 5;

/** Letters and digits in one: few words of ours have both. Reads on from somewhere within. */
function readIdentifier(start: usize, within: usize): usize {
  let at = within;
  while (load<u8>(CLASSES + <usize>load<u8>(at)) <= Class.DIGIT) at++;
  // "10x"
  if (at - start < SHORT_BYTES && findWord(start, at - start)) {
    takeLetters(start, at, start, at - start);
    return at;
  }
  if (hasOwnPhrases) findOwn(start, at - start, place + 1);
  takeOther();
  return at;
}

/** A word that means nothing here. */
// @ts-ignore: decorator
@inline
function takeOther(): void {
  if (hasQuantity) endQuantity();
  nextPlace();
  passOther();
}

/** `eur1299`, `rs500`: the word is the currency of the number. */
function isCurrencyBefore(start: usize, at: usize): bool {
  const size = at - start;
  if (size != 2 && size != 3) return false;
  const word = findWord(start, size);
  return word != null && (word.kind == Kind.CURRENCY_MARK || word.kind == Kind.CURRENCY_CODE);
}

/** U+2019 or U+2018 between letters. */
function isCurlyApostrophe(at: usize): bool {
  return (load<u32>(at) & 0xfeffff) == 0x9880e2 && load<u8>(CLASSES + <usize>load<u8>(at, 3)) == Class.LETTER;
}

const STRAIGHT_MAX: usize = 16;
const straight: usize = memory.data(32, 8);

/** A word with such an apostrophe, looked up with a straight one. */
function readCurlyWord(start: usize, apostrophe: usize): usize {
  let end = apostrophe + 3;
  while (load<u8>(CLASSES + <usize>load<u8>(end)) == Class.LETTER) end++;
  const before = apostrophe - start;
  const size = end - start - 2;
  if (size > STRAIGHT_MAX) {
    takeLetters(start, end, start, end - start);
    return end;
  }
  memory.copy(straight, start, before);
  store<u8>(straight + before, 0x27);
  memory.copy(straight + before + 1, apostrophe + 3, size - before - 1);
  takeLetters(start, end, straight, size);
  return end;
}

/** The word from `start` to `end`, whose letters are at `letters`. */
// @ts-ignore: decorator
@inline
function takeText(start: usize, end: usize, letters: usize, size: usize): void {
  let word = findWord(letters, size);
  if (hasOwnPhrases) findNames(start, end);
  if (!word && isStretched(letters, size)) word = findStretched(letters, size);
  if (!word) return takeOther();
  unchecked(known[0])(word, start, end);
}

/** One of our words; most of a text's are none. */
function takeKnown(word: Word, start: usize, end: usize): void {
  const kind = word.kind;
  if (takeWord(word, start, end, toPlain)) return;
  nextPlace();
  if (kind == Kind.ASK && isClauseStart(start)) guardQuestion(start, end);
  if (word.symbol != SKIP) pass(word.symbol, start, end, place);
  if (kind != Kind.NONE) addWord(kind, start, end, place);
}

/** "Can I offer you half of it?" offers, and "can I sue them?" asks. */
function guardQuestion(start: usize, end: usize): void {
  if (isAsked(start, end)) guard(Guard.ASKS, isOwnOffer(start, end) ? REGULATED_RULES : EVERY_RULE, start);
}

/** Names of the settings that begin with this word, or with what of it stands before an apostrophe: "O'Neill". */
function findNames(start: usize, end: usize): void {
  const size = nameSize(start, end);
  findOwn(start, size, place + 1);
  const first = letterCount(start);
  if (first < size) findOwn(start, first, place + 1);
}

/** Letters up to an apostrophe, straight or curly. */
function letterCount(start: usize): usize {
  let at = start;
  while (load<u8>(CLASSES + <usize>load<u8>(at)) == Class.LETTER) at++;
  return at - start;
}

/** Without the `'s` of a name. */
function nameSize(start: usize, end: usize): usize {
  const size = end - start;
  if (size < 5 || load<u8>(end - 1) != 0x73) return size;
  if (load<u8>(end - 2) == 0x27) return size - 2;
  return (load<u32>(end - 4) & 0xfeffff) == 0x9880e2 ? size - 4 : size;
}

function readDigits(start: usize): usize {
  readNumber(start);
  const isInWord = load<u8>(CLASSES + <usize>load<u8>(numberEnd)) == Class.LETTER;
  if (isInWord && takeLeet(start)) return leetEnd;
  if (isInWord && isIdentifier(numberEnd)) return readIdentifier(start, numberEnd);
  if (hasOwnPhrases) findOwn(start, wordSize(start), place + 1);
  const end = takeNumber(start);
  if (load<u8>(start - 1) == 0x0a && load<u8>(end) == 0x0a && isNamedNumber(start, end)) judgeNamedNumber(start, end);
  return end;
}

/** Whether letters right behind a number make it something else: one that is no scale, or more with digits behind them. */
function isIdentifier(letters: usize): bool {
  let at = letters + 1;
  while (load<u8>(CLASSES + <usize>load<u8>(at)) == Class.LETTER) at++;
  return at == letters + 1 || load<u8>(CLASSES + <usize>load<u8>(at)) == Class.DIGIT;
}

/** A sign beyond ASCII, or the first byte of a letter. */
function readLead(at: usize): usize {
  const size = signSize(at);
  if (size == 0) return readWord(at);
  // The Arabic percent sign; punctuation; currencies.
  if (load<u8>(at) != 0xd9) return takeCurrencySign(at, size);
  takePercentSign(at, at + size);
  return at + size;
}

/** In tables, so that other words are not charged for what few are. */
const known: StaticArray<(word: Word, start: usize, end: usize) => void> = [takeKnown];
const others: StaticArray<(start: usize, from: usize) => usize> = [readMixedWord, readCurlyWord];
const odd: StaticArray<(start: usize, from: usize) => usize> = [readOddWord];
/** By class. */
const readers: StaticArray<(at: usize) => usize> = [
  readWord, readDigits, readOther, readLead, readOther, readPercent, readDollar, readComma, readStop, readOther, readLineFeed,
];
