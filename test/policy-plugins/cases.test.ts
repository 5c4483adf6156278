// Every policy's own examples (policy-plugins/<policy>/cases/*.json), on the built module.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { answerOf, type Example, type Finding, index, type Obligation } from "./extism-host.ts";

interface Case extends Example {
  name: string;
  settings: unknown;
  expect: { rules: string[]; spans?: Finding[]; obligations?: Obligation[] };
}

function casesOf(policy: string): Case[] {
  const folder = join(import.meta.dirname, "../../policy-plugins", policy, "cases");
  return readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")));
}

for (const { name: policy, manifest } of index.filter(({ fixture }) => !fixture)) {
  describe(policy, () => {
    const cases = casesOf(policy);

    it.each(cases)("$name", async ({ settings, expect: expected, name: _name, ...example }) => {
      const { findings, obligations = [] } = await answerOf(policy, settings, example);
      expect([...new Set(findings.map(({ rule }) => rule))].sort()).toEqual(expected.rules);
      expect(obligations).toEqual(expected.obligations ?? []);
      if (expected.spans === undefined) return;
      const spans = expected.spans.map((span) => ("pointer" in span ? { part: "payload", ...span } : span));
      const order = (a: Finding, b: Finding) =>
        JSON.stringify(a, keys).localeCompare(JSON.stringify(b, keys));
      expect(findings.toSorted(order)).toEqual(spans.toSorted(order));
    });

    it("has a case for each of its rules", () => {
      const covered = new Set(cases.flatMap(({ expect: expected }) => expected.rules));
      expect([...covered].sort()).toEqual(manifest.rules.map(({ id }) => id).sort());
    });
  });
}

const keys = ["rule", "part", "pointer", "start", "end", "key"];
