/** A proof of absence that somebody else made, found again: what is asked of its export before, and whether it came out the same. */
import { canonicalJson } from "../canonical-json.ts";
import { type Json, parseIJson } from "../json.ts";
import type { RecordedLog } from "../ledger/recorded-entries.ts";
import { parseCheckpoint } from "../ledger/tree/checkpoint.ts";
import { parseNote } from "../ledger/tree/note.ts";
import { JSON_DEPTH_MAX } from "../limits.ts";
import { ok, type Result, refuse } from "../result.ts";
import { ABSENCE_FORMAT, type Absence, type Undecided } from "./absence.ts";
import { parseTerm, type Term } from "./terms.ts";

/** One that found every dispatch of a long export still fits. */
const ABSENCE_LIMITS = { bytesMax: 64 * 1024 * 1024, depthMax: JSON_DEPTH_MAX, valuesMax: 10_000_000 };

/** Null where the bytes are no proof. What it says besides its terms is believed of nobody: it is compared. */
export function readAbsence(bytes: Uint8Array): Absence | null {
  const json = parseIJson(bytes, ABSENCE_LIMITS);
  const absence = (json.ok ? json.value : null) as Partial<Absence> | null;
  const isOne =
    absence?.format === ABSENCE_FORMAT &&
    Array.isArray(absence.where) &&
    absence.where.every((term) => typeof term === "string") &&
    (absence.since === null || typeof absence.since === "string");
  return isOne ? (absence as Absence) : null;
}

export function parseTerms(texts: readonly string[]): Result<readonly Term[], string> {
  const terms: Term[] = [];
  for (const text of texts) {
    const term = parseTerm(text);
    if (!term.ok) return term;
    terms.push(term.value);
  }
  return ok(terms);
}

export interface Unfit {
  readonly message: string;
  readonly hint: string | null;
}

/** The first entry that is looked at: that after the earlier checkpoint, where one is given, else the first of the export. */
export function firstEntry(
  since: string | null,
  { from, to }: Pick<RecordedLog, "from" | "to">,
): Result<number, Unfit> {
  if (since === null) return ok(from);
  const note = parseNote(since);
  const size = note === null ? undefined : parseCheckpoint(note.text)?.size;
  if (size === undefined) return refuse({ message: "the earlier checkpoint cannot be read", hint: null });
  if (size < from)
    return refuse({
      message: `the export begins at entry ${from}, after the earlier checkpoint of ${size} entries`,
      hint: `Export from entry ${size} on, or earlier: GET /v1/ledger/export?from=${size}`,
    });
  if (size > to)
    return refuse({
      message: `the export has no entry after the earlier checkpoint of ${size} entries: it ends at entry ${to}`,
      hint: "Nothing is proven of a time of which nothing is looked at. Export to a later entry.",
    });
  return ok(size);
}

export const isSameAbsence = (a: Absence, b: Absence): boolean =>
  canonicalJson(a as unknown as Json) === canonicalJson(b as unknown as Json);

/** Each completes a sentence that begins with the action. */
export const UNDECIDED_WORDS: Readonly<Record<Undecided["why"], string>> = {
  decided_before: "was decided before the export begins",
  under_way: "was let pass, and nothing says yet whether it was sent",
  unfinished: "passed before every policy had answered, and what they found is not in the export",
  no_evidence: "what it held is not in the export (ask for include=evidence)",
  erased: "what it held was erased",
  does_not_open: "what the export says it held is not what the log committed to",
};
