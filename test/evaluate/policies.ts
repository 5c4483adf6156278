/** Metered modules to run: those that the build made, and those that a test writes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "../../core/canonical-json.ts";
import { utf8 } from "../../core/encoding.ts";
import type { Json } from "../../core/json.ts";
import { FUEL_FULL } from "../../core/limits.ts";
import type { Parts } from "../../core/policy/parts.ts";
import type { RunOutcome } from "../../core/policy/verdict.ts";
import { admit } from "../../core/policy/wasm/admit.ts";
import { compileWasm } from "../../policy-plugins/tools/wasm-module.ts";
import { PolicyHost, type RunnableModule } from "../../worker/evaluate/host.ts";
import { assemble } from "../harness/wat.ts";
import { distFolder, inputOf, rowOf } from "../policy-plugins/extism-host.ts";

export function builtPolicy(name: string): RunnableModule {
  const { exec_id: execId, profile_id: profileId, metered_path } = rowOf(name);
  return { execId, profileId, module: compileWasm(readFileSync(join(distFolder, metered_path))) };
}

export function admitted(wasm: Uint8Array, memoryPages = 1): RunnableModule {
  const result = admit(wasm, { memoryPages });
  if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.message}`);
  const { execId, profileId } = result.value;
  return { execId, profileId, module: compileWasm(result.value.wasm) };
}

/** A policy in WebAssembly's text form: its fields, without `(module ...)`, memory and exports are its own. */
export const policyOf = (wat: string, memoryPages = 1): RunnableModule =>
  admitted(assemble(`(module ${wat})`), memoryPages);

export const textOf = ({ output }: RunOutcome): string | null => output && new TextDecoder().decode(output);

export const inputWith = (payload: Json, extra: object = {}): Uint8Array =>
  utf8(inputOf({ action: { surface: "s", payload }, ...extra }));

export const settingsText = (settings: Json): string => canonicalJson(settings);

export const runOf = async (
  host: PolicyHost,
  policy: RunnableModule,
  input: Uint8Array = inputWith({}),
  settings = "{}",
  fuelLimit = FUEL_FULL,
): Promise<RunOutcome> => host.run(policy, settings, input, fuelLimit);

/** What a built policy's manifest says that it reads, made of this input. */
export async function partsFor(name: string, input: Uint8Array): Promise<Parts> {
  const { manifest } = rowOf(name);
  const read = async () =>
    (await new PolicyHost(null).run(builtPolicy("reader"), "{}", input, FUEL_FULL)).reading;
  const reading = manifest.reading === "reads" ? await read() : undefined;
  return {
    ...(reading === undefined ? {} : { reading }),
    ...(manifest.findings === "reads" ? { findings: utf8('{"findings":[]}') } : {}),
  };
}
