import { compareNumbers, isPointer, MISSING, refuse, Settings, Value } from "../sdk/index";
import { kept } from "./state";

// The settings are kept as they were read: after these checks each member is absent or well formed.

export function readSettings(settings: Settings): void {
  kept.tools = settings.array("tools");
  kept.deniedTools = settings.array("denied_tools");
  kept.argumentBounds = settings.array("arguments");
  kept.forbiddenStates = settings.texts("forbidden_account_states");
  kept.requiredFacts = settings.array("required_facts");
  kept.dataClasses = settings.array("data_classes");
  kept.isFolderIsolated = settings.flag("folder_isolation", false);
  kept.ownPointers = MISSING;
  kept.recipients = objectOf(settings, "recipients");
  kept.code = objectOf(settings, "code");
  for (let item = kept.tools.first; item.exists; item = item.next) checkTool(within("tools", item), true);
  for (let item = kept.deniedTools.first; item.exists; item = item.next) checkTool(within("denied_tools", item), false);
  for (let item = kept.argumentBounds.first; item.exists; item = item.next) checkArgument(within("arguments", item));
  for (let item = kept.requiredFacts.first; item.exists; item = item.next) checkFact(within("required_facts", item));
  for (let item = kept.dataClasses.first; item.exists; item = item.next) checkClass(within("data_classes", item));
  if (kept.recipients.exists) checkRecipients(new Settings(kept.recipients, "recipients/"));
  if (kept.code.exists) checkCode(new Settings(kept.code, "code/"));
}

function within(list: string, item: Value): Settings {
  return new Settings(item, list + "/" + item.index.toString() + "/");
}

function objectOf(settings: Settings, name: string): Value {
  const value = settings.value.get(name);
  if (value.exists) value.seen = true;
  if (value.exists && !value.isObject) refuse(name + " must be an object");
  return value;
}

function checkTool(tool: Settings, needsRoles: bool): void {
  tool.require("tool");
  if (needsRoles) tool.require("roles");
  tool.text("tool");
  tool.texts("roles");
  checkScope(tool);
  tool.end();
}

function checkScope(entry: Settings): void {
  entry.texts("surfaces");
  entry.texts("agents");
  entry.texts("folders");
}

function checkArgument(argument: Settings): void {
  argument.require("tool");
  argument.require("pointer");
  argument.text("tool");
  checkScope(argument);
  checkPointer(argument, "pointer");
  const max = argument.number("max");
  const min = argument.number("min");
  const oneOf = argument.texts("one_of");
  const noneOf = argument.texts("none_of");
  const pattern = argument.text("pattern");
  const required = argument.flag("required", false);
  const type = checkType(argument);
  const longest = checkCount(argument, "max_length");
  const shortest = checkCount(argument, "min_length");
  argument.end();
  const isNumber = max.exists || min.exists;
  if (max.exists && min.exists && compareNumbers(min, max) > 0) refuse(argument.where + "min is above max");
  if (longest.exists && shortest.exists && compareNumbers(shortest, longest) > 0) {
    refuse(argument.where + "min_length is above max_length");
  }
  if (oneOf.exists && isNumber) refuse(argument.where + "one_of is for strings, max and min for numbers");
  if (isNumber && (noneOf.exists || pattern.exists || longest.exists || shortest.exists)) {
    refuse(argument.where + "max and min are for numbers");
  }
  const isBound = isNumber || oneOf.exists || noneOf.exists || pattern.exists || longest.exists || shortest.exists;
  if (!(isBound || required || type.exists)) refuse(argument.where + "bounds nothing");
}

function checkPointer(entry: Settings, name: string): void {
  const pointer = entry.pointer(name);
  if (pointer.exists && !isPointer(pointer)) refuse(entry.where + name + " must be a JSON Pointer");
}

function checkType(argument: Settings): Value {
  const type = argument.text("type");
  const isKnown = type.is("string") || type.is("number") || type.is("integer") || type.is("boolean") || type.is("array") ||
    type.is("object");
  if (type.exists && !isKnown) refuse(argument.where + "type must be string, number, integer, boolean, array or object");
  return type;
}

/** More digits than any length has. */
const COUNT_DIGITS_MAX: usize = 8;

function checkCount(entry: Settings, name: string): Value {
  const count = entry.number(name);
  if (!count.exists) return count;
  let isWhole = count.end - count.start <= COUNT_DIGITS_MAX;
  for (let at = count.start; at < count.end; at++) isWhole = isWhole && load<u8>(at) - 0x30 < 10;
  if (!isWhole) refuse(entry.where + name + " must be a whole number");
  return count;
}

function checkFact(fact: Settings): void {
  fact.require("fact");
  checkPointer(fact, "fact");
  fact.text("tool");
  checkScope(fact);
  fact.texts("one_of");
  fact.end();
}

function checkClass(entry: Settings): void {
  entry.require("label");
  entry.text("label");
  entry.texts("surfaces");
  entry.texts("folders");
  entry.texts("targets");
  entry.texts("tools");
  entry.texts("domains");
  entry.flag("same_folder", true);
  entry.end();
}

function checkRecipients(entry: Settings): void {
  kept.ownPointers = entry.texts("pointers");
  for (let pointer = kept.ownPointers.first; pointer.exists; pointer = pointer.next) {
    if (!isPointer(pointer)) refuse(entry.where + "pointers must be JSON Pointers");
  }
  entry.texts("surfaces");
  entry.texts("own_domains");
  entry.texts("allowed_domains");
  entry.texts("denied_domains");
  checkCount(entry, "max");
  entry.flag("first_contact", false);
  entry.end();
}

function checkCode(entry: Settings): void {
  entry.text("tool");
  entry.texts("roles");
  checkScope(entry);
  const kinds = entry.texts("kinds");
  for (let kind = kinds.first; kind.exists; kind = kind.next) {
    const isKnown = kind.is("fence") || kind.is("sql") || kind.is("shell") || kind.is("script") || kind.is("program");
    if (!isKnown) refuse(entry.where + "kinds must be of fence, sql, shell, script, program");
  }
  entry.end();
}
