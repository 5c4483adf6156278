// Folding against the engine's own tables, and the matcher against a regular expression.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findingsIn, withTextAt } from "./extism-host.ts";

const escaped = (text: string) =>
  text.replace(/[^\p{L}\p{N}]/gu, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`);

describe("denylist", () => {
  it("folds as Unicode's simple case folding does, over Latin, Greek and Cyrillic", async () => {
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
    // All at once: each pair in a line of its own, between its own digits.
    const terms = pairs.map(([term], i) => `${i}=${term}=`);
    const lines = pairs.map(([, text], i) => `${i}=${text}=`);
    for (let at = 0; at < pairs.length; at += 200) {
      const text = lines.slice(at, at + 200).join("\n");
      const found = await findingsIn("denylist", { denied_terms: terms.slice(at, at + 200) }, text);
      expect(found.length).toBe(Math.min(200, pairs.length - at));
    }
  });

  it("keeps different letters apart", async () => {
    const text = "ı İ ß ss ﬁ ŉ"; // dotless and dotted i, sharp s, ligatures: no simple folding joins them
    expect(await findingsIn("denylist", { denied_terms: ["i", "sss", "fi", "n"] }, text)).toEqual([]);
  });

  it("finds what a case-insensitive regular expression finds", async () => {
    const letters = fc.string({
      unit: fc.constantFrom("a", "B", "é", "Я", "σ", "ς", "1", "-", "😀"),
      minLength: 1,
      maxLength: 4,
    });
    const terms = fc.array(
      fc.array(letters, { minLength: 1, maxLength: 3 }).map((words) => words.join(" ")),
      { minLength: 1, maxLength: 5 },
    );
    const texts = fc
      .array(fc.oneof(letters, fc.constantFrom(" ", "\n", "\u00a0\t", "  ")), { maxLength: 30 })
      .map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(terms, texts, fc.boolean(), async (denied, text, whole) => {
        const expected = new Set<string>();
        for (const term of denied) {
          const body = term.split(" ").map(escaped).join("\\s+");
          const edge = (first: boolean) =>
            /^[\p{L}\p{N}]/u.test(first ? term : ([...term].at(-1) ?? ""))
              ? first
                ? "(?<![\\p{L}\\p{N}])"
                : "(?![\\p{L}\\p{N}])"
              : "";
          const pattern = new RegExp(whole ? `${edge(true)}${body}${edge(false)}` : body, "iuy");
          for (let at = 0; at < text.length; at++) {
            pattern.lastIndex = at;
            const match = pattern.exec(text);
            // A sticky match in Unicode mode may step back to the beginning of a pair.
            if (match && match.index === at) expected.add(`${at}-${at + match[0].length}`);
          }
        }
        const found = await findingsIn("denylist", { denied_terms: denied, whole_word: whole }, text);
        expect(new Set(found.map(({ start, end }) => `${start}-${end}`))).toEqual(expected);
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
          withTextAt("/text", start, start + 15, "DENIED_TERM"),
        ]);
      }),
    );
  });

  it("scans 64 KiB with a thousand terms", async () => {
    const denied = Array.from({ length: 1000 }, (_, i) => `term ${i.toString(36)} x`);
    const text = "term term 1 y ".repeat(4700);
    expect(await findingsIn("denylist", { denied_terms: denied }, `${text}TERM RR X`)).toMatchObject([
      { rule: "DENIED_TERM", start: text.length },
    ]);
  });
});
