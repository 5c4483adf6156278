/** `countersign policy bench`: time, fuel and memory of one evaluation. */
import { type ArgsDef, type CommandDef, defineCommand } from "citty";
import { EXIT, type Format, type Output, terminalOutput, UsageError } from "../output.ts";
import { type BenchResult, benchPolicy, ORDINARY_MAIL } from "../policy/bench.ts";
import type { Example } from "../policy/example.ts";
import { readFolder } from "../policy/folder.ts";
import { isObject, readObjectFile } from "../policy/json-file.ts";
import { buildOrTell, folderArg, outputArg, readSettings, settingsArg } from "../policy/options.ts";
import { ownMessage } from "../policy/places.ts";

const args = {
  folder: folderArg,
  action: {
    type: "string",
    alias: "a",
    valueHint: "file",
    description: "An action or case; left out, a mail of 2.7 KB",
  },
  settings: settingsArg,
  budget: {
    type: "string",
    alias: "b",
    valueHint: "fuel",
    description: "End with 1 where an evaluation uses more",
  },
  output: outputArg,
} as const satisfies ArgsDef;

const command = defineCommand({
  meta: { name: "bench", description: "Measure one evaluation: time, fuel, memory" },
  args,
  async run({ args }) {
    const output = terminalOutput(process.stdout, process.env);
    const format = args.output as Format;
    const budget = readBudget(args.budget);
    const folder = await readFolder(args.folder);
    const given = args.action === undefined ? null : await readObjectFile(args.action);
    if (given !== null && !isObject(given.action)) throw new UsageError(`${args.action} has no action`);
    const settings =
      args.settings === undefined && isObject(given?.settings)
        ? given.settings
        : await readSettings(folder, args.settings);
    const policy = await buildOrTell(output, folder, format);
    if (policy === null) return;
    const result = await benchPolicy(policy, settings, (given as Example | null) ?? ORDINARY_MAIL);
    if ("rule" in result) {
      const said = result.detail === null ? "" : `: ${ownMessage(folder.manifest.name, result.detail)}`;
      throw new UsageError(
        `${folder.manifest.name} fails on this action, ${result.rule}${said}`,
        "countersign policy run shows where. Settings are given with --settings.",
      );
    }
    const within = budget === null || result.fuel <= budget;
    if (!within) process.exitCode = EXIT.failed;
    if (format === "json") output.line(JSON.stringify(jsonOf(result, budget, within), null, 2));
    else print(output, result, budget, within);
  },
}) as unknown as CommandDef<ArgsDef>;

function readBudget(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^[1-9][0-9]{0,14}$/.test(text)) return Number(text);
  throw new UsageError("--budget is a number of fuel, such as 500000");
}

const jsonOf = (result: BenchResult, budget: number | null, within: boolean) => ({
  ok: within,
  input_bytes: result.inputBytes,
  runs: result.runs,
  p50_us: result.p50,
  p99_us: result.p99,
  cold_us: result.cold,
  fuel: result.fuel,
  budget,
  memory_bytes: result.memoryBytes,
  restored_bytes: result.restoredBytes,
});

function print(output: Output, result: BenchResult, budget: number | null, within: boolean): void {
  const { cold, fuel, inputBytes, memoryBytes, p50, p99, restoredBytes, runs } = result;
  const rows = [
    ["input", `${inputBytes} bytes`],
    ["p50", `${p50} µs, over ${runs} evaluations`],
    ["p99", `${p99} µs`],
    ["cold", `${cold} µs for a new instance with its settings`],
    ["fuel", `${fuel}${budget === null ? "" : ` of ${budget}`}`],
    ["memory", `${memoryBytes} bytes`],
    ["restored", restoredBytes === 0 ? GREW : `${restoredBytes} bytes after each evaluation`],
  ] as const;
  for (const [name, text] of rows) output.line(`${name.padEnd(10)}${text}`);
  if (budget !== null)
    output.line(within ? output.green("within the budget") : output.red("OVER THE BUDGET"));
}

const GREW =
  "nothing: its memory grew, so each evaluation needs a new instance. Raise memory_pages in the manifest";

export const policyBench = {
  command,
  more: `EXAMPLES

  countersign policy bench --budget 500000
  countersign policy bench . --action large.json --settings settings.json

Fuel is exact and the same everywhere; times are this machine's. The gateway runs a policy the same way: one instance, put
back after each action to what it was after \`configure\`.`,
};
