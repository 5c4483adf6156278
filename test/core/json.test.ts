import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { utf8 } from "../../core/encoding.ts";
import { type JsonFaultCode, type JsonLimits, parseIJson } from "../../core/json.ts";

const LIMITS: JsonLimits = { bytesMax: 10_000, depthMax: 8, valuesMax: 500 };
const parse = (text: string, limits = LIMITS) => parseIJson(utf8(text), limits);

describe("parseIJson refuses", () => {
  it.each<[JsonFaultCode, string, number]>([
    ["json_syntax", "", 0],
    ["json_syntax", "   ", 3],
    ["json_syntax", "nul", 0],
    ["json_syntax", "NaN", 0],
    ["json_syntax", "Infinity", 0],
    ["json_syntax", "-", 0],
    ["json_syntax", "+1", 0],
    ["json_syntax", "01", 1],
    ["json_syntax", "1.", 1],
    ["json_syntax", ".5", 0],
    ["json_syntax", "1e", 1],
    ["json_syntax", "0x10", 1],
    ["json_syntax", "1 2", 2],
    ["json_syntax", "[1,]", 3],
    ["json_syntax", "[1 2]", 3],
    ["json_syntax", "[", 1],
    ["json_syntax", '{"a" 1}', 5],
    ["json_syntax", '{"a":1,}', 7],
    ["json_syntax", "{a:1}", 1],
    ["json_syntax", "{'a':1}", 1],
    ["json_syntax", '{"a":1', 6],
    ["json_syntax", '"abc', 4],
    ["json_syntax", '"a\nb"', 2],
    ["json_syntax", '"a\u0000b"', 2],
    ["json_syntax", '"\\x"', 1],
    ["json_syntax", '"\\u12G4"', 1],
    ["json_syntax", '"\\u12', 1],
    ["json_syntax", '"\\', 1],
    ["json_syntax", "\ufeff{}", 0],
    ["json_syntax", "\u00a0{}", 0],
    ["json_syntax", "// a\n1", 0],
    ["json_duplicate_key", '{"a":1,"a":1}', 7],
    ["json_duplicate_key", '{"a":1,"\\u0061":1}', 7],
    ["json_duplicate_key", '{"x":{"__proto__":1, "__proto__":2}}', 21],
    ["json_lone_surrogate", '["\\ud800"]', 1],
    ["json_lone_surrogate", '"\\udc00\\ud800"', 0],
    ["json_lone_surrogate", '{"\\ud800":1}', 1],
    ["json_unsafe_integer", "9007199254740992", 0],
    ["json_unsafe_integer", "[1,-9007199254740993]", 3],
    ["json_unsafe_integer", "1e300", 0],
    ["json_number_range", "[1e400]", 1],
    ["json_number_range", "-1e400", 0],
    ["json_too_deep", "[".repeat(10) + "]".repeat(10), 9],
    ["json_too_many_values", `[${"0,".repeat(600)}0]`, 999],
  ])("%s: %j at %i", (code, text, offset) => {
    const result = parse(text);
    expect(result.ok ? result.value : [result.fault.code, result.fault.offset]).toEqual([code, offset]);
  });

  it("json_too_large, before it reads any of it", () => {
    const result = parseIJson(new Uint8Array(11), { ...LIMITS, bytesMax: 10 });
    expect(result).toMatchObject({ ok: false, fault: { code: "json_too_large", offset: 0 } });
    expect(parse('"12345678"', { ...LIMITS, bytesMax: 10 }).ok).toBe(true);
  });

  it.each([
    ["a stray continuation byte", [0x22, 0x80, 0x22]],
    ["an overlong form", [0x22, 0xc0, 0xaf, 0x22]],
    ["an encoded surrogate", [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ["a cut-off sequence", [0x22, 0xe2, 0x82]],
    ["UTF-16", [0xff, 0xfe, 0x22, 0x00]],
  ])("json_invalid_utf8: %s", (_, bytes) => {
    expect(parseIJson(new Uint8Array(bytes), LIMITS)).toMatchObject({
      ok: false,
      fault: { code: "json_invalid_utf8" },
    });
  });

  it("without repeating what it read", () => {
    for (const text of [
      '{"hunter2":1,"hunter2":2}',
      '["hunter2',
      '{"hunter2" 1}',
      '"hunter2\\ud800"',
      '"hunter2\\q"',
    ]) {
      const result = parse(text);
      expect(result.ok ? "" : result.fault.detail).not.toMatch(/hunter|^$/);
    }
  });
});

describe("parseIJson accepts", () => {
  it.each([
    "0",
    "-0",
    "1.5e-7",
    "1E+2",
    "9007199254740991",
    "-9007199254740991",
    "5e-324",
    "1.7976931348623157e308".replace("e308", "e15"),
    '""',
    '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9"',
    '"\\ud83d\\ude00"',
    '"😀\u007f\u2028\u2029"',
    "[]",
    "{}",
    " \t\r\n[ 1 , 2 ] ",
    '{"":{"":[]}}',
    '{"b":1,"a":2,"10":3,"9":4}',
    "true",
    "false",
    "null",
  ])("%j, as JSON.parse reads it", (text) => {
    expect(parse(text)).toEqual({ ok: true, value: JSON.parse(text) });
  });

  it("nesting to the limit, and values to the limit", () => {
    expect(parse("[".repeat(9) + "]".repeat(9)).ok).toBe(true);
    expect(parse(`[${"0,".repeat(498)}0]`).ok).toBe(true);
  });

  it("whatever JSON.stringify writes, as the same value", () => {
    const wide: JsonLimits = { bytesMax: 1e7, depthMax: 100, valuesMax: 1e6 };
    fc.assert(
      fc.property(
        fc.jsonValue({ noUnicodeString: false }),
        fc.constantFrom(undefined, 2, "\t"),
        (value, indent) => {
          const text = JSON.stringify(value, null, indent);
          const expected = JSON.parse(text);
          const unsafe = /"(?:[^"\\]|\\.)*"|(-?\d[\d.eE+-]*)/g;
          const numbers = [...text.matchAll(unsafe)].map(([, number]) => Number(number ?? 0));
          fc.pre(numbers.every((number) => !Number.isInteger(number) || Number.isSafeInteger(number)));
          const result = parse(text, wide);
          expect(result).toEqual({ ok: true, value: expected });
        },
      ),
    );
  });

  it("nothing that JSON.parse refuses, however a text is damaged", () => {
    const text = '{"a":[1,-2.5e3,"x\\n\\u00e9",true,null],"b":{"c":{}}}';
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ maxLength: 2 }), fc.nat(2), (at, insert, cut) => {
        const damaged = text.slice(0, at) + insert + text.slice(at + cut);
        const ours = parse(damaged);
        if (ours.ok) expect(ours.value).toEqual(JSON.parse(damaged));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("members with the names of Object.prototype", () => {
  it("are members, and change no prototype", () => {
    const result = parse('{"__proto__":{"polluted":true},"constructor":1,"toString":2}');
    const value = result.ok ? (result.value as object) : {};
    expect(Object.keys(value)).toEqual(["__proto__", "constructor", "toString"]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect("polluted" in value).toBe(false);
    expect(JSON.stringify(value)).toBe('{"__proto__":{"polluted":true},"constructor":1,"toString":2}');
  });
});
