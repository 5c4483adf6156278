/** `countersign verify`: an export of the ledger, a single receipt or a checkpoint, offline. */
import { type ArgsDef, defineCommand } from "citty";
import { beginsAsLines, detectEvidence } from "../../core/ledger/detect.ts";
import type { Check, Report } from "../../core/ledger/report.ts";
import type { WitnessPolicy } from "../../core/ledger/tree/cosignature.ts";
import type { TrustRoot } from "../../core/ledger/trust.ts";
import { type VerifiedLedger, verifyLedger } from "../../core/ledger/verify.ts";
import { verifyCheckpoint } from "../../core/ledger/verify-checkpoint.ts";
import { verifyReceipt } from "../../core/ledger/verify-receipt.ts";
import { readInput, streamInput } from "../files.ts";
import { EXIT, FORMATS, type Format, type Output, terminalOutput, UsageError, visible } from "../output.ts";
import { allValues } from "../raw-args.ts";
import { readKeys, readWitnesses } from "../trusted-keys.ts";

/** More faults of one check than this are counted, not printed; `-o json` has them all. */
const FAULTS_PRINTED_MAX = 10;

/** citty wants a list that it might change. */
const FORMATS_SHOWN: Format[] = [...FORMATS];

const args = {
  file: {
    type: "positional",
    required: true,
    description:
      "A ledger export, a receipt or the answer that holds one, or a checkpoint; - reads standard input",
  },
  key: {
    type: "string",
    alias: "k",
    valueHint: "jwks.json|jwk.json|x|vkey",
    description:
      "A key that you trust: a file, 32 bytes in base64url, or name+id+key. Repeat it, or use commas",
  },
  witness: {
    type: "string",
    alias: "w",
    valueHint: "vkey",
    description:
      "A witness that you trust, as name+id+key: some have to have cosigned. Repeat it, or use commas",
  },
  quorum: {
    type: "string",
    alias: "q",
    valueHint: "k",
    description: "How many of the given witnesses have to have cosigned; all, where it is left out",
  },
  since: {
    type: "string",
    alias: "s",
    valueHint: "checkpoint.txt",
    description: "With an export: a checkpoint saved earlier, that the log must still begin with",
  },
  "require-proof": {
    type: "boolean",
    description: "With a receipt: fail where it does not show that it stands in the log",
  },
  ledger: {
    type: "string",
    alias: "l",
    valueHint: "export.jsonl",
    description: "With a receipt: an export that must hold its entry",
  },
  output: {
    type: "enum",
    alias: "o",
    options: FORMATS_SHOWN,
    default: "table",
    description: "How to print the result",
  },
} as const satisfies ArgsDef;

export const verify = defineCommand({
  meta: {
    name: "verify",
    description: "Verify a ledger export, a receipt or a checkpoint, offline, with keys that you give",
  },
  args,
  async run({ args, rawArgs }) {
    const root = await readKeys(allValues(rawArgs, ["--key", "-k"]));
    const witnesses = readWitnesses(allValues(rawArgs, ["--witness", "-w"]), args.quorum);
    const report = await verifyFile(args, root, witnesses);
    const output = terminalOutput(process.stdout, process.env);
    print(output, report, args.output as Format);
    process.exitCode = report.every(({ ok }) => ok) ? EXIT.ok : EXIT.failed;
  },
});

interface Options {
  readonly file: string;
  readonly ledger?: string | undefined;
  readonly since?: string | undefined;
  readonly "require-proof"?: boolean | undefined;
}

/** The report of the file; before it that of the ledger given beside it. */
async function verifyFile(
  { file, ledger: ledgerFile, since: sinceFile, "require-proof": requireProof = false }: Options,
  root: TrustRoot,
  witnesses: WitnessPolicy | null,
): Promise<Report[]> {
  const { keys, ...statements } = root;
  if ([file, ledgerFile, sinceFile].filter((name) => name === "-").length > 1)
    throw new UsageError("standard input can be read only once");
  const lines = await streamInput(file, beginsAsLines);
  const bytes = lines === null ? await readInput(file) : new Uint8Array();
  const evidence = lines === null ? detectEvidence(bytes) : "ledger";
  if (evidence === null) {
    throw new UsageError(
      `${file} is neither a ledger export nor a receipt nor a checkpoint`,
      "Expected JSON Lines from GET /v1/ledger/export, an action with its `receipt`, a problem with its `denial_proof`, a DSSE envelope, or the note from GET /v1/ledger/checkpoint.",
    );
  }
  if (evidence !== "receipt" && (ledgerFile !== undefined || requireProof))
    throw new UsageError(`${file} is no receipt; --ledger and --require-proof go with one`);
  if (evidence !== "ledger" && sinceFile !== undefined)
    throw new UsageError(
      `${file} is no ledger export; --since goes with one`,
      "Only the entries, or the hashes of all of them, show that the log still begins as it did.",
    );
  if (evidence === "checkpoint") return [await verifyCheckpoint(bytes, keys, { witnesses, statements })];
  if (evidence === "ledger") {
    const since = sinceFile === undefined ? null : await readInput(sinceFile);
    return [(await verifyLedger(lines ?? bytes, keys, { witnesses, since, statements })).report];
  }
  const ledger = ledgerFile === undefined ? null : await readLedger(ledgerFile, root);
  const receipt = await verifyReceipt(bytes, keys, { ledger, requireProof, witnesses, statements });
  return ledger === null ? [receipt] : [ledger.report, receipt];
}

async function readLedger(file: string, { keys, ...statements }: TrustRoot): Promise<VerifiedLedger> {
  const lines = await streamInput(file, beginsAsLines);
  if (lines !== null) return verifyLedger(lines, keys, { statements });
  const bytes = await readInput(file);
  if (detectEvidence(bytes) !== "ledger") throw new UsageError(`${file} is not a ledger export`);
  return verifyLedger(bytes, keys, { statements });
}

// --- printing ---------------------------------------------------------------

function print(output: Output, reports: readonly Report[], format: Format): void {
  const ok = reports.every((report) => report.ok);
  if (format === "json") {
    output.line(JSON.stringify({ ok, reports }, null, 2));
    return;
  }
  for (const report of reports) {
    output.line(output.bold(TITLES[report.subject]));
    for (const check of report.checks) printCheck(output, check);
    for (const note of report.notes) output.line(`  ${visible(note)}`);
    output.line("");
  }
  output.line(verdict(output, reports));
}

const TITLES: Readonly<Record<Report["subject"], string>> = {
  ledger: "Ledger export",
  receipt: "Receipt",
  checkpoint: "Checkpoint",
};
const MARKS: Readonly<Record<Check["status"], string>> = { ok: "✓", failed: "✗", warning: "!", skipped: "–" };

function printCheck(output: Output, { id, status, compared, faults }: Check): void {
  const paint = status === "ok" ? output.green : status === "failed" ? output.red : output.dim;
  output.line(`${paint(MARKS[status])} ${id.padEnd(20)} ${visible(compared)}`);
  for (const { where, message } of faults.slice(0, FAULTS_PRINTED_MAX)) {
    output.line(`    ${where === null ? "" : `${where}: `}${visible(message)}`);
  }
  if (faults.length > FAULTS_PRINTED_MAX) output.line(`    and ${faults.length - FAULTS_PRINTED_MAX} more`);
}

function verdict(output: Output, reports: readonly Report[]): string {
  const failed = reports.flatMap(({ checks }) => checks.filter(({ status }) => status === "failed"));
  if (failed.length === 0) {
    const count = reports.flatMap(({ checks }) => checks).filter(({ status }) => status === "ok").length;
    return output.green(`VERIFIED: ${count} checks passed, with the given keys alone.`);
  }
  const indexes = [...new Set(failed.flatMap(({ faults }) => faults.map(({ index }) => index)))]
    .filter((index) => index !== null)
    .sort((a, b) => a - b);
  const names = indexes.slice(0, FAULTS_PRINTED_MAX).join(", ");
  const more = indexes.length > FAULTS_PRINTED_MAX ? ` and ${indexes.length - FAULTS_PRINTED_MAX} more` : "";
  const where =
    indexes.length === 0 ? "" : ` at ${indexes.length === 1 ? "entry" : "entries"} ${names}${more}`;
  return output.red(`NOT VERIFIED: ${failed.map(({ id }) => id).join(", ")} failed${where}.`);
}
