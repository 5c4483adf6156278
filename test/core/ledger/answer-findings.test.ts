import { describe, expect, it } from "vitest";
import { findingsCheck } from "../../../core/ledger/answer-findings.ts";

const finding = (rule: string, severity = "warn") => ({
  policy: "pii",
  rule,
  severity,
  observed: false,
  pointer: "/x",
});
const rules = [
  { policy: "pii", rule: "A", severity: "warn", observed: false, count: 2 },
  { policy: "pii", rule: "B", severity: "info", observed: false, count: 1 },
];
const status = (findings: unknown) => findingsCheck({ findings } as never, { rules }).status;

describe("an answer's findings", () => {
  it("are those of the receipt, in whatever order", () => {
    expect(status([finding("B", "info"), finding("A"), finding("A")])).toBe("ok");
  });
  it.each([
    ["left out", []],
    ["one fewer", [finding("A"), finding("B", "info")]],
    ["one more", [finding("A"), finding("A"), finding("A"), finding("B", "info")]],
    ["milder", [finding("A", "info"), finding("A"), finding("B", "info")]],
    ["said to be observed only", [{ ...finding("A"), observed: true }, finding("A"), finding("B", "info")]],
    ["no list", null],
    ["no objects", [1]],
  ])("that are %s are found out", (_, findings) => expect(status(findings)).toBe("failed"));
});
