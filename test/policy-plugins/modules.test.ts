// What is true of every built module, whatever it judges.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkModule } from "../../policy-plugins/tools/check-module.ts";
import { canonical, distFolder, index, instantiate, moduleOf, wasmOf } from "./extism-host.ts";

const sha256 = (bytes: string | Uint8Array) => createHash("sha256").update(bytes).digest("hex");

// Twice what they are now: a module that grows beyond it has taken something in that it should not.
const wasmBytesMax = 52_000;

describe.each(index)("$wasm_path", ({ name, policy_id, wasm_sha256, manifest }) => {
  it("is named by its bytes and its manifest", () => {
    expect(sha256(wasmOf(name))).toBe(wasm_sha256);
    expect(policy_id).toBe(`sha256:${sha256(canonical({ manifest, wasm_sha256 }))}`);
  });

  it("has no forbidden import, no float, no other export and no work at its start", () => {
    expect(checkModule(wasmOf(name))).toEqual([]);
    expect(WebAssembly.Module.imports(moduleOf(name)).every(({ kind }) => kind === "function")).toBe(true);
  });

  it("is small", () => {
    expect(wasmOf(name).length).toBeLessThan(wasmBytesMax);
  });
});

describe.each(index.filter(({ fixture }) => !fixture))("$wasm_path", ({ name }) => {
  it("starts with two pages", () => {
    const stub = () => 0n;
    const names = ["input_length", "alloc", "store_u64", "store_u8", "output_set", "error_set"];
    const instance = new WebAssembly.Instance(moduleOf(name), {
      "extism:host/env": Object.fromEntries(names.map((each) => [each, stub])),
      "countersign:host/env": { input_read: stub },
    });
    expect((instance.exports.memory as WebAssembly.Memory).buffer.byteLength).toBe(2 * 65_536);
    expect((instance.exports.__cs_rc as WebAssembly.Global).value).toBe(-1);
  });
});

describe("the build's outputs", () => {
  it("name every policy for the Worker, and the fixtures only where asked", () => {
    const read = (file: string) => readFileSync(join(distFolder, file), "utf8");
    for (const { wasm_path, policy_id, fixture } of index) {
      expect(read("with-fixtures.ts")).toContain(`"./${wasm_path}"`);
      expect(read("with-fixtures.ts")).toContain(`policyId: "${policy_id}"`);
      expect(read("builtin.ts").includes(`"./${wasm_path}"`)).toBe(!fixture);
    }
  });

  it("hold one policy of each name", () => {
    expect(new Set(index.map(({ name }) => name)).size).toBe(index.length);
  });
});

describe("checkModule", () => {
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

  it("tells a float, a forbidden import and a missing export", () => {
    // (module (import "env" "abort" (func)) (func (result f64) (f64.const 0)))
    const wasm = Uint8Array.from([
      ...header,
      1,
      8,
      2,
      0x60,
      0,
      0,
      0x60,
      0,
      1,
      0x7c,
      2,
      13,
      1,
      3,
      0x65,
      0x6e,
      0x76,
      5,
      0x61,
      0x62,
      0x6f,
      0x72,
      0x74,
      0,
      0,
      3,
      2,
      1,
      1,
      10,
      13,
      1,
      11,
      0,
      0x44,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0x0b,
    ]);
    expect(checkModule(wasm)).toEqual([
      "imports env.abort",
      "exports ",
      expect.stringMatching(/^uses floats/),
    ]);
  });
});

describe("calls out of order", () => {
  it("does not judge before its settings were accepted", async () => {
    for (const settings of [undefined, '{"nope":1}']) {
      const instance = await instantiate("pii");
      if (settings !== undefined) await instance.call("configure", settings);
      const call = await instance.call(
        "evaluate",
        '{"abi":"countersign-policy/1","action":{},"principal":{}}',
      );
      expect(call).toMatchObject({
        rc: 1,
        output: null,
        error: "evaluate before a configure that succeeded",
      });
    }
  });

  it.each([
    "",
    "null",
    "[]",
    "{}",
    '{"abi":"countersign-policy/2","action":{},"principal":{}}',
    '{"abi":"countersign-policy/1","action":{}}',
    '{"abi":"countersign-policy/1","principal":{}}',
    '{"abi":"countersign-policy/1","action":[],"principal":{}}',
    '{"abi":"countersign-policy/1","action":{},"message":{},"principal":{}}',
    '{"abi":"countersign-policy/1","action":{},"principal":{}',
  ])("traps on an input that is not an action: %s", async (text) => {
    const instance = await instantiate("pii");
    expect((await instance.call("configure", "{}")).rc).toBe(0);
    const call = await instance.call("evaluate", text);
    expect(call).toMatchObject({ rc: -1, output: null });
    expect(call.error).toMatch(/ at sdk\/[a-z-]+\.ts:\d+:\d+$/);
  });
});
