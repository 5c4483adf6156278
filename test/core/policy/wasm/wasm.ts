/** Admits and runs small modules, and the pieces of which tests build them. */
import { type Admitted, admit } from "../../../../core/policy/wasm/admit.ts";
import { decode } from "../../../../core/policy/wasm/decode.ts";
import type { ModuleFault } from "../../../../core/policy/wasm/fault.ts";
import { checkInterface } from "../../../../core/policy/wasm/interface.ts";
import { meter } from "../../../../core/policy/wasm/meter.ts";
import {
  CHARGING_RULE,
  type ChargingRule,
  COSTS,
  type CostTable,
  STACK_WORDS,
} from "../../../../core/policy/wasm/profile.ts";
import { Reader } from "../../../../core/policy/wasm/reader.ts";
import { memoryOf, validate } from "../../../../core/policy/wasm/validate.ts";
import { compileWasm } from "../../../../policy-plugins/tools/wasm-module.ts";
import { assemble } from "../../../harness/wat.ts";

const bytesOf = (source: string | Uint8Array): Uint8Array =>
  typeof source === "string" ? assemble(source) : source;

/** The metered module, or the test fails with the fault. */
export function admitted(source: string | Uint8Array, memoryPages = 1): Admitted {
  const result = admit(bytesOf(source), { memoryPages });
  if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.message}`);
  return result.value;
}

export function faultOf(source: string | Uint8Array, memoryPages = 1): ModuleFault {
  const result = admit(bytesOf(source), { memoryPages });
  if (result.ok) throw new Error("the module was admitted");
  return result.fault;
}

/** As `admit`, with another cost table or charging rule. */
export function metered(
  source: string | Uint8Array,
  costs: CostTable = COSTS.unit,
  rule: ChargingRule = CHARGING_RULE,
): Uint8Array {
  const { module } = decode(new Reader(bytesOf(source)));
  checkInterface(module);
  const validated = validate(module);
  return meter(module, validated, { costs, rule, memory: memoryOf(module, 1) }).wasm;
}

/** A module with the exports that every policy has. `evaluate` returns what `code` leaves. */
export const policy = (code: string, fields = "", locals = ""): string => `(module
  (memory (export "memory") 1 4)
  ${fields}
  (func $evaluate (export "evaluate") (result i32) ${locals} ${code}))`;

export interface Run {
  readonly result: number | null;
  readonly trap: string | null;
  readonly fuel: number;
  readonly status: number;
  readonly rc: number;
  readonly stack: number;
}

type Values = { [name: string]: WebAssembly.Global & WebAssembly.Memory & (() => number) };

export function instantiate(wasm: Uint8Array, imports: object = {}) {
  const instance = new WebAssembly.Instance(compileWasm(wasm), imports as WebAssembly.Imports);
  const exports = instance.exports as unknown as Values; // looked up by names that the meter writes
  const value = (name: string) => exports[name] as Values[string];
  return {
    exports,
    call(name: string, fuel = 1_000_000_000, stack = STACK_WORDS): Run {
      value("__cs_gas").value = BigInt(fuel);
      value("__cs_stack").value = stack;
      value("__cs_status").value = 0;
      let result: number | null = null;
      let trap: string | null = null;
      try {
        result = value(name)() ?? null;
      } catch (error) {
        trap = String(error);
      }
      return {
        result,
        trap,
        fuel: fuel - Number(value("__cs_gas").value),
        status: value("__cs_status").value,
        rc: value("__cs_rc").value,
        stack: value("__cs_stack").value,
      };
    },
  };
}

/** Runs `evaluate` of a module metered with the unit table. */
export const runUnit = (source: string, fuel?: number): Run =>
  instantiate(metered(source)).call("evaluate", fuel);
