/** `countersign bundle`: the bundles that come with this release. */
import { type ArgsDef, type CommandDef, defineCommand } from "citty";
import type { JsonObject } from "../../core/json.ts";
import { type BundleFile, bundleRequest, readBundle, releasedBundles } from "../bundles.ts";
import { groupOf } from "../command-group.ts";
import { type Format, terminalOutput, visible } from "../output.ts";
import { gatewayArgs, gatewayClient, told } from "../policy/gateway.ts";
import { outputArg } from "../policy/options.ts";
import { createBundle } from "../policy/publication.ts";

const nameArg = {
  type: "positional",
  required: true,
  description: "A bundle of this release, or a file that ends in .json",
} as const;

const list = defineCommand({
  meta: { name: "list", description: "The bundles of this release" },
  args: { output: outputArg },
  async run({ args }) {
    const output = terminalOutput(process.stdout, process.env);
    const bundles = await releasedBundles();
    if ((args.output as Format) === "json") return output.line(JSON.stringify(bundles, null, 2));
    const width = Math.max(...bundles.map(({ name }) => name.length));
    for (const { name, description } of bundles)
      output.line(`${output.bold(visible(name).padEnd(width))}  ${visible(description)}`);
  },
}) as unknown as CommandDef<ArgsDef>;

const show = defineCommand({
  meta: { name: "show", description: "A bundle's policies, and the reason for each" },
  args: { name: nameArg, output: outputArg },
  async run({ args }) {
    const output = terminalOutput(process.stdout, process.env);
    const bundle = await readBundle(args.name);
    if ((args.output as Format) === "json")
      return output.line(JSON.stringify(bundleRequest(bundle), null, 2));
    output.line(`${output.bold(visible(bundle.name))} ${visible(bundle.version)}`);
    output.line(visible(bundle.description));
    for (const one of bundle.policies) printUse(output, one);
  },
}) as unknown as CommandDef<ArgsDef>;

function printUse(
  output: ReturnType<typeof terminalOutput>,
  { policy, because, settings, severities }: BundleFile["policies"][number],
): void {
  output.line("");
  output.line(output.bold(visible(policy)));
  if (because !== "") output.line(`    ${visible(because)}`);
  if (Object.keys(settings).length > 0) output.line(`    settings    ${visible(JSON.stringify(settings))}`);
  if (Object.keys(severities).length > 0)
    output.line(`    severities  ${visible(JSON.stringify(severities))}`);
}

const publish = defineCommand({
  meta: { name: "publish", description: "Store a bundle in a gateway, to be bound there" },
  args: { name: nameArg, ...gatewayArgs, output: outputArg },
  async run({ args }) {
    const output = terminalOutput(process.stdout, process.env);
    const client = gatewayClient(args);
    const request = bundleRequest(await readBundle(args.name));
    const stored = await told(client, () => createBundle(client, request as unknown as JsonObject));
    if ((args.output as Format) === "json") return output.line(JSON.stringify(stored, null, 2));
    output.line(`${output.green("✓")} ${visible(stored.name)} ${visible(stored.version)}`);
    output.line(`    bundle    ${stored.bundle}`);
    output.line(`countersign policy activate ${stored.bundle} --surface … lets it govern a surface.`);
  },
}) as unknown as CommandDef<ArgsDef>;

export const bundleCommands = groupOf({
  list: { command: list, more: "" },
  show: {
    command: show,
    more: "With -o json it prints the bundle as POST /v1/bundles takes it: a beginning for one of your own.",
  },
  publish: {
    command: publish,
    more: `EXAMPLES

  countersign bundle publish starter
  countersign bundle publish ours.json

Needs a key with the scope admin. A bundle that is there already keeps its digest.`,
  },
});
