import { describe, expect, it } from "vitest";
import type { RuleFired } from "../../../core/ledger/entry.ts";
import { CHANGES, changeOf, rulesOnlyIn } from "../../../core/policy/change.ts";
import type { Outcome } from "../../../core/policy/decision.ts";

const OUTCOMES: readonly Outcome[] = ["allow", "modify", "hold", "defer", "block"];

describe("the change from one decision to another", () => {
  it.each([
    ["block", "allow", "block_to_allow"],
    ["block", "modify", "block_to_allow"],
    ["allow", "block", "allow_to_block"],
    ["hold", "allow", "hold_to_allow"],
    ["block", "hold", "block_to_hold"],
    ["modify", "hold", "allow_to_hold"],
    ["defer", "block", "hold_to_block"],
    ["allow", "modify", "other"],
    ["hold", "defer", "other"],
  ] as const)("%s, %s: %s", (from, to, change) => {
    expect(changeOf(from, to)).toBe(change);
  });

  it("is none where they are the same, and has a name wherever they are not", () => {
    for (const from of OUTCOMES)
      for (const to of OUTCOMES) {
        const change = changeOf(from, to);
        if (from === to) expect(change).toBeNull();
        else expect(CHANGES).toContain(change);
      }
  });

  it("that lets pass what was stopped is the first", () => {
    expect(CHANGES[0]).toBe("block_to_allow");
    expect(CHANGES[1]).toBe("allow_to_block");
  });
});

it("rules that fired in one alone are named once", () => {
  const fired = (policy: string, rule: string, count = 1): RuleFired => ({
    policy,
    rule,
    severity: "warn",
    observed: false,
    settled: false,
    count,
  });
  const one = [fired("pii", "US_SSN", 3), fired("pii", "US_SSN"), fired("denylist", "TERM")];
  expect(rulesOnlyIn(one, [fired("denylist", "TERM")])).toEqual(["pii US_SSN"]);
  expect(rulesOnlyIn([fired("a", "TERM")], [fired("b", "TERM")])).toEqual(["a TERM"]);
  expect(rulesOnlyIn([], one)).toEqual([]);
});
