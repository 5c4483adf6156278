/** The command line: finds the command, runs it, and turns whatever goes wrong into a message and an exit code. */
import { type ArgsDef, type CommandDef, defineCommand, renderUsage, runCommand } from "citty";
import manifest from "../package.json" with { type: "json" };
import { verify } from "./commands/verify.ts";
import { EXIT, terminalOutput, UsageError } from "./output.ts";
import { refuseUnknown } from "./raw-args.ts";

/** Without a prototype, so that `countersign constructor` is no command. */
const commands: ReadonlyMap<string, CommandDef<ArgsDef>> = new Map([
  // A command is run with the arguments that it declares itself, whatever their names.
  ["verify", verify as unknown as CommandDef<ArgsDef>],
]);

const root = defineCommand({
  meta: {
    name: manifest.name,
    version: manifest.version,
    description: "The gate between AI agents and the world: verify what it decided",
  },
  subCommands: Object.fromEntries(commands),
});

async function run(rawArgs: readonly string[]): Promise<void> {
  const output = terminalOutput(process.stdout, process.env);
  const [name, ...rest] = rawArgs;
  if (name === "--version" || name === "-v") return output.line(manifest.version);
  const command = name === undefined ? undefined : commands.get(name);
  const help = rawArgs.some((arg) => arg === "--help" || arg === "-h");
  if (command === undefined) {
    if (help || name === undefined || name === "help") output.line(await renderUsage(root));
    if (name === undefined) process.exitCode = EXIT.usage;
    if (help || name === undefined || name === "help") return;
    throw new UsageError(`there is no command ${name}`, `Commands: ${[...commands.keys()].join(", ")}`);
  }
  if (help) return output.line(await renderUsage(command, root));
  refuseUnknown(rest, command.args as ArgsDef);
  await runCommand(command, { rawArgs: rest });
}

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
