/**
 * Compiles in Node. The types of Workers, which this repository is checked with, declare the constructor abstract,
 * because a Worker refuses to compile.
 */
export function compileWasm(wasm: Uint8Array): WebAssembly.Module {
  return Reflect.construct(WebAssembly.Module, [wasm]);
}
