/** A deployment without the Worker Loader: built-in policies work, published ones block, and every refusal says why. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBundle } from "../../cli/tenant-setup.ts";
import { type Engine, startEngine } from "../harness/engine.ts";
import { counting, formOf, publish, renamed } from "./published.ts";
import { createWorld, type World } from "./world.ts";

let world: World;
let without: Engine;
let bundle = "";
let policy = "";
beforeAll(async () => {
  world = await createWorld();
  const { admin } = world.tenant;
  ({ policy } = await publish(admin, renamed("denylist", "own-terms")));
  bundle = await createBundle(admin, {
    name: "own",
    version: "1.0.0",
    policies: [{ policy, settings: { denied_terms: ["forbidden"] } }],
  });
  await admin.expect("PUT", "/v1/bindings/own.surface", { bundle, mode: "enforce" });
  await world.engine.stop();
  without = await startEngine({
    stateDir: world.stateDir,
    secrets: world.engine.secrets,
    port: world.engine.port,
    allowedPrivateOrigins: [world.mail.origin, world.hook.origin],
    loader: false,
  });
}, 60_000);
afterAll(async () => {
  await without?.stop();
  await world?.close();
});

const LOADER_MISSING = { status: 501, body: { code: "policy_loader_missing" } };

describe("without the loader", () => {
  it("nothing can be published, and nothing is stored", async () => {
    const size = async () =>
      (await world.tenant.auditor.expect<{ data: unknown[] }>("GET", "/v1/ledger/entries?limit=1000")).data
        .length;
    const before = await size();
    await expect(publish(world.tenant.admin, counting("late"))).rejects.toMatchObject(LOADER_MISSING);
    const response = await fetch(`${without.url}/v1/policies`, {
      method: "POST",
      headers: { authorization: `Bearer ${world.tenant.keys.admin}` },
      body: formOf(counting("late")),
    });
    expect(response.status).toBe(501);
    expect(((await response.json()) as { detail: string }).detail).toContain("[[worker_loaders]]");
    expect(await size()).toBe(before);
  });

  it("no bundle with a published policy can be stored or bound", async () => {
    const { admin } = world.tenant;
    const request = { name: "x", version: "2", policies: [{ policy, settings: { denied_terms: ["y"] } }] };
    expect(await admin.call("POST", "/v1/bundles", request)).toMatchObject(LOADER_MISSING);
    expect(await admin.call("PUT", "/v1/bindings/x.y", { bundle, mode: "enforce" })).toMatchObject(
      LOADER_MISSING,
    );
  });

  it("an action that a published policy governs is blocked", async () => {
    const { status, body } = await world.tenant.app.submit({
      action: { surface: "own.surface", payload: { text: "fine" } },
    });
    expect(status).toBe(403);
    expect(body.findings).toEqual([
      expect.objectContaining({ policy: "own-terms", rule: "POLICY_LOADER_UNAVAILABLE", severity: "block" }),
    ]);
  });

  it("built-in policies go on working, also in new bundles", async () => {
    await world.govern("builtin.surface", [
      { policy: "builtin:denylist", settings: { denied_terms: ["no"] } },
    ]);
    const decide = async (text: string) =>
      (await world.tenant.app.submit({ action: { surface: "builtin.surface", payload: { text } } })).body
        .decision;
    expect([await decide("no"), await decide("yes")]).toEqual(["block", "allow"]);
  });

  it("what was published can still be read", async () => {
    expect(await world.tenant.auditor.expect("GET", `/v1/policies/${policy}`)).toMatchObject({ policy });
    expect((await world.tenant.auditor.call("GET", `/v1/policies/${policy}/wasm`)).status).toBe(200);
  });
});
