/** What an author is told when something is wrong: where, what, and what to do. */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compilePolicy } from "../../cli/policy/compiler.ts";
import { makeWorkshop, policy } from "./policy-process.ts";

const COMPILING_MS = 120_000;
const shop = makeWorkshop();
const CASE = "cases/an-internal-word.json";

beforeAll(() => {
  expect(policy(["new", "words"], { cwd: shop.path() }).code).toBe(0);
  mkdirSync(shop.path("words/lib"));
});
afterAll(() => shop.remove());

const HEAD = `import { finding, Input, Settings, Text } from "countersign/sdk";
export function configure(settings: Settings): void { settings.texts("words"); }
`;
/** The policy with this body of `evaluate`, which begins on line 4. */
const write = (body: string, more = "") =>
  shop.write("words/index.ts", `${HEAD}export function evaluate(input: Input): void {\n${body}\n}\n${more}`);
const run = () => policy(["run", CASE], { cwd: shop.path("words") });

describe("a trap", () => {
  it("is told with its place in the policy's own sources, innermost first", { timeout: COMPILING_MS }, () => {
    shop.write(
      "words/lib/deep.ts",
      "export function at(list: i32[], index: i32): i32 {\n  return list[index];\n}\n",
    );
    write(
      '  const list: i32[] = [1];\n  if (at(list, 3) == 1) finding("INTERNAL_WORD");',
      'import { at } from "./lib/deep";\n',
    );
    const { code, out } = run();
    expect([code, out]).toEqual([
      1,
      expect.stringContaining(
        "POLICY_TRAPPED: The policy stopped with a trap\n    Index out of range\n    at lib/deep.ts:2:10\n    at index.ts:5:7\n",
      ),
    ]);
  });

  it("is told in each format of a test, and annotated in the source", { timeout: COMPILING_MS }, () => {
    const test = (format: string) => policy(["test", "words", "-o", format], { cwd: shop.path() });
    expect(test("table")).toMatchObject({
      code: 1,
      out: expect.stringContaining("    Index out of range\n      at lib/deep.ts:2:10\n"),
    });
    expect(test("github").out).toContain(
      "::error file=words/lib/deep.ts,line=2,col=10,title=The policy trapped::Index out of range\n",
    );
    expect(JSON.parse(test("json").out).cases[0]).toMatchObject({
      ok: false,
      detail: "Index out of range",
      places: [
        { file: "lib/deep.ts", line: 2, column: 10 },
        { file: "index.ts", line: 5 },
      ],
    });
  });

  it("of an assertion has its message; one of the engine's, its words", { timeout: COMPILING_MS }, () => {
    write('  assert(input.action.get("nothing").exists, "nothing is there");');
    expect(run().out).toMatch(/ {4}nothing is there\n {4}at index\.ts:4:\d+\n/);
    write('  if (10 / (input.action.get("nothing").toString().length) == 1) finding("INTERNAL_WORD");');
    expect(run().out).toMatch(/ {4}divide by zero\n {4}at index\.ts:4:\d+\n/);
  });

  it("in configure is told, too", { timeout: COMPILING_MS }, () => {
    shop.write(
      "words/index.ts",
      `import { Input, Settings } from "countersign/sdk";
export function configure(settings: Settings): void {
  assert(settings.has("nothing"), "no nothing");
}
export function evaluate(input: Input): void {}
`,
    );
    const { code, out } = run();
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(/POLICY_SETTINGS_REFUSED: .*\n {4}no nothing\n {4}at index\.ts:3:\d+\n/),
    ]);
  });

  it("of recursion without end is one of the stack, with the place that calls itself", {
    timeout: COMPILING_MS,
  }, () => {
    write("  deeper(1);", "function deeper(n: i32): i32 {\n  return n == 0 ? 0 : deeper(n + 1) + 1;\n}\n");
    const { code, out } = run();
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(/POLICY_STACK_EXCEEDED: .*\n.*\n {4}at index\.ts:7:\d+\n/),
    ]);
  });
});

it("a loop without end runs out of fuel, and ends", { timeout: COMPILING_MS }, () => {
  write('  let n = 0;\n  while (n < 10) { if (n > 5) n = 0; n++; if (n == 7) finding("INTERNAL_WORD"); }');
  const { code, out } = run();
  expect([code, out]).toEqual([1, expect.stringContaining("POLICY_OUT_OF_FUEL: ")]);
});

describe("a module that the gateway would refuse", () => {
  const build = () => policy(["build", "words"], { cwd: shop.path() });

  it("is refused with code, place, function and advice", { timeout: COMPILING_MS }, () => {
    write(
      "  if (half(input.action.payload.first.start)) finding('INTERNAL_WORD');",
      "function half(n: usize): bool {\n  return <f64>n / 2.0 > 1.0;\n}\n",
    );
    const { code, out, err } = build();
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(
      /^countersign: words compiles, and the gateway would refuse it: FLOAT\n {2}what .+\n {2}source {2}index\.ts:7:\d+\n {2}where {3}section code, function \d+ words\/index\/half, byte \d+ of the module\n {2}advice {2}Use integers/,
    );
    expect(JSON.parse(policy(["build", "words", "-o", "json"], { cwd: shop.path() }).out)).toMatchObject({
      ok: false,
      failed: "refused",
      code: "FLOAT",
      function_name: "words/index/half",
      place: expect.stringMatching(/^index\.ts:7:\d+$/),
    });
  });

  it.each([
    [
      "randomness",
      'if (Math.random() > 0.5) finding("INTERNAL_WORD");',
      /IMPORT_RANDOM\n[\s\S]*advice {2}Math\.random is not available/,
    ],
    [
      "a clock",
      'if (Date.now() > 5) finding("INTERNAL_WORD");',
      /IMPORT_CLOCK\n[\s\S]*advice {2}Date\.now is not available/,
    ],
    [
      "a float that a function is given",
      'if (input.action.payload.index > 5) far(<f64>input.action.payload.index);\n}\n@noinline function far(n: f64): void {\n  if (n > 2.0) finding("INTERNAL_WORD");',
      /FLOAT\n[\s\S]*words\/index\/far/,
    ],
    ["a console", 'console.log("here");', /IMPORT_[A-Z]+\n[\s\S]*advice/],
  ])("for %s says what brought it in", { timeout: COMPILING_MS }, (_, body, message) => {
    write(`  ${body}`);
    expect(build()).toEqual({ code: 1, out: "", err: expect.stringMatching(message) });
  });
});

describe("what does not compile", () => {
  it("is told by file, line and column from the policy's folder", { timeout: COMPILING_MS }, () => {
    shop.write("words/lib/deep.ts", "export function at(): i32 {\n  return nothing;\n}\n");
    write(
      "  at();\n  const n: i32 = true + ;",
      'import { at } from "./lib/deep";\nimport { gone } from "./gone";\n',
    );
    const { code, err } = policy(["build"], { cwd: shop.path("words") });
    expect(code).toBe(1);
    expect(err).toMatch(/^index\.ts:5:\d+: error: .+$/m);
    expect(err).toMatch(/countersign: words does not compile: \d+ errors?\n$/);
    write("  at();", 'import { at } from "./lib/deep";\n');
    expect(policy(["build"], { cwd: shop.path("words") }).err).toBe(
      "lib/deep.ts:2:10: error: Cannot find name 'nothing'.\ncountersign: words does not compile: 1 error\n",
    );
    expect(policy(["test", "words", "-o", "junit"], { cwd: shop.path() })).toMatchObject({
      code: 1,
      out: "",
    });
    rmSync(shop.path("words/lib"), { recursive: true });
  });
});

it("a compiler that does not end is ended, and the next one compiles", {
  timeout: COMPILING_MS,
}, async () => {
  const request = { folder: shop.path("words"), name: "words", form: "shipped" } as const;
  write("  deeper(1);", "function deeper(n: i32): i32 {\n  return deeper(n + 1) + deeper(n + 2);\n}\n");
  const endless = await compilePolicy(request, 8_000);
  expect([endless.wasm, endless.diagnostics[0]?.message]).toEqual([
    null,
    expect.stringContaining("did not finish within"),
  ]);
  write('  finding("INTERNAL_WORD");');
  expect((await compilePolicy(request)).wasm?.length).toBeGreaterThan(1000);
});

describe("what is no policy, or no case", () => {
  const manifest = () => JSON.parse(readFileSync(shop.path("words/manifest.json"), "utf8"));

  it.each([
    ["no folder", ["build", "nowhere"], "there is no folder nowhere"],
    ["an empty folder", ["test", "."], "this folder is no policy: it has no manifest.json"],
    ["a file", ["bench", "words/index.ts"], "words/index.ts is a file"],
    ["an unknown format", ["test", "words", "-o", "xml"], "Expected one of: table, json, junit, tap, github"],
    ["an unknown option", ["build", "words", "--wtach"], "there is no option --wtach"],
    ["an unknown command", ["biuld"], "there is no command policy biuld"],
    ["no action", ["run", "words"], "which action?"],
  ])("%s", (_, args, message) => {
    expect(policy(args, { cwd: shop.path() })).toEqual({
      code: 2,
      out: "",
      err: expect.stringContaining(message),
    });
  });

  it("a manifest with a mistake is told by pointer, before anything is compiled", () => {
    const good = manifest();
    const wrong = { ...good, rules: [{ ...good.rules[0], severity: "fatal" }] };
    shop.write("words/manifest.json", wrong);
    const { code, err } = policy(["test", "words"], { cwd: shop.path() });
    shop.write("words/manifest.json", good);
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/words\/manifest\.json \/rules\/0\/severity: Expected/),
    ]);
  });

  it("a manifest that could not be published fails the build, which says why", {
    timeout: COMPILING_MS,
  }, () => {
    write("");
    const good = manifest();
    shop.write("words/manifest.json", {
      ...good,
      settings: { ...good.settings, additionalProperties: true },
    });
    const { code, err } = policy(["build", "words"], { cwd: shop.path() });
    shop.write("words/manifest.json", good);
    expect([code, err]).toEqual([
      1,
      expect.stringContaining("the gateway would refuse the manifest\n  manifest.json /settings"),
    ]);
  });

  it("a case with a mistake is told by file and pointer", () => {
    for (const [mistake, message] of [
      [{ decision: "alow" }, "/expect/decision: Expected"],
      [{}, "/expect: Expected at least one of"],
      [{ rule: ["INTERNAL_WORD"] }, "/expect/rule: Unknown member."],
      [{ error: "POLICY_CONFUSED" }, "/expect/error: Expected"],
    ] as const) {
      shop.write("words/cases/wrong.json", { name: "wrong", action: {}, expect: mistake });
      const { code, err } = policy(["test", "words"], { cwd: shop.path() });
      expect([code, err]).toEqual([
        2,
        expect.stringContaining(`words/cases/wrong.json is no case: ${message}`),
      ]);
    }
    shop.write("words/cases/wrong.json", '{\n  "name": "wrong",\n}');
    const { err } = policy(["test", "words"], { cwd: shop.path() });
    expect(err).toMatch(/words\/cases\/wrong\.json:3:1: Expected a member name\./);
    rmSync(shop.path("words/cases/wrong.json"));
  });
});
