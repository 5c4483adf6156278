/** `countersign replay`: decisions done again from what was recorded of them, with the same host in this process. */
import { type ArgsDef, defineCommand } from "citty";
import { addExported } from "../../core/policy/replay/given.ts";
import {
  exportedDecisions,
  readExported,
  receiptDecision,
  type ToReplay,
} from "../../core/policy/replay/recorded.ts";
import type { Comparison } from "../../core/policy/replay/report.ts";
import { ReplaySources } from "../../core/policy/replay/sources.ts";
import { compileWasm } from "../../policy-plugins/tools/wasm-module.ts";
import type { Replayed } from "../../worker/evaluate/replay.ts";
import type { Client } from "../client.ts";
import { readInput } from "../files.ts";
import { EXIT, type Format, type Output, terminalOutput, UsageError, visible } from "../output.ts";
import { gatewayArgs, gatewayClient, told } from "../policy/gateway.ts";
import { outputArg } from "../policy/options.ts";
import { allValues } from "../raw-args.ts";
import { addBuiltin, addBundleFile, addFolder, addPublished } from "../replay/sources.ts";
import { withoutWasiWarning } from "../wasi-warning.ts";

/** More decisions than this that do not match are counted, not printed; `-o json` has them all. */
const PRINTED_MAX = 10;

const args = {
  file: {
    type: "positional",
    required: true,
    description: "An export with evidence, a receipt, or the answer that holds one; - reads standard input",
  },
  modules: {
    type: "string",
    alias: "m",
    valueHint: "folder",
    description: "Modules of published policies, under any names; those of this release are at hand",
  },
  bundle: {
    type: "string",
    alias: "b",
    valueHint: "bundle.json",
    description: "With a receipt: a bundle that governed. Repeat it for several",
  },
  input: {
    type: "string",
    alias: "i",
    valueHint: "decision.json",
    description: "With a receipt: what was judged, as an export has it",
  },
  ...gatewayArgs,
  output: outputArg,
} as const satisfies ArgsDef;

export const replay = defineCommand({
  meta: {
    name: "replay",
    description: "Judge a recorded action again, and compare verdicts, fuel and decision byte for byte",
  },
  args,
  async run({ args, rawArgs }) {
    const bundles = allValues(rawArgs, ["--bundle", "-b"]);
    const client = args.gateway === undefined ? null : gatewayClient(args);
    const { decisions, sources } = await gather(args, bundles, client);
    const { replayAll } = await withoutWasiWarning(() => import("../../worker/evaluate/replay.ts"));
    const printer = new Printer(
      terminalOutput(process.stdout, process.env),
      args.output as Format,
      decisions.length,
    );
    for await (const one of replayAll(decisions, sources, compileWasm)) printer.add(one);
    process.exitCode = printer.end();
  },
});

interface Options {
  readonly file: string;
  readonly modules?: string | undefined;
  readonly input?: string | undefined;
}

async function gather(
  { file, modules, input }: Options,
  bundles: readonly string[],
  client: Client | null,
): Promise<{ decisions: ToReplay[]; sources: ReplaySources }> {
  const sources = new ReplaySources();
  await addBuiltin(sources);
  if (modules !== undefined) await addFolder(sources, modules);
  for (const bundle of bundles) await addBundleFile(sources, bundle);
  const text = new TextDecoder().decode(await readInput(file));
  const exported = readExported(text);
  if (exported !== null) {
    if (input !== undefined) throw new UsageError("an export has its inputs; --input goes with a receipt");
    const [fault] = exported.faults;
    if (fault)
      throw new UsageError(`${file}, line ${fault.line}: ${fault.message}`, "countersign verify says more.");
    if (!exported.included && exported.decisions.length > 0)
      throw new UsageError(
        `${file} is an export without evidence`,
        "Ask for GET /v1/ledger/export?include=evidence: it has what each decision was made from.",
      );
    addExported(sources, exported);
    if (client !== null) await told(client, () => addPublished(sources, client, exported));
    return { decisions: exportedDecisions(exported), sources };
  }
  const inputText = input === undefined ? null : new TextDecoder().decode(await readInput(input));
  const read = receiptDecision(text, inputText);
  if (!read.ok) {
    const { of, message, hint } = read.fault;
    throw new UsageError(`${of === "input" ? "the file of --input" : file} ${message}`, hint);
  }
  const decision = read.value;
  if (client === null || inputText !== null) return { decisions: [decision], sources };
  const { index, log } = decision.entry;
  const path = `/v1/ledger/export?include=evidence&from=${index}&to=${index}`;
  const fetched = readExported(await told(client, () => client.expect<string>("GET", path)));
  const [found] = fetched === null ? [] : exportedDecisions(fetched);
  if (fetched === null || found === undefined)
    throw new UsageError(`the gateway has no decision at index ${index}`);
  // The receipt's own entry is what is replayed: the gateway only lends what it was made from.
  if (fetched.header.log !== log)
    throw new UsageError(`the key's tenant is another one than that of the log ${log}`);
  addExported(sources, fetched);
  await told(client, () => addPublished(sources, client, fetched));
  return { decisions: [{ ...decision, evidence: found.evidence }], sources };
}

// --- printing ---------------------------------------------------------------

type Counts = Record<Replayed["status"], number>;

/** Prints decisions as they come, so that of many only what has to be said at the end is kept. */
class Printer {
  readonly #output: Output;
  readonly #format: Format;
  readonly #total: number;
  readonly #counts: Counts = { MATCH: 0, MISMATCH: 0, UNVERIFIABLE: 0 };
  /** What was missing, with the number of decisions that it was missing for: of many it is mostly the same. */
  readonly #missing = new Map<string, number>();
  #done = 0;
  #verdicts = 0;

  constructor(output: Output, format: Format, total: number) {
    this.#output = output;
    this.#format = format;
    this.#total = total;
    if (format === "json") output.line('{\n  "decisions": [');
  }

  add(one: Replayed): void {
    this.#counts[one.status]++;
    this.#done++;
    if (this.#format === "json") {
      const comma = this.#done < this.#total ? "," : "";
      this.#output.line(`${JSON.stringify(one, null, 2).replaceAll(/^/gm, "    ")}${comma}`);
      return;
    }
    for (const { part } of one.comparisons) if (part === "verdict") this.#verdicts++;
    const reasons = one.comparisons.flatMap(({ part, why }) => (why === null ? [] : [`${part}: ${why}`]));
    for (const reason of new Set(reasons)) this.#missing.set(reason, (this.#missing.get(reason) ?? 0) + 1);
    if (this.#total === 1) printDecision(this.#output, one, true);
    else if (one.status === "MISMATCH" && this.#counts.MISMATCH <= PRINTED_MAX)
      printDecision(this.#output, one, false);
  }

  /** The exit code: a decision that cannot be replayed is no answer; one that differs is. */
  end(): number {
    const { MISMATCH, UNVERIFIABLE } = this.#counts;
    if (this.#format === "json") {
      const counts = Object.entries(this.#counts).map(([status, count]) => `  "${status}": ${count}`);
      this.#output.line(`  ],\n${counts.join(",\n")}\n}`);
    } else {
      if (this.#total > 1 && MISMATCH > PRINTED_MAX) this.#output.line(`and ${MISMATCH - PRINTED_MAX} more`);
      if (this.#total > 1) this.#printMissing();
      this.#output.line(verdict(this.#output, this.#counts, this.#verdicts));
    }
    if (MISMATCH > 0) return EXIT.failed;
    return UNVERIFIABLE > 0 ? EXIT.usage : EXIT.ok;
  }

  #printMissing(): void {
    for (const [reason, count] of [...this.#missing].slice(0, PRINTED_MAX))
      this.#output.line(
        `${this.#output.dim(MARKS.unverifiable)} ${visible(reason)} (${count} of ${this.#total})`,
      );
  }
}

function printDecision(output: Output, one: Replayed, whole: boolean): void {
  output.line(output.bold(`Entry ${one.index}: ${visible(one.action)}, ${visible(one.decision)}`));
  for (const comparison of one.comparisons) {
    if (whole || comparison.result !== "match") printComparison(output, comparison);
  }
  output.line("");
}

const MARKS: Readonly<Record<Comparison["result"], string>> = {
  match: "✓",
  mismatch: "✗",
  unverifiable: "–",
};

function printComparison(output: Output, { part, subject, result, expected, got, why }: Comparison): void {
  const paint = result === "match" ? output.green : result === "mismatch" ? output.red : output.dim;
  const about = [part.padEnd(16), visible(subject ?? "")].join(" ");
  output.line(`${paint(MARKS[result])} ${about}${why === null ? "" : ` ${visible(why)}`}`.trimEnd());
  if (result !== "mismatch") return;
  output.line(`    recorded: ${visible(expected ?? "nothing")}`);
  output.line(`    replayed: ${visible(got ?? "nothing")}`);
}

function verdict(output: Output, counts: Counts, verdicts: number): string {
  const { MATCH, MISMATCH, UNVERIFIABLE } = counts;
  const decisions = (count: number) => `${count} ${count === 1 ? "decision" : "decisions"}`;
  const rest = UNVERIFIABLE > 0 ? ` ${decisions(UNVERIFIABLE)} could not be replayed.` : "";
  if (MISMATCH > 0) return output.red(`MISMATCH: ${decisions(MISMATCH)} differ, ${MATCH} match.${rest}`);
  if (UNVERIFIABLE > 0) return output.dim(`UNVERIFIABLE:${rest} ${decisions(MATCH)} match.`);
  return output.green(
    `MATCH: ${decisions(MATCH)} with ${verdicts} verdicts, to the byte and the unit of fuel.`,
  );
}
