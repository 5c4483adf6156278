/** `countersign policy test`: a policy's cases. */
import { type ArgsDef, type CommandDef, defineCommand } from "citty";
import { EXIT, type Output, terminalOutput } from "../output.ts";
import { readFolder } from "../policy/folder.ts";
import { buildOrTell, folderArg } from "../policy/options.ts";
import { isPassed, printTestRun, TEST_FORMATS, type TestFormat } from "../policy/test-reports.ts";
import { runCases } from "../policy/test-run.ts";
import { watchPolicy } from "../policy/watch.ts";

/** citty wants a list that it might change. */
const FORMATS_SHOWN: TestFormat[] = [...TEST_FORMATS];

const args = {
  folder: folderArg,
  watch: { type: "boolean", alias: "w", description: "Test again after each change, until Ctrl+C" },
  output: {
    type: "enum",
    alias: "o",
    options: FORMATS_SHOWN,
    default: "table",
    description: "How to print the result",
  },
} as const satisfies ArgsDef;

const command = defineCommand({
  meta: { name: "test", description: "Run a policy's cases" },
  args,
  async run({ args }) {
    const output = terminalOutput(process.stdout, process.env);
    const format = args.output as TestFormat;
    const { path } = await readFolder(args.folder);
    if (!args.watch) return test(output, path, format);
    await watchPolicy(output, path, async () => {
      const startedAt = performance.now();
      await test(output, path, format);
      output.line(output.dim(`in ${Math.round(performance.now() - startedAt)} ms`));
    });
  },
}) as unknown as CommandDef<ArgsDef>;

async function test(output: Output, path: string, format: TestFormat): Promise<void> {
  const policy = await buildOrTell(output, await readFolder(path), format);
  if (policy === null) return;
  const run = await runCases(policy);
  printTestRun(output, run, format);
  if (!isPassed(run)) process.exitCode = EXIT.failed;
}

export const policyTest = {
  command,
  more: `EXAMPLES

  countersign policy test --watch
  countersign policy test ../policies/internal-words -o junit > report.xml
  countersign policy test -o github            # annotations in a pull request

A case is a file in cases/: {"name", "settings", "action", "context", "principal", "message", "facts", "expect"}; name,
action and expect are needed. expect has one or more of
  decision     allow, modify, hold, defer or block, under the manifest's severities
  rules        every rule that fires, each once
  spans        every finding: {"rule", "part", "pointer", "start", "end", "key"}
  obligations  {"rule", "method", "pointer", "start", "end"}
  payload      what obligations leave
  error        the policy is to fail, by this rule, such as POLICY_SETTINGS_REFUSED
Ends with 1 where a case fails, or there is none.`,
};
