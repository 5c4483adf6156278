import { KEEPS_NEGATION, LooseScan } from "../sdk/loose";
import { dropPercent, judgePercentOff } from "./discounts";
import { FIRST_GUARD, Kind, LOOSE_CELLS, LOOSE_LISTS, LOOSE_MASKS, LOOSE_PHRASES, LOOSE_SPAN, LOOSE_SYMBOLS, Phrase } from "./phrase-table";
import { takeGuard } from "./phrases";
import { isRuleFull, report, Rule } from "./rules";
import { lastMoney, moneyBeforeLast } from "./quantity";
import { isTold } from "./told";
import { hasCue, isDeniedBefore, isDeniedSince } from "./sentence";

class ClaimScan extends LooseScan {
  protected matched(code: u32, first: i32, start: usize, end: usize): void {
    const rule = <u8>(code & ~KEEPS_NEGATION);
    if (rule == Phrase.KIND + Kind.DROP) {
      if (!isDeniedSince(first)) judgePercentOff(dropPercent(moneyBeforeLast, lastMoney), start, end);
      return;
    }
    if (rule >= FIRST_GUARD) {
      if (code != rule || !isDeniedSince(first)) takeGuard(rule, start);
      return;
    }
    if (isRuleFull(rule) || (code == rule ? isDeniedSince(first) : isDeniedBefore(first))) return;
    // "We guarantee delivery by Friday" binds, and is told as such.
    if (rule == Rule.DELIVERY_DATE && hasCue(Kind.GUARANTEE) && hasCue(Kind.DELIVER)) return;
    if (rule == Rule.DELIVERY_DATE && isTold(start, end)) return;
    report(rule, start, end);
  }
}

/** Phrases with other words between theirs. */
export const loose = new ClaimScan(LOOSE_SYMBOLS, LOOSE_MASKS, LOOSE_LISTS, LOOSE_PHRASES, LOOSE_CELLS, LOOSE_SPAN);
