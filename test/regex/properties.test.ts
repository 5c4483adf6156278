// Whatever the patterns and the text: all matches of each are those that re2js finds, walked as Go's FindAll walks.

import { RE2JS } from "re2js";
import { describe, expect, it } from "vitest";
import { utf8 } from "../../core/encoding.ts";
import { compilePatterns } from "../../core/policy/regex/compile.ts";
import { Random } from "./random.ts";
import { Scanner } from "./scanner.ts";

/** Bytes. */
type Pair = readonly [start: number, end: number];

function findAll(pattern: string, text: string): Pair[] {
  const matcher = RE2JS.compile(pattern).matcher(text);
  const bytesTo = (unit: number): number => utf8(text.slice(0, unit)).length;
  const found: Pair[] = [];
  let last = -1;
  for (let at = 0; at <= text.length && matcher.find(at); ) {
    const start = matcher.start();
    const end = matcher.end();
    // An empty match does not count where the one before ended.
    if (end !== at || start !== last) found.push([bytesTo(start), bytesTo(end)]);
    if (end === at) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    else at = end;
    last = end;
  }
  return found;
}

const scanner = await Scanner.create();

describe("matches", () => {
  it("that are long, with a state that stays for some bytes or for hundreds", () => {
    const patterns = [
      "(?i)password=\\S+",
      "[a-z0-9.]+@[a-z.]+\\.com",
      "<[^>]*>",
      "\\b[0-9a-f]{8,}\\b",
      "é+x?",
    ];
    const compiled = compilePatterns(patterns);
    if (!compiled.ok) throw new Error(compiled.fault.message);
    expect(scanner.load(compiled.value.program)).toBe(true);
    const random = new Random(4);
    const pieces = ["a", "0", "b.", "xé", " ", "@", ".com", "é", "<", ">", "password=", "\n"];
    const next = (): string => pieces[random.below(pieces.length)] as string; // in range
    for (let round = 0; round < 300; round++) {
      const runs = Array.from({ length: 8 }, () =>
        next().repeat(random.below(4) === 0 ? 1 : 50 + random.below(90)),
      );
      const text = runs.map((run) => run + next()).join("");
      const spans = scanner.scan(text);
      for (const [index, pattern] of patterns.entries()) {
        const found = spans.filter((span) => span.pattern === index).map(({ start, end }) => [start, end]);
        expect({ pattern, text, found }).toEqual({ pattern, text, found: findAll(pattern, text) });
      }
    }
  }, 120_000);

  it("in texts so long that they are read in two stretches, whatever is under way where the second one begins", () => {
    const random = new Random(5);
    const fixed = [
      '"[^"]*"',
      "<a[^>]*>",
      "x(?:.*y)?",
      "\\bsecret\\b",
      "(?i)api[_-]?key\\s*[:=]\\s*\\S+",
      "\\d{3}-\\d{2}",
    ];
    const pieces = [
      "a",
      "b ",
      "1",
      "-",
      "12",
      ' "',
      "<a ",
      ">",
      "x",
      "y\n",
      "é",
      "secret ",
      "apikey=",
      "ab c1 ",
      ". ",
    ];
    let asked = 0;
    for (let round = 0; round < 60; round++) {
      const patterns = [random.pick(fixed), random.pick(fixed), random.solidPattern(), random.solidPattern()];
      const compiled = compilePatterns(patterns);
      if (!compiled.ok) continue;
      expect(scanner.load(compiled.value.program)).toBe(true);
      // From a text of anything to one that mostly says the same: then one state stays for thousands of bytes.
      const few = pieces.slice(random.below(6), 7 + random.below(pieces.length - 6));
      const size = 800 + random.below(round % 4 === 0 ? 20_000 : 4_000);
      let text = "";
      while (text.length < size)
        text += random.pick(few).repeat(random.below(9) === 0 ? random.below(600) : 1);
      const spans = scanner.scan(text);
      for (const [index, pattern] of patterns.entries()) {
        const found = spans.filter((span) => span.pattern === index).map(({ start, end }) => [start, end]);
        expect({ pattern, round, found }).toEqual({ pattern, round, found: findAll(pattern, text) });
        asked += found.length;
      }
    }
    expect(asked).toBeGreaterThan(5_000);
  }, 120_000);

  it.each([
    ["any patterns", 1, (random: Random) => random.pattern()],
    ["patterns that need a character", 2, (random: Random) => random.solidPattern()],
  ])(
    "%s",
    (_name, seed, patternOf) => {
      const random = new Random(seed);
      const ways = { short: 0, long: 0 };
      let asked = 0;
      for (let round = 0; round < 400; round++) {
        const patterns = Array.from({ length: 1 + random.below(6) }, () => patternOf(random));
        const compiled = compilePatterns(patterns);
        if (!compiled.ok) {
          expect(compiled.fault.code).toBe("pattern_too_large");
          continue;
        }
        expect(scanner.load(compiled.value.program)).toBe(true);
        for (const isLong of compiled.value.twoPass) ways[isLong ? "long" : "short"]++;
        for (let turn = 0; turn < 10; turn++) {
          const text = random.text(random.below(40));
          const spans = scanner.scan(text);
          for (const [index, pattern] of patterns.entries()) {
            const found = spans
              .filter((span) => span.pattern === index)
              .map(({ start, end }) => [start, end]);
            expect({ pattern, text, found }).toEqual({ pattern, text, found: findAll(pattern, text) });
            asked++;
          }
        }
      }
      expect(asked).toBeGreaterThan(8_000);
      expect(Math.min(ways.short, ways.long)).toBeGreaterThan(100);
    },
    120_000,
  );
});

describe("compiling", () => {
  it("gives the same bytes each time", () => {
    const random = new Random(3);
    const patterns = Array.from({ length: 20 }, () => random.solidPattern());
    expect(compilePatterns(patterns)).toEqual(compilePatterns([...patterns]));
  });
});

describe("a program that nobody compiled", () => {
  it("is refused, or finds nothing outside of the text, and never reads beyond its tables", () => {
    const random = new Random(4);
    const compiled = compilePatterns([
      "\\b\\d{3}-\\d{2}-\\d{4}\\b",
      "[\\w.]+@[\\w.]+\\.[a-z]{2,}",
      "x(?:.*y)?",
      "^\\s*$",
    ]);
    if (!compiled.ok) throw new Error(compiled.fault.message);
    const { program } = compiled.value;
    let refused = 0;
    for (let round = 0; round < 1_500; round++) {
      const letters = [...program];
      for (let change = 1 + random.below(3); change > 0; change--) {
        letters[random.below(letters.length)] = random.pick([
          ..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghij0123456789+/",
        ]);
      }
      if (!scanner.load(letters.join(""))) {
        refused++;
        continue;
      }
      const text = "a@b.com 123-45-6789 xxy é\n x";
      for (const { start, end, pattern } of scanner.scan(text)) {
        expect(pattern).toBeLessThan(4);
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(utf8(text).length);
      }
    }
    expect(refused).toBeGreaterThan(100);
  }, 60_000);

  it.each([
    ["nothing", ""],
    ["no base64", "Q1NYMQ!!"],
    ["cut short", "Q1NYMQE"],
    ["of another kind", "AAAAAAAAAAAA"],
  ])("%s", (_name, program) => {
    expect(scanner.load(program)).toBe(false);
  });
});
