import { isPercentToTell, judgeAmountOff, judgePercentOff } from "./discounts";
import { Kind } from "./phrase-table";
import { competitorNamed } from "./own-phrases";
import { judgePrice, judgesPrices } from "./prices";
import { report, Rule } from "./rules";
import { isTold } from "./told";
import { cueAt, cueCount, ORDINAL, Quantity, quantityAt, quantityCount, Token } from "./sentence";

// What quantities and cues come to in their sentence. Distances are in words.

/** "60 percent right off", "$50 is taken off". */
const OFF_REACH: i32 = 3;
/** "a discount on your order of up to 60 percent", "60 percent as a discount". */
const DISCOUNT_REACH_BEFORE: i32 = 7;
/** "a rebate for whoever renews three systems or more before June of 22 percent": "of", "to" or "by" says what it belongs to. */
const DISCOUNT_REACH_BEFORE_OF: i32 = 14;
const DISCOUNT_REACH_AFTER: i32 = 4;
const DISCOUNT_OF_REACH: i32 = 4;
const SAVE_REACH_BEFORE: i32 = 4;
const SAVE_REACH_AFTER: i32 = 2;
const CUT_REACH_BEFORE: i32 = 5;
/** "we have lowered the fee for the second and every further seat by 60 percent". */
const CUT_REACH_BEFORE_BY: i32 = 12;
const CUT_REACH_AFTER: i32 = 3;
const LESS_REACH: i32 = 2;
const PRICE_REACH: i32 = 5;
/** "the whole range is reduced", "a reduction on your next order". */
const CUT_GOODS_REACH: i32 = 4;
const GOODS_REACH: i32 = 12;
/** "revenue grew 60 percent", "60 percent VAT". */
const OTHERWISE_REACH: i32 = 3;
const FEE_REACH: i32 = 4;
const DELIVERY_REACH: i32 = 8;
const COMPETITOR_REACH: i32 = 12;
const HALF_PRICE_REACH: i32 = 3;
const HALF_DISCOUNT_REACH: i32 = 2;

const HALF: i64 = 50_00;

const NONE: i32 = -1;

export function judgeQuantity(index: i32): void {
  const quantity = quantityAt(index);
  if (quantity.kind == Quantity.MONEY && judgesPrices()) judgePrice(quantity);
  if (cueCount == 0 || quantity.isNegated) return;
  if (quantity.kind != Quantity.MONEY && !isPercentToTell(quantity.value)) return;
  const found = quantity.kind == Quantity.FRACTION ? fractionCue(index, quantity) : discountCue(index, quantity);
  if (found == NONE) return;
  const cue = cueAt(found);
  if (cue.isNegated) return;
  const start = min(quantity.start, cue.start);
  const end = max(quantity.end, cue.end);
  if (quantity.kind == Quantity.MONEY) judgeAmountOff(quantity.value, quantity.currency, start, end);
  else judgePercentOff(quantity.value, start, end);
}

/** "half price", "a third off", "cut the bill in half", "save up to 3/4 on everything". */
function fractionCue(index: i32, quantity: Token): i32 {
  const off = offAfter(index, quantity);
  if (off != NONE || quantity.currency == ORDINAL) return off;
  const price = after(quantity, Kind.PRICE, HALF_PRICE_REACH);
  if (price != NONE && quantity.value == HALF) return price;
  const discount = before(quantity, Kind.DISCOUNT, HALF_DISCOUNT_REACH);
  if (discount != NONE) return discount;
  const save = before(quantity, Kind.SAVE, SAVE_REACH_BEFORE);
  if (save != NONE && isAboutGoods(quantity)) return save;
  return isOfSomethingElse(quantity) ? NONE : cutNear(quantity);
}

function isOfSomethingElse(quantity: Token): bool {
  return isBeside(quantity, Kind.OTHERWISE, OTHERWISE_REACH) || isBeside(quantity, Kind.WEIGHT, OTHERWISE_REACH);
}

function isAboutGoods(quantity: Token): bool {
  return isBeside(quantity, Kind.GOODS, GOODS_REACH) || isBeside(quantity, Kind.PRICE, GOODS_REACH);
}

/** The cue that makes a percentage or an amount a discount. */
function discountCue(index: i32, quantity: Token): i32 {
  const off = offAfter(index, quantity);
  if (off != NONE) return off;
  if (isOfSomethingElse(quantity)) return NONE;
  const discount = discountNear(index, quantity);
  if (discount != NONE) return discount;
  const isMoney = quantity.kind == Quantity.MONEY;
  const saved = before(quantity, Kind.SAVE, SAVE_REACH_BEFORE);
  const save = saved != NONE || isMoney ? saved : after(quantity, Kind.SAVE, SAVE_REACH_AFTER);
  if (save != NONE && (isMoney || isAboutGoods(quantity))) return save;
  return isMoney ? NONE : cutNear(quantity);
}

/** "we reduce the price by 60 percent", "everything is reduced by 60 percent". */
function cutNear(quantity: Token): i32 {
  const last = before(quantity, Kind.CUT, isOfBefore(quantity.start) ? CUT_REACH_BEFORE_BY : CUT_REACH_BEFORE);
  const verb = last != NONE ? last : after(quantity, Kind.CUT, CUT_REACH_AFTER);
  // "60 percent below list price"; "below 60 percent" is a limit.
  const cut = verb != NONE ? verb : after(quantity, Kind.LESS, LESS_REACH);
  if (cut == NONE) return NONE;
  // "you pay €30 instead of €90, 60 percent less"
  if (verb == NONE && hasMoney()) return cut;
  const isOfPrice = isBeside(quantity, Kind.PRICE, PRICE_REACH) || isBesideCue(cut, Kind.PRICE, PRICE_REACH);
  return isOfPrice || isBesideCue(cut, Kind.GOODS, CUT_GOODS_REACH) ? cut : NONE;
}

function hasMoney(): bool {
  for (let index = 0; index < quantityCount; index++) if (quantityAt(index).kind == Quantity.MONEY) return true;
  return false;
}

/** "60 % off", but not "60 % off-peak". */
function offAfter(index: i32, quantity: Token): i32 {
  const off = after(quantity, Kind.OFF, OFF_REACH);
  if (off == NONE || isQuantityBefore(index + 1, cueAt(off).place) || isFollowedBy(off, Kind.NOT_OFF)) return NONE;
  return off;
}

/** A discount word that no quantity on its other side is nearer to, and that is not part of "discount rate". */
function discountNear(index: i32, quantity: Token): i32 {
  const next = after(quantity, Kind.DISCOUNT, DISCOUNT_REACH_AFTER);
  if (next != NONE && !isFollowedBy(next, Kind.RATE) && !isQuantityBefore(index + 1, cueAt(next).place + ofReach(quantity))) return next;
  const ofIt = isOfBefore(quantity.start) ? DISCOUNT_REACH_BEFORE_OF : DISCOUNT_REACH_BEFORE;
  const reach = quantity.kind == Quantity.MONEY ? DISCOUNT_REACH_AFTER : ofIt;
  const last = before(quantity, Kind.DISCOUNT, reach);
  if (last == NONE || isFollowedBy(last, Kind.RATE)) return NONE;
  const place = cueAt(last).place;
  const isOthers = index > 0 && quantityAt(index - 1).kind == quantity.kind && quantityAt(index - 1).place < place &&
    place - quantityAt(index - 1).place < quantity.place - place;
  return isOthers ? NONE : last;
}

/** " of ", " to " or " by " right before. */
function isOfBefore(start: usize): bool {
  const word = load<u32>(start - 4);
  return word == 0x20666f20 || word == 0x206f7420 || word == 0x20796220;
}

/** Of an amount, how far behind the discount word the discount itself may follow: "over $961, a discount of 2 %". */
function ofReach(quantity: Token): i32 {
  return quantity.kind == Quantity.MONEY ? DISCOUNT_OF_REACH : 0;
}

/** Whether a quantity stands before a word of the text. */
function isQuantityBefore(index: i32, place: i32): bool {
  return index < quantityCount && quantityAt(index).place < place;
}

function isFollowedBy(cue: i32, kind: u8): bool {
  return cue + 1 < cueCount && cueAt(cue + 1).kind == kind && cueAt(cue + 1).place == cueAt(cue).place + 1;
}

export function judgeCue(index: i32): void {
  const cue = cueAt(index);
  switch (cue.kind) {
    case Kind.WAIVE: return judgeWaiver(index, cue);
    case Kind.DATE: return judgeDate(index, cue);
    case Kind.COMPETITOR: return judgeCompetitor(index, cue);
    case Kind.BOGO: return judgePercentOff(HALF, cue.start, cue.end);
    case Kind.BUY_GET:
    case Kind.FOR_PRICE_OF:
    case Kind.TWO_FOR_ONE:
    case Kind.PAY_SHARE:
      if (!cue.isNegated) judgePercentOff(cue.value, cue.start, cue.end);
  }
}

/** "we waive the setup fee". */
function judgeWaiver(index: i32, cue: Token): void {
  if (cue.isNegated) return;
  const fee = cueAfter(index, Kind.FEE, FEE_REACH);
  const waived = fee != NONE ? fee : cueAfter(index, Kind.PRICE, FEE_REACH);
  if (waived != NONE) report(Rule.FREE_OFFER, cue.start, cueAt(waived).end);
}

/** "will be delivered to you by Friday"; and "we guarantee delivery by Friday". */
function judgeDate(index: i32, cue: Token): void {
  const delivery = cueBefore(index, Kind.DELIVER, DELIVERY_REACH);
  if (delivery == NONE || cueAt(delivery).isNegated || isTold(cueAt(delivery).start, cue.end)) return;
  const guarantee = cueBefore(index, Kind.GUARANTEE, DELIVERY_REACH);
  if (guarantee != NONE && !cueAt(guarantee).isNegated) {
    report(Rule.COMMITMENT, min(cueAt(guarantee).start, cueAt(delivery).start), cue.end);
  } else {
    report(Rule.DELIVERY_DATE, cueAt(delivery).start, cue.end);
  }
}

/** A competitor's name, unless the sentence has one of the contexts in which it may stand. */
function judgeCompetitor(index: i32, cue: Token): void {
  if (!isBesideCue(index, Kind.CONTEXT, COMPETITOR_REACH)) competitorNamed(cue);
}

/** The nearest cue of a kind at most so many words before. */
function before(quantity: Token, kind: u8, reach: i32): i32 {
  return findBefore(quantity.cues, quantity.place, kind, reach);
}

function after(quantity: Token, kind: u8, reach: i32): i32 {
  return findAfter(quantity.cues, quantity.place, kind, reach);
}

function cueBefore(index: i32, kind: u8, reach: i32): i32 {
  return findBefore(index, cueAt(index).place, kind, reach);
}

function cueAfter(index: i32, kind: u8, reach: i32): i32 {
  return findAfter(index + 1, cueAt(index).place, kind, reach);
}

/** Before the cue `index`. */
function findBefore(index: i32, place: i32, kind: u8, reach: i32): i32 {
  for (let at = index - 1; at >= 0 && place - cueAt(at).place <= reach; at--) {
    if (cueAt(at).kind == kind) return at;
  }
  return NONE;
}

/** From the cue `index` on. */
function findAfter(index: i32, place: i32, kind: u8, reach: i32): i32 {
  for (let at = index; at < cueCount && cueAt(at).place - place <= reach; at++) {
    if (cueAt(at).kind == kind) return at;
  }
  return NONE;
}

// @ts-ignore: decorator
@inline
export function isBeside(quantity: Token, kind: u8, reach: i32): bool {
  return cueCount != 0 && isBesideAny(quantity, kind, reach);
}

function isBesideAny(quantity: Token, kind: u8, reach: i32): bool {
  return before(quantity, kind, reach) != NONE || after(quantity, kind, reach) != NONE;
}

function isBesideCue(index: i32, kind: u8, reach: i32): bool {
  return cueBefore(index, kind, reach) != NONE || cueAfter(index, kind, reach) != NONE;
}
