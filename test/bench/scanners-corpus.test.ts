// The corpus itself: the same from the same seed, of the size that is promised, and its check digits those of published examples.

import { describe, expect, it } from "vitest";
import { benign } from "../../bench/scanners/corpus/benign/index.ts";
import {
  ibanCheck,
  luhn,
  mod11Mod10,
  remainder97,
  verhoeff,
  weighted,
} from "../../bench/scanners/corpus/checks.ts";
import { KINDS, negatives, positives } from "../../bench/scanners/corpus/index.ts";
import { LEVELS } from "../../bench/scanners/corpus/model.ts";
import { Random } from "../../bench/scanners/corpus/random.ts";
import type { Json } from "../../core/json.ts";
import { valueAt } from "../../core/json-pointer.ts";

const SIZES = { perLevel: 40, negatives: 5 };
const cases = positives("test", SIZES);

describe("check digits", () => {
  it.each([
    ["Luhn, ISO/IEC 7812-1", luhn("7992739871"), "3"],
    ["Verhoeff's own example", verhoeff("236"), "3"],
    ["IBAN, SWIFT registry", ibanCheck("GB", "WEST12345698765432"), "82"],
    ["IBAN, whole", String(remainder97("WEST12345698765432GB82")), "1"],
    ["Steuer-ID, published example", mod11Mod10("8609574271"), "9"],
    ["NHS number 943 476 5919", String(11 - (weighted("943476591", [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)), "9"],
  ])("%s", (_, made, published) => {
    expect(made).toBe(published);
  });
});

describe("random shapes", () => {
  it("have the characters and lengths that they name", () => {
    const random = new Random("shape");
    for (let round = 0; round < 100; round++) {
      expect(random.shape("A(KIA|SIA)[A-Z2-7]{16}")).toMatch(/^A(KIA|SIA)[A-Z2-7]{16}$/);
      expect(random.shape("\\+1 [2-9]{3}-[a-f]{1,3}x")).toMatch(/^\+1 [2-9]{3}-[a-f]{1,3}x$/);
    }
  });
});

describe("cases", () => {
  it("are the same from the same seed, others from another", () => {
    expect(positives("test", SIZES)).toEqual(cases);
    expect(positives("other", SIZES)).not.toEqual(cases);
  });

  it("are as many as promised, at every level", () => {
    expect(cases.length).toBe(KINDS.length * LEVELS.length * SIZES.perLevel);
    expect(cases.filter(({ level }) => level === "plain").length).toBeGreaterThan(4_000);
    expect(benign("test", 10_000).length).toBeGreaterThanOrEqual(10_000);
  });

  it("say where the value stands", () => {
    for (const { id, payload, places } of cases) {
      for (const { pointer, start, end } of places) {
        const text = String(valueAt(payload as Json, pointer));
        const marked = text.slice(start, end);
        expect([id, marked.length, marked.isWellFormed()]).toEqual([id, end - start, true]);
        expect(marked).not.toBe("");
      }
    }
  });

  it("have as many evasions as their level says, each of which changed the text", () => {
    const counts = { plain: 0, one: 1, two: 2 } as const;
    for (const { id, level, evasions } of cases) expect([id, evasions.length]).toEqual([id, counts[level]]);
  });

  it("have near misses that are none of theirs", () => {
    const made = new Set(cases.map(({ payload }) => JSON.stringify(payload)));
    expect(negatives("test", SIZES).filter(({ payload }) => made.has(JSON.stringify(payload)))).toEqual([]);
  });
});
