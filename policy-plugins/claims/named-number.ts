import { NO_SEGMENT, reading, Segment } from "../sdk/index";
import { judgeAmountOff, judgePercentOff } from "./discounts";
import { hundredths } from "./number";
import { ANY_CURRENCY, judgePriceOf, judgesPrices } from "./prices";

// A number that is all of a value, and what its member's name says of it: {"discount_percent": 60}, {"price": 19.99}.

namespace Meaning {
  export const NONE: i32 = 0;
  export const PERCENT_OFF: i32 = 1;
  export const AMOUNT_OFF: i32 = 2;
  export const PRICE: i32 = 3;
}

/** Longer names are looked at up to here. */
const NAME_BYTES_MAX: u32 = 64;
const ONE: i64 = 1_00;
const WHOLE: i64 = 100_00;

/** The segment that was looked at last; numbers come in order. */
let cursor: i32 = 0;
/** Where the one after it begins. */
let nextStart: usize = 0;
let lastName: u32 = NO_SEGMENT;
let lastMeaning: i32 = 0;

let meaning: i32 = 0;
let isShare: bool = false;

/** Whether the value that these bytes are all of has a name that says what it counts. */
export function isNamedNumber(start: usize, end: usize): bool {
  if (start < nextStart) return false;
  const all = reading();
  const from = <u32>(start - all.folded);
  while (cursor + 1 < all.segmentCount && all.segment(cursor + 1).start <= from) cursor++;
  nextStart = cursor + 1 < all.segmentCount ? all.folded + all.segment(cursor + 1).start : usize.MAX_VALUE;
  const segment = all.segment(cursor);
  if (segment.start != from || segment.end != <u32>(end - all.folded)) return false;
  const name = all.fieldOf(segment).nameSegment;
  if (name == NO_SEGMENT) return false;
  if (name != lastName) {
    lastName = name;
    lastMeaning = meaningOf(all.segment(<i32>name));
  }
  meaning = lastMeaning;
  return meaning != Meaning.NONE;
}

export function judgeNamedNumber(start: usize, end: usize): void {
  if (meaning == Meaning.PRICE) {
    if (judgesPrices()) judgePriceOf(hundredths, ANY_CURRENCY, start, end);
  } else if (meaning == Meaning.AMOUNT_OFF) {
    judgeAmountOff(hundredths, ANY_CURRENCY, start, end);
  } else {
    // 0.6 of all are sixty percent, unless the name says that these are counted.
    judgePercentOff(isShare && hundredths <= ONE ? hundredths * (WHOLE / ONE) : hundredths, start, end);
  }
}

function meaningOf(name: Segment): i32 {
  const all = reading();
  const begin = all.folded + name.start;
  const end = all.folded + min(name.end, name.start + NAME_BYTES_MAX);
  if (!has(begin, end, "discount") && !has(begin, end, "rebate") && !has(begin, end, "percent_off") && !has(begin, end, "markdown")) {
    return has(begin, end, "price") || has(begin, end, "fee") || has(begin, end, "cost") ? Meaning.PRICE : Meaning.NONE;
  }
  if (has(begin, end, "amount") || has(begin, end, "value") || has(begin, end, "total")) return Meaning.AMOUNT_OFF;
  if (has(begin, end, "id") || has(begin, end, "code") || has(begin, end, "cents")) return Meaning.NONE;
  isShare = !has(begin, end, "percent") && !has(begin, end, "pct");
  return Meaning.PERCENT_OFF;
}

/** Whether a text stands anywhere between two addresses. */
function has(begin: usize, end: usize, text: string): bool {
  const size = <usize>text.length;
  for (let at = begin; at + size <= end; at++) {
    let i: usize = 0;
    while (i < size && load<u8>(at + i) == load<u8>(changetype<usize>(text) + (i << 1))) i++;
    if (i == size) return true;
  }
  return false;
}
