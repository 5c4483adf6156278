// The denylist against regular expressions, and what must be found whatever is done to a term.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { configure, type Finding, findingsIn, withTextAt } from "./extism-host.ts";

const escaped = (text: string) =>
  text.replace(/[^\p{L}\p{N}]/gu, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`);

const SUBSTITUTES: Record<string, string> = {
  o: "0",
  i: "1!|",
  l: "1!|",
  e: "3",
  a: "4@",
  s: "5$",
  t: "7+",
  b: "8",
};

/** A letter, or a sign that may stand for it. */
const readAs = (character: string) => {
  const signs = SUBSTITUTES[character.toLowerCase()] ?? "";
  return `[${[character, ...signs].map(escaped).join("")}]`;
};

/** Of what a match is made, its substitutes are few enough. */
function isLegible(match: string, term: string): boolean {
  const signs = (text: string) => text.replace(/[a-z \s_-]/gi, "").length;
  const substitutes = signs(match) - signs(term);
  const letters = match.replace(/[^a-z]/gi, "").length;
  return substitutes <= 0 || (letters >= Math.max(2, substitutes - 1) && letters + substitutes >= 4);
}

/** Not those in the member's name, which is a text as well. */
const places = (found: Finding[]) =>
  new Set(found.filter(({ key }) => !key).map(({ start, end }) => `${start}-${end}`));

const word = fc.string({ unit: fc.constantFrom(..."abeilost"), minLength: 2, maxLength: 6 });
const term = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(" "));

/** Capitals that the reader takes for letters which their small ones do not look like , and the like. */
const READ_APART = new Set("µƆƲƷƼƽǮǯɔʋʒͅᲀᲁᲂᲃᲄᲅᲆᲇᲈὑὓὕὗὙὛὝὟὺύῠῡῨῩῪΎ");

describe("denylist", () => {
  it("knows every Latin, Greek and Cyrillic letter in its other case", async () => {
    const units: string[] = [];
    for (const [from, to] of [
      [0x41, 0x530],
      [0x1c80, 0x1c89],
      [0x1e00, 0x2000],
      [0x2126, 0x212c],
      [0x2c60, 0x2c80],
      [0xa640, 0xa6a0],
      [0xa722, 0xa7cb],
      [0xff21, 0xff5b],
    ] as const) {
      for (let code = from; code < to; code++) units.push(String.fromCharCode(code));
    }
    // Every letter that has another case: the term in one, the text in the other.
    const pairs = units.flatMap((unit) =>
      [unit.toLowerCase(), unit.toUpperCase()]
        .filter(
          (other) =>
            other !== unit && other.length === 1 && new RegExp(`^${escaped(unit)}$`, "iu").test(other),
        )
        .map((other) => [unit, other] as const),
    );
    expect(pairs.length).toBeGreaterThan(1000);
    const missed: string[] = [];
    // Each pair in a line of its own, between its own digits.
    for (let at = 0; at < pairs.length; at += 200) {
      const some = pairs.slice(at, at + 200);
      const terms = some.map(([term], i) => `${at + i}=${term}=`);
      const lines = some.map(([, text], i) => `${at + i}=${text}=`);
      const found = await findingsIn("denylist", { denied_terms: terms }, lines.join("\n"));
      const items = new Set(found.map(({ item }) => item));
      missed.push(...some.filter((_, i) => !items.has(i)).map((pair) => pair.join(" ")));
    }
    expect(missed.filter((pair) => ![...pair].some((letter) => READ_APART.has(letter)))).toEqual([]);
  });

  it("finds what a case-insensitive regular expression finds", async () => {
    const piece = fc.string({ unit: fc.constantFrom(..."aBeS15$-!'."), minLength: 1, maxLength: 4 });
    const terms = fc.array(
      fc
        .array(piece, { minLength: 1, maxLength: 3 })
        .map((words) => words.join(" "))
        .filter((one) => /^[a-z0-9](.*[a-z0-9])?$/i.test(one)),
      { minLength: 1, maxLength: 5 },
    );
    const texts = fc
      .array(fc.oneof(piece, fc.constantFrom(" ", "\n", "-", "_ ", "  ")), { maxLength: 30 })
      .map((parts) => parts.join(""))
      .filter((text) => !/([a-z])\1\1|\n[\s_-]*\n[\s_-]*\n/i.test(text))
      // Nor letters on their own, which the reader closes up.
      .filter((text) => !/\b[a-z]\b[^a-z]+[a-z]\b/i.test(text.replaceAll("_", " ")))
      // Nor digits with signs between them, likewise.
      .filter((text) => !/\d[^\w\s]\d[^\w\s]\d|\d[^\w\s]\d[^\w\s]/.test(text));
    await fc.assert(
      fc.asyncProperty(terms, texts, fc.boolean(), async (denied, text, whole) => {
        const expected = new Set<string>();
        for (const one of denied) {
          const body = one
            .split(/[\s_-]+/)
            .map((part) => Array.from(part, readAs).join(""))
            .join("[\\s_\\-]+");
          const pattern = new RegExp(whole ? `(?<![\\p{L}\\p{N}])${body}(?![\\p{L}\\p{N}])` : body, "iuy");
          for (let at = 0; at < text.length; at++) {
            pattern.lastIndex = at;
            const match = pattern.exec(text)?.[0];
            if (match !== undefined && isLegible(match, one)) expected.add(`${at}-${at + match.length}`);
          }
        }
        const found = await findingsIn("denylist", { denied_terms: denied, whole_word: whole }, text);
        expect(places(found)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it("finds a term in any text at its exact place", async () => {
    const anything = fc
      .string({ unit: "binary" })
      .filter((text) => text.isWellFormed() && !/forbidden/i.test(text));
    await fc.assert(
      fc.asyncProperty(anything, anything, async (before, after) => {
        const text = `${before} FORBIDDEN\u2003Fruit ${after}`;
        const start = before.length + 1;
        expect(await findingsIn("denylist", { denied_terms: ["forbidden fruit"] }, text)).toEqual([
          { ...withTextAt("/text", start, start + 15, "DENIED_TERM"), item: 0 },
        ]);
      }),
      { numRuns: 300 },
    );
  });

  it("finds a term whatever its case, accents, spacing and signs", async () => {
    const accents: Record<string, string> = { a: "á", e: "ê", i: "ï", o: "ö" };
    const disguised = (one: string, cases: boolean[], kind: string, at: number) => {
      const cased = Array.from(one, (letter, i) => (cases[i % cases.length] ? letter.toUpperCase() : letter));
      const letter = cased[at % cased.length] ?? "";
      const low = letter.toLowerCase();
      if (kind === "accent") cased[at % cased.length] = accents[low] ?? letter;
      if (kind === "sign" && one.length > 3) cased[at % cased.length] = SUBSTITUTES[low]?.[0] ?? letter;
      if (kind === "drawn out" && letter !== " ") cased[at % cased.length] = letter.repeat(4);
      return cased.join("").replaceAll(" ", kind === "hyphen" ? "-" : kind === "line" ? " \n  " : " ");
    };
    const kinds = ["none", "accent", "sign", "drawn out", "hyphen", "line"];
    await fc.assert(
      fc.asyncProperty(
        term,
        fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
        fc.constantFrom(...kinds),
        fc.nat(30),
        async (one, cases, kind, at) => {
          fc.pre(!/(.)\1\1/.test(one));
          const text = disguised(one, cases, kind, at);
          const found = await findingsIn("denylist", { denied_terms: [one] }, `Now, ${text}: so`);
          expect(found).toContainEqual({
            ...withTextAt("/text", 5, 5 + text.length, "DENIED_TERM"),
            item: 0,
          });
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("reports no term within an exception, and all others", async () => {
    await fc.assert(
      fc.asyncProperty(word, word, word, async (one, before, after) => {
        fc.pre(new Set([one, before, after]).size === 3);
        // Drawn out, a word is read as the one that it draws out, in an exception as in a term: `llla x` is `la x`.
        fc.pre(!/(.)\1\1/.test(`${before} ${after}`));
        const settings = { denied_terms: [one], exceptions: [`${before} ${one}`, `${one} ${after}`] };
        const text = `${before} ${one}, ${one}; ${one}  ${after} ${one}.`;
        const first = before.length + 1 + one.length + 2;
        const last = text.length - one.length - 1;
        expect(places(await findingsIn("denylist", settings, text))).toEqual(
          new Set([`${first}-${first + one.length}`, `${last}-${last + one.length}`]),
        );
      }),
    );
  });

  it("takes thousands of terms", async () => {
    const terms = Array.from({ length: 5000 }, (_, i) => `term${i.toString(36)} of ${i}`);
    const text = terms.slice(1000, 1100).join(", ");
    const found = await findingsIn("denylist", { denied_terms: terms }, text);
    expect(found.map(({ item }) => item)).toEqual(Array.from({ length: 100 }, (_, i) => 1000 + i));
  });

  it("finds terms of writing without blanks anywhere", async () => {
    const found = await findingsIn("denylist", { denied_terms: ["保証", "😀"] }, "必ず保証します a😀b");
    expect(found.map(({ start, end }) => [start, end])).toEqual([
      [2, 4],
      [9, 11],
    ]);
  });

  it.each([
    [{}, "is needed"],
    [{ denied_terms: [" \t"] }, "white space"],
    [{ denied_terms: ["never"], exceptions: ["NEVER"] }, "an exception that is a term itself"],
    [{ lists: [{ name: "a", severity: "hold", terms: [] }] }, "severity must be"],
    [{ lists: [{ name: "a", severity: "warn" }] }, "lists/0/terms is missing"],
    [{ lists: [{ name: "a", severity: "warn", terms: [], more: 1 }] }, "unknown setting lists/0/more"],
  ])("refuses %j", async (settings, message) => {
    const { rc, error } = await configure("denylist", settings);
    expect([rc, error]).toEqual([1, expect.stringContaining(message)]);
  });
});
