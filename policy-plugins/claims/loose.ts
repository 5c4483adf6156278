import { KEEPS_NEGATION, LooseScan } from "../sdk/loose";
import { Kind, LOOSE_CELLS, LOOSE_LISTS, LOOSE_MASKS, LOOSE_PHRASES, LOOSE_SPAN, LOOSE_SYMBOLS } from "./phrase-table";
import { isRuleFull, report, Rule } from "./rules";
import { hasCue, isDeniedBefore, isDeniedSince, isQuestion } from "./sentence";

class ClaimScan extends LooseScan {
  protected matched(code: u32, first: i32, start: usize, end: usize): void {
    if (isQuestion) return;
    const rule = <u8>(code & ~KEEPS_NEGATION);
    if (isRuleFull(rule) || (code == rule ? isDeniedSince(first) : isDeniedBefore(first))) return;
    // "We guarantee delivery by Friday" binds, and is told as such.
    if (rule == Rule.DELIVERY_DATE && hasCue(Kind.GUARANTEE) && hasCue(Kind.DELIVER)) return;
    report(rule, start, end);
  }
}

/** Phrases with other words between theirs. */
export const loose = new ClaimScan(LOOSE_SYMBOLS, LOOSE_MASKS, LOOSE_LISTS, LOOSE_PHRASES, LOOSE_CELLS, LOOSE_SPAN);
