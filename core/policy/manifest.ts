/** A policy's manifest: its rules and their texts (docs/spec/policy.md). It is part of the policy's identity. */
import * as v from "valibot";
import { canonicalJson } from "../canonical-json.ts";
import { type Digest, digestOf } from "../hash.ts";
import type { Json, JsonObject } from "../json.ts";
import { POLICY_MEMORY_PAGES_MAX } from "../limits.ts";
import { jsonObject } from "../validate.ts";

export const POLICY_ABI = "countersign-policy/1";

/** From the mildest: noted, held for a person, suspended until facts are supplied, refused. */
export const SEVERITIES = ["info", "warn", "defer", "block"] as const;
export type Severity = (typeof SEVERITIES)[number];

export const ruleId = v.pipe(v.string(), v.regex(/^[A-Z][A-Z0-9_]{0,63}$/));

const ruleSchema = v.strictObject({
  id: ruleId,
  severity: v.picklist(SEVERITIES),
  reason: v.pipe(v.string(), v.minLength(1), v.maxLength(500)),
  suggestion: v.optional(v.pipe(v.string(), v.maxLength(500))),
});

export const manifestSchema = v.strictObject({
  abi: v.literal(POLICY_ABI),
  name: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,63}$/)),
  version: v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+$/)),
  description: v.string(),
  settings: jsonObject,
  /** Initial memory in pages of 64 KiB: enough that ordinary inputs never grow it, since an instance that grew is thrown away. */
  memory_pages: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(POLICY_MEMORY_PAGES_MAX)),
  ),
  /** `writes`: it is a reader, and makes the views of the action's text that policies with `reads` are given. */
  reading: v.optional(v.picklist(["reads", "writes"])),
  /** `reads`: it is judged after all others of its bundle, and given what they found. */
  findings: v.optional(v.literal("reads")),
  rules: v.pipe(v.array(ruleSchema), v.minLength(1), v.maxLength(500)),
});

/** What a manifest that asks for nothing gets: two pages hold an ordinary action. */
export const MEMORY_PAGES_DEFAULT = 2;

export type Rule = v.InferOutput<typeof ruleSchema>;
export type Manifest = v.InferOutput<typeof manifestSchema>;

export function policyId(manifest: Manifest, wasmSha256: string): Digest {
  return digestOf(
    canonicalJson({ manifest: manifest as unknown as JsonObject, wasm_sha256: wasmSha256 } satisfies Json),
  );
}
