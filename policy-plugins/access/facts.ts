import { compareNumbers, equalsFolded, finding, Input, Value } from "../sdk/index";
import { isMeant } from "./callers";
import { kept } from "./state";

// What must be known before something may be done: the gateway's own facts, and those that the caller asserts.

export function checkFacts(input: Input): void {
  for (let entry = kept.requiredFacts.first; entry.exists; entry = entry.next) {
    if (isMeant(entry)) checkFact(input, entry);
  }
  if (kept.forbiddenStates.exists) {
    checkAccountState(input.facts);
    checkAccountState(input.context.facts);
  }
}

function checkFact(input: Input, entry: Value): void {
  const pointer = entry.get("fact");
  const own = input.facts.find(pointer);
  const asserted = input.context.facts.find(pointer);
  // What the caller says of itself can only tighten: it never stands in for the gateway's.
  if (!isGiven(own)) finding("FACT_MISSING").item(entry.index);
  else if (isGiven(asserted) && !isSame(own, asserted)) finding("FACT_CONFLICT").at(asserted).item(entry.index);
  const oneOf = entry.get("one_of");
  const fact = isGiven(own) ? own : asserted;
  if (oneOf.exists && isGiven(fact) && !contains(oneOf, fact)) finding("FACT_NOT_ALLOWED").item(entry.index);
}

function isGiven(fact: Value): bool {
  return fact.exists && !fact.isNull;
}

/** Of lists and objects nothing is known to be the same. */
function isSame(one: Value, other: Value): bool {
  if (one.isString || other.isString) return one.equals(other);
  if (one.isNumber && other.isNumber) return compareNumbers(one, other) == 0;
  return one.isBool && other.isBool && one.isTrue == other.isTrue;
}

function contains(list: Value, fact: Value): bool {
  for (let item = list.first; item.exists; item = item.next) if (equalsFolded(item, fact)) return true;
  return false;
}

/** A state that is absent is not forbidden; one that is there and not a string is: it might stand for any. */
function checkAccountState(facts: Value): void {
  const state = facts.get("account_status");
  let isForbidden = state.exists ? !state.isString : facts.exists && !facts.isObject;
  for (let forbidden = kept.forbiddenStates.first; forbidden.exists && !isForbidden; forbidden = forbidden.next) {
    isForbidden = equalsFolded(state, forbidden);
  }
  if (isForbidden) finding("ACCOUNT_STATE_FORBIDDEN").at(state.exists ? state : facts);
}
