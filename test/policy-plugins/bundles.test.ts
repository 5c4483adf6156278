// The bundles that come with a release, each on its own cases (policy-plugins/bundles/cases/<bundle>.json).

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readBundle } from "../../cli/bundles.ts";
import { check } from "../../cli/check/judge.ts";
import type { JsonObject } from "../../core/json.ts";

const folder = join(import.meta.dirname, "../../policy-plugins/bundles");

interface Case {
  readonly name: string;
  readonly action: JsonObject;
  /** Every rule that warns or blocks, as `policy/RULE`. */
  readonly expect: { readonly decision: string; readonly rules: readonly string[] };
}

const names = readdirSync(folder)
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.replace(/\.json$/, ""));

it("are six", () => {
  expect(names).toEqual(["agent-tools", "finance", "healthcare", "sales-outreach", "starter", "support"]);
});

describe.each(names)("the bundle %s", (name) => {
  const cases: Case[] = JSON.parse(readFileSync(join(folder, "cases", `${name}.json`), "utf8"));

  it.each(cases)("$name", async ({ action, expect: expected }) => {
    const { decision } = await check(await readBundle(name), { action });
    const rules = decision.findings
      .filter(({ severity }) => severity !== "info")
      .map(({ policy, rule }) => `${policy}/${rule}`);
    expect({ decision: decision.outcome, rules: [...new Set(rules)].sort() }).toEqual(expected);
  });

  it("says why each of its policies is there", async () => {
    const { policies } = await readBundle(name);
    for (const { because } of policies) expect(because?.length).toBeGreaterThan(40);
  });
});
