/** Every opcode: which are accepted, what is said of the others, and types as V8 checks them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode } from "../../../../core/policy/wasm/decode.ts";
import { ModuleRefused } from "../../../../core/policy/wasm/fault.ts";
import { Reader } from "../../../../core/policy/wasm/reader.ts";
import { validate } from "../../../../core/policy/wasm/validate.ts";
import {
  body,
  END,
  funcType,
  I32,
  I64,
  policyBytes,
  policyWithCode,
  SECTION,
  section,
  u32,
  vec,
} from "../../../harness/wasm-bytes.ts";
import { assemble } from "../../../harness/wat.ts";
import { faultOf, policy } from "./wasm.ts";

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** The profile's list, written a second time. */
const ACCEPTED = new Set(
  [
    range(0x00, 0x05),
    range(0x0b, 0x11),
    [0x1a, 0x1b],
    range(0x20, 0x24),
    [0x28, 0x29],
    range(0x2c, 0x37),
    range(0x3a, 0x40),
    [0x41, 0x42],
    range(0x45, 0x5a),
    range(0x67, 0x8a),
    [0xa7, 0xac, 0xad],
    range(0xc0, 0xc4),
  ].flat(),
);

/** A body in which an opcode stands in unreachable code, with zeroes enough for its immediates. */
const containing = (...opcode: number[]) => policyWithCode([0x00, ...opcode, 0, 0, 0, 0]);

const outcomeOf = (wasm: Uint8Array): string | null => {
  try {
    validate(decode(new Reader(wasm)).module);
    return null;
  } catch (error) {
    if (error instanceof ModuleRefused) return error.fault.code;
    throw error;
  }
};

describe("opcodes", () => {
  const WITHOUT = [0xfc, 0x04, 0x05]; // the prefix, and those that need company
  it.each(range(0, 0xff).filter((opcode) => !WITHOUT.includes(opcode)))(
    "0x%s is known or refused",
    (opcode) => {
      const code = outcomeOf(containing(opcode));
      const refused = [
        "FLOAT",
        "SIMD",
        "ATOMICS",
        "TAIL_CALL",
        "EXCEPTIONS",
        "GC",
        "REFERENCE_TYPES",
        "TABLE_WRITE",
        "UNKNOWN_OPCODE",
      ];
      if (ACCEPTED.has(opcode)) expect(refused).not.toContain(code);
      else expect(refused).toContain(code);
    },
  );

  it("accept memory.copy and memory.fill alone behind 0xfc", () => {
    const codes = range(0, 20).map((sub) => outcomeOf(containing(0xfc, sub)));
    const refused = (count: number, code: string) => Array<string>(count).fill(code);
    expect(codes.slice(0, 10)).toEqual([...refused(8, "FLOAT"), ...refused(2, "PASSIVE_SEGMENT")]);
    expect(["FLOAT", "PASSIVE_SEGMENT"]).not.toContain(codes[10]);
    expect(codes.slice(12)).toEqual([...refused(6, "TABLE_WRITE"), ...refused(3, "UNKNOWN_OPCODE")]);
    expect(outcomeOf(policyWithCode([0x00, 0xfc, 0x0a, 0, 0]))).toBeNull();
    expect(outcomeOf(policyWithCode([0x00, 0xfc, 0x8b, 0x00, 0]))).toBeNull();
  });

  it.each<[number[], string]>([
    [[0x43, 0, 0, 0, 0], "FLOAT"],
    [[0xbc], "FLOAT"],
    [[0xfd, 0x0c], "SIMD"],
    [[0xfe, 0x03, 0], "ATOMICS"],
    [[0x12, 0], "TAIL_CALL"],
    [[0x06, 0x40], "EXCEPTIONS"],
    [[0xfb, 0], "GC"],
    [[0xd2, 0], "REFERENCE_TYPES"],
    [[0x1c, 1, 0x7f], "REFERENCE_TYPES"],
    [[0x26, 0], "TABLE_WRITE"],
    [[0x27], "UNKNOWN_OPCODE"],
    [[0x02, 0x00, 0x0b], "MULTI_VALUE"],
  ])("%j is refused as %s, with an advice", (bytes, code) => {
    const fault = faultOf(policyWithCode(bytes));
    expect(fault.code).toBe(code);
    expect(fault.advice.length).toBeGreaterThan(20);
  });
});

describe("types", () => {
  it.each<[string, string, string?, string?]>([
    ["an operand is missing", "(drop)"],
    ["operands of two types", "(i32.add (i32.const 1) (i64.const 1))"],
    ["a value left over", "(i32.const 1) (i32.const 2)"],
    ["operands from outside the block", "(i32.const 1) (block (result i32) (i32.eqz))"],
    ["an if with a result, without else", "(if (result i32) (i32.const 1) (then (i32.const 1)))"],
    ["a branch without its value", "(block (result i32) (br 0))"],
    [
      "labels of different arity",
      "(block (result i32) (block (br_table 0 1 (i32.const 1) (i32.const 0))) (i32.const 0))",
    ],
    ["a return of another type", "(return (i64.const 0))"],
    ["select of two types", "(select (i32.const 1) (i64.const 1) (i32.const 0))"],
    [
      "an argument of another type",
      "(call 1 (i64.const 1))",
      "(func (param i32) (result i32) (local.get 0))",
    ],
    ["a local of another type", "(local.tee 0 (i64.const 1))", "", "(local i32)"],
    ["a wrong type in unreachable code", "(unreachable) (i32.add (i64.const 1))"],
  ])("refuse %s", (_, code, fields, locals) =>
    expect(faultOf(policy(code, fields, locals)).code).toBe("TYPE_MISMATCH"),
  );

  it.each<[string, number[]]>([
    ["a label", [0x0c, 2]],
    ["a local", [0x20, 0]],
    ["a global", [0x23, 0]],
    ["a function", [0x10, ...u32(2 ** 32 - 1)]],
    ["a table", [0x41, 0, 0x11, 0, 0]],
    ["an else's if", [0x05]],
  ])("refuse %s that is not there", (_, code) => expect(faultOf(policyWithCode(code)).code).toBe("INVALID"));

  it("refuse what a constant global is given, and an alignment beyond the access", () => {
    expect(
      faultOf(policy("(global.set 0 (i32.const 1)) (i32.const 0)", "(global i32 (i32.const 0))")).code,
    ).toBe("INVALID");
    expect(faultOf(policyWithCode([0x41, 0, 0x28, 3, 0])).code).toBe("INVALID");
  });

  it("accept any operands in unreachable code", () => {
    for (const code of ["(i32.add)", "(select)", "(br_if 0)", "(drop) (i32.eqz)", "(br_table 0 0) (i64.eqz)"])
      expect(outcomeOf(policyWithTextOf(code))).toBeNull();
  });

  const policyWithTextOf = (code: string) => assemble(policy(`(unreachable) ${code}`));

  /** One instruction, most of them with small immediates, so that random bodies are often nearly valid. */
  const small = fc.integer({ min: 0, max: 3 });
  const plain = fc
    .constantFrom(...[...ACCEPTED].filter((op) => op >= 0x45 || op === 0x1a || op === 0x1b || op < 2))
    .map((op) => [op]);
  const instruction = fc.oneof(
    { weight: 3, arbitrary: plain },
    {
      weight: 4,
      arbitrary: fc
        .tuple(fc.constantFrom(0x20, 0x21, 0x22, 0x23, 0x24, 0x0c, 0x0d, 0x10), small)
        .map((pair) => [...pair]),
    },
    { weight: 3, arbitrary: fc.tuple(fc.constantFrom(0x41, 0x42), small).map((pair) => [...pair]) },
    {
      weight: 4,
      arbitrary: fc
        .tuple(fc.constantFrom(0x02, 0x03, 0x04), fc.constantFrom(0x40, I32, I64))
        .map((pair) => [...pair]),
    },
    { weight: 4, arbitrary: fc.constantFrom([END], [0x05], [0x0f], [0x00], [0x1a]) },
    { weight: 1, arbitrary: fc.tuple(small, small, small).map(([a, b, c]) => [0x0e, 2, a, b, c]) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(0x28, 0x29, 0x36, 0x37, 0x3a), small)
        .map(([op, align]) => [op, align, 0]),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom([0x11, 1, 0], [0x3f, 0], [0x40, 0], [0xfc, 0x0a, 0, 0], [0xfc, 0x0b, 0]),
    },
  );
  const bodies = fc.array(instruction, { maxLength: 24 }).map((code) =>
    policyBytes({
      type: section(SECTION.type, vec([funcType([], [I32]), funcType([I32], [I64])])),
      function: section(SECTION.function, vec([[0], [1]])),
      table: section(SECTION.table, vec([[0x70, 1, 1, 1]])),
      global: section(
        SECTION.global,
        vec([
          [I32, 1, 0x41, 0, END],
          [I64, 0, 0x42, 0, END],
        ]),
      ),
      code: section(
        SECTION.code,
        vec([
          body(
            [...code.flat(), END],
            [
              [1, I32],
              [1, I64],
            ],
          ),
          body([0x42, 0, END]),
        ]),
      ),
    }),
  );

  it("are judged as V8 judges them, in random bodies", () => {
    let valid = 0;
    fc.assert(
      fc.property(bodies, (wasm) => {
        const expected = WebAssembly.validate(wasm);
        if (expected) valid++;
        expect(outcomeOf(wasm) === null).toBe(expected);
      }),
      { numRuns: 8_000, seed: 1 },
    );
    expect(valid).toBeGreaterThan(80);
  });
});
