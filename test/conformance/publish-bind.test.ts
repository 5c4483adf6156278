/** From a published policy to a blocked action, and back: bundle, binding, rollback, history, and the entries of each. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Client } from "../../cli/client.ts";
import { createBundle } from "../../cli/tenant-setup.ts";
import { startEngine } from "../harness/engine.ts";
import { counting, type PublishedAnswer, publish, renamed } from "./published.ts";
import { createWorld, quiet, raw, toolCall, type World } from "./world.ts";

let world: World;
let own: PublishedAnswer;
beforeAll(async () => {
  world = await createWorld("with-fixtures");
  own = await publish(world.tenant.admin, renamed("denylist", "own-terms"));
}, 60_000);
afterAll(() => world?.close());

const submit = (surface: string, text: string) =>
  world.tenant.app.submit({ action: { ...toolCall({ text }, { target: "hook/crm" }).action, surface } });
const denying = (term: string) =>
  createBundle(world.tenant.admin, {
    name: "denying",
    version: term,
    policies: [{ policy: own.policy, settings: { denied_terms: [term] } }],
  });
const put = (surface: string, bundle: string, more: object = {}) =>
  world.tenant.admin.expect<Record<string, unknown>>("PUT", `/v1/bindings/${surface}`, {
    bundle,
    mode: "enforce",
    ...more,
  });
const rollback = (surface: string, body?: Record<string, unknown>) =>
  world.tenant.admin.call<Record<string, unknown>>("POST", `/v1/bindings/${surface}/rollback`, body);

interface LedgerLine {
  readonly index: number;
  readonly entry: {
    type: string;
    actor: { kind: string; id: string };
    subject: string;
    body: Record<string, unknown>;
  };
}
async function ledger(): Promise<readonly LedgerLine[]> {
  const { data } = await world.tenant.auditor.expect<{ data: LedgerLine[] }>(
    "GET",
    "/v1/ledger/entries?limit=1000",
  );
  return data;
}

describe("a published policy", () => {
  it("blocks a real action, and names what ran", async () => {
    await put("own.block", await denying("forbidden"));
    const before = world.hook.requests.length;
    const blocked = await submit("own.block", "a forbidden word");
    expect(blocked.status).toBe(403);
    expect(blocked.body.findings).toEqual([
      expect.objectContaining({
        policy: "own-terms",
        rule: "DENIED_TERM",
        pointer: "/text",
        start: 2,
        end: 11,
      }),
    ]);
    expect(blocked.body.denial_proof).toBeTruthy();
    await quiet();
    expect(world.hook.requests).toHaveLength(before);
    expect((await submit("own.block", "a fine word")).body.decision).toBe("allow");
    const entries = (await ledger()).filter(({ entry }) => entry.type === "decision");
    expect(entries.at(-1)?.entry.body.policies).toEqual([
      expect.objectContaining({ name: "reader", error: null }),
      expect.objectContaining({
        policy_id: own.policy,
        exec_id: own.exec_id,
        profile_id: own.profile_id,
        error: null,
      }),
    ]);
  });

  it("judges beside built-in ones in one bundle, and the strictest counts", async () => {
    const bundle = await createBundle(world.tenant.admin, {
      name: "mixed",
      version: "1.0.0",
      policies: [
        { policy: "builtin:pii", settings: {} },
        { policy: own.policy, settings: { discouraged_terms: ["maybe"] } },
        { policy: own.policy, settings: { denied_terms: ["never"] } },
      ],
    });
    await put("own.mixed", bundle);
    const decide = async (text: string) => (await submit("own.mixed", text)).body.decision;
    expect(await decide("hello")).toBe("allow");
    expect(await decide("maybe")).toBe("hold");
    expect(await decide("maybe never")).toBe("block");
    expect(await decide("123-45-6789")).toBe("block");
  });

  it("is the same after its gateway was started anew", async () => {
    await put("own.restarted", await denying("again"));
    const killed = world;
    await killed.engine.kill("SIGKILL");
    const { secrets, port } = killed.engine;
    const engine = await startEngine({
      stateDir: world.stateDir,
      policies: "with-fixtures",
      secrets,
      port,
      allowedPrivateOrigins: [world.mail.origin, world.hook.origin],
    });
    world = { ...killed, engine, close: () => engine.stop().then(killed.close) };
    // Its isolate is made for the first of these, who does not wait for it.
    const gone = raw(world, "/v1/gate/outbound", {
      method: "POST",
      body: JSON.stringify({ action: { surface: "own.restarted", payload: { text: "again" } } }),
      signal: AbortSignal.timeout(5),
    }).catch(() => undefined);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => submit("own.restarted", index % 2 ? "again" : "once")),
    );
    await gone;
    const rules = answers.map(({ body }) => body.findings.map(({ rule }) => rule).join());
    expect(rules).toEqual(Array.from({ length: 20 }, (_, index) => (index % 2 ? "DENIED_TERM" : "")));
  }, 30_000);

  it("as a candidate says what it would have decided, and decides nothing", async () => {
    const [strict, lax] = [await denying("shadowed"), await denying("else")];
    expect(await put("own.shadow", lax, { shadow: strict })).toMatchObject({ shadow: strict });
    expect((await submit("own.shadow", "shadowed")).body.decision).toBe("allow");
    const last = (await ledger()).findLast(({ entry }) => entry.type === "decision");
    expect(last?.entry.body.shadow).toMatchObject({ decision: "block", bundles: [strict] });
  });

  it("that counts its calls counts to one each time", async () => {
    const { policy } = await publish(world.tenant.admin, counting("counting"));
    const settings = {};
    await world.govern("own.counted", [{ policy, settings }]);
    const decisions = new Set<string>();
    for (let call = 0; call < 20; call++) decisions.add((await submit("own.counted", "x")).body.decision);
    expect([...decisions]).toEqual(["allow"]);
  });
});

describe("a rollback", () => {
  it("puts back the binding before, then the one before that, then none", async () => {
    const surface = "rolled.back";
    const [first, second, third] = [await denying("one"), await denying("two"), await denying("three")];
    for (const bundle of [first, second, third]) await put(surface, bundle, { mode: "enforce" });
    const governing = async () =>
      (
        await world.tenant.admin.expect<{ data: { surface: string; bundle: string }[] }>(
          "GET",
          "/v1/bindings",
        )
      ).data
        .filter((binding) => binding.surface === surface)
        .map(({ bundle }) => bundle);
    expect(await rollback(surface)).toMatchObject({
      status: 200,
      body: { surface, bundle: second, folder: null },
    });
    expect(await governing()).toEqual([second]);
    expect((await submit(surface, "two")).body.decision).toBe("block");
    expect((await submit(surface, "three")).body.decision).toBe("allow");
    expect(await rollback(surface, {})).toMatchObject({ status: 200, body: { bundle: first } });
    expect(await governing()).toEqual([first]);
    expect(await rollback(surface)).toMatchObject({ status: 409, body: { code: "no_earlier_binding" } });
    expect(await governing()).toEqual([first]);
    await put(surface, third);
    expect(await rollback(surface)).toMatchObject({ status: 200, body: { bundle: first } });
  });

  it("is for one folder alone, and brings everything of the binding back", async () => {
    const surface = "rolled.folder";
    const [first, second] = [await denying("one"), await denying("two")];
    const whole = {
      folder: "acme",
      mode: "observe",
      on_error: "hold",
      budget: { fast_fuel: 1_000_000, on_exceeded: "block" },
      shadow: second,
    };
    await put(surface, first, whole);
    await put(surface, second);
    await put(surface, second, { folder: "acme" });
    expect(await rollback(surface)).toMatchObject({ status: 409 });
    expect(await rollback(surface, { folder: "acme" })).toMatchObject({
      body: { surface, bundle: first, ...whole },
    });
    expect(await rollback(surface, { folder: 7 })).toMatchObject({ status: 422 });
    expect(await rollback("Not a surface")).toMatchObject({ status: 422 });
  });
});

describe("the history of a binding", () => {
  it("has every change, its author and its entry, newest first", async () => {
    const surface = "with.history";
    const second = await world.key({ name: "second admin", owner: "bea", scopes: ["admin"] });
    const [one, two] = [await denying("one"), await denying("two")];
    await put(surface, one);
    await second.expect("PUT", `/v1/bindings/${surface}`, { bundle: two, mode: "observe" });
    await rollback(surface);
    type History = { data: Record<string, unknown>[]; next_cursor: string | null };
    const history = (reader: Client, query = "") =>
      reader.expect<History>("GET", `/v1/bindings/${surface}/history${query}`);
    const { data, next_cursor } = await history(world.tenant.auditor);
    expect(next_cursor).toBeNull();
    expect(data).toEqual([
      expect.objectContaining({
        type: "binding.rolled_back",
        undone: false,
        binding: expect.objectContaining({ bundle: one }),
      }),
      expect.objectContaining({
        type: "binding.put",
        undone: true,
        binding: expect.objectContaining({ bundle: two }),
      }),
      expect.objectContaining({
        type: "binding.put",
        undone: false,
        binding: expect.objectContaining({ bundle: one }),
      }),
    ]);
    const entries = await ledger();
    for (const { entry, type, author, time } of data) {
      const found = entries.find(({ index }) => index === entry)?.entry;
      expect(found).toMatchObject({ type, actor: author, subject: surface, time });
    }
    expect(data[1]?.author).not.toEqual(data[0]?.author);
    expect(data[2]?.author).toEqual(data[0]?.author);
    const first = await history(world.tenant.auditor, "?limit=2");
    const rest = await history(world.tenant.auditor, `?limit=2&cursor=${first.next_cursor}`);
    expect([...first.data, ...rest.data]).toEqual(data);
    expect((await history(world.tenant.auditor, "?folder=acme")).data).toEqual([]);
  });
});

describe("the ledger", () => {
  it("has an entry with its author for every step, and old versions can still be fetched", async () => {
    const { tenant } = world;
    const versions = [];
    for (const version of ["1.0.0", "2.0.0"]) {
      const source = counting("versioned");
      versions.push(await publish(tenant.admin, { ...source, manifest: { ...source.manifest, version } }));
    }
    const [old, current] = versions as [PublishedAnswer, PublishedAnswer];
    const bundles: string[] = [];
    for (const { policy } of [old, current]) {
      bundles.push(
        await createBundle(tenant.admin, {
          name: "versioned",
          version: "1",
          policies: [{ policy, settings: {} }],
        }),
      );
    }
    for (const bundle of bundles) await put("own.versions", bundle);
    await rollback("own.versions");
    const steps = (await ledger())
      .filter(({ entry: { subject } }) =>
        [old.policy, current.policy, ...bundles, "own.versions"].includes(subject),
      )
      .map(({ entry: { type, subject, actor } }) => [type, subject, actor.kind, actor.id.slice(0, 4)]);
    expect(steps).toEqual([
      ["policy.published", old.policy, "key", "key_"],
      ["policy.published", current.policy, "key", "key_"],
      ["bundle.created", bundles[0], "key", "key_"],
      ["bundle.created", bundles[1], "key", "key_"],
      ["binding.put", "own.versions", "key", "key_"],
      ["binding.put", "own.versions", "key", "key_"],
      ["binding.rolled_back", "own.versions", "key", "key_"],
    ]);
    for (const { policy } of [old, current])
      expect((await tenant.admin.call("GET", `/v1/policies/${policy}/wasm`)).status).toBe(200);
    for (const bundle of bundles)
      expect(await tenant.auditor.expect("GET", `/v1/bundles/${bundle}`)).toMatchObject({ bundle });
  });
});

describe("a binding", () => {
  it("to a bundle that is not stored is refused, as candidate too", async () => {
    const nothing = `sha256:${"1".repeat(64)}`;
    const call = (body: Record<string, unknown>) =>
      world.tenant.admin.call("PUT", "/v1/bindings/own.nothing", body);
    const bundle = await denying("x");
    for (const body of [
      { bundle: nothing, mode: "enforce" },
      { bundle, mode: "enforce", shadow: nothing },
      { bundle, mode: "enforce", shadow: "sha256:1" },
    ]) {
      expect(await call(body)).toMatchObject({ status: 422, body: { code: "unknown_bundle" } });
    }
  });
});
