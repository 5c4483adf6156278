/** `countersign policy activate`: lets a policy, or a bundle of them, govern a surface. */
import { existsSync, statSync } from "node:fs";
import { type ArgsDef, type CommandDef, defineCommand } from "citty";
import { isDigest } from "../../core/hash.ts";
import type { JsonObject } from "../../core/json.ts";
import { BINDING_DEFAULTS, MODES } from "../../core/policy/binding.ts";
import type { Manifest } from "../../core/policy/manifest.ts";
import { isReader } from "../../core/policy/reader.ts";
import type { Client } from "../client.ts";
import { EXIT, type Format, type Output, terminalOutput, UsageError } from "../output.ts";
import { readFolder } from "../policy/folder.ts";
import { gatewayArgs, gatewayClient, told } from "../policy/gateway.ts";
import { readObjectFile, readObjectOption } from "../policy/json-file.ts";
import { buildOrTell, outputArg } from "../policy/options.ts";
import {
  type BindingAnswer,
  type BundleAnswer,
  createBundle,
  findBinding,
  findBuiltinPolicy,
  findBundle,
  findPolicy,
  type PublishedAnswer,
  publishPolicy,
  putBinding,
} from "../policy/publication.ts";

const args = {
  what: {
    type: "positional",
    required: false,
    default: ".",
    description:
      "A policy's folder (published where needed), a policy's id, builtin:<name>, a bundle's file or digest",
  },
  surface: {
    type: "string",
    alias: "s",
    valueHint: "surface",
    required: true,
    description: "What it governs, such as outbound.email; * is all",
  },
  folder: {
    type: "string",
    alias: "f",
    valueHint: "folder",
    description: "Only actions of this folder; left out, of all",
  },
  settings: { type: "string", valueHint: "file|json", description: "The policy's settings; left out, {}" },
  severities: {
    type: "string",
    valueHint: "file|json",
    description: 'Severities for rules, such as {"US_SSN": "warn"}',
  },
  add: { type: "boolean", description: "Keep the policies that govern there now, and add this one" },
  replace: { type: "boolean", description: "Take the policies that govern there now out of force" },
  mode: {
    type: "enum",
    options: [...MODES],
    default: "enforce",
    description: "observe records and stops nothing",
  },
  shadow: {
    type: "boolean",
    description: "Only try it: judged beside what governs, recorded, decides nothing",
  },
  ...gatewayArgs,
  output: outputArg,
} as const satisfies ArgsDef;

const command = defineCommand({
  meta: { name: "activate", description: "Let a policy or bundle govern a surface" },
  args,
  async run({ args }) {
    const output = terminalOutput(process.stdout, process.env);
    const format = args.output as Format;
    const client = gatewayClient(args);
    const folder = args.folder ?? null;
    const use = {
      settings: args.settings === undefined ? {} : await readObjectOption("--settings", args.settings),
      severities:
        args.severities === undefined ? {} : await readObjectOption("--severities", args.severities),
    };
    const current = await told(client, () => findBinding(client, args.surface, folder));
    if (current === null && (args.shadow || args.add)) {
      throw new UsageError(
        `nothing governs ${args.surface}${folder === null ? "" : ` in ${folder}`} yet`,
        `Activate without ${args.shadow ? "--shadow" : "--add"}, perhaps with --mode observe.`,
      );
    }
    const base = current === null ? null : await told(client, () => findBundle(client, current.bundle));
    const bundle = await bundleOf(output, client, args.what, use, args.add ? base : null, format);
    if (bundle === null) return;
    const names = await namesOf(client, [bundle, base]);
    if (!args.shadow && !args.replace) refuseToDrop(bundle, base, names);
    const binding = await told(client, () =>
      putBinding(client, bindingOf(args, folder, current, bundle.bundle)),
    );
    if (format === "json") return output.line(JSON.stringify({ binding, bundle, before: current }, null, 2));
    print(output, binding, bundle, base, names);
  },
}) as unknown as CommandDef<ArgsDef>;

/** A newer version of a policy takes the place of the older; any other that went would leave the surface with less than it had. */
function refuseToDrop(
  { policies }: BundleAnswer,
  before: BundleAnswer | null,
  names: ReadonlyMap<string, string>,
): void {
  const nameOf = ({ policy }: { readonly policy: string }) =>
    (names.get(policy) ?? policy).split(" ")[0] ?? "";
  const kept = new Set(policies.map(nameOf));
  const dropped = (before?.policies ?? []).map(nameOf).filter((name) => !kept.has(name));
  if (dropped.length === 0) return;
  throw new UsageError(
    `${dropped.join(", ")} would no longer govern there`,
    "Say --add to keep what governs now, or --replace to take it out of force.",
  );
}

interface Use {
  readonly settings: JsonObject;
  readonly severities: JsonObject;
}

/** What else was set for the surface stays as it is. */
function bindingOf(
  args: { readonly surface: string; readonly mode: string; readonly shadow?: boolean | undefined },
  folder: string | null,
  current: BindingAnswer | null,
  bundle: string,
): Partial<BindingAnswer> & { readonly surface: string } {
  const kept = current === null ? {} : { on_error: current.on_error, budget: current.budget };
  if (args.shadow && current !== null) {
    return {
      ...kept,
      surface: args.surface,
      folder,
      bundle: current.bundle,
      mode: current.mode,
      shadow: bundle,
    };
  }
  const mode = args.mode === "observe" ? "observe" : BINDING_DEFAULTS.mode;
  return { ...kept, surface: args.surface, folder, bundle, mode, shadow: null };
}

/** Null where the policy does not build, which has then been told. */
async function bundleOf(
  output: Output,
  client: Client,
  what: string,
  use: Use,
  base: BundleAnswer | null,
  format: Format,
): Promise<BundleAnswer | null> {
  if (what.startsWith("builtin:")) {
    const policy = await told(client, () => findBuiltinPolicy(client, what.slice("builtin:".length)));
    if (policy === null) throw new UsageError(`the gateway has no built-in policy ${what}`);
    return told(client, async () =>
      createBundle(client, await single(client, base, policy.manifest, policy.policy, use)),
    );
  }
  if (isDigest(what)) {
    const policy = await told(client, () => findPolicy(client, what));
    if (policy !== null) {
      return told(client, async () =>
        createBundle(client, await single(client, base, policy.manifest, what, use)),
      );
    }
    const bundle = await told(client, () => findBundle(client, what));
    if (bundle !== null) return bundle;
    throw new UsageError(
      `the gateway has neither a policy nor a bundle ${what}`,
      "countersign policy publish stores one.",
    );
  }
  if (existsSync(what) && statSync(what).isFile()) {
    const bundle = await readObjectFile(what);
    return told(client, () => createBundle(client, bundle));
  }
  const policy = await buildOrTell(output, await readFolder(what), format);
  if (policy === null) return null;
  return told(client, async () => {
    const { published } = await publishPolicy(client, policy);
    return createBundle(client, await single(client, base, policy.manifest, published.policy, use));
  });
}

/** The policy alone; or with those of `base`, in the place of an earlier version of itself: a reader before them, any other after. */
async function single(
  client: Client,
  base: BundleAnswer | null,
  manifest: Manifest,
  policy: string,
  use: Use,
): Promise<JsonObject> {
  const entries = base?.policies ?? [];
  const found = await Promise.all(entries.map((entry) => findPolicy(client, entry.policy)));
  const isOther = (index: number) =>
    entries[index]?.policy !== policy && found[index]?.manifest.name !== manifest.name;
  const others = entries.filter((_, index) => isOther(index));
  const added = { policy, ...use };
  if (isReader(manifest))
    refuseSecondReader(
      manifest,
      found.filter((_, index) => isOther(index)),
    );
  const policies = isReader(manifest) ? [added, ...others] : [...others, added];
  const { name, version } = base ?? manifest;
  return { name, version, policies } as unknown as JsonObject;
}

function refuseSecondReader({ name }: Manifest, others: readonly (PublishedAnswer | null)[]): void {
  const first = others.find((one) => isReader(one?.manifest));
  if (!first) return;
  throw new UsageError(
    `${name} is a reader, and a bundle has one at most: ${first.manifest.name} reads there already`,
    "Activate a bundle's file that has the one in the place of the other.",
  );
}

/** Of every policy in the bundles, by its id; the id itself where the gateway no longer has it. */
async function namesOf(
  client: Client,
  bundles: readonly (BundleAnswer | null)[],
): Promise<ReadonlyMap<string, string>> {
  const ids = new Set(bundles.flatMap((bundle) => bundle?.policies.map(({ policy }) => policy) ?? []));
  const names = [...ids].map(async (id): Promise<[string, string]> => {
    const policy = await told(client, () => findPolicy(client, id));
    return [id, policy === null ? id : `${policy.manifest.name} ${policy.manifest.version}`];
  });
  return new Map(await Promise.all(names));
}

function print(
  output: Output,
  binding: BindingAnswer,
  bundle: BundleAnswer,
  before: BundleAnswer | null,
  names: ReadonlyMap<string, string>,
): void {
  const list = ({ policies }: BundleAnswer) =>
    policies.map(({ policy }) => names.get(policy) ?? policy).join(", ");
  const where = `${binding.surface}${binding.folder === null ? "" : ` in ${binding.folder}`}`;
  const tried = binding.shadow === bundle.bundle;
  output.line(`${output.green("✓")} ${where}: ${tried ? "tried beside what governs" : binding.mode}`);
  output.line(`    bundle    ${bundle.bundle}`);
  output.line(`    policies  ${list(bundle)}`);
  if (before !== null && !tried) output.line(`    replaces  ${list(before)}`);
  const folder = binding.folder === null ? "" : ` --folder ${binding.folder}`;
  output.line(`countersign policy rollback --surface ${binding.surface}${folder} takes it back.`);
  process.exitCode = EXIT.ok;
}

export const policyActivate = {
  command,
  more: `EXAMPLES

  countersign policy activate --surface outbound.email --settings '{"words": ["bluebird"]}' --add
  countersign policy activate sha256:… --surface tool.call --mode observe
  countersign policy activate bundle.json --surface outbound.email --folder acme
  countersign policy activate --surface outbound.email --shadow

Needs a key with the scope admin. With --add a policy goes after those that govern there, and a reader before them. With --replace the policies that governed the surface until now no longer do; the last
line says how to take it back. How long a policy may work, and what happens where it fails, stays as it was set there.`,
};
