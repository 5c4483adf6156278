/** `countersign check`: a text or an action, judged here by a bundle of built-in policies. */
import { existsSync, statSync } from "node:fs";
import { type ArgsDef, type CommandDef, defineCommand } from "citty";
import { utf8 } from "../../core/encoding.ts";
import { REQUEST_BYTES_MAX } from "../../core/limits.ts";
import type { Outcome } from "../../core/policy/decision.ts";
import { readBundle } from "../bundles.ts";
import { checkedJson, printChecked } from "../check/report.ts";
import { readInput } from "../files.ts";
import { type Format, terminalOutput, UsageError } from "../output.ts";
import type { Example } from "../policy/example.ts";
import { isObject, readObjectFile } from "../policy/json-file.ts";
import { outputArg } from "../policy/options.ts";
import { withoutWasiWarning } from "../wasi-warning.ts";

const SURFACE = "outbound.email";

const args = {
  what: {
    type: "positional",
    required: false,
    default: "-",
    description: "A file, or the text itself; - or nothing reads standard input",
  },
  bundle: {
    type: "string",
    alias: "b",
    valueHint: "name|file.json",
    default: "starter",
    description: "The policies: a bundle of this release, or one in a file",
  },
  surface: {
    type: "string",
    alias: "s",
    valueHint: "surface",
    default: SURFACE,
    description: "Where a text would go; an action says so itself",
  },
  action: {
    type: "boolean",
    alias: "a",
    description: "It is no text but an action in JSON, as POST /v1/gate/evaluate takes it",
  },
  output: outputArg,
} as const satisfies ArgsDef;

/** What a script can go by: more than 0 is not to be sent as it is. */
const EXIT_CODES: Readonly<Record<Outcome, number>> = { allow: 0, modify: 1, hold: 1, defer: 1, block: 2 };

const command = defineCommand({
  meta: { name: "check", description: "Judge a text or an action here, and show what is found in it" },
  args,
  async run({ args }) {
    const output = terminalOutput(process.stdout, process.env);
    const bundle = await readBundle(args.bundle);
    const isAction = args.action === true;
    const example = isAction
      ? await readAction(args.what)
      : textExample(await readText(args.what), args.surface);
    const judge = await withoutWasiWarning(() => import("../check/judge.ts"));
    const checked = await judge.check(bundle, example);
    process.exitCode = EXIT_CODES[checked.decision.outcome];
    if ((args.output as Format) === "json") {
      output.line(JSON.stringify(checkedJson(checked, bundle), null, 2));
      return;
    }
    printChecked(output, checked, { example, isAction, colours: output.red("") !== "" });
  },
}) as unknown as CommandDef<ArgsDef>;

async function readText(what: string): Promise<string> {
  if (what !== "-" && !isFile(what)) {
    // A mistyped name would else be judged as a text, and found harmless.
    if (LOOKS_LIKE_FILE.test(what))
      throw new UsageError(`there is no file ${what}`, "A text with spaces is a text.");
    return what;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await readInput(what));
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(`${what} is not UTF-8 text`);
    throw error;
  }
}

const LOOKS_LIKE_FILE = /^(?:\S*\/\S*|[\w.-]+\.(?:txt|md|eml|html?|json|csv|log))$/i;

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();

function textExample(text: string, surface: string): Example {
  if (utf8(text).length > REQUEST_BYTES_MAX)
    throw new UsageError(`a text of more than ${REQUEST_BYTES_MAX / 1024} KiB is more than a gateway takes`);
  return { action: { surface, payload: { text } } };
}

async function readAction(file: string): Promise<Example> {
  const given = await readObjectFile(file);
  const { action } = given;
  if (!isObject(action))
    throw new UsageError(
      `${file} has no action`,
      'Expected {"action": {"surface": "outbound.email", "payload": {…}}, "context": {…}}.',
    );
  return given as unknown as Example;
}

export const check = {
  command,
  more: `EXAMPLES

  countersign check mail.txt
  countersign check "Her number is 219-09-9999."
  git log -1 --format=%B | countersign check --surface tool.call --bundle agent-tools
  countersign check --action action.json -o json

Nothing is sent anywhere: the policies run in this process. Ends with 0 where it would pass, 1 where it would wait for a person or
go changed, 2 where it would be blocked, or could not be checked.`,
};
