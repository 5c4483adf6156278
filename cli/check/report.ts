/** What a check came to, for the eye and as data. */
import type { JsonObject } from "../../core/json.ts";
import type { Decision, Finding } from "../../core/policy/decision.ts";
import { type Output, visible } from "../output.ts";
import { type Example, inputOf } from "../policy/example.ts";
import { textAt } from "../policy/place-text.ts";
import type { Checked } from "./judge.ts";
import { caretsOf, isMarked, lineAndColumn, type MarkedLine, markedLines } from "./marked.ts";

export function checkedJson({ decision, payload }: Checked, bundle: { name: string; version: string }) {
  return {
    decision: decision.outcome,
    bundle: { name: bundle.name, version: bundle.version },
    findings: decision.findings.map(({ observed: _, ...finding }) => finding),
    obligations: decision.obligations.map(({ observed: _, ...obligation }) => obligation),
    payload,
    fuel: decision.policies.reduce((sum, { fuel }) => sum + fuel, 0),
  };
}

export interface Shown {
  readonly example: Example;
  /** False: one text, whose place in the action need not be told. */
  readonly isAction: boolean;
  /** Findings stand out by colour, so that they need no carets. */
  readonly colours: boolean;
}

export function printChecked(output: Output, { decision, payload }: Checked, shown: Shown): void {
  const { document } = inputOf(shown.example);
  for (const [place, findings] of byPlace(decision.findings)) {
    const text = textOf(document, findings[0] as Finding);
    if (text === null) continue;
    if (shown.isAction) output.line(output.dim(visible(place)));
    printText(output, markedLines(text, spansIn(findings)), shown.colours);
    output.line("");
  }
  for (const finding of decision.findings) printFinding(output, document, finding, shown.isAction);
  if (payload !== null) output.line(`as changed: ${visible(JSON.stringify(payload))}`);
  output.line(outcomeLine(output, decision));
}

/** Those with a span, by the text they stand in. */
function byPlace(findings: readonly Finding[]): Map<string, Finding[]> {
  const spans = findings.filter(({ pointer, start }) => pointer !== null && start !== null);
  return Map.groupBy(spans, ({ part, pointer, key }) => `${part}${pointer}${key ? ", the name" : ""}`);
}

const spansIn = (findings: readonly Finding[]) =>
  findings.flatMap(({ start, end }) => (start === null || end === null ? [] : [{ start, end }]));

function textOf(document: JsonObject, { part, pointer, key }: Finding): string | null {
  return part === null || pointer === null ? null : textAt(document, part, pointer, key);
}

/** Longer texts are cut down to the lines in which something was found. */
const LINES_MAX = 60;

function printText(output: Output, lines: readonly MarkedLine[], colours: boolean): void {
  const width = String(lines.length).length;
  const shown = lines.length > LINES_MAX ? lines.filter(isMarked) : lines;
  for (const line of shown) {
    const text = line.pieces.map(({ text, marked }) => (marked ? output.red(text) : text)).join("");
    output.line(`${output.dim(String(line.number).padStart(width))}  ${text}`.trimEnd());
    if (!colours && isMarked(line)) output.line(`${" ".repeat(width)}  ${caretsOf(line)}`);
  }
  if (shown.length < lines.length) output.line(output.dim(`${lines.length - shown.length} more lines`));
}

function printFinding(output: Output, document: JsonObject, finding: Finding, isAction: boolean): void {
  const { policy, rule, severity, score, reason, suggestion, settled } = finding;
  const paint = severity === "block" ? output.red : severity === "info" ? output.dim : output.bold;
  const about = [
    whereOf(document, finding, isAction),
    `by ${policy}`,
    ...(score === undefined ? [] : [`score ${score}`]),
    ...(settled ? ["settled"] : []),
  ];
  output.line(`${paint(severity.padEnd(5))} ${output.bold(rule)}  ${output.dim(about.join(", "))}`);
  output.line(`      ${reason}.${suggestion === null ? "" : ` ${suggestion}.`}`);
}

function whereOf(document: JsonObject, finding: Finding, isAction: boolean): string {
  const { part, pointer, start, key } = finding;
  if (part === null || pointer === null) return isAction ? "the action as a whole" : "as a whole";
  const text = textOf(document, finding);
  const place = `${part}${visible(pointer)}${key ? ", in the name" : ""}`;
  if (text === null || start === null) return place;
  return isAction ? `${place} ${lineAndColumn(text, start)}` : lineAndColumn(text, start);
}

function outcomeLine(output: Output, { outcome, findings }: Decision): string {
  const paint = outcome === "block" ? output.red : outcome === "allow" ? output.green : output.bold;
  const count = findings.length === 0 ? "nothing found" : `${findings.length} found`;
  return `${paint(outcome.toUpperCase())}: ${count}`;
}
