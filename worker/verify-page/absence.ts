/** A proof of absence, found again in the export beside it. */
import { type Absence, findAbsence } from "../../core/absence/absence.ts";
import {
  firstEntry,
  isSameAbsence,
  parseTerms,
  readAbsence,
  UNDECIDED_WORDS,
} from "../../core/absence/check.ts";
import type { RecordedLog } from "../../core/ledger/recorded-entries.ts";
import { type Check, check, fault, skipped } from "../../core/ledger/report.ts";
import type { VerifiedLedger } from "../../core/ledger/verify.ts";
import type { PageReport } from "./report.ts";

export const isAbsence = (bytes: Uint8Array): boolean => readAbsence(bytes) !== null;

/**
 * `verify` verifies the export, held to the earlier checkpoint where the proof names one. What is not proven of the export is not
 * proven of what is missing in it.
 */
export async function absenceReport(
  bytes: Uint8Array,
  recorded: RecordedLog | null,
  verify: (since: string | null) => Promise<VerifiedLedger>,
): Promise<PageReport> {
  const given = readAbsence(bytes);
  const terms = given && parseTerms(given.where);
  const form = (message: string | null): Check =>
    check("absence_form", "the form of a proof, and its terms", message === null ? [] : [fault(message)]);
  if (given === null || recorded === null) return made([form("It is no proof of absence.")], []);
  if (!terms?.ok) return made([form(terms?.fault ?? "It has no terms.")], []);
  const first = firstEntry(given.since, recorded);
  if (!first.ok) return made([form(`It does not fit the export: ${first.fault.message}.`)], []);
  const { report } = await verify(given.since);
  const beside = given.since === null ? "" : ", held to the earlier checkpoint that the proof names";
  const exported = check(
    "absence_export",
    `the export beside the proof, with the given keys${beside}`,
    report.ok ? [] : [fault("The export does not verify, so that it proves nothing.")],
  );
  if (!report.ok) return made([form(null), exported, skipped("absence", "there is nothing to look in")], []);
  const again = findAbsence(recorded, terms.value, first.value, given.since);
  const same = check(
    "absence_again",
    "the proof with what the entries of the export come to",
    isSameAbsence(given, again)
      ? []
      : [fault("It is not what this export shows: it was changed, or is of another.")],
  );
  return made([form(null), exported, same, resultCheck(again)], [summaryOf(again)]);
}

const made = (checks: readonly Check[], notes: readonly string[]): PageReport => ({
  subject: "absence",
  ok: checks.every(({ status }) => status !== "failed"),
  checks,
  notes,
});

function resultCheck({ found, undecided, where, examined }: Absence): Check {
  return check(
    "absence",
    `none of ${examined.dispatches} dispatches in ${examined.entries} entries was one where ${where.join(" and ") || "anything"}`,
    [
      ...found.map(({ action, entry }) => fault(`${action} was one, and left.`, entry)),
      ...undecided.map(({ action, entry, why }) => fault(`${action} ${UNDECIDED_WORDS[why]}.`, entry)),
    ],
  );
}

const summaryOf = ({ result, from, to, log, where }: Absence): string =>
  result === "none"
    ? `No action where ${where.join(" and ") || "anything"} was dispatched in entries ${from} to ${to} of ${log}.`
    : "It is not proven.";
