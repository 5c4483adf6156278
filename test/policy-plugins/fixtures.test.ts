// The odd policies do what their manifests say, so that a host's test with them proves something.

import { describe, expect, it } from "vitest";
import { canonical, evaluate, findingsOf, inputOf, instantiate } from "./extism-host.ts";

const example = { action: { surface: "outbound.email", payload: { text: "the secret text" } } };
const answer = async (name: string) => evaluate(name, {}, example);

describe("fixtures", () => {
  it("trap: tells where", async () => {
    expect(await answer("trap")).toMatchObject({
      rc: -1,
      output: null,
      error: expect.stringMatching(/on purpose at fixtures\/trap\/index\.ts:\d+:\d+/),
    });
  });

  it("silent: 0 and no output", async () => {
    expect(await answer("silent")).toEqual({ rc: 0, output: null, error: null, trap: null, reading: null });
  });

  it("returns-one: a verdict that must not count", async () => {
    expect(await answer("returns-one")).toMatchObject({ rc: 1, output: '{"findings":[]}' });
  });

  it("error-set: an error beside a verdict", async () => {
    expect(await answer("error-set")).toMatchObject({
      rc: 0,
      output: '{"findings":[]}',
      error: "an error on purpose",
    });
  });

  it("garbage: not JSON", async () => {
    expect(await answer("garbage")).toMatchObject({ rc: 0, output: "allow" });
  });

  it("unknown-rule, span-outside, extra-member: JSON, but no verdict", async () => {
    expect(await findingsOf("unknown-rule", {}, example)).toEqual([{ rule: "NOT_IN_MANIFEST" }]);
    expect(await findingsOf("span-outside", {}, example)).toMatchObject([
      { pointer: "/text", end: 100_000_000 },
    ]);
    expect((await answer("extra-member")).output).toBe('{"findings":[],"decision":"allow"}');
  });

  it("echo: repeats what it read", async () => {
    const { output } = await answer("echo");
    expect(JSON.parse(output ?? "")).toMatchObject({
      findings: [{ reason: expect.stringContaining("the secret text") }],
    });
  });

  it("huge: too large, though valid", async () => {
    const { output } = await answer("huge");
    expect(output?.length).toBeGreaterThan(65_536);
    expect(JSON.parse(output ?? "")).toEqual({ findings: [] });
  });

  it("two-spans-many: more than 256 findings", async () => {
    expect(await findingsOf("two-spans-many", {}, example)).toHaveLength(300);
  });

  it("two-outputs: a second answer after the first", async () => {
    expect(await answer("two-outputs")).toMatchObject({ rc: -1, trap: expect.stringContaining("twice") });
  });

  it("deep-recursion: deeper than the engine's own stack", async () => {
    expect(await answer("deep-recursion")).toMatchObject({
      rc: -1,
      trap: expect.stringContaining("RangeError"),
    });
  });

  it("redacts: every occurrence of a term, by the method asked for", async () => {
    const payload = { text: "Ada and Adam", list: ["no", "Ada"], Ada: 1 };
    const { output } = await evaluate("redacts", { term: "Ada", redact: "replace" }, { action: { payload } });
    const { findings, obligations } = JSON.parse(output ?? "");
    expect(findings).toHaveLength(4);
    expect(obligations).toEqual(
      [
        { pointer: "/list/1", start: 0, end: 3 },
        { pointer: "/text", start: 0, end: 3 },
        { pointer: "/text", start: 8, end: 11 },
      ].map((place) => ({ rule: "TERM", type: "redact", method: "replace", part: "payload", ...place })),
    );
  });

  it("slow: finds nothing before its work is done", async () => {
    const findings = (text: string) => findingsOf("slow", {}, { action: { payload: { rounds: 3, text } } });
    expect(await findings("a forbidden-late thing")).toEqual([
      { rule: "FORBIDDEN_LATE", part: "payload", pointer: "/text" },
    ]);
    expect(await findings("nothing")).toEqual([]);
  });

  it("counter: fires on an instance that was used before, never on a fresh one", async () => {
    const instance = await instantiate("counter");
    await instance.call("configure", "{}");
    const first = await instance.call("evaluate", inputOf(example));
    const second = await instance.call("evaluate", inputOf(example));
    expect(first.output).toBe('{"findings":[]}');
    expect(second.output).toBe('{"findings":[{"rule":"FIRED"}]}');
    expect((await answer("counter")).output).toBe('{"findings":[]}');
  });

  it("take no settings", async () => {
    for (const name of ["counter", "trap"]) {
      const instance = await instantiate(name);
      expect((await instance.call("configure", canonical({ x: 1 }))).rc).toBe(1);
    }
  });
});
