/** A test run in each of the forms that `policy test` prints. */
import { type Output, visible } from "../output.ts";
import { type Difference, diffLines } from "./compare.ts";
import { fromHere, ownMessage } from "./places.ts";
import type { CaseResult, TestRun } from "./test-run.ts";
import { xmlDocument } from "./xml.ts";

export const TEST_FORMATS = ["table", "json", "junit", "tap", "github"] as const;
export type TestFormat = (typeof TEST_FORMATS)[number];

export function printTestRun(output: Output, run: TestRun, format: TestFormat): void {
  if (format === "table") printTable(output, run);
  else output.line(textOf(run, format));
}

function textOf(run: TestRun, format: Exclude<TestFormat, "table">): string {
  switch (format) {
    case "json":
      return JSON.stringify(jsonOf(run), null, 2);
    case "junit":
      return junitOf(run).trimEnd();
    case "tap":
      return tapOf(run).join("\n");
    case "github":
      return githubOf(run).join("\n");
  }
}

export const isPassed = ({ results }: TestRun): boolean =>
  results.length > 0 && results.every(({ ok }) => ok);

const NO_CASES = "there are no cases: put one in cases/, such as `countersign policy new` makes";

// --- for people ---------------------------------------------------------------

function printTable(output: Output, run: TestRun): void {
  for (const result of run.results) {
    const { policyCase } = result.file;
    const mark = result.ok ? output.green("✓") : output.red("✗");
    output.line(`${mark} ${visible(policyCase.name)} ${output.dim(`${result.fuel} fuel`)}`);
    if (!result.ok) {
      output.line(`    ${output.dim(fromHere(result.file.path))}:${result.file.line}`);
      for (const line of failureLines(run, result)) output.line(`    ${paintDiff(output, line)}`);
    }
    for (const note of result.notes) output.line(`    ${output.dim(`note: ${visible(note)}`)}`);
  }
  if (run.results.length === 0) output.line(output.red(`✗ ${NO_CASES}`));
  if (run.uncovered.length > 0)
    output.line(output.dim(`no case in which these fire: ${run.uncovered.join(", ")}`));
  const failed = run.results.filter(({ ok }) => !ok).length;
  const summary = `${run.results.length - failed} of ${run.results.length} cases passed`;
  output.line(isPassed(run) ? output.green(summary) : output.red(summary));
}

const paintDiff = (output: Output, line: string): string =>
  line.startsWith("- ") ? output.red(line) : line.startsWith("+ ") ? output.green(line) : line;

/** The differences, and where the policy failed. Text of the action is shown: it is the author's own example. */
function failureLines({ policy }: TestRun, { differences, detail, trap }: CaseResult): string[] {
  const { name } = policy.manifest;
  const places = trap?.places.map(({ file, line, column }) => `  at ${file}:${line}:${column}`) ?? [];
  const said = trap?.message ?? (detail === null ? null : ownMessage(name, detail));
  return [
    ...differences.flatMap((difference) => [`${difference.what}:`, ...diffText(difference)]),
    ...(said === null ? [] : [visible(said)]),
    ...places,
  ];
}

const diffText = (difference: Difference): string[] =>
  diffLines(difference).map(({ sign, text }) => `${sign} ${visible(text)}`);

const SIGNS = "- expected, + was";

// --- for programs -------------------------------------------------------------

function jsonOf(run: TestRun) {
  return {
    policy: run.policy.manifest.name,
    policy_id: run.policy.policyId,
    ok: isPassed(run),
    cases: run.results.map(({ file, ok, differences, detail, trap, fuel, milliseconds, notes }) => ({
      name: file.policyCase.name,
      file: fromHere(file.path),
      line: file.line,
      ok,
      differences,
      detail: trap?.message ?? detail,
      places: trap?.places ?? [],
      fuel,
      milliseconds: Number(milliseconds.toFixed(3)),
      notes,
    })),
    uncovered: run.uncovered,
  };
}

const seconds = (results: readonly CaseResult[]): string =>
  (results.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000).toFixed(6);

/** After the schema that Jenkins and GitLab read: testsuites, testsuite, testcase, failure. */
function junitOf(run: TestRun): string {
  const { results, policy } = run;
  const counts = { tests: results.length, failures: results.filter(({ ok }) => !ok).length, errors: 0 };
  const testcases = results.map((result) => ({
    name: "testcase",
    attributes: {
      name: result.file.policyCase.name,
      classname: policy.manifest.name,
      file: fromHere(result.file.path),
      line: result.file.line,
      time: seconds([result]),
    },
    content: result.ok
      ? []
      : [
          {
            name: "failure",
            attributes: { message: summaryOf(result), type: "difference" },
            content: [SIGNS, ...failureLines(run, result)].join("\n"),
          },
        ],
  }));
  return xmlDocument({
    name: "testsuites",
    attributes: { name: "countersign policy test", ...counts, time: seconds(results) },
    content: [
      {
        name: "testsuite",
        attributes: { name: policy.manifest.name, ...counts, skipped: 0, time: seconds(results) },
        content: testcases,
      },
    ],
  });
}

/** TAP 14: what failed is in a YAML block. */
function tapOf(run: TestRun): string[] {
  const lines = [
    "TAP version 14",
    `1..${run.results.length}${run.results.length === 0 ? ` # ${NO_CASES}` : ""}`,
  ];
  for (const [index, result] of run.results.entries()) {
    // A # would begin a directive, such as SKIP.
    const name = visible(result.file.policyCase.name).replace(/[\\#]/g, "\\$&");
    lines.push(`${result.ok ? "ok" : "not ok"} ${index + 1} - ${name}`);
    if (result.ok) continue;
    // JSON strings are YAML ones.
    lines.push(
      "  ---",
      `  message: ${JSON.stringify(summaryOf(result))}`,
      `  at: ${JSON.stringify(`${fromHere(result.file.path)}:${result.file.line}`)}`,
      "  lines:",
      ...[SIGNS, ...failureLines(run, result)].map((line) => `    - ${JSON.stringify(line)}`),
      "  ...",
    );
  }
  return lines;
}

/** Workflow commands of GitHub Actions: each becomes an annotation in the changed files. */
function githubOf(run: TestRun): string[] {
  const { policy, results } = run;
  if (results.length === 0) return [annotation(fromHere(policy.path), 1, policy.manifest.name, NO_CASES)];
  const failed = results.filter(({ ok }) => !ok);
  const notes = failed.flatMap((result) => {
    const text = [SIGNS, ...failureLines(run, result)].join("\n");
    const file = annotation(
      fromHere(result.file.path),
      result.file.line,
      visible(result.file.policyCase.name),
      text,
    );
    const [place] = result.trap?.places ?? [];
    if (place === undefined) return [file];
    const source = `${fromHere(policy.path)}/${place.file}`;
    return [
      file,
      annotation(source, place.line, "The policy trapped", result.trap?.message ?? "", place.column),
    ];
  });
  return [...notes, `${results.length - failed.length} of ${results.length} cases passed`];
}

function annotation(file: string, line: number, title: string, message: string, column?: number): string {
  const properties = { file, line, ...(column === undefined ? {} : { col: column }), title };
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::error ${list.join(",")}::${escapeData(message)}`;
}

const escapeData = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const escapeProperty = (text: string): string =>
  escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

const summaryOf = ({ differences, trap, detail }: CaseResult): string =>
  trap?.message ?? detail ?? `not as expected: ${differences.map(({ what }) => what).join(", ")}`;
