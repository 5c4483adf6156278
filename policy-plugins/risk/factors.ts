import { Input, MISSING, Value } from "../sdk/index";
import { factsHold, isWithin, Proof } from "./facts";
import { integerOf } from "./findings";
import { matchesAny, matchesAnyOf } from "./patterns";
import { isExternal, readRecipients, recipientCount } from "./recipients";
import { hasAnyWord } from "./words";

// What the settings say of the action itself: a factor adds its points where all of its conditions hold.

/** Whether all conditions of a factor hold. One with negative points rests on what is proved alone. */
export function factorHolds(factor: Value, input: Input): bool {
  const proof = integerOf(factor.get("points")) < 0 ? Proof.PROVED : Proof.ASSERTED;
  return isOfKind(factor, input) && isByWhom(factor, input) && isAbout(factor, input) && hasValues(factor, input) &&
    factsHold(factor.get("facts"), input, proof);
}

/** What is done. */
function isOfKind(factor: Value, input: Input): bool {
  const surfaces = factor.get("surfaces");
  const tools = factor.get("tools");
  return (!surfaces.exists || matchesAny(surfaces, input.action.surface)) && (!tools.exists || matchesAny(tools, input.action.tool));
}

/** Who does it. */
export function isByWhom(factor: Value, input: Input): bool {
  const agents = factor.get("agents");
  const roles = factor.get("roles");
  const principal = input.principal;
  return (!agents.exists || matchesAny(agents, principal.agent)) && (!roles.exists || matchesAnyOf(roles, principal.roles));
}

/** What the caller says that it is about. */
function isAbout(factor: Value, input: Input): bool {
  const action = input.action;
  const folders = factor.get("folders");
  const classes = factor.get("data_classes");
  const labels = factor.get("labels");
  const words = factor.get("words");
  return (!folders.exists || matchesAny(folders, action.resource.get("folder"))) &&
    (!classes.exists || matchesAny(classes, action.resource.get("data_class"))) &&
    (!labels.exists || matchesAnyOf(labels, input.context.labels)) &&
    (!words.exists || hasAnyWord(words, action.impact) || hasAnyWord(words, action.intent) || hasAnyWord(words, action.reason)) &&
    (!factor.get("folder_mismatch").isTrue || isFolderMismatch(input)) && isThere(factor, action);
}

/** An action in one folder on what lies in another; where only one of the two is named, as well. */
function isFolderMismatch(input: Input): bool {
  const from = input.context.folder;
  const to = input.action.resource.get("folder");
  return (from.exists || to.exists) && !from.equals(to);
}

function isThere(factor: Value, action: Value): bool {
  const missing = factor.get("missing");
  let isMissing = !missing.exists;
  for (let name = missing.first; name.exists; name = name.next) isMissing = isMissing || isBlank(member(action, name));
  const present = factor.get("present");
  let isPresent = true;
  for (let name = present.first; name.exists; name = name.next) isPresent = isPresent && !isBlank(member(action, name));
  return isMissing && isPresent;
}

/** The settings' check left these names only. */
function member(action: Value, name: Value): Value {
  if (name.is("intent")) return action.get("intent");
  if (name.is("reason")) return action.get("reason");
  if (name.is("impact")) return action.get("impact");
  return action.get("compensation");
}

/** Not there, or nothing but blanks. */
function isBlank(value: Value): bool {
  if (!value.isString) return !value.exists;
  for (let at = value.start; at < value.end; at++) {
    if (load<u8>(at) != 0x20) return false;
  }
  return true;
}

/** What it has in it. */
function hasValues(factor: Value, input: Input): bool {
  const payload = input.action.payload;
  const domains = factor.get("external_to");
  const above = factor.get("recipients_above");
  if (domains.exists || above.exists) {
    readRecipients(payload, factor.get("recipients"), domains);
    if (domains.exists && !isExternal) return false;
    if (above.exists && recipientCount <= integerOf(above)) return false;
  }
  const amount = factor.get("amount");
  return !amount.exists || amountHolds(amount, payload.find(amount.get("pointer")), integerOf(factor.get("points")) > 0);
}

/** A value that is no number cannot be judged: it counts where that makes the action riskier. */
function amountHolds(amount: Value, value: Value, isRaising: bool): bool {
  if (!value.exists) return false;
  return value.isNumber ? isWithin(value, amount) : isRaising;
}

/** What to point at: the amount that was judged; MISSING: nothing. */
export function placeOf(factor: Value, input: Input): Value {
  const amount = factor.get("amount");
  return amount.exists ? input.action.payload.find(amount.get("pointer")) : MISSING;
}
