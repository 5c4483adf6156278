/** A module with the names of its functions and the way back to its sources. */
import { functionNames } from "../../core/policy/wasm/names.ts";
import { compileWasm } from "../../policy-plugins/tools/wasm-module.ts";
import { SourceMap } from "./source-map.ts";

export interface MappedModule {
  /** As compiled, without metering. */
  readonly wasm: Uint8Array;
  readonly names: ReadonlyMap<number, string>;
  readonly map: SourceMap;
}

export function mapModule(wasm: Uint8Array, sourceMap: string): MappedModule {
  return { wasm, names: namesIn(wasm), map: new SourceMap(sourceMap) };
}

/** From the module's name section; none where it has none, or the engine cannot read the module. */
export function namesIn(wasm: Uint8Array): ReadonlyMap<number, string> {
  try {
    const [section] = WebAssembly.Module.customSections(compileWasm(wasm), "name");
    return functionNames(section === undefined ? null : new Uint8Array(section));
  } catch {
    return new Map();
  }
}

/** Functions and imports with a float among their parameters or results, by name. */
export async function floatFunctions(wasm: Uint8Array): Promise<string[]> {
  // It takes a while to load, and few refusals need it.
  const { default: binaryen } = await import("binaryen");
  const module = binaryen.readBinary(wasm);
  try {
    const floats: readonly number[] = [binaryen.f32, binaryen.f64];
    const all = Array.from({ length: module.getNumFunctions() }, (_, index) =>
      binaryen.getFunctionInfo(module.getFunctionByIndex(index)),
    );
    return all
      .filter(({ params, results }) =>
        [params, results].some((type) => binaryen.expandType(type).some((one) => floats.includes(one))),
      )
      .map(({ name, module: from, base }) =>
        from === null || from === "" ? name : `the import ${from}.${base}`,
      );
  } finally {
    module.dispose();
  }
}
