/** `countersign policy rollback`: puts back what governed a surface before. */
import { type ArgsDef, type CommandDef, defineCommand } from "citty";
import { type Format, terminalOutput } from "../output.ts";
import { gatewayArgs, gatewayClient, told } from "../policy/gateway.ts";
import { outputArg } from "../policy/options.ts";
import { rollbackBinding } from "../policy/publication.ts";

const args = {
  surface: {
    type: "string",
    alias: "s",
    valueHint: "surface",
    required: true,
    description: "Such as outbound.email",
  },
  folder: { type: "string", alias: "f", valueHint: "folder", description: "As it was activated with" },
  ...gatewayArgs,
  output: outputArg,
} as const satisfies ArgsDef;

const command = defineCommand({
  meta: { name: "rollback", description: "Put back what governed a surface before" },
  args,
  async run({ args }) {
    const output = terminalOutput(process.stdout, process.env);
    const client = gatewayClient(args);
    const binding = await told(client, () => rollbackBinding(client, args.surface, args.folder ?? null));
    if ((args.output as Format) === "json") return output.line(JSON.stringify(binding, null, 2));
    output.line(`${output.green("✓")} ${binding.surface}: ${binding.mode} ${binding.bundle} again`);
  },
}) as unknown as CommandDef<ArgsDef>;

export const policyRollback = {
  command,
  more: `EXAMPLES

  countersign policy rollback --surface outbound.email
  countersign policy rollback --surface tool.call --folder acme

Needs a key with the scope admin. The next action is judged by what governed before the last activation.`,
};
