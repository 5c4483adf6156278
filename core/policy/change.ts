/** How two decisions on one action differ: what a candidate would change. */
import type { RuleFired } from "../ledger/entry.ts";
import type { Outcome } from "./decision.ts";

/** The gravest first: what would no longer be stopped, then what would newly be. */
export const CHANGES = [
  "block_to_allow",
  "allow_to_block",
  "hold_to_allow",
  "block_to_hold",
  "allow_to_hold",
  "hold_to_block",
  /** Both let it pass, or both let it wait, but not in the same way. */
  "other",
] as const;
export type Change = (typeof CHANGES)[number];

/** Null where they are the same. */
export function changeOf(from: Outcome, to: Outcome): Change | null {
  if (from === to) return null;
  const change = `${classOf(from)}_to_${classOf(to)}`;
  return CHANGES.find((one) => one === change) ?? "other";
}

function classOf(outcome: Outcome): "allow" | "hold" | "block" {
  switch (outcome) {
    case "allow":
    case "modify":
      return "allow";
    case "hold":
    case "defer":
      return "hold";
    case "block":
      return "block";
  }
}

/** `policy RULE` of every rule that fired in the one and not in the other, once each. */
export function rulesOnlyIn(one: readonly RuleFired[], other: readonly RuleFired[]): string[] {
  const known = new Set(other.map(nameOf));
  return [...new Set(one.map(nameOf))].filter((name) => !known.has(name));
}

const nameOf = ({ policy, rule }: RuleFired): string => `${policy} ${rule}`;
