// Sentences that say what a rule of `tone` or `claims` is about in many ways, such as only use the same words, and mails as
// businesses write them. Not every one is found or left alone: the floors say how many have to be. Of each list every second
// sentence, from the second on, was kept back while the rules were made.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { starter } from "../../bench/scanners/bundle.ts";
import { policyNamed, Scanner, withSettings } from "../../bench/scanners/policies.ts";

const RECALL_FLOOR = 0.95;
const KEPT_BACK_FLOOR = { tone: 0.8, claims: 0.8 };
const SPECIFICITY_FLOOR = 0.95;
const HELD_MAX = 0.04;

interface Sentences {
  readonly say: readonly string[];
  readonly near: readonly string[];
}

const read = <T>(name: string): T => JSON.parse(readFileSync(join(import.meta.dirname, name), "utf8"));

/** Where no price may be named every price is a finding. */
const SETTINGS: Readonly<Record<string, object>> = { PRICE_NOT_ALLOWED: { prices: { none: true } } };

async function rulesIn(policy: string, rule: string, text: string): Promise<string[]> {
  const known = policyNamed(policy);
  if (known === undefined) throw new Error(`${policy} is not built`);
  const findings = await new Scanner([withSettings(known, (SETTINGS[rule] ?? {}) as never)]).scan(
    "outbound.email",
    { text },
  );
  return findings.map((finding) => finding.rule);
}

const isKeptBack = (_: string, i: number): boolean => i % 2 === 1;

for (const [policy, file] of [
  ["tone", "tone-paraphrases.json"],
  ["claims", "claims-sentences.json"],
] as const) {
  const rules = Object.entries(read<Record<string, Sentences>>(file));

  it(`${policy}: finds what is said however it is put`, async () => {
    const missed = { built: [] as string[], keptBack: [] as string[] };
    let keptBack = 0;
    let all = 0;
    for (const [rule, { say }] of rules) {
      for (const [i, text] of say.entries()) {
        const half = isKeptBack(text, i) ? "keptBack" : "built";
        all++;
        if (half === "keptBack") keptBack++;
        if (!(await rulesIn(policy, rule, text)).includes(rule)) missed[half].push(`${rule}: ${text}`);
      }
    }
    expect(missed.built.length, missed.built.join("\n")).toBeLessThanOrEqual(
      (all - keptBack) * (1 - RECALL_FLOOR),
    );
    expect(missed.keptBack.length, missed.keptBack.join("\n")).toBeLessThanOrEqual(
      keptBack * (1 - KEPT_BACK_FLOOR[policy]),
    );
  });

  it(`${policy}: leaves alone what only uses the same words`, async () => {
    const wrong: string[] = [];
    let all = 0;
    for (const [rule, { near }] of rules) {
      for (const text of near) {
        all++;
        if ((await rulesIn(policy, rule, text)).includes(rule)) wrong.push(`${rule}: ${text}`);
      }
    }
    expect(wrong.length, wrong.join("\n")).toBeLessThanOrEqual(all * (1 - SPECIFICITY_FLOOR));
  });
}

it("blocks no business mail, and holds few", async () => {
  const mails = read<string[]>("business-mails.json");
  const scanner = starter();
  const stopped: string[] = [];
  for (const text of mails) {
    const findings = await scanner.scan("outbound.email", { text });
    expect(
      findings.filter(({ severity }) => severity === "block"),
      text,
    ).toEqual([]);
    if (findings.some(({ severity }) => severity === "warn")) stopped.push(text);
  }
  expect(stopped.length, stopped.join("\n")).toBeLessThanOrEqual(mails.length * HELD_MAX);
});
