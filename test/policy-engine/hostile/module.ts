/** What a hostile module is, and the texts that most of them share. */
import type { EngineRule } from "../../../core/policy/engine-rules.ts";
import type { ModuleFaultCode } from "../../../core/policy/wasm/fault.ts";
import { assemble } from "../../harness/wat.ts";

interface Hostile {
  readonly name: string;
  readonly bytes: () => Uint8Array;
}

/** Refused before anything of it runs. */
export interface RefusedModule extends Hostile {
  readonly refused: ModuleFaultCode;
}

/** Admitted, and every run of it ends with this rule. Most end in a clean verdict, where nothing stops them. */
export interface AdmittedModule extends Hostile {
  readonly rule: EngineRule;
}

export const refused = (
  name: string,
  code: ModuleFaultCode,
  source: string | (() => Uint8Array),
): RefusedModule => ({ name, refused: code, bytes: bytesOf(source) });

export const stopped = (
  name: string,
  rule: EngineRule,
  source: string | (() => Uint8Array),
): AdmittedModule => ({ name, rule, bytes: bytesOf(source) });

const bytesOf = (source: string | (() => Uint8Array)) =>
  typeof source === "string" ? () => assemble(source) : source;

export const CLEAN = '{"findings":[]}';
/** Where a policy's answer lies in its memory. */
export const ANSWER_AT = 1024;

/** Every byte as \hh, so that any bytes can be written. */
export const dataText = (bytes: Uint8Array | string): string =>
  Array.from(
    typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes,
    (byte) => `\\${byte.toString(16).padStart(2, "0")}`,
  ).join("");

export const HOST_IMPORTS = `
  (import "countersign:host/env" "input_length" (func $input_length (result i32)))
  (import "countersign:host/env" "input_read" (func $input_read (param i32 i32)))
  (import "countersign:host/env" "output_write" (func $output_write (param i32 i32)))
  (import "countersign:host/env" "error_write" (func $error_write (param i32 i32)))`;

export const KERNEL_IMPORTS = `
  (import "extism:host/env" "input_length" (func $k_input_length (result i64)))
  (import "extism:host/env" "input_load_u8" (func $k_input_load_u8 (param i64) (result i32)))
  (import "extism:host/env" "input_load_u64" (func $k_input_load_u64 (param i64) (result i64)))
  (import "extism:host/env" "length" (func $k_length (param i64) (result i64)))
  (import "extism:host/env" "alloc" (func $k_alloc (param i64) (result i64)))
  (import "extism:host/env" "free" (func $k_free (param i64)))
  (import "extism:host/env" "load_u8" (func $k_load_u8 (param i64) (result i32)))
  (import "extism:host/env" "load_u64" (func $k_load_u64 (param i64) (result i64)))
  (import "extism:host/env" "store_u8" (func $k_store_u8 (param i64 i32)))
  (import "extism:host/env" "store_u64" (func $k_store_u64 (param i64 i64)))
  (import "extism:host/env" "output_set" (func $k_output_set (param i64 i64)))
  (import "extism:host/env" "error_set" (func $k_error_set (param i64)))`;

export interface Parts {
  /** Module fields beside the memory and `evaluate`. */
  readonly fields?: string;
  readonly memory?: string;
  readonly locals?: string;
  readonly answer?: Uint8Array | string;
  readonly imports?: string;
  readonly returns?: number;
}

/** A policy that runs `code`, then answers (nothing wrong, unless told otherwise) and returns 0. */
export function answering(code: string, parts: Parts = {}): string {
  const {
    fields = "",
    memory = "1",
    locals = "",
    answer = CLEAN,
    imports = HOST_IMPORTS,
    returns = 0,
  } = parts;
  const length = typeof answer === "string" ? new TextEncoder().encode(answer).length : answer.length;
  return `(module ${imports}
  (memory (export "memory") ${memory})
  (data (i32.const ${ANSWER_AT}) "${dataText(answer)}")
  ${fields}
  (func $answer (call $output_write (i32.const ${ANSWER_AT}) (i32.const ${length})))
  (func $evaluate (export "evaluate") (result i32) ${locals}
    ${code}
    (call $answer)
    (i32.const ${returns})))`;
}

/** As `answering`, with the kernel's functions beside ours; `$k_answer` answers through the kernel. */
export function answeringThroughKernel(code: string, parts: Parts = {}): string {
  const { answer = CLEAN, fields = "" } = parts;
  const length = typeof answer === "string" ? answer.length : answer.length;
  const copy = `(func $k_answer (local $at i64) (local $i i32)
    (local.set $at (call $k_alloc (i64.const ${length})))
    (loop $next
      (call $k_store_u8 (i64.add (local.get $at) (i64.extend_i32_u (local.get $i)))
        (i32.load8_u offset=${ANSWER_AT} (local.get $i)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (i32.const ${length}))))
    (call $k_output_set (local.get $at) (i64.const ${length})))`;
  return answering(code, { ...parts, imports: HOST_IMPORTS + KERNEL_IMPORTS, fields: `${fields}\n${copy}` });
}

export const forever = (code: string): string => `(loop $forever ${code} (br $forever))`;

export const repeat = (count: number, textOf: string | ((index: number) => string)): string =>
  Array.from({ length: count }, (_, index) => (typeof textOf === "string" ? textOf : textOf(index))).join(
    " ",
  );
