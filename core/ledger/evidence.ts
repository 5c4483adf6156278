/**
 * What stands in an export with evidence (docs/spec/replay.md) beside the log: what each decision was made from, and what judged
 * it. The lines of the log are those of export.ts.
 *
 *   {"decision":{"index":7,"salt":"…","input":"…","changed_input":null,"verdicts":{…},"discharged":null}}
 *   {"erased":{"index":9,"entry":12}}
 *   {"bundle":{"digest":"sha256:…","text":"…"}}
 *   {"policy":{"policy_id":"sha256:…","manifest":{…},"wasm_sha256":"…","exec_id":"sha256:…","profile_id":"…"}}
 *
 * Texts are strings, so that their bytes come through whatever lays the lines out anew. An export with these lines holds
 * payloads: it is as confidential as they are.
 */
import * as v from "valibot";
import { canonicalJson } from "../canonical-json.ts";
import type { Digest } from "../hash.ts";
import type { Json, JsonObject } from "../json.ts";
import type { DecisionEvidence, RecordedBody } from "../policy/replay/replay.ts";
import type { Entry } from "./entry.ts";
import { leafHash } from "./entry.ts";
import { EXPORT_FORMAT, type ExportHeader } from "./export.ts";
import { PolicyRuns } from "./policy-runs.ts";

/** Members by which the lines are known that stand beside the log. */
export const EVIDENCE_MEMBERS = ["decision", "erased", "bundle", "policy"] as const;

export interface DecisionLine {
  readonly index: number;
  /** base64url; opens the entry's commitments. */
  readonly salt: string;
  readonly input: string | null;
  readonly changed_input: string | null;
  readonly verdicts: DecisionEvidence["verdicts"];
  readonly discharged: readonly string[] | null;
}

/** What a decision was made from is gone; entry `entry` of the log says so. */
export interface ErasedLine {
  readonly index: number;
  readonly entry: number;
}

export interface BundleLine {
  readonly digest: Digest;
  readonly text: string;
}

export interface PolicyLine {
  readonly policy_id: Digest;
  readonly manifest: JsonObject;
  /** SHA-256 of the module as uploaded, hex. */
  readonly wasm_sha256: string;
  readonly exec_id: Digest;
  readonly profile_id: string;
}

export const decisionLine = (decision: DecisionLine): string => JSON.stringify({ decision });
export const erasedLine = (erased: ErasedLine): string => JSON.stringify({ erased });
export const bundleLine = (bundle: BundleLine): string => JSON.stringify({ bundle });
export const policyLine = (policy: PolicyLine): string => JSON.stringify({ policy });

export type EvidenceLine =
  | { readonly kind: "decision"; readonly value: DecisionLine }
  | { readonly kind: "erased"; readonly value: ErasedLine }
  | { readonly kind: "bundle"; readonly value: BundleLine }
  | { readonly kind: "policy"; readonly value: PolicyLine };

/** The entry of a decision or an evaluation, with what it was made from, where that is in the export. */
export interface ExportedDecision {
  readonly entry: Entry & { readonly body: JsonObject & RecordedBody };
  readonly leaf: Digest;
  readonly evidence: DecisionEvidence | null;
  /** Index of the entry that says that it was erased; null where none does. */
  readonly erasedBy: number | null;
}

export interface ExportedEvidence {
  readonly header: ExportHeader;
  /** False where the export was asked for without evidence. */
  readonly included: boolean;
  readonly decisions: readonly ExportedDecision[];
  readonly bundles: readonly BundleLine[];
  readonly policies: readonly PolicyLine[];
  /** Lines that are not what they should be, by number from 1. */
  readonly faults: readonly { readonly line: number; readonly message: string }[];
}

export const evidenceOf = (line: Omit<DecisionLine, "index">): DecisionEvidence => ({
  salt: line.salt,
  input: line.input,
  changedInput: line.changed_input ?? null,
  verdicts: line.verdicts ?? null,
  discharged: line.discharged ?? null,
});

/**
 * Reads the evidence of an export; null where the first line is not its header. Leniently: whatever matters here is found by its
 * digest or opens a commitment, so a line that was changed shows when it is replayed.
 */
export function readEvidence(lines: Iterable<string>): ExportedEvidence | null {
  let header: ExportHeader | null = null;
  const entries: Pick<ExportedDecision, "entry" | "leaf">[] = [];
  const evidence = new Map<number, DecisionEvidence>();
  const erased = new Map<number, number>();
  const erasures = new Map<number, ReadonlySet<Json>>();
  const bundles: BundleLine[] = [];
  const policies: PolicyLine[] = [];
  const runs = new PolicyRuns();
  const faults: { line: number; message: string }[] = [];
  const erasedLines: { line: number; index: number; entry: number }[] = [];
  let number = 0;
  for (const text of lines) {
    const line = ++number;
    const json = parseObject(text);
    if (header === null) {
      if (!hasExport(json)) return null;
      header = json.export;
      continue;
    }
    const found = json && evidenceLineOf(json);
    if (json === null) {
      if (text !== "") faults.push({ line, message: "The line is not a JSON object." });
    } else if (found !== null) {
      switch (found.kind) {
        case "decision":
          evidence.set(found.value.index, evidenceOf(found.value));
          break;
        case "erased":
          erased.set(found.value.index, found.value.entry);
          erasedLines.push({ line, ...found.value });
          break;
        case "bundle":
          bundles.push(found.value);
          break;
        case "policy": {
          policies.push(found.value);
          const differs = runs.compare(found.value);
          if (differs !== null) faults.push({ line, message: differs.message });
        }
      }
    } else if (EVIDENCE_MEMBERS.some((member) => member in json)) {
      faults.push({ line, message: "The line does not have the members of its kind." });
    } else if ("entry" in json) {
      const entry = json.entry as unknown as ExportedDecision["entry"];
      if (entry?.type === "payload.erased" && Array.isArray(entry.body?.entries))
        erasures.set(entry.index, new Set(entry.body.entries as readonly Json[]));
      runs.addEntry(entry);
      if (!isJudged(entry)) continue;
      const leaf = leafHash(canonicalJson(json.entry ?? null));
      if (leaf !== json.leaf) faults.push({ line, message: "The entry does not hash to its leaf." });
      entries.push({ entry, leaf });
    }
  }
  if (header === null) return null;
  const { to } = header;
  // One that the export does not come to cannot be looked at; any other has to say so itself.
  for (const { line, index, entry } of erasedLines)
    if (entry <= to && !erasures.get(entry)?.has(index))
      faults.push({
        line,
        message: `Entry ${entry} does not say that what entry ${index} was made from was erased.`,
      });
  const decisions = entries.map((one) => ({
    ...one,
    evidence: evidence.get(one.entry.index) ?? null,
    erasedBy: erased.get(one.entry.index) ?? null,
  }));
  const included = evidence.size + erased.size + bundles.length + policies.length > 0;
  return { header, included, decisions, bundles, policies, faults };
}

/** The line that a text of JSON is; null where it has not the members of one. */
export function evidenceLineOf(json: JsonObject): EvidenceLine | null {
  if (v.is(lineSchemas.decision, json))
    return { kind: "decision", value: json.decision as unknown as DecisionLine };
  if (v.is(lineSchemas.erased, json)) return { kind: "erased", value: json.erased };
  if (v.is(lineSchemas.bundle, json)) return { kind: "bundle", value: json.bundle as unknown as BundleLine };
  if (v.is(lineSchemas.policy, json)) return { kind: "policy", value: json.policy as unknown as PolicyLine };
  return null;
}

const text = v.string();
const index = v.pipe(v.number(), v.safeInteger());
const texts = v.nullable(v.array(text));
const lineSchemas = {
  decision: v.object({
    decision: v.looseObject({
      index,
      salt: text,
      input: v.nullable(text),
      changed_input: v.nullable(text),
      verdicts: v.nullable(v.looseObject({ decision: v.array(text), shadow: texts })),
      discharged: texts,
    }),
  }),
  erased: v.object({ erased: v.looseObject({ index, entry: index }) }),
  bundle: v.object({ bundle: v.looseObject({ digest: text, text }) }),
  policy: v.object({
    policy: v.looseObject({
      policy_id: text,
      manifest: v.looseObject({}),
      wasm_sha256: text,
      exec_id: text,
      profile_id: text,
    }),
  }),
};

/** An evaluation that was given up judged nothing. */
const isJudged = (entry: Pick<Entry, "type" | "body"> | null): boolean =>
  entry?.type === "decision" || (entry?.type === "evaluation" && entry.body?.decision !== null);

export function parseObject(text: string): JsonObject | null {
  try {
    const json = JSON.parse(text) as Json;
    return typeof json === "object" && json !== null && !Array.isArray(json) ? (json as JsonObject) : null;
  } catch {
    return null;
  }
}

const hasExport = (
  json: JsonObject | null,
): json is JsonObject & { readonly export: JsonObject & ExportHeader } =>
  (json?.export as JsonObject | undefined)?.format === EXPORT_FORMAT;
