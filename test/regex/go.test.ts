// What Go's own tests of its `regexp` expect, asked of compiled programs in WASM: where the leftmost-first match lies.

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compilePatterns } from "../../core/policy/regex/compile.ts";
import { type GoCase, goTestdata, hasBzcat, readFowlerFile, readRe2File } from "./go-files.ts";
import { Scanner } from "./scanner.ts";

const folder = goTestdata();
const ON_CI = process.env.CI === "true";
/** The exhaustive file has 190,000 patterns and 5.8 million texts, which take five minutes on a quiet machine: by default every sixtieth of them. */
const EVERY_NTH = process.env.REGEX_EXHAUSTIVE === "all" ? 1 : 60;

if (folder === null && !ON_CI) {
  console.warn("SKIPPED: Go's tests of regular expressions. `apt-get install golang-src` brings them.");
}
const canUnpack = hasBzcat() || ON_CI;
if (!canUnpack) console.warn("SKIPPED: Go's exhaustive test. `apt-get install bzip2` brings bzcat.");

interface Tally {
  texts: number;
  refused: string[];
  wrong: string[];
}

/** The columns of a result: whole text, and anywhere. The others are leftmost-longest, which nothing here offers. */
const WHOLE = 0;
const ANYWHERE = 1;

function check(scanner: Scanner, { pattern, texts, results }: GoCase, tally: Tally): void {
  for (const [column, asked] of [
    [ANYWHERE, pattern],
    [WHOLE, `\\A(?:${pattern})\\z`],
  ] as const) {
    const compiled = compilePatterns([asked]);
    if (!compiled.ok) {
      tally.refused.push(asked);
      continue;
    }
    expect(scanner.load(compiled.value.program)).toBe(true);
    for (const [index, text] of texts.entries()) {
      // RE2's \B looks between the bytes of a character; Go's does not, and Go's test passes over these as well.
      if (pattern.includes("\\B") && /[^\0-\x7f]/.test(text)) continue;
      const [found] = scanner.scan(text);
      const has = found === undefined ? "none" : `${found.start}-${found.end}`;
      const wanted = results[index]?.[column]?.join("-") ?? "none";
      tally.texts++;
      if (has !== wanted) tally.wrong.push(`${asked} on ${JSON.stringify(text)}: ${has}, not ${wanted}`);
    }
  }
}

describe.runIf(folder !== null || ON_CI)("Go's test files", () => {
  it.each([
    ["re2-search.txt", 1, 3_500] as const,
    ...(canUnpack ? [["re2-exhaustive.txt.bz2", EVERY_NTH, 100_000] as const] : []),
  ])(
    "%s",
    async (file, everyNth, least) => {
      const scanner = await Scanner.create();
      const tally: Tally = { texts: 0, refused: [], wrong: [] };
      readRe2File(join(folder as string, file), (found) => check(scanner, found, tally), everyNth);
      expect(tally.wrong).toEqual([]);
      expect(tally.texts).toBeGreaterThan(least);
      // \C, one byte of a character: Go refuses it, too.
      expect(tally.refused.filter((pattern) => !pattern.includes("\\C"))).toEqual([]);
    },
    1_800_000,
  );

  it.each([
    ["basic.dat", 90],
    ["nullsubexpr.dat", 40],
    ["repetition.dat", 90],
  ])(
    "%s: that there is a match, and where it begins; its end where the longest is also the first",
    async (file, least) => {
      const scanner = await Scanner.create();
      const cases = readFowlerFile(join(folder as string, file));
      let asked = 0;
      let sameEnd = 0;
      for (const { pattern, text, span } of cases) {
        const compiled = compilePatterns([pattern]);
        if (!compiled.ok) continue;
        scanner.load(compiled.value.program);
        const [found] = scanner.scan(text);
        expect([pattern, text, found?.start]).toEqual([pattern, text, span[0]]);
        expect(found?.end).toBeLessThanOrEqual(span[1]);
        asked++;
        if (found?.end === span[1]) sameEnd++;
      }
      expect(asked).toBeGreaterThan(least);
      expect(sameEnd / asked).toBeGreaterThan(0.7);
    },
  );
});
