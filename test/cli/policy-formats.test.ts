/** What `policy test` prints for machines: each format read back, with names and texts made to break it. */
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { xmlDocument } from "../../cli/policy/xml.ts";
import { makeWorkshop, policy, type Ran } from "./policy-process.ts";
import { readXml } from "./xml-reader.ts";

const shop = makeWorkshop();
const ODD = `odd </testcase> & "quoted" # SKIP 100%, a::b 'c'`;
const LINE = "a line\nbreak and \u001b[31mcolour\u202e";

const caseOf = (name: string, text: string, expected: unknown) => ({
  name,
  settings: { words: ["bluebird"] },
  action: { surface: "outbound.email", payload: { [LINE]: text } },
  expect: expected,
});

beforeAll(() => {
  expect(policy(["new", "words"], { cwd: shop.path() }).code).toBe(0);
  for (const file of readdirSync(shop.path("words/cases"))) rmSync(shop.path("words/cases", file));
  shop.write(
    "words/cases/1-fine.json",
    caseOf("fine", "bluebird", { rules: ["INTERNAL_WORD"], decision: "block" }),
  );
  shop.write("words/cases/2-odd.json", caseOf(ODD, "bluebird", { rules: [], decision: "allow", spans: [] }));
  shop.write("words/cases/3-line.json", caseOf(LINE, "none", { rules: ["INTERNAL_WORD"] }));
}, 60_000);
afterAll(() => shop.remove());

const run = (format: string): Ran => policy(["test", "words", "-o", format], { cwd: shop.path() });
const SPAN =
  '{"end":8,"part":"payload","pointer":"/a line\\nbreak and \\u001b[31mcolour\u202e","rule":"INTERNAL_WORD","start":0}';
const SPAN_SHOWN = SPAN.replace("\u202e", "\\u{202e}");

describe("junit", () => {
  it("is XML that says what failed", { timeout: 60_000 }, () => {
    const { code, out } = run("junit");
    expect(code).toBe(1);
    const root = readXml(out);
    expect([root.name, root.attributes]).toEqual([
      "testsuites",
      {
        name: "countersign policy test",
        tests: "3",
        failures: "2",
        errors: "0",
        time: expect.stringMatching(/^\d+\.\d+$/),
      },
    ]);
    const [suite] = root.children;
    expect(suite?.attributes).toMatchObject({
      name: "words",
      tests: "3",
      failures: "2",
      errors: "0",
      skipped: "0",
    });
    const cases = suite?.children ?? [];
    expect(cases.map(({ name, attributes, children }) => [name, attributes.file, children.length])).toEqual([
      ["testcase", "words/cases/1-fine.json", 0],
      ["testcase", "words/cases/2-odd.json", 1],
      ["testcase", "words/cases/3-line.json", 1],
    ]);
    expect(cases[1]?.attributes.name).toBe(ODD);
    // The escape character is one that XML cannot have.
    expect(cases[2]?.attributes.name).toBe(LINE.replace("\u001b", "\ufffd"));
    const failure = cases[1]?.children[0];
    expect(failure?.attributes.message).toBe("not as expected: decision, rules, spans");
    expect(failure?.text.split("\n")).toEqual([
      "- expected, + was",
      "decision:",
      "- allow",
      "+ block",
      "rules:",
      "+ INTERNAL_WORD",
      "spans:",
      `+ ${SPAN_SHOWN}`,
    ]);
  });

  it("is what another reader takes, too", ({ skip }) => {
    const program =
      "import sys, xml.etree.ElementTree as e; print(len(e.fromstring(sys.stdin.buffer.read()).findall('.//failure')))";
    const read = (input: string) => spawnSync("python3", ["-c", program], { input, encoding: "utf8" });
    if (read("<a/>").status !== 0) skip("SKIPPED: no python3 here");
    expect(read(run("junit").out)).toMatchObject({ status: 0, stdout: "2\n" });
  });
});

it("XML keeps every text that XML can hold", () => {
  for (const text of ["]]>", "a\r\nb", "\ttab ", "<&>\"'", "\u{1f426}", "\u00a0", ""]) {
    const root = readXml(xmlDocument({ name: "a", attributes: { b: text }, content: text }));
    expect([root.attributes.b, root.text]).toEqual([text, text]);
  }
  const root = readXml(
    xmlDocument({ name: "a", attributes: { b: "\u0000\ud800\uffff" }, content: "\u001b" }),
  );
  expect([root.attributes.b, root.text]).toEqual(["\ufffd\ufffd\ufffd", "\ufffd"]);
});

it("tap counts, numbers, and explains", () => {
  const { code, out } = run("tap");
  expect(code).toBe(1);
  const lines = out.trimEnd().split("\n");
  expect(lines.slice(0, 2)).toEqual(["TAP version 14", "1..3"]);
  const points = lines.filter((line) => /^(not )?ok/.test(line));
  expect(points).toEqual([
    "ok 1 - fine",
    `not ok 2 - ${ODD.replaceAll("#", "\\#")}`,
    "not ok 3 - a line\\\\u{a}break and \\\\u{1b}[31mcolour\\\\u{202e}",
  ]);
  // All else is a YAML block of two spaces, each opened and closed.
  const inner = lines.slice(2).filter((line) => !/^(not )?ok/.test(line));
  expect(inner.every((line) => line.startsWith("  "))).toBe(true);
  expect(inner.filter((line) => line === "  ---")).toHaveLength(2);
  expect(inner.filter((line) => line === "  ...")).toHaveLength(2);
  for (const item of inner.filter((line) => line.startsWith("    - "))) JSON.parse(item.slice(6));
  expect(inner).toContain(`    - ${JSON.stringify("+ block")}`);
});

it("github has one annotation for each failed case, at its place", () => {
  const { code, out } = run("github");
  expect(code).toBe(1);
  const lines = out.trimEnd().split("\n");
  expect(lines).toHaveLength(3);
  const [first = "", second = ""] = lines;
  const title = ODD.replaceAll("%", "%25").replaceAll(":", "%3A").replaceAll(",", "%2C");
  expect(
    first.startsWith(
      `::error file=words/cases/2-odd.json,line=1,title=${title}::- expected, + was%0Adecision:%0A`,
    ),
  ).toBe(true);
  expect(second).toContain("title=a line\\u{a}break and \\u{1b}[31mcolour\\u{202e}::");
  expect(lines[2]).toBe("1 of 3 cases passed");
});

it("json has every difference", () => {
  const { code, out } = run("json");
  const report = JSON.parse(out);
  expect([code, report.ok, report.cases.length, report.uncovered]).toEqual([1, false, 3, []]);
  expect(report.cases[1]).toMatchObject({ name: ODD, file: "words/cases/2-odd.json", ok: false });
  expect(report.cases[1].differences).toEqual([
    { what: "decision", expected: ["allow"], actual: ["block"] },
    { what: "rules", expected: [], actual: ["INTERNAL_WORD"] },
    { what: "spans", expected: [], actual: [SPAN] },
  ]);
});

it("the table shows the same to people", () => {
  const { code, out } = run("table");
  expect(code).toBe(1);
  expect(out).toContain("✓ fine ");
  expect(out).toContain(
    "    words/cases/2-odd.json:1\n    decision:\n    - allow\n    + block\n    rules:\n    + INTERNAL_WORD\n",
  );
  expect(out).toMatch(/1 of 3 cases passed\n$/);
});

describe("a policy without cases", () => {
  it.each(["table", "json", "junit", "tap", "github"])("has not passed: %s", (format) => {
    const files = readdirSync(shop.path("words/cases"));
    for (const file of files) rmSync(shop.path("words/cases", file));
    expect(run(format).code).toBe(1);
  });
});
