/** Judging: bindings, modes, severities, and policies that go wrong. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine } from "../harness/engine.ts";
import { createWorld, quiet, toolCall, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld("with-fixtures");
}, 60_000);
afterAll(() => world.close());

const submit = (surface: string, payload: Record<string, unknown> = { text: "hello" }, context?: object) =>
  world.tenant.app.submit({
    action: { ...toolCall(payload, { target: "hook/crm" }).action, surface },
    ...(context ? { context: context as never } : {}),
  });

describe("a policy that goes wrong blocks, and nothing is sent", () => {
  it.each([
    ["trap", "POLICY_TRAPPED"],
    ["silent", "POLICY_NO_OUTPUT"],
    ["returns-one", "POLICY_RETURN_CODE"],
    ["garbage", "POLICY_OUTPUT_INVALID"],
    ["extra-member", "POLICY_OUTPUT_INVALID"],
    ["echo", "POLICY_OUTPUT_INVALID"],
    ["two-spans-many", "POLICY_OUTPUT_INVALID"],
    ["huge", "POLICY_OUTPUT_TOO_LARGE"],
    ["unknown-rule", "POLICY_UNKNOWN_RULE"],
    ["span-outside", "POLICY_SPAN_OUTSIDE"],
    ["error-set", "POLICY_ERROR"],
  ])("%s: %s", async (name, rule) => {
    const surface = `fixture.${name}`;
    await world.govern(surface, [
      { policy: "builtin:pii", settings: {} },
      { policy: `builtin:${name}`, settings: {} },
    ]);
    const before = world.hook.requests.length;
    const { status, body } = await submit(surface);
    expect(status).toBe(403);
    expect(body.findings).toEqual([expect.objectContaining({ policy: name, rule, severity: "block" })]);
    expect(body.denial_proof).toBeTruthy();
    await quiet();
    expect(world.hook.requests).toHaveLength(before);
  });

  it("and in observe mode lets the action pass, with the block recorded", async () => {
    await world.govern("fixture.observed", [{ policy: "builtin:trap", settings: {} }], "observe");
    expect((await submit("fixture.observed")).body).toMatchObject({
      decision: "allow",
      would_decide: "block",
      status: "dispatched",
    });
  });
});

describe("bindings", () => {
  it("none: blocked", async () => {
    const { status, body } = await submit("no.such.surface");
    expect(status).toBe(403);
    expect(body.findings).toEqual([expect.objectContaining({ policy: "countersign", rule: "NO_BINDING" })]);
  });

  it("of tenant, surface and folder all run", async () => {
    await world.govern("*", [{ policy: "builtin:denylist", settings: { denied_terms: ["everywhere"] } }]);
    await world.govern("bound.surface", [
      { policy: "builtin:denylist", settings: { discouraged_terms: ["surface"] } },
    ]);
    await world.govern(
      "bound.surface",
      [{ policy: "builtin:denylist", settings: { denied_terms: ["folder"] } }],
      "enforce",
      "acme",
    );
    const decide = async (text: string, context?: object) =>
      (await submit("bound.surface", { text }, context)).body.decision;
    expect(await decide("nothing")).toBe("allow");
    expect(await decide("everywhere")).toBe("block");
    expect(await decide("surface")).toBe("hold");
    expect(await decide("folder")).toBe("allow");
    expect(await decide("folder", { folder: "acme" })).toBe("block");
    expect(await decide("surface folder", { folder: "acme" })).toBe("block");
  });

  it("changed, hold for the very next action", async () => {
    for (const [term, decision] of [
      ["one", "block"],
      ["two", "allow"],
      ["one", "block"],
    ] as const) {
      await world.govern("fast.surface", [
        { policy: "builtin:denylist", settings: { denied_terms: [term] } },
      ]);
      expect((await submit("fast.surface", { text: "one" })).body.decision).toBe(decision);
    }
  });

  it("need a stored bundle, whose policies and rules exist", async () => {
    const { admin } = world.tenant;
    const bundle = (policies: unknown[]) =>
      admin.call("POST", "/v1/bundles", { name: "b", version: "1.0.0", policies });
    expect(await bundle([{ policy: "builtin:nothing" }])).toMatchObject({
      status: 422,
      body: { code: "unknown_policy" },
    });
    expect(await bundle([{ policy: `sha256:${"1".repeat(64)}` }])).toMatchObject({
      status: 422,
      body: { code: "unknown_policy" },
    });
    expect(await bundle([{ policy: "builtin:pii", severities: { NO_SUCH_RULE: "warn" } }])).toMatchObject({
      status: 422,
      body: { code: "invalid_request" },
    });
    expect(await bundle([])).toMatchObject({ status: 422, body: { code: "invalid_request" } });
    const binding = { bundle: `sha256:${"1".repeat(64)}`, mode: "enforce" };
    expect(await admin.call("PUT", "/v1/bindings/tool.call", binding)).toMatchObject({
      status: 422,
      body: { code: "unknown_bundle" },
    });
    expect(await admin.call("PUT", "/v1/bindings/tool.call", { ...binding, mode: "off" })).toMatchObject({
      status: 422,
    });
  });
});

describe("severity", () => {
  it("is set for each rule in the bundle", async () => {
    const pii = (severity: string) => [
      { policy: "builtin:pii", settings: {}, severities: { US_SSN: severity } },
    ];
    for (const [severity, decision] of [
      ["block", "block"],
      ["warn", "hold"],
      ["info", "allow"],
    ] as const) {
      await world.govern(`severity.${severity}`, pii(severity));
      const { body } = await submit(`severity.${severity}`, { text: "123-45-6789" });
      expect(body).toMatchObject({ decision, findings: [{ rule: "US_SSN", severity }] });
    }
  });

  it("of the strictest finding wins", async () => {
    await world.govern("strict.surface", [
      { policy: "builtin:denylist", settings: { discouraged_terms: ["maybe"] } },
      { policy: "builtin:pii", settings: {} },
    ]);
    expect((await submit("strict.surface", { text: "maybe 123-45-6789" })).body.decision).toBe("block");
  });
});

describe("access", () => {
  it("knows roles, argument bounds and account states", async () => {
    await world.govern("access.surface", [
      {
        policy: "builtin:access",
        settings: {
          tools: [{ tool: "payments.transfer", surfaces: ["access.surface"], roles: ["finance"] }],
          arguments: [{ tool: "payments.transfer", pointer: "/amount", max: 1000 }],
          forbidden_account_states: ["frozen"],
        },
      },
    ]);
    const decide = async (amount: number, roles: string[], facts = {}) => {
      const { body } = await world.tenant.app.submit({
        action: { surface: "access.surface", tool: "payments.transfer", payload: { amount } },
        context: { on_behalf_of: { user: "u_7", roles }, facts } as never,
      });
      return [body.decision, ...body.findings.map(({ rule }) => rule)];
    };
    expect(await decide(1000, ["finance"])).toEqual(["allow"]);
    expect(await decide(1000.01, ["finance"])).toEqual(["hold", "ARGUMENT_ABOVE_LIMIT"]);
    expect(await decide(10, ["support"])).toEqual(["block", "ROLE_NOT_PERMITTED"]);
    expect(await decide(10, ["finance"], { account_status: "Frozen" })).toEqual([
      "block",
      "ACCOUNT_STATE_FORBIDDEN",
    ]);
  });
});

describe("instances", () => {
  it("are fresh for each evaluation: a policy that counts its calls always counts to one", async () => {
    await world.govern("counted.surface", [{ policy: "builtin:counter", settings: {} }]);
    const decisions = new Set<string>();
    for (let call = 0; call < 20; call++) decisions.add((await submit("counted.surface")).body.decision);
    expect([...decisions]).toEqual(["allow"]);
  });
});

describe("a policy that this gateway no longer has", () => {
  it("blocks", async () => {
    await world.govern("gone.surface", [{ policy: "builtin:counter", settings: {} }]);
    await world.engine.stop();
    const { secrets } = world.engine;
    const options = {
      stateDir: world.stateDir,
      secrets,
      allowedPrivateOrigins: [world.mail.origin, world.hook.origin],
    };
    const without = await startEngine({ ...options, policies: "builtin" });
    try {
      const response = await fetch(`${without.url}/v1/gate/outbound`, {
        method: "POST",
        headers: { authorization: `Bearer ${world.tenant.keys.app}`, "content-type": "application/json" },
        body: JSON.stringify({ action: { surface: "gone.surface", payload: {} } }),
      });
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ findings: [{ rule: "POLICY_MISSING" }] });
    } finally {
      await without.stop();
    }
  }, 30_000);
});
