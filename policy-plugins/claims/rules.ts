import { isFull, Redact, refuse, reportSpan, Settings, Value } from "../sdk/index";
import { Phrase } from "./phrase-table";

/** Rules that need more than a phrase; numbered on from those of phrase-table.ts. */
export namespace Rule {
  export const FREE_OFFER: u8 = Phrase.FREE_OFFER;
  export const COMMITMENT: u8 = Phrase.COMMITMENT;
  export const PROMISE: u8 = Phrase.PROMISE;
  export const DELIVERY_DATE: u8 = Phrase.DELIVERY_DATE;
  export const DISCOUNT_HIGH: u8 = 33;
  export const DISCOUNT_TOO_HIGH: u8 = 34;
  export const PRICE_NOT_ALLOWED: u8 = 35;
  export const PRICE_OUT_OF_BOUNDS: u8 = 36;
  export const COMPETITOR_MENTION: u8 = 37;
  export const DISCLAIMER_MISSING: u8 = 38;
  export const PHRASE_LIMIT: u8 = 39;
}

const RULES: i32 = 40;

/** For each rule: whether it is off; where what it last reported begins and ends, 0: nowhere. */
const off: usize = memory.data(RULES, 8);
const lastStarts: usize = memory.data(RULES << 2, 8);
const lastEnds: usize = memory.data(RULES << 2, 8);

/** From here on addresses become places in the reading. */
let begin: usize = 0;

export function beginReport(at: usize): void {
  begin = at;
}

function idOf(rule: u8): string {
  switch (rule) {
    case Phrase.GUARANTEE: return "GUARANTEE";
    case Phrase.GUARANTEED_RETURN: return "GUARANTEED_RETURN";
    case Phrase.PRICE_PROMISE: return "PRICE_PROMISE";
    case Phrase.PRICE_MATCH: return "PRICE_MATCH";
    case Phrase.FREE_OFFER: return "FREE_OFFER";
    case Phrase.PROMISE: return "PROMISE";
    case Phrase.COMMITMENT: return "COMMITMENT";
    case Phrase.FINANCE_ADVICE: return "FINANCE_ADVICE";
    case Phrase.PROJECTED_RETURN: return "PROJECTED_RETURN";
    case Phrase.PAST_PERFORMANCE: return "PAST_PERFORMANCE";
    case Phrase.HEALTH_CURE: return "HEALTH_CURE";
    case Phrase.HEALTH_CLAIM: return "HEALTH_CLAIM";
    case Phrase.MEDICAL_ADVICE: return "MEDICAL_ADVICE";
    case Phrase.LEGAL_ADVICE: return "LEGAL_ADVICE";
    case Phrase.LIABILITY_ADMISSION: return "LIABILITY_ADMISSION";
    case Phrase.INSURANCE_PROMISE: return "INSURANCE_PROMISE";
    case Phrase.CREDIT_PROMISE: return "CREDIT_PROMISE";
    case Rule.DELIVERY_DATE: return "DELIVERY_DATE";
    case Rule.DISCOUNT_HIGH: return "DISCOUNT_HIGH";
    case Rule.DISCOUNT_TOO_HIGH: return "DISCOUNT_TOO_HIGH";
    case Rule.PRICE_NOT_ALLOWED: return "PRICE_NOT_ALLOWED";
    case Rule.PRICE_OUT_OF_BOUNDS: return "PRICE_OUT_OF_BOUNDS";
    case Rule.COMPETITOR_MENTION: return "COMPETITOR_MENTION";
    case Rule.PHRASE_LIMIT: return "PHRASE_LIMIT";
    default: return "DISCLAIMER_MISSING";
  }
}

/** Which regulated language is looked for. Without the setting: all. */
export function readAreas(settings: Settings): void {
  if (!settings.has("areas")) return;
  for (let rule = Phrase.FINANCE_ADVICE; rule <= Phrase.CREDIT_PROMISE; rule++) store<u8>(off + rule, 1);
  const areas = settings.texts("areas");
  for (let area = areas.first; area.exists; area = area.next) turnOn(area);
}

function turnOn(area: Value): void {
  if (area.is("finance")) {
    keep(Phrase.FINANCE_ADVICE);
    keep(Phrase.PROJECTED_RETURN);
    keep(Phrase.PAST_PERFORMANCE);
  } else if (area.is("health")) {
    keep(Phrase.HEALTH_CURE);
    keep(Phrase.HEALTH_CLAIM);
    keep(Phrase.MEDICAL_ADVICE);
  } else if (area.is("legal")) {
    keep(Phrase.LEGAL_ADVICE);
    keep(Phrase.LIABILITY_ADMISSION);
  } else if (area.is("insurance")) keep(Phrase.INSURANCE_PROMISE);
  else if (area.is("credit")) keep(Phrase.CREDIT_PROMISE);
  else refuse("areas must be of finance, health, legal, insurance, credit");
}

function keep(rule: u8): void {
  store<u8>(off + rule, 0);
}

/** Whether nothing more of a rule is told. */
export function isRuleFull(rule: u8): bool {
  return load<usize>(lastEnds + (<usize>rule << 2)) != 0 && isFull();
}

/**
 * `start` and `end` are addresses in the text that `beginReport` named; `item`: which entry of the settings' list. What overlaps
 * what its rule reported last adds nothing.
 */
export function report(rule: u8, start: usize, end: usize, item: i32 = -1): void {
  if (load<u8>(off + rule) != 0 || isOtherwise(rule, start, end)) return;
  const slot = <usize>rule << 2;
  const lastEnd = load<usize>(lastEnds + slot);
  if (item < 0 && start < lastEnd && end > load<usize>(lastStarts + slot)) return;
  if (lastEnd != 0 && isFull()) return;
  store<usize>(lastStarts + slot, start);
  store<usize>(lastEnds + slot, end);
  reportSpan(idOf(rule), <i32>(start - begin), <i32>(end - begin), Redact.None, -1, item);
}

/** "If you have asthma", "our fault tolerance", "the stock car race": what stands beside a phrase may make it none. */
function isOtherwise(rule: u8, start: usize, end: usize): bool {
  if (rule < Phrase.FINANCE_ADVICE || rule > Phrase.CREDIT_PROMISE) return false;
  const next = load<u64>(end) & 0xffffffffff;
  if (rule == Phrase.LIABILITY_ADMISSION) return next == TOLER;
  if (rule == Phrase.FINANCE_ADVICE) {
    const noun = <u32>next;
    return noun == CAR || noun == CUBE || noun == PHOTO || noun == LEVEL || next == ROOM;
  }
  if (rule == Phrase.MEDICAL_ADVICE && isLimit(start, end)) return true;
  if ((load<u32>(start) & 0xffffff) != YOU) return false;
  const before = load<u32>(start - 4);
  return before >> 8 == IF || before == WHEN || before == LESS;
}

/** "Do not take more than eight tablets." */
function isLimit(start: usize, end: usize): bool {
  for (let at = start; at < end; at++) if (load<u64>(at) == MORE_THAN) return true;
  return false;
}

/** "more tha" */
const MORE_THAN: u64 = 0x6168742065726f6d;
/** " tole" */
const TOLER: u64 = 0x656c6f7420;
const CAR: u32 = 0x72616320;
const CUBE: u32 = 0x62756320;
const PHOTO: u32 = 0x6f687020;
const LEVEL: u32 = 0x76656c20;
/** " room" */
const ROOM: u64 = 0x6d6f6f7220;
const YOU: u32 = 0x756f79;
/** "if ", "hen ", "ess ": behind if, when and unless. */
const IF: u32 = 0x206669;
const WHEN: u32 = 0x206e6568;
const LESS: u32 = 0x20737365;
