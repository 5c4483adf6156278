/** `countersign policy new`: a folder with a small policy that works. */
import { type ArgsDef, type CommandDef, defineCommand } from "citty";
import { terminalOutput } from "../output.ts";
import { scaffold } from "../policy/scaffold.ts";

const args = {
  folder: {
    type: "positional",
    required: true,
    description: "Where to write it; must not exist, or be empty",
  },
  name: { type: "string", valueHint: "name", description: "The policy's name; left out, the folder's" },
} as const satisfies ArgsDef;

const command = defineCommand({
  meta: { name: "new", description: "Write a new policy: small, working, with cases" },
  args,
  async run({ args }) {
    const output = terminalOutput(process.stdout, process.env);
    const { files, name } = await scaffold(args.folder, args.name);
    output.line(`${output.green("✓")} ${name} in ${args.folder}`);
    for (const file of files) output.line(`    ${file}`);
    output.line("");
    output.line(`Next: countersign policy test ${args.folder}`);
  },
}) as unknown as CommandDef<ArgsDef>;

export const policyNew = {
  command,
  more: `EXAMPLES

  countersign policy new ../policies/internal-words
  countersign policy new . --name internal-words

The policy lies anywhere on disk and imports the SDK as "countersign/sdk". index.ts explains itself.`,
};
