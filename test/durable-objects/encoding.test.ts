/** Base64 on workerd, where the engine's own functions do it; test/core/encoding.test.ts has the rest, in Node. */
import { describe, expect, it } from "vitest";
import { fromBase64, fromBase64Url, fromUtf8, toBase64, toBase64Url, utf8 } from "../../core/encoding.ts";

it("UTF-8 is read again after bytes that were none", () => {
  expect(() => fromUtf8(new Uint8Array([0x61, 0xc3]))).toThrow(TypeError);
  expect(fromUtf8(new Uint8Array([0xa9, 0x61]).subarray(1))).toBe("a");
  expect(() => fromUtf8(new Uint8Array([0xa9]))).toThrow(TypeError);
  expect(fromUtf8(utf8("\ufeffé😀"))).toBe("\ufeffé😀");
});

describe("base64 on workerd", () => {
  it("is the engine's own", () =>
    expect(typeof Reflect.get(Uint8Array.prototype, "toBase64")).toBe("function"));

  // RFC 4648, section 10.
  it.each([
    ["", ""],
    ["f", "Zg=="],
    ["fo", "Zm8="],
    ["foo", "Zm9v"],
    ["foobar", "Zm9vYmFy"],
  ])("of %j is %j", (text, encoded) => {
    expect(toBase64(utf8(text))).toBe(encoded);
    expect(fromBase64(encoded)).toEqual(utf8(text));
  });

  it("has one form only", () => {
    for (const text of ["Zg", "Zg=", "Zh==", "Z g==", "Zg==\n", "Zg==Zg==", "_w==", "Zm9v="])
      expect(fromBase64(text)).toBeNull();
    expect(toBase64Url(new Uint8Array([255, 239]))).toBe("_-8");
    expect(fromBase64Url("_-8")).toEqual(new Uint8Array([255, 239]));
  });

  it("comes back for every byte and length", () => {
    for (let length = 0; length < 300; length++) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 73 + length) & 255);
      expect(fromBase64(toBase64(bytes))).toEqual(bytes);
    }
  });
});
