/** `countersign policy inspect`: what is in a module, and whether the gateway would take it. */
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { type ArgsDef, type CommandDef, defineCommand } from "citty";
import { type Manifest, MEMORY_PAGES_DEFAULT } from "../../core/policy/manifest.ts";
import { admit } from "../../core/policy/wasm/admit.ts";
import { EXIT, type Format, type Output, terminalOutput, UsageError } from "../output.ts";
import { compileMapped } from "../policy/build.ts";
import { readFolder, readManifest } from "../policy/folder.ts";
import { type Inspected, inspectedJson, inspectModule, printInspected } from "../policy/inspect.ts";
import { buildOrTell, outputArg } from "../policy/options.ts";
import { fromHere } from "../policy/places.ts";

const args = {
  file: {
    type: "positional",
    required: false,
    default: ".",
    description: "A module (.wasm), or a policy's folder",
  },
  all: { type: "boolean", description: "Every function, not only those with most fuel" },
  output: outputArg,
} as const satisfies ArgsDef;

const command = defineCommand({
  meta: { name: "inspect", description: "Show a module's inside, and why the gateway would refuse it" },
  args,
  async run({ args }) {
    const output = terminalOutput(process.stdout, process.env);
    const format = args.output as Format;
    const file = args.file;
    if (!existsSync(file)) throw new UsageError(`there is no ${file}`);
    const inspected = statSync(file).isDirectory()
      ? await inspectFolder(output, file, format)
      : await inspectModule(file, await manifestBeside(file));
    if (inspected === null) return;
    if (inspected.admitted === null) process.exitCode = EXIT.failed;
    if (format === "json") output.line(JSON.stringify(inspectedJson(inspected), null, 2));
    else printInspected(output, inspected, args.all === true);
  },
}) as unknown as CommandDef<ArgsDef>;

/** What is built carries no names; they come from a second module, where that is the same code. */
async function inspectFolder(output: Output, path: string, format: Format): Promise<Inspected | null> {
  const folder = await readFolder(path);
  const built = await buildOrTell(output, folder, format);
  if (built === null) return null;
  const file = fromHere(join(folder.path, "build", "policy.wasm"));
  const inspected = await inspectModule(file, folder.manifest);
  const mapped = await compileMapped(folder, "named");
  const named =
    mapped && admit(mapped.wasm, { memoryPages: folder.manifest.memory_pages ?? MEMORY_PAGES_DEFAULT });
  if (!named?.ok || named.value.execId !== inspected.admitted?.execId) return inspected;
  const report = { ...inspected.admitted.report, functions: named.value.report.functions };
  return { ...inspected, admitted: { ...inspected.admitted, report } };
}

/** Beside the module, or above it, as `policy build` leaves it. */
async function manifestBeside(file: string): Promise<Manifest | null> {
  const folder = dirname(file);
  const found = [folder, join(folder, "..")]
    .map((place) => join(place, "manifest.json"))
    .find((candidate) => existsSync(candidate));
  return found === undefined ? null : readManifest(found);
}

export const policyInspect = {
  command,
  more: `EXAMPLES

  countersign policy inspect
  countersign policy inspect build/policy.wasm --all
  countersign policy inspect from-another-compiler.wasm -o json

A module of any compiler may be inspected. With a manifest.json beside it, or one folder above, the policy_id is shown, too.
Ends with 1 where the gateway would refuse the module.`,
};
