// What an examiner wrote beside the corpus: found as it stands, hidden in one way and in two, and what has to pass passes.

import { describe, expect, it } from "vitest";
import { starter } from "../../bench/scanners/bundle.ts";
import { once, type Positive, passing, plain, twice } from "./examined.ts";

const PLAIN_FLOOR = 0.99;
const HIDDEN_FLOOR = 0.94;
/** A sentence of claims or tone may be held: their own tests say which. */
const HELD_MAX = 3;
/** Ways to hide each, of those that there are. */
const WAYS = 2;

const bundle = starter();

async function missed(cases: readonly Positive[]): Promise<string[]> {
  const out: string[] = [];
  for (const { rules, payload, hidden } of cases) {
    const findings = await bundle.scan("outbound.email", payload);
    if (!findings.some(({ rule }) => rules.includes(rule)))
      out.push(`${hidden.join(" + ")} ${rules[0]} ${JSON.stringify(payload)}`);
  }
  return out;
}

describe("what an examiner wrote", () => {
  it.each([
    ["as it stands", plain, PLAIN_FLOOR],
    ["hidden in one way", once(WAYS), HIDDEN_FLOOR],
    ["hidden in two ways", twice(WAYS), HIDDEN_FLOOR],
  ] as const)("is found %s", async (_, cases, floor) => {
    const misses = await missed(cases);
    expect(misses.length, misses.join("\n")).toBeLessThanOrEqual(cases.length * (1 - floor));
  });

  it("passes where nothing is in it", async () => {
    const stopped: string[] = [];
    for (const payload of passing) {
      const findings = await bundle.scan("outbound.email", payload);
      const grave = findings.filter(({ severity }) => severity !== "info");
      expect(
        grave.filter(({ severity }) => severity === "block"),
        JSON.stringify(payload),
      ).toEqual([]);
      if (grave.length > 0)
        stopped.push(`${grave.map(({ rule }) => rule).join()} ${JSON.stringify(payload)}`);
    }
    expect(stopped.length, stopped.join("\n")).toBeLessThanOrEqual(HELD_MAX);
  });
});
