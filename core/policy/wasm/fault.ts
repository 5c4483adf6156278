/** Why a module is refused, and what its author can do instead. */

export type ModuleFaultCode = keyof typeof ADVICE;

/** One refusal: the first thing wrong, in the order of the bytes as far as it can be. */
export interface ModuleFault {
  readonly code: ModuleFaultCode;
  /** The section it was found in, by its name in the WebAssembly specification. */
  readonly section: string | null;
  /** In the module's function index space, imports included. */
  readonly functionIndex: number | null;
  /** Byte in the module as it was handed in. */
  readonly offset: number | null;
  /** What is wrong. */
  readonly message: string;
  /** What to do instead. */
  readonly advice: string;
}

const REBUILD = "The file is damaged or was not written by a WebAssembly compiler. Compile it again.";
const INVALID = "The module breaks the WebAssembly specification. Report it to the compiler's authors.";
const SMALLER = 'Split the policy in two, or build with size optimisation (asc -Oz, opt-level = "z").';
const WASM_1 =
  "Compile for WebAssembly 1.0 with sign extension and bulk memory only " +
  "(Rust: -C target-cpu=mvp -C target-feature=+sign-ext,+bulk-memory; clang: -mcpu=mvp -msign-ext -mbulk-memory).";
const INTEGERS =
  "Use integers (cents, basis points, thousandths): floats differ between engines in their NaN bits, and a verdict must replay.";

/** One advice for each code. Codes are stable: tools and tests branch on them. */
const ADVICE = {
  MODULE_TOO_LARGE: SMALLER,
  METERED_TOO_LARGE: `${SMALLER} Many small loops cost most.`,
  MALFORMED: REBUILD,
  NOT_VERSION_1: "Hand in a core module of version 1, not a component.",
  SECTION_ORDER: REBUILD,
  SECTION_SIZE: REBUILD,
  LEB: REBUILD,
  UTF8: REBUILD,
  INVALID,
  TYPE_MISMATCH: INVALID,
  FLOAT: INTEGERS,
  SIMD: "Build without SIMD: drop -msimd128, target-feature=+simd128, asc --enable simd.",
  ATOMICS: "Build without threads: drop -pthread, -matomics, target-feature=+atomics, asc --enable threads.",
  TAIL_CALL: "Build without tail calls: drop -mtail-call, target-feature=+tail-call.",
  EXCEPTIONS: "Build without exceptions: drop -fwasm-exceptions; answer a return code, or trap.",
  GC: "Build without garbage-collected types: drop asc --enable gc; Kotlin, Dart and Java targets need them.",
  REFERENCE_TYPES: `References cannot be used. ${WASM_1}`,
  MULTI_VALUE: `Functions and blocks have at most one result, blocks no parameter. ${WASM_1}`,
  MULTI_MEMORY: `There is one memory, memory 0. ${WASM_1}`,
  MEMORY64: "Build for wasm32, not wasm64.",
  SHARED_MEMORY: "Build without threads: drop --shared-memory, -pthread, asc --sharedMemory.",
  PASSIVE_SEGMENT:
    "Write data and elements with constant offsets: drop --passive, --shared-memory and memory.init.",
  TABLE_WRITE: `Tables are written by element segments only. ${WASM_1}`,
  CONSTANT_EXPRESSION:
    "Start values and offsets are one i32.const or i64.const: drop -mextended-const and link statically.",
  UNKNOWN_OPCODE: WASM_1,
  IMPORT_RANDOM:
    "Math.random is not available: the same action must always get the same verdict. Seed your own generator from the action where you need spread.",
  IMPORT_CLOCK: "Date.now is not available: a verdict must replay. Read the time from the input's `facts`.",
  IMPORT_TRACE:
    "trace() and the console are not available. Use `countersign policy run` to see what a policy answers.",
  IMPORT_ABORT: "Declare env.abort as (i32, i32, i32, i32) -> (), or build with `asc --use abort=`.",
  IMPORT_WASI:
    "WASI is not available. Build for wasm32-unknown-unknown (a reactor), not wasm32-wasi, and read the input by input_read.",
  IMPORT_NETWORK:
    "A policy cannot call out. What it needs to know belongs into its settings, or into the input's facts.",
  IMPORT_STATE: "A policy keeps nothing between calls: extism variables are not available.",
  IMPORT_CONFIG: "Settings arrive as the input of `configure`, not through config_get.",
  IMPORT_LOG: "Logging is not available: a log could carry what was caught. Answer findings.",
  IMPORT_UNKNOWN:
    "Import only the functions of countersign:host/env and extism:host/env that docs/spec/policy.md lists.",
  IMPORT_TYPE: "Declare the import exactly as docs/spec/policy.md does.",
  IMPORT_DUPLICATE: "Import each function once.",
  IMPORT_KIND:
    "Import functions only; define memory, table and globals in the module (asc: drop --importMemory, --importTable).",
  EXPORT_UNKNOWN: "Export `memory`, `evaluate`, and where needed `configure` or `_start`; nothing else.",
  EXPORT_MISSING: "Export `memory` and `evaluate: () -> i32`.",
  EXPORT_TYPE:
    "`evaluate` and `configure` take nothing and return an i32; `_start` takes and returns nothing.",
  EXPORT_RESERVED:
    "Names beginning with __cs_ are the meter's. Build with the current SDK, or rename the export.",
  START_TWICE: "Keep the start section or the export `_start`, not both.",
  MEMORY_MISSING: "Define one memory and export it as `memory`.",
  MEMORY_PAGES:
    "Ask for fewer pages: 64 at the start at most (`memory_pages` in the manifest), and no more than the module's own maximum.",
  LIMIT: SMALLER,
} as const;

export const adviceFor = (code: ModuleFaultCode): string => ADVICE[code];

/** Where a step stands, so that a refusal deep inside can say it. */
export interface FaultPlace {
  readonly section?: string | null;
  readonly functionIndex?: number | null;
  readonly offset?: number | null;
}

/** Carries a fault out of the decoder and validator; `admit` catches it, so nothing of ours throws at a caller. */
export class ModuleRefused extends Error {
  readonly fault: ModuleFault;
  constructor(code: ModuleFaultCode, message: string, place: FaultPlace = {}) {
    super(clipped(message));
    this.name = "ModuleRefused";
    this.fault = {
      code,
      section: place.section ?? null,
      functionIndex: place.functionIndex ?? null,
      offset: place.offset ?? null,
      message: clipped(message),
      advice: ADVICE[code],
    };
  }
}

/** A name of the module's may stand in a message, and be as long as the module. */
const MESSAGE_CHARS_MAX = 300;
const clipped = (message: string): string =>
  message.length > MESSAGE_CHARS_MAX ? `${message.slice(0, MESSAGE_CHARS_MAX).toWellFormed()}…` : message;
