/** `countersign policy case`: a case out of a recorded decision. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ArgsDef, type CommandDef, defineCommand } from "citty";
import { isId } from "../../core/id.ts";
import { terminalOutput, UsageError } from "../output.ts";
import { CASES_FOLDER } from "../policy/case.ts";
import { readFolder } from "../policy/folder.ts";
import { gatewayArgs, gatewayClient, told } from "../policy/gateway.ts";
import { folderArg } from "../policy/options.ts";
import { fromHere } from "../policy/places.ts";
import { recordedCase } from "../policy/recorded.ts";

const args = {
  folder: folderArg,
  from: {
    type: "string",
    valueHint: "act_…",
    required: true,
    description: "The action, as its answer or the ledger names it",
  },
  output: {
    type: "string",
    alias: "o",
    valueHint: "file",
    description: "Where to write it; left out, cases/<id>.json; - prints it",
  },
  ...gatewayArgs,
} as const satisfies ArgsDef;

const command = defineCommand({
  meta: { name: "case", description: "Make a case of a decision that a gateway recorded" },
  args,
  async run({ args }) {
    const output = terminalOutput(process.stdout, process.env);
    if (!isId("act", args.from))
      throw new UsageError(`${args.from} is no action's id`, "It begins with act_.");
    const client = gatewayClient(args);
    const { manifest, path } = await readFolder(args.folder);
    const recorded = await told(client, () => recordedCase(client, args.from, manifest));
    const text = `${JSON.stringify(recorded.policyCase, null, 2)}\n`;
    if (args.output === "-") return output.line(text.trimEnd());
    const file = args.output ?? join(path, CASES_FOLDER, `${args.from}.json`);
    await writeNew(file, text);
    output.line(`${output.green("✓")} ${fromHere(file)}: decided ${recorded.decision}`);
    if (!recorded.tookPart) {
      output.line(
        `    ${manifest.name} took no part in it, so no rules are expected and no settings are known: edit it.`,
      );
    }
    output.line("    It holds what was submitted. Read it before it goes into a repository.");
  },
}) as unknown as CommandDef<ArgsDef>;

async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: "wx" });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST")
      throw new UsageError(`${fromHere(file)} exists`, "Give another file with --output.");
    if (code === "ENOENT")
      throw new UsageError(`there is no folder for ${fromHere(file)}`, "Make it, or give --output.");
    throw error;
  }
}

export const policyCase = {
  command,
  more: `EXAMPLES

  countersign policy case --from act_01J… ../policies/internal-words
  countersign policy case --from act_01J… -o -

Needs a key with the scope auditor or admin. The case has the action, the principal and the policy's settings as they were,
and expects the rules of this policy that fired, and the decision where this policy alone explains it. Change \`expect\` to what should have come of it.`,
};
