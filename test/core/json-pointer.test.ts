import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../core/json.ts";
import { pointerToken, stringsOf, valueAt } from "../../core/json-pointer.ts";

/** RFC 6901 section 5. */
const RFC: Json = {
  foo: ["bar", "baz"],
  "": 0,
  "a/b": 1,
  "c%d": 2,
  "e^f": 3,
  "g|h": 4,
  "i\\j": 5,
  'k"l': 6,
  " ": 7,
  "m~n": 8,
};

describe("valueAt", () => {
  it.each<[string, Json]>([
    ["", RFC],
    ["/foo", ["bar", "baz"]],
    ["/foo/0", "bar"],
    ["/", 0],
    ["/a~1b", 1],
    ["/c%d", 2],
    ["/e^f", 3],
    ["/g|h", 4],
    ["/i\\j", 5],
    ['/k"l', 6],
    ["/ ", 7],
    ["/m~0n", 8],
  ])("finds RFC 6901's %j", (pointer, value) => expect(valueAt(RFC, pointer)).toEqual(value));

  it.each([
    "foo",
    "#/foo",
    "/nothing",
    "/foo/2",
    "/foo/-",
    "/foo/-1",
    "/foo/00",
    "/foo/01",
    "/foo/1e0",
    "/foo/length",
    "/foo/0/0",
    "/m~n",
    "/m~2n",
    "/m~",
    "/foo/9999999999",
    "/toString",
    "/constructor",
    "/__proto__",
    "/foo/__proto__",
    "//",
  ])("finds nothing at %j", (pointer) => expect(valueAt(RFC, pointer)).toBeUndefined());

  it("does not unescape twice", () => expect(valueAt({ "~1": "x", "/": "y" }, "/~01")).toBe("x"));
});

describe("stringsOf", () => {
  it("names every string by a pointer that finds it, in document order", () => {
    expect([...stringsOf({ a: ["x", { "b/c~": "y" }], d: 1, "": "z" })]).toEqual([
      { pointer: "/a/0", text: "x" },
      { pointer: "/a/1/b~1c~0", text: "y" },
      { pointer: "/", text: "z" },
    ]);
    fc.assert(
      fc.property(fc.jsonValue(), (generated) => {
        const value = JSON.parse(JSON.stringify(generated)) as Json;
        for (const { pointer, text } of stringsOf(value)) expect(valueAt(value, pointer)).toBe(text);
      }),
    );
  });
  it("leaves out what stands in a twin at the same place, and nothing else", () => {
    const root = { a: "x", b: ["x", "y"], c: { d: "z" }, constructor: "c" };
    expect([...stringsOf(root, { a: "x", b: { 0: "x" }, c: "z", e: "y" })]).toEqual([
      { pointer: "/b/1", text: "y" },
      { pointer: "/c/d", text: "z" },
      { pointer: "/constructor", text: "c" },
    ]);
  });
  it("starts below a given pointer", () => {
    expect([...stringsOf("x", undefined, "/p")]).toEqual([{ pointer: "/p", text: "x" }]);
    expect(pointerToken("~/")).toBe("~0~1");
  });
});
