/** `countersign policy run`: one action, judged here. */
import { type ArgsDef, type CommandDef, defineCommand } from "citty";
import type { Json, JsonObject } from "../../core/json.ts";
import { EXIT, type Format, terminalOutput, UsageError } from "../output.ts";
import { type Example, submissionFaults } from "../policy/example.ts";
import { readFolder } from "../policy/folder.ts";
import { isObject, readObjectFile } from "../policy/json-file.ts";
import { judgeExample } from "../policy/judge.ts";
import {
  buildOrTell,
  folderAndFile,
  folderArg,
  outputArg,
  readSettings,
  settingsArg,
} from "../policy/options.ts";
import { judgedJson, printJudged } from "../policy/run-report.ts";
import { compiledSettings } from "../policy/settings.ts";
import { findTrap } from "../policy/trap.ts";

const args = {
  folder: folderArg,
  action: {
    type: "positional",
    required: false,
    description:
      "A file with the action, as POST /v1/gate/evaluate takes it, or a case; - reads standard input",
  },
  settings: settingsArg,
  output: outputArg,
} as const satisfies ArgsDef;

const command = defineCommand({
  meta: { name: "run", description: "Judge one action with a policy, without a gateway" },
  args,
  async run({ args }) {
    const output = terminalOutput(process.stdout, process.env);
    const format = args.output as Format;
    const { file, folder } = folderAndFile(args.folder, args.action);
    if (file === undefined) {
      throw new UsageError(
        "which action?",
        "Give a file such as cases/<name>.json, or - for standard input.",
      );
    }
    const source = await readFolder(folder);
    const given = await readObjectFile(file);
    const example = exampleOf(given, file);
    const settings =
      args.settings === undefined && isObject(given.settings)
        ? await compiledSettings(source, given.settings)
        : await readSettings(source, args.settings);
    const policy = await buildOrTell(output, source, format);
    if (policy === null) return;
    const judged = await judgeExample(policy, settings, example);
    const error = judged.decision.policies.map((run) => run.error).find((one) => one !== null) ?? null;
    const trap = error === null ? null : await findTrap(policy, error, settings, example);
    if (error !== null) process.exitCode = EXIT.failed;
    if (format === "json") output.line(JSON.stringify(judgedJson(policy, judged, trap), null, 2));
    else printJudged(output, policy, example, judged, trap);
  },
}) as unknown as CommandDef<ArgsDef>;

/** A submission, or a case, whose other members are not this command's. */
function exampleOf(given: JsonObject, file: string): Example {
  const { action, context, principal, message, facts, findings } = given;
  if (!isObject(action)) {
    throw new UsageError(
      `${file} has no action`,
      'Expected {"action": {"surface": "outbound.email", "payload": {…}}, "context": {…}}; context may be left out.',
    );
  }
  const example = {
    action,
    context: objectOr("context", context),
    principal: objectOr("principal", principal),
    message,
    facts: objectOr("facts", facts),
    findings: foundBefore(findings),
  };
  const faults = "expect" in given ? [] : submissionFaults(example);
  if (faults.length > 0) throw new UsageError(`the gateway would refuse this action: ${faults.join(" ")}`);
  return example;
}

function foundBefore(value: Json | undefined): Example["findings"] {
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every(isObject)) return value as unknown as Example["findings"];
  throw new UsageError("findings is not a list of JSON objects");
}

function objectOr(name: string, value: JsonObject[string] | undefined): JsonObject | undefined {
  if (value === undefined || isObject(value)) return value;
  throw new UsageError(`${name} is not a JSON object`);
}

export const policyRun = {
  command,
  more: `EXAMPLES

  countersign policy run cases/an-internal-word.json
  countersign policy run . action.json --settings '{"words": ["bluebird"]}'
  echo '{"action": {"surface": "tool.call", "payload": {}}}' | countersign policy run . -

The action has the form of a request to POST /v1/gate/evaluate: {"action": {…}, "context": {…}}. principal, message and
facts may be given too; without a gateway nothing is rendered, so message is null unless it is given. Ends with 1 where the
policy fails, 0 whatever it decides.`,
};
