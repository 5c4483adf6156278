import { finding, Input, Settings } from "../sdk/index";
import { factorHolds, placeOf } from "./factors";
import { findingsPoints, integerOf } from "./findings";
import { factors, readSettings, rulePoints, severityPoints, thresholds, tiers } from "./settings";
import { thresholdsFor } from "./tiers";

const SCORE_MAX: i32 = 100;

export function configure(settings: Settings): void {
  readSettings(settings);
}

export function evaluate(input: Input): void {
  let points = findingsPoints(severityPoints, rulePoints);
  for (let factor = factors.first; factor.exists; factor = factor.next) {
    if (factorHolds(factor, input)) points += integerOf(factor.get("points"));
  }
  const limits = thresholdsFor(input, thresholds, tiers);
  if (points < limits.note || points <= 0) return;
  const rule = points >= limits.block ? "RISK_BLOCK" : points >= limits.hold ? "RISK_HOLD" : "RISK_NOTED";
  finding(rule).score(min(points, SCORE_MAX));
  reportFactors(input);
}

/** Which entries of the settings the points came from. */
function reportFactors(input: Input): void {
  for (let factor = factors.first; factor.exists; factor = factor.next) {
    if (factorHolds(factor, input)) finding("RISK_FACTOR").at(placeOf(factor, input)).item(factor.index);
  }
}
