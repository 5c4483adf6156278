/** A verdict: what one policy answered about one action, checked before it is believed. */
import * as v from "valibot";
import type { Digest } from "../hash.ts";
import { type Json, parseIJson } from "../json.ts";
import { valueAt } from "../json-pointer.ts";
import { FINDINGS_MAX, VERDICT_BYTES_MAX } from "../limits.ts";
import { ok, type Result, refuse } from "../result.ts";
import type { EngineRule } from "./engine-rules.ts";
import type { PolicyInput } from "./input.ts";
import type { Manifest } from "./manifest.ts";

/** Which value of the input a finding's pointer starts from. */
export const PARTS = ["payload", "action", "context", "message"] as const;
export type Part = (typeof PARTS)[number];

const offset = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const findingSchema = v.strictObject({
  rule: v.string(),
  part: v.optional(v.picklist(PARTS)),
  pointer: v.optional(v.string()),
  start: v.optional(offset),
  end: v.optional(offset),
  key: v.optional(v.boolean()),
});
const verdictSchema = v.strictObject({ findings: v.pipe(v.array(findingSchema), v.maxLength(FINDINGS_MAX)) });

/** A rule that fired, where. `start` and `end` count UTF-16 code units of the string pointed to. */
export type RawFinding = v.InferOutput<typeof findingSchema>;

export interface Verdict {
  readonly policy: string;
  readonly policyId: Digest;
  readonly findings: readonly RawFinding[];
  /** Set where the policy did not answer as it must; such a verdict blocks. */
  readonly error: EngineRule | null;
}

const LIMITS = { bytesMax: VERDICT_BYTES_MAX, depthMax: 4, valuesMax: FINDINGS_MAX * 8 };

/** The findings in a policy's output, or the rule of the gate that the output breaks. */
export function parseVerdict(
  output: Uint8Array,
  manifest: Manifest,
  input: PolicyInput,
): Result<RawFinding[], EngineRule> {
  if (output.length > VERDICT_BYTES_MAX) return refuse("POLICY_OUTPUT_TOO_LARGE");
  const json = parseIJson(output, LIMITS);
  if (!json.ok) return refuse("POLICY_OUTPUT_INVALID");
  const parsed = v.safeParse(verdictSchema, json.value);
  if (!parsed.success) return refuse("POLICY_OUTPUT_INVALID");
  const { findings } = parsed.output;
  const rules = new Set(manifest.rules.map((rule) => rule.id));
  for (const finding of findings) {
    if (!rules.has(finding.rule)) return refuse("POLICY_UNKNOWN_RULE");
    if (!pointsInside(finding, input)) return refuse("POLICY_SPAN_OUTSIDE");
  }
  return ok(findings);
}

function pointsInside(finding: RawFinding, input: PolicyInput): boolean {
  const { part, pointer, start, end, key } = finding;
  if ((start === undefined) !== (end === undefined)) return false;
  if ((part === undefined) !== (pointer === undefined)) return false;
  if (part === undefined || pointer === undefined) return start === undefined && key === undefined;
  const value = pointedValue(part, pointer, input);
  if (value === undefined) return false;
  if (start === undefined || end === undefined) return true;
  const text = key ? memberName(pointer) : value;
  return typeof text === "string" && start < end && end <= text.length;
}

function pointedValue(part: Part, pointer: string, input: PolicyInput): Json | undefined {
  switch (part) {
    case "payload":
      return valueAt(input.document, `/action/payload${pointer}`);
    case "action":
    case "context":
      return valueAt(input.document, `/${part}${pointer}`);
    case "message": {
      const strings = valueAt(input.document, "/message/strings") as
        | readonly { pointer: string; text: string }[]
        | undefined;
      return strings?.find((string) => string.pointer === pointer)?.text;
    }
  }
}

function memberName(pointer: string): string {
  return pointer
    .slice(pointer.lastIndexOf("/") + 1)
    .replaceAll("~1", "/")
    .replaceAll("~0", "~");
}
