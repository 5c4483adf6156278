/** Patterns become a program where a bundle is stored: nobody sends one, and nobody may bring another. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BundleAnswer } from "../../cli/policy/publication.ts";
import { createWorld, toolCall, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
}, 60_000);
afterAll(() => world?.close());

const PATTERNS = [{ name: "case number", pattern: "(?i)\\bcase-\\d{6}\\b" }];
const create = (settings: object) =>
  world.tenant.admin.call<BundleAnswer & { code: string; errors: object[] }>("POST", "/v1/bundles", {
    name: "patterns",
    version: "1.0.0",
    policies: [{ policy: "builtin:regex", settings }],
  } as never);
const regexOf = ({ policies }: BundleAnswer) => policies[1];

describe("a bundle with patterns", () => {
  it("is stored with their program, once, and blocks what they match", async () => {
    const { status, body } = await create({ patterns: PATTERNS });
    expect(status).toBe(201);
    expect(regexOf(body)?.settings).toEqual({ patterns: PATTERNS, program: expect.any(String) });
    const again = await create(regexOf(body)?.settings ?? {});
    expect([again.status, again.body.bundle]).toEqual([201, body.bundle]);

    await world.tenant.admin.expect("PUT", "/v1/bindings/tool.call", {
      bundle: body.bundle,
      mode: "enforce",
    });
    const submit = async (text: string) =>
      (await world.tenant.app.submit(toolCall({ text }, { target: "hook/crm" }))).body;
    expect(await submit("About CASE-123456.")).toMatchObject({
      decision: "block",
      findings: [{ policy: "regex", rule: "DENIED_PATTERN", pointer: "/text", start: 6, end: 17 }],
    });
    expect(await submit("About case-12345.")).toMatchObject({ decision: "allow" });
  });

  it.each([
    [
      "a pattern that is none",
      { patterns: [...PATTERNS, { name: "x", pattern: "(" }] },
      "/patterns/1/pattern",
    ],
    ["a foreign program", { patterns: PATTERNS, program: "Q1NYMQ==" }, "/program"],
    ["a name too many", { patterns: [{ ...PATTERNS[0], flags: "i" }] }, "/patterns/0/flags"],
  ])("is refused for %s, and says where", async (_, settings, pointer) => {
    const { status, body } = await create(settings);
    expect([status, body.code]).toEqual([422, "settings_refused"]);
    expect(body.errors).toContainEqual({
      pointer: `/policies/0/settings${pointer}`,
      message: expect.stringMatching(/./),
    });
  });
});
