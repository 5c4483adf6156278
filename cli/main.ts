/** The command line: finds the command, runs it, and turns whatever goes wrong into a message and an exit code. */
import { type ArgsDef, type CommandDef, defineCommand, renderUsage, runCommand } from "citty";
import manifest from "../package.json" with { type: "json" };
import type { CommandGroup } from "./command-group.ts";
import { check } from "./commands/check.ts";
import { epoch } from "./commands/epoch.ts";
import { pack } from "./commands/pack.ts";
import { proveNone } from "./commands/prove-none.ts";
import { replay } from "./commands/replay.ts";
import { verify } from "./commands/verify.ts";
import { EXIT, type Output, terminalOutput, UsageError } from "./output.ts";
import { refuseUnknown } from "./raw-args.ts";
import { withoutWasiWarning } from "./wasi-warning.ts";

type Command = CommandDef<ArgsDef>;

const policy: Command = defineCommand({
  meta: { name: "policy", description: "Write, test, measure, publish and activate policies" },
});

const bundle: Command = defineCommand({
  meta: { name: "bundle", description: "The bundles of policies that come with this release" },
});

const loadBundleCommands = async (): Promise<CommandGroup> =>
  (await import("./commands/bundle.ts")).bundleCommands;

const loadPolicyCommands = async (): Promise<CommandGroup> =>
  (await withoutWasiWarning(() => import("./commands/policy.ts"))).policyCommands;

/** Maps and not objects, so that `countersign constructor` is no command. */
const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  // A command is run with the arguments that it declares itself, whatever their names.
  ["verify", verify as unknown as Command],
  ["replay", replay as unknown as Command],
  ["prove-none", proveNone as unknown as Command],
  ["pack", pack as unknown as Command],
  ["check", check.command],
  ["epoch", epoch as unknown as Command],
  ["bundle", bundle],
  ["policy", policy],
]);

const MORE: CommandGroup["more"] = new Map([["check", check.more]]);

/** Commands that are groups of others, such as `countersign policy build`; loaded where they are wanted. */
const groups: ReadonlyMap<Command, () => Promise<CommandGroup>> = new Map([
  [bundle, loadBundleCommands],
  [policy, loadPolicyCommands],
]);

const root = defineCommand({
  meta: {
    name: manifest.name,
    version: manifest.version,
    description:
      "The gate between AI agents and the world: write its policies, check a text, verify what it decided",
  },
  subCommands: Object.fromEntries(commands),
});

async function run(rawArgs: readonly string[]): Promise<void> {
  const output = terminalOutput(process.stdout, process.env);
  const [name, ...rest] = rawArgs;
  if (name === "--version" || name === "-v") return output.line(manifest.version);
  const command = name === undefined ? undefined : commands.get(name);
  const group = command && (await groups.get(command)?.());
  if (command === undefined || name === undefined || group === undefined) {
    return runIn({ command: root, commands, more: MORE }, [manifest.name], rawArgs, output);
  }
  const subCommands = Object.fromEntries(group.commands);
  return runIn({ ...group, command: { ...command, subCommands } }, [manifest.name, name], rest, output);
}

/** Runs the one of a group's commands that is named. `path` is what was typed up to here. */
async function runIn(
  { command: group, commands: known, more }: CommandGroup & { readonly command: Command },
  path: readonly string[],
  rawArgs: readonly string[],
  output: Output,
): Promise<void> {
  const [name, ...rest] = rawArgs;
  const command = name === undefined ? undefined : known.get(name);
  const help = rawArgs.some((arg) => arg === "--help" || arg === "-h");
  if (command === undefined) {
    if (help || name === undefined || name === "help")
      output.line(await renderUsage(group, parentOf(path.slice(0, -1))));
    if (name === undefined) process.exitCode = EXIT.usage;
    if (help || name === undefined || name === "help") return;
    const typed = [...path.slice(1), name].join(" ");
    throw new UsageError(`there is no command ${typed}`, `Commands: ${[...known.keys()].join(", ")}`);
  }
  if (help) {
    output.line(await renderUsage(command, parentOf(path)));
    const text = more.get(name ?? "");
    if (text !== undefined) output.line(text);
    return;
  }
  refuseUnknown(rest, command.args as ArgsDef);
  await runCommand(command, { rawArgs: rest });
}

/** What usage names before the command itself. */
const parentOf = (path: readonly string[]): Command | undefined =>
  path.length === 0
    ? undefined
    : defineCommand({ meta: { name: path.join(" "), version: manifest.version } });

/** citty marks the user's own mistakes by this name and exports no class for them. */
const isUsage = (error: unknown): error is Error =>
  error instanceof UsageError || (error instanceof Error && error.name === "CLIError");

try {
  await run(process.argv.slice(2));
} catch (error) {
  const output = terminalOutput(process.stdout, process.env);
  process.exitCode = EXIT.usage;
  if (isUsage(error)) {
    output.error(`countersign: ${error.message}`);
    output.error(error instanceof UsageError && error.hint ? error.hint : "See countersign --help.");
  } else {
    output.error(`countersign: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
}
