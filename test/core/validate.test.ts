import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { parseAction } from "../../core/action.ts";
import type { Json } from "../../core/json.ts";
import { validate } from "../../core/validate.ts";

const SECRET = "hunter2-4111111111111111";
const messages = (result: ReturnType<typeof validate> | ReturnType<typeof parseAction>): string =>
  result.ok ? "" : result.fault.issues.map(({ message }) => message).join(" ");

describe("validate", () => {
  it("names each place, and says what was expected", () => {
    const schema = v.strictObject({ a: v.array(v.strictObject({ "b/c": v.string() })), d: v.number() });
    expect(validate(schema, { a: [{ "b/c": 1 }, {}], d: "x", e: 1 })).toEqual({
      ok: false,
      fault: {
        code: "invalid_request",
        issues: [
          { pointer: "/a/0/b~1c", message: "Expected string." },
          { pointer: "/a/1/b~1c", message: "Required." },
          { pointer: "/d", message: "Expected number." },
          { pointer: "/e", message: "Unknown member." },
        ],
      },
    });
  });

  it("stops at ten", () => {
    const result = validate(v.array(v.string()), Array(50).fill(1));
    expect(result.ok ? 0 : result.fault.issues.length).toBe(10);
  });

  it.each<[string, v.GenericSchema]>([
    ["string", v.pipe(v.string(), v.maxLength(3))],
    ["regex", v.pipe(v.string(), v.regex(/^x$/))],
    ["number", v.number()],
    ["literal", v.literal("x")],
    ["picklist", v.picklist(["x", "y"])],
    ["array", v.array(v.string())],
    ["object", v.strictObject({})],
    ["null", v.null()],
    ["union", v.union([v.number(), v.literal("x")])],
    ["record", v.record(v.string(), v.string())],
    [
      "check",
      v.pipe(
        v.string(),
        v.check(() => false),
      ),
    ],
    ["custom", v.custom(() => false)],
    ["email", v.pipe(v.string(), v.email())],
    ["url", v.pipe(v.string(), v.url())],
    ["starts", v.pipe(v.string(), v.startsWith("x"))],
    ["value", v.pipe(v.string(), v.value("x"))],
    ["length", v.pipe(v.string(), v.length(2))],
    ["iso", v.pipe(v.string(), v.isoTimestamp())],
  ])("never repeats the value received: %s", (_, schema) => {
    const text = messages(validate(schema, SECRET));
    expect(text).not.toContain("hunter2");
    expect(text).not.toMatch(/received/i);
    expect(text.length).toBeGreaterThan(3);
  });

  it("never repeats any value, wherever it stands in an action", () => {
    const secret = fc.constantFrom<Json>(SECRET, [SECRET], { [SECRET]: SECRET }, 4111111111111111);
    const members = [
      "surface",
      "tool",
      "target",
      "payload",
      "resource",
      "intent",
      "compensation",
      "context",
      "labels",
      "facts",
    ];
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...members), secret),
        fc.dictionary(fc.constantFrom(...members), secret),
        (action, context) => {
          const text = messages(parseAction({ action, context } as Json));
          expect(text).not.toMatch(/hunter2|4111/);
        },
      ),
    );
  });
});
