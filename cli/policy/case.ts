/** A case: an action, and what the policy must make of it. `cases/*.json` in the policy's folder. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import type { Json, JsonObject } from "../../core/json.ts";
import { ENGINE_RULES, type EngineRule } from "../../core/policy/engine-rules.ts";
import { ruleId, SEVERITIES } from "../../core/policy/manifest.ts";
import { REDACT_METHODS } from "../../core/policy/obligation.ts";
import { PARTS } from "../../core/policy/verdict.ts";
import { jsonObject, validate } from "../../core/validate.ts";
import { UsageError } from "../output.ts";
import { parseJson } from "./json-file.ts";

export const DECISIONS = ["allow", "modify", "hold", "block"] as const;

const offset = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const spanSchema = v.strictObject({
  rule: ruleId,
  part: v.optional(v.picklist(PARTS)),
  pointer: v.optional(v.string()),
  start: v.optional(offset),
  end: v.optional(offset),
  key: v.optional(v.boolean()),
  item: v.optional(offset),
  score: v.optional(v.pipe(offset, v.maxValue(100))),
});

const expectSchema = v.pipe(
  v.strictObject({
    /** Every rule that fires, each once. */
    rules: v.optional(v.array(ruleId)),
    /** Every finding; `part` is `payload` unless it says otherwise. */
    spans: v.optional(v.array(spanSchema)),
    /** What comes of it under the manifest's severities. */
    decision: v.optional(v.picklist(DECISIONS)),
    obligations: v.optional(
      v.array(
        v.strictObject({
          rule: ruleId,
          /** What every obligation has, so that it need not be said. */
          type: v.optional(v.literal("redact")),
          part: v.optional(v.literal("payload")),
          method: v.picklist(REDACT_METHODS),
          pointer: v.string(),
          start: offset,
          end: offset,
        }),
      ),
    ),
    /** The payload as obligations leave it. */
    payload: v.optional(jsonObject),
    /** The policy is to fail, by this rule of the gateway's own. */
    error: v.optional(v.picklist(Object.keys(ENGINE_RULES) as EngineRule[])),
  }),
  v.check(
    (expected) => Object.keys(expected).length > 0,
    "Expected at least one of rules, spans, decision, error.",
  ),
);

const caseSchema = v.strictObject({
  name: v.pipe(v.string(), v.minLength(1)),
  settings: v.optional(jsonObject, {}),
  action: jsonObject,
  context: v.optional(jsonObject),
  principal: v.optional(jsonObject),
  message: v.optional(v.nullable(jsonObject)),
  facts: v.optional(jsonObject),
  findings: v.optional(
    v.array(
      v.strictObject({
        policy: v.string(),
        rule: ruleId,
        severity: v.picklist(SEVERITIES),
        count: v.pipe(offset, v.minValue(1)),
      }),
    ),
  ),
  expect: expectSchema,
});

export type PolicyCase = v.InferOutput<typeof caseSchema>;
export type Expectation = PolicyCase["expect"];

export interface CaseFile {
  /** Absolute. */
  readonly path: string;
  /** The line of its `expect`, from 1: what an annotation points at. */
  readonly line: number;
  readonly policyCase: PolicyCase;
}

export const CASES_FOLDER = "cases";

/** In the order of their names. Throws a UsageError on a file that is no case. */
export async function readCases(folder: string): Promise<CaseFile[]> {
  const casesFolder = join(folder, CASES_FOLDER);
  if (!existsSync(casesFolder)) return [];
  const names = (await readdir(casesFolder)).filter((name) => name.endsWith(".json")).sort();
  return Promise.all(names.map((name) => readCase(join(casesFolder, name))));
}

export async function readCase(path: string): Promise<CaseFile> {
  const bytes = new Uint8Array(await readFile(path));
  const text = new TextDecoder().decode(bytes);
  const line = text.slice(0, Math.max(text.search(/"expect"\s*:/), 0)).split("\n").length;
  return { path, line, policyCase: caseOf(parseJson(bytes, path), path) };
}

export function caseOf(json: Json, where: string): PolicyCase {
  const parsed = validate(caseSchema, json);
  if (parsed.ok) return parsed.value;
  const issues = parsed.fault.issues.map(({ pointer, message }) => `${pointer || "/"}: ${message}`);
  throw new UsageError(
    `${where} is no case: ${issues.join(" ")}`,
    "A case has name, action, expect, and where wanted settings, context, principal, message, facts, findings (docs/policy-authors.md).",
  );
}

export const settingsOf = ({ settings }: PolicyCase): JsonObject => settings;
