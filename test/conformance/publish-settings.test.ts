/** Settings are tried when a bundle is stored: by the schema, then by the policy itself, where it will run. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { publish, renamed, textPolicy } from "./published.ts";
import { createWorld, type World } from "./world.ts";

let world: World;
let own = "";
beforeAll(async () => {
  world = await createWorld();
  own = (await publish(world.tenant.admin, renamed("denylist", "own-terms"))).policy;
}, 60_000);
afterAll(() => world?.close());

const bundle = (policy: string, settings: object, before: readonly object[] = []) =>
  world.tenant.admin.call<Record<string, unknown>>("POST", "/v1/bundles", {
    name: "settings",
    version: "1.0.0",
    policies: [...before, { policy, settings }],
  });
const bundles = async () =>
  (await world.tenant.admin.expect<{ data: unknown[] }>("GET", "/v1/bundles")).data.length;

describe.each([
  ["a built-in policy", () => "builtin:denylist"],
  ["a published policy", () => own],
])("%s", (_, policy) => {
  it("takes settings that fit", async () => {
    expect((await bundle(policy(), { denied_terms: ["fits"] })).status).toBe(201);
  });

  it.each([
    ["an unknown member", { denied_term: ["x"] }, "/denied_term"],
    ["a member of another type", { denied_terms: "x" }, "/denied_terms"],
    ["an item of another type", { denied_terms: ["x", 7] }, "/denied_terms/1"],
    ["nothing of what is needed", {}, ""],
  ])("refuses %s by the schema, and says where", async (_, settings, pointer) => {
    const before = await bundles();
    const { status, body } = await bundle(policy(), settings);
    expect([status, body.code]).toEqual([422, "settings_refused"]);
    expect(body.errors).toContainEqual(
      expect.objectContaining({ pointer: `/policies/0/settings${pointer}` }),
    );
    expect(await bundles()).toBe(before);
  });

  it("refuses by itself what the schema cannot say, in its own words", async () => {
    const before = await bundles();
    const fits = { policy: policy(), settings: { denied_terms: ["fits"] } };
    const { status, body } = await bundle(policy(), { denied_terms: [" "] }, [fits]);
    expect([status, body.code]).toEqual([422, "settings_refused"]);
    expect(body.detail).toMatch(/a term of nothing but white space/);
    expect(body.errors).toEqual([{ pointer: "/policies/1/settings", message: body.detail }]);
    expect(await bundles()).toBe(before);
  });
});

describe("a published policy whose configure", () => {
  const refusing = (name: string, body: string) =>
    publish(
      world.tenant.admin,
      textPolicy(name, "(call $nothing) (i32.const 0)", `(func (export "configure") (result i32) ${body})`),
    );
  it.each([
    ["returns another code", "(i32.const 1)", /returned 1/],
    ["traps", "unreachable", /unreachable/],
    ["does not end", "(loop (br 0)) (unreachable)", /out of fuel/],
  ])("%s cannot be in a bundle", async (name, body, detail) => {
    const { policy } = await refusing(name.replaceAll(" ", "-"), body);
    const answer = await bundle(policy, {});
    expect(answer).toMatchObject({ status: 422, body: { code: "settings_refused", detail } });
  });
});

it("a severity for a rule that a published policy does not have is refused", async () => {
  const answer = await world.tenant.admin.call("POST", "/v1/bundles", {
    name: "severities",
    version: "1.0.0",
    policies: [{ policy: own, settings: { denied_terms: ["x"] }, severities: { NO_SUCH_RULE: "warn" } }],
  });
  expect(answer).toMatchObject({
    status: 422,
    body: { code: "invalid_request", errors: [{ pointer: "/policies/0/severities/NO_SUCH_RULE" }] },
  });
});

it("refuses a bundle whose policies do not fit into an isolate together", async () => {
  const { policy } = await publish(
    world.tenant.admin,
    textPolicy(
      "large",
      "(call $nothing) (i32.const 0)",
      '(func (export "configure") (result i32) (i32.const 0))',
      {
        settings: { type: "object", properties: { n: { type: "integer" } }, additionalProperties: false },
        memory_pages: 64,
      },
    ),
  );
  const policies = (count: number) =>
    world.tenant.admin.call<Record<string, unknown>>("POST", "/v1/bundles", {
      name: "large",
      version: "1.0.0",
      policies: Array.from({ length: count }, (_, n) => ({ policy, settings: { n } })),
    });
  expect((await policies(4)).status).toBe(201);
  const { status, body } = await policies(12);
  expect([status, body.code, body.detail]).toEqual([
    422,
    "settings_refused",
    expect.stringMatching(/memory_pages, or split the bundle/),
  ]);
});
