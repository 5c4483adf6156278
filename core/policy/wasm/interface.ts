/** What a policy may import and export, beyond what WebAssembly allows. docs/spec/policy.md says it to authors. */
import { type ModuleFaultCode, ModuleRefused } from "./fault.ts";
import {
  EXPORT_KIND,
  type Export,
  type FunctionType,
  type Import,
  type Module,
  typeOfFunction,
} from "./model.ts";
import { EMPTY, I32, I64 } from "./opcodes.ts";
import { ABORT, IMPORTS } from "./profile.ts";

export const isAbort = ({ module, name }: Import): boolean => module === ABORT.module && name === ABORT.name;

export const RESERVED_PREFIX = "__cs_";

const ENTRY: FunctionType = { params: [], result: I32 };
const START: FunctionType = { params: [], result: EMPTY };

/** Functions that may be exported, with their types. */
const EXPORTS: Readonly<Record<string, FunctionType>> = Object.assign(Object.create(null), {
  configure: ENTRY,
  evaluate: ENTRY,
  _start: START,
});

export function checkInterface(module: Module): void {
  checkImports(module);
  checkExports(module);
}

/** The decoder asks this as soon as it has read them, before whatever else is wrong because of them. */
export function checkImports({ types, imports }: Pick<Module, "types" | "imports">): void {
  const seen = new Set<string>();
  for (const entry of imports) {
    const { module: from, name, type, offset } = entry;
    const refusal = (code: ModuleFaultCode, message: string) =>
      new ModuleRefused(code, message, { section: "import", offset });
    const row = isAbort(entry) ? { params: ABORT.params, result: null } : IMPORTS[from]?.[name];
    if (row === undefined)
      throw refusal(unknownImport(from, name), `The import ${from}.${name} does not exist.`);
    const declared = types[type];
    const expected = { params: row.params, result: row.result ?? EMPTY };
    if (declared === undefined || !isSameType(declared, expected))
      throw refusal(
        isAbort(entry) ? "IMPORT_ABORT" : "IMPORT_TYPE",
        `The import ${from}.${name} is ${declared ? textOf(declared) : "of no type"}, not ${textOf(expected)}.`,
      );
    if (seen.has(`${from}\0${name}`))
      throw refusal("IMPORT_DUPLICATE", `The import ${from}.${name} stands twice.`);
    seen.add(`${from}\0${name}`);
  }
}

/** The mistakes that policy authors make, so that the advice fits. */
function unknownImport(from: string, name: string): ModuleFaultCode {
  if (from.startsWith("wasi")) return "IMPORT_WASI";
  if (/^(seed|random|Math\.random)$/.test(name)) return "IMPORT_RANDOM";
  if (/^(Date|performance)\./.test(name)) return "IMPORT_CLOCK";
  if (name === "trace" || /^console\b/.test(name)) return "IMPORT_TRACE";
  if (/^http_/.test(name)) return "IMPORT_NETWORK";
  if (/^var_/.test(name)) return "IMPORT_STATE";
  if (name === "config_get") return "IMPORT_CONFIG";
  if (/^(log_|get_log_level)/.test(name)) return "IMPORT_LOG";
  return "IMPORT_UNKNOWN";
}

function checkExports(module: Module): void {
  const found = new Map<string, Export>();
  for (const entry of module.exports) {
    const { name, kind, index, offset } = entry;
    const refusal = (code: ModuleFaultCode, message: string) =>
      new ModuleRefused(code, message, { section: "export", offset });
    if (name.startsWith(RESERVED_PREFIX))
      throw refusal("EXPORT_RESERVED", `The export ${name} has a reserved name.`);
    if (name === "memory" && kind === EXPORT_KIND.memory) {
      found.set(name, entry);
      continue;
    }
    const expected = EXPORTS[name];
    if (expected === undefined) throw refusal("EXPORT_UNKNOWN", `The export ${name} is not known.`);
    const type = kind === EXPORT_KIND.function ? typeOfFunction(module, index) : undefined;
    if (type === undefined || !isSameType(type, expected))
      throw refusal(
        "EXPORT_TYPE",
        `The export ${name} is ${type ? textOf(type) : "no function"}, not ${textOf(expected)}.`,
      );
    found.set(name, entry);
  }
  for (const name of ["memory", "evaluate"])
    if (!found.has(name))
      throw new ModuleRefused("EXPORT_MISSING", `There is no export ${name}.`, { section: "export" });
  const start = found.get("_start");
  if (start !== undefined && module.start !== null)
    throw new ModuleRefused("START_TWICE", "There are a start section and an export _start.", {
      section: "start",
      offset: start.offset,
    });
}

const isSameType = (a: FunctionType, b: FunctionType): boolean =>
  a.result === b.result &&
  a.params.length === b.params.length &&
  a.params.every((type, index) => type === b.params[index]);

function textOf({ params, result }: FunctionType): string {
  const name = (type: number) => (type === I32 ? "i32" : type === I64 ? "i64" : "float");
  return `(${params.map(name).join(", ")}) -> ${result === EMPTY ? "()" : name(result)}`;
}
