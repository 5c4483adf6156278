// Claims as others put them, and what only reads like claims: questions, reports, warnings, rules of the house, quotations,
// what has been, and words of technology. None of these sentences was at hand when the phrases were written down.

import { describe, expect, it } from "vitest";
import strangers from "./claims-strangers.json" with { type: "json" };
import { findingsIn } from "./extism-host.ts";

const rulesIn = async (text: string) => (await findingsIn("claims", {}, text)).map(({ rule }) => rule);
const views = (text: string) => [text, `Dear all,\n\n${text} Speak soon.\n\nBest regards,\nIna`];

describe("claims of strangers", () => {
  it.each(
    Object.entries(strangers.claims).flatMap(([rule, texts]) => texts.map((text) => [rule, text] as const)),
  )("%s: %s", async (rule, text) => {
    for (const view of views(text)) expect(await rulesIn(view)).toContain(rule);
  });

  it.each(strangers.none)("nothing: %s", async (text) => {
    for (const view of views(text)) expect(await rulesIn(view)).toEqual([]);
  });
});
