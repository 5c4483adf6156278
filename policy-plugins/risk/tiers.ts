import { Input, Value } from "../sdk/index";
import { factsHold, Proof } from "./facts";
import { isByWhom } from "./factors";
import { integerOf } from "./findings";

// How much trust there is: thresholds for whom and for what was recorded of them. The first tier that the gateway's own facts put an
// action in gives its thresholds; tiers that hold only with what the caller asserts may lower them, never raise them.

export class Thresholds {
  note: i32 = 20;
  hold: i32 = 50;
  block: i32 = 100;
}

export function thresholdsFor(input: Input, base: Thresholds, tiers: Value): Thresholds {
  const thresholds = new Thresholds();
  take(thresholds, base);
  let isFound = false;
  for (let tier = tiers.first; tier.exists && !isFound; tier = tier.next) {
    if (!isByWhom(tier, input) || !factsHold(tier.get("facts"), input, Proof.PROVED)) continue;
    take(thresholds, ofTier(tier, base));
    isFound = true;
  }
  for (let tier = tiers.first; tier.exists; tier = tier.next) {
    if (isByWhom(tier, input) && isAssertedOnly(tier.get("facts"), input)) lower(thresholds, ofTier(tier, base));
  }
  return thresholds;
}

function isAssertedOnly(facts: Value, input: Input): bool {
  return factsHold(facts, input, Proof.ASSERTED) && !factsHold(facts, input, Proof.PROVED);
}

function take(to: Thresholds, from: Thresholds): void {
  to.note = from.note;
  to.hold = from.hold;
  to.block = from.block;
}

function lower(to: Thresholds, from: Thresholds): void {
  to.note = min(to.note, from.note);
  to.hold = min(to.hold, from.hold);
  to.block = min(to.block, from.block);
}

/** Those that the tier names, and the base's. */
function ofTier(tier: Value, base: Thresholds): Thresholds {
  const thresholds = new Thresholds();
  take(thresholds, base);
  readThresholds(tier, thresholds);
  return thresholds;
}

export function readThresholds(from: Value, to: Thresholds): void {
  if (from.get("note_at").exists) to.note = integerOf(from.get("note_at"));
  if (from.get("hold_at").exists) to.hold = integerOf(from.get("hold_at"));
  if (from.get("block_at").exists) to.block = integerOf(from.get("block_at"));
}
