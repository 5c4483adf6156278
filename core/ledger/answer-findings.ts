/** Whether the findings that an answer shows are those of its receipt: who reads the answer believes them. */
import { canonicalJson } from "../canonical-json.ts";
import type { Json, JsonObject } from "../json.ts";
import { isObject } from "./export.ts";
import { type Check, check, fault } from "./report.ts";

/** Findings have places and words that no receipt repeats; which rules fired, and how often, it does. */
export function findingsCheck({ findings }: JsonObject, { rules }: JsonObject): Check {
  const compared =
    "the answer's findings, counted by policy, rule and severity, with the rules in the receipt";
  const given = rulesOf(findings, () => 1);
  const same = given !== null && given === rulesOf(rules, ({ count }) => Number(count));
  return check(
    "answer_findings",
    compared,
    same ? [] : [fault("The answer's findings are not those in the receipt.")],
  );
}

/** One text for one multiset of rules, or null where the list is not one of objects. */
function rulesOf(list: Json | undefined, countOf: (rule: JsonObject) => number): string | null {
  if (!Array.isArray(list) || !list.every(isObject)) return null;
  const counts = new Map<string, number>();
  for (const item of list as readonly JsonObject[]) {
    const { policy = null, rule = null, severity = null, observed = null } = item;
    // Entries of the first release do not say it: nothing was changed then.
    const { settled = false } = item;
    const key = canonicalJson([policy, rule, severity, observed, settled]);
    counts.set(key, (counts.get(key) ?? 0) + countOf(item));
  }
  return canonicalJson([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
