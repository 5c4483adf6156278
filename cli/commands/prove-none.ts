/** `countersign prove-none`: that no such action was dispatched, from an export whose every entry is proven. */
import { writeFile } from "node:fs/promises";
import { type ArgsDef, defineCommand } from "citty";
import { type Absence, findAbsence } from "../../core/absence/absence.ts";
import { parseTerm, type Term } from "../../core/absence/terms.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { fromUtf8 } from "../../core/encoding.ts";
import type { Json } from "../../core/json.ts";
import { type RecordedLog, recordedLog } from "../../core/ledger/recorded-entries.ts";
import { parseCheckpoint } from "../../core/ledger/tree/checkpoint.ts";
import { parseNote } from "../../core/ledger/tree/note.ts";
import { verifyLedger } from "../../core/ledger/verify.ts";
import { readInput } from "../files.ts";
import { EXIT, type Format, type Output, terminalOutput, UsageError, visible } from "../output.ts";
import { outputArg } from "../policy/options.ts";
import { allValues } from "../raw-args.ts";
import { readKeys } from "../trusted-keys.ts";

/** More than this are counted, not printed; `-o json` has them all. */
const PRINTED_MAX = 10;

const args = {
  file: {
    type: "positional",
    required: true,
    description: "A ledger export; with evidence where the terms ask for content; - reads standard input",
  },
  where: {
    type: "string",
    alias: "w",
    valueHint: "field=value",
    description: "What the action would have been: repeat it for terms that all have to hold",
  },
  key: {
    type: "string",
    alias: "k",
    valueHint: "jwks.json|vkey",
    description: "A key that you trust, as with countersign verify",
  },
  since: {
    type: "string",
    alias: "s",
    valueHint: "checkpoint.txt",
    description: "A checkpoint saved earlier: only what was dispatched after it counts",
  },
  out: {
    type: "string",
    valueHint: "absence.json",
    description: "Write the proof to this file, for others to find again",
  },
  check: {
    type: "string",
    alias: "c",
    valueHint: "absence.json",
    description: "Find a proof again that somebody else made, and compare; it brings the terms",
  },
  output: outputArg,
} as const satisfies ArgsDef;

export const proveNone = defineCommand({
  meta: {
    name: "prove-none",
    description: "Show that no action of a kind was dispatched, from an export that is verified first",
  },
  args,
  async run({ args, rawArgs }) {
    const { keys, ...statements } = await readKeys(allValues(rawArgs, ["--key", "-k"]));
    const given = args.check === undefined ? null : await readAbsence(args.check);
    const where = given?.where ?? allValues(rawArgs, ["--where", "-w"]);
    const terms = readTerms(where);
    const bytes = await readInput(args.file);
    const since = given?.since ?? (args.since === undefined ? null : fromUtf8(await readInput(args.since)));
    const verified = await verifyLedger(bytes, keys, { since, statements });
    const recorded = recordedLog(fromUtf8(bytes));
    if (recorded === null) throw new UsageError(`${args.file} is not a ledger export`);
    const output = terminalOutput(process.stdout, process.env);
    if (!verified.report.ok) {
      output.line(output.red("NOT PROVEN: the export does not verify; countersign verify says where."));
      process.exitCode = EXIT.failed;
      return;
    }
    const absence = findAbsence(recorded, terms, firstEntry(since, recorded), since);
    const text = `${JSON.stringify(absence, null, 2)}\n`;
    if (args.out !== undefined) await writeFile(args.out, text);
    const same = given === null || isSame(given, absence);
    print(output, absence, given === null ? null : same, args.output as Format);
    process.exitCode = absence.result === "none" && same ? EXIT.ok : EXIT.failed;
  },
});

function readTerms(texts: readonly string[]): readonly Term[] {
  if (texts.length === 0)
    throw new UsageError(
      "which actions?",
      "Give --where, such as --where surface=outbound.email --where rule=US_SSN.",
    );
  return texts.map((text) => {
    const term = parseTerm(text);
    if (!term.ok) throw new UsageError(term.fault);
    return term.value;
  });
}

async function readAbsence(file: string): Promise<Absence> {
  let json: unknown;
  try {
    json = JSON.parse(fromUtf8(await readInput(file)));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    json = null;
  }
  const absence = json as Partial<Absence> | null;
  const isOne =
    absence?.format === "countersign-absence/1" &&
    Array.isArray(absence.where) &&
    absence.where.every((term) => typeof term === "string") &&
    (absence.since === null || typeof absence.since === "string");
  if (!isOne) throw new UsageError(`${file} is no proof of countersign prove-none`);
  return absence as Absence;
}

function firstEntry(since: string | null, { from, to }: Pick<RecordedLog, "from" | "to">): number {
  const note = since === null ? null : parseNote(since);
  const size = note === null ? undefined : parseCheckpoint(note.text)?.size;
  if (since !== null && size === undefined) throw new UsageError("the earlier checkpoint cannot be read");
  if (size !== undefined && size < from)
    throw new UsageError(
      `the export begins at entry ${from}, after the earlier checkpoint of ${size} entries`,
      `Export from entry ${size} on, or earlier: GET /v1/ledger/export?from=${size}`,
    );
  if (size !== undefined && size > to)
    throw new UsageError(
      `the export has no entry after the earlier checkpoint of ${size} entries: it ends at entry ${to}`,
      "Nothing is proven of a time of which nothing is looked at. Export to a later entry.",
    );
  return size ?? from;
}

const isSame = (a: Absence, b: Absence): boolean =>
  canonicalJson(a as unknown as Json) === canonicalJson(b as unknown as Json);

const WHY = {
  decided_before: "was decided before the export begins",
  under_way: "was let pass, and nothing says yet whether it was sent",
  unfinished: "passed before every policy had answered, and what they found is not in the export",
  no_evidence: "what it held is not in the export (ask for include=evidence)",
  erased: "what it held was erased",
  does_not_open: "what the export says it held is not what the log committed to",
} as const;

function print(output: Output, absence: Absence, same: boolean | null, format: Format): void {
  if (format === "json") {
    output.line(JSON.stringify(same === null ? absence : { same, absence }, null, 2));
    return;
  }
  const { examined, from, to, log, where, found, undecided } = absence;
  output.line(output.bold(`Dispatched where ${where.map(visible).join(" and ")}`));
  output.line(
    `  ${examined.entries} entries looked at, ${from} to ${to} of ${visible(log)}; ${examined.dispatches} dispatches among them`,
  );
  for (const { action, entry } of found.slice(0, PRINTED_MAX))
    output.line(`${output.red("✗")} ${visible(action)} left by entry ${entry}`);
  if (found.length > PRINTED_MAX) output.line(`  and ${found.length - PRINTED_MAX} more`);
  for (const { action, entry, why } of undecided.slice(0, PRINTED_MAX))
    output.line(`${output.dim("–")} ${visible(action)}, entry ${entry}: ${WHY[why]}`);
  if (undecided.length > PRINTED_MAX) output.line(`  and ${undecided.length - PRINTED_MAX} more`);
  if (same === false) output.line(output.red("DIFFERS: the given proof is not what this export shows."));
  output.line(verdict(output, absence, same));
}

function verdict(output: Output, { result, found, undecided }: Absence, same: boolean | null): string {
  if (result === "found") return output.red(`FOUND: ${found.length} such dispatches.`);
  if (result === "undecided")
    return output.red(`NOT PROVEN: of ${undecided.length} dispatches it cannot be told.`);
  const again = same === true ? ", found again as the given proof says" : "";
  return output.green(`PROVEN: no such action was dispatched${again}.`);
}
