/** `countersign policy build`: to a module that the gateway would take. */
import { type ArgsDef, type CommandDef, defineCommand } from "citty";
import { EXIT, type Format, type Output, terminalOutput, visible } from "../output.ts";
import { type BuiltPolicy, buildPolicy } from "../policy/build.ts";
import { buildFaultJson, printBuildFault } from "../policy/faults.ts";
import { publicationFaults, readFolder } from "../policy/folder.ts";
import { folderArg, outputArg } from "../policy/options.ts";
import { diagnosticText, fromHere } from "../policy/places.ts";
import { watchPolicy } from "../policy/watch.ts";

const args = {
  folder: folderArg,
  watch: { type: "boolean", alias: "w", description: "Build again after each change, until Ctrl+C" },
  output: outputArg,
} as const satisfies ArgsDef;

const command = defineCommand({
  meta: { name: "build", description: "Compile a policy, and check it as the gateway does" },
  args,
  async run({ args }) {
    const output = terminalOutput(process.stdout, process.env);
    const format = args.output as Format;
    const { path } = await readFolder(args.folder);
    if (!args.watch) return build(output, path, format);
    await watchPolicy(output, path, () => build(output, path, format));
  },
}) as unknown as CommandDef<ArgsDef>;

async function build(output: Output, path: string, format: Format): Promise<void> {
  const startedAt = performance.now();
  const folder = await readFolder(path);
  const built = await buildPolicy(folder);
  const milliseconds = Math.round(performance.now() - startedAt);
  if (!built.ok) {
    process.exitCode = EXIT.failed;
    if (format === "json") output.line(JSON.stringify(buildFaultJson(folder, built.fault), null, 2));
    else printBuildFault(output, folder, built.fault);
    return;
  }
  const faults = publicationFaults(folder.manifest);
  if (faults.length > 0) process.exitCode = EXIT.failed;
  if (format === "json") {
    output.line(JSON.stringify(jsonOf(built.value, faults, milliseconds), null, 2));
    return;
  }
  print(output, built.value, milliseconds);
  if (faults.length > 0)
    output.error("countersign: the module is fine, and the gateway would refuse the manifest");
  for (const fault of faults) output.error(`  ${visible(fault)}`);
}

function jsonOf(built: BuiltPolicy, faults: readonly string[], milliseconds: number) {
  const { admitted, fresh, manifest, policyId, warnings, wasmSha256 } = built;
  return {
    ok: faults.length === 0,
    faults,
    name: manifest.name,
    version: manifest.version,
    policy_id: policyId,
    wasm_sha256: wasmSha256,
    exec_id: admitted.execId,
    profile_id: admitted.profileId,
    sizes: admitted.report.sizes,
    memory: admitted.report.memory,
    instructions: sum(built, "instructions"),
    static_fuel: sum(built, "fuel"),
    warnings: warnings.map((warning) => diagnosticText(manifest.name, warning)),
    compiled: !fresh,
    milliseconds,
  };
}

function print(output: Output, built: BuiltPolicy, milliseconds: number): void {
  const { admitted, fresh, manifest, path, policyId, warnings } = built;
  const { memory, sizes } = admitted.report;
  for (const warning of warnings) output.error(visible(diagnosticText(manifest.name, warning)));
  const how = fresh ? "unchanged" : "compiled";
  output.line(`${output.green("✓")} ${manifest.name} ${manifest.version} ${how} in ${milliseconds} ms`);
  const rows = [
    ["policy_id", policyId],
    ["exec_id", admitted.execId],
    ["profile_id", admitted.profileId],
    ["module", `${sizes.raw} bytes: code ${sizes.code}, data ${sizes.data}; metered ${sizes.metered}`],
    ["memory", `${memory.initial} pages at the start, ${memory.maximum} at most`],
    ["fuel", `${sum(built, "fuel")} static, over ${sum(built, "instructions")} instructions`],
    ["written", `${fromHere(path)}/build/policy.wasm, policy.metered.wasm, policy.json`],
  ] as const;
  for (const [name, text] of rows) output.line(`    ${output.dim(name.padEnd(12))}${text}`);
}

const sum = ({ admitted }: BuiltPolicy, of: "fuel" | "instructions"): number =>
  admitted.report.functions.reduce((total, each) => total + each[of], 0);

export const policyBuild = {
  command,
  more: `EXAMPLES

  countersign policy build
  countersign policy build ../policies/internal-words --watch

Writes build/policy.wasm (as compiled: what is published), build/policy.metered.wasm (what runs) and build/policy.json
(the ids). Ends with 1 where the policy does not compile, or the gateway would refuse it. static fuel counts every charge
in the code once; \`policy bench\` says what an action really uses.`,
};
