import { Input, MISSING, Value } from "../sdk/index";
import { matches, matchesAny } from "./patterns";
import { kept } from "./state";

// Who calls, for what: the conditions that entries of the settings have in common.

export function readCaller(input: Input): void {
  const action = input.action;
  const principal = input.principal;
  kept.tool = action.tool;
  kept.surface = action.surface;
  kept.agent = principal.agent;
  kept.roles = knownRoles(principal.roles);
  kept.folder = principal.get("folder");
  if (!kept.folder.exists) kept.folder = input.context.folder;
}

/** The roles, or none at all if any of them is not a string: a list that we half understand permits nothing. */
function knownRoles(list: Value): Value {
  for (let role = list.first; role.exists; role = role.next) {
    if (!role.isString) return MISSING;
  }
  return list;
}

/** Whether an entry's `tool`, `surfaces`, `agents` and `folders` are the action's, as far as it names any. */
export function isMeant(entry: Value): bool {
  const pattern = entry.get("tool");
  if (pattern.exists && !matches(pattern, kept.tool)) return false;
  return isAmong(entry.get("surfaces"), kept.surface) && isAmong(entry.get("agents"), kept.agent) && isAmong(entry.get("folders"), kept.folder);
}

function isAmong(patterns: Value, name: Value): bool {
  return !patterns.exists || matchesAny(patterns, name);
}

/** Whether the caller has one of some roles. */
export function hasRole(permitted: Value): bool {
  for (let role = permitted.first; role.exists; role = role.next) {
    if (role.is("*") || kept.roles.contains(role)) return true;
  }
  return false;
}
