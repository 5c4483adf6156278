/** Every module in the tree, raw and metered side by side: the same answers, and fuel that repeats. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { STACK_WORDS } from "../../../../core/policy/wasm/profile.ts";
import { compileWasm } from "../../../../policy-plugins/tools/wasm-module.ts";
import { wabtValidates } from "../../../harness/wat.ts";
import { admitted } from "./wasm.ts";

const DIST = join(import.meta.dirname, "../../../../dist/policies");
interface Row {
  readonly name: string;
  readonly wasm_path: string;
}
const rows: readonly Row[] = JSON.parse(readFileSync(join(DIST, "index.json"), "utf8"));
const FUEL = 100_000_000n;

const text = "Card 4111 1111 1111 1111, SSN 123-45-6789, we guarantee it. ";
const action = {
  payload: { subject: "Hi", text: text.repeat(20), amount: 12.5 },
  surface: "outbound.email",
  tool: "email.send",
};
const principal = { agent: null, key: "key_1", owner: "ada", roles: ["support"], user: null };
const INPUTS: readonly (readonly [string, unknown])[] = [
  ["configure", {}],
  ["configure", { denied_terms: ["guarantee", "wire transfer"], discouraged_terms: ["hi"] }],
  ["evaluate", { abi: "countersign-policy/1", action, context: {}, facts: {}, message: null, principal }],
  [
    "evaluate",
    {
      abi: "countersign-policy/1",
      action: { ...action, payload: {} },
      context: {},
      facts: {},
      message: null,
      principal,
    },
  ],
];

type Exports = Record<string, WebAssembly.Global & WebAssembly.Memory & (() => number)>;

interface Ran {
  readonly answers: unknown[];
  readonly fuel: number[];
  readonly stopped: boolean;
  /** Of each call; empty where it made none. */
  readonly readings: Uint8Array[];
}

/** What each call came to; of a metered module also the fuel it took, and whether the meter stopped one. */
function runAll(wasm: Uint8Array, readings: readonly Uint8Array[] = []): Ran {
  let input: Uint8Array = new Uint8Array();
  let reading: Uint8Array = new Uint8Array();
  let stopped = false;
  let said: string[] = [];
  const view = (at: number, size: number) =>
    new Uint8Array(exports.memory?.buffer ?? new ArrayBuffer(0), at >>> 0, size >>> 0);
  const write = (kind: string) => (at: number, size: number) => {
    said.push(`${kind}: ${new TextDecoder().decode(view(at, size))}`);
  };
  const instance = new WebAssembly.Instance(compileWasm(wasm), {
    "countersign:host/env": {
      input_length: () => input.length,
      input_read: (at: number, size: number) => view(at, size).set(input.subarray(0, size)),
      part_length: () => reading.length,
      part_read: (_: number, at: number, size: number) => view(at, size).set(reading.subarray(0, size)),
      reading_write: (at: number, size: number) => {
        reading = view(at, size).slice();
      },
      output_write: write("output"),
      error_write: write("error"),
    },
  });
  const exports = instance.exports as unknown as Exports; // looked up by names that the profile fixes
  const { __cs_gas: gas, __cs_stack: stack, __cs_status: status } = exports;
  const fuel: number[] = [];
  const call = (name: string): unknown => {
    if (gas !== undefined) gas.value = FUEL;
    if (stack !== undefined) stack.value = STACK_WORDS;
    said = [];
    try {
      return { rc: exports[name]?.() ?? null, said };
    } catch (error) {
      return { trap: String(error), said };
    } finally {
      if (gas !== undefined) fuel.push(Number(FUEL - gas.value));
      if (status !== undefined && status.value !== 0) stopped = true;
    }
  };
  if (exports.__cs_start !== undefined) call("__cs_start");
  const made: Uint8Array[] = [];
  const answers = INPUTS.map(([name, value], index) => {
    input = new TextEncoder().encode(JSON.stringify(value));
    reading = readings[index] ?? new Uint8Array();
    const answer = call(name);
    made.push(reading);
    return answer;
  });
  return { answers, fuel, stopped, readings: made };
}

const reader = rows.find(({ name }) => name === "reader");
const { readings } = runAll(new Uint8Array(readFileSync(join(DIST, reader?.wasm_path ?? ""))));

describe.each(rows)("$name", ({ name, wasm_path }) => {
  const raw = new Uint8Array(readFileSync(join(DIST, wasm_path)));
  const { wasm, report } = admitted(raw, 2);

  it("is admitted, valid to V8 and wabt, and not much larger", () => {
    expect(WebAssembly.validate(wasm)).toBe(true);
    expect(wabtValidates(wasm)).toBe(true);
    expect(report.sizes.metered).toBeLessThan(raw.length * 1.5 + 1_000);
  });

  it("answers as the raw module does, unless the meter had to stop it", () => {
    const { answers, stopped } = runAll(wasm, readings);
    // Raw, such a module would run for ever.
    if (stopped) expect(["deep-recursion", "out-of-fuel", "slow"]).toContain(name);
    else expect(runAll(raw, readings).answers).toEqual(answers);
  });

  it("takes the same fuel again", () => {
    const { fuel } = runAll(wasm, readings);
    expect(fuel.every((used) => used > 0)).toBe(true);
    expect(runAll(wasm, readings).fuel).toEqual(fuel);
  });
});
