/** From raw bytes to metered ones: what is kept, mapped, added and refused. */
import { describe, expect, it } from "vitest";
import { digestOf } from "../../../../core/hash.ts";
import { admit } from "../../../../core/policy/wasm/admit.ts";
import { PROFILE_ID } from "../../../../core/policy/wasm/profile.ts";
import { compileWasm } from "../../../../policy-plugins/tools/wasm-module.ts";
import { custom, policyBytes } from "../../../harness/wasm-bytes.ts";
import { assemble } from "../../../harness/wat.ts";
import { admitted, faultOf, instantiate, policy } from "./wasm.ts";

const exportsOf = (wasm: Uint8Array) =>
  WebAssembly.Module.exports(compileWasm(wasm)).map(({ name, kind }) => `${name}:${kind}`);
const SAVING = ["__cs_save:function", "__cs_restore:function"];
const OURS = ["gas", "stack", "status", "rc", "written_low", "written_high"].map(
  (name) => `__cs_${name}:global`,
);

describe("the metered module", () => {
  it("is the same bytes each time, named by their digest and the profile", () => {
    const wasm = assemble(policy("(i32.const 0)"));
    const first = admitted(wasm);
    expect(admitted(wasm)).toEqual(first);
    expect(first.execId).toBe(digestOf(first.wasm));
    expect(first.profileId).toBe(PROFILE_ID);
    expect(PROFILE_ID).toMatch(/^countersign-wasm\/1:[0-9a-f]{64}$/);
    expect(WebAssembly.validate(first.wasm)).toBe(true);
  });

  it("does not depend on custom sections, on padding, or on how locals are split", () => {
    const plain = policyBytes();
    const { execId } = admitted(plain);
    expect(admitted(policyBytes({}, custom("producers", [1, 2, 3]))).execId).toBe(execId);
    const code = (locals: number[]) =>
      policyBytes({ code: [10, locals.length + 5, 1, locals.length + 3, ...locals, 0x41, 0, 0x0b] });
    const split = code([2, 1, 0x7f, 1, 0x7f]);
    const joined = code([1, 2, 0x7f]);
    const padded = code([1, 0x82, 0x00, 0x7f]);
    expect(admitted(split).wasm).toEqual(admitted(joined).wasm);
    expect(admitted(padded).wasm).toEqual(admitted(joined).wasm);
    expect(admitted(joined).execId).not.toBe(execId);
  });

  it("depends on the memory that the manifest asks for", () => {
    const pages = (asked: number) => admitted(policy("(memory.size)"), asked);
    expect(pages(3).report.memory).toEqual({ initial: 3, maximum: 4 });
    expect(instantiate(pages(3).wasm).call("evaluate").result).toBe(3);
    expect(pages(0).report.memory).toEqual({ initial: 1, maximum: 4 });
    expect(pages(3).execId).not.toBe(pages(2).execId);
    for (const asked of [5, 65, -1, 1.5, Number.NaN])
      expect(faultOf(policy("(i32.const 0)"), asked).code).toBe("MEMORY_PAGES");
  });

  it("exports what the host needs: our globals, and every mutable one of the user's by its index", () => {
    const fields =
      "(global i32 (i32.const 1)) (global (mut i64) (i64.const -2)) (global (mut i32) (i32.const 3))";
    const { wasm } = admitted(policy("(i32.const 0)", fields));
    expect(exportsOf(wasm)).toEqual([
      "memory:memory",
      "evaluate:function",
      ...OURS,
      "__cs_g1:global",
      "__cs_g2:global",
      ...SAVING,
    ]);
    const { exports } = instantiate(wasm);
    expect(exports.__cs_g1?.value).toBe(-2n);
    expect(exports.__cs_rc?.value).toBe(-1);
    expect(exports.__cs_gas?.value).toBe(0n);
  });

  it("keeps all mutable globals, and puts them back", () => {
    const fields = `(global $a (mut i64) (i64.const -2)) (global i32 (i32.const 5)) (global $b (mut i32) (i32.const 3))
      (func $count (global.set $a (i64.add (global.get $a) (i64.const 1))) (global.set $b (i32.mul (global.get $b) (i32.const 2))))`;
    const instance = instantiate(admitted(policy("(call $count) (i32.const 0)", fields)).wasm);
    const values = () => [instance.exports.__cs_g0?.value, instance.exports.__cs_g2?.value];
    instance.call("evaluate");
    (instance.exports.__cs_save as () => void)();
    instance.call("evaluate");
    instance.call("evaluate");
    expect(values()).toEqual([1n, 24]);
    (instance.exports.__cs_restore as () => void)();
    expect(values()).toEqual([-1n, 6]);
  });

  it("wraps configure where there is one, and keeps the return code where the policy cannot reach it", () => {
    const source = `(module (memory (export "memory") 1)
      (func $configure (export "configure") (result i32) (i32.const 5))
      (func (export "evaluate") (result i32) (drop (call $configure)) (if (memory.size) (then (unreachable))) (i32.const 0)))`;
    const instance = instantiate(admitted(source).wasm);
    expect(instance.call("configure")).toMatchObject({ result: 5, rc: 5 });
    expect(instance.call("evaluate")).toMatchObject({ result: null, rc: -1, status: 0 });
  });

  it("runs the start section when the host asks for it, charged, and never by itself", () => {
    const source = policy(
      "(global.get 0)",
      "(global (mut i32) (i32.const 0)) (func $s (global.set 0 (i32.const 9))) (start $s)",
    );
    const { wasm } = admitted(source);
    expect(exportsOf(wasm)).toContain("__cs_start:function");
    const instance = instantiate(wasm);
    expect(instance.call("evaluate").result).toBe(0);
    expect(instance.call("__cs_start", 0)).toMatchObject({ status: 1 });
    expect(instance.call("__cs_start").fuel).toBeGreaterThan(0);
    expect(instance.call("evaluate").result).toBe(9);
  });

  it("takes an exported _start for the same", () => {
    const source = policy(
      "(global.get 0)",
      '(global (mut i32) (i32.const 0)) (func (export "_start") (global.set 0 (i32.const 9)))',
    );
    const { wasm } = admitted(source);
    expect(exportsOf(wasm)).toEqual([
      "memory:memory",
      "__cs_start:function",
      "evaluate:function",
      ...OURS,
      "__cs_g0:global",
      ...SAVING,
    ]);
    const instance = instantiate(wasm);
    instance.call("__cs_start");
    expect(instance.call("evaluate").result).toBe(9);
    expect(faultOf(policy("(i32.const 0)", '(func $s (export "_start")) (start $s)')).code).toBe(
      "START_TWICE",
    );
  });

  it("keeps every function index right where env.abort goes: calls, elements, start, exports", () => {
    const source = `(module
      (import "countersign:host/env" "output_write" (func $write (param i32 i32)))
      (import "env" "abort" (func $abort (param i32 i32 i32 i32)))
      (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
      (import "countersign:host/env" "input_length" (func $length (result i32)))
      (memory (export "memory") 1)
      (table 6 6 funcref)
      (elem (i32.const 1) $length $seven $abort $evaluate $alloc)
      (global $started (mut i32) (i32.const 0))
      (func $seven (result i32) (i32.const 7))
      (func $loops (result i32) (loop (result i32) (i32.const 30)))
      (func $s (global.set $started (i32.const 100)))
      (start $s)
      (func $evaluate (export "evaluate") (result i32)
        (call $write (i32.const 1) (i32.const 2))
        (global.get $started)
        (i32.add (call $seven)) (i32.add (call $loops)) (i32.add (call $length))
        (i32.add (call_indirect (result i32) (i32.const 1)))
        (i32.add (call_indirect (result i32) (i32.const 2)))
        (i32.add (i32.wrap_i64 (call_indirect (param i64) (result i64) (i64.const 1000) (i32.const 5)))))
      (func (export "configure") (result i32)
        (call_indirect (param i32 i32 i32 i32) (i32.const 1) (i32.const 2) (i32.const 3) (i32.const 4) (i32.const 3))
        (i32.const 0)))`;
    const { wasm, report } = admitted(source);
    expect(WebAssembly.Module.imports(compileWasm(wasm)).map(({ name }) => name)).toEqual([
      "output_write",
      "alloc",
      "input_length",
    ]);
    expect(report.imports).toContain("env.abort");
    const written: number[][] = [];
    const instance = instantiate(wasm, {
      "countersign:host/env": {
        output_write: (...bytes: number[]) => written.push(bytes),
        input_length: () => 2000,
      },
      "extism:host/env": { alloc: (size: bigint) => size * 3n },
    });
    instance.call("__cs_start");
    expect(instance.call("evaluate").result).toBe(100 + 7 + 30 + 2000 + 2000 + 7 + 3000);
    expect(written).toEqual([[1, 2]]);
    expect(instance.call("configure")).toMatchObject({
      trap: expect.stringMatching(/unreachable/),
      status: 0,
    });
  });

  it("keeps data, strings and constants as they were", () => {
    const source = policy(
      "(i32.load8_u (i32.const 70))",
      '(data (i32.const 69) "\\ff\\80\\00") (global (mut i64) (i64.const 0x8000000000000000))',
    );
    const instance = instantiate(admitted(source).wasm);
    expect(instance.call("evaluate").result).toBe(0x80);
    expect(instance.exports.__cs_g0?.value).toBe(-(2n ** 63n));
  });

  it("reports what a tool shows", () => {
    const { report, wasm } = admitted(
      assemble(policy("(call 0) (i32.const 0)", "(func (local i32 i32) (loop))", "(local i64)")),
    );
    expect(report).toMatchObject({
      imports: [],
      exports: ["memory", "evaluate"],
      memory: { initial: 1, maximum: 4 },
      sizes: { metered: wasm.length, data: 0 },
      functions: [
        { index: 0, name: null, instructions: 3, locals: 2 },
        { index: 1, name: null, instructions: 3, locals: 1 },
      ],
    });
  });
});

describe("imports", () => {
  const importing = (module: string, name: string, type = "(func)") =>
    `(module (import "${module}" "${name}" ${type}) (memory (export "memory") 1) (func (export "evaluate") (result i32) (i32.const 0)))`;

  it.each<[string, string, string, string?]>([
    ["IMPORT_RANDOM", "env", "seed", "(func (result f64))"],
    ["IMPORT_CLOCK", "env", "Date.now", "(func (result f64))"],
    ["IMPORT_TYPE", "countersign:host/env", "input_length", "(func (result f64))"],
    ["IMPORT_TRACE", "env", "trace"],
    ["IMPORT_TRACE", "env", "console.log"],
    ["IMPORT_WASI", "wasi_snapshot_preview1", "fd_write"],
    ["IMPORT_NETWORK", "extism:host/env", "http_request"],
    ["IMPORT_STATE", "extism:host/env", "var_set"],
    ["IMPORT_CONFIG", "extism:host/env", "config_get"],
    ["IMPORT_LOG", "extism:host/env", "log_info"],
    ["IMPORT_UNKNOWN", "extism:host/user", "anything"],
    ["IMPORT_UNKNOWN", "countersign:host/env", "__proto__"],
    ["IMPORT_UNKNOWN", "constructor", "name"],
    ["IMPORT_TYPE", "countersign:host/env", "input_length", "(func (result i64))"],
    ["IMPORT_TYPE", "extism:host/env", "input_length", "(func (result i32))"],
    ["IMPORT_ABORT", "env", "abort", "(func (param i32))"],
    ["IMPORT_KIND", "env", "memory", "(memory 1)"],
    ["IMPORT_KIND", "env", "table", "(table 1 funcref)"],
    ["IMPORT_KIND", "env", "global", "(global i32)"],
  ])("%s: %s.%s", (code, module, name, type) => {
    expect(faultOf(importing(module, name, type)).code).toBe(code);
  });

  it("stand once each", () => {
    const twice = '(import "countersign:host/env" "input_length" (func (result i32)))'.repeat(2);
    expect(faultOf(policy("(i32.const 0)").replace("(module", `(module ${twice}`)).code).toBe(
      "IMPORT_DUPLICATE",
    );
  });
});

describe("exports", () => {
  it.each<[string, string, string]>([
    ["EXPORT_RESERVED", "a name of ours", '(func (export "__cs_start"))'],
    [
      "EXPORT_RESERVED",
      "a global with a name of ours",
      '(global (export "__cs_gas") (mut i64) (i64.const 0))',
    ],
    ["EXPORT_UNKNOWN", "another function", '(func (export "main"))'],
    ["EXPORT_UNKNOWN", "a global", '(global (export "counter") i32 (i32.const 0))'],
    ["EXPORT_UNKNOWN", "a table", '(table (export "table") 1 1 funcref)'],
    [
      "EXPORT_TYPE",
      "configure with a parameter",
      '(func (export "configure") (param i32) (result i32) (i32.const 0))',
    ],
    ["EXPORT_TYPE", "a _start with a result", '(func (export "_start") (result i32) (i32.const 0))'],
    ["EXPORT_TYPE", "a global named configure", '(global (export "configure") i32 (i32.const 0))'],
    ["EXPORT_UNKNOWN", "a name of Object.prototype", '(func (export "toString") (result i32) (i32.const 0))'],
  ])("%s: %s", (code, _, fields) => expect(faultOf(policy("(i32.const 0)", fields)).code).toBe(code));

  it.each<[string, string]>([
    ["EXPORT_MISSING", '(module (memory (export "memory") 1))'],
    ["EXPORT_MISSING", '(module (memory 1) (func (export "evaluate") (result i32) (i32.const 0)))'],
    [
      "EXPORT_UNKNOWN",
      '(module (memory (export "mem") 1) (func (export "evaluate") (result i32) (i32.const 0)))',
    ],
  ])("%s: %s", (code, source) => expect(faultOf(source).code).toBe(code));
});

it("a fault is short, however long the names in the module are", () => {
  const { message } = faultOf(policy("(i32.const 0)", `(func (export "${"n".repeat(100_000)}"))`));
  expect(message).toMatch(/^The export nnn/);
  expect(message.length).toBeLessThan(400);
});

describe("random damage", () => {
  it("never throws, and never lets an invalid module out", () => {
    const seeds = [
      policy(
        "(memory.fill (i32.const 0) (i32.const 1) (i32.const 5)) (call $f (i32.const 3))",
        '(table 2 2 funcref) (elem (i32.const 0) $f) (func $f (param i32) (result i32) (loop $l (br_if $l (i32.const 0))) (if (result i32) (local.get 0) (then (i32.const 1)) (else (i32.const 2)))) (data (i32.const 8) "abc") (global (mut i64) (i64.const 77))',
      ),
      policy(
        "(block $a (block $b (br_table $a $b (i32.const 1)))) (call_indirect (result i32) (i32.const 0))",
        "(table 1 1 funcref) (start $s) (func $s (local i64 i32) (local.set 0 (i64.const -5)))",
      ),
    ].map(assemble);
    let state = 42;
    const next = (below: number) => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 8) % below;
    };
    let kept = 0;
    for (let round = 0; round < 6_000; round++) {
      const wasm = (seeds[round % 2] as Uint8Array).slice(); // two seeds
      for (let change = next(2); change >= 0; change--)
        wasm[next(wasm.length)] = next(2) ? next(256) : next(0x30);
      const result = admit(wasm, { memoryPages: 1 });
      if (!result.ok) continue;
      kept++;
      if (!WebAssembly.validate(wasm) || !WebAssembly.validate(result.value.wasm))
        expect.fail(`round ${round}`);
    }
    expect(kept).toBeGreaterThan(300);
  });
});
