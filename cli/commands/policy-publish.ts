/** `countersign policy publish`: stores a policy in a gateway. Nothing is judged by it before it is activated. */
import { type ArgsDef, type CommandDef, defineCommand } from "citty";
import { type Format, terminalOutput } from "../output.ts";
import { readFolder } from "../policy/folder.ts";
import { gatewayArgs, gatewayClient, told } from "../policy/gateway.ts";
import { buildOrTell, folderArg, outputArg } from "../policy/options.ts";
import { publishPolicy } from "../policy/publication.ts";

const args = { folder: folderArg, ...gatewayArgs, output: outputArg } as const satisfies ArgsDef;

const command = defineCommand({
  meta: { name: "publish", description: "Store a policy in a gateway, ready to be activated" },
  args,
  async run({ args }) {
    const output = terminalOutput(process.stdout, process.env);
    const format = args.output as Format;
    const client = gatewayClient(args);
    const policy = await buildOrTell(output, await readFolder(args.folder), format);
    if (policy === null) return;
    const { created, published } = await told(client, () => publishPolicy(client, policy));
    if (format === "json") return output.line(JSON.stringify({ created, ...published }, null, 2));
    const { name, version } = policy.manifest;
    output.line(`${output.green("✓")} ${name} ${version} ${created ? "published" : "was published already"}`);
    output.line(published.policy);
    output.line(`Next: countersign policy activate ${args.folder} --surface <surface>`);
  },
}) as unknown as CommandDef<ArgsDef>;

export const policyPublish = {
  command,
  more: `EXAMPLES

  export COUNTERSIGN_URL=https://gate.example.com COUNTERSIGN_KEY=cs_…
  countersign policy publish

Needs a key with the scope admin. The gateway admits the module once more by itself and keeps it for good, under the
policy's id: the digest of module and manifest. The same policy again is no new one.`,
};
