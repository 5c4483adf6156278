/** The binary format: what is read as it must be, and what is refused. */
import { describe, expect, it } from "vitest";
import { ModuleRefused } from "../../../../core/policy/wasm/fault.ts";
import { Reader } from "../../../../core/policy/wasm/reader.ts";
import { Writer } from "../../../../core/policy/wasm/writer.ts";
import {
  body,
  custom,
  END,
  exportOf,
  funcType,
  HEADER,
  I32,
  moduleOf,
  paddedU32,
  policyBytes,
  policyWithCode,
  SECTION,
  s64,
  section,
  text,
  u32,
  vec,
} from "../../../harness/wasm-bytes.ts";
import { admitted, faultOf } from "./wasm.ts";

const read = <T>(bytes: number[], by: (reader: Reader) => T): { value: T; at: number } => {
  const reader = new Reader(Uint8Array.from(bytes));
  return { value: by(reader), at: reader.at };
};
const refusalOf = (bytes: number[], by: (reader: Reader) => unknown): string => {
  try {
    by(new Reader(Uint8Array.from(bytes)));
  } catch (error) {
    if (error instanceof ModuleRefused) return error.fault.code;
    throw error;
  }
  return "none";
};
const i64 = (reader: Reader): bigint => {
  const low = reader.i64();
  return (BigInt(reader.high) << 32n) | BigInt(low >>> 0);
};

describe("LEB128", () => {
  it.each<[number[], number]>([
    [[0x00], 0],
    [[0x7f], 127],
    [[0x80, 0x01], 128],
    [[0xff, 0xff, 0xff, 0xff, 0x0f], 2 ** 32 - 1],
    [[0x80, 0x00], 0],
    [[0x83, 0x80, 0x80, 0x80, 0x00], 3],
  ])("reads %j as an unsigned %d, padded or not", (bytes, value) =>
    expect(read([...bytes, 0xaa], (reader) => reader.u32())).toEqual({ value, at: bytes.length }),
  );

  it.each<[number[], number]>([
    [[0x00], 0],
    [[0x3f], 63],
    [[0x40], -64],
    [[0x7f], -1],
    [[0xff, 0x7f], -1],
    [[0x80, 0x7f], -128],
    [[0xff, 0xff, 0xff, 0xff, 0x07], 2 ** 31 - 1],
    [[0x80, 0x80, 0x80, 0x80, 0x78], -(2 ** 31)],
    [[0xff, 0xff, 0xff, 0xff, 0x7f], -1],
  ])("reads %j as a signed %d", (bytes, value) =>
    expect(read(bytes, (reader) => reader.i32())).toEqual({ value, at: bytes.length }),
  );

  it("reads and writes 64 bits, at every bit", () => {
    const values = Array.from({ length: 64 }, (_, bit) => 1n << BigInt(bit)).flatMap((power) =>
      [power - 1n, power, power + 1n, -power, ~power].map((value) => BigInt.asIntN(64, value)),
    );
    for (const value of values) {
      const bytes = s64(value);
      expect(read(bytes, i64)).toEqual({ value, at: bytes.length });
      const writer = new Writer(1);
      writer.i64(Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));
      expect([...writer.result()]).toEqual(bytes);
    }
  });

  it("writes counts up to 2^53, and the extremes of 32 bits", () => {
    for (const value of [0, 63, 64, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1]) {
      const writer = new Writer(1);
      writer.natural(value);
      expect([...writer.result()]).toEqual(s64(BigInt(value)));
    }
    for (const value of [0, -1, 63, 64, -64, -65, 2 ** 31 - 1, -(2 ** 31)]) {
      const writer = new Writer(1);
      writer.i32(value);
      expect([...writer.result()]).toEqual(s64(BigInt(value)));
    }
  });

  it.each<[string, number[], (reader: Reader) => unknown]>([
    ["an unsigned number of six bytes", paddedU32(1, 6), (reader) => reader.u32()],
    ["a 33rd bit", [0xff, 0xff, 0xff, 0xff, 0x1f], (reader) => reader.u32()],
    [
      "a signed number whose unused bits are not its sign",
      [0xff, 0xff, 0xff, 0xff, 0x0f],
      (reader) => reader.i32(),
    ],
    ["a negative one likewise", [0x80, 0x80, 0x80, 0x80, 0x70], (reader) => reader.i32()],
    ["a signed number of six bytes", [0x80, 0x80, 0x80, 0x80, 0x80, 0x00], (reader) => reader.i32()],
    ["64 bits whose unused ones are not the sign", [...Array(9).fill(0xff), 0x01], i64],
    ["64 bits in eleven bytes", [...Array(10).fill(0x80), 0x00], i64],
  ])("refuses %s", (_, bytes, by) => expect(refusalOf(bytes, by)).toBe("LEB"));

  it("refuses a number that the bytes end in", () =>
    expect(refusalOf([0x80, 0x80], (reader) => reader.u32())).toBe("MALFORMED"));
});

const TYPE = section(SECTION.type, vec([funcType([], [I32])]));
const FUNCTION = section(SECTION.function, vec([[0]]));
const MEMORY = section(SECTION.memory, vec([[0, 1]]));
const EXPORT = section(SECTION.export, vec([exportOf("memory", 2, 0), exportOf("evaluate", 0, 0)]));
const CODE = section(SECTION.code, vec([body([0x41, 0, END])]));

describe("sections", () => {
  it("are accepted as they should be", () =>
    expect(admitted(moduleOf(TYPE, FUNCTION, MEMORY, EXPORT, CODE)).report.functions).toEqual([
      { index: 0, name: null, instructions: 2, locals: 0, fuel: expect.any(Number) },
    ]));

  it.each<[string, string, Uint8Array]>([
    ["no bytes", "MALFORMED", new Uint8Array()],
    ["another magic number", "MALFORMED", Uint8Array.from([0, 0x61, 0x73, 0x6e, 1, 0, 0, 0])],
    ["a version that is cut off", "MALFORMED", Uint8Array.from(HEADER.slice(0, 6))],
    ["a component", "NOT_VERSION_1", Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0])],
    ["a section out of order", "SECTION_ORDER", moduleOf(TYPE, MEMORY, FUNCTION, EXPORT, CODE)],
    ["a section twice", "SECTION_ORDER", moduleOf(TYPE, TYPE, FUNCTION, MEMORY, EXPORT, CODE)],
    ["an unknown section", "MALFORMED", moduleOf(TYPE, FUNCTION, MEMORY, EXPORT, CODE, section(14, []))],
    ["tags", "EXCEPTIONS", moduleOf(TYPE, section(SECTION.tag, [0]))],
    [
      "a size too large",
      "SECTION_SIZE",
      moduleOf(section(SECTION.type, vec([funcType([], [I32])]), u32(99))),
    ],
    ["a size too small", "MALFORMED", moduleOf(section(SECTION.type, vec([funcType([], [I32])]), [3]))],
    [
      "bytes left over in a section",
      "SECTION_SIZE",
      moduleOf(section(SECTION.type, [...vec([funcType([], [I32])]), 0])),
    ],
    ["trailing bytes", "MALFORMED", moduleOf(TYPE, FUNCTION, MEMORY, EXPORT, CODE, [0x55])],
    ["fewer bodies than functions", "MALFORMED", moduleOf(TYPE, FUNCTION, MEMORY, EXPORT)],
    ["more bodies than functions", "MALFORMED", moduleOf(TYPE, MEMORY, EXPORT, CODE)],
    [
      "a body longer than it says",
      "MALFORMED",
      moduleOf(TYPE, FUNCTION, MEMORY, EXPORT, section(SECTION.code, [1, 3, 0, 0x41, 0, END])),
    ],
    [
      "a body shorter than it says",
      "SECTION_SIZE",
      moduleOf(TYPE, FUNCTION, MEMORY, EXPORT, section(SECTION.code, [1, 5, 0, 0x41, 0, END, END])),
    ],
    ["a name that is no UTF-8", "UTF8", policyBytes({}, section(SECTION.custom, [1, 0xff]))],
    ["a surrogate in a name", "UTF8", policyBytes({}, section(SECTION.custom, [3, 0xed, 0xa0, 0x80]))],
    ["a name longer than its section", "MALFORMED", policyBytes({}, section(SECTION.custom, [9, 0x61]))],
    [
      "a count of data that is wrong",
      "MALFORMED",
      policyBytes({ dataCount: section(SECTION.dataCount, [1]) }),
    ],
    [
      "a count of data behind the code",
      "SECTION_ORDER",
      moduleOf(TYPE, FUNCTION, MEMORY, EXPORT, CODE, section(SECTION.dataCount, [0])),
    ],
    [
      "a memory with a second one",
      "LIMIT",
      policyBytes({
        memory: section(
          SECTION.memory,
          vec([
            [0, 1],
            [0, 1],
          ]),
        ),
      }),
    ],
    ["a reserved byte that is not zero", "MULTI_MEMORY", policyWithCode([0x3f, 1])],
    ["a reserved byte written with padding", "MULTI_MEMORY", policyWithCode([0x3f, 0x80, 0x00])],
  ])("refuse %s", (_, code, wasm) => expect(faultOf(wasm).code).toBe(code));

  it("say where a fault is", () => {
    const wasm = policyWithCode([0x41, 0, 0x43, 0, 0, 0, 0]);
    const at = wasm.indexOf(0x43, wasm.length - 6);
    expect(faultOf(wasm)).toMatchObject({ code: "FLOAT", section: "code", functionIndex: 0, offset: at });
    expect(faultOf(wasm).advice).toMatch(/^Use integers/);
  });

  it("may be custom, anywhere and many, and none comes out", () => {
    const wasm = moduleOf(
      custom("a"),
      TYPE,
      custom("a"),
      FUNCTION,
      MEMORY,
      custom("b", [1, 2]),
      EXPORT,
      CODE,
      custom("name", [9]),
    );
    const { wasm: out } = admitted(wasm);
    expect(out).toEqual(admitted(moduleOf(TYPE, FUNCTION, MEMORY, EXPORT, CODE)).wasm);
  });

  it("take names of functions for the report only, however broken", () => {
    const names = (content: number[]) =>
      admitted(policyBytes({}, custom("name", content))).report.functions[0]?.name;
    const good = [1, 4, 1, 0, ...text("f")];
    expect(names(good)).toBe("f");
    expect(names([0, 1, 0, ...good])).toBe("f");
    for (const broken of [
      [1, 4, 9, 0, ...text("f")],
      [1, 99, 1, 0, 1],
      [0, 0xff, 0xff, 0xff, 0xff, 0x0f],
      [1, 3, 1, 0, 1, 0xff],
    ])
      expect([null, "f"]).toContain(names(broken));
  });
});
