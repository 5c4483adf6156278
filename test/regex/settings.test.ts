import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compilePatterns } from "../../core/policy/regex/compile.ts";
import { compileSettings } from "../../core/policy/regex/settings.ts";
import { configure } from "../policy-plugins/extism-host.ts";

const CASE = { name: "case number", pattern: "\\bCASE-\\d{6}\\b" };

describe("settings", () => {
  it("get their program, which configure accepts", async () => {
    const compiled = compileSettings({ patterns: [CASE] });
    if (!compiled.ok) throw new Error(compiled.fault.message);
    expect(Object.keys(compiled.value)).toEqual(["patterns", "program"]);
    expect((await configure("regex", compiled.value)).rc).toBe(0);
  });

  it("may come with the very program that their patterns compile to, and with no other", () => {
    const compiled = compileSettings({ patterns: [CASE] });
    if (!compiled.ok) throw new Error(compiled.fault.message);
    expect(compileSettings(compiled.value)).toEqual(compiled);
    const other = { ...compiled.value, patterns: [{ ...CASE, pattern: "x" }] };
    expect(compileSettings(other)).toMatchObject({ ok: false, fault: { code: "program_mismatch" } });
  });

  it.each([
    [{}],
    [{ patterns: "x" }],
    [{ patterns: ["x"] }],
    [{ patterns: [{ name: "x" }] }],
    [{ patterns: [null] }],
  ])("that are none: %j", (settings) => {
    expect(compileSettings(settings)).toMatchObject({ ok: false, fault: { code: "settings" } });
  });

  it.each([
    ["no program", { patterns: [CASE] }, "program is missing"],
    ["another count of patterns", { count: 2 }, "program is not what the patterns compile to"],
    ["a rule that there is not", { rule: "block" }, "patterns/0/rule must be deny, discourage or note"],
    ["a view that there is not", { views: "folded" }, "patterns/0/views must be all or written"],
    ["an unknown member", { flags: "i" }, "unknown setting patterns/0/flags"],
  ])("are refused by configure with %s", async (_name, change, message) => {
    const compiled = compileSettings({ patterns: [CASE] });
    if (!compiled.ok) throw new Error(compiled.fault.message);
    const { count, ...members } = change as Record<string, unknown>;
    const changed =
      "patterns" in change
        ? change
        : {
            ...compiled.value,
            patterns: Array.from({ length: Number(count ?? 1) }, () => ({ ...CASE, ...members })),
          };
    expect((await configure("regex", changed)).error).toContain(message);
  });
});

describe("the policy's cases", () => {
  const folder = join(import.meta.dirname, "../../policy-plugins/regex/cases");

  it.each(readdirSync(folder))("%s has the program of its patterns", (file) => {
    // Where not: node policy-plugins/tools/compile-patterns.ts policy-plugins/regex/cases/*.json
    const { settings } = JSON.parse(readFileSync(join(folder, file), "utf8"));
    expect(compileSettings(settings)).toMatchObject({ ok: true });
  });
});

describe("a pattern that is refused", () => {
  it.each([
    [
      "(\\w+) \\1",
      "pattern_syntax",
      "Backreferences (\\1 at 6) are not supported: no engine can promise time",
    ],
    ["(?<q>['\"]).*\\k<q>", "pattern_syntax", "Backreferences (\\k at 12)"],
    ["foo(?=bar)", "pattern_syntax", "Lookaround ((?= at 3) is not supported"],
    ["(?!x)y", "pattern_syntax", "Use \\b, ^ or $, or match the surroundings"],
    ["(?<=\\$)\\d+", "pattern_syntax", "Lookaround ((?<= at 0)"],
    ["(?<!a)b", "pattern_syntax", "Lookaround ((?<! at 0)"],
    ["(?>a+)b", "pattern_syntax", "Atomic groups"],
    ["a++", "pattern_syntax", "Leave the second + out"],
    ["(unclosed", "pattern_syntax", "missing closing )"],
    ["a{1001}", "pattern_syntax", "invalid repeat count"],
    ["[z-a]", "pattern_syntax", "invalid character class range"],
    ["\\p{Klingon}", "pattern_syntax", "invalid character class range"],
    ["x.{12}y", "pattern_too_large", "too many states to be looked for everywhere"],
    ["\\p{L}{3,40}\\p{N}", "pattern_too_large", "ASCII classes instead"],
    ["a".repeat(1_001), "pattern_too_large", "more than 1000 characters"],
    [`(?:${"a".repeat(900)}){1000}`, "pattern_too_large", "too many parts"],
  ])(
    "%s",
    (pattern, code, message) => {
      const compiled = compilePatterns(["fine", pattern]);
      if (compiled.ok) throw new Error("taken");
      expect(compiled.fault).toMatchObject({ code, pattern: 1 });
      expect(compiled.fault.message).toContain(message);
    },
    30_000,
  );

  it.each([
    "[(?=]",
    "\\\\1",
    "\\(?=",
    "[\\]\\1]x".replace("\\1", "1"),
    "\\07",
    "\\Q(?=\\1\\E",
    "(?P<year>\\d{4})",
    "(?i:a)",
  ])("is not one that only looks like it: %s", (pattern) => {
    expect(compilePatterns([pattern])).toMatchObject({ ok: true });
  });

  it("is named at once where it is no syntax, however dear those before it are", () => {
    const before = process.cpuUsage();
    const compiled = compilePatterns(["[^x]{0,500}x[^y]{0,400}y", "x.{12}y", "(unclosed"]);
    const { user, system } = process.cpuUsage(before);
    expect(compiled).toMatchObject({ ok: false, fault: { code: "pattern_syntax", pattern: 2 } });
    expect((user + system) / 1000).toBeLessThan(200);
  });

  it.each([
    `(?:\\Q${"a".repeat(960)}\\E){1000}`,
    `(?:${"a".repeat(940)})\\Q\\E{1000}`,
    `(?:${"a".repeat(940)})(?i){1000}`,
    `(?i:${"a".repeat(940)})(?-i)(?s){1000}`,
  ])("is refused before it is written out, wherever its repeat hides: %#", (pattern) => {
    const before = process.cpuUsage();
    const compiled = compilePatterns(Array(8).fill(pattern));
    const { user, system } = process.cpuUsage(before);
    expect(compiled).toMatchObject({ ok: false, fault: { code: "pattern_too_large", pattern: 0 } });
    expect((user + system) / 1000).toBeLessThan(200);
  });

  it.each(["\\Q(a{900}){900}\\E", "[a{900}]{900}", "\\x{61}{900}", "(?:a{30}){30}", "a{,9}{"])(
    "is not one whose repeats are few or none: %s",
    (pattern) => {
      expect(compilePatterns([pattern])).toMatchObject({ ok: true });
    },
  );

  it("is none of 256 ordinary ones", () => {
    const numbers = Array.from(
      { length: 256 },
      (_, index) => `\\b${index}-\\d{${2 + (index % 9)}}-[A-Z]{${1 + (index % 5)}}\\b`,
    );
    expect(compilePatterns(numbers)).toMatchObject({ ok: true });
  }, 120_000);

  it("is said to be one of too many", () => {
    expect(compilePatterns([])).toMatchObject({ ok: false, fault: { pattern: null } });
    expect(compilePatterns(Array(257).fill("a"))).toMatchObject({
      ok: false,
      fault: { code: "program_too_large" },
    });
  });

  /** Milliseconds of CPU: below one second on a machine that does nothing else, up to twice that beside other tests. */
  const REFUSED_MS_MAX = 2_500;
  /** For as many patterns as there may be. */
  const ALL_REFUSED_MS_MAX = 6_000;

  it.each([
    ["256 patterns of 1,000 states each", Array.from({ length: 256 }, (_, index) => `${index}x.{0,1000}y`)],
    ["letters of all scripts, repeated", ["\\p{L}{3,40}\\p{N}"]],
    ["words of all scripts", ["(?:\\p{L}+ ){10}\\p{N}"]],
    ["a case without case", ["(?i)\\p{L}{0,30}\\pN\\p{L}{0,30}"]],
    ["two long gaps", ["[^x]{0,500}x[^y]{0,400}y"]],
    ["gaps in a row", ["(?:.{0,30}x){30}"]],
    ["numbers in a row", ["(?:\\d{1,30}[.,]?){1,30}€"]],
    ["a set of states for each text", ["x.{12}y", "[ab]*a[ab]{14}c"]],
  ])(
    "does not keep the compiler busy: %s",
    (_name, patterns) => {
      compilePatterns(["warm"]);
      const before = process.cpuUsage();
      const compiled = compilePatterns(patterns);
      const { user, system } = process.cpuUsage(before);
      expect(compiled).toMatchObject({ ok: false, fault: { code: "pattern_too_large" } });
      const limit = patterns.length > 2 ? ALL_REFUSED_MS_MAX : REFUSED_MS_MAX;
      expect((user + system) / 1000).toBeLessThan(limit);
    },
    60_000, // the CPU may be shared
  );
});
