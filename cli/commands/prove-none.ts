/** `countersign prove-none`: that no such action was dispatched, from an export whose every entry is proven. */
import { writeFile } from "node:fs/promises";
import { type ArgsDef, defineCommand } from "citty";
import { type Absence, findAbsence } from "../../core/absence/absence.ts";
import {
  firstEntry,
  isSameAbsence,
  parseTerms,
  readAbsence,
  UNDECIDED_WORDS,
} from "../../core/absence/check.ts";
import type { Term } from "../../core/absence/terms.ts";
import { fromUtf8 } from "../../core/encoding.ts";
import { recordedLog } from "../../core/ledger/recorded-entries.ts";
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
    const given = args.check === undefined ? null : await readProof(args.check);
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
    const first = firstEntry(since, recorded);
    if (!first.ok) throw new UsageError(first.fault.message, first.fault.hint);
    const absence = findAbsence(recorded, terms, first.value, since);
    const text = `${JSON.stringify(absence, null, 2)}\n`;
    if (args.out !== undefined) await writeFile(args.out, text);
    const same = given === null || isSameAbsence(given, absence);
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
  const terms = parseTerms(texts);
  if (!terms.ok) throw new UsageError(terms.fault);
  return terms.value;
}

async function readProof(file: string): Promise<Absence> {
  const absence = readAbsence(await readInput(file));
  if (absence === null) throw new UsageError(`${file} is no proof of countersign prove-none`);
  return absence;
}

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
    output.line(`${output.dim("–")} ${visible(action)}, entry ${entry}: ${UNDECIDED_WORDS[why]}`);
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
