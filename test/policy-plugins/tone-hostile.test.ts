// Long texts: mail stays within the budget that a policy has while a caller waits, and what is made to be slow within the full one.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FUEL_FAST, FUEL_FULL } from "../../core/limits.ts";
import { PolicyHost } from "../../worker/evaluate/host.ts";
import { builtPolicy, inputWith, textOf } from "../evaluate/policies.ts";
import { readingOf } from "./extism-host.ts";

const SIZE = 64 * 1024;
/** Of what is made to be slow, at 64 KB. */
const SLOW_MOST = 0.75 * FUEL_FULL;

const policy = builtPolicy("tone");
const host = new PolicyHost();

async function judged(text: string, fuel: number) {
  const payload = { text };
  const reading = await readingOf({ action: { surface: "outbound.email", payload } });
  return host.run(policy, "{}", inputWith(payload), fuel, { reading });
}

describe("tone on long texts", () => {
  it.each([
    "you idiot ",
    "i w i l l ",
    "you ",
    "you,you.",
    "i i i i. ",
    "y.o.u ",
    "you will regret this or ",
    "buy now or ",
    "we guarantee ",
    "1d10t ",
    "a1b2 ",
    "aaab ",
    "fuck ",
  ])("of %j ends within the full budget", async (piece) => {
    const text = piece.repeat(Math.ceil(SIZE / piece.length)).slice(0, SIZE);
    const outcome = await judged(text, FUEL_FULL);
    expect(outcome.error).toBeNull();
    expect(outcome.fuel).toBeLessThan(SLOW_MOST);
  });

  it("finds a threat behind 60 KB of mail while the caller waits", async () => {
    const mails: string[] = JSON.parse(
      readFileSync(join(import.meta.dirname, "business-mails.json"), "utf8"),
    );
    const mail = mails.join("\n\n").repeat(3).slice(0, 60_000);
    const outcome = await judged(`${mail}\n\nWe will gladly ruin your whole career.`, FUEL_FAST);
    expect(outcome.error).toBeNull();
    expect(textOf(outcome)).toContain("THREAT");
  });

  it("tells no more than 32 findings of a rule", async () => {
    const outcome = await judged("I will ruin your career. ".repeat(200), FUEL_FULL);
    const { findings } = JSON.parse(textOf(outcome) ?? "{}") as { findings: { rule: string }[] };
    expect(findings.filter(({ rule }) => rule === "THREAT").length).toBeLessThanOrEqual(64);
  });
});
