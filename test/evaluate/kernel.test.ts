/** The kernel's functions: what a module that does not use the SDK may do with them, and where it ends. */
import type { CallContext } from "@extism/extism";
import { describe, expect, it } from "vitest";
import { utf8 } from "../../core/encoding.ts";
import { HOST_ALLOC_BYTES_MAX } from "../../core/limits.ts";
import { Call } from "../../worker/evaluate/call.ts";
import { PolicyHost, type RunnableModule } from "../../worker/evaluate/host.ts";
import { Kernel } from "../../worker/evaluate/kernel.ts";
import { policyOf, runOf } from "./policies.ts";

const TYPES: Readonly<Record<string, readonly [params: string, result: string]>> = {
  input_length: ["", "i64"],
  input_load_u8: ["i64", "i32"],
  input_load_u64: ["i64", "i64"],
  length: ["i64", "i64"],
  alloc: ["i64", "i64"],
  free: ["i64", ""],
  load_u8: ["i64", "i32"],
  load_u64: ["i64", "i64"],
  store_u8: ["i64 i32", ""],
  store_u64: ["i64 i64", ""],
  output_set: ["i64 i64", ""],
  error_set: ["i64", ""],
};

const IMPORTS = Object.entries(TYPES)
  .map(
    ([name, [params, result]]) =>
      `(import "extism:host/env" "${name}" (func $${name} ${params && `(param ${params})`} ${result && `(result ${result})`}))`,
  )
  .join("\n");

const kernelPolicy = (code: string): RunnableModule =>
  policyOf(`${IMPORTS} (memory (export "memory") 1)
    (func (export "evaluate") (result i32) (local $a i64) (local $b i64) ${code} i32.const 0)`);

/** Answers the eight bytes of a number. */
const telling = (number: string): RunnableModule =>
  kernelPolicy(`(local.set $b ${number})
    (local.set $a (call $alloc (i64.const 8)))
    (call $store_u64 (local.get $a) (local.get $b))
    (call $output_set (local.get $a) (i64.const 8))`);

const BYTES = utf8("0123456789");
const run = (policy: RunnableModule, host = new PolicyHost()) => runOf(host, policy, BYTES);

async function told(number: string, host = new PolicyHost()): Promise<bigint> {
  const { output, detail } = await run(telling(number), host);
  if (output === null) expect.fail(detail ?? "no output");
  return new DataView(output.buffer).getBigUint64(0, true);
}

describe("the input", () => {
  it("can be read byte by byte and word by word", async () => {
    expect(await told("(call $input_length)")).toBe(10n);
    expect(await told("(i64.extend_i32_u (call $input_load_u8 (i64.const 9)))")).toBe(0x39n);
    expect(await told("(call $input_load_u64 (i64.const 2))")).toBe(
      new DataView(utf8("23456789").buffer).getBigUint64(0, true),
    );
  });

  it.each(["10", "-1", "0x7fffffffffffffff"])("has no byte %s", async (at) => {
    expect(await run(telling(`(i64.extend_i32_u (call $input_load_u8 (i64.const ${at})))`))).toMatchObject({
      error: "POLICY_TRAPPED",
      detail: "a read outside the input",
    });
  });

  it.each(["3", "-1", "-8"])("has no word at %s", async (at) => {
    const outcome = await run(telling(`(call $input_load_u64 (i64.const ${at}))`));
    expect(outcome.error).toBe("POLICY_TRAPPED");
  });
});

describe("blocks", () => {
  it("are zero, apart, and as long as was asked for", async () => {
    expect(await told("(call $load_u64 (call $alloc (i64.const 8)))")).toBe(0n);
    expect(await told("(call $length (call $alloc (i64.const 5)))")).toBe(5n);
    const apart = `(block (result i64)
      (local.set $a (call $alloc (i64.const 3)))
      (local.set $b (call $alloc (i64.const 3)))
      (call $store_u8 (i64.add (local.get $a) (i64.const 2)) (i32.const 0x1ff))
      (call $store_u8 (local.get $b) (i32.const 7))
      (i64.or
        (i64.shl (i64.extend_i32_u (call $load_u8 (i64.add (local.get $a) (i64.const 2)))) (i64.const 8))
        (i64.extend_i32_u (call $load_u8 (local.get $b)))))`;
    expect(await told(apart)).toBe(0xff07n);
  });

  it("do not outlive the call", async () => {
    const host = new PolicyHost();
    const policy = kernelPolicy(`(local.set $a (call $alloc (i64.const 8)))
      (local.set $b (call $load_u64 (local.get $a)))
      (call $store_u64 (local.get $a) (i64.const -1))
      (if (i64.ne (local.get $b) (i64.const 0)) (then unreachable))
      (call $output_set (local.get $a) (i64.const 8))`);
    const first = await run(policy, host);
    expect(first).toMatchObject({ error: null });
    expect(await run(policy, host)).toEqual(first);
    expect(host.kept.instances).toBe(1);
  });

  const outside: [string, string][] = [
    ["before any", "(call $load_u8 (i64.const 0))"],
    ["at a made-up address", "(call $load_u8 (i64.const 0x123456789abcdef))"],
    ["at a negative address", "(call $load_u8 (i64.const -1))"],
    ["past the end", "(call $load_u8 (i64.add (call $alloc (i64.const 4)) (i64.const 4)))"],
    ["in an empty one", "(call $load_u8 (call $alloc (i64.const 0)))"],
  ];
  it.each(outside)("cannot be read %s", async (_, load) => {
    const outcome = await run(telling(`(i64.extend_i32_u ${load})`));
    expect(outcome).toMatchObject({ error: "POLICY_TRAPPED", detail: "an address outside every block" });
  });

  it("cannot be read once they are freed", async () => {
    const freed = (then: string) =>
      telling(`(block (result i64)
        (local.set $a (call $alloc (i64.const 8)))
        (call $free (local.get $a))
        ${then})`);
    expect(await run(freed("(call $load_u64 (local.get $a))"))).toMatchObject({ error: "POLICY_TRAPPED" });
    expect(await run(freed("(call $length (local.get $a))"))).toMatchObject({ error: null });
  });

  it("cannot be written across their end", async () => {
    const outcome = await run(
      kernelPolicy("(call $store_u64 (i64.add (call $alloc (i64.const 8)) (i64.const 1)) (i64.const 1))"),
    );
    expect(outcome).toMatchObject({ error: "POLICY_TRAPPED" });
  });

  it("leave little of the kernel's memory behind, and nothing in it", () => {
    const kernel = new Kernel(new Call());
    const { alloc, load_u64, store_u64 } = kernel.functions();
    const context = {} as CallContext; // none of them looks at it
    const large = alloc(context, BigInt(HOST_ALLOC_BYTES_MAX));
    store_u64(context, large, 1n);
    kernel.reset();
    expect(kernel.byteLength).toBeLessThanOrEqual(64 * 1024);
    expect(load_u64(context, alloc(context, 8n))).toBe(0n);
  });

  it("are bounded all together, freed or not", async () => {
    const half = HOST_ALLOC_BYTES_MAX / 2;
    const taking = (last: number) =>
      telling(`(block (result i64)
        (call $free (call $alloc (i64.const ${half})))
        (call $length (call $alloc (i64.const ${last}))))`);
    // The answer itself takes eight.
    expect(await run(taking(half - 8))).toMatchObject({ error: null });
    expect(await run(taking(half - 7))).toMatchObject({ error: "POLICY_HOST_LIMIT" });
  });

  it.each(["0x10000000000", "-1"])("of %s bytes are refused", async (size) => {
    const outcome = await run(kernelPolicy(`(drop (call $alloc (i64.const ${size})))`));
    expect(outcome).toMatchObject({ error: "POLICY_HOST_LIMIT" });
  });
});

describe("the answer", () => {
  it("is as long as the policy says, not as its block", async () => {
    const { output } = await run(
      kernelPolicy(`(local.set $a (call $alloc (i64.const 8)))
        (call $store_u64 (local.get $a) (i64.const 0x6867666564636261))
        (call $output_set (i64.add (local.get $a) (i64.const 1)) (i64.const 3))`),
    );
    expect(output).toEqual(utf8("bcd"));
  });

  it.each([
    [
      "longer than its block",
      "(call $output_set (call $alloc (i64.const 8)) (i64.const 9))",
      "POLICY_TRAPPED",
    ],
    ["of no block", "(call $output_set (i64.const 99) (i64.const 1))", "POLICY_TRAPPED"],
    ["of 2^64 - 1 bytes", "(call $output_set (call $alloc (i64.const 8)) (i64.const -1))", "POLICY_TRAPPED"],
    [
      "given twice",
      "(local.set $a (call $alloc (i64.const 8))) (call $output_set (local.get $a) (i64.const 8)) (call $output_set (local.get $a) (i64.const 8))",
      "POLICY_OUTPUT_TWICE",
    ],
    [
      "of 64 KiB and one byte",
      "(call $output_set (call $alloc (i64.const 65537)) (i64.const 65537))",
      "POLICY_OUTPUT_TOO_LARGE",
    ],
  ])("%s is none", async (_, code, error) => {
    expect(await run(kernelPolicy(code))).toMatchObject({ output: null, error });
  });

  it("does not count beside an error, unless it is taken back", async () => {
    const reporting = (then: string) =>
      kernelPolicy(`(local.set $a (call $alloc (i64.const 2)))
        (call $store_u8 (local.get $a) (i32.const 0x6e))
        (call $store_u8 (i64.add (local.get $a) (i64.const 1)) (i32.const 0x6f))
        (call $error_set (local.get $a))
        ${then}
        (call $output_set (local.get $a) (i64.const 2))`);
    expect(await run(reporting(""))).toMatchObject({ output: null, error: "POLICY_ERROR", detail: "no" });
    expect(await run(reporting("(call $error_set (i64.const 0))"))).toMatchObject({ error: null });
    expect(await run(reporting("(call $error_set (i64.const 7))"))).toMatchObject({
      error: "POLICY_TRAPPED",
    });
  });
});
