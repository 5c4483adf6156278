// Sentences that say what the rules of `claims` are about in many ways, and such as only use the same words. Not every one is
// found or left alone: the floors say how many have to be.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findingsIn } from "./extism-host.ts";

const RECALL_FLOOR = 0.95;
const SPECIFICITY_FLOOR = 0.95;

interface Sentences {
  claims: Record<string, string[]>;
  benign: Record<string, string[]>;
}

const path = join(import.meta.dirname, "claims-paraphrases.json");
const { claims, benign }: Sentences = JSON.parse(readFileSync(path, "utf8"));

async function rulesIn(text: string): Promise<string[]> {
  return (await findingsIn("claims", {}, text)).map(({ rule }) => rule);
}

const cases = Object.entries(claims).flatMap(([rule, texts]) => texts.map((text) => ({ rule, text })));

it("finds claims however they are put", async () => {
  const missed: string[] = [];
  for (const { rule, text } of cases) {
    if (!(await rulesIn(text)).includes(rule)) missed.push(`${rule}: ${text}`);
  }
  expect(missed.length, missed.join("\n")).toBeLessThanOrEqual(cases.length * (1 - RECALL_FLOOR));
});

it("leaves alone what only uses the same words", async () => {
  const texts = Object.values(benign).flat();
  const wrong: string[] = [];
  for (const text of texts) {
    // A date of delivery is noted, and holds nothing up.
    const rules = (await rulesIn(text)).filter((rule) => rule !== "DELIVERY_DATE");
    if (rules.length > 0) wrong.push(`${text} ${rules.join()}`);
  }
  expect(wrong.length, wrong.join("\n")).toBeLessThanOrEqual(texts.length * (1 - SPECIFICITY_FLOOR));
});
