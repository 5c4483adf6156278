// Texts of 64 KB that are one short unit, time after time: letters, digits and signs in turn begin a word or a number at every
// second byte, which no ordinary text does. All must be scanned while the caller waits.

import { describe, expect, it } from "vitest";
import { DENYLIST_SETTINGS } from "../../bench/scanners/corpus/words/terms.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import type { Json } from "../../core/json.ts";
import { FUEL_FAST, FUEL_FULL } from "../../core/limits.ts";
import { PolicyHost } from "../../worker/evaluate/host.ts";
import { builtPolicy, inputWith } from "../evaluate/policies.ts";
import { readingOf } from "./extism-host.ts";

const SIZE = 64 * 1024;
const ALPHABET = ["a", "A", "5", " ", "\n", ".", "-", "_", "@", "$", "%", "!", "<", "é"];
const UNITS = ALPHABET.flatMap((first) => [
  first,
  ...ALPHABET.filter((second) => second !== first).map((second) => first + second),
]);

const host = new PolicyHost();

async function fuelOf(name: string, settings: Json, unit: string): Promise<number> {
  const payload = { text: unit.repeat(Math.floor(SIZE / Buffer.byteLength(unit))) };
  const reading = await readingOf({ action: { surface: "outbound.email", payload } });
  const outcome = await host.run(builtPolicy(name), canonicalJson(settings), inputWith(payload), FUEL_FULL, {
    reading,
  });
  expect(outcome.error).toBeNull();
  return outcome.fuel;
}

describe("64 KB of one short unit", () => {
  it.each([
    ["denylist", DENYLIST_SETTINGS as Json],
    ["pii", {}],
    ["secrets", {}],
  ])(
    "is within what %s gets while the caller waits",
    async (name, settings) => {
      const dear: [string, number][] = [];
      for (const unit of UNITS) {
        const fuel = await fuelOf(name, settings, unit);
        if (fuel >= FUEL_FAST) dear.push([unit, fuel]);
      }
      expect(dear).toEqual([]);
    },
    120_000,
  );

  // What `node bench/scanners/hunt.ts` found dear, and no longer is.
  it.each([
    ["reader", ["4", "7a", "44", "4\n", "a 4\n44", "a 44444\n4444", "ab", "aB3x"]],
    ["denylist", ["4$ ", "A$\n", "@", "$$@4", "й!", "_a5", "4 ", "aaa "]],
    ["pii", ["5|", "7~", "b0-", "a4-", "*4", "й5", "4|", "k1ll "]],
    ["secrets", [".\n", "$5", "A"]],
    ["tone", ["9% ", "$5 ", "%", "4 ", "_4", "| ", "|", "A$\n", "a$ ", "1d10t ", "1,"]],
    ["claims", ["Z$", "Z@", "!Z\nZ", "5!", "7|", "x ", "0\n$", "://", "http://a.b/?q="]],
  ] as const)("is so for %s", async (name, units) => {
    const dear: [string, number][] = [];
    for (const unit of units) {
      const fuel = await fuelOf(name, name === "denylist" ? (DENYLIST_SETTINGS as Json) : {}, unit);
      if (fuel >= FUEL_FAST) dear.push([unit, fuel]);
    }
    expect(dear).toEqual([]);
  });
});
