/** A policy that scans the reading, or weighs what others found, on its author's machine: no bundle, and the same parts. */
import { mkdirSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { makeWorkshop, policy } from "./policy-process.ts";

const COMPILING_MS = 120_000;
const shop = makeWorkshop();
afterAll(() => shop.remove());

const manifest = (name: string, more: object) => ({
  abi: "countersign-policy/1",
  ...{ name, version: "1.0.0", description: "A test's own." },
  settings: { type: "object", additionalProperties: false },
  rules: [{ id: "FOUND", severity: "block", reason: "It was found", suggestion: "Leave it out" }],
  ...more,
});
const action = (text: string) => ({ surface: "tool.call", payload: { text } });

function write(name: string, more: object, source: string, cases: readonly object[]): string {
  mkdirSync(shop.path(name, "cases"), { recursive: true });
  shop.write(`${name}/manifest.json`, JSON.stringify(manifest(name, more)));
  shop.write(`${name}/index.ts`, source);
  for (const [at, one] of cases.entries()) shop.write(`${name}/cases/${at}.json`, JSON.stringify(one));
  return shop.path(name);
}

const scanner = write(
  "scanner",
  { reading: "reads" },
  `import { Input, reading, reportSpan, Settings } from "countersign/sdk";
export function configure(_settings: Settings): void {}
export function evaluate(_input: Input): void {
  const all = reading();
  for (let at = 0; at + 4 <= all.size; at++) {
    if (load<u32>(all.folded + at) == 0x64726962) reportSpan("FOUND", at, at + 4);
    if (load<u32>(all.folded + at) == 0x70617274) assert(false, "a trap on purpose");
  }
}
`,
  [
    {
      name: "in capitals",
      action: action("a BIRD"),
      expect: { decision: "block", spans: [{ rule: "FOUND", pointer: "/text", start: 2, end: 6 }] },
    },
    { name: "no such thing", action: action("a fish"), expect: { decision: "allow", rules: [] } },
    { name: "a trap", action: action("a trap"), expect: { error: "POLICY_TRAPPED" } },
  ],
);
const weigher = write(
  "weigher",
  { findings: "reads" },
  `import { Part, partSize, readPart } from "countersign/sdk/host";
import { finding, Input, Settings } from "countersign/sdk";
export function configure(_settings: Settings): void {}
export function evaluate(_input: Input): void {
  if (String.UTF8.decodeUnsafe(readPart(Part.FINDINGS), partSize).includes('"rule":"US_SSN"')) finding("FOUND");
}
`,
  [
    {
      name: "after another finding",
      action: action("x"),
      findings: [{ policy: "pii", rule: "US_SSN", severity: "block", count: 2 }],
      expect: { rules: ["FOUND"] },
    },
    { name: "alone", action: action("x"), expect: { rules: [] } },
  ],
);

describe("test", () => {
  it.each([
    ["scans", scanner, "3 of 3 cases passed\n"],
    ["weighs", weigher, "2 of 2 cases passed\n"],
  ])("runs a policy that %s", { timeout: COMPILING_MS }, (_, folder, said) =>
    expect(policy(["test", folder])).toEqual({ code: 0, out: expect.stringContaining(said), err: "" }),
  );
});

it("run shows what was found, and where it trapped", { timeout: COMPILING_MS }, () => {
  const run = (text: string) =>
    policy(["run", scanner, "-"], { input: JSON.stringify({ action: action(text) }) });
  expect(run("one bird").out).toMatch(/block FOUND at payload\/text 4-8\n {4}one bird\n {8}\^\^\^\^/);
  const { code, out } = run("a trap");
  expect([code, out]).toEqual([
    1,
    expect.stringMatching(/POLICY_TRAPPED: .*\n.*a trap on purpose\n.* at index\.ts:7:/),
  ]);
});

it("bench measures the policy alone", { timeout: COMPILING_MS }, () => {
  const { code, out } = policy(["bench", scanner, "-o", "json"]);
  expect([code, JSON.parse(out)]).toEqual([
    0,
    expect.objectContaining({ ok: true, restored_bytes: 131_072 }),
  ]);
});

it("a case with findings that are none is no case", () => {
  shop.write(
    "weigher/cases/2.json",
    JSON.stringify({
      name: "wrong",
      action: action("x"),
      findings: [{ rule: "US_SSN" }],
      expect: { rules: [] },
    }),
  );
  const { code, err } = policy(["test", weigher]);
  expect([code, err]).toEqual([2, expect.stringContaining("/findings/0")]);
});
