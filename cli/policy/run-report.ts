/** What one action came to, for the eye and as data. */
import type { JsonObject } from "../../core/json.ts";
import type { Finding } from "../../core/policy/decision.ts";
import { ENGINE_RULES } from "../../core/policy/engine-rules.ts";
import { type Output, visible } from "../output.ts";
import type { BuiltPolicy } from "./build.ts";
import { type Example, inputOf } from "./example.ts";
import type { ExampleJudged } from "./judge.ts";
import { textAt } from "./place-text.ts";
import { ownMessage } from "./places.ts";
import type { Trap } from "./trap.ts";

export function judgedJson(
  { manifest, policyId }: BuiltPolicy,
  { decision, verdict, changed, detail }: ExampleJudged,
  trap: Trap | null,
) {
  const error = decision.policies.map((run) => run.error).find((one) => one !== null) ?? null;
  return {
    policy: manifest.name,
    policy_id: policyId,
    decision: decision.outcome,
    error,
    detail: trap?.message ?? (detail === null ? null : ownMessage(manifest.name, detail)),
    places: trap?.places ?? [],
    findings: decision.findings,
    obligations: verdict.obligations,
    payload: changed,
    fuel: decision.policies.reduce((sum, { fuel }) => sum + fuel, 0),
    fuel_limit: verdict.fuelLimit,
  };
}

export function printJudged(
  output: Output,
  { manifest }: BuiltPolicy,
  example: Example,
  { changed, decision, detail, verdict }: ExampleJudged,
  trap: Trap | null,
): void {
  const paint =
    decision.outcome === "block" ? output.red : decision.outcome === "hold" ? output.bold : output.green;
  output.line(`${paint(decision.outcome)} by ${manifest.name} ${manifest.version}`);
  const error = decision.policies.map((run) => run.error).find((one) => one !== null) ?? null;
  if (error !== null) {
    output.line("");
    output.line(output.red(`${error}: ${ENGINE_RULES[error]}`));
    const said = trap?.message ?? (detail === null ? null : ownMessage(manifest.name, detail));
    if (said !== null) output.line(`    ${visible(said)}`);
    for (const { file, line, column } of trap?.places ?? []) output.line(`    at ${file}:${line}:${column}`);
  }
  const findings = error === null ? decision.findings : [];
  for (const finding of findings) {
    output.line("");
    for (const line of findingLines(output, inputOf(example).document, finding)) output.line(line);
  }
  if (verdict.obligations.length > 0) output.line("");
  for (const { rule, method, pointer, start, end } of verdict.obligations) {
    output.line(`obligation: ${method} ${visible(pointer)} ${start}-${end}, for ${rule}`);
  }
  if (changed !== null) output.line(`payload after it: ${visible(JSON.stringify(changed))}`);
  const fuel = decision.policies.reduce((sum, run) => sum + run.fuel, 0);
  output.line("");
  output.line(output.dim(`fuel ${fuel} of ${verdict.fuelLimit}`));
}

function findingLines(output: Output, document: JsonObject, finding: Finding): string[] {
  const { rule, severity, part, pointer, start, end, key, reason, suggestion, settled } = finding;
  const where =
    pointer === null || part === null
      ? "the action as a whole"
      : `${part}${visible(pointer)}${start === null ? "" : ` ${start}-${end}`}${key ? ", in the name" : ""}`;
  return [
    `${severity === "block" ? output.red(severity) : severity} ${output.bold(rule)} at ${where}${settled ? " (settled)" : ""}`,
    ...excerptLines(output, document, finding),
    `    ${reason}${suggestion ? `. ${suggestion}` : ""}`,
  ];
}

/** UTF-16 code units shown on either side of what was found. */
const AROUND = 30;

/** The text with its mark below it: this is the author's own example, on the author's own terminal. */
function excerptLines(
  output: Output,
  document: JsonObject,
  { part, pointer, start, end, key }: Finding,
): string[] {
  if (part === null || pointer === null || start === null || end === null) return [];
  const text = textAt(document, part, pointer, key);
  if (text === null) return [];
  const from = Math.max(0, start - AROUND);
  const before = `${from > 0 ? "…" : ""}${visible(text.slice(from, start))}`;
  const marked = visible(text.slice(start, end));
  const after = `${visible(text.slice(end, end + AROUND))}${end + AROUND < text.length ? "…" : ""}`;
  return [
    `    ${before}${output.red(marked)}${after}`,
    `    ${" ".repeat(before.length)}${"^".repeat(marked.length)}`,
  ];
}
