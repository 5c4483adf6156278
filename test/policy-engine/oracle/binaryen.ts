/**
 * Random modules from Binaryen's fuzzer, brought within the profile: its floats become integers of the same size (each
 * float instruction an integer one of the same shape), its imports become functions that answer 0, and one of its
 * functions at a time becomes the policy's. What remains is its control flow, which nobody here thought of.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  body,
  END,
  exportOf,
  F32,
  F64,
  funcType,
  I32,
  I64,
  moduleOf,
  SECTION,
  s32,
  s64,
  section,
  u32,
  vec,
} from "../../harness/wasm-bytes.ts";
import { type Decoded, decodePlainly, type FunctionBody, type Instruction, opcodeBytes } from "./decode.ts";
import type { RandomModule } from "./random-module.ts";
import { seeded } from "./seeded.ts";

/** AssemblyScript's own: nothing else here depends on it. */
const PACKAGE = findPackageJSON("binaryen", findPackageJSON("assemblyscript", import.meta.url));
const WASM_OPT = join(dirname(PACKAGE ?? ""), "bin", "wasm-opt");
/** Of random bytes: the fuzzer's module grows with them. */
const SEED_BYTES = 8_000;
const FEATURES = [
  "--mvp-features",
  "--enable-mutable-globals",
  "--enable-sign-ext",
  "--enable-bulk-memory-opt",
];
const MEMORY_PAGES = 16;
/** At a time: each is a process that compiles 10 MB of WebAssembly. */
const PARALLEL = Math.min(availableParallelism(), 4);

/** One module for each seed. */
export async function fuzzedModules(seeds: readonly number[]): Promise<Uint8Array[]> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-fuzz-"));
  const modules: Uint8Array[] = [];
  const waiting = seeds.entries();
  const work = async () => {
    for (const [index, seed] of waiting) {
      const [bytes, wasm] = [join(folder, `${index}.bytes`), join(folder, `${index}.wasm`)];
      writeFileSync(bytes, seeded(seed).bytes(SEED_BYTES));
      await runWasmOpt([bytes, "-ttf", ...FEATURES, "--quiet", "-o", wasm]);
      modules[index] = new Uint8Array(readFileSync(wasm));
    }
  };
  try {
    await Promise.all(Array.from({ length: PARALLEL }, work));
    return modules;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runWasmOpt(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [WASM_OPT, ...args], { stdio: ["ignore", "ignore", "pipe"] });
    let complaint = "";
    child.stderr.on("data", (text: Buffer) => {
      complaint += text;
    });
    child.once("error", reject);
    child.once("close", (code) => (code === 0 ? resolve() : reject(new Error(`wasm-opt: ${complaint}`))));
  });
}

/** A policy for each function that the module exports. */
export function policiesOf(wasm: Uint8Array): RandomModule[] {
  const module = decodePlainly(wasm);
  const functions = module.exports.filter(({ kind }) => kind === 0);
  return functions.map(({ index }) => policyOf(module, index));
}

const integerType = (type: number): number => (type === F32 ? I32 : type === F64 ? I64 : type);
const zero = (type: number | undefined): number[] =>
  type === undefined ? [] : [type === I32 ? 0x41 : 0x42, 0];

function policyOf(module: Decoded, called: number): RandomModule {
  const types = module.types.map(({ params, results }) => ({
    params: params.map(integerType),
    results: results.map(integerType),
  }));
  const imported = module.imports.map(({ type }) => body([...zero(types[type]?.results[0]), END]));
  const indices = [...module.imports.map(({ type }) => type), ...module.functionTypes];
  const target = types[indices[called] ?? 0];
  const entryType = types.length;
  const sections: (readonly [number, number[] | undefined])[] = [
    [
      SECTION.type,
      vec([...types.map(({ params, results }) => funcType(params, results)), funcType([], [I32])]),
    ],
    [SECTION.function, vec([...indices, entryType].map((type) => u32(type)))],
    [SECTION.table, copied(module, SECTION.table)],
    [SECTION.memory, vec([[0x01, MEMORY_PAGES, MEMORY_PAGES + 4]])],
    [SECTION.global, integerGlobals(module)],
  ];
  const entry = entryOf(called, target?.params ?? [], target?.results[0]);
  const rest: typeof sections = [
    [SECTION.element, copied(module, SECTION.element)],
    [SECTION.code, vec([...imported, ...module.functions.map(integerBody), entry])],
    [SECTION.data, copied(module, SECTION.data)],
  ];
  const exported = [exportOf("memory", 2, 0), exportOf("evaluate", 0, indices.length)];
  const globals = module.globals.flatMap(({ mutable }, index) =>
    mutable ? [exportOf(`g${index}`, 3, index)] : [],
  );
  const build = (exports: number[][]) =>
    moduleOf(
      ...[...sections, [SECTION.export, vec(exports)] as const, ...rest].flatMap(([id, content]) =>
        content === undefined ? [] : [section(id, content)],
      ),
    );
  return { policy: build(exported), open: build([...exported, ...globals]) };
}

/** Calls it with numbers that are neither 0 nor equal, and keeps what it answers in memory. */
function entryOf(called: number, params: readonly number[], result: number | undefined): number[] {
  const given = params.flatMap((type, index) =>
    type === I32 ? [0x41, ...s32(3 + 5 * index)] : [0x42, ...s64(BigInt(1 + 7 * index))],
  );
  const kept = result === undefined ? [] : [result === I32 ? 0x36 : 0x37, 0, 0];
  return body([
    ...(result === undefined ? [] : [0x41, 0]),
    ...given,
    0x10,
    ...u32(called),
    ...kept,
    0x41,
    0,
    END,
  ]);
}

const copied = (module: Decoded, id: number): number[] | undefined => {
  const content = module.sections.get(id);
  return content && [...content];
};

/** They start at what is no float constant, so at fixed numbers. */
const integerGlobals = ({ globals }: Decoded): number[] =>
  vec(
    globals.map(({ type, mutable }, index) => {
      const integer = integerType(type);
      return [integer, mutable ? 1 : 0, integer === I32 ? 0x41 : 0x42, ...s32(1000 * index + 100), END];
    }),
  );

const integerBody = ({ locals, code }: FunctionBody): number[] =>
  body(
    code.flatMap(integerInstruction),
    locals.map(([count, type]) => [count, integerType(type)] as const),
  );

function integerInstruction({ op, raw }: Instruction): number[] {
  if (op >= 0x02 && op <= 0x04) return [op, integerType(raw[0] ?? 0)];
  const view = new DataView(raw.buffer, raw.byteOffset, raw.length);
  if (op === 0x43) return [0x41, ...s32(view.getInt32(0, true))];
  if (op === 0x44) return [0x42, ...s64(view.getBigInt64(0, true))];
  return [...opcodeBytes(INTEGER_OF.get(op) ?? op), ...raw];
}

const from = (first: number, integers: readonly number[]) =>
  integers.map((op, index) => [first + index, op] as const);
/** By float opcode, an integer one of the same operands and result, once f32 is i32 and f64 is i64. */
const INTEGER_OF = new Map<number, number>([
  ...from(0x2a, [0x28, 0x29]),
  ...from(0x38, [0x36, 0x37]),
  ...from(0x5b, [0x46, 0x47, 0x48, 0x4a, 0x4c, 0x4e]),
  ...from(0x61, [0x51, 0x52, 0x53, 0x55, 0x57, 0x59]),
  ...from(0x8b, [0x67, 0x68, 0x69, 0xc0, 0xc1, 0x67, 0x68, 0x6a, 0x6b, 0x6c, 0x78, 0x71, 0x72, 0x73]),
  ...from(0x99, [0x79, 0x7a, 0x7b, 0xc2, 0xc3, 0xc4, 0x79, 0x7c, 0x7d, 0x7e, 0x8a, 0x83, 0x84, 0x85]),
  // Conversions: i32 from f32 and f64; i64 from f32 and f64.
  ...from(0xa8, [0x67, 0x68, 0xa7, 0xa7]),
  ...from(0xae, [0xac, 0xad, 0x79, 0x7a]),
  ...from(0xb2, [0x69, 0xc0, 0xa7, 0xa7, 0xa7]),
  ...from(0xb7, [0xac, 0xad, 0x7b, 0xc2, 0xac]),
  ...from(0xbc, [0x69, 0x7b, 0x68, 0x7a]),
]);
