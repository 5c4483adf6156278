/** What is in a module, and what the gateway would say of it. */
import { readFile } from "node:fs/promises";
import { sha256Hex } from "../../core/hash.ts";
import { type Manifest, MEMORY_PAGES_DEFAULT, policyId } from "../../core/policy/manifest.ts";
import { type Admitted, admit, type ModuleReport } from "../../core/policy/wasm/admit.ts";
import type { ModuleFault } from "../../core/policy/wasm/fault.ts";
import { PAGE_BYTES, PROFILE_ID } from "../../core/policy/wasm/profile.ts";
import { compileWasm } from "../../policy-plugins/tools/wasm-module.ts";
import { type Output, visible } from "../output.ts";
import { placeLines } from "./faults.ts";
import { namesIn } from "./mapped-module.ts";

export interface Inspected {
  readonly file: string;
  readonly bytes: number;
  readonly wasmSha256: string;
  /** Null where no manifest lies beside the module. */
  readonly policyId: string | null;
  readonly admitted: Admitted | null;
  readonly fault: ModuleFault | null;
  readonly functionName: string | null;
  /** Of a module that is refused: what the engine's own reader says of it; null where even that fails. */
  readonly outline: { readonly imports: readonly string[]; readonly exports: readonly string[] } | null;
}

export async function inspectModule(file: string, manifest: Manifest | null): Promise<Inspected> {
  const wasm = new Uint8Array(await readFile(file));
  const wasmSha256 = sha256Hex(wasm);
  const admitted = admit(wasm, { memoryPages: manifest?.memory_pages ?? MEMORY_PAGES_DEFAULT });
  const fault = admitted.ok ? null : admitted.fault;
  const index = fault?.functionIndex ?? null;
  return {
    file,
    bytes: wasm.length,
    wasmSha256,
    policyId: manifest && policyId(manifest, wasmSha256),
    admitted: admitted.ok ? admitted.value : null,
    fault,
    functionName: (index !== null && namesIn(wasm).get(index)) || null,
    outline: fault === null ? null : outlineOf(wasm),
  };
}

function outlineOf(wasm: Uint8Array): Inspected["outline"] {
  try {
    const module = compileWasm(wasm);
    return {
      imports: WebAssembly.Module.imports(module).map(({ module: from, name }) => `${from}.${name}`),
      exports: WebAssembly.Module.exports(module).map(({ name }) => name),
    };
  } catch {
    return null;
  }
}

export function inspectedJson({
  file,
  bytes,
  wasmSha256,
  policyId,
  admitted,
  fault,
  functionName,
  outline,
}: Inspected) {
  return {
    ok: admitted !== null,
    file,
    bytes,
    wasm_sha256: wasmSha256,
    policy_id: policyId,
    exec_id: admitted?.execId ?? null,
    profile_id: PROFILE_ID,
    report: admitted?.report ?? null,
    refused: fault && { ...fault, function_name: functionName },
    outline,
  };
}

/** More functions than this are counted, unless all are asked for. */
const FUNCTIONS_PRINTED_MAX = 12;

export function printInspected(output: Output, inspected: Inspected, all: boolean): void {
  const { admitted, bytes, fault, file, functionName, outline, policyId, wasmSha256 } = inspected;
  output.line(`${output.bold(visible(file))}, ${bytes} bytes`);
  row(output, "wasm_sha256", wasmSha256);
  if (policyId !== null) row(output, "policy_id", policyId);
  if (admitted !== null) {
    row(output, "exec_id", admitted.execId);
    row(output, "profile_id", admitted.profileId);
    printReport(output, admitted.report, all);
    output.line(output.green("ADMITTED: the gateway would run it."));
    return;
  }
  if (outline !== null) printInterface(output, outline.imports, outline.exports);
  if (fault === null) return;
  output.line(output.red(`REFUSED: ${fault.code}`));
  output.line(`  what    ${visible(fault.message)}`);
  for (const line of placeLines(fault.section, fault.functionIndex, functionName, fault.offset))
    output.line(line);
  output.line(`  advice  ${fault.advice}`);
}

function printReport(output: Output, report: ModuleReport, all: boolean): void {
  const { functions, memory, sizes } = report;
  printInterface(output, report.imports, report.exports);
  row(
    output,
    "memory",
    `${memory.initial} pages (${(memory.initial * PAGE_BYTES) / 1024} KiB) at the start, ${memory.maximum} at most`,
  );
  row(output, "sizes", `code ${sizes.code}, data ${sizes.data}, metered ${sizes.metered} bytes`);
  const instructions = functions.reduce((sum, each) => sum + each.instructions, 0);
  row(output, "functions", `${functions.length} with ${instructions} instructions`);
  output.line("");
  output.line(output.dim("   fuel  instructions  locals  function"));
  const shown = [...functions]
    .sort((a, b) => b.fuel - a.fuel)
    .slice(0, all ? functions.length : FUNCTIONS_PRINTED_MAX);
  for (const { fuel, index, instructions, locals, name } of shown) {
    const numbers = [String(fuel).padStart(7), String(instructions).padStart(12), String(locals).padStart(6)];
    output.line(`${numbers.join("  ")}  ${index}${name === null ? "" : ` ${visible(name)}`}`);
  }
  if (shown.length < functions.length) {
    output.line(output.dim(`and ${functions.length - shown.length} more; --all shows them`));
  }
  output.line(output.dim("Fuel is static: each charge of the body counted once, loops not multiplied."));
  output.line("");
}

function printInterface(output: Output, imports: readonly string[], exports: readonly string[]): void {
  row(output, "imports", imports.length === 0 ? "none" : visible(imports.join(", ")));
  row(output, "exports", exports.length === 0 ? "none" : visible(exports.join(", ")));
}

const row = (output: Output, name: string, text: string): void => output.line(`  ${name.padEnd(12)}${text}`);
