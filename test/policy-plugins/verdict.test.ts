// The SDK's verdict: its limits, its pointers, and that every rule that fired is told.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Answer,
  answerOf,
  evaluate,
  type Finding,
  findingsIn,
  findingsOf,
  type Json,
} from "./extism-host.ts";

const settings = { denied_terms: ["bad"], discouraged_terms: ["meh"] };

/** A plain reading of RFC 6901, to find what a pointer means. */
function resolve(document: Json, pointer: string): Json | undefined {
  let value: Json | undefined = document;
  for (const token of pointer.split("/").slice(1)) {
    const name = token.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(value)) value = value[Number(name)];
    else if (typeof value === "object" && value !== null && Object.hasOwn(value, name)) value = value[name];
    else return undefined;
  }
  return value;
}

/** At the finding's place; how sure the policy is says nothing about what to do there. */
const obligationOf = ({ score: _, ...finding }: Finding, method: string) => ({
  ...finding,
  type: "redact",
  method,
});

describe("the verdict", () => {
  it("stops at 256 findings, in the order of the text", async () => {
    const found = await findingsIn("denylist", settings, "meh ".repeat(300));
    expect(found).toHaveLength(256);
    expect(found.map(({ start }) => start)).toEqual(Array.from({ length: 256 }, (_, i) => i * 4));
  });

  it("still tells a rule that fires after 256 findings of another", async () => {
    const found = await findingsIn(
      "denylist",
      settings,
      `${"meh ".repeat(1000)}bad ${"meh ".repeat(1000)}bad`,
    );
    expect(found).toHaveLength(256);
    expect(found.at(-1)).toMatchObject({ rule: "DENIED_TERM", start: 4000 });
    expect(found.filter(({ rule }) => rule === "DENIED_TERM")).toHaveLength(1);
  });

  it("stays below 64 KiB when pointers are long, and still tells every rule", async () => {
    const name = "n".repeat(10_000);
    const payload = {
      [name]: [...Array.from({ length: 50 }, () => "meh"), "bad"],
      ["z".repeat(70_000)]: "bad",
    };
    const { output } = await evaluate("denylist", settings, { action: { surface: "s", payload } });
    expect(output?.length).toBeLessThanOrEqual(65_536);
    const { findings } = JSON.parse(output ?? "");
    expect(findings[0]).toMatchObject({ rule: "DISCOURAGED_TERM", pointer: `/${name}/0` });
    expect(findings.filter(({ rule }: { rule: string }) => rule === "DENIED_TERM")).toEqual([
      { rule: "DENIED_TERM" },
    ]);
  });

  it("says the right place of each finding where some of a field do not fit, and those of the next do", async () => {
    const payload = {
      a: "meh meh bad meh bad bad",
      ["n".repeat(9_000)]: "meh bad ".repeat(20),
      ["z".repeat(70_000)]: "bad meh bad",
      zz: "meh bad meh bad bad",
    };
    const { output } = await evaluate("denylist", settings, { action: { surface: "s", payload } });
    const terms: Readonly<Record<string, string>> = { DENIED_TERM: "bad", DISCOURAGED_TERM: "meh" };
    const { findings } = JSON.parse(output ?? "") as Answer;
    const placed = findings.filter(({ pointer }) => pointer !== undefined);
    for (const { rule, pointer, start, end } of placed) {
      const text = resolve(payload, pointer as string) as string;
      expect(text.slice(start, end)).toBe(terms[rule]);
    }
    const count = (pointer: string) => placed.filter((one) => one.pointer === pointer).length;
    expect([count("/a"), count("/zz")]).toEqual([6, 5]);
    expect(count(`/${"n".repeat(9_000)}`)).toBeGreaterThan(5);
  });

  it("has an obligation for each finding that can be redacted, and at most 256", async () => {
    const text = "123-45-6789 ".repeat(300);
    const { findings, obligations } = await answerOf(
      "pii",
      { redact: "remove" },
      { action: { payload: { text } } },
    );
    expect(findings).toHaveLength(256);
    expect(obligations).toEqual(findings.map((finding) => obligationOf(finding, "remove")));
  });

  it("stays below 64 KiB with obligations, and has none for a finding without a place", async () => {
    for (const length of [100, 300, 2_000, 20_000, 33_000, 70_000]) {
      const name = "n".repeat(length);
      const list = Array.from({ length: 250 }, () => "123-45-6789");
      const payload = { [name]: [...list, "4111 1111 1111 1111"] };
      const { output } = await evaluate("pii", { redact: "mask" }, { action: { payload } });
      expect(output?.length).toBeLessThanOrEqual(65_536);
      const { findings, obligations = [] }: Answer = JSON.parse(output ?? "");
      expect(new Set(findings.map(({ rule }) => rule))).toEqual(new Set(["US_SSN", "CREDIT_CARD"]));
      const placed = findings.filter(({ pointer }) => pointer !== undefined);
      expect(obligations).toEqual(placed.map((finding) => obligationOf(finding, "mask")));
      expect(placed.length > 0).toBe(length < 33_000);
    }
  });

  it("names any member by a pointer that leads back to the text", async () => {
    const names = fc.oneof(
      fc.string({ unit: "binary" }).filter((text) => text.isWellFormed()),
      fc.string({ unit: fc.constantFrom("/", "~", "0", "1", '"', "\\", "\n", "\u0007", "é", "😀") }),
    );
    const trees = fc.letrec<{ tree: Json }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom<Json>("a bad one", "fine", 3, null),
        fc.array(tie("tree"), { maxLength: 4 }),
        fc.dictionary(names, tie("tree"), { maxKeys: 4, noNullPrototype: false }),
      ),
    })).tree;
    const count = (tree: Json): number =>
      tree === "a bad one"
        ? 1
        : typeof tree === "object" && tree !== null
          ? Object.values(tree).reduce<number>((sum, child) => sum + count(child), 0)
          : 0;
    await fc.assert(
      fc.asyncProperty(trees, async (payload) => {
        const found = await findingsOf("denylist", settings, { action: { surface: "s", payload } });
        expect(found).toHaveLength(count(payload));
        const pointers = found.map(({ pointer = "?" }) => pointer);
        expect(new Set(pointers).size).toBe(pointers.length);
        for (const { part, pointer = "?", start, end } of found) {
          expect([part, resolve(payload, pointer), start, end]).toEqual(["payload", "a bad one", 2, 5]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("is the same each time", async () => {
    const verdicts = new Set<string | null>();
    for (let i = 0; i < 20; i++)
      verdicts.add((await evaluate("pii", {}, { action: { payload: { a: "123-45-6789" } } })).output);
    expect([...verdicts]).toEqual([
      '{"findings":[{"rule":"US_SSN","part":"payload","pointer":"/a","start":0,"end":11,"score":85}]}',
    ]);
  });
});
