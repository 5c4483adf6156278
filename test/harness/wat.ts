/** WebAssembly's text form to bytes, for tests. Every feature that wabt knows is on: a test also writes what must be refused. */
import initWabt from "wabt";

const wabt = await initWabt();
// Its types leave FEATURES out.
const { FEATURES } = wabt as unknown as { readonly FEATURES: object };
const EVERY_FEATURE = Object.fromEntries(Object.keys(FEATURES).map((feature) => [feature, true]));

/** Checks no types, so ill-typed modules can be written, too. Throws where the text does not parse. */
export function assemble(wat: string): Uint8Array {
  const module = wabt.parseWat("test.wat", wat, EVERY_FEATURE);
  try {
    return new Uint8Array(module.toBinary({ write_debug_names: false }).buffer);
  } finally {
    module.destroy();
  }
}

/** Whether wabt holds the module valid, in the features that a policy may use (sign extension, memory.copy and memory.fill). */
export function wabtValidates(wasm: Uint8Array): boolean {
  const features = { mutable_globals: true, sign_extension: true, bulk_memory: true };
  try {
    const module = wabt.readWasm(wasm, { ...features, readDebugNames: false } as never);
    try {
      module.validate();
      return true;
    } finally {
      module.destroy();
    }
  } catch {
    return false;
  }
}
