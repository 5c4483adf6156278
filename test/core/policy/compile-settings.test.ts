import { describe, expect, it } from "vitest";
import { digestOf } from "../../../core/hash.ts";
import type { JsonObject } from "../../../core/json.ts";
import type { Bundle } from "../../../core/policy/bundle.ts";
import { compileBundle, compileSettings } from "../../../core/policy/compile-settings.ts";

const patterns = (...texts: string[]): JsonObject => ({
  patterns: texts.map((pattern, index) => ({ name: `pattern ${index}`, pattern })),
});
const issuesOf = async (settings: JsonObject) => {
  const compiled = await compileSettings("regex", settings);
  return compiled.ok ? [] : compiled.fault.issues;
};
const bundleOf = (...settings: JsonObject[]): Bundle => ({
  name: "test",
  version: "1.0.0",
  policies: settings.map((one, index) => ({ policy: digestOf(`${index}`), settings: one, severities: {} })),
});

describe("settings of regex", () => {
  it("get the program that their patterns compile to, and keep it", async () => {
    const compiled = await compileSettings("regex", patterns("ab+c"));
    expect(compiled).toMatchObject({
      ok: true,
      value: { ...patterns("ab+c"), program: expect.any(String) },
    });
    if (compiled.ok) expect(await compileSettings("regex", compiled.value)).toEqual(compiled);
  });

  it.each([
    ["a pattern that is none", patterns("a", "("), "/patterns/1/pattern", /missing closing \)|missing paren/],
    ["what RE2 leaves out", patterns("(?=a)b"), "/patterns/0/pattern", /Lookaround/],
    ["a foreign program", { ...patterns("a"), program: "Q1NYMQ==" }, "/program", /Leave it out/],
    ["no patterns", patterns(), "/patterns", /1 to 256/],
    ["other things than patterns", { patterns: [7] }, "/patterns", /list of objects/],
    ["nothing", {}, "/patterns", /list of objects/],
    [
      "groups without end that match nothing",
      patterns(`(?:[ab]|${"(){1000}".repeat(20)})*a[ab]{9}c`),
      "/patterns/0/pattern",
      /too many parts/,
    ],
  ])("are refused for %s", async (_, settings, pointer, message) =>
    expect(await issuesOf(settings)).toEqual([{ pointer, message: expect.stringMatching(message) }]),
  );
});

it.each(["denylist", "constructor", null])("settings of %s stay as they are", async (builtin) => {
  const settings = patterns("(");
  expect(await compileSettings(builtin, settings)).toEqual({ ok: true, value: settings });
});

it("a bundle says at which policies its settings do not compile", async () => {
  const compiled = await compileBundle(bundleOf(patterns("a"), patterns("("), patterns("(")), [
    "regex",
    "regex",
    null,
  ]);
  expect(compiled).toMatchObject({
    ok: false,
    fault: { issues: [{ pointer: "/policies/1/settings/patterns/0/pattern" }] },
  });
});

it("a bundle's policies have one budget to compile in", async () => {
  const costly = patterns(".{0,1000}y");
  const alone = await compileBundle(bundleOf(costly), ["regex"]);
  expect(alone).toMatchObject({ ok: true });
  const many = Array.from({ length: 12 }, () => costly);
  const compiled = await compileBundle(
    bundleOf(...many),
    many.map(() => "regex"),
  );
  expect(compiled).toMatchObject({
    ok: false,
    fault: {
      issues: expect.arrayContaining([
        expect.objectContaining({ message: expect.stringMatching(/too long/) }),
      ]),
    },
  });
}, 120_000);
