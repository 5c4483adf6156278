/** What a caller merely asserts can only tighten (invariant I7), and a key's end is an end. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SMALL_BUNDLE } from "../harness/small-bundle.ts";
import { createWorld, toolCall, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
}, 60_000);
afterAll(() => world.close());

const SSN = { text: "123-45-6789" };

describe("a resource's folder", () => {
  it("does not lend its bindings to a caller whom none governs", async () => {
    await world.govern("lone.surface", SMALL_BUNDLE, "observe", "sandbox");
    const acme = await world.key({
      name: "acme",
      owner: "ada",
      scopes: ["app", "evaluate"],
      folders: ["acme"],
    });
    const none = await world.key({ name: "none", owner: "ada", scopes: ["app", "evaluate"], folders: [] });
    for (const client of [acme, none]) {
      const submission = {
        action: { surface: "lone.surface", payload: SSN, resource: { folder: "sandbox" } },
      };
      const blocked = { decision: "block", findings: [{ rule: "NO_BINDING" }] };
      expect((await client.submit(submission)).body).toMatchObject(blocked);
      expect((await client.evaluate(submission)).body).toMatchObject(blocked);
    }
  });

  it("adds its bindings to the caller's own", async () => {
    await world.govern("shared.surface", SMALL_BUNDLE, "observe");
    await world.govern("shared.surface", SMALL_BUNDLE, "enforce", "sandbox");
    const submit = (action: object) =>
      world.tenant.app.submit({ action: { surface: "shared.surface", payload: SSN, ...action } });
    expect((await submit({})).body.decision).toBe("allow");
    expect((await submit({ resource: { folder: "sandbox" } })).body.decision).toBe("block");
  });
});

describe("a key's expiry", () => {
  it.each(["2026-01-01T00:00:00+00", "2026-01-01T00:00:00-23"])(
    "that no clock reads is refused, and leaves no key without an end: %s",
    async (expires_at) => {
      const request = { name: "endless", owner: "ada", scopes: ["app"], expires_at };
      expect((await world.tenant.admin.call("POST", "/v1/keys", request)).status).toBe(422);
      const { data } = await world.tenant.admin.expect<{ data: { name: string }[] }>("GET", "/v1/keys");
      expect(data.filter(({ name }) => name === "endless")).toEqual([]);
    },
  );
});

describe("an idempotency key", () => {
  it("gives its first answer also where the target is gone since", async () => {
    await world.tenant.admin.expect("PUT", "/v1/targets/brief", {
      kind: "webhook",
      config: { url: world.hook.url },
      credentials: { secret: world.hook.secret },
      surfaces: ["*"],
    });
    const key = { "idempotency-key": "brief-1" };
    const submission = toolCall({ n: 1 }, { target: "brief" });
    const first = await world.tenant.app.submit(submission, key);
    expect(first.status).toBe(200);
    await world.tenant.admin.call("DELETE", "/v1/targets/brief");
    const again = await world.tenant.app.submit(submission, key);
    expect([again.status, again.body]).toEqual([first.status, first.body]);
    const other = await world.tenant.app.submit(toolCall({ n: 2 }, { target: "brief" }), key);
    expect(other).toMatchObject({ status: 422, body: { code: "unknown_target" } });
  });
});
