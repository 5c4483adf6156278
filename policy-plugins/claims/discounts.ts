import { Settings } from "../sdk/index";
import { Currency } from "./phrase-table";
import { HUNDREDTHS_MAX } from "./number";
import { hundredthsOf, objectOf } from "./setting";
import { isRuleFull, report, Rule } from "./rules";

// How large a discount may be: in percent of the price, or as an amount.

let warnAbove: i64 = 20_00;
let blockAbove: i64 = 50_00;
let amountWarnAbove: i64 = 500_00;
let amountBlockAbove: i64 = HUNDREDTHS_MAX;

/** Units of these are worth about a hundredth of the others'. */
const SMALL_UNITS: i64 = 100;

/** A hundred percent. */
export const WHOLE: i64 = 100_00;

export function readDiscounts(settings: Settings): void {
  const member = objectOf(settings, "discounts");
  if (!member.exists) return;
  const discounts = new Settings(member, "discounts/");
  warnAbove = hundredthsOf(discounts, "warn_above", warnAbove);
  blockAbove = hundredthsOf(discounts, "block_above", blockAbove);
  amountWarnAbove = hundredthsOf(discounts, "amount_warn_above", amountWarnAbove);
  amountBlockAbove = hundredthsOf(discounts, "amount_block_above", amountBlockAbove);
  discounts.end();
}

/** Whether so many percent off would be told: not what is within the limits, nor more of what there is enough of. */
export function isPercentToTell(percent: i64): bool {
  if (percent > WHOLE || percent <= min(warnAbove, blockAbove)) return false;
  return !isRuleFull(percent > blockAbove ? Rule.DISCOUNT_TOO_HIGH : Rule.DISCOUNT_HIGH);
}

/** So much of a hundred percent, in hundredths. What is more than all is no discount. */
export function judgePercentOff(percent: i64, start: usize, end: usize): void {
  if (percent > WHOLE) return;
  judge(percent, warnAbove, blockAbove, start, end);
}

/** "buy two, get one" is a third off; "three for the price of two" as well. In hundredths of a percent. */
export function freeItemPercent(first: i64, second: i64, isAdded: bool): i64 {
  const paid = isAdded ? first : second;
  const got = isAdded ? first + second : first;
  return paid > 0 && paid < got ? WHOLE - WHOLE * paid / got : 0;
}

/** From one price to another: how much less the lower one is, in hundredths of a percent. */
export function dropPercent(first: i64, second: i64): i64 {
  const high = max(first, second);
  return high > 0 ? WHOLE - WHOLE * min(first, second) / high : 0;
}

export function judgeAmountOff(amount: i64, currency: u8, start: usize, end: usize): void {
  const isSmall = currency == Currency.JPY || currency == Currency.INR || currency == Currency.KRW || currency == Currency.HUF;
  judge(isSmall ? amount / SMALL_UNITS : amount, amountWarnAbove, amountBlockAbove, start, end);
}

function judge(value: i64, warn: i64, block: i64, start: usize, end: usize): void {
  if (value > block) report(Rule.DISCOUNT_TOO_HIGH, start, end);
  else if (value > warn) report(Rule.DISCOUNT_HIGH, start, end);
}
