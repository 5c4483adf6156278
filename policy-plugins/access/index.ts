import { compareNumbers, equalsFolded, finding, Input, MISSING, Settings, Value } from "../sdk/index";
import { matches, matchesAny } from "./patterns";
import { argumentBounds, forbiddenStates, readSettings, tools } from "./settings";

export function configure(settings: Settings): void {
  readSettings(settings);
}

export function evaluate(input: Input): void {
  const action = input.action;
  if (tools.exists && !isPermitted(action.tool, action.surface, input.principal.roles)) {
    finding("ROLE_NOT_PERMITTED");
  }
  for (let bounds = argumentBounds.first; bounds.exists; bounds = bounds.next) {
    if (matches(bounds.get("tool"), action.tool)) checkArgument(bounds, action.payload);
  }
  if (forbiddenStates.exists) {
    checkAccountState(input.facts);
    checkAccountState(input.context.facts);
  }
}

/** Whether some entry for this tool and surface names a role that the principal has. */
function isPermitted(tool: Value, surface: Value, roles: Value): bool {
  const known = knownRoles(roles);
  for (let entry = tools.first; entry.exists; entry = entry.next) {
    const surfaces = entry.get("surfaces");
    if (!matches(entry.get("tool"), tool)) continue;
    if (surfaces.exists && !matchesAny(surfaces, surface)) continue;
    if (sharesRole(entry.get("roles"), known)) return true;
  }
  return false;
}

/** The roles, or none at all if any of them is not a string: a list that we half understand permits nothing. */
function knownRoles(roles: Value): Value {
  for (let role = roles.first; role.exists; role = role.next) {
    if (!role.isString) return MISSING;
  }
  return roles;
}

function sharesRole(permitted: Value, roles: Value): bool {
  for (let role = permitted.first; role.exists; role = role.next) {
    if (role.is("*") || roles.contains(role)) return true;
  }
  return false;
}

function checkArgument(bounds: Value, payload: Value): void {
  const argument = payload.find(bounds.get("pointer"));
  const max = bounds.get("max");
  const min = bounds.get("min");
  const oneOf = bounds.get("one_of");
  if (!argument.exists) {
    if (bounds.get("required").isTrue) finding("ARGUMENT_MISSING");
    return;
  }
  const isTyped = oneOf.exists ? argument.isString : max.exists || min.exists ? argument.isNumber : !argument.isNull;
  if (!isTyped) {
    finding("ARGUMENT_MISSING").at(argument);
    return;
  }
  if (max.exists && compareNumbers(argument, max) > 0) finding("ARGUMENT_ABOVE_LIMIT").at(argument);
  if (min.exists && compareNumbers(argument, min) < 0) finding("ARGUMENT_BELOW_LIMIT").at(argument);
  if (oneOf.exists && !oneOf.contains(argument)) finding("ARGUMENT_NOT_ALLOWED").at(argument);
}

/** A state that is absent is not forbidden; one that is there and not a string is: it might stand for any. */
function checkAccountState(facts: Value): void {
  const state = facts.get("account_status");
  let isForbidden = state.exists ? !state.isString : facts.exists && !facts.isObject;
  for (let forbidden = forbiddenStates.first; forbidden.exists && !isForbidden; forbidden = forbidden.next) {
    isForbidden = equalsFolded(state, forbidden);
  }
  if (isForbidden) finding("ACCOUNT_STATE_FORBIDDEN").at(state.exists ? state : facts);
}
