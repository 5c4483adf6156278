import { MISSING, Origin, reading, refuse, Settings, Value } from "../sdk/index";
import { HUNDREDTHS_MAX } from "./number";
import { isBeside } from "./offers";
import { Currency, Kind } from "./phrase-table";
import { report, Rule } from "./rules";
import { Token } from "./sentence";
import { hundredths, hundredthsOf, objectOf } from "./setting";
import { isDollar } from "./signs";
import { findWord } from "./vocabulary";

// Which prices may be named. Without settings every price may.

let none: bool = false;
let nearPriceWords: bool = false;
let allowed: Value = MISSING;
let bounds: Value = MISSING;

const PRICE_WORD_REACH: i32 = 6;

/** Of an amount whose text does not say: every currency fits. */
export const ANY_CURRENCY: u8 = 0;

export function readPrices(settings: Settings): void {
  const member = objectOf(settings, "prices");
  if (!member.exists) return;
  const prices = new Settings(member, "prices/");
  none = prices.flag("none", false);
  nearPriceWords = prices.flag("near_price_words", false);
  allowed = prices.array("allowed");
  bounds = prices.array("bounds");
  prices.end();
  for (let entry = allowed.first; entry.exists; entry = entry.next) readAllowed(entry);
  for (let entry = bounds.first; entry.exists; entry = entry.next) readBounds(entry);
}

function readAllowed(entry: Value): void {
  const list = new Settings(entry, "prices/allowed/" + entry.index.toString() + "/");
  list.require("amounts");
  readCurrency(list);
  const amounts = list.array("amounts");
  for (let amount = amounts.first; amount.exists; amount = amount.next) {
    if (!amount.isNumber || hundredths(amount) < 0) refuse(list.where + "amounts must be numbers with at most two decimals");
  }
  list.end();
}

function readBounds(entry: Value): void {
  const bound = new Settings(entry, "prices/bounds/" + entry.index.toString() + "/");
  readCurrency(bound);
  hundredthsOf(bound, "min", 0);
  hundredthsOf(bound, "max", 0);
  if (!bound.has("min") && !bound.has("max")) refuse(bound.where + " bounds nothing");
  bound.end();
}

function readCurrency(settings: Settings): void {
  settings.require("currency");
  const currency = settings.text("currency");
  if (currency.exists && currencyOf(currency) == ANY_CURRENCY) refuse(settings.where + "currency is not known");
}

/** ISO 4217's code, in capitals. */
function currencyOf(code: Value): u8 {
  if (code.end - code.start != 3) return ANY_CURRENCY;
  let key: u64 = 0;
  for (let i: usize = 0; i < 3; i++) key |= <u64>(load<u8>(code.start + i) | 0x20) << (<u64>i << 3);
  store<u64>(codeAt, key);
  const word = findWord(codeAt, 3);
  if (!word || (word.kind != Kind.CURRENCY_CODE && word.kind != Kind.CURRENCY_MARK)) return ANY_CURRENCY;
  return <u8>word.value;
}

const codeAt: usize = memory.data(8, 8);

/** Whether amounts mean anything to these settings. */
// @ts-ignore: decorator
@inline
export function judgesPrices(): bool {
  return none || allowed.exists || bounds.exists;
}

export function judgePrice(amount: Token): void {
  // Who hides a price so hides the words about it.
  if (nearPriceWords && !amount.isApart && !isNearPriceWord(amount)) return;
  if (isWeight(amount)) return;
  judgePriceOf(amount.value, amount.currency, amount.start, amount.end);
}

export function judgePriceOf(value: i64, currency: u8, start: usize, end: usize): void {
  const isUnlisted = none || (allowed.exists && !isAllowed(value, currency));
  const isOutside = bounds.exists && !isInBounds(value, currency);
  if ((!isUnlisted && !isOutside) || isClosedUp(start)) return;
  if (isUnlisted) report(Rule.PRICE_NOT_ALLOWED, start, end);
  if (isOutside) report(Rule.PRICE_OUT_OF_BOUNDS, start, end);
}

/** Where separators within digits were taken out, an amount is another one. */
function isClosedUp(start: usize): bool {
  const all = reading();
  return all.segment(all.segmentAt(<i32>(start - all.folded))).origin == Origin.CLOSED;
}

/** "weighs twenty pounds", "ten pounds of flour", "Pound Lane". */
function isWeight(amount: Token): bool {
  return isPounds(amount.end) && isBeside(amount, Kind.WEIGHT, WEIGHT_REACH);
}

/** Whether "pound" or "pounds" ends before an address. */
function isPounds(end: usize): bool {
  const at = end - <usize>(load<u8>(end - 1) == 0x73);
  return load<u32>(at - 4) == OUND;
}

/** "ound" */
const OUND: u32 = 0x646e756f;
const WEIGHT_REACH: i32 = 4;

function isNearPriceWord(amount: Token): bool {
  return isBeside(amount, Kind.PRICE, PRICE_WORD_REACH) || isBeside(amount, Kind.FEE, PRICE_WORD_REACH) ||
    isBeside(amount, Kind.GOODS, PRICE_WORD_REACH) || isBeside(amount, Kind.PRICED, PRICE_WORD_REACH);
}

function isAllowed(value: i64, currency: u8): bool {
  for (let entry = allowed.first; entry.exists; entry = entry.next) {
    if (!fits(currency, entry)) continue;
    for (let amount = entry.get("amounts").first; amount.exists; amount = amount.next) {
      if (hundredths(amount) == value) return true;
    }
  }
  return false;
}

/** An amount in a currency without bounds is in none, and none bounds it. */
function isInBounds(value: i64, currency: u8): bool {
  let isBound = false;
  for (let entry = bounds.first; entry.exists; entry = entry.next) {
    if (!fits(currency, entry)) continue;
    isBound = true;
    const low = entry.get("min");
    const high = entry.get("max");
    if (value >= (low.exists ? hundredths(low) : 0) && value <= (high.exists ? hundredths(high) : HUNDREDTHS_MAX)) return true;
  }
  return !isBound;
}

/** A dollar sign is that of any dollar. */
function fits(currency: u8, entry: Value): bool {
  const listed = currencyOf(entry.get("currency"));
  if (currency == ANY_CURRENCY || currency == listed) return true;
  return currency == Currency.USD && isDollar(listed);
}
