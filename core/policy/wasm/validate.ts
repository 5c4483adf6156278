/**
 * Checks a decoded module as the WebAssembly specification does
 * (https://webassembly.github.io/spec/core/valid/modules.html): indices, segments, and each body's types.
 */
import { type ModuleFaultCode, ModuleRefused } from "./fault.ts";
import { type Module, typeOfFunction } from "./model.ts";
import { EMPTY } from "./opcodes.ts";
import { LIMITS, PAGE_BYTES } from "./profile.ts";
import { BodyChecker } from "./validate-body.ts";

export interface Validated {
  /** By body: the greatest number of operands at once. */
  readonly heights: readonly number[];
  /** By row of the code: the offset of the store that takes what the row pushes as its address; NO_ADDRESS for all others. */
  readonly writes: Float64Array;
}

const refusal = (section: string, code: ModuleFaultCode, message: string, offset?: number): ModuleRefused =>
  new ModuleRefused(code, message, { section, offset: offset ?? null });

export function validate(module: Module): Validated {
  for (const { type, module: from, name, offset } of module.imports)
    if (module.types[type] === undefined)
      throw refusal(
        "import",
        "INVALID",
        `The import ${from}.${name} has type ${type}, which does not exist.`,
        offset,
      );
  for (const type of module.functions)
    if (module.types[type] === undefined) throw refusal("function", "INVALID", `There is no type ${type}.`);
  validateExports(module);
  validateStart(module);
  validateElements(module);
  validateData(module);
  const checker = new BodyChecker(module);
  const heights = module.bodies.map((_, index) => checker.check(index));
  return { heights, writes: checker.writes };
}

function validateExports(module: Module): void {
  const functions = module.imports.length + module.functions.length;
  const counts = [functions, module.table ? 1 : 0, module.memory ? 1 : 0, module.globals.length];
  const names = new Set<string>();
  for (const { name, kind, index, offset } of module.exports) {
    if (index >= (counts[kind] ?? 0))
      throw refusal("export", "INVALID", `The export ${name} names ${index}, which does not exist.`, offset);
    if (names.has(name)) throw refusal("export", "INVALID", `The export ${name} stands twice.`, offset);
    names.add(name);
  }
}

function validateStart(module: Module): void {
  if (module.start === null) return;
  const type = typeOfFunction(module, module.start);
  if (type === undefined) throw refusal("start", "INVALID", `There is no function ${module.start}.`);
  if (type.params.length > 0 || type.result !== EMPTY)
    throw refusal("start", "TYPE_MISMATCH", "The start function takes or returns something.");
}

function validateElements(module: Module): void {
  const functions = module.imports.length + module.functions.length;
  const total = module.elements.reduce((sum, segment) => sum + segment.functions.length, 0);
  if (total > LIMITS.ELEMENTS_TOTAL_MAX)
    throw refusal("element", "LIMIT", `Over ${LIMITS.ELEMENTS_TOTAL_MAX} elements in all segments.`);
  for (const segment of module.elements) {
    if (module.table === null) throw refusal("element", "INVALID", "An element segment without a table.");
    // The specification lets it trap at run time; a module that cannot start is of no use to anyone.
    if (segment.at + segment.functions.length > module.table.min)
      throw refusal("element", "INVALID", "An element segment lies outside the table.");
    for (const index of segment.functions)
      if (index >= functions)
        throw refusal("element", "INVALID", `An element is function ${index}, which does not exist.`);
  }
}

function validateData(module: Module): void {
  for (const { at, bytes } of module.data) {
    if (module.memory === null) throw refusal("data", "INVALID", "A data segment without a memory.");
    if (at + bytes.length > module.memory.min * PAGE_BYTES)
      throw refusal("data", "INVALID", `A data segment at ${at} lies outside the memory's first pages.`);
  }
}

/** The profile's rule, beyond the specification: one memory, its own. */
export function memoryOf(module: Module, pages: number): { initial: number; maximum: number } {
  if (module.memory === null) throw refusal("memory", "MEMORY_MISSING", "There is no memory.");
  const initial = Math.max(module.memory.min, pages);
  const maximum = Math.min(module.memory.max ?? LIMITS.MEMORY_PAGES_MAX, LIMITS.MEMORY_PAGES_MAX);
  if (!Number.isInteger(pages) || pages < 0 || pages > LIMITS.MEMORY_INITIAL_PAGES_MAX)
    throw refusal(
      "memory",
      "MEMORY_PAGES",
      `The manifest asks for ${pages} pages; the limit is ${LIMITS.MEMORY_INITIAL_PAGES_MAX}.`,
    );
  if (initial > maximum)
    throw refusal(
      "memory",
      "MEMORY_PAGES",
      `The manifest asks for ${initial} pages; the module's own maximum is ${maximum}.`,
    );
  return { initial, maximum };
}
