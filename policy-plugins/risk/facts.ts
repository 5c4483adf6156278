import { compareNumbers, Input, Value } from "../sdk/index";

// Conditions on facts. What the gateway recorded is proved; what the caller asserts in `context.facts` may make an action count as
// riskier, never as less risky.

/** Which way an unreadable or an asserted fact counts. */
export namespace Proof {
  /** The gateway's facts alone; one of another type than asked for does not fit. */
  export const PROVED: i32 = 0;
  /** The caller's too; one of another type fits. */
  export const ASSERTED: i32 = 1;
}

/** Whether all of a list of conditions hold. */
export function factsHold(conditions: Value, input: Input, proof: i32): bool {
  for (let condition = conditions.first; condition.exists; condition = condition.next) {
    const pointer = condition.get("pointer");
    const isProved = factHolds(condition, input.facts.find(pointer), proof);
    // Whether a fact is missing, the gateway's facts alone say.
    const isAsserted = proof == Proof.ASSERTED && !condition.get("missing").exists &&
      factHolds(condition, input.context.facts.find(pointer), proof);
    if (!isProved && !isAsserted) return false;
  }
  return true;
}

function factHolds(condition: Value, fact: Value, proof: i32): bool {
  if (condition.get("missing").isTrue) return !fact.exists;
  if (!fact.exists) return false;
  const oneOf = condition.get("one_of");
  if (oneOf.exists) return fact.isString ? oneOf.contains(fact) : proof == Proof.ASSERTED;
  if (!fact.isNumber) return proof == Proof.ASSERTED;
  return isWithin(fact, condition);
}

/** Whether a number fulfils each of `above`, `at_least`, `below` and `at_most` that is given. */
export function isWithin(number: Value, bounds: Value): bool {
  const above = bounds.get("above");
  const atLeast = bounds.get("at_least");
  const below = bounds.get("below");
  const atMost = bounds.get("at_most");
  return (!above.exists || compareNumbers(number, above) > 0) && (!atLeast.exists || compareNumbers(number, atLeast) >= 0) &&
    (!below.exists || compareNumbers(number, below) < 0) && (!atMost.exists || compareNumbers(number, atMost) <= 0);
}
