// The word tables against regular expressions made of the same patterns.

import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { wordTable, wordTableSource } from "../../policy-plugins/tools/word-table.ts";
import type { RunnableModule } from "../../worker/evaluate/host.ts";
import { compileProbe, type ReadSegment, readingOfTexts, runOnReading } from "./probe.ts";

const PROBE = `
import { Input, reading, reportSpan, Redact, Settings } from "countersign/sdk";
import { scanWords } from "countersign/sdk/words";
import { WORDS } from "./table";

export function configure(settings: Settings): void {}

export function evaluate(input: Input): void {
  const scan = scanWords(WORDS, reading());
  while (scan.next()) reportSpan("WORD", scan.start, scan.end, Redact.None, -1, scan.value);
}
`
  .replaceAll("countersign/sdk", "../sdk")
  .replace('"../sdk"', '"../sdk/index"');

const PATTERNS = [
  "guarantee",
  "guaranteed",
  "guaranteed returns",
  "guaranteed return",
  "risk-free",
  "no risk",
  "act now",
  "buy now",
  "don't wait",
  "you'll regret",
  "we know where you",
  "free",
  "fee",
  "ass",
  "as is",
  "idiot",
  "loser",
  "lose",
  "all in",
  "100-%",
  "24-7",
  "by",
  "so",
  "hell",
  "hello",
];

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

let probe: RunnableModule;

beforeAll(async () => {
  const source = wordTableSource(
    "WORDS",
    "",
    PATTERNS.map((pattern, i) => [pattern, i] as const),
  );
  probe = await compileProbe({ "index.ts": PROBE, "table.ts": source });
});

async function found(segments: readonly ReadSegment[]): Promise<string[]> {
  const { findings } = await runOnReading(probe, readingOfTexts(segments));
  return findings.map(({ pointer, start = 0, end = 0, item = -1 }) => {
    const text = segments[Number(pointer?.slice(1))]?.text ?? "";
    return `${PATTERNS[item]}: ${text.slice(start, end)}`;
  });
}

const foundIn = (text: string) => found([{ text }]);
const literal = (text: string) => text.replace(/[^a-z0-9]/gi, "\\$&");

/** What one pattern matches at one place, drawn-out letters apart. */
function expressionOf(pattern: string): RegExp {
  const body = Array.from(pattern, (character) => {
    if (character === " ") return "[ \\n\\r\\t_-]+";
    if (character === "-") return "[ \\n\\r\\t_-]*";
    if (character === "'") return "['`]?";
    const signs = SUBSTITUTES[character] ?? "";
    return `[${literal(character + signs)}]`;
  }).join("");
  return new RegExp(`(?<![a-z0-9])${body}${/[a-z0-9]$/.test(pattern) ? "(?![a-z0-9])" : ""}`, "iy");
}

const expressions = PATTERNS.map((pattern) => [pattern, expressionOf(pattern)] as const);

function expected(text: string): string[] {
  const all: string[] = [];
  for (let at = 0; at < text.length; ) {
    let best = "";
    let bestPattern = "";
    for (const [pattern, expression] of expressions) {
      expression.lastIndex = at;
      const match = expression.exec(text)?.[0];
      if (match === undefined || match.length < best.length || !isPlain(match, pattern)) continue;
      best = match;
      bestPattern = pattern;
    }
    if (best !== "") all.push(`${bestPattern}: ${best}`);
    at += best.length || 1;
  }
  return all;
}

/** Enough letters stand for themselves. */
function isPlain(match: string, pattern: string): boolean {
  const signs = (text: string) => text.replace(/[a-z \n\r\t_'`-]/gi, "").length;
  const substitutes = signs(match) - signs(pattern);
  const letters = match.replace(/[^a-z]/gi, "").length;
  return substitutes === 0 || (letters >= Math.max(2, substitutes - 1) && letters + substitutes >= 4);
}

describe("a word table", () => {
  it.each([
    ["We GUARANTEE it.", ["guarantee: GUARANTEE"]],
    ["guaranteed\n  Returns", ["guaranteed returns: guaranteed\n  Returns"]],
    ["guaranteedly unguaranteed", []],
    ["gu4r@nteed", ["guaranteed: gu4r@nteed"]],
    ["riskfree risk free risk-free", ["risk-free: riskfree", "risk-free: risk free", "risk-free: risk-free"]],
    ["norisk", []],
    ["dont wait, don't wait", ["don't wait: dont wait", "don't wait: don't wait"]],
    ["freeeee frreee fees", ["free: freeeee"]],
    ["looooser looser losserr loserrr", ["loser: looooser", "loser: loserrr"]],
    ["1d10t !diot idi0t!", ["idiot: 1d10t", "idiot: !diot", "idiot: idi0t"]],
    ["455 a55 4ss 1053 l053 f33 fr33", ["free: fr33"]],
    ["100% 100 % 24/7 24-7 247", ["100-%: 100%", "100-%: 100 %", "24-7: 24-7", "24-7: 247"]],
    ["act now", ["act now: act now"]],
    ["act\n\n\nnow", []],
    [`act${" ".repeat(70)}now`, []],
    ["hello hell", ["hello: hello", "hell: hell"]],
    ["guaranteed return$a ", ["guaranteed return: guaranteed return"]],
    ["$o by user@so.example", ["by: by", "so: so"]],
  ])("finds in %j", async (text, matches) => {
    expect(await foundIn(text)).toEqual(matches);
  });

  it("finds phrases without their blanks in closed-up text only", async () => {
    expect(await found([{ text: "x" }, { text: "pleasebuynowandactnow buynow", origin: 7 }])).toEqual([
      "buy now: buynow",
    ]);
    expect(await found([{ text: "buynow guaranteedreturns" }])).toEqual([]);
    expect(await found([{ text: "x" }, { text: "theguaranteedreturnsare", origin: 7 }])).toEqual([
      "guaranteed returns: guaranteedreturns",
    ]);
    expect(
      await found([{ text: "x" }, { text: "no risk", origin: 7 }, { text: "no risk", origin: 1 }]),
    ).toEqual(["no risk: no risk", "no risk: no risk"]);
  });

  it("finds what a regular expression finds", async () => {
    const piece = fc.oneof(
      fc.constantFrom(...PATTERNS),
      fc.constantFrom(...PATTERNS).map((pattern) => pattern.toUpperCase().replace(/ /g, " \n")),
      fc.constantFrom(...PATTERNS).chain((pattern) =>
        fc.nat(pattern.length).map((at) => {
          const signs = SUBSTITUTES[pattern[at] ?? ""];
          return signs === undefined ? pattern : pattern.slice(0, at) + signs[0] + pattern.slice(at + 1);
        }),
      ),
      fc.string({ unit: fc.constantFrom(..."aeilosty014!$@|+ -_.'%\n"), maxLength: 6 }),
    );
    const texts = fc
      .array(fc.tuple(piece, fc.constantFrom(" ", "", ", ", "-", "\n", "s ")), { maxLength: 12 })
      .map((parts) => parts.flat().join(""))
      .filter((text) => !/([a-z])\1\1|\n[\s_-]*\n[\s_-]*\n/i.test(text));
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        expect(await foundIn(text)).toEqual(expected(text));
      }),
      { numRuns: 3000 },
    );
  });

  it("refuses what no text could match", () => {
    expect(() => wordTable([["Upper", 1]])).toThrow("not a pattern");
    expect(() => wordTable([["-x", 1]])).toThrow("not a pattern");
    expect(() => wordTable([["a  b", 1]])).toThrow("in a row");
    expect(() => wordTable([["a", 65_535]])).toThrow("not a value");
    expect(() =>
      wordTable([
        ["ab", 1],
        ["ab", 2],
      ]),
    ).toThrow("two values");
  });
});
