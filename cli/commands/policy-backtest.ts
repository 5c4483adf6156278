/** `countersign policy backtest`: what a bundle would have made of what was decided. */
import { existsSync, statSync } from "node:fs";
import { type ArgsDef, type CommandDef, defineCommand } from "citty";
import { isDigest } from "../../core/hash.ts";
import { type Format, type Output, terminalOutput, UsageError, visible } from "../output.ts";
import { type BacktestAnswer, type BacktestDifference, runBacktest } from "../policy/backtest.ts";
import { gatewayArgs, gatewayClient, told } from "../policy/gateway.ts";
import { readObjectFile } from "../policy/json-file.ts";
import { outputArg } from "../policy/options.ts";
import { createBundle } from "../policy/publication.ts";

const args = {
  bundle: {
    type: "string",
    alias: "b",
    valueHint: "file|sha256:…",
    required: true,
    description: "The candidate: a bundle's file, or the digest of a stored one",
  },
  since: {
    type: "string",
    valueHint: "time",
    required: true,
    description: "From when, such as 2026-01-31T00:00:00Z, or 7d",
  },
  until: { type: "string", valueHint: "time", description: "Up to when; left out, now" },
  surface: {
    type: "string",
    alias: "s",
    valueHint: "surface",
    description: "In the place of what governs there; left out, the candidate alone judges every action",
  },
  folder: {
    type: "string",
    alias: "f",
    valueHint: "folder",
    description: "With --surface: the folder of the binding",
  },
  ...gatewayArgs,
  output: outputArg,
} as const satisfies ArgsDef;

const command = defineCommand({
  meta: { name: "backtest", description: "List the recorded decisions that a bundle would change" },
  args,
  async run({ args }) {
    const output = terminalOutput(process.stdout, process.env);
    const client = gatewayClient(args);
    const now = Date.now();
    const request = {
      since: timeOf("--since", args.since, now),
      until: args.until === undefined ? new Date(now).toISOString() : timeOf("--until", args.until, now),
      ...(args.surface === undefined ? {} : { surface: args.surface }),
      ...(args.folder === undefined ? {} : { folder: args.folder }),
    };
    const bundle = isDigest(args.bundle) ? args.bundle : await told(client, () => storeBundle(args.bundle));
    async function storeBundle(file: string): Promise<string> {
      if (!existsSync(file) || !statSync(file).isFile()) {
        throw new UsageError(
          `${file} is neither a bundle's digest nor a file`,
          "A bundle is {name, version, policies} (docs/api.md).",
        );
      }
      return (await createBundle(client, await readObjectFile(file))).bundle;
    }
    const progress = ({ judged, remaining }: BacktestAnswer) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${judged} judged, ${remaining} entries to go `);
    };
    const backtest = await told(client, () => runBacktest(client, { ...request, bundle }, progress));
    if (process.stderr.isTTY) process.stderr.write("\n");
    if ((args.output as Format) === "json") return output.line(JSON.stringify(backtest, null, 2));
    print(output, backtest);
  },
}) as unknown as CommandDef<ArgsDef>;

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000 };

/** A time as it stands, or so long before now. */
function timeOf(option: string, text: string, now: number): string {
  const [, count, unit = ""] = /^([1-9][0-9]{0,5})([hd])$/.exec(text) ?? [];
  const milliseconds = count === undefined ? Date.parse(text) : now - Number(count) * (UNITS[unit] ?? 0);
  if (Number.isFinite(milliseconds)) return new Date(milliseconds).toISOString();
  throw new UsageError(
    `${option} ${text} is no time`,
    "Expected 2026-01-31T00:00:00Z, or such as 12h or 7d before now.",
  );
}

const HEADINGS: Readonly<Record<string, string>> = {
  block_to_allow: "block -> allow",
  allow_to_block: "allow -> block",
  hold_to_allow: "hold -> allow",
  block_to_hold: "block -> hold",
  allow_to_hold: "allow -> hold",
  hold_to_block: "hold -> block",
};

function print(output: Output, backtest: BacktestAnswer): void {
  const { agree, data, differ, judged, skipped, truncated } = backtest;
  let heading = "";
  for (const difference of data) {
    if (difference.change !== heading) {
      heading = difference.change;
      const count = data.filter(({ change }) => change === heading).length;
      const text = `${HEADINGS[heading] ?? heading} (${count})`;
      output.line(heading === "block_to_allow" ? output.red(text) : output.bold(text));
    }
    output.line(`    ${differenceText(difference)}`);
  }
  if (truncated) output.line(output.dim("There are more than the gateway keeps; all are counted."));
  output.line(
    `${judged} judged: ${agree} the same, ${differ} would change; ${skipped} skipped (${backtest.id})`,
  );
}

function differenceText({
  action,
  decision,
  candidate_decision,
  only_active,
  only_candidate,
}: BacktestDifference): string {
  const rules = [...only_active.map((rule) => `-${rule}`), ...only_candidate.map((rule) => `+${rule}`)];
  return visible(
    `${action}  ${decision} -> ${candidate_decision}${rules.length > 0 ? `  ${rules.join(", ")}` : ""}`,
  );
}

export const policyBacktest = {
  command,
  more: `EXAMPLES

  countersign policy backtest --bundle bundle.json --since 7d
  countersign policy backtest --bundle sha256:… --since 2026-01-01T00:00:00Z --surface outbound.email -o json

Needs a key with the scope admin. The policies of the bundle must be published. Decisions that would no longer be stopped
come first; a rule with + fires in the candidate alone, one with - in what governed alone. Nothing that was decided changes.`,
};
