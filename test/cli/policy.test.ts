/** A policy's way on its author's machine: new, build, test, run, inspect, bench. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestOf, sha256Hex } from "../../core/hash.ts";
import { type Manifest, policyId } from "../../core/policy/manifest.ts";
import { LIMITS, PROFILE_ID } from "../../core/policy/wasm/profile.ts";
import { assemble } from "../harness/wat.ts";
import { makeWorkshop, policy } from "./policy-process.ts";

const ROOT = join(import.meta.dirname, "../..");
/** A compiler that starts anew takes three seconds alone, and several of them beside other tests many more. */
const COMPILING_MS = 120_000;

const shop = makeWorkshop();
const folder = shop.path("Internal Words");
const read = (...parts: string[]) => readFileSync(shop.path("Internal Words", ...parts));

beforeAll(() => {
  const made = policy(["new", "Internal Words"], { cwd: shop.path() });
  expect(made).toEqual({
    code: 0,
    out: expect.stringContaining("✓ internal-words in Internal Words"),
    err: "",
  });
});
afterAll(() => shop.remove());

describe("new", () => {
  it("writes a policy that passes its own cases", { timeout: COMPILING_MS }, () => {
    const ran = policy(["test", folder]);
    expect(ran).toEqual({ code: 0, out: expect.stringContaining("5 of 5 cases passed\n"), err: "" });
    expect(ran.out).not.toContain("no case in which");
  });

  it("refuses a folder that is not empty, and leaves it as it is", () => {
    const before = readdirSync(folder, { recursive: true });
    expect(policy(["new", folder])).toEqual({
      code: 2,
      out: "",
      err: expect.stringContaining("is not empty"),
    });
    expect(readdirSync(folder, { recursive: true })).toEqual(before);
  });

  it("refuses a name that is none", () => {
    for (const name of ["Upper", "a_b"])
      expect(policy(["new", shop.path("other"), `--name=${name}`]).code).toBe(2);
    expect(existsSync(shop.path("other"))).toBe(false);
  });

  it("lets an editor understand AssemblyScript and the SDK", () => {
    const check = () => {
      const { stdout } = spawnSync(join(ROOT, "node_modules/.bin/tsc"), ["-p", folder], { encoding: "utf8" });
      // The compiler's own library is not written for TypeScript to check.
      return stdout.split("\n").filter((line) => line.includes("Internal Words/index.ts("));
    };
    expect(check()).toEqual([]);
    const source = readFileSync(join(folder, "index.ts"), "utf8");
    shop.write("Internal Words/index.ts", `${source}\nconst wrong: i32 = reading().nothing;\n`);
    const wrong = check();
    shop.write("Internal Words/index.ts", source);
    expect(wrong).toEqual([expect.stringContaining("'nothing' does not exist on type 'Reading'")]);
  });
});

describe("build", () => {
  it("leaves the module, the metered module, and their ids", () => {
    const built = policy(["build", folder, "-o", "json"]);
    expect([built.code, built.err]).toEqual([0, ""]);
    const manifest = JSON.parse(read("manifest.json").toString()) as Manifest;
    const wasmSha256 = sha256Hex(read("build/policy.wasm"));
    const ids = {
      policy_id: policyId(manifest, wasmSha256),
      wasm_sha256: wasmSha256,
      exec_id: digestOf(read("build/policy.metered.wasm")),
      profile_id: PROFILE_ID,
    };
    expect(JSON.parse(built.out)).toMatchObject({ ok: true, compiled: false, ...ids });
    expect(JSON.parse(read("build/policy.json").toString())).toMatchObject({ ...ids, manifest });
    expect(WebAssembly.validate(new Uint8Array(read("build/policy.metered.wasm")))).toBe(true);
    const shown = policy(["build"], { cwd: folder }).out;
    for (const id of [ids.policy_id, ids.exec_id, ids.profile_id]) expect(shown).toContain(id);
    expect(shown).toMatch(/fuel +\d+ static, over \d+ instructions/);
  });

  it("compiles again where a source or the kept module changed", { timeout: COMPILING_MS }, () => {
    const compiled = () => JSON.parse(policy(["build", folder, "-o", "json"]).out) as Record<string, unknown>;
    const first = compiled();
    const source = read("index.ts").toString();
    shop.write("Internal Words/index.ts", source.replace("// Settings live", "// The settings live"));
    expect(compiled()).toMatchObject({ compiled: true });
    shop.write("Internal Words/index.ts", source);
    expect(compiled()).toEqual({ ...first, compiled: true, milliseconds: expect.any(Number) });
    const manifest = read("manifest.json").toString();
    shop.write("Internal Words/manifest.json", manifest.replace('"0.1.0"', '"0.1.1"'));
    const renamed = compiled();
    expect(renamed).toMatchObject({ compiled: false, wasm_sha256: first.wasm_sha256, version: "0.1.1" });
    expect(renamed.policy_id).not.toBe(first.policy_id);
    expect(JSON.parse(read("build/policy.json").toString()).policy_id).toBe(renamed.policy_id);
    shop.write("Internal Words/manifest.json", manifest);
    shop.write("Internal Words/build/policy.wasm", "damaged");
    expect(compiled()).toMatchObject({ compiled: true, policy_id: first.policy_id });
  });

  it("makes of a policy of this repository the bytes that are shipped, wherever it lies", {
    timeout: COMPILING_MS,
  }, () => {
    cpSync(join(ROOT, "policy-plugins/secrets"), shop.path("copy"), { recursive: true });
    expect(policy(["build", shop.path("copy")]).code).toBe(0);
    const shipped = readFileSync(join(ROOT, "dist/policies/secrets.wasm"));
    expect(readFileSync(shop.path("copy/build/policy.wasm")).equals(shipped)).toBe(true);
    expect(policy(["test", shop.path("copy")])).toMatchObject({ code: 0 });
  });
});

describe("run", () => {
  const action = { action: { surface: "outbound.email", payload: { text: "Our Bluebird flies." } } };
  const settings = '{"words": ["bluebird"]}';

  it("marks what was found", () => {
    const ran = policy(["run", folder, shop.write("action.json", action), "--settings", settings]);
    expect([ran.code, ran.err]).toEqual([0, ""]);
    expect(ran.out).toContain(
      [
        "block INTERNAL_WORD at payload/text 4-12",
        "    Our Bluebird flies.",
        "        ^^^^^^^^",
        "    A word that is for inside the house only. Leave it out, or say it in other words",
      ].join("\n"),
    );
    expect(ran.out).toMatch(/^block by internal-words 0\.1\.0\n/);
    expect(ran.out).toMatch(/fuel \d+ of 600000000\n$/);
  });

  it("reads standard input, and settings of a file; without any, those of the first case", () => {
    const input = JSON.stringify(action);
    const file = shop.write("settings.json", '{"words": ["nothing"]}');
    const json = (args: string[]) =>
      JSON.parse(policy(["run", folder, "-", "-o", "json", ...args], { input }).out);
    expect(json(["--settings", file])).toMatchObject({ decision: "allow", findings: [], error: null });
    expect(json([])).toMatchObject({
      decision: "block",
      findings: [{ rule: "INTERNAL_WORD", start: 4, end: 12 }],
    });
  });

  it("takes a case of the folder that it is started in", () => {
    const ran = policy(["run", "cases/in-capitals.json"], { cwd: folder });
    expect([ran.code, ran.out]).toEqual([0, expect.stringContaining("INTERNAL_WORD at payload/text 0-8")]);
  });

  it("shows nothing of the text as an escape sequence or hidden character", () => {
    const text = "a\u001b[2Jbluebird\u202e";
    const payload = { action: { surface: "outbound.email", payload: { text } } };
    const { out } = policy(["run", folder, "-"], { input: JSON.stringify(payload) });
    expect(out).toContain("a\\u{1b}[2Jbluebird\\u{202e}");
  });

  it.each([
    [
      "an action that the gateway refuses",
      { action: { surface: "Email", payload: {} } },
      "/action/surface: Expected",
    ],
    ["no action", { payload: {} }, "has no action"],
    ["what is no JSON", '{"action": {]', "standard input:1:13: Expected a member name."],
    [
      "settings that the manifest does not take",
      action,
      "do not fit the manifest's schema: /words",
      ["-s", '{"words": "x"}'],
    ],
  ] as const)("refuses %s", (_, given, message, more: readonly string[] = []) => {
    const input = typeof given === "string" ? given : JSON.stringify(given);
    expect(policy(["run", folder, "-", ...more], { input })).toEqual({
      code: 2,
      out: "",
      err: expect.stringContaining(message),
    });
  });
});

describe("inspect", () => {
  it("shows imports, exports, sizes, memory, ids, and fuel by function", { timeout: COMPILING_MS }, () => {
    const { code, out } = policy(["inspect", folder]);
    expect(code).toBe(0);
    for (const text of [
      "countersign:host/env.input_read",
      "configure, evaluate, memory",
      `4 pages (256 KiB) at the start, ${LIMITS.MEMORY_PAGES_MAX} at most`,
      `wasm_sha256 ${sha256Hex(read("build/policy.wasm"))}`,
      `exec_id     ${digestOf(read("build/policy.metered.wasm"))}`,
      "ADMITTED",
    ])
      expect(out).toContain(text);
    expect(out).toMatch(/^ +\d+ +\d+ +\d+ {2}\d+ internal-words\/index\/evaluate$/m);
  });

  it("says of a module of another compiler why it is refused", () => {
    const text =
      '(module (memory (export "memory") 1) (func (export "evaluate") (result i32) (drop (f64.const 0)) (i32.const 0)))';
    const file = shop.write("other.wasm", assemble(text));
    const { code, out } = policy(["inspect", file]);
    expect(code).toBe(1);
    expect(out).toMatch(
      /REFUSED: FLOAT\n {2}what .+\n {2}where .*section code, function 0.*, byte \d+ of the module\n {2}advice .+/,
    );
    expect(JSON.parse(policy(["inspect", file, "-o", "json"]).out)).toMatchObject({
      ok: false,
      refused: { code: "FLOAT", section: "code", functionIndex: 0, advice: expect.any(String) },
      outline: { imports: [], exports: ["memory", "evaluate"] },
    });
  });
});

describe("bench", () => {
  it("measures, and keeps to a budget", { timeout: COMPILING_MS }, () => {
    const json = (args: string[]) => {
      const { code, out } = policy(["bench", folder, "-o", "json", ...args]);
      const { fuel, p50_us, p99_us, ...rest } = JSON.parse(out) as Record<string, number>;
      return { code, fuel, p50_us, p99_us, ...rest };
    };
    const first = json([]);
    const { fuel = 0, p50_us = 0, p99_us = 0 } = first;
    expect(first).toMatchObject({ code: 0, memory_bytes: 262_144, restored_bytes: 262_144, budget: null });
    expect(fuel).toBeGreaterThan(10_000);
    expect(p50_us).toBeGreaterThan(0);
    expect(p99_us).toBeGreaterThanOrEqual(p50_us);
    expect(json(["--budget", String(fuel)])).toMatchObject({ code: 0, ok: true, fuel });
    expect(json(["--budget", String(fuel - 1)])).toMatchObject({ code: 1, ok: false, fuel });
  });

  it("measures the action that it is given, and says where the policy fails on it", {
    timeout: COMPILING_MS,
  }, () => {
    const small = join(folder, "cases/in-capitals.json");
    const { out } = policy(["bench", folder, "--action", small, "-o", "json"]);
    expect(JSON.parse(out).input_bytes).toBeLessThan(400);
    const refused = policy(["bench", folder, "--settings", '{"words": ["x"]}', "--budget", "lots"]);
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining("--budget is a number of fuel") });
    const without = policy(["bench", folder, "--action", join(folder, "cases/no-words.json")]);
    expect(without).toMatchObject({
      code: 2,
      err: expect.stringContaining("POLICY_SETTINGS_REFUSED: configure: "),
    });
  });
});

it("leaves nothing beside the policy's own folder", () => {
  expect(statSync(join(folder, "build")).isDirectory()).toBe(true);
  expect(readdirSync(join(folder, "build")).sort()).toEqual([
    "policy.json",
    "policy.metered.wasm",
    "policy.wasm",
    "tsconfig.json",
  ]);
});
