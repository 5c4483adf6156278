/** Which settings schemas may be published, and which settings fit one. */
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../../core/json.ts";
import { SETTINGS_SCHEMA_VALUES_MAX } from "../../../core/limits.ts";
import { parsePublishable } from "../../../core/policy/publishable.ts";
import { closedSettingsSchema, settingsIssues } from "../../../core/policy/settings-schema.ts";

const closed = (more: JsonObject): JsonObject => ({ type: "object", additionalProperties: false, ...more });
const isTaken = (schema: Json): boolean => v.safeParse(closedSettingsSchema, schema).success;

describe("a settings schema that may be published", () => {
  it.each<[string, JsonObject]>([
    ["nothing", {}],
    [
      "every word",
      {
        properties: {
          a: {
            type: ["string", "null"],
            minLength: 1,
            maxLength: 9,
            enum: ["x", null],
            default: "x",
            examples: ["x"],
          },
          b: { type: "array", items: { const: 1 }, minItems: 0, maxItems: 3, title: "b", description: "c" },
          c: {
            type: "number",
            minimum: 0,
            maximum: 9,
            exclusiveMinimum: -1,
            exclusiveMaximum: 10,
            multipleOf: 0.5,
          },
          d: {
            type: "object",
            additionalProperties: { type: "integer" },
            minProperties: 1,
            maxProperties: 2,
          },
        },
        required: ["a"],
        anyOf: [{ required: ["a"] }, true],
        oneOf: [{ required: ["b"] }],
        allOf: [{ not: { required: ["z"] } }],
      },
    ],
    ["members by names that JavaScript's objects have", { properties: { constructor: { type: "string" } } }],
    ["a member by the name of a word that is not taken", { properties: { pattern: { type: "string" } } }],
  ])("has %s", (_, more) => {
    expect(isTaken(closed(more))).toBe(true);
  });

  it.each<[string, Json]>([
    ["is open", { type: "object" }],
    ["is open to a kind of member", { type: "object", additionalProperties: { type: "string" } }],
    ["is no object's", { type: "array", additionalProperties: false }],
    ["is no schema", true],
    ["has a pattern, deep down", closed({ properties: { a: { items: { not: { pattern: "a" } } } } })],
    ["has patterns of names", closed({ patternProperties: { a: {} } })],
    ["refers", closed({ properties: { a: { $ref: "#" } } })],
    ["has definitions", closed({ $defs: {} })],
    ["compares every pair", closed({ properties: { a: { uniqueItems: true } } })],
    ["has a format", closed({ properties: { a: { format: "email" } } })],
    ["has a word of another type", closed({ required: "a" })],
    ...["constructor", "prototype", "__proto__"].map((name): [string, Json] => [
      `has a pattern under the name ${name}`,
      closed({ properties: JSON.parse(`{"${name}":{"pattern":"^(a+)+$"}}`) }),
    ]),
    ["refers under the name of a constructor", closed({ properties: { constructor: { $ref: "#" } } })],
    ["divides by nothing", closed({ properties: { a: { multipleOf: 0 } } })],
    ["is too large", closed({ enum: Array.from({ length: SETTINGS_SCHEMA_VALUES_MAX }, (_, n) => n) })],
  ])("is none where it %s", (_, schema) => {
    expect(isTaken(schema)).toBe(false);
  });
});

describe("settings", () => {
  const schema = closed({
    properties: {
      terms: { type: "array", items: { type: "string", minLength: 1 } },
      "a b/%~#é": { type: "integer" },
    },
    required: ["terms"],
  });

  it.each<[JsonObject, string, RegExp]>([
    [{}, "", /Misses the required property "terms"/],
    [{ terms: "x" }, "/terms", /"type"/],
    [{ terms: ["x", ""] }, "/terms/1", /"minLength"/],
    [{ terms: [], other: 1 }, "/other", /^Unknown member\.$/],
    [{ terms: [], "a b/%~#é": 1.5 }, "/a b~1%~0#é", /"type"/],
    [JSON.parse('{"terms":[],"__proto__":1}'), "/__proto__", /^Unknown member\.$/],
    [JSON.parse('{"terms":[],"constructor":1}'), "/constructor", /^Unknown member\.$/],
  ])("%j do not fit at %s", (settings, pointer, message) => {
    expect(settingsIssues(schema, settings)).toEqual([{ pointer, message: expect.stringMatching(message) }]);
  });

  it("that fit have no issue, and no issue repeats a setting", () => {
    expect(settingsIssues(schema, { terms: ["x"] })).toEqual([]);
    const wrong = closed({ properties: { a: { const: "expected" } }, anyOf: [{ required: ["b"] }, false] });
    expect(JSON.stringify(settingsIssues(wrong, { a: "hunter2" }))).not.toContain("hunter2");
  });

  it("count by their length where they are long texts, which maxLength walks", () => {
    const allOf = Array.from({ length: 900 }, () => ({ maxLength: 1_000_000 }));
    const heavy = closed({ properties: { a: { allOf } } });
    expect(isTaken(heavy)).toBe(true);
    expect(settingsIssues(heavy, { a: "x".repeat(10_000) })).toEqual([]);
    expect(settingsIssues(heavy, { a: "x".repeat(250_000) })).toEqual([
      { pointer: "", message: "Too many values for a schema of this size." },
    ]);
  });

  it.each<[string, JsonObject, Json]>([
    ["many branches", { anyOf: Array.from({ length: 320 }, (_, n) => ({ const: `c${n}` })) }, "c319"],
    ["many names", { anyOf: [{ required: Array.from({ length: 700 }, (_, n) => `n${n}`) }, true] }, {}],
    ["many choices", { enum: Array.from({ length: 350 }, (_, n) => [n]) }, [349]],
  ])("are checked in bounded time: %s", (_, items, item) => {
    const heavy = closed({ properties: { a: { type: "array", items } } });
    expect(isTaken(heavy)).toBe(true);
    const fitting = (length: number) => ({ a: Array.from({ length }, () => item) });
    const startedAt = performance.now();
    expect(settingsIssues(heavy, fitting(680))).toEqual([]);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect(settingsIssues(heavy, fitting(18_000))).toEqual([
      { pointer: "", message: "Too many values for a schema of this size." },
    ]);
  });
});

it("a manifest may not speak as the gateway does", () => {
  const rule = { id: "FIRED", severity: "block", reason: "It fired" };
  const manifest = (more: JsonObject): JsonObject => ({
    abi: "countersign-policy/1",
    name: "mine",
    version: "1.0.0",
    description: "",
    settings: closed({}),
    rules: [rule],
    ...more,
  });
  const pointers = (more: JsonObject) => {
    const parsed = parsePublishable(manifest(more));
    return parsed.ok ? [] : parsed.fault.issues.map(({ pointer }) => pointer);
  };
  expect(pointers({})).toEqual([]);
  expect(pointers({ name: "countersign" })).toEqual(["/name"]);
  expect(pointers({ rules: [rule, { ...rule, id: "POLICY_TRAPPED" }, rule] })).toEqual([
    "/rules/1/id",
    "/rules/2/id",
  ]);
});
