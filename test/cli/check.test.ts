/** `countersign check` and `countersign bundle`: a text judged without a gateway, and what is found in it shown. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { caretsOf, isMarked, lineAndColumn, markedLines } from "../../cli/check/marked.ts";
import { makeWorkshop } from "./policy-process.ts";

const SHIM = join(import.meta.dirname, "../../cli/countersign.mjs");
const shop = makeWorkshop();
afterAll(() => shop.remove());

function run(args: readonly string[], input = "") {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SHIM, ...args], {
    input,
    cwd: shop.path(),
    env: { ...process.env, NO_COLOR: "1" },
    encoding: "utf8",
  });
  return { code: status, out: stdout, err: stderr };
}

const MAIL = "Hello,\nher number is 219-09-9999,\nand we guarantee quality.\n";
const MARKED = `1  Hello,
2  her number is 219-09-9999,
                 ^^^^^^^^^^^
3  and we guarantee quality.
       ^^^^^^^^^^^^
`;

describe("check", () => {
  it("shows a text with what is found in it, and how it would be decided", () => {
    const { code, out, err } = run(["check", shop.write("mail.txt", MAIL)]);
    expect([code, err]).toEqual([2, ""]);
    expect(out).toContain(MARKED);
    expect(out).toMatch(/block US_SSN {2}2:15, by pii.*\n {6}A US social security number\. \S/);
    expect(out).toMatch(/warn {2}GUARANTEE {2}3:5, by claims/);
    expect(out).toMatch(/\nBLOCK: 2 found\n$/);
    expect(run(["check", "-"], MAIL).out).toBe(out);
    expect(run(["check"], MAIL).out).toBe(out);
  });

  it.each([
    ["A fine text.", 0, "ALLOW: nothing found\n"],
    ["We guarantee quality.", 1, "HOLD: 1 found\n"],
    ["Her number: 219-09-9999", 2, "BLOCK: 1 found\n"],
  ])("%s ends with %i", (text, code, said) =>
    expect(run(["check", text])).toMatchObject({ code, out: expect.stringContaining(said), err: "" }),
  );

  it("answers as data", () => {
    const { code, out } = run(["check", "We guarantee quality.", "-o", "json"]);
    expect([code, JSON.parse(out)]).toEqual([
      1,
      expect.objectContaining({
        decision: "hold",
        bundle: { name: "starter", version: expect.any(String) },
        findings: [
          expect.objectContaining({
            ...{ policy: "claims", rule: "GUARANTEE", severity: "warn" },
            ...{ part: "payload", pointer: "/text", start: 0, end: 12 },
            suggestion: expect.any(String),
          }),
        ],
      }),
    ]);
  });

  it("takes an action, and says in which of its texts", () => {
    const action = { action: { surface: "tool.call", payload: { note: "we guarantee", n: 1 } } };
    const { code, out } = run(["check", "--action", shop.write("action.json", action)]);
    expect(code).toBe(1);
    expect(out).toMatch(/^payload\/note\n1 {2}we guarantee\n {3}\^{12}\n/);
    expect(out).toContain("payload/note 1:1, by claims");
  });

  it("takes a bundle from a file, and redacts as that says", () => {
    const bundle = {
      ...{ name: "ours", version: "1.0.0" },
      policies: [{ policy: "builtin:pii", settings: { redact: "replace" }, severities: { US_SSN: "info" } }],
    };
    const file = shop.write("ours.json", bundle);
    const { code, out } = run(["check", "Her number: 219-09-9999", "--bundle", file]);
    expect(code).toBe(1);
    expect(out).toContain('as changed: {"text":"Her number: [US_SSN]"}\nMODIFY: 1 found\n');
  });

  it.each([
    [["check", "missing.txt"], "there is no file missing.txt"],
    [["check", "x", "--bundle", "none"], "has no bundle none"],
    [["check", "x y", "--surface", "not a surface"], "would refuse this action"],
    [["check", "--action", "-"], "standard input:1:1"],
  ])("%j says what is wrong", (args, said) =>
    expect(run(args)).toMatchObject({ code: 2, out: "", err: expect.stringContaining(said) }),
  );

  it("refuses a bundle whose policies it cannot run", () => {
    const write = (policy: string) =>
      shop.write("other.json", { name: "other", version: "1.0.0", policies: [{ policy }] });
    const said = (policy: string) => run(["check", "x y", "--bundle", write(policy)]).err;
    expect(said(`sha256:${"0".repeat(64)}`)).toContain("Here only built-in policies run");
    expect(said("builtin:none")).toContain("this release has no policy none");
    expect(said("pii")).toContain("/policies/0/policy: Expected builtin:");
  });

  it("blocks where a policy fails", () => {
    const bundle = {
      ...{ name: "ours", version: "1.0.0" },
      policies: [{ policy: "builtin:pii", settings: { entities: "none such" } }],
    };
    const { code, out } = run(["check", "x y", "--bundle", shop.write("failing.json", bundle)]);
    expect([code, out]).toEqual([2, expect.stringContaining("POLICY_SETTINGS_REFUSED")]);
  });
});

describe("bundle", () => {
  it("lists and shows what this release has", () => {
    expect(run(["bundle", "list"])).toMatchObject({ code: 0, out: expect.stringMatching(/^starter\b/m) });
    expect(run(["bundle", "show", "starter"]).out).toMatch(/^builtin:pii\n {4}\S/m);
  });

  it("prints it as a gateway takes it", () => {
    const bundle = JSON.parse(run(["bundle", "show", "starter", "-o", "json"]).out);
    expect(Object.keys(bundle)).toEqual(["name", "version", "policies"]);
    for (const use of bundle.policies) expect(Object.keys(use)).toEqual(["policy", "settings", "severities"]);
  });
});

describe("a marked text", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", " ", "\n", "é", "\u200b"), maxLength: 60 });
  const spans = fc.array(fc.tuple(fc.nat(60), fc.nat(60)), { maxLength: 6 });

  it("loses nothing, and marks what is in a span and no more", () =>
    fc.assert(
      fc.property(text, spans, (whole, pairs) => {
        const ranges = pairs
          .map(([one, other]) => ({ start: Math.min(one, other), end: Math.max(one, other) }))
          .filter(({ end }) => end <= whole.length);
        const lines = markedLines(whole, ranges);
        const shown = (unit: string) => (unit === "\u200b" ? "\\u{200b}" : unit);
        const plain = lines.map(({ pieces }) => pieces.map(({ text }) => text).join("")).join("\n");
        expect(plain).toBe([...whole.replace(/\n$/, "")].map(shown).join(""));
        const inside = [...whole].filter(
          (unit, at) => unit !== "\n" && ranges.some(({ start, end }) => at >= start && at < end),
        );
        const marked = lines.flatMap(({ pieces }) => pieces.filter(({ marked }) => marked));
        expect(marked.map(({ text }) => text).join("")).toBe(inside.map(shown).join(""));
        for (const line of lines) expect(caretsOf(line).includes("^")).toBe(isMarked(line));
      }),
    ));

  it("counts lines and columns as editors do", () => {
    expect(lineAndColumn("ab\ncd", 0)).toBe("1:1");
    expect(lineAndColumn("ab\ncd", 4)).toBe("2:2");
  });
});
