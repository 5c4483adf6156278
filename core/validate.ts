/** Shape checks with valibot, answered as one fault that names each place by JSON Pointer. */
import * as v from "valibot";
import { normaliseIdentity } from "./identity.ts";
import type { Json, JsonObject } from "./json.ts";
import { pointerToken } from "./json-pointer.ts";
import { NAME_CHARS_MAX } from "./limits.ts";
import { ok, type Result, refuse } from "./result.ts";

export interface InvalidIssue {
  readonly pointer: string;
  readonly message: string;
}

export interface InvalidFault {
  readonly code: "invalid_request";
  readonly issues: readonly InvalidIssue[];
}

/** A caller need not read more than this many mistakes at once. */
const ISSUES_MAX = 10;

export function validate<S extends v.GenericSchema>(
  schema: S,
  json: Json,
): Result<v.InferOutput<S>, InvalidFault> {
  const parsed = v.safeParse(schema, json);
  if (parsed.success) return ok(parsed.output);
  const issues = parsed.issues.slice(0, ISSUES_MAX).map((issue) => ({
    pointer: (issue.path ?? []).map((item) => `/${pointerToken(String(item.key))}`).join(""),
    message: describe(issue),
  }));
  return refuse({ code: "invalid_request", issues });
}

/** What was expected, never what was received: a value may be the very text that must not be repeated. */
function describe(issue: v.BaseIssue<unknown>): string {
  if (issue.type === "strict_object") return issue.expected === "never" ? "Unknown member." : "Required.";
  if (issue.kind === "schema") return `Expected ${issue.expected}.`;
  // Every message of valibot's own ends in what was received ("but received …", "Received …"); those set by a schema do not.
  if (!/received/i.test(issue.message)) return issue.message;
  const { expected, requirement } = issue;
  const bound = typeof requirement === "string" || typeof requirement === "number" ? requirement : null;
  return `Expected ${expected ?? bound ?? "another value"}.`;
}

/** A short name chosen by a caller. */
export const name = v.pipe(v.string(), v.minLength(1), v.maxLength(NAME_CHARS_MAX));

/** Any JSON object; its members come from `parseIJson` and need no second look. */
export const jsonObject = v.custom<JsonObject>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "Expected an object.",
);

/** A person, as keys name their owner: something has to be left of the name when people are compared (invariant I6). */
export const person = v.pipe(
  name,
  v.check((text) => normaliseIdentity(text) !== "", "Expected a name that is not blank."),
);
