/** A store whose modules are not what they were: nothing of them runs, nothing new is bound to them, and a rollback still works. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBundle } from "../../cli/tenant-setup.ts";
import { type Engine, startEngine } from "../harness/engine.ts";
import { publish, textPolicy } from "./published.ts";
import { createWorld, type World } from "./world.ts";

let world: World;
let engine: Engine;
const bundles: Record<string, string> = {};

beforeAll(async () => {
  world = await createWorld();
  const { admin } = world.tenant;
  const execIds: Record<string, string> = {};
  for (const name of ["whole", "lost", "changed"]) {
    const { policy, exec_id } = await publish(
      admin,
      textPolicy(name, `(call $fired) (i32.const 0) ;; ${name}\n`, `(data (i32.const 512) "${name}")`),
    );
    execIds[name] = exec_id;
    bundles[name] = await createBundle(admin, {
      name,
      version: "1.0.0",
      policies: [{ policy, settings: {} }],
    });
    for (const bundle of [bundles[name], bundles.whole])
      await admin.expect("PUT", `/v1/bindings/damaged.${name}`, { bundle, mode: "enforce" });
    await admin.expect("POST", `/v1/bindings/damaged.${name}/rollback`);
  }
  await world.engine.stop();
  const folder = join(world.stateDir, "storage", "countersign-gate-TenantObject");
  const files = readdirSync(folder).filter((file) => file.endsWith(".sqlite") && file !== "metadata.sqlite");
  expect(files).toHaveLength(1);
  const store = new DatabaseSync(join(folder, files[0] ?? ""));
  store.prepare("DELETE FROM modules WHERE digest = ?").run(execIds.lost ?? "");
  // Another policy's module, which would say nothing.
  const { bytes } = store.prepare("SELECT bytes FROM modules WHERE digest = ?").get(execIds.whole ?? "") as {
    bytes: Uint8Array;
  };
  store.prepare("UPDATE modules SET bytes = ? WHERE digest = ?").run(bytes, execIds.changed ?? "");
  store.close();
  engine = await startEngine({
    stateDir: world.stateDir,
    secrets: world.engine.secrets,
    port: world.engine.port,
    allowedPrivateOrigins: [world.mail.origin, world.hook.origin],
  });
}, 60_000);
afterAll(async () => {
  await engine?.stop();
  await world?.close();
});

const rulesOn = async (name: string) => {
  const { status, body } = await world.tenant.app.submit({
    action: { surface: `damaged.${name}`, payload: {} },
  });
  return [status, ...body.findings.map(({ rule }) => rule)];
};

it("a module that is whole runs", async () => {
  expect(await rulesOn("whole")).toEqual([403, "FIRED"]);
});

describe.each(["lost", "changed"])("a module that is %s", (name) => {
  it("does not run, and the action is blocked", async () => {
    expect(await rulesOn(name)).toEqual([403, "POLICY_LOADER_UNAVAILABLE"]);
  });

  it("cannot be bound", async () => {
    const binding = { bundle: bundles[name], mode: "enforce" };
    expect(await world.tenant.admin.call("PUT", `/v1/bindings/new.${name}`, binding)).toMatchObject({
      status: 503,
      body: { code: "policy_loader_unavailable" },
    });
    const { data } = await world.tenant.admin.expect<{ data: { surface: string }[] }>("GET", "/v1/bindings");
    expect(data.map(({ surface }) => surface)).not.toContain(`new.${name}`);
  });

  it("does not hinder a rollback to it, nor away from it", async () => {
    const { admin } = world.tenant;
    const bind = (bundle = "") =>
      admin.expect("PUT", `/v1/bindings/damaged.${name}`, { bundle, mode: "enforce" });
    await bind(bundles.whole);
    expect(await rulesOn(name)).toEqual([403, "FIRED"]);
    expect(await admin.call("POST", `/v1/bindings/damaged.${name}/rollback`)).toMatchObject({
      status: 200,
      body: { bundle: bundles[name] },
    });
    expect(await rulesOn(name)).toEqual([403, "POLICY_LOADER_UNAVAILABLE"]);
  });
});
