/** `countersign policy` against a real gateway: what is published and activated governs the very next request. */
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Client } from "../../cli/client.ts";
import { manifestOf, publish } from "../conformance/published.ts";
import { createWorld, email, type World } from "../conformance/world.ts";
import { READER } from "../evaluate/part-policies.ts";
import { makeWorkshop, policy } from "./policy-process.ts";

/** Many processes one after the other, of which one compiles. */
const STEP_MS = 120_000;
const SETTINGS = '{"words": ["bluebird"]}';
const TEXT = "Project bluebird ships in May.";

const shop = makeWorkshop();
let world: World;

beforeAll(async () => {
  world = await createWorld();
  expect(policy(["new", "words"], { cwd: shop.path() }).code).toBe(0);
  expect(policy(["build", "words"], { cwd: shop.path() }).code).toBe(0);
}, STEP_MS);
afterAll(async () => {
  await world?.close();
  shop.remove();
});

const run = (args: readonly string[], key = world.tenant.keys.admin) =>
  policy(args, { cwd: shop.path(), env: { COUNTERSIGN_URL: world.engine.url, COUNTERSIGN_KEY: key } });
const json = (args: readonly string[]) => {
  const { code, out, err } = run([...args, "-o", "json"]);
  expect([code, err]).toEqual([0, ""]);
  return JSON.parse(out);
};
const decide = async (text: string, app: Client = world.tenant.app) => (await app.submit(email(text))).body;

describe("publish, activate, rollback", () => {
  it("block a real request, and let it pass again", { timeout: STEP_MS }, async () => {
    expect(await decide(TEXT)).toMatchObject({ decision: "allow" });

    const first = json(["publish", "words"]);
    const built = JSON.parse(readFileSync(shop.path("words/build/policy.json"), "utf8"));
    expect(first).toMatchObject({
      created: true,
      policy: built.policy_id,
      exec_id: built.exec_id,
      profile_id: built.profile_id,
    });
    expect(json(["publish", "words"])).toMatchObject({ created: false, policy: built.policy_id });
    expect(await decide(TEXT)).toMatchObject({ decision: "allow" });

    const added = run(["activate", "words", "--surface", "outbound.email", "--add", "--settings", SETTINGS]);
    expect([added.code, added.err]).toEqual([0, ""]);
    expect(added.out).toMatch(
      /policies {2}reader .+, denylist .+, pii .+, access .+, words 0\.1\.0\n {4}replaces {2}reader [^w]+\n/,
    );
    expect(await decide(TEXT)).toMatchObject({
      code: "action_blocked",
      findings: [{ policy: "words", rule: "INTERNAL_WORD", pointer: "/text", start: 8, end: 16 }],
    });
    // Those that governed before still do.
    expect(await decide("It is 123-45-6789.")).toMatchObject({ findings: [{ policy: "pii" }] });

    expect(run(["rollback", "--surface", "outbound.email"])).toMatchObject({ code: 0, err: "" });
    expect(await decide(TEXT)).toMatchObject({ decision: "allow" });
  });

  it("take a policy's id, a bundle's file and a bundle's digest; observe and shadow stop nothing", {
    timeout: STEP_MS,
  }, async () => {
    const { policy: id } = json(["publish", "words"]);
    const surface = ["--surface", "outbound.email"];
    expect(run(["activate", id, ...surface, "--settings", SETTINGS])).toMatchObject({
      code: 2,
      err: expect.stringContaining("denylist, pii, access would no longer govern there"),
    });
    const observed = json([
      "activate",
      id,
      ...surface,
      "--settings",
      SETTINGS,
      "--mode",
      "observe",
      "--replace",
    ]);
    expect(observed).toMatchObject({ binding: { mode: "observe", shadow: null }, bundle: { name: "words" } });
    expect(await decide(TEXT)).toMatchObject({ decision: "allow", would_decide: "block" });

    const file = { name: "by-hand", version: "1.0.0", policies: [{ policy: "builtin:pii" }] };
    shop.write("bundle.json", file);
    expect(json(["activate", "bundle.json", ...surface, "--replace"])).toMatchObject({
      bundle: { name: "by-hand" },
      binding: { mode: "enforce" },
    });
    const { binding } = json(["activate", id, ...surface, "--settings", SETTINGS, "--shadow"]);
    expect(binding).toMatchObject({ mode: "enforce", shadow: observed.bundle.bundle });
    expect(await decide(TEXT)).toMatchObject({ decision: "allow" });
    expect(json(["activate", observed.bundle.bundle, ...surface, "--replace"])).toMatchObject({
      binding: { bundle: observed.bundle.bundle, shadow: null },
    });
    expect(await decide(TEXT)).toMatchObject({ code: "action_blocked" });
  });

  it("keep to a folder, and to what else was set for the surface", { timeout: STEP_MS }, async () => {
    const place = ["--surface", "tool.call", "--folder", "acme"];
    expect(run(["activate", "builtin:pii", ...place, "--add"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("nothing governs tool.call in acme yet"),
    });
    const { bundle } = json(["activate", "builtin:pii", ...place]);
    const budget = { fast_fuel: 1_000_000, on_exceeded: "block" };
    const set = { bundle: bundle.bundle, mode: "enforce", folder: "acme", on_error: "hold", budget };
    await world.tenant.admin.expect("PUT", "/v1/bindings/tool.call", set);
    const { binding } = json(["activate", "words", ...place, "--settings", SETTINGS, "--replace"]);
    expect(binding).toMatchObject({ folder: "acme", on_error: "hold", budget });
    expect(json(["rollback", ...place])).toMatchObject({ folder: "acme", bundle: bundle.bundle });
  });
});

describe("a reader", () => {
  const place = ["--surface", "read.surface"];

  it("goes before the policies that govern there, and any other after them", {
    timeout: STEP_MS,
  }, async () => {
    json(["activate", "builtin:access", ...place]);
    expect(run(["activate", "builtin:reader", ...place, "--add"]).out).toMatch(
      /policies {2}reader \S+, access \S+\n/,
    );
    expect(run(["activate", "builtin:pii", ...place, "--add"]).out).toMatch(
      /policies {2}reader \S+, access \S+, pii \S+\n/,
    );
  });

  it("is one at most, and first", { timeout: STEP_MS }, async () => {
    const own = await publish(world.tenant.admin, {
      manifest: manifestOf("own-reader", { reading: "writes" }),
      wasm: READER,
    });
    json(["activate", "builtin:pii", "--surface", "second.reader"]);
    expect(run(["activate", own.policy, "--surface", "second.reader", "--add"])).toMatchObject({
      code: 2,
      err: expect.stringContaining(
        "own-reader is a reader, and a bundle has one at most: reader reads there",
      ),
    });
    const policies = [{ policy: "builtin:pii" }, { policy: own.policy }];
    const file = shop.write("misplaced.json", { name: "x", version: "1", policies });
    expect(run(["activate", file, "--surface", "second.reader"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("/policies/1/policy: A reader goes first"),
    });
  });
});

describe("a recorded decision", () => {
  it("becomes a case that passes", { timeout: STEP_MS }, async () => {
    json(["activate", "words", "--surface", "outbound.email", "--settings", SETTINGS, "--replace"]);
    const { id } = (await decide(TEXT)) as { id: string };
    const made = run(["case", "words", "--from", id], world.tenant.keys.auditor);
    expect(made).toMatchObject({
      code: 0,
      out: expect.stringContaining(`words/cases/${id}.json: decided block`),
    });
    const written = JSON.parse(readFileSync(shop.path("words/cases", `${id}.json`), "utf8"));
    expect(written).toMatchObject({
      settings: { words: ["bluebird"] },
      action: { surface: "outbound.email", payload: { text: TEXT } },
      principal: { owner: "ada" },
      expect: { rules: ["INTERNAL_WORD"], decision: "block" },
    });
    expect(run(["test", "words"])).toMatchObject({
      code: 0,
      out: expect.stringContaining(`✓ recorded as ${id}`),
    });
    const again = run(["case", "words", "--from", id]);
    expect(again).toMatchObject({ code: 2, err: expect.stringContaining(`words/cases/${id}.json exists`) });
    expect(readdirSync(shop.path("words/cases"))).toHaveLength(6);
  });

  it("shows in a backtest where a candidate decides otherwise", { timeout: STEP_MS }, async () => {
    json(["activate", "words", "--surface", "outbound.email", "--settings", SETTINGS, "--replace"]);
    const { id } = (await decide(TEXT)) as { id: string };
    shop.write("lenient.json", { name: "lenient", version: "1.0.0", policies: [{ policy: "builtin:pii" }] });
    const args = ["backtest", "--bundle", "lenient.json", "--since", "1h", "--surface", "outbound.email"];
    const report = json(args);
    expect(report).toMatchObject({ status: "finished", next_cursor: null });
    expect(report.data).toContainEqual(
      expect.objectContaining({ action: id, change: "block_to_allow", only_active: ["words INTERNAL_WORD"] }),
    );
    const { out } = run(args);
    expect(out).toMatch(/^block -> allow \(\d+\)\n/);
    expect(out).toContain(`    ${id}  block -> allow  -words INTERNAL_WORD\n`);
  });
});

describe("what the gateway refuses", () => {
  const at = ["activate", "words", "--surface", "outbound.email"];

  it.each([
    [
      "settings that do not fit",
      () => run(at),
      "settings_refused\n/policies/0/settings: Misses the required property",
    ],
    [
      "a key that may not",
      () => run(["publish", "words"], world.tenant.keys.app),
      "insufficient_scope\nThis needs a key with the scope admin.",
    ],
    ["a key that is none", () => run(["publish", "words"], "cs_test_no"), "unauthenticated\n"],
    ["nothing to go back to", () => run(["rollback", "-s", "data.nothing"]), "no_earlier_binding\n"],
    [
      "an action that is not there",
      () => run(["case", "words", "--from", `act_${"0".repeat(22)}`]),
      "not_found\n",
    ],
    [
      "a policy that is not there",
      () => run(["activate", `sha256:${"0".repeat(64)}`, "-s", "*"]),
      "neither a policy nor a bundle",
    ],
  ] as const)("is told with what to do: %s", { timeout: STEP_MS }, (_, ask, message) => {
    const { code, out, err } = ask();
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(message);
  });

  it("is not asked where address or key are missing, or nobody answers", { timeout: STEP_MS }, () => {
    const ask = (env: Record<string, string>) => policy(["publish", "words"], { cwd: shop.path(), env });
    const none = { COUNTERSIGN_URL: "", COUNTERSIGN_KEY: "" };
    expect(ask(none)).toMatchObject({
      code: 2,
      err: expect.stringContaining("which gateway?\nGive --gateway"),
    });
    expect(ask({ ...none, COUNTERSIGN_URL: world.engine.url }).err).toContain(
      "with which key?\nSet COUNTERSIGN_KEY",
    );
    expect(ask({ COUNTERSIGN_URL: "localhost", COUNTERSIGN_KEY: "x" }).err).toContain(
      "localhost is no http or https address",
    );
    const closed = ask({ COUNTERSIGN_URL: "http://127.0.0.1:9", COUNTERSIGN_KEY: "x" });
    expect(closed).toMatchObject({
      code: 2,
      err: expect.stringContaining("couldn't reach http://127.0.0.1:9\n"),
    });
  });
});
