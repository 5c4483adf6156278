import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../core/json.ts";
import { stringsOf, valueAt } from "../../../core/json-pointer.ts";
import {
  REDACT_METHODS,
  type Redaction,
  type RedactMethod,
  redact as redactWith,
} from "../../../core/policy/obligation.ts";

const span = (
  start: number,
  end: number,
  method: RedactMethod = "mask",
  over: Partial<Redaction> = {},
): Redaction => ({
  rule: "RULE",
  method,
  pointer: "/text",
  start,
  end,
  ...over,
});
const SALT = new Uint8Array(32).fill(7);
const redact = (payload: JsonObject, spans: readonly Redaction[], salt: Uint8Array = SALT) =>
  redactWith(payload, spans, salt);
const redacted = (text: string, ...spans: Redaction[]) => redact({ text }, spans).text;

/** As docs/spec/policy.md has it. */
const HASH = createHash("sha256")
  .update("countersign/redaction/1\n")
  .update(SALT)
  .update("123-45-6789")
  .digest("hex")
  .slice(0, 16);

describe("each method", () => {
  const text = "Call 123-45-6789 now";
  it.each([
    ["mask", "Call ***-**-**** now"],
    ["mask_keep_4", "Call ***-**-6789 now"],
    ["hash", `Call [RULE:${HASH}] now`],
    ["replace", "Call [RULE] now"],
    ["remove", "Call  now"],
  ] as const)("%s", (method, expected) => {
    expect(redacted(text, span(5, 16, method))).toBe(expected);
  });

  it("keeps none of what four characters would be most of", () => {
    expect(redacted("1234567", span(0, 7, "mask_keep_4"))).toBe("*******");
    expect(redacted("12345678", span(0, 8, "mask_keep_4"))).toBe("****5678");
    // Punctuation is no part of what is counted.
    expect(redacted("12-34-56-7", span(0, 10, "mask_keep_4"))).toBe("**-**-**-*");
  });

  it("hashes the same text to the same within an action, and to another in another", () => {
    const spans = [span(0, 3, "hash"), span(4, 7, "hash"), span(8, 11, "hash")];
    const of = (salt: Uint8Array) => String(redact({ text: "Ada Ada Eve" }, spans, salt).text).split(" ");
    const [first, second, third] = of(SALT);
    expect(first).toBe(second);
    expect(new Set([first, third, ...of(new Uint8Array(32))]).size).toBe(4);
  });

  it("masks both halves of a surrogate pair, and keeps none of one", () => {
    expect(redacted("abcdef😀", span(0, 8, "mask_keep_4"))).toBe("****ef**");
  });
});

describe("several spans", () => {
  it("that overlap are one, under the stronger method and the first rule", () => {
    const spans = [span(0, 6, "mask", { rule: "A" }), span(4, 9, "replace", { rule: "B" })];
    expect(redacted("0123456789", ...spans)).toBe("[A]9");
    expect(redacted("0123456789", ...spans.toReversed())).toBe("[A]9");
  });

  it("that only touch are two", () => {
    expect(
      redacted("0123456789", span(0, 5, "replace", { rule: "A" }), span(5, 10, "replace", { rule: "B" })),
    ).toBe("[A][B]");
  });

  it("in several strings change each of them, and nothing else", () => {
    const payload = { a: "one two", list: ["x", "three", { deep: "four" }], n: 12, same: "one two" };
    const changed = redact(payload, [
      span(0, 3, "mask", { pointer: "/a" }),
      span(0, 5, "remove", { pointer: "/list/1" }),
      span(1, 3, "replace", { pointer: "/list/2/deep" }),
    ]);
    expect(changed).toEqual({ a: "*** two", list: ["x", "", { deep: "f[RULE]r" }], n: 12, same: "one two" });
    expect(payload.a).toBe("one two");
  });

  it("under names that have to be escaped, or mean something else elsewhere", () => {
    const payload = JSON.parse(
      '{"a/b":"12","m~n":"34","":"56","__proto__":"78","o":{"__proto__":{"x":"90"}},"~1":"ab"}',
    ) as JsonObject;
    const pointers = ["/a~1b", "/m~0n", "/", "/__proto__", "/o/__proto__/x", "/~01"];
    const changed = redact(
      payload,
      pointers.map((pointer) => span(0, 2, "mask", { pointer })),
    );
    expect(JSON.stringify(changed)).toBe(
      '{"a/b":"**","m~n":"**","":"**","__proto__":"**","o":{"__proto__":{"x":"**"}},"~1":"**"}',
    );
    expect(Object.getPrototypeOf(changed)).toBe(Object.prototype);
    expect(({} as { x?: string }).x).toBeUndefined();
  });

  it("that point to no string are a mistake, never a silent pass", () => {
    for (const pointer of ["/none", "/n", "text", "/text/0"])
      expect(() => redact({ text: "abc", n: 1 }, [span(0, 1, "mask", { pointer })])).toThrow();
  });
});

// --- properties ---------------------------------------------------------------

const name = fc.oneof(
  fc.constantFrom("a", "b", "a/b", "m~n", "~0", "", "__proto__", "constructor", "0"),
  fc.string({ maxLength: 3 }),
);
const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: "grapheme", maxLength: 24 }),
    fc.integer(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.array(fc.tuple(name, tie("value")), { maxLength: 3 }).map((members) => Object.fromEntries(members)),
  ),
}));
const payloads = fc
  .array(fc.tuple(name, anyValue), { minLength: 1, maxLength: 4 })
  .map((members) => Object.fromEntries(members) as JsonObject);

/** Spans as the gate lets them through: within the string, and never through a surrogate pair. */
const cases = payloads.chain((payload) => {
  const strings = [...stringsOf(payload)].filter(({ text }) => text.length > 0);
  if (strings.length === 0) return fc.constant({ payload, spans: [] as Redaction[] });
  const one = fc.constantFrom(...strings).chain(({ pointer, text }) => {
    const bounds = [...Array(text.length + 1).keys()].filter(
      (at) => !/^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(Math.max(at - 1, 0), at + 1)),
    );
    return fc
      .tuple(
        fc.nat(bounds.length - 2),
        fc.nat(bounds.length - 2),
        fc.constantFrom(...REDACT_METHODS),
        fc.constantFrom("A", "B"),
      )
      .map(([one, other, method, rule]): Redaction => {
        const [first, last] = [Math.min(one, other), Math.max(one, other) + 1];
        return { pointer, method, rule, start: bounds[first] ?? 0, end: bounds[last] ?? text.length };
      });
  });
  return fc.record({ payload: fc.constant(payload), spans: fc.array(one, { maxLength: 6 }) });
});

describe("whatever the payload and the spans", () => {
  it("their order does not matter", () => {
    fc.assert(
      fc.property(
        cases.chain((one) =>
          fc.tuple(fc.constant(one), fc.shuffledSubarray(one.spans, { minLength: one.spans.length })),
        ),
        ([{ payload, spans }, shuffled]) => {
          expect(JSON.stringify(redact(payload, shuffled))).toBe(JSON.stringify(redact(payload, spans)));
        },
      ),
    );
  });

  it("text outside of them stays, and of text within only what the method keeps", () => {
    fc.assert(
      fc.property(cases, ({ payload, spans }) => {
        const changed = redact(payload, spans);
        for (const { pointer, text } of stringsOf(payload)) {
          const own = spans.filter((one) => one.pointer === pointer);
          const result = valueAt(changed, pointer) as string;
          const covered = (at: number) => own.some(({ start, end }) => at >= start && at < end);
          const outside = text
            .split("")
            .filter((_, at) => !covered(at))
            .join("");
          if (own.every(({ method }) => method === "remove")) expect(result).toBe(outside);
          if (own.length > 0 && own.every(({ method }) => method.startsWith("mask"))) {
            // Nothing moves: each place is as it was, or an asterisk, or one of the last four that may be kept.
            expect(result.length).toBe(text.length);
            for (let at = 0; at < text.length; at++) if (!covered(at)) expect(result[at]).toBe(text[at]);
          }
          if (own.length > 0 && own.every(({ method }) => method === "mask")) {
            for (let at = 0; at < text.length; at++)
              if (covered(at) && !/[ -/:-@[-`{-~]/.test(text[at] ?? "")) expect(result[at]).toBe("*");
          }
        }
      }),
    );
  });

  it("no more than four characters of a joined span are kept, and none of a short one", () => {
    const secret = fc.string({ unit: fc.constantFrom(..."0123456789abcdefgh"), minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(secret, fc.string({ maxLength: 5 }), (hidden, before) => {
        const text = `${before}${hidden}`;
        const result = redacted(text, span(before.length, text.length, "mask_keep_4")) as string;
        const kept = result.slice(before.length).replaceAll("*", "");
        expect(kept).toBe(hidden.length >= 8 ? hidden.slice(-4) : "");
      }),
    );
  });

  it("structure, names and everything that is no string stay as they are", () => {
    const shape = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value), (_, item) => (typeof item === "string" ? "" : item));
    fc.assert(
      fc.property(cases, ({ payload, spans }) => {
        expect(JSON.stringify(shape(redact(payload, spans)))).toBe(JSON.stringify(shape(payload)));
      }),
    );
  });

  it("the payload itself is not touched", () => {
    fc.assert(
      fc.property(cases, ({ payload, spans }) => {
        const before = JSON.stringify(payload);
        redact(payload, spans);
        expect(JSON.stringify(payload)).toBe(before);
      }),
    );
  });
});
