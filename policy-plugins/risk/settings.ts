import { isPointer, MISSING, refuse, Settings, Value } from "../sdk/index";
import { integerOf, SeverityPoints } from "./findings";
import { readThresholds, Thresholds } from "./tiers";

// The settings are kept as they were read: after these checks each member is absent or well formed.

export const severityPoints: SeverityPoints = new SeverityPoints();
export const thresholds: Thresholds = new Thresholds();
export let rulePoints: Value = MISSING;
export let factors: Value = MISSING;
export let tiers: Value = MISSING;

/** Far from where sums of them could overflow. */
const POINTS_MAX: i32 = 1000;

export function readSettings(settings: Settings): void {
  readBounds(settings);
  readThresholds(settings.value, thresholds);
  checkOrder(thresholds, "");
  readFindings(settings);
  factors = settings.array("factors");
  for (let entry = factors.first; entry.exists; entry = entry.next) checkFactor(entry);
  tiers = settings.array("tiers");
  for (let entry = tiers.first; entry.exists; entry = entry.next) checkTier(entry);
}

function readBounds(settings: Settings): void {
  integer(settings, "note_at", 0);
  integer(settings, "hold_at", 0);
  integer(settings, "block_at", 0);
}

function checkOrder(one: Thresholds, where: string): void {
  if (one.note > one.hold || one.hold > one.block) refuse(where + "note_at, hold_at and block_at must not fall");
}

/** An integer from `least` to POINTS_MAX. */
function integer(settings: Settings, name: string, least: i32): Value {
  const number = settings.number(name);
  if (!number.exists) return MISSING;
  // Longer ones are too large, and canonical JSON has no plus sign, no exponent below 1e21 and no leading zero.
  let isInteger = number.end - number.start < 6;
  for (let at = number.start; at < number.end; at++) {
    const byte = load<u8>(at);
    isInteger = isInteger && (byte - 0x30 < 10 || (byte == 0x2d && at == number.start));
  }
  const isGood = isInteger && integerOf(number) >= least && integerOf(number) <= POINTS_MAX;
  if (!isGood) refuse(settings.where + name + " must be an integer from " + least.toString() + " to " + POINTS_MAX.toString());
  return isGood ? number : MISSING;
}

function readFindings(settings: Settings): void {
  const member = objectOf(settings, "findings");
  if (!member.exists) return;
  const findings = new Settings(member, "findings/");
  const bySeverity = objectOf(findings, "severities");
  if (bySeverity.exists) {
    const severities = new Settings(bySeverity, "findings/severities/");
    severityPoints.info = points(severities, "info", severityPoints.info);
    severityPoints.warn = points(severities, "warn", severityPoints.warn);
    severityPoints.defer = points(severities, "defer", severityPoints.defer);
    severityPoints.block = points(severities, "block", severityPoints.block);
    severities.end();
  }
  rulePoints = findings.array("rules");
  findings.end();
  for (let entry = rulePoints.first; entry.exists; entry = entry.next) checkRule(entry);
}

function points(settings: Settings, name: string, otherwise: i32): i32 {
  const number = integer(settings, name, 0);
  return number.exists ? integerOf(number) : otherwise;
}

function checkRule(entry: Value): void {
  const rule = new Settings(entry, "findings/rules/" + entry.index.toString() + "/");
  rule.require("points");
  integer(rule, "points", 0);
  rule.text("policy");
  rule.text("rule");
  rule.end();
  if (!rule.has("policy") && !rule.has("rule")) refuse(rule.where + " names neither a policy nor a rule");
}

function objectOf(settings: Settings, name: string): Value {
  const member = settings.value.get(name);
  if (!member.exists) return MISSING;
  member.seen = true;
  if (!member.isObject) refuse(settings.where + name + " must be an object");
  return member.isObject ? member : MISSING;
}

function checkFactor(entry: Value): void {
  const factor = new Settings(entry, "factors/" + entry.index.toString() + "/");
  factor.require("points");
  const number = integer(factor, "points", -POINTS_MAX);
  factor.texts("surfaces");
  factor.texts("tools");
  checkWho(factor);
  factor.texts("folders");
  factor.texts("data_classes");
  factor.texts("labels");
  factor.texts("words");
  factor.flag("folder_mismatch", false);
  checkNames(factor, factor.texts("missing"), true);
  const isLowering = number.exists && integerOf(number) < 0;
  checkNames(factor, factor.texts("present"), !isLowering);
  factor.texts("external_to");
  integer(factor, "recipients_above", 0);
  checkPointers(factor, factor.texts("recipients"));
  checkAmount(factor);
  checkFacts(factor);
  factor.end();
  if (isLowering) refuseAsserted(factor);
}

function checkWho(settings: Settings): void {
  settings.texts("agents");
  settings.texts("roles");
}

/** What the caller merely says must not make an action count as less risky. */
function refuseAsserted(factor: Settings): void {
  const isAsserted = factor.has("labels") || factor.has("words") || factor.has("missing") || factor.has("folders") ||
    factor.has("data_classes") || factor.has("folder_mismatch");
  if (isAsserted) refuse(factor.where + "points below 0 may not rest on what the caller asserts");
}

/** Of a lowering factor only the compensation, which the gateway would carry out. */
function checkNames(factor: Settings, names: Value, areTextsAllowed: bool): void {
  for (let name = names.first; name.exists; name = name.next) {
    const isText = name.is("intent") || name.is("reason") || name.is("impact");
    if (!name.is("compensation") && !(isText && areTextsAllowed)) refuse(factor.where + name.toString() + " cannot be asked for here");
  }
}

function checkPointers(settings: Settings, pointers: Value): void {
  for (let pointer = pointers.first; pointer.exists; pointer = pointer.next) {
    if (!isPointer(pointer)) refuse(settings.where + "recipients must be JSON Pointers");
  }
}

function checkAmount(factor: Settings): void {
  const member = objectOf(factor, "amount");
  if (!member.exists) return;
  const amount = new Settings(member, factor.where + "amount/");
  checkPointer(amount);
  if (!checkNumbers(amount)) refuse(amount.where + " bounds nothing");
  amount.end();
}

function checkPointer(settings: Settings): void {
  settings.require("pointer");
  const pointer = settings.pointer("pointer");
  if (pointer.exists && !isPointer(pointer)) refuse(settings.where + "pointer must be a JSON Pointer");
}

/** Whether there are any. */
function checkNumbers(settings: Settings): bool {
  const above = settings.number("above");
  const atLeast = settings.number("at_least");
  const below = settings.number("below");
  const atMost = settings.number("at_most");
  return above.exists || atLeast.exists || below.exists || atMost.exists;
}

function checkFacts(settings: Settings): void {
  const facts = settings.array("facts");
  for (let entry = facts.first; entry.exists; entry = entry.next) {
    const fact = new Settings(entry, settings.where + "facts/" + entry.index.toString() + "/");
    checkPointer(fact);
    const hasNumbers = checkNumbers(fact);
    const oneOf = fact.texts("one_of");
    const isMissing = fact.flag("missing", false);
    fact.end();
    const kinds = (hasNumbers ? 1 : 0) + (oneOf.exists ? 1 : 0) + (isMissing ? 1 : 0);
    if (kinds != 1) refuse(fact.where + " must have bounds, one_of, or missing: true");
  }
}

function checkTier(entry: Value): void {
  const tier = new Settings(entry, "tiers/" + entry.index.toString() + "/");
  tier.text("name");
  checkWho(tier);
  checkFacts(tier);
  readBounds(tier);
  tier.end();
  const own = new Thresholds();
  own.note = thresholds.note;
  own.hold = thresholds.hold;
  own.block = thresholds.block;
  readThresholds(entry, own);
  checkOrder(own, tier.where);
}
