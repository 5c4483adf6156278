/**
 * The only way into the engine for a policy module:
 *
 *     decode -> check interface -> validate -> meter -> encode -> report, ids
 *
 * Every step throws ModuleRefused at the first thing wrong; `admit` hands it back as a fault. The bytes that come
 * out are written anew from the model, so what the checks did not see cannot be in them.
 */
import { type Digest, digestOf } from "../../hash.ts";
import { ok, type Result, refuse } from "../../result.ts";
import { decode } from "./decode.ts";
import { type ModuleFault, ModuleRefused } from "./fault.ts";
import { checkInterface } from "./interface.ts";
import type { MemorySize } from "./layout.ts";
import { meter } from "./meter.ts";
import type { Module } from "./model.ts";
import { functionNames } from "./names.ts";
import { CHARGING_RULE, COSTS, LIMITS, PROFILE_ID } from "./profile.ts";
import { Reader } from "./reader.ts";
import { memoryOf, validate } from "./validate.ts";

export interface AdmitOptions {
  /** Initial memory that the manifest asks for. */
  readonly memoryPages: number;
}

export interface Admitted {
  /** The metered module: the same bytes for the same module, whatever its custom sections. */
  readonly wasm: Uint8Array<ArrayBuffer>;
  /** Digest of `wasm`. */
  readonly execId: Digest;
  readonly profileId: string;
  readonly report: ModuleReport;
}

/** What a tool shows of a module. No part of any verdict. */
export interface ModuleReport {
  /** `module.name`. */
  readonly imports: readonly string[];
  readonly exports: readonly string[];
  /** Pages. */
  readonly memory: MemorySize;
  /** Bytes. */
  readonly sizes: {
    readonly raw: number;
    readonly metered: number;
    readonly code: number;
    readonly data: number;
  };
  readonly functions: readonly FunctionReport[];
}

export interface FunctionReport {
  readonly index: number;
  /** From the module's name section. */
  readonly name: string | null;
  readonly instructions: number;
  readonly locals: number;
  /** Static charges of the whole body, each counted once. */
  readonly fuel: number;
}

export function admit(wasm: Uint8Array, { memoryPages }: AdmitOptions): Result<Admitted, ModuleFault> {
  try {
    const { module, names } = decode(new Reader(wasm));
    checkInterface(module);
    const validated = validate(module);
    const memory = memoryOf(module, memoryPages);
    const metered = meter(module, validated, { costs: COSTS.prod, rule: CHARGING_RULE, memory });
    if (metered.wasm.length > LIMITS.METERED_BYTES_MAX)
      throw new ModuleRefused(
        "METERED_TOO_LARGE",
        `${metered.wasm.length} bytes with metering; the limit is ${LIMITS.METERED_BYTES_MAX}.`,
      );
    return ok({
      wasm: metered.wasm,
      execId: digestOf(metered.wasm),
      profileId: PROFILE_ID,
      report: reportOf(module, memory, metered.fuel, functionNames(names), {
        raw: wasm.length,
        metered: metered.wasm.length,
      }),
    });
  } catch (error) {
    if (error instanceof ModuleRefused) return refuse(error.fault);
    throw error;
  }
}

function reportOf(
  module: Module,
  memory: MemorySize,
  fuel: readonly number[],
  names: ReadonlyMap<number, string>,
  sizes: { raw: number; metered: number },
): ModuleReport {
  return {
    imports: module.imports.map((entry) => `${entry.module}.${entry.name}`),
    exports: module.exports.map(({ name }) => name),
    memory,
    sizes: {
      ...sizes,
      code: module.codeBytes,
      data: module.data.reduce((sum, { bytes }) => sum + bytes.length, 0),
    },
    functions: module.bodies.map((body, index) => ({
      index: module.imports.length + index,
      name: names.get(module.imports.length + index) ?? null,
      instructions: body.last - body.first + 1,
      locals: body.locals.length,
      fuel: fuel[index] ?? 0,
    })),
  };
}
