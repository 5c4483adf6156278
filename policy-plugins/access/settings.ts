import { compareNumbers, isPointer, MISSING, refuse, Settings, Value } from "../sdk/index";

// The settings are kept as they were read: after these checks each member is absent or well formed.

export let tools: Value = MISSING;
export let argumentBounds: Value = MISSING;
export let forbiddenStates: Value = MISSING;

export function readSettings(settings: Settings): void {
  tools = settings.array("tools");
  argumentBounds = settings.array("arguments");
  forbiddenStates = settings.texts("forbidden_account_states");
  for (let item = tools.first; item.exists; item = item.next) checkTool(item);
  for (let item = argumentBounds.first; item.exists; item = item.next) checkArgument(item);
}

function checkTool(item: Value): void {
  const tool = new Settings(item, "tools/" + item.index.toString() + "/");
  tool.require("tool");
  tool.require("roles");
  tool.text("tool");
  tool.texts("roles");
  tool.texts("surfaces");
  tool.end();
}

function checkArgument(item: Value): void {
  const argument = new Settings(item, "arguments/" + item.index.toString() + "/");
  argument.require("tool");
  argument.require("pointer");
  argument.text("tool");
  const pointer = argument.pointer("pointer");
  if (pointer.exists && !isPointer(pointer)) refuse(argument.where + "pointer must be a JSON Pointer");
  const max = argument.number("max");
  const min = argument.number("min");
  const oneOf = argument.texts("one_of");
  const required = argument.flag("required", false);
  argument.end();
  if (max.exists && min.exists && compareNumbers(min, max) > 0) refuse(argument.where + "min is above max");
  if (oneOf.exists && (max.exists || min.exists)) {
    refuse(argument.where + "one_of is for strings, max and min for numbers");
  }
  if (!(oneOf.exists || max.exists || min.exists || required)) refuse(argument.where + "bounds nothing");
}
