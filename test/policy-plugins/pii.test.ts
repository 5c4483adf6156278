// Social security and card numbers: tables, and properties over any text around them.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findingsIn, findingsOf, withTextAt } from "./extism-host.ts";

const ENTITIES = ["US_SSN", "US_SSN_UNDELIMITED", "CREDIT_CARD"];

async function rulesIn(text: string): Promise<string[]> {
  return (await findingsIn("pii", { entities: ENTITIES }, text)).map(({ rule }) => rule);
}

/** Text that cannot be part of a number beside it, nor hold one, in whatever way it is read. */
const surroundings = fc.string({ unit: fc.constantFrom(..."abc XYZ\n\t!?;()'\"<>[]éß主番🙂") });

const found = (start: number, end: number, rule: string, score: number) => ({
  ...withTextAt("/text", start, end, rule),
  score,
});

const pad = (value: number, size: number) => String(value).padStart(size, "0");
const areas = fc
  .integer({ min: 1, max: 899 })
  .filter((area) => area !== 666)
  .map((area) => pad(area, 3));
const groups = fc.integer({ min: 1, max: 99 }).map((group) => pad(group, 2));
const serials = fc.integer({ min: 1, max: 9999 }).map((serial) => pad(serial, 4));
const separators = fc.constantFrom(
  "-",
  " ",
  ".",
  " - ",
  "\u2010",
  "\u2011",
  "\u2012",
  "\u2013",
  "\u2014",
  "\u2015",
  "\u2212",
  "\u00a0",
  "\u202f",
  " – ",
  "/",
  "_",
  "\n",
);

describe("US_SSN", () => {
  it("finds any number that can be issued, in any text, at its exact place", async () => {
    const numbers = fc
      .tuple(areas, groups, serials, separators, separators)
      .filter(([, , , first, second]) => first !== "\n" || second !== "\n"); // three lines are a column
    await fc.assert(
      fc.asyncProperty(
        surroundings,
        numbers,
        surroundings,
        async (before, [area, group, serial, first, second], after) => {
          const number = area + first + group + second + serial;
          expect(await findingsIn("pii", { entities: ["US_SSN"] }, `${before} ${number} ${after}`)).toEqual([
            found(before.length + 1, before.length + 1 + number.length, "US_SSN", 85),
          ]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("finds none that cannot be issued", async () => {
    const never = fc.oneof(
      fc.tuple(
        fc.oneof(fc.constantFrom("000", "666"), fc.integer({ min: 900, max: 999 }).map(String)),
        groups,
        serials,
      ),
      fc.tuple(areas, fc.constant("00"), serials),
      fc.tuple(areas, groups, fc.constant("0000")),
    );
    await fc.assert(
      fc.asyncProperty(never, separators, async (parts, separator) => {
        expect(await rulesIn(`It is ${parts.join(separator)}`)).toEqual([]);
      }),
    );
  });

  it.each([
    "1123-45-6789",
    "123-45-67890",
    "123-456-789",
    "12-345-6789",
    "123--45-6789",
    "123     45 6789",
    "123-45-678",
    "123\n45\n6789",
    "123-45-6789%",
    "$123-45-6789",
    "123456789",
    "2026-11-21",
    "+1 555 123 4567",
    "192.168.10.25",
  ])("is not %j", async (text) => {
    expect(await rulesIn(text)).toEqual([]);
  });

  it.each([
    "SSN 123456789",
    "ssn:123456789",
    "123456789 is my SSN",
    "Social Security 123456789",
    "soc. sec. no 123456789",
    "SS# 123456789",
    "her SSNs: 123456789",
  ])("without separators, a word near: %j", async (text) => {
    expect(await rulesIn(text)).toEqual(["US_SSN_UNDELIMITED"]);
  });

  it.each([
    "class name 123456789",
    "className 123456789",
    "business 123456789",
    "ssn 1234567890",
    "ssn 666123456",
    "social second 123456789",
    "Order 123456789, SSN: none",
    "SSN: none\n123456789",
  ])("without separators, no word near: %j", async (text) => {
    expect(await rulesIn(text)).toEqual([]);
  });
});

/** A card number of some length that begins with `prefix`; the last digit by Luhn, computed the other way round. */
function cardOf(prefix: string, length: number, filler: string): string {
  const body = (prefix + filler).slice(0, length - 1);
  for (let check = 0; check <= 9; check++) if (isLuhn(body + check)) return body + check;
  throw new Error("one of ten always fits");
}

function isLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const value = Number(digit) * (1 + (i % 2));
    return total + Math.floor(value / 10) + (value % 10);
  }, 0);
  return sum % 10 === 0;
}

// The schemes' own test numbers.
const testCards = [
  "4242424242424242",
  "4012888888881881",
  "4222222222222",
  "5555555555554444",
  "5105105105105100",
  "2223003122003222",
  "2223000048400011",
  "378282246310005",
  "371449635398431",
  "6011111111111117",
  "6011000990139424",
  "30569309025904",
  "38520000023237",
  "3566002020360505",
  "3530111333300000",
  "6200000000000005",
  "6759649826438453",
  "6304000000000000",
];

describe("CREDIT_CARD", () => {
  it.each(testCards)("finds %s", async (number) => {
    expect(await findingsIn("pii", {}, `card ${number}.`)).toEqual([
      found(5, 5 + number.length, "CREDIT_CARD", 100),
    ]);
  });

  it("finds any card, in groups of four or not, at its exact place, and not with another check digit", async () => {
    const schemes = fc.constantFrom<[string, number]>(
      ["4", 13],
      ["4", 16],
      ["4", 19],
      ["51", 16],
      ["55", 16],
      ["2221", 16],
      ["2720", 16],
      ["34", 15],
      ["37", 15],
      ["6011", 16],
      ["644", 19],
      ["65", 16],
      ["3528", 16],
      ["3589", 19],
      ["300", 14],
      ["36", 14],
      ["38", 16],
      ["62", 17],
      ["81", 16],
      ["5018", 13],
      ["6763", 19],
    );
    const gaps = fc.constantFrom("", " ", "-", ".", "\u2011", "\u00a0");
    await fc.assert(
      fc.asyncProperty(
        surroundings,
        schemes,
        fc.stringMatching(/^[0-9]{20}$/),
        gaps,
        async (before, [prefix, length], filler, gap) => {
          // UnionPay's 81 is 8100 to 8171 only.
          const digits = cardOf(prefix === "81" ? "8100" : prefix, length, filler);
          const spaced = digits.replace(/(\d{4})(?=\d)/g, `$1${gap}`);
          expect(await findingsIn("pii", { entities: ["CREDIT_CARD"] }, `${before} card ${spaced}!`)).toEqual(
            [found(before.length + 6, before.length + 6 + spaced.length, "CREDIT_CARD", 100)],
          );
          const wrong = digits.slice(0, -1) + ((Number(digits.at(-1)) + 1) % 10);
          expect(await findingsIn("pii", { entities: ["CREDIT_CARD"] }, wrong)).toEqual([]);
        },
      ),
      { numRuns: 400 },
    );
  });

  it.each([
    "4242 4242 4242 4241",
    "1234567812345670",
    "0000000000000000",
    "42424242424242421",
    "94242424242424242",
    "4242 42424242 4242",
    "2220990000000007",
    "2721000000000004",
    "42 42 42 42 42 42 42 42",
  ])("is not %j", async (text) => {
    expect(await rulesIn(text)).toEqual([]);
  });

  it("is no article of trade: thirteen digits that are both count near a word only", async () => {
    expect(await rulesIn("EAN 4029355108304")).toEqual([]);
    expect(await rulesIn("Visa 4029355108304")).toEqual(["CREDIT_CARD"]);
  });

  it("is found among other digit groups", async () => {
    expect(await findingsIn("pii", {}, "order 77 4242 4242 4242 4242 12345")).toMatchObject([
      { start: 9, end: 28 },
    ]);
  });

  it("is not made of a list's numbers, nor of an amount and a time", async () => {
    for (const payload of [
      { answers: [387, 753, 449, 520, 59] },
      { answers: ["387", "75", "3449", "520", "59"] },
      { amount: 37542, created: 1711234364 },
    ])
      expect(await findingsOf("pii", {}, { action: { surface: "tool.call", payload } })).toEqual([]);
  });

  it("is found in a JSON number, which has no span", async () => {
    const action = {
      surface: "tool.call",
      payload: { deep: [{ n: 4242424242424242 }], not: -4.242424242424242 },
    };
    expect(await findingsOf("pii", {}, { action })).toEqual([
      { rule: "CREDIT_CARD", part: "payload", pointer: "/deep/0/n", score: 100 },
    ]);
  });
});
