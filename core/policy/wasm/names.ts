/**
 * Function names from the custom section `name`, for tools only. Nothing depends on it, so whatever is malformed in
 * it ends the reading and no more. https://webassembly.github.io/spec/core/appendix/custom.html#name-section
 */
import { ModuleRefused } from "./fault.ts";
import { Reader } from "./reader.ts";

const FUNCTION_NAMES = 1;

export function functionNames(section: Uint8Array | null): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  if (section === null) return names;
  const reader = new Reader(section);
  try {
    while (reader.at < section.length) {
      const id = reader.byte();
      const end = reader.u32() + reader.at;
      if (id === FUNCTION_NAMES) {
        for (let left = reader.u32(); left > 0; left--) names.set(reader.u32(), reader.name());
        return names;
      }
      reader.at = end;
    }
  } catch (error) {
    if (!(error instanceof ModuleRefused)) throw error;
  }
  return names;
}
