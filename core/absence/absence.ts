/**
 * The negative proof, `countersign-absence/1` (docs/spec/absence.md): that no action for which all terms hold was dispatched
 * between two checkpoints. It is found by looking at every entry of a range whose every leaf is proven, so whoever has the
 * export finds it again.
 *
 * Dispatched is what may have left: a delivery of which an attempt was made, unless the dispatcher refused before it sent
 * anything; and what was cleared for its caller to execute, when it was cleared. What is not known counts against the proof:
 * so does what was let pass and of which nothing more is entered, since an attempt may be under way.
 */
import { fromBase64Url } from "../encoding.ts";
import type { Digest } from "../hash.ts";
import { SALT_BYTES } from "../ledger/commitment.ts";
import type { Entry } from "../ledger/entry.ts";
import { textCommitment } from "../ledger/openings.ts";
import type { RecordedLog } from "../ledger/recorded-entries.ts";
import type { DecisionEntry } from "../receipt.ts";
import { type Content, holds, isUnfinished, type Late, readContent, type Term } from "./terms.ts";

export const ABSENCE_FORMAT = "countersign-absence/1";

/** A dispatch for which the terms hold, or of which it cannot be told. */
export interface Dispatch {
  readonly action: string;
  /** Entry by which it left; that of the decision where it may be under way. */
  readonly entry: number;
  /** Entry of the decision that let it pass; null where it is not in the export. */
  readonly decision: number | null;
}

export interface Undecided extends Dispatch {
  readonly why: "decided_before" | "under_way" | "unfinished" | "no_evidence" | "erased" | "does_not_open";
}

export interface Absence {
  readonly format: typeof ABSENCE_FORMAT;
  readonly log: string;
  /** First and last entry looked at. */
  readonly from: number;
  readonly to: number;
  /** The note under which all of them stand. */
  readonly checkpoint: string;
  /** The earlier note from which on was looked; null where the export begins the range. */
  readonly since: string | null;
  readonly where: readonly string[];
  readonly examined: { readonly entries: number; readonly dispatches: number };
  /** `none`: there was no such action. */
  readonly result: "none" | "found" | "undecided";
  readonly found: readonly Dispatch[];
  readonly undecided: readonly Undecided[];
}

/** `from`: the first entry to be looked at; those before it in the export only tell of decisions. */
export function findAbsence(
  recorded: RecordedLog,
  terms: readonly Term[],
  from: number,
  since: string | null,
): Absence {
  const passed = new Map<string, DecisionEntry>();
  const waiting = new Map<string, DecisionEntry>();
  const late = evaluationsOf(recorded);
  const verdictOf = (decision: DecisionEntry) =>
    judge(recorded, decision, late.get(decision.subject) ?? null, terms);
  const found: Dispatch[] = [];
  const undecided: Undecided[] = [];
  let dispatches = 0;
  let entries = 0;
  for (const entry of recorded.entries) {
    const lets = entry.type === "decision" && letsPass(entry as DecisionEntry);
    if (lets) {
      passed.set(entry.subject, entry as DecisionEntry);
      waiting.set(entry.subject, entry as DecisionEntry);
    }
    if (hasEnded(entry)) waiting.delete(entry.subject);
    if (entry.index < from) continue;
    entries++;
    const action = dispatchedBy(entry, lets);
    if (action === null) continue;
    dispatches++;
    const decision = passed.get(action) ?? null;
    const dispatch = { action, entry: entry.index, decision: decision?.index ?? null };
    const verdict = decision === null ? "decided_before" : verdictOf(decision);
    if (verdict === true) found.push(dispatch);
    else if (verdict !== false) undecided.push({ ...dispatch, why: verdict });
  }
  for (const [action, { index }] of [...waiting].filter(([, decision]) => verdictOf(decision) !== false))
    undecided.push({ action, entry: index, decision: index, why: "under_way" });
  const result = found.length > 0 ? "found" : undecided.length > 0 ? "undecided" : "none";
  return {
    format: ABSENCE_FORMAT,
    log: recorded.log,
    from,
    to: recorded.to,
    checkpoint: recorded.checkpoint,
    since,
    where: terms.map(({ text }) => text),
    examined: { entries, dispatches },
    result,
    found,
    undecided,
  };
}

const letsPass = ({ body }: DecisionEntry): boolean =>
  body.decision === "allow" || body.decision === "modify";

/** Full evaluations by action; one that was given up found nothing out. */
function evaluationsOf({ entries }: RecordedLog): ReadonlyMap<string, Late> {
  const judged = entries.filter(({ type, body }) => type === "evaluation" && body.decision !== null);
  return new Map(judged.map(({ subject, body }) => [subject, body]));
}

/** It was tried, cleared for its caller or called off: nothing of it is under way that no entry tells of. */
const hasEnded = ({ type, body }: Entry): boolean =>
  type === "delivery" || type === "action.cancelled" || (type === "decision" && body.target === null);

/** Nothing was sent: the dispatcher refused the order, or it was not given. */
const NOT_SENT: ReadonlySet<unknown> = new Set(["refused"]);
const isAction = (id: unknown): id is string => typeof id === "string" && id.startsWith("act_");

/** The action that left by this entry; null where none did. */
function dispatchedBy(entry: Entry, lets: boolean): string | null {
  if (lets) return (entry as DecisionEntry).body.target === null ? entry.subject : null;
  if (entry.type !== "delivery" || NOT_SENT.has(entry.body.result)) return null;
  // An alert is the gateway's own word, and no action.
  return isAction(entry.body.action) ? entry.body.action : null;
}

/** Whether all terms hold, or why that cannot be told. One that does not hold settles it, whatever of the others. */
function judge(
  recorded: RecordedLog,
  decision: DecisionEntry,
  late: Late,
  terms: readonly Term[],
): boolean | Undecided["why"] {
  const opened = openContent(recorded, decision);
  const content: Content = typeof opened === "string" ? null : opened;
  const results = terms.map((term) => holds(term, decision, content, late));
  if (results.includes(false)) return false;
  if (!results.includes(null)) return true;
  if (isUnfinished(decision, late)) return "unfinished";
  return typeof opened === "string" ? opened : "does_not_open";
}

/** What was judged, as it passed: changed by obligations where they changed it. */
function openContent(
  { evidence, erased }: RecordedLog,
  { index, body }: DecisionEntry,
): Content | Undecided["why"] {
  const own = evidence.get(index);
  if (own === undefined) return erased.has(index) ? "erased" : "no_evidence";
  const changed = body.commitments.changed ?? null;
  const text = changed === null ? own.input : own.changedInput;
  const [field, committed]: ["input" | "changed_input", Digest] =
    changed === null ? ["input", body.commitments.input] : ["changed_input", changed.input];
  const salt = fromBase64Url(own.salt);
  if (text === null || salt?.length !== SALT_BYTES) return "no_evidence";
  if (textCommitment(field, salt, text) !== committed) return "does_not_open";
  return readContent(text) ?? "does_not_open";
}
