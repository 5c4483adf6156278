/** Words for states and decisions. What is not listed is shown by its own name. */
import type { Severity } from "../../core/policy/manifest.ts";

export const DECISIONS = ["allow", "modify", "hold", "defer", "block"] as const;
/** docs/api.md, `status`. */
export const STATUSES = [
  "allowed",
  "blocked",
  "held",
  "deferred",
  "approved",
  "denied",
  "expired",
  "cancelled",
  "dispatching",
  "dispatched",
  "failed",
  "unknown",
] as const;

const DECISION_WORDS: ReadonlyMap<string, string> = new Map([
  ["allow", "allowed"],
  ["modify", "allowed as changed"],
  ["hold", "held for a person"],
  ["defer", "waiting for facts"],
  ["block", "blocked"],
]);
export const decisionWord = (decision: string): string => DECISION_WORDS.get(decision) ?? decision;

/** What a decision alone makes of an action: beside that status it says nothing more. */
export const STATUS_OF: Readonly<Record<string, string | undefined>> = {
  allow: "allowed",
  hold: "held",
  defer: "deferred",
  block: "blocked",
};

/** The class that colours a badge; colour only repeats what the word says. */
export function tone(word: string): string {
  if (GOOD.has(word)) return "status-approved";
  if (BAD.has(word)) return "status-denied";
  return OPEN.has(word) ? "status-pending" : "plain";
}
const GOOD = new Set(["allow", "modify", "allowed", "approved", "dispatched", "delivered", "succeeded"]);
const BAD = new Set(["block", "blocked", "denied", "failed", "refused", "dead", "late_block", "log_fork"]);
const OPEN = new Set(["hold", "held", "defer", "deferred", "unknown", "retry", "expired", "dispatching"]);

export const severityTone = (severity: Severity): string => (severity === "defer" ? "warn" : severity);
