/** Well-formed modules in a WebAssembly larger than the profile, and modules of the right features that do not type-check. */
import {
  body,
  END,
  exportOf,
  funcType,
  I32,
  I64,
  policyBytes,
  policyWithCode,
  SECTION,
  section,
  u32,
  vec,
} from "../../harness/wasm-bytes.ts";
import { type RefusedModule, refused } from "./module.ts";

/** A module whose `evaluate` has this body, with these fields beside it. */
const policy = (
  code: string,
  fields = "",
  memory = '(memory (export "memory") 1)',
) => `(module ${memory} ${fields}
  (func (export "evaluate") (result i32) ${code} (i32.const 0)))`;
const TABLE = { table: section(SECTION.table, vec([[0x70, 0x01, 1, 1]])) };
const valued = (code: string) => policy(`(drop ${code})`);

const FLOATS = [
  refused("an f32 local", "FLOAT", policy("(local f32)")),
  refused("an f64 local that nobody uses", "FLOAT", policy("", "(func (local f64))")),
  refused("an f32 parameter", "FLOAT", policy("", "(func (param f32))")),
  refused("an f64 result", "FLOAT", policy("", "(func (result f64) (unreachable))")),
  refused("a float in a type that nobody uses", "FLOAT", policy("", "(type (func (param f64)))")),
  refused("a float block", "FLOAT", policy("(drop (block (result f32) (unreachable)))")),
  refused("a float global", "FLOAT", policy("", "(global f64 (f64.const 0))")),
  refused("a float as an integer global's start value", "FLOAT", policy("", "(global i32 (f32.const 1))")),
  refused("f64.const", "FLOAT", valued("(f64.const 1.5)")),
  refused("a NaN with a payload", "FLOAT", valued("(f32.const nan:0x200000)")),
  refused("f32 division", "FLOAT", valued("(f32.div (f32.const 0) (f32.const 0))")),
  refused("f64.load", "FLOAT", valued("(f64.load (i32.const 0))")),
  refused("reinterpret", "FLOAT", valued("(i32.reinterpret_f32 (f32.const 1))")),
  refused("f32.convert", "FLOAT", valued("(f32.convert_i32_s (i32.const 1))")),
  refused("i32.trunc", "FLOAT", valued("(i32.trunc_f64_u (f64.const 1))")),
  refused("saturating truncation", "FLOAT", () => policyWithCode([0x00, 0xfc, 0x00, 0x1a, 0x41, 0])),
  refused("a float in unreachable code", "FLOAT", policy("(return (i32.const 0)) (drop (f64.add))")),
];

const PROPOSALS = [
  refused("a v128 local", "SIMD", policy("(local v128)")),
  refused("v128.const", "SIMD", valued("(v128.const i64x2 1 2)")),
  refused("i8x16.swizzle in unreachable code", "SIMD", policy("(unreachable) (drop (i8x16.swizzle))")),
  refused("an atomic load", "ATOMICS", valued("(i32.atomic.load (i32.const 0))")),
  refused(
    "memory.atomic.wait",
    "ATOMICS",
    valued("(memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))"),
  ),
  refused("a fence", "ATOMICS", policy("(atomic.fence)")),
  refused("shared memory", "SHARED_MEMORY", policy("", "", '(memory (export "memory") 1 1 shared)')),
  refused("a 64-bit memory", "MEMORY64", policy("", "", '(memory (export "memory") i64 1)')),
  refused("two memories", "LIMIT", policy("", "(memory 1)")),
  refused("a load from memory 1", "MULTI_MEMORY", () =>
    policyWithCode([0x41, 0, 0x28, 0x42, 1, 0, 0x1a, 0x41, 0]),
  ),
  refused("memory.fill of memory 1", "MULTI_MEMORY", () =>
    policyWithCode([0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 0x0b, 1, 0x41, 0]),
  ),
  refused("a memory with pages of one byte", "MALFORMED", () =>
    policyBytes({ memory: section(SECTION.memory, [1, 0x08, 1, 0]) }),
  ),
  refused("return_call", "TAIL_CALL", policy("(return_call 0)", "(func $f (result i32) (i32.const 0))")),
  refused(
    "return_call_indirect",
    "TAIL_CALL",
    policy("(return_call_indirect (result i32) (i32.const 0))", "(table 1 1 funcref)"),
  ),
  refused("a tag section", "EXCEPTIONS", policy("", "(tag (param i32))")),
  refused("try and catch_all", "EXCEPTIONS", policy("(try (do) (catch_all))")),
  refused("throw", "EXCEPTIONS", () => policyWithCode([0x08, 0, 0x41, 0])),
  refused("throw_ref", "EXCEPTIONS", () => policyWithCode([0x00, 0x0a, 0x41, 0])),
  refused("try_table", "EXCEPTIONS", () => policyWithCode([0x1f, 0x40, 0, END, 0x41, 0])),
  refused("a struct type", "GC", () =>
    policyBytes({ type: section(SECTION.type, vec([funcType([], [I32]), [0x5f, 1, I32, 0]])) }),
  ),
  refused("an array type", "GC", () =>
    policyBytes({ type: section(SECTION.type, vec([funcType([], [I32]), [0x5e, I32, 1]])) }),
  ),
  refused("a recursive type group", "GC", () =>
    policyBytes({ type: section(SECTION.type, [1, 0x4e, 1, ...funcType([], [I32])]) }),
  ),
  refused("a subtype", "GC", () =>
    policyBytes({ type: section(SECTION.type, [1, 0x50, 0, ...funcType([], [I32])]) }),
  ),
  refused("struct.new", "GC", () => policyWithCode([0xfb, 0x00, 0x00, 0x1a, 0x41, 0])),
  refused("i31.get_s in unreachable code", "GC", () => policyWithCode([0x00, 0xfb, 0x1d, 0x1a, 0x41, 0])),
  refused("externref as a parameter", "REFERENCE_TYPES", policy("", "(func (param externref))")),
  refused("an externref table", "REFERENCE_TYPES", policy("", "(table 1 1 externref)")),
  refused("a funcref local", "REFERENCE_TYPES", policy("(local funcref)")),
  refused("ref.null", "REFERENCE_TYPES", valued("(ref.null func)")),
  refused("ref.func", "REFERENCE_TYPES", policy("(drop (ref.func 0))")),
  refused("ref.is_null", "REFERENCE_TYPES", valued("(ref.is_null (ref.null extern))")),
  refused("call_ref", "REFERENCE_TYPES", () => policyWithCode([0x00, 0x14, 0x00, 0x41, 0])),
  refused(
    "select with a type",
    "REFERENCE_TYPES",
    valued("(select (result i32) (i32.const 1) (i32.const 2) (i32.const 3))"),
  ),
  refused("two tables", "LIMIT", policy("", "(table 1 1 funcref) (table 1 1 funcref)")),
  refused("call_indirect through table 1", "INVALID", () => policyWithCode([0x41, 0, 0x11, 0, 1], TABLE)),
  refused("table.grow", "TABLE_WRITE", () => policyWithCode([0x00, 0xfc, 0x0f, 0, 0x1a, 0x41, 0], TABLE)),
  refused("table.set", "TABLE_WRITE", () => policyWithCode([0x00, 0x26, 0, 0x41, 0], TABLE)),
  refused(
    "table.copy",
    "TABLE_WRITE",
    policy("(table.copy (i32.const 0) (i32.const 0) (i32.const 1))", "(table 2 2 funcref)"),
  ),
  refused("table.init", "TABLE_WRITE", () =>
    policyWithCode([0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 0x0c, 0, 0, 0x41, 0], TABLE),
  ),
  refused("table.fill in unreachable code", "TABLE_WRITE", () =>
    policyWithCode([0x00, 0xfc, 0x11, 0, 0x41, 0], TABLE),
  ),
  refused(
    "a passive element segment",
    "PASSIVE_SEGMENT",
    policy("", "(table 1 1 funcref) (func $f) (elem func $f)"),
  ),
  refused(
    "a declared element segment",
    "PASSIVE_SEGMENT",
    policy("", "(table 1 1 funcref) (func $f) (elem declare func $f)"),
  ),
  refused("a passive data segment", "PASSIVE_SEGMENT", policy("", '(data "x")')),
  refused("memory.init", "PASSIVE_SEGMENT", () =>
    policyWithCode([0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 0x08, 0, 0, 0x41, 0], {
      dataCount: section(SECTION.dataCount, [0]),
    }),
  ),
  refused("data.drop", "PASSIVE_SEGMENT", () =>
    policyWithCode([0xfc, 0x09, 0, 0x41, 0], { dataCount: section(SECTION.dataCount, [0]) }),
  ),
  refused("two results", "MULTI_VALUE", policy("", "(func (result i32 i32) (unreachable))")),
  refused(
    "a block with two results",
    "MULTI_VALUE",
    policy("(block (result i32 i32) (unreachable)) drop drop"),
  ),
  refused("a loop with a parameter", "MULTI_VALUE", policy("(i32.const 1) (loop (param i32) (drop))")),
  refused("a block type by index", "MULTI_VALUE", () => policyWithCode([0x02, 0x00, 0x41, 0, END])),
  refused(
    "an extended constant",
    "CONSTANT_EXPRESSION",
    policy("", "(global i32 (i32.add (i32.const 1) (i32.const 2)))"),
  ),
  refused(
    "a global that starts as another",
    "CONSTANT_EXPRESSION",
    policy("", "(global i32 (i32.const 1)) (global i32 (global.get 0))"),
  ),
  refused(
    "a data offset from a global",
    "CONSTANT_EXPRESSION",
    policy("", '(global i32 (i32.const 1)) (data (global.get 0) "x")'),
  ),
  refused("an unused opcode", "UNKNOWN_OPCODE", () => policyWithCode([0x27, 0x41, 0])),
  refused("an unused opcode in unreachable code", "UNKNOWN_OPCODE", () =>
    policyWithCode([0x00, 0xff, 0x41, 0]),
  ),
  refused("an unused opcode behind 0xfc", "UNKNOWN_OPCODE", () => policyWithCode([0xfc, 0x7f, 0x41, 0])),
];

const MISTYPED = [
  refused("an empty stack", "TYPE_MISMATCH", policy("(drop)")),
  refused(
    "an i64 where an i32 belongs",
    "TYPE_MISMATCH",
    policy("(drop (i32.add (i32.const 1) (i64.const 1)))"),
  ),
  refused("a value left over", "TYPE_MISMATCH", policy("(i32.const 7)")),
  refused("no result", "TYPE_MISMATCH", () => policyWithCode([0x01])),
  refused("operands taken from outside the block", "TYPE_MISMATCH", policy("(i32.const 1) (block (drop))")),
  refused("an if with a result and no else", "TYPE_MISMATCH", () =>
    policyWithCode([0x41, 0, 0x04, I32, 0x41, 1, END]),
  ),
  refused("arms of two types", "TYPE_MISMATCH", () =>
    policyWithCode([0x41, 0, 0x04, I32, 0x41, 1, 0x05, 0x42, 1, END]),
  ),
  refused(
    "br_table targets of two types",
    "TYPE_MISMATCH",
    policy("(drop (block (result i64) (block (i64.const 1) (i32.const 0) (br_table 0 1)) (i64.const 1)))"),
  ),
  refused(
    "select of two types",
    "TYPE_MISMATCH",
    policy("(drop (select (i32.const 1) (i64.const 1) (i32.const 0)))"),
  ),
  refused(
    "mistyped unreachable code",
    "TYPE_MISMATCH",
    policy("(unreachable) (drop (i32.add (i64.const 1)))"),
  ),
  refused("a call with an argument too few", "TYPE_MISMATCH", policy("(call $f)", "(func $f (param i32))")),
  refused("an i64 as address", "TYPE_MISMATCH", policy("(drop (i32.load (i64.const 0)))")),
  refused(
    "a global of another type than its start value",
    "TYPE_MISMATCH",
    policy("", "(global i64 (i32.const 1))"),
  ),
  refused("a label too far out", "INVALID", () => policyWithCode([0x0c, 2, 0x41, 0])),
  refused("a br_table default too far out", "INVALID", () => policyWithCode([0x41, 0, 0x0e, 1, 0, 9])),
  refused("a local that is not there", "INVALID", () => policyWithCode([0x20, 0])),
  refused("a global that is not there", "INVALID", () => policyWithCode([0x23, 0])),
  refused("a function that is not there", "INVALID", () =>
    policyWithCode([0x10, ...u32(0xffffffff), 0x41, 0]),
  ),
  refused("a type that is not there", "INVALID", () =>
    policyBytes({ function: section(SECTION.function, vec([[7]])) }),
  ),
  refused("call_indirect without a table", "INVALID", () => policyWithCode([0x41, 0, 0x11, 0, 0])),
  refused(
    "a constant global written",
    "INVALID",
    policy("(global.set 0 (i32.const 1))", "(global i32 (i32.const 0))"),
  ),
  refused("an alignment over the access's size", "INVALID", () => policyWithCode([0x41, 0, 0x28, 3, 0])),
  refused("an alignment of 2^31", "INVALID", () => policyWithCode([0x41, 0, 0x28, 31, 0])),
  refused(
    "a memory whose maximum is below its minimum",
    "INVALID",
    policy("", "", '(memory (export "memory") 2 1)'),
  ),
  refused("data past the memory", "INVALID", policy("", '(data (i32.const 65535) "xx")')),
  refused("data at a negative offset", "INVALID", policy("", '(data (i32.const -1) "x")')),
  refused(
    "elements past the table",
    "INVALID",
    policy("", "(table 1 1 funcref) (elem (i32.const 1) $f) (func $f)"),
  ),
  refused("elements without a table", "INVALID", () =>
    policyBytes({ element: section(SECTION.element, vec([[0, 0x41, 0, END, 1, 0]])) }),
  ),
  refused("an element that is no function", "INVALID", () =>
    policyBytes({
      table: section(SECTION.table, vec([[0x70, 0x01, 1, 1]])),
      element: section(SECTION.element, vec([[0, 0x41, 0, END, 1, 9]])),
    }),
  ),
  refused("a start function with a result", "TYPE_MISMATCH", () =>
    policyBytes({ start: section(SECTION.start, [0]) }),
  ),
  refused("a start function that is not there", "INVALID", () =>
    policyBytes({ start: section(SECTION.start, [9]) }),
  ),
  refused("an export of a function that is not there", "EXPORT_TYPE", () =>
    policyBytes({
      export: section(SECTION.export, vec([exportOf("memory", 2, 0), exportOf("evaluate", 0, 5)])),
    }),
  ),
  refused("two exports of one name", "INVALID", () =>
    policyBytes({
      export: section(
        SECTION.export,
        vec([exportOf("memory", 2, 0), exportOf("evaluate", 0, 0), exportOf("evaluate", 0, 0)]),
      ),
    }),
  ),
  refused("2^32 locals in two runs", "LIMIT", () =>
    policyBytes({
      code: section(
        SECTION.code,
        vec([
          body(
            [0x41, 0, END],
            [
              [0xffffffff, I32],
              [0xffffffff, I64],
            ],
          ),
        ]),
      ),
    }),
  ),
];

export const FEATURES: readonly RefusedModule[] = [...FLOATS, ...PROPOSALS, ...MISTYPED];
