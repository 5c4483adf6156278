import { apartEnd, apartHundredths, beginningOfApart, mayBeginApart, mayEndApart, readApart } from "./apart";
import { HUNDREDTHS_MAX, hundredths, isAmbiguous, isDigit, isFraction, numberEnd, scaled } from "./number";
import { Currency, Kind, WORD_BYTES_MAX } from "./phrase-table";
import { pass } from "./phrases";
import { addQuantity, connectionPlace, ORDINAL, percentPlace, Quantity } from "./sentence";
import { currencyOfSign, isDollar } from "./signs";
import { findWord, Word } from "./vocabulary";

// The quantity that is being read: digits or number words, and what follows them: hundred, million, percent, dollars.

/** Which word of the text was read last; a quantity is one. */
export let place: i32 = 0;

export let hasQuantity: bool = false;
let start: usize = 0;
let end: usize = 0;
let quantity: u8 = 0;
let currency: u8 = 0;
/** Of number words: thousands that are done, and what goes on; in hundredths. Of digits all is in `current`. */
let total: i64 = 0;
let current: i64 = 0;
/** The kind of the last number word; NONE after digits. */
let lastKind: u8 = 0;
/** 1.299: a point that may part thousands or decimals. */
let mayBeDecimal: bool = false;
/** Somebody put signs between its digits. */
let isApart: bool = false;

/** A currency in front of the number; 0: none. */
let ahead: u8 = 0;
let aheadStart: usize = 0;
let aheadEnd: usize = 0;

/** Between a number and what belongs to it. */
const GAP_MAX: usize = 3;
const HUNDREDTHS: i64 = 100;
const WHOLE: i64 = 100_00;

// @ts-ignore: decorator
@inline
export function nextPlace(): void {
  place++;
}

/** Words after this one count no longer: they were an aside. */
export function backToPlace(before: i32): void {
  place = before;
}

/** A full stop right after a currency, as in "Rs. 500", ends no sentence. */
export function isAfterCurrency(at: usize): bool {
  return ahead != 0 && aheadEnd == at;
}

/** The number that was read last, from `at`; returns where it ends. */
export function takeNumber(at: usize): usize {
  if (hasQuantity) endQuantity();
  hasQuantity = true;
  start = at;
  end = numberEnd;
  total = 0;
  current = hundredths;
  lastKind = Kind.NONE;
  mayBeDecimal = isAmbiguous;
  isApart = false;
  currency = 0;
  quantity = isFraction ? Quantity.FRACTION : Quantity.NUMBER;
  if (ahead != 0 && at - aheadEnd < GAP_MAX && !isFraction) {
    quantity = Quantity.MONEY;
    currency = ahead;
    start = aheadStart;
  }
  ahead = 0;
  return numberEnd;
}

export function takePercentSign(at: usize, after: usize): void {
  if (mayEndApart(at) && takeApartBefore(Quantity.PERCENT, 0, at, after)) return;
  if (hasQuantity && at - end < GAP_MAX) becomePercent(after, 1);
}

function becomePercent(after: usize, divisor: i64): void {
  if (quantity != Quantity.NUMBER) return;
  quantity = Quantity.PERCENT;
  current += total;
  // Thousands of percent are rare, and 7.125 percent are not.
  if (divisor != 1) current /= divisor;
  else if (mayBeDecimal) current /= 1000;
  total = 0;
  end = after;
}

/** A currency's sign, or another sign beyond ASCII, of `size` bytes; returns where to go on. */
export function takeCurrencySign(at: usize, size: usize): usize {
  const sign = currencyOfSign(at);
  const after = at + size;
  if (sign == 0) return after;
  // Two calls, so that this is no part of what every sign costs.
  if (mayEndApart(at)) {
    if (takeMoneyApart(sign, at, after)) return end;
  } else if (mayBeginApart(after) && takeMoneyApart(sign, at, after)) return end;
  if (hasQuantity && quantity == Quantity.NUMBER && at - end < 2 && !isDigit(load<u8>(after))) {
    becomeMoney(sign, after);
    return after;
  }
  if (hasQuantity) endQuantity();
  ahead = sign;
  aheadStart = at;
  aheadEnd = after;
  return after;
}

/** Takes the number whose digits are apart, with the same sign between the last one and `at`, which is of money or percent. */
function takeApartBefore(kind: u8, which: u8, at: usize, after: usize): bool {
  const first = beginningOfApart(at);
  if (first == 0 || !readApart(first, first)) return false;
  takeApart(kind, which, first, after);
  return true;
}

function takeMoneyApart(which: u8, at: usize, after: usize): bool {
  if (mayEndApart(at) && takeApartBefore(Quantity.MONEY, which, at, after)) return true;
  if (!mayBeginApart(after) || !readApart(after + 1, at)) return false;
  if (hasQuantity) endQuantity();
  takeApart(Quantity.MONEY, which, at, apartEnd);
  return true;
}

function takeApart(kind: u8, which: u8, from: usize, to: usize): void {
  hasQuantity = true;
  start = from;
  end = to;
  total = 0;
  current = apartHundredths;
  lastKind = Kind.NONE;
  mayBeDecimal = false;
  isApart = true;
  currency = which;
  quantity = kind;
  ahead = 0;
}

function becomeMoney(which: u8, after: usize): void {
  quantity = Quantity.MONEY;
  currency = which;
  end = after;
}

/** Whether a word is part of a quantity; if not, the quantity that was being read is done. */
// @ts-ignore: decorator
@inline
export function takeWord(word: Word, at: usize, after: usize, toPlain: isize): bool {
  const kind = word.kind;
  if (hasQuantity) {
    // The second word of "per cent".
    if (at < end) return true;
    if (at - end <= GAP_MAX && continues(word, kind, after)) return true;
    endQuantity();
  }
  if (kind < Kind.UNIT || kind > Kind.CENT) return false;
  return begins(word, kind, at, after, toPlain);
}

function begins(word: Word, kind: u8, at: usize, after: usize, toPlain: isize): bool {
  if (kind <= Kind.FRACTION) {
    hasQuantity = true;
    start = at;
    end = after;
    total = 0;
    current = 0;
    currency = 0;
    mayBeDecimal = false;
    isApart = false;
    quantity = Quantity.NUMBER;
    if (kind == Kind.FRACTION) {
      becomeFraction(1, word.value, after);
      if (word.value > 2) currency = ORDINAL;
    } else addNumberWord(word, kind, after);
    return true;
  }
  if (kind == Kind.CURRENCY_MARK || (kind == Kind.CURRENCY_CODE && isCapital(at, toPlain))) {
    ahead = <u8>word.value;
    aheadStart = at;
    aheadEnd = after;
  }
  return false;
}

/** Whether a code is written in capitals, as codes are and the words "try" and "cad" are not. */
function isCapital(at: usize, toPlain: isize): bool {
  const plain = <usize>(<isize>at + toPlain);
  return (load<u8>(plain) & load<u8>(plain, 1) & 0x20) == 0;
}

function continues(word: Word, kind: u8, after: usize): bool {
  switch (kind) {
    case Kind.UNIT:
    case Kind.TEN:
    case Kind.HUNDRED:
      if (quantity != Quantity.NUMBER || !mayFollow(kind)) return false;
      addNumberWord(word, kind, after);
      return true;
    case Kind.THOUSAND:
      if (quantity != Quantity.NUMBER && quantity != Quantity.MONEY) return false;
      addNumberWord(word, kind, after);
      return true;
    case Kind.FRACTION: {
      const dividend = (total + current) / HUNDREDTHS;
      if (quantity != Quantity.NUMBER || dividend < 1 || dividend >= <i64>word.value) return false;
      becomeFraction(dividend, word.value, after);
      return true;
    }
    case Kind.CONNECTION:
      return lastKind >= Kind.HUNDRED && goesOnAfterAnd(after);
    case Kind.PERCENT:
    case Kind.HUNDREDTH:
    case Kind.PER:
    case Kind.BASIS:
      return continuesPercent(kind, after);
    case Kind.CURRENCY_CODE:
    case Kind.CURRENCY_MARK:
    case Kind.CURRENCY_NAME:
      if (isOfNextNumber(after)) return false;
      if (quantity == Quantity.MONEY ? !isSameMoney(<u8>word.value) : quantity != Quantity.NUMBER) return false;
      becomeMoney(<u8>word.value, after);
      return true;
    case Kind.CENT:
      if (quantity != Quantity.NUMBER) return false;
      current = (total + current) / HUNDREDTHS;
      total = 0;
      becomeMoney(0, after);
      return true;
  }
  return false;
}

/** A currency between two numbers, each a value of its own: {"id": 7, "currency": "USD", "price": 250}. It stands before the second. */
function isOfNextNumber(after: usize): bool {
  return load<u8>(end) == 0x0a && load<u8>(after) == 0x0a && isDigit(load<u8>(after, 1));
}

/** "$5 CAD", "€5 euros"; but "€5, $7" are two. */
function isSameMoney(other: u8): bool {
  return currency == other || (currency == Currency.USD && isDollar(other));
}

/** "percent", "per cent", "bps", "basis points". */
function continuesPercent(kind: u8, after: usize): bool {
  if (quantity != Quantity.NUMBER) return false;
  if (kind == Kind.PERCENT) becomePercent(after, 1);
  else if (kind == Kind.HUNDREDTH) becomePercent(after, HUNDREDTHS);
  else if (kind == Kind.PER && isWordAt(after + 1, 0x746e6563)) becomePercent(wordEnd(after + 1), 1); // cent
  else if (kind == Kind.BASIS && isWordAt(after + 1, 0x6e696f70)) becomePercent(wordEnd(after + 1), HUNDREDTHS); // poin
  else return false;
  return true;
}

/** Where the letters from an address on end, or some of them. */
function wordEnd(at: usize): usize {
  const last = at + WORD_BYTES_MAX;
  while (load<u8>(at) - 0x61 < 26 && at < last) at++;
  return at;
}

// @ts-ignore: decorator
@inline
function isWordAt(at: usize, letters: u32): bool {
  return load<u32>(at) == letters;
}

function becomeFraction(dividend: i64, divisor: i64, after: usize): void {
  quantity = Quantity.FRACTION;
  current = WHOLE * dividend / divisor;
  total = 0;
  end = after;
}

/** Units after tens, tens after hundreds: "one two" are two numbers. After digits only hundred and more. */
function mayFollow(kind: u8): bool {
  if (kind == Kind.HUNDRED) return lastKind == Kind.NONE || lastKind == Kind.UNIT;
  if (lastKind == Kind.NONE) return false;
  return lastKind >= Kind.HUNDRED || (lastKind == Kind.TEN && kind == Kind.UNIT);
}

function addNumberWord(word: Word, kind: u8, after: usize): void {
  const value = <i64>word.value;
  if (kind == Kind.THOUSAND) {
    total = min(total + scaled(current == 0 ? HUNDREDTHS : current, value), HUNDREDTHS_MAX);
    current = 0;
  } else if (kind == Kind.HUNDRED) {
    current = scaled(current == 0 ? HUNDREDTHS : current, value);
  } else {
    current += value * HUNDREDTHS;
  }
  lastKind = kind;
  end = after;
}

/** "one hundred and fifty": whether a number word follows. */
function goesOnAfterAnd(after: usize): bool {
  const next = findWord(after + 1, wordEnd(after + 1) - (after + 1));
  if (!next || (next.kind != Kind.UNIT && next.kind != Kind.TEN)) return false;
  end = after;
  return true;
}

/** The last numbers that count nothing, as in "buy two get one". */
export let lastNumber: i64 = 0;
export let numberBeforeLast: i64 = 0;
/** The last amounts, whatever their currencies. */
export let lastMoney: i64 = 0;
export let moneyBeforeLast: i64 = 0;
/** The last quantity of any kind. */
let lastPlace: i32 = 0;
let lastEnd: usize = 0;
let lastQuantity: u8 = 0;
export let lastValue: i64 = 0;

/** What is read is all of the quantity: it becomes a word of its sentence. */
export function endQuantity(): void {
  if (!hasQuantity) return;
  hasQuantity = false;
  if (percentPlace == place && quantity == Quantity.NUMBER) becomePercent(end, 1);
  place++;
  let value = total + current;
  if (quantity == Quantity.NUMBER) {
    numberBeforeLast = lastNumber;
    lastNumber = value;
  } else {
    if (quantity == Quantity.PERCENT && isRange()) value = max(value, lastValue);
    if (quantity == Quantity.MONEY) {
      moneyBeforeLast = lastMoney;
      lastMoney = value;
    }
    addQuantity(quantity, currency, start, end, place, value, isApart);
  }
  lastPlace = place;
  lastEnd = end;
  lastQuantity = quantity;
  lastValue = value;
  pass(quantity, start, end, place);
}

/** "10-60 %", "10 % to 60 %": the higher one counts, for whichever of them the sentence goes on about. */
function isRange(): bool {
  const isJoined = connectionPlace == place - 1;
  if (lastPlace != place - (isJoined ? 2 : 1)) return false;
  if (lastQuantity == quantity) return true;
  return lastQuantity == Quantity.NUMBER && lastValue <= WHOLE && (isJoined || start - lastEnd <= GAP_MAX);
}
