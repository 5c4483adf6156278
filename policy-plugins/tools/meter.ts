// From a compiled module to the one that runs: what the gateway's own validator says, told so that its author finds the
// place.

import binaryen from "binaryen";
import { type Manifest, MEMORY_PAGES_DEFAULT } from "../../core/policy/manifest.ts";
import { type Admitted, admit } from "../../core/policy/wasm/admit.ts";
import type { ModuleFault } from "../../core/policy/wasm/fault.ts";

/** Throws an error that says what is wrong, where, and what to do. `named` gives the same module with function names. */
export async function meter(
  wasm: Uint8Array,
  manifest: Manifest,
  named: () => Promise<Uint8Array>,
): Promise<Admitted> {
  const admitted = admit(wasm, { memoryPages: manifest.memory_pages ?? MEMORY_PAGES_DEFAULT });
  if (admitted.ok) return admitted.value;
  const { functionIndex } = admitted.fault;
  const name = functionIndex === null ? null : functionName(await named(), functionIndex);
  throw new Error(faultText(manifest.name, admitted.fault, name));
}

export function faultText(policy: string, fault: ModuleFault, functionName: string | null): string {
  const places = [
    fault.section && `section ${fault.section}`,
    fault.functionIndex !== null && `function ${functionName ?? fault.functionIndex}`,
    fault.offset !== null && `offset ${fault.offset}`,
  ].filter((place) => typeof place === "string");
  const where = places.length > 0 ? ` (${places.join(", ")})` : "";
  return `${policy}: ${fault.code}: ${fault.message}${where}\n  ${fault.advice}`;
}

/** Null where the module does not say. */
function functionName(wasm: Uint8Array, index: number): string | null {
  const module = binaryen.readBinary(wasm);
  try {
    const found = index < module.getNumFunctions() ? module.getFunctionByIndex(index) : 0;
    return found === 0 ? null : binaryen.getFunctionInfo(found).name;
  } finally {
    module.dispose();
  }
}
