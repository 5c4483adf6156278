// What is true of every built module, whatever it judges.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { MEMORY_PAGES_DEFAULT, manifestSchema } from "../../core/policy/manifest.ts";
import { admit } from "../../core/policy/wasm/admit.ts";
import { validate } from "../../core/validate.ts";
import { faultText } from "../../policy-plugins/tools/meter.ts";
import { canonical, distFolder, index, instantiate, moduleOf, wasmOf } from "./extism-host.ts";

const sha256 = (bytes: string | Uint8Array) => createHash("sha256").update(bytes).digest("hex");

// Half as much again as the largest is now: a module that grows beyond it has taken something in that it should not. What
// makes the large ones large is data, word lists and Unicode's tables, which is only copied; code has to be compiled.
const codeBytesMax = 80_000;
const dataBytesMax = 360_000;

/** What the host gives to policies (docs/spec/policy.md). */
const hostFunctions = [
  ...["input_length", "input_read", "output_write", "error_write"],
  ...["part_length", "part_read", "reading_write"],
];

/** Bytes of a module's section. */
function sectionSize(wasm: Uint8Array, wanted: number): number {
  let at = 8;
  while (at < wasm.length) {
    const id = wasm[at++];
    let size = 0;
    let byte = 0x80;
    for (let shift = 0; byte >= 0x80; shift += 7) {
      byte = wasm[at++] ?? 0;
      size |= (byte & 0x7f) << shift;
    }
    if (id === wanted) return size;
    at += size;
  }
  return 0;
}
const CODE = 10;
const DATA = 11;

function manifestOf(json: unknown) {
  const parsed = validate(manifestSchema, json as never);
  return parsed.ok ? parsed.value : expect.fail(JSON.stringify(parsed.fault));
}

describe.each(index)("$wasm_path", (row) => {
  const { name, policy_id, wasm_sha256, exec_id, profile_id, metered_path, manifest } = row;

  it("is named by its bytes and its manifest", () => {
    expect(sha256(wasmOf(name))).toBe(wasm_sha256);
    expect(policy_id).toBe(`sha256:${sha256(canonical({ manifest, wasm_sha256 }))}`);
  });

  it("is metered as the gateway would meter it", () => {
    const { memory_pages: memoryPages = MEMORY_PAGES_DEFAULT } = manifestOf(manifest);
    const admitted = admit(wasmOf(name), { memoryPages });
    if (!admitted.ok) expect.fail(admitted.fault.message);
    const metered = readFileSync(join(distFolder, metered_path));
    expect(Buffer.from(admitted.value.wasm).equals(metered)).toBe(true);
    expect([admitted.value.execId, admitted.value.profileId]).toEqual([exec_id, profile_id]);
    expect(exec_id).toBe(`sha256:${sha256(metered)}`);
  });

  it("imports nothing but the host's functions", () => {
    const imports = WebAssembly.Module.imports(moduleOf(name));
    for (const { module, name, kind } of imports) {
      expect([module, kind]).toEqual(["countersign:host/env", "function"]);
      expect(hostFunctions).toContain(name);
    }
    // Who makes the reading is one policy of a bundle, and its manifest says so.
    const writes = imports.some(({ name }) => name === "reading_write");
    expect(writes).toBe(manifest.reading === "writes");
  });

  it("is small", () => {
    expect(sectionSize(wasmOf(name), CODE)).toBeLessThan(codeBytesMax);
    expect(sectionSize(wasmOf(name), DATA)).toBeLessThan(dataBytesMax);
  });
});

// What is written with the SDK alone can be copied from here, and built anywhere.
it.each(index.filter(({ fixture }) => !fixture))(
  "$name takes nothing from another policy's folder",
  ({ name }) => {
    const folder = join(import.meta.dirname, "../../policy-plugins", name);
    const files = readdirSync(folder).filter((file) => file.endsWith(".ts"));
    const imported = files.flatMap((file) =>
      [...readFileSync(join(folder, file), "utf8").matchAll(/^(?:import|export) .* from "([^"]+)";$/gm)].map(
        ([, path]) => path,
      ),
    );
    expect(imported.filter((path) => !/^(\.|\.\.\/sdk)\/[a-z0-9-]+$/.test(path ?? ""))).toEqual([]);
  },
);

describe("the build's outputs", () => {
  it("name every policy for the Worker, and the fixtures only where asked", () => {
    const read = (file: string) => readFileSync(join(distFolder, file), "utf8");
    for (const { metered_path, policy_id, exec_id, fixture } of index) {
      expect(read("with-fixtures.ts")).toContain(`"./${metered_path}"`);
      expect(read("with-fixtures.ts")).toContain(`policyId: "${policy_id}"`);
      expect(read("with-fixtures.ts")).toContain(`execId: "${exec_id}"`);
      expect(read("builtin.ts").includes(`"./${metered_path}"`)).toBe(!fixture);
    }
  });

  it("hold one policy of each name", () => {
    expect(new Set(index.map(({ name }) => name)).size).toBe(index.length);
  });
});

describe("a module that is refused", () => {
  it("is told with the place and with what to do", () => {
    const fault = {
      code: "FLOAT",
      section: "code",
      functionIndex: 7,
      offset: 321,
      message: "f64.add is a float instruction",
      advice: "Use integers.",
    } as never;
    expect(faultText("pii", fault, "pii/card/isLuhn")).toBe(
      "pii: FLOAT: f64.add is a float instruction (section code, function pii/card/isLuhn, offset 321)\n  Use integers.",
    );
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
