/**
 * The JSON Schema of a policy's settings: which words a published manifest may use in it, and whether settings fit.
 *
 * It is checked in the gate, outside of any meter, so it has no word whose cost is not bounded by the sizes of schema and
 * settings: no `pattern` (backtracking), no `$ref` (recursion), no `uniqueItems` (every pair). A policy checks such things
 * in `configure`, where they cost fuel.
 */
import { type OutputUnit, type Schema, Validator } from "@cfworker/json-schema";
import * as v from "valibot";
import type { Json, JsonObject } from "../json.ts";
import { SETTINGS_CHECKS_MAX, SETTINGS_SCHEMA_VALUES_MAX } from "../limits.ts";
import { type InvalidIssue, jsonObject } from "../validate.ts";

const schema: v.GenericSchema<unknown> = v.lazy(() => v.union([v.boolean(), v.strictObject(words)]));
const subschemas = v.pipe(v.array(schema), v.minLength(1));
/** Not `v.record`: it passes over members named `constructor`, `prototype` and `__proto__` without a look at them. */
const namedSchemas = v.pipe(
  jsonObject,
  v.transform((members): Map<string, unknown> => new Map(Object.entries(members))),
  v.map(v.string(), schema),
);
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const text = v.string();
const anything = v.any();
const TYPES = ["object", "array", "string", "number", "integer", "boolean", "null"] as const;

const words = {
  type: v.optional(v.union([v.picklist(TYPES), v.pipe(v.array(v.picklist(TYPES)), v.minLength(1))])),
  enum: v.optional(v.pipe(v.array(anything), v.minLength(1))),
  const: v.optional(anything),
  properties: v.optional(namedSchemas),
  required: v.optional(v.array(text)),
  additionalProperties: v.optional(schema),
  minProperties: v.optional(count),
  maxProperties: v.optional(count),
  items: v.optional(schema),
  minItems: v.optional(count),
  maxItems: v.optional(count),
  minLength: v.optional(count),
  maxLength: v.optional(count),
  minimum: v.optional(v.number()),
  maximum: v.optional(v.number()),
  exclusiveMinimum: v.optional(v.number()),
  exclusiveMaximum: v.optional(v.number()),
  multipleOf: v.optional(v.pipe(v.number(), v.gtValue(0))),
  anyOf: v.optional(subschemas),
  oneOf: v.optional(subschemas),
  allOf: v.optional(subschemas),
  not: v.optional(schema),
  title: v.optional(text),
  description: v.optional(text),
  default: v.optional(anything),
  examples: v.optional(v.array(anything)),
};

/** What a published manifest may have for `settings`: an object that takes no member it does not name. */
export const closedSettingsSchema = v.pipe(
  v.unknown(),
  v.check((json) => countValues(json as Json) <= SETTINGS_SCHEMA_VALUES_MAX, "The schema is too large."),
  v.strictObject({ ...words, type: v.literal("object"), additionalProperties: v.literal(false) }),
);

function countValues(json: Json): number {
  // Lengths are counted character by character, once for each word that asks.
  if (typeof json === "string") return 1 + Math.floor(json.length / CHARS_PER_VALUE);
  if (typeof json !== "object" || json === null) return 1;
  return Object.values(json).reduce<number>((sum, value) => sum + countValues(value), 1);
}

/** Walking so many characters takes about as long as one check of a value. */
const CHARS_PER_VALUE = 256;

/**
 * Where settings do not fit their schema, by JSON Pointer from the settings; none where they do. A message says what was
 * expected and not what was found.
 */
export function settingsIssues(settingsSchema: JsonObject, settings: JsonObject): readonly InvalidIssue[] {
  if (countValues(settingsSchema) * countValues(settings) > SETTINGS_CHECKS_MAX) {
    return [{ pointer: "", message: "Too many values for a schema of this size." }];
  }
  // It stops at the first fault of each value: lists of all of them could grow with the product of both sizes.
  const { valid, errors } = new Validator(settingsSchema as Schema, "2020-12").validate(settings);
  if (valid) return [];
  const issues = errors.filter(({ keyword }) => !CONTAINERS.has(keyword)).map(issueOf);
  return issues.length > 0 ? issues.slice(0, ISSUES_MAX) : [{ pointer: "", message: MISFIT }];
}

const ISSUES_MAX = 10;
const MISFIT = "Does not fit the policy's settings schema.";
/** These only say that something within them failed, which is reported beside them. */
const CONTAINERS: ReadonlySet<string> = new Set([
  "properties",
  "patternProperties",
  "additionalProperties",
  "items",
  "anyOf",
  "oneOf",
  "allOf",
]);

function issueOf({ keyword, keywordLocation, instanceLocation, error }: OutputUnit): InvalidIssue {
  // The validator writes pointers as URI fragments.
  const pointer = decodeURIComponent(instanceLocation.slice(1));
  if (keyword === "false") return { pointer, message: "Unknown member." };
  // Of this word alone the message names only what the schema itself has.
  if (keyword === "required")
    return { pointer, message: error.replace(/^Instance does not have/, "Misses the") };
  return {
    pointer,
    message: `Does not fit "${keyword}" at ${decodeURIComponent(keywordLocation)} of the settings schema.`,
  };
}
