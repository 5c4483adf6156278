/** Modules that the benchmark makes of others are what its figures claim them to be. */
import { describe, expect, it } from "vitest";
import { metered, rawModule } from "../../bench/wasm/build.ts";
import { MICRO } from "../../bench/wasm/micro.ts";
import { repeated, unmetered, withMark, withoutData } from "../../bench/wasm/sections.ts";
import { decode } from "../../core/policy/wasm/decode.ts";
import { Reader } from "../../core/policy/wasm/reader.ts";
import { assemble } from "../harness/wat.ts";

const pii = rawModule("pii");
const codeOf = (wasm: Uint8Array): Uint16Array => {
  const { code } = decode(new Reader(wasm)).module;
  return code.opcode.slice(0, code.count);
};

describe("unmetered", () => {
  it("has the code as compiled, and every mutable global exported", () => {
    const made = unmetered(pii, 3);
    const { globals } = decode(new Reader(pii)).module;
    const module = decode(new Reader(made)).module;
    const exported = module.exports.filter(({ name }) => name.startsWith("__cs_g")).map(({ index }) => index);
    expect(WebAssembly.validate(made)).toBe(true);
    expect(codeOf(made)).toEqual(codeOf(pii));
    expect(exported).toEqual([...globals.keys()].filter((index) => globals[index]?.mutable));
    expect(exported.length).toBeGreaterThan(0);
    expect(module.memory?.min).toBe(3);
  });
});

describe("repeated", () => {
  it.each([100_000, 900_000])("has at most %i bytes, not many fewer, and is admitted", (size) => {
    const made = repeated(rawModule("risk"), size);
    expect(made.length).toBeLessThanOrEqual(size);
    expect(made.length).toBeGreaterThan(size * 0.8);
    expect(WebAssembly.validate(metered(made, 2))).toBe(true);
  });
});

it("a mark changes the module's hash and not what runs", () => {
  const [one, two] = [withMark(pii, "1"), withMark(pii, "2")];
  expect(one).not.toEqual(two);
  expect(metered(one, 2)).toEqual(metered(two, 2));
});

it("a module without its data is admitted", () => {
  expect(WebAssembly.validate(metered(withoutData(rawModule("echo")), 2))).toBe(true);
});

it.each(Object.entries(MICRO))("%s is admitted", (_, wat) => {
  expect(WebAssembly.validate(metered(assemble(wat), 1))).toBe(true);
});
