import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  fromBase64,
  fromBase64Url,
  fromUtf8,
  toBase62,
  toBase64,
  toBase64Url,
  toHex,
  utf8,
} from "../../core/encoding.ts";

const bytes = fc.uint8Array({ maxLength: 200 });

describe("base64", () => {
  it("is RFC 4648's (section 10), and Node's", () => {
    const pairs = {
      "": "",
      f: "Zg==",
      fo: "Zm8=",
      foo: "Zm9v",
      foob: "Zm9vYg==",
      fooba: "Zm9vYmE=",
      foobar: "Zm9vYmFy",
    };
    for (const [text, encoded] of Object.entries(pairs)) expect(toBase64(utf8(text))).toBe(encoded);
    fc.assert(
      fc.property(bytes, (data) => {
        expect(toBase64(data)).toBe(Buffer.from(data).toString("base64"));
        expect(fromBase64(toBase64(data))).toEqual(data);
        expect(toBase64Url(data)).toBe(Buffer.from(data).toString("base64url"));
        expect(fromBase64Url(toBase64Url(data))).toEqual(data);
      }),
    );
    const large = new Uint8Array(100_000).fill(0xfb);
    expect(fromBase64(toBase64(large))).toEqual(large);
  });

  it.each([
    "Zg",
    "Zg=",
    "Zh==",
    "Zg== ",
    " Zg==",
    "Z\ng==",
    "Zg===",
    "Z",
    "_w==",
    "Zm9=",
    "====",
    "Zm9v\u0000",
  ])("has one text for some bytes, and %j is not it", (text) => expect(fromBase64(text)).toBeNull());
  it.each(["Zg==", "Zh", "A", "+w", "/w", "Zg\n", "Z g", "é"])("nor is %j in base64url", (text) => {
    expect(fromBase64Url(text)).toBeNull();
  });
});

describe("UTF-8", () => {
  it("keeps a BOM and refuses what is not UTF-8", () => {
    expect(fromUtf8(new Uint8Array([0xef, 0xbb, 0xbf, 0x61]))).toBe("\ufeffa");
    expect(() => fromUtf8(new Uint8Array([0xff]))).toThrow(TypeError);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        fc.pre(text.isWellFormed());
        expect(fromUtf8(utf8(text))).toBe(text);
      }),
    );
  });
});

it("toHex has two digits a byte", () => expect(toHex(new Uint8Array([0, 10, 255]))).toBe("000aff"));

describe("base62", () => {
  it("is the number in base 62, in so many digits", () => {
    expect(toBase62(new Uint8Array([61]), 2)).toBe("0z");
    expect(toBase62(new Uint8Array([62]), 2)).toBe("10");
    expect(toBase62(new Uint8Array([1, 0]), 4)).toBe("0048");
    expect(toBase62(new Uint8Array(), 3)).toBe("000");
  });
  it("is what a bigint's digits are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 60 }), (bytes, length) => {
        let number = BigInt(`0x0${toHex(bytes)}`);
        const digits = Array.from({ length }, () => {
          const digit = Number(number % 62n);
          number /= 62n;
          return toBase62(new Uint8Array([digit]), 1);
        });
        expect(toBase62(bytes, length)).toBe(digits.reverse().join(""));
      }),
    );
  });
  it("differs for different bytes where the digits suffice", () => {
    const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(sixteen, sixteen, (a, b) => {
        expect(toBase62(a, 22) === toBase62(b, 22)).toBe(toHex(a) === toHex(b));
      }),
    );
  });
});
