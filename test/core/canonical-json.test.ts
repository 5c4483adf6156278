import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import canonicalize from "canonicalize";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, readCanonical } from "../../core/canonical-json.ts";
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

/** Values with the names that objects do not keep in order, or have of their prototype. */
const awkward = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.jsonValue({ depthSize: "small" }),
    fc.string({ unit: "binary" }),
    fc.double(),
    fc.array(tie("value"), { maxLength: 4 }),
    fc
      .array(
        fc.tuple(
          fc.oneof(
            fc.constantFrom("10", "9", "", "toJSON", "__proto__", "constructor", "\ufb33", "😀"),
            fc.string(),
          ),
          tie("value"),
        ),
        { maxLength: 6 },
      )
      .map((members) => Object.fromEntries(members)),
  ),
})).value as fc.Arbitrary<Json>;

describe("the platform's own writer", () => {
  it("writes what the writer in script writes, and throws where that does", () => {
    const outcome = (write: () => string | undefined) => {
      try {
        return write();
      } catch {
        return "threw";
      }
    };
    fc.assert(
      fc.property(awkward, (value) => {
        expect(outcome(() => canonicalJson(value))).toBe(outcome(() => canonicalize(value)));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("readCanonical", () => {
  it("reads what is canonical, but for what may not be", () => {
    const text = '{"a":[1,-0.5,1e-7,null,true],"b":{"é":"x\\n"},"c":"😀"}';
    expect(readCanonical(text, LIMITS)).toEqual(JSON.parse(text));
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const canonical = canonicalJson(JSON.parse(JSON.stringify(value)) as Json);
        const read = readCanonical(canonical, LIMITS);
        if (read !== undefined) expect(canonicalJson(read)).toBe(canonical);
      }),
    );
  });

  /** Pieces that make texts which are nearly JSON, nearly canonical, or both. */
  const piece = fc.constantFrom(
    ...[
      '{"a":1}',
      '{"b":2,"a":1}',
      '{"a":1,"a":2}',
      '{"10":1,"9":2}',
      '{"toJSON":1}',
      '{"__proto__":1}',
      "[",
      "]",
      "{",
      "}",
    ],
    ...[
      ",",
      ":",
      '"a"',
      '"\\ud800"',
      '"\\u0061"',
      '"\ud800"',
      " ",
      "1.0",
      "1e5",
      "1e400",
      "1e-400",
      "-0",
      "9007199254740993",
    ],
    ...[
      "123456789012345678",
      "1E5",
      "01",
      "null",
      "nul",
      "\u2028",
      '"\\/"',
      "\ufeff",
      "[".repeat(70) + "]".repeat(70),
    ],
  );
  it("reads nothing that the strict parser refuses or that is not canonical", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const text = pieces.join("");
        const read = readCanonical(text, LIMITS);
        if (read === undefined) return;
        const strict = parseIJson(utf8(text), LIMITS);
        expect(strict.ok && canonicalJson(strict.value)).toBe(text);
        expect(strict.ok && strict.value).toEqual(read);
      }),
      { numRuns: 20_000 },
    );
  });
});
