// What the `risk` policy's cases do not spell out: thresholds to the point, order of tiers, and settings it must not take.

import { describe, expect, it } from "vitest";
import { answerOf, configure, type Example, evaluate, findingsOf } from "./extism-host.ts";

const action = { surface: "tool.call", payload: {} };
const warning = { count: 1, policy: "claims", rule: "GUARANTEE", severity: "warn" };
const withPoints = (points: number) => ({ factors: [{ points }] });

const ruleOf = async (settings: unknown, example: Partial<Example> = {}) =>
  (await findingsOf("risk", settings, { action, ...example })).map(({ rule }) => rule)[0];

it.each([
  [19, undefined],
  [20, "RISK_NOTED"],
  [49, "RISK_NOTED"],
  [50, "RISK_HOLD"],
  [99, "RISK_HOLD"],
  [100, "RISK_BLOCK"],
  [1000, "RISK_BLOCK"],
])("%d points are %s", async (points, rule) => {
  expect(await ruleOf(withPoints(points))).toBe(rule);
});

it("gives the points as a score of 100 at most, and the factors that counted", async () => {
  const settings = { factors: [{ points: 30 }, { points: 50, tools: ["x"] }, { points: 300 }] };
  expect((await answerOf("risk", settings, { action })).findings).toEqual([
    { rule: "RISK_BLOCK", score: 100 },
    { rule: "RISK_FACTOR", item: 0 },
    { rule: "RISK_FACTOR", item: 2 },
  ]);
});

it("has no points below none", async () => {
  const settings = { note_at: 0, factors: [{ points: -50, tools: ["*"] }] };
  expect(await ruleOf(settings, { action: { ...action, tool: "x" } })).toBeUndefined();
});

it.each(["warn", "defer"])("a finding of the severity %s has 25 points", async (severity) => {
  const settings = { note_at: 25, hold_at: 26 };
  expect(await ruleOf(settings, { findings: [{ ...warning, severity }] })).toBe("RISK_NOTED");
  expect(
    await ruleOf({ ...settings, note_at: 26 }, { findings: [{ ...warning, severity }] }),
  ).toBeUndefined();
});

it("refuses what no host writes", async () => {
  for (const findings of [[{ ...warning, count: 0 }], [{ ...warning, more: 1 }], {}, [null]]) {
    expect((await evaluate("risk", {}, { action, findings })).error).toContain("findings");
  }
});

describe("tiers", () => {
  const fact = (above: number) => [{ pointer: "/n", above }];
  const settings = (tiers: object[]) => ({ ...withPoints(60), tiers });

  it("takes the first that the recorded facts fit", async () => {
    const tiers = [
      { facts: fact(10), hold_at: 80 },
      { facts: fact(5), hold_at: 20, block_at: 30 },
    ];
    expect(await ruleOf(settings(tiers), { facts: { n: 20 } })).toBe("RISK_NOTED");
    expect(await ruleOf(settings(tiers), { facts: { n: 7 } })).toBe("RISK_BLOCK");
    expect(await ruleOf(settings(tiers), { facts: { n: 1 } })).toBe("RISK_HOLD");
  });

  it.each([{ n: 1 }, { n: 7 }, { n: 20 }, { n: "7" }, { n: null }, {}, { n: 1e300 }])(
    "is never looser for asserted facts %j",
    async (asserted) => {
      const order = [undefined, "RISK_NOTED", "RISK_HOLD", "RISK_BLOCK"];
      const tiers = [
        { facts: fact(10), hold_at: 80 },
        { facts: fact(5), hold_at: 20, block_at: 30 },
      ];
      for (const facts of [{ n: 1 }, { n: 7 }, { n: 20 }, {}]) {
        const without = await ruleOf(settings(tiers), { facts });
        const within = await ruleOf(settings(tiers), { facts, context: { facts: asserted } });
        expect(order.indexOf(within)).toBeGreaterThanOrEqual(order.indexOf(without));
      }
    },
  );
});

describe("recipients", () => {
  const settings = { ...withPoints(1), factors: [{ points: 60, external_to: ["example.com"] }] };
  const to = (value: unknown) => ({ action: { surface: "outbound.email", payload: { to: value } } });

  it.each([
    "x@evil.com",
    ["a@example.com", "x@evil.com"],
    "a@example.com, x@evil.com",
    "a@example.com <x@evil.com>",
    "a@example.com.evil.com",
    "a@notexample.com",
    "a@example.com\u00e4",
    "a@",
    "somebody",
    [{ name: "Ada", email: "a@evil.com" }],
    { list: [["x@evil.com"]] },
  ])("%j is outside", async (value) => {
    expect(await ruleOf(settings, to(value))).toBe("RISK_HOLD");
  });

  it.each(["a@example.com", "A <a@Example.COM>", ["a@mail.example.com", "b@example.com"], [], null, 7])(
    "%j is not",
    async (value) => {
      expect(await ruleOf(settings, to(value))).toBeUndefined();
    },
  );
});

it.each([
  [{ note_at: 60 }],
  [{ hold_at: 1.5 }],
  [{ hold_at: -1 }],
  [{ block_at: 100_000 }],
  [{ points: 1 }],
  [{ factors: [{ tools: ["x"] }] }],
  [{ factors: [{ points: -5, labels: ["safe"] }] }],
  [{ factors: [{ points: -5, folders: ["x"] }] }],
  [{ factors: [{ points: -5, present: ["reason"] }] }],
  [{ factors: [{ points: -5, missing: ["impact"] }] }],
  [{ factors: [{ points: 5, amount: { pointer: "/a" } }] }],
  [{ factors: [{ points: 5, amount: { pointer: "a", above: 1 } }] }],
  [{ factors: [{ points: 5, facts: [{ pointer: "/a" }] }] }],
  [{ factors: [{ points: 5, facts: [{ pointer: "/a", above: 1, one_of: ["x"] }] }] }],
  [{ factors: [{ points: 5, missing: ["payload"] }] }],
  [{ findings: { rules: [{ points: 1 }] } }],
  [{ findings: { severities: { warning: 1 } } }],
  [{ tiers: [{ hold_at: 200 }] }],
])("refuses %j", async (settings) => {
  expect((await configure("risk", settings)).rc).not.toBe(0);
});
