/** Modules that ask for more than the host gives, offer other things than it calls, or reach for the meter. */
import { exportOf, policyBytes, SECTION, section, text, vec } from "../../harness/wasm-bytes.ts";
import { HOST_IMPORTS, type RefusedModule, refused } from "./module.ts";

const importing = (imports: string, fields = "") => `(module ${imports} ${fields}
  (memory (export "memory") 1) (func (export "evaluate") (result i32) (i32.const 0)))`;
const host = (name: string, type: string) =>
  importing(`(import "countersign:host/env" "${name}" (func ${type}))`);
const kernel = (name: string, type: string) =>
  importing(`(import "extism:host/env" "${name}" (func ${type}))`);
const env = (name: string, type: string, module = "env") =>
  importing(`(import "${module}" "${name}" (func ${type}))`);
const exporting = (fields: string) => `(module (memory (export "memory") 1)
  (func $evaluate (export "evaluate") (result i32) (i32.const 0)) ${fields})`;

const IMPORTS = [
  refused("imports http_request", "IMPORT_NETWORK", kernel("http_request", "(param i64 i64) (result i64)")),
  refused("imports var_get", "IMPORT_STATE", kernel("var_get", "(param i64) (result i64)")),
  refused("imports var_set", "IMPORT_STATE", kernel("var_set", "(param i64 i64)")),
  refused("imports config_get", "IMPORT_CONFIG", kernel("config_get", "(param i64) (result i64)")),
  refused("imports log_info", "IMPORT_LOG", kernel("log_info", "(param i64)")),
  refused("imports an unknown function of the kernel", "IMPORT_UNKNOWN", kernel("reset", "")),
  refused("imports an unknown function of ours", "IMPORT_UNKNOWN", host("output_append", "(param i32 i32)")),
  refused("imports a name that objects have", "IMPORT_UNKNOWN", host("constructor", "")),
  refused("imports __proto__", "IMPORT_UNKNOWN", env("__proto__", "", "__proto__")),
  refused(
    "imports from our module with a capital",
    "IMPORT_UNKNOWN",
    env("input_length", "(result i32)", "Countersign:host/env"),
  ),
  refused("imports env.seed", "IMPORT_RANDOM", importing('(import "env" "seed" (func (result f64)))')),
  refused("imports env.Date.now", "IMPORT_CLOCK", importing('(import "env" "Date.now" (func (result f64)))')),
  refused("imports env.trace", "IMPORT_TRACE", env("trace", "(param i32 i32)")),
  refused(
    "imports WASI",
    "IMPORT_WASI",
    env("random_get", "(param i32 i32) (result i32)", "wasi_snapshot_preview1"),
  ),
  refused("imports env.abort of another type", "IMPORT_ABORT", env("abort", "")),
  refused("imports input_read of another type", "IMPORT_TYPE", host("input_read", "(param i64 i32)")),
  refused("imports input_length with a result too wide", "IMPORT_TYPE", host("input_length", "(result i64)")),
  refused("imports output_set without parameters", "IMPORT_TYPE", kernel("output_set", "")),
  refused("imports alloc of another type", "IMPORT_TYPE", kernel("alloc", "(param i32) (result i32)")),
  refused(
    "imports a function twice",
    "IMPORT_DUPLICATE",
    importing(`${HOST_IMPORTS} (import "countersign:host/env" "input_length" (func (result i32)))`),
  ),
  refused("imports a global", "IMPORT_KIND", importing('(import "env" "g" (global (mut i32)))')),
  refused(
    "imports the meter's global",
    "IMPORT_KIND",
    importing('(import "env" "__cs_gas" (global (mut i64)))'),
  ),
  refused(
    "imports the memory",
    "IMPORT_KIND",
    '(module (import "env" "memory" (memory 1)) (export "memory" (memory 0)) (func (export "evaluate") (result i32) (i32.const 0)))',
  ),
  refused("imports a table", "IMPORT_KIND", importing('(import "env" "table" (table 1 funcref))')),
  refused("imports a tag", "IMPORT_KIND", () =>
    policyBytes({ import: section(SECTION.import, vec([[...text("env"), ...text("t"), 0x04, 0, 0]])) }),
  ),
];

const RESERVED = [
  "__cs_gas",
  "__cs_stack",
  "__cs_status",
  "__cs_rc",
  "__cs_written_low",
  "__cs_g0",
  "__cs_start",
  "__cs_",
].map((name) =>
  refused(`exports a function as ${name}`, "EXPORT_RESERVED", exporting(`(func (export "${name}"))`)),
);

const EXPORTS = [
  ...RESERVED,
  refused(
    "exports a global as __cs_gas",
    "EXPORT_RESERVED",
    exporting('(global (export "__cs_gas") (mut i64) (i64.const 0x7fffffffffffffff))'),
  ),
  refused(
    "exports a global as __cs_rc",
    "EXPORT_RESERVED",
    exporting('(global (export "__cs_rc") (mut i32) (i32.const 0))'),
  ),
  refused("exports one more function", "EXPORT_UNKNOWN", exporting('(func (export "reset"))')),
  refused("exports a global", "EXPORT_UNKNOWN", exporting('(global (export "heap") i32 (i32.const 0))')),
  refused("exports a table", "EXPORT_UNKNOWN", exporting('(table (export "table") 1 1 funcref)')),
  refused("exports the memory a second time", "EXPORT_UNKNOWN", exporting('(export "memory2" (memory 0))')),
  refused(
    "exports a name with a NUL",
    "EXPORT_UNKNOWN",
    exporting('(export "evaluate\\00" (func $evaluate))'),
  ),
  refused(
    "exports a function as memory",
    "EXPORT_UNKNOWN",
    '(module (memory 1) (func (export "memory")) (func (export "evaluate") (result i32) (i32.const 0)))',
  ),
  refused(
    "exports the memory as evaluate",
    "EXPORT_TYPE",
    '(module (memory (export "memory") 1) (export "evaluate" (memory 0)))',
  ),
  refused("no evaluate", "EXPORT_MISSING", '(module (memory (export "memory") 1))'),
  refused(
    "the memory not exported",
    "EXPORT_MISSING",
    '(module (memory 1) (func (export "evaluate") (result i32) (i32.const 0)))',
  ),
  refused("no memory", "EXPORT_MISSING", () =>
    policyBytes({ memory: null, export: section(SECTION.export, vec([exportOf("evaluate", 0, 0)])) }),
  ),
  refused(
    "evaluate without a result",
    "EXPORT_TYPE",
    '(module (memory (export "memory") 1) (func (export "evaluate")))',
  ),
  refused(
    "evaluate with an i64 result",
    "EXPORT_TYPE",
    '(module (memory (export "memory") 1) (func (export "evaluate") (result i64) (i64.const 0)))',
  ),
  refused(
    "evaluate with a parameter",
    "EXPORT_TYPE",
    '(module (memory (export "memory") 1) (func (export "evaluate") (param i32) (result i32) (i32.const 0)))',
  ),
  refused(
    "configure with a parameter",
    "EXPORT_TYPE",
    exporting('(func (export "configure") (param i32) (result i32) (i32.const 0))'),
  ),
  refused(
    "_start with a result",
    "EXPORT_TYPE",
    exporting('(func (export "_start") (result i32) (i32.const 0))'),
  ),
  refused(
    "a start section beside _start",
    "START_TWICE",
    exporting('(func (export "_start")) (func $s) (start $s)'),
  ),
];

export const IMPORTS_AND_EXPORTS: readonly RefusedModule[] = [...IMPORTS, ...EXPORTS];
