import { Kind } from "./phrase-table";
import { judgeCue, judgeQuantity } from "./offers";
import { endGuards, Guard, guard, tellClaims } from "./rules";

// What stands in the sentence that is being read: the words that mean something for others (cues), and the quantities, each in
// order. What a quantity is, the cues near it say, so it is judged when those after it are known.

/** What a quantity counts. As phrases.txt numbers its symbols. */
export namespace Quantity {
  export const NUMBER: u8 = 1;
  export const PERCENT: u8 = 2;
  export const MONEY: u8 = 3;
  export const FRACTION: u8 = 4;
}

/** In place of a currency: "third" and "quarter" alone may be ordinals and seasons. */
export const ORDINAL: u8 = 255;

@unmanaged
export class Token {
  /** Of a cue: see Kind. Of a quantity: see Quantity. */
  kind: u8;
  currency: u8;
  isNegated: bool;
  /** Of a quantity: somebody put signs between its digits. */
  isApart: bool;
  /** Which word of the text it is. */
  place: i32;
  start: usize;
  end: usize;
  /** Of a quantity: how many cues stand before it. */
  cues: i32;
  /** Of a quantity, in hundredths: of one, or of a percent. Of a cue what its kind says. */
  value: i64;
}

/** Longer sentences are judged in pieces: half of it goes when it is full, and has been judged with what follows. */
const TOKENS_MAX: i32 = 64;
const TOKENS_KEPT: i32 = 32;
/** Of those kept, what has enough behind it to be judged as well. */
const TOKENS_AHEAD: i32 = 16;
const cues: usize = memory.data(TOKENS_MAX * offsetof<Token>(), 8);
const quantities: usize = memory.data(TOKENS_MAX * offsetof<Token>(), 8);

export let cueCount: i32 = 0;
export let quantityCount: i32 = 0;
/** Those before these are judged. */
let judgedCues: i32 = 0;
let judgedQuantities: i32 = 0;

/** How many words on a negation reaches. */
const NEGATION_REACH: i32 = 5;
const NOWHERE: i32 = -100;
let negationPlace: i32 = NOWHERE;
/** Of the one before that. */
let negationBefore: i32 = NOWHERE;
/** Of the last "to", "and" or "or". */
export let connectionPlace: i32 = NOWHERE;
/** Of the last "percent" that no number stands before: "discount_percent=60". */
export let percentPlace: i32 = NOWHERE;

// @ts-ignore: decorator
@inline
export function cueAt(index: i32): Token {
  return changetype<Token>(cues + <usize>index * offsetof<Token>());
}

// @ts-ignore: decorator
@inline
export function quantityAt(index: i32): Token {
  return changetype<Token>(quantities + <usize>index * offsetof<Token>());
}

export function addCue(kind: u8, start: usize, end: usize, place: i32, isNegated: bool, value: i64 = 0): void {
  if (cueCount == TOKENS_MAX) dropCues();
  const cue = cueAt(cueCount++);
  cue.kind = kind;
  cue.isNegated = isNegated;
  cue.place = place;
  cue.start = start;
  cue.end = end;
  cue.value = value;
}

/** Whether the sentence has had a cue of a kind so far. */
export function hasCue(kind: u8): bool {
  for (let index = 0; index < cueCount; index++) if (cueAt(index).kind == kind) return true;
  return false;
}

export function addQuantity(kind: u8, currency: u8, start: usize, end: usize, place: i32, value: i64, isApart: bool): void {
  if (quantityCount == TOKENS_MAX) dropQuantities();
  const quantity = quantityAt(quantityCount++);
  quantity.kind = kind;
  quantity.currency = currency;
  quantity.isNegated = isNegatedAt(place);
  quantity.isApart = isApart;
  quantity.place = place;
  quantity.start = start;
  quantity.end = end;
  quantity.cues = cueCount;
  quantity.value = value;
}

/** A word with a meaning. */
// @ts-ignore: decorator
@inline
export function addWord(kind: u8, start: usize, end: usize, place: i32): void {
  if (kind > Kind.CONNECTION) {
    if (kind <= Kind.PRICED) addCue(kind, start, end, place, isNegatedAt(place));
    else if (kind == Kind.PERCENT) percentPlace = place;
    // "not intended to diagnose, treat, cure": beyond commas.
    else if (kind == Kind.DENIED && isNegatedAt(place)) guard(Guard.DENIES, EVERY_RULE, start);
    else if (kind == Kind.MENTION && isQuoteAfter(end)) guard(Guard.DENIES, EVERY_RULE, end);
  } else if (kind == Kind.NEGATION) {
    negationBefore = negationPlace;
    negationPlace = place;
  } else if (kind == Kind.AFFIRMATION) {
    endNegation();
    if ((load<u32>(start) & 0xffffff) == BUT) endGuards(start, false);
  }
  else connectionPlace = place;
}

/** "but" */
const BUT: u32 = 0x747562;
/** For `guard`. */
export const EVERY_RULE: u64 = u64.MAX_VALUE;

/** `the word "guaranteed"`: a quotation mark, plain or typographic, or the brackets of French. */
function isQuoteAfter(end: usize): bool {
  const at = end + <usize>(load<u8>(end) == 0x3a);
  if (load<u8>(at) != 0x20) return false;
  const next = load<u8>(at, 1);
  if (next == 0x22 || next == 0x27 || next == 0x60) return true;
  return (load<u16>(at, 1) == 0x80e2 && load<u8>(at, 3) - 0x98 < 8) || load<u16>(at, 1) == 0xabc2;
}

/** Whether a "not" or the like stands shortly before the word. */
// @ts-ignore: decorator
@inline
export function isNegatedAt(place: i32): bool {
  return place - negationPlace <= NEGATION_REACH && place > negationPlace;
}

/** Whether one stands at most so many words before. */
export function isNegatedWithin(place: i32, reach: i32): bool {
  return place - negationPlace <= reach;
}

/** Whether one stands shortly before the word, or anywhere since. */
export function isDeniedSince(place: i32): bool {
  return negationPlace >= place - NEGATION_REACH;
}

/** Of what denies by itself: whether another "not" stands shortly before it. "No investment is without risk." */
export function isDeniedBefore(place: i32): bool {
  return negationBefore < place && negationBefore >= place - NEGATION_REACH;
}

/** After a comma, or "but": what was denied before is denied no longer. */
export function endNegation(): void {
  negationPlace = negationBefore = NOWHERE;
}

function judgeCues(end: i32): void {
  for (; judgedCues < end; judgedCues++) judgeCue(judgedCues);
}

function judgeQuantities(end: i32): void {
  for (; judgedQuantities < end; judgedQuantities++) judgeQuantity(judgedQuantities);
}

function dropCues(): void {
  const gone = TOKENS_MAX - TOKENS_KEPT;
  const known = gone + TOKENS_AHEAD;
  judgeCues(known);
  let end = judgedQuantities;
  while (end < quantityCount && quantityAt(end).cues <= known) end++;
  judgeQuantities(end);
  memory.copy(cues, changetype<usize>(cueAt(gone)), <usize>TOKENS_KEPT * offsetof<Token>());
  cueCount -= gone;
  judgedCues -= gone;
  for (let index = 0; index < quantityCount; index++) quantityAt(index).cues = max(quantityAt(index).cues - gone, 0);
}

function dropQuantities(): void {
  const gone = TOKENS_MAX - TOKENS_KEPT;
  judgeQuantities(gone + TOKENS_AHEAD);
  memory.copy(quantities, changetype<usize>(quantityAt(gone)), <usize>TOKENS_KEPT * offsetof<Token>());
  quantityCount -= gone;
  judgedQuantities -= gone;
}

// @ts-ignore: decorator
@inline
export function endSentence(): void {
  if (quantityCount > 0) judgeQuantities(quantityCount);
  if (cueCount > 0) judgeCues(cueCount);
  cueCount = judgedCues = quantityCount = judgedQuantities = 0;
  negationPlace = negationBefore = connectionPlace = percentPlace = NOWHERE;
  tellClaims();
}
