import { CLASSES, Class } from "./bytes";
import { isLeetSign, isTried, leetEnd, leetLetters, readLeet } from "./leet";
import { isNamedNumber, judgeNamedNumber } from "./named-number";
import { numberEnd, readNumber } from "./number";
import { findOwn, hasOwnPhrases, wordSize } from "./own-phrases";
import { Kind, SKIP } from "./phrase-table";
import { pass, passOther } from "./phrases";
import {
  endQuantity, hasQuantity, isAfterCurrency, nextPlace, place, takeCurrencySign, takeNumber, takePercentSign, takeWord,
} from "./quantity";
import { addWord, endNegation, endSentence, setQuestion } from "./sentence";
import { signSize } from "./signs";
import { loose } from "./loose";
import { isAsked, isSuspected } from "./question";
import { report, Rule } from "./rules";
import { findWord, Word } from "./vocabulary";

// One pass over the folded text: words, numbers, signs. Sixteen line feeds behind it end whatever is open.

/** More than English takes: a text of nothing but such words takes not much longer than another. */
const STEPS_MIN: i32 = 8_000;
const BYTES_A_STEP: i32 = 3;

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
  if (endsSentence(at + 1) && !isAfterCurrency(at)) endAll();
  return at + 1;
}

function readLineFeed(at: usize): usize {
  at++;
  if (load<u8>(at) == 0x0a) endAll();
  return at;
}

function readComma(at: usize): usize {
  endNegation();
  return at + 1;
}

function readOther(at: usize): usize {
  const byte = load<u8>(at);
  if (byte == 0x3a) return at + 1 + hexGroupSize(at + 1);
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

function endAll(): void {
  if (hasQuantity) endQuantity();
  passOther();
  endSentence();
  loose.endSentence();
  sentenceBegin = place + 1;
}

/** Reads on from a word's first letter, and returns where it ends. */
function readWord(start: usize): usize {
  let at = start + 1;
  while (load<u8>(CLASSES + <usize>load<u8>(at)) == Class.LETTER) at++;
  if (load<u8>(CLASSES + <usize>load<u8>(at)) != Class.SPACE) return unchecked(odd[0])(start, at);
  takeText(start, at, start, at - start);
  return at;
}

/** A word with no blank behind its first letters. What is done where they end is done once, for a loop is charged for all that may come. */
function readOddWord(start: usize, from: usize): usize {
  const at = endOfLetters(from);
  const kind = load<u8>(CLASSES + <usize>load<u8>(at));
  if (kind == Class.DIGIT) {
    if (!isCurrencyBefore(start, at)) return readMixedWord(start, at);
  } else if (kind == Class.LEAD) {
    if (isCurlyApostrophe(at)) return readCurlyWord(start, at);
  } else if (kind > Class.LEAD && kind < Class.SPACE && isLeetSign(at) && takeLeet(start)) return leetEnd;
  takeLetters(start, at, start, at - start);
  return at;
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
  return takeLeet(start) ? leetEnd : readIdentifier(start, digit);
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

/** Letters and digits in one: no word of ours has both. Reads on from somewhere within. */
function readIdentifier(start: usize, within: usize): usize {
  let at = within;
  while (load<u8>(CLASSES + <usize>load<u8>(at)) <= Class.DIGIT) at++;
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
  const word = findWord(letters, size);
  if (hasOwnPhrases) findOwn(start, nameSize(start, end), place + 1);
  if (!word) return takeOther();
  unchecked(known[0])(word, start, end);
}

/** One of our words; most of a text's are none. */
function takeKnown(word: Word, start: usize, end: usize): void {
  const kind = word.kind;
  if (takeWord(word, start, end, toPlain)) return;
  nextPlace();
  if (kind == Kind.ASK && place == sentenceBegin) setQuestion(isAsked(start, end));
  if (kind == Kind.SUSPECT && place == sentenceBegin) setQuestion(isSuspected(end));
  if (word.symbol != SKIP) pass(word.symbol, start, end, place);
  if (kind != Kind.NONE) addWord(kind, start, end, place);
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
const odd: StaticArray<(start: usize, from: usize) => usize> = [readOddWord];
/** By class. */
const readers: StaticArray<(at: usize) => usize> = [
  readWord, readDigits, readOther, readLead, readOther, readPercent, readDollar, readComma, readStop, readOther, readLineFeed,
];
