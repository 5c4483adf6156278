// Numbers made here, by each identifier's own rule computed in another way than the policy's: found at their exact place
// with any separators, and not with another digit.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findingsIn, withTextAt } from "./extism-host.ts";

const digitsOf = (size: number) => fc.stringMatching(new RegExp(`^[0-9]{${size}}$`));
const sum = (text: string, weights: number[]) =>
  weights.reduce((total, weight, i) => total + weight * Number(text[i]), 0);

/** The digits whose last one makes `fits` true. */
function completed(body: string, fits: (digits: string) => boolean): string | null {
  for (let check = 0; check <= 9; check++) if (fits(body + check)) return body + check;
  return null;
}

const made = (size: number, fits: (digits: string) => boolean, prefix = "") =>
  digitsOf(size - 1 - prefix.length)
    .map((body) => completed(prefix + body, fits))
    .filter((digits) => digits !== null);

const isLuhn = (digits: string) =>
  [...digits].reverse().reduce((total, digit, i) => {
    const value = Number(digit) * (1 + (i % 2));
    return total + Math.floor(value / 10) + (value % 10);
  }, 0) %
    10 ===
  0;

/** Numbers of one entity, with a word that belongs to it. */
interface Kind {
  rule: string;
  word: string;
  numbers: fc.Arbitrary<string>;
  /** Where people put separators. */
  groups: number[];
}

const KINDS: Kind[] = [
  {
    rule: "ABA_ROUTING_NUMBER",
    word: "routing",
    numbers: made(9, (n) => sum(n, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0, "12"),
    groups: [4, 4, 1],
  },
  {
    rule: "UK_NHS",
    word: "NHS",
    numbers: made(10, (n) => sum(n, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0, "4"),
    groups: [3, 3, 4],
  },
  { rule: "US_NPI", word: "NPI", numbers: made(10, (n) => isLuhn(`80840${n}`), "1"), groups: [3, 3, 4] },
  { rule: "CA_SIN", word: "SIN", numbers: made(9, isLuhn, "5"), groups: [3, 3, 3] },
  {
    rule: "NL_BSN",
    word: "BSN",
    numbers: made(9, (n) => sum(n, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0, "1"),
    groups: [4, 2, 3],
  },
  {
    rule: "AU_TFN",
    word: "TFN",
    numbers: made(9, (n) => sum(n, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0, "3"),
    groups: [3, 3, 3],
  },
  {
    rule: "PL_PESEL",
    word: "PESEL",
    numbers: made(11, (n) => sum(n, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0, "440514"),
    groups: [6, 5],
  },
  {
    rule: "AU_ABN",
    word: "ABN",
    numbers: made(11, (n) => (sum(n, [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10) % 89 === 0, "5"),
    groups: [2, 3, 3, 3],
  },
  { rule: "SE_PERSONNUMMER", word: "personnummer", numbers: made(10, isLuhn, "811228"), groups: [6, 4] },
  {
    rule: "FR_NIR",
    word: "NIR",
    numbers: digitsOf(8).map((rest) => {
      const body = `25508${rest}`;
      return body + String(97 - Number(BigInt(body) % 97n)).padStart(2, "0");
    }),
    groups: [1, 2, 2, 2, 3, 3, 2],
  },
];

const separators = fc.constantFrom("", " ", "-", ".", "/", "_", " - ", "–", "\u00a0");

function grouped(digits: string, groups: number[], separator: string): string {
  const parts: string[] = [];
  let at = 0;
  for (const size of groups) {
    parts.push(digits.slice(at, at + size));
    at += size;
  }
  return parts.join(separator);
}

describe.each(KINDS)("$rule", ({ rule, word, numbers, groups }) => {
  const settings = { entities: [rule] };

  it("is found with a word near, at its exact place, in any groups", async () => {
    await fc.assert(
      fc.asyncProperty(
        numbers.filter((digits) => new Set(digits).size > 2 && digits.slice(5, 7) !== "00"),
        separators,
        async (digits, separator) => {
          const text = grouped(digits, groups, separator);
          const before = `Her ${word} is `;
          expect(await findingsIn("pii", settings, `${before}${text}, thanks`)).toEqual([
            { ...withTextAt("/text", before.length, before.length + text.length, rule), score: 100 },
          ]);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("is not found with another digit, whatever the word", async () => {
    const places = fc.nat();
    await fc.assert(
      fc.asyncProperty(numbers, places, fc.integer({ min: 1, max: 9 }), async (digits, place, more) => {
        const at = place % digits.length;
        const other = (Number(digits[at]) + more) % 10;
        const wrong = digits.slice(0, at) + other + digits.slice(at + 1);
        expect(await findingsIn("pii", settings, `${word} ${wrong}`)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

describe("IBAN_CODE", () => {
  const letters = (text: string) => [...text].map((sign) => parseInt(sign, 36)).join("");
  const withCheck = (country: string, account: string) => {
    const check = 98n - (BigInt(letters(`${account}${country}00`)) % 97n);
    return country + String(check).padStart(2, "0") + account;
  };
  const accounts = fc.oneof(
    digitsOf(18).map((account) => withCheck("DE", account)),
    digitsOf(14).map((account) => withCheck("GB", `WEST${account}`)),
    digitsOf(15).map((account) => withCheck("NO", account.slice(0, 11))),
    digitsOf(23).map((account) => withCheck("IT", `X${account.slice(0, 22)}`)),
    digitsOf(10).map((account) => withCheck("NL", `ABNA${account}`)),
  );

  it("is found at its exact place in groups of four or not, and not with another digit", async () => {
    await fc.assert(
      fc.asyncProperty(accounts, fc.constantFrom("", " ", "-"), async (account, separator) => {
        const text = account.replace(/(.{4})(?=.)/g, `$1${separator}`);
        // Groups that begin with 00 are a telephone number as well.
        const found = await findingsIn("pii", {}, `pay ${text} now`);
        expect(found.filter(({ rule }) => rule !== "PHONE_NUMBER")).toEqual([
          { ...withTextAt("/text", 4, 4 + text.length, "IBAN_CODE"), score: 100 },
        ]);
        const last = (Number(account.at(-1)) + 1) % 10;
        const wrong = account.slice(0, -1) + last;
        expect(await findingsIn("pii", { entities: ["IBAN_CODE"] }, wrong)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
