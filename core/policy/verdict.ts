/** A verdict: what one policy answered about one action, checked before it is believed. */
import * as v from "valibot";
import { canonicalJson } from "../canonical-json.ts";
import { utf8 } from "../encoding.ts";
import type { Digest } from "../hash.ts";
import { type Json, parseIJson } from "../json.ts";
import { valueAt } from "../json-pointer.ts";
import { FINDINGS_MAX, FUEL_FULL, VERDICT_BYTES_MAX } from "../limits.ts";
import { ok, type Result, refuse } from "../result.ts";
import type { EngineRule } from "./engine-rules.ts";
import type { PolicyInput } from "./input.ts";
import type { Manifest } from "./manifest.ts";
import { REDACT_METHODS, type Redaction } from "./obligation.ts";
import { isReader } from "./reader.ts";

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
  /** Which entry of the settings' list it was, from 0. */
  item: v.optional(offset),
  /** How sure the policy is, in hundredths. */
  score: v.optional(v.pipe(offset, v.maxValue(100))),
});
const redactionSchema = v.strictObject({
  rule: v.string(),
  type: v.literal("redact"),
  method: v.picklist(REDACT_METHODS),
  part: v.literal("payload"),
  pointer: v.string(),
  start: offset,
  end: offset,
});
const verdictSchema = v.strictObject({
  findings: v.pipe(v.array(findingSchema), v.maxLength(FINDINGS_MAX)),
  obligations: v.optional(
    v.pipe(v.array(v.looseObject({ type: v.string() })), v.maxLength(FINDINGS_MAX)),
    [],
  ),
});

/** A rule that fired, where. `start` and `end` count UTF-16 code units of the string pointed to. */
export type RawFinding = v.InferOutput<typeof findingSchema>;

/** What running a policy came to, before its output is read. Fuel is counted in the profile's units. */
export interface RunOutcome {
  readonly output: Uint8Array | null;
  readonly fuel: number;
  readonly fuelLimit: number;
  readonly error: EngineRule | null;
  /** For tools and logs: a trap's own message with its place in the source. Never in a verdict: it may quote the action. */
  readonly detail: string | null;
  /** What a reader made of the action; absent of any other policy. */
  readonly reading?: Uint8Array;
}

export interface Verdict {
  readonly policy: string;
  readonly policyId: Digest;
  /** Of the metered module; null where there was none to run. */
  readonly execId: Digest | null;
  readonly profileId: string;
  readonly fuel: number;
  readonly fuelLimit: number;
  readonly findings: readonly RawFinding[];
  readonly obligations: readonly Redaction[];
  /** Set where the policy did not answer as it must; such a verdict never lets an action pass. */
  readonly error: EngineRule | null;
}

/** What ran, as the verdict names it. */
export interface RanPolicy {
  readonly manifest: Manifest;
  readonly policyId: Digest;
  readonly execId: Digest;
  readonly profileId: string;
}

/** A verdict for every outcome (invariant I1). */
export function verdictOf(policy: RanPolicy, outcome: RunOutcome, input: PolicyInput): Verdict {
  const answer = answerOf(policy.manifest, outcome, input);
  return {
    policy: policy.manifest.name,
    policyId: policy.policyId,
    execId: policy.execId,
    profileId: policy.profileId,
    fuel: outcome.fuel,
    fuelLimit: outcome.fuelLimit,
    findings: answer.ok ? answer.value.findings : [],
    obligations: answer.ok ? answer.value.obligations : [],
    error: answer.ok ? null : answer.fault,
  };
}

/** Of verdicts that are still in use: whoever combines, commits to and compares one asks for its text each time. */
const texts = new WeakMap<Verdict, string>();

/** The bytes that replay compares: canonical JSON, names as on the wire. */
export function verdictText(verdict: Verdict): string {
  const known = texts.get(verdict) ?? writeVerdict(verdict);
  texts.set(verdict, known);
  return known;
}

const writeVerdict = (verdict: Verdict): string =>
  canonicalJson({
    policy: verdict.policy,
    policy_id: verdict.policyId,
    exec_id: verdict.execId,
    profile_id: verdict.profileId,
    fuel: verdict.fuel,
    fuel_limit: verdict.fuelLimit,
    findings: verdict.findings as unknown as Json,
    obligations: verdict.obligations as unknown as Json,
    error: verdict.error,
  } satisfies Json);

interface PolicyAnswer {
  readonly findings: readonly RawFinding[];
  readonly obligations: readonly Redaction[];
}

function answerOf(
  manifest: Manifest,
  outcome: RunOutcome,
  input: PolicyInput,
): Result<PolicyAnswer, EngineRule> {
  const { error, fuelLimit, output, reading } = outcome;
  if (error === "POLICY_OUT_OF_FUEL" && fuelLimit < FUEL_FULL) return refuse("POLICY_OUT_OF_FAST_FUEL");
  if (error !== null) return refuse(error);
  if (output === null) return refuse("POLICY_NO_OUTPUT");
  const writes = isReader(manifest);
  if (writes && reading === undefined) return refuse("POLICY_NO_READING");
  if (!writes && reading !== undefined) return refuse("POLICY_READING_UNASKED");
  return parseVerdict(output, manifest, input);
}

const LIMITS = { bytesMax: VERDICT_BYTES_MAX, depthMax: 4, valuesMax: FINDINGS_MAX * 16 };

/** The findings and obligations in a policy's output, or the rule of the gate that the output breaks. */
export function parseVerdict(
  output: Uint8Array,
  manifest: Manifest,
  input: PolicyInput,
): Result<PolicyAnswer, EngineRule> {
  if (output.length > VERDICT_BYTES_MAX) return refuse("POLICY_OUTPUT_TOO_LARGE");
  if (isEmptyAnswer(output)) return ok(NOTHING_FOUND);
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
  const obligations: Redaction[] = [];
  for (const asked of parsed.output.obligations) {
    if (asked.type !== "redact") return refuse("POLICY_OBLIGATION_UNKNOWN");
    const redaction = v.safeParse(redactionSchema, asked);
    if (!redaction.success) return refuse("POLICY_OUTPUT_INVALID");
    const { rule, method, pointer, start, end } = redaction.output;
    if (!rules.has(rule)) return refuse("POLICY_UNKNOWN_RULE");
    if (!isWholeText(pointer, start, end, input)) return refuse("POLICY_SPAN_OUTSIDE");
    obligations.push({ rule, method, pointer, start, end });
  }
  return ok({ findings, obligations });
}

const NOTHING_FOUND: PolicyAnswer = { findings: [], obligations: [] };
const EMPTY_ANSWER = utf8('{"findings":[]}');

/** By far the commonest answer needs no parser. */
export function isEmptyAnswer(output: Uint8Array): boolean {
  if (output.length !== EMPTY_ANSWER.length) return false;
  for (let at = 0; at < EMPTY_ANSWER.length; at++) if (output[at] !== EMPTY_ANSWER[at]) return false;
  return true;
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

/** A redaction that cut a surrogate pair in two would leave a text that is none. */
function isWholeText(pointer: string, start: number, end: number, input: PolicyInput): boolean {
  const text = pointedValue("payload", pointer, input);
  if (typeof text !== "string" || start >= end || end > text.length) return false;
  return !splitsPair(text, start) && !splitsPair(text, end);
}

function splitsPair(text: string, at: number): boolean {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(Math.max(at - 1, 0), at + 1));
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
