/** An outcome in words: the verdict for the top of the page, and the whole as text for whoever keeps it. */
import type { Check, Fault } from "../../core/ledger/report.ts";
import type { Comparison } from "../../core/policy/replay/report.ts";
import type { Replayed } from "../evaluate/replay.ts";
import { escapeOf, hiddenCharacters } from "../reviewer/hidden-character.ts";
import type { Outcome, ReplayReport } from "./report.ts";

export interface Verdict {
  readonly tone: "good" | "bad" | "open";
  readonly word: string;
  readonly text: string;
  /** What is damaged, the first of it. */
  readonly damage: readonly Fault[];
}

/** More of these than anyone reads at the top; all stand with their checks. */
const DAMAGE_SHOWN_MAX = 5;

export function evidenceVerdict({ verified, keys }: Outcome): Verdict {
  const checks = verified.flatMap(({ report }) => report.checks);
  const failed = checks.filter(({ status }) => status === "failed");
  if (failed.length === 0) {
    const count = checks.filter(({ status }) => status === "ok").length;
    const with_ = keys.length === 1 ? "the given key" : `the ${keys.length} given keys`;
    return {
      tone: "good",
      word: "VERIFIED",
      text: `${count} checks passed, with ${with_} alone.`,
      damage: [],
    };
  }
  const names = failed.map(({ id }) => id).join(", ");
  const damage = failed.flatMap(({ faults }) => faults).slice(0, DAMAGE_SHOWN_MAX);
  return {
    tone: "bad",
    word: "NOT VERIFIED",
    text: `${failed.length} of ${checks.length} checks failed: ${names}.`,
    damage,
  };
}

export function replayVerdict({ counts, decisions }: ReplayReport): Verdict {
  const { MATCH, MISMATCH, UNVERIFIABLE } = counts;
  const rest = UNVERIFIABLE > 0 ? ` ${amount(UNVERIFIABLE)} could not be made again.` : "";
  if (MISMATCH > 0) {
    const text = `Made again, ${amount(MISMATCH)} came out otherwise; ${MATCH} match.${rest}`;
    return { tone: "bad", word: "MISMATCH", text, damage: [] };
  }
  if (UNVERIFIABLE > 0)
    return { tone: "open", word: "UNVERIFIABLE", text: `${rest.trim()} ${amount(MATCH)} match.`, damage: [] };
  const verdicts = decisions
    .flatMap(({ comparisons }) => comparisons)
    .filter(({ part }) => part === "verdict").length;
  const text = `${amount(MATCH)} made again with ${verdicts} verdicts: the same to the byte and the unit of fuel.`;
  return { tone: "good", word: "MATCH", text, damage: [] };
}

const amount = (count: number): string => `${count} ${count === 1 ? "decision" : "decisions"}`;

export const STATUS_WORDS: Readonly<Record<Check["status"], string>> = {
  ok: "ok",
  failed: "failed",
  warning: "warning",
  skipped: "not compared",
};
export const STATUS_MARKS: Readonly<Record<Check["status"], string>> = {
  ok: "✓",
  failed: "✗",
  warning: "!",
  skipped: "–",
};
export const RESULT_STATUS: Readonly<Record<Comparison["result"], Check["status"]>> = {
  match: "ok",
  mismatch: "failed",
  unverifiable: "skipped",
};

/** `entry 17, /body/decision, line 18`; empty where the file as a whole is meant. */
export const placeOf = ({ where, index, field }: Fault): string =>
  [index === null ? null : `entry ${index}`, field, where].filter((part) => part !== null).join(", ");

/** Lines for a text file. Text of the evidence has what is invisible in it written out. */
export function reportText(outcome: Outcome, time: string): string {
  const lines = ["Countersign verification", `made ${time} in a browser, offline, ${outcome.engine}`, ""];
  for (const { name, what, byteLength, sha256 } of outcome.files)
    lines.push(`${visible(name)}: ${what}, ${byteLength} bytes, SHA-256 ${sha256}`);
  for (const { id, use, name } of outcome.keys)
    lines.push(`trusted key ${id}, ${use ?? "for every use"}${name === null ? "" : `, of ${visible(name)}`}`);
  const { word, text } = evidenceVerdict(outcome);
  lines.push("", `${word}: ${text}`);
  for (const { file, report } of outcome.verified) {
    lines.push("", `${visible(file)} (${report.subject})`);
    for (const check of report.checks) lines.push(...checkLines(check));
    lines.push(...report.notes.map((note) => `  ${visible(note)}`));
  }
  lines.push("");
  if (outcome.replay === null) lines.push(`No replay. ${outcome.whyNoReplay ?? ""}`);
  else {
    const verdict = replayVerdict(outcome.replay);
    lines.push(`${verdict.word}: ${verdict.text}`);
    lines.push(...outcome.replay.decisions.flatMap(decisionLines));
  }
  return `${lines.join("\n")}\n`;
}

function checkLines({ id, status, compared, faults }: Check): string[] {
  const head = `${STATUS_MARKS[status]} ${id} [${STATUS_WORDS[status]}] ${visible(compared)}`;
  return [
    head,
    ...faults.map((fault) => {
      const place = placeOf(fault);
      return `    ${place === "" ? "" : `${place}: `}${visible(fault.message)}`;
    }),
  ];
}

function decisionLines({ index, action, decision, status, comparisons }: Replayed): string[] {
  const lines = [`entry ${index}: ${visible(action)}, ${visible(decision)}: ${status}`];
  for (const { part, subject, result, expected, got, why } of comparisons) {
    if (result === "match") continue;
    lines.push(`    ${part} ${visible(subject ?? "")} ${visible(why ?? "")}`.trimEnd());
    if (result !== "mismatch") continue;
    lines.push(`      recorded: ${visible(expected ?? "nothing")}`);
    lines.push(`      replayed: ${visible(got ?? "nothing")}`);
  }
  return lines;
}

function visible(text: string): string {
  let shown = "";
  let at = 0;
  for (const { start, end, codePoint } of hiddenCharacters(text, true)) {
    shown += text.slice(at, start) + escapeOf([codePoint]);
    at = end;
  }
  return shown + text.slice(at);
}
