import { finding, Input, Settings, Value } from "../sdk/index";
import { checkArguments, configureArguments } from "./arguments";
import { checkBoundaries, configureBoundaries } from "./boundaries";
import { hasRole, isMeant, readCaller } from "./callers";
import { checkCode, configureCode } from "./code";
import { checkFacts } from "./facts";
import { checkRecipients, configureRecipients } from "./recipients";
import { readSettings } from "./settings";
import { kept } from "./state";

export function configure(settings: Settings): void {
  readSettings(settings);
  configureArguments();
  configureRecipients();
  configureBoundaries();
  configureCode();
}

export function evaluate(input: Input): void {
  const action = input.action;
  readCaller(input);
  if (kept.tools.exists && !isPermitted()) finding("ROLE_NOT_PERMITTED");
  if (kept.deniedTools.exists && isDenied()) finding("TOOL_DENIED");
  if (kept.argumentBounds.exists) checkArguments(action.payload);
  if (kept.requiredFacts.exists || kept.forbiddenStates.exists) checkFacts(input);
  if (kept.recipients.exists) checkRecipients(input);
  if (kept.dataClasses.exists || kept.isFolderIsolated) checkBoundaries(input);
  if (kept.code.exists) checkCode(input);
}

/** Whether some entry that is meant names a role that the principal has. */
function isPermitted(): bool {
  for (let entry = kept.tools.first; entry.exists; entry = entry.next) {
    if (isMeant(entry) && hasRole(entry.get("roles"))) return true;
  }
  return false;
}

/** Whether some entry that is meant names a role that the principal has, or none. */
function isDenied(): bool {
  for (let entry = kept.deniedTools.first; entry.exists; entry = entry.next) {
    const roles: Value = entry.get("roles");
    if (isMeant(entry) && (!roles.exists || hasRole(roles))) return true;
  }
  return false;
}
