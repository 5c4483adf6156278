import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import canonicalize from "canonicalize";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../core/canonical-json.ts";
import { utf8 } from "../../core/encoding.ts";
import { type Json, parseIJson } from "../../core/json.ts";

const LIMITS = { bytesMax: 1e7, depthMax: 64, valuesMax: 1e6 };
const VECTORS = join(import.meta.dirname, "../../../shared/vectors/jcs");

describe("RFC 8785's own vectors", () => {
  const names = existsSync(VECTORS) ? readdirSync(join(VECTORS, "input")) : [];
  it("are here", ({ skip }) => {
    if (names.length === 0) skip(`SKIPPED: no RFC 8785 vectors at ${VECTORS}`);
    expect(names).toContain("weird.json");
  });
  it.each(names)("%s, byte for byte", (name) => {
    const input = parseIJson(readFileSync(join(VECTORS, "input", name)), LIMITS);
    // values.json and structures.json hold integers beyond 2^53, which ingest refuses: they are read as JSON.parse reads them.
    const value: Json = input.ok
      ? input.value
      : JSON.parse(readFileSync(join(VECTORS, "input", name), "utf8"));
    expect(canonicalJson(value)).toBe(readFileSync(join(VECTORS, "output", name), "utf8").trimEnd());
  });
});

describe("canonicalJson", () => {
  it.each<[Json, string]>([
    [-0, "0"],
    [1e21, "1e+21"],
    [1e-7, "1e-7"],
    [0.1 + 0.2, "0.30000000000000004"],
    ["\u2028\u007f</\u0001", '"\u2028\u007f</\\u0001"'],
    [
      { "\ud83d\ude00": 1, "\ufb33": 2, a: 3, "": 4, "10": 5, "9": 6 },
      '{"":4,"10":5,"9":6,"a":3,"😀":1,"\ufb33":2}',
    ],
  ])("of %j is %s", (value, text) => expect(canonicalJson(value)).toBe(text));

  it("keeps members with the names of Object.prototype", () => {
    const parsed = parseIJson(utf8('{"toJSON":1,"constructor":2,"__proto__":{"b":1}}'), LIMITS);
    expect(parsed.ok && canonicalJson(parsed.value)).toBe('{"__proto__":{"b":1},"constructor":2,"toJSON":1}');
  });

  it.each([[{ a: Number.NaN }], [Number.POSITIVE_INFINITY], ["\ud800"], [{ "\udc00": 1 }]])(
    "throws on %j",
    (value) => {
      expect(() => canonicalJson(value as Json)).toThrow();
    },
  );

  it("is what the reference implementation writes, in whatever order members come, and leaves them in it", () => {
    const names = fc.oneof(
      fc.string(),
      fc.constantFrom("a", "b", "10", "9", "__proto__", "toJSON", "é", "\u{1f600}", "\ufb33"),
    );
    const { value } = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom<Json>(null, true, -0, 1e21, 0.1, "\ud83d\ude00", "a\u2028"),
        fc.string(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(names, tie("value"), { maxKeys: 6 }),
      ),
    }));
    fc.assert(
      fc.property(value, (json) => {
        const before = JSON.stringify(json);
        expect(canonicalJson(json)).toBe(canonicalize(json));
        expect(JSON.stringify(json)).toBe(before);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([63, 64, 65, 2_000])("of arrays %i deep", (depth) => {
    let json: Json = 1;
    for (let i = 0; i < depth; i++) json = [json];
    expect(canonicalJson(json)).toBe(`${"[".repeat(depth)}1${"]".repeat(depth)}`);
  });

  it("is a fixed point, whatever the order of members", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (generated) => {
        const value = JSON.parse(JSON.stringify(generated)) as Json;
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        const reversed = (json: Json): Json =>
          Array.isArray(json)
            ? json.map(reversed)
            : json !== null && typeof json === "object"
              ? Object.fromEntries(
                  Object.entries(json)
                    .reverse()
                    .map(([name, item]) => [name, reversed(item)]),
                )
              : json;
        expect(canonicalJson(reversed(value))).toBe(text);
      }),
    );
  });
});
