/** What a bundle's reader makes decides over HTTP as over a stub: found in any view it blocks, missing it blocks, and it replays. */
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ActionAnswer } from "../../cli/client.ts";
import type { PolicyUse } from "../../cli/tenant-setup.ts";
import { READER, SCANNER, SILENT, TRAPPING_READER, WEIGHER } from "../evaluate/part-policies.ts";
import { ROOT } from "../harness/bundle.ts";
import { manifestOf, type PublishedAnswer, postPolicy, publish } from "./published.ts";
import { createWorld, raw, toolCall, type World } from "./world.ts";

let world: World;
const own: Record<string, PublishedAnswer> = {};
beforeAll(async () => {
  world = await createWorld("with-fixtures");
  const { admin } = world.tenant;
  const sources = {
    reader: [READER, { reading: "writes" }],
    trapping: [TRAPPING_READER, { reading: "writes" }],
    wordless: [SILENT, { reading: "writes" }],
    scanner: [SCANNER, { reading: "reads" }],
    weigher: [WEIGHER, { findings: "reads" }],
  } as const;
  for (const [name, [wasm, more]] of Object.entries(sources))
    own[name] = await publish(admin, { manifest: manifestOf(`own-${name}`, more), wasm });
}, 60_000);
afterAll(() => world?.close());

const use = (name: string): PolicyUse => ({ policy: own[name]?.policy ?? `builtin:${name}`, settings: {} });
const uses = (...names: string[]) => names.map(use);
const create = (names: readonly string[]) =>
  world.tenant.admin.call<{ policies: { policy: string }[]; errors?: unknown }>("POST", "/v1/bundles", {
    name: "test",
    version: "1.0.0",
    policies: uses(...names) as never,
  });

async function submit(surface: string, text: string, more: object = {}): Promise<ActionAnswer> {
  const { action } = toolCall({ text }, { target: "hook/crm" });
  return (await world.tenant.app.submit({ action: { ...action, surface, ...more } })).body;
}
const rulesOf = ({ findings }: ActionAnswer) =>
  findings.map(({ policy, rule, severity }) => `${policy} ${rule} ${severity}`);

const countersign = (...args: string[]): Promise<{ code: number; out: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [join(ROOT, "cli/countersign.mjs"), ...args], (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out: out + err }),
    );
  });

/** The decision as an export has it, judged again with no more than what the gateway gives out. */
async function replay({ ledger }: ActionAnswer, ...more: string[]): Promise<string> {
  const index = ledger?.index;
  const path = `/v1/ledger/export?include=evidence&from=${index}&to=${index}`;
  const text = await (await raw(world, path, { method: "GET" }, world.tenant.keys.auditor)).text();
  const folder = join(world.stateDir, "replay");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${index}.jsonl`);
  writeFileSync(file, text);
  const { out } = await countersign("replay", file, "-o", "json", ...more);
  return JSON.stringify(JSON.parse(out).decisions.map(({ status }: { status: string }) => status));
}
const gateway = () => ["--gateway", world.engine.url, "--key", world.tenant.keys.auditor];

describe("a bundle with a policy that reads", () => {
  it("is stored with this release's reader first", async () => {
    const { data } = await world.tenant.admin.expect<{
      data: { policy: string; manifest: { name: string } }[];
    }>("GET", "/v1/policies");
    const reader = data.find(({ manifest }) => manifest.name === "reader");
    const { status, body } = await create(["weighs", "scans"]);
    expect(status).toBe(201);
    expect(body.policies.map(({ policy }) => policy)).toEqual([
      reader?.policy,
      ...["weighs", "scans"].map((name) => data.find(({ manifest }) => manifest.name === name)?.policy),
    ]);
  });

  it("has one reader at most, and that first", async () => {
    for (const names of [
      ["scans", "reader"],
      ["reader", "scans", "misreads"],
    ]) {
      const { status, body } = await create(names);
      expect([status, body.errors]).toEqual([
        422,
        [
          {
            pointer: `/policies/${names.length - 1}/policy`,
            message: expect.stringMatching(/^A reader goes first/),
          },
        ],
      ]);
    }
    expect((await create(["misreads", "scans"])).status).toBe(201);
  });
});

it("a bundle of this release is stored as it comes", async () => {
  const admin = ["--gateway", world.engine.url, "--key", world.tenant.keys.admin];
  const { code, out } = await countersign("bundle", "publish", "starter", ...admin, "-o", "json");
  const { bundle, policies } = JSON.parse(out) as { bundle: string; policies: { policy: string }[] };
  expect(code).toBe(0);
  const stored = await world.tenant.admin.expect<{ policies: unknown }>("GET", `/v1/bundles/${bundle}`);
  expect(stored.policies).toEqual(policies);
});

describe("what is found in a view of the text", () => {
  it("blocks, says where it stands, and replays", async () => {
    await world.govern("read", uses("access", "scans", "weighs"));
    const blocked = await submit("read", "It is FORBIDDEN.");
    expect([blocked.decision, rulesOf(blocked)]).toEqual([
      "block",
      ["scans WORD block", "weighs GRAVE warn"],
    ]);
    expect(blocked.findings[0]).toMatchObject({ part: "payload", pointer: "/text", start: 6, end: 15 });
    expect(blocked.findings[0]).toMatchObject({ item: 3, score: 80, suggestion: "Nothing to do" });
    expect(blocked.findings[1]).not.toHaveProperty("score");
    const { action } = toolCall({ text: "It is FORBIDDEN." });
    const dry = await world.tenant.app.expect<ActionAnswer>("POST", "/v1/gate/evaluate", {
      action: { ...action, surface: "read" },
    });
    expect(dry.findings).toEqual(blocked.findings);
    expect(await replay(blocked)).toBe('["MATCH"]');
    const allowed = await submit("read", "It is fine.");
    expect(allowed.decision).toBe("allow");
    expect(await replay(allowed)).toBe('["MATCH"]');
  });

  it("does so where reader, scanner and weigher are the tenant's own", async () => {
    await world.govern("read.own", uses("reader", "weigher", "scanner"));
    const blocked = await submit("read.own", "anything");
    expect(rulesOf(blocked)).toEqual(["own-weigher FIRED block", "own-scanner FIRED block"]);
    expect(await replay(blocked, ...gateway())).toBe('["MATCH"]');
    // Without the reader's module nothing that scans can be judged again.
    expect(await replay(blocked)).toBe('["UNVERIFIABLE"]');
  });

  it("counts for a candidate that is only tried, and in a backtest", async () => {
    const { admin } = world.tenant;
    await world.govern("read.tried", uses("access"));
    const { bundle } = await admin.expect<{ bundle: string }>("POST", "/v1/bundles", {
      name: "candidate",
      version: "1.0.0",
      policies: uses("scans") as never,
    });
    const [binding] = (
      await admin.expect<{ data: { surface: string; bundle: string }[] }>("GET", "/v1/bindings")
    ).data.filter(({ surface }) => surface === "read.tried");
    await admin.expect("PUT", "/v1/bindings/read.tried", {
      bundle: binding?.bundle ?? "",
      mode: "enforce",
      shadow: bundle,
    });
    const since = new Date(Date.now() - 60_000).toISOString();
    const allowed = await submit("read.tried", "a forbidden word");
    expect(allowed.decision).toBe("allow");
    expect(await replay(allowed)).toBe('["MATCH"]');
    const until = new Date(Date.now() + 60_000).toISOString();
    const backtest = await admin.expect<{ judged: number; data: unknown[] }>("POST", "/v1/backtests", {
      ...{ bundle, since, until, surface: "read.tried" },
    });
    expect(backtest).toMatchObject({
      judged: 1,
      data: [{ change: "allow_to_block", only_candidate: ["scans WORD"] }],
    });
  });
});

describe("a reading that cannot be had", () => {
  it.each([
    ["trapping", ["own-trapping POLICY_TRAPPED block"]],
    ["wordless", ["own-wordless POLICY_NO_READING block"]],
  ])("because its reader is %s, blocks whatever needs it, and replays", async (name, first) => {
    await world.govern(`read.${name}`, uses(name, "scans", "scanner"));
    const blocked = await submit(`read.${name}`, "fine");
    expect(blocked.decision).toBe("block");
    const missing = ["scans", "own-scanner"].map((policy) => `${policy} POLICY_READING_MISSING block`);
    expect(rulesOf(blocked)).toEqual([...first, ...missing]);
    expect(await replay(blocked, ...gateway())).toBe('["MATCH"]');
  });

  it("or is none, blocks too", async () => {
    await world.govern("read.mis", uses("misreads", "scans"));
    const garbled = await submit("read.mis", "fine");
    expect(rulesOf(garbled)).toEqual(["scans POLICY_TRAPPED block"]);
    const failed = await submit("read.mis", "fine", { intent: "fail" });
    expect(rulesOf(failed)).toEqual(["misreads POLICY_TRAPPED block", "scans POLICY_READING_MISSING block"]);
    expect([await replay(garbled), await replay(failed)]).toEqual(['["MATCH"]', '["MATCH"]']);
  });

  it("for want of fast fuel, waits for the full evaluation", async () => {
    const { admin } = world.tenant;
    await world.govern("read.starved", uses("scans"));
    const [binding] = (
      await admin.expect<{ data: { surface: string; bundle: string }[] }>("GET", "/v1/bindings")
    ).data.filter(({ surface }) => surface === "read.starved");
    await admin.expect("PUT", "/v1/bindings/read.starved", {
      ...{ bundle: binding?.bundle ?? "", mode: "enforce" },
      budget: { fast_fuel: 1_000, on_exceeded: "hold" },
    });
    const deferred = await submit("read.starved", "fine");
    expect([deferred.decision, rulesOf(deferred)]).toEqual([
      "hold",
      ["reader POLICY_OUT_OF_FAST_FUEL warn", "scans POLICY_READING_MISSING warn"],
    ]);
    await expect
      .poll(async () => (await world.tenant.app.findAction(deferred.id)).decision, { timeout: 10_000 })
      .toBe("allow");
  });
});

it("a manifest that reads twice over is refused", async () => {
  const manifest = manifestOf("odd", { reading: "writes", findings: "reads" });
  const { status, body } = await postPolicy(world.tenant.admin, world.tenant.keys.admin, {
    manifest,
    wasm: READER,
  });
  expect([status, body.errors]).toEqual([
    422,
    [{ pointer: "/manifest/findings", message: expect.stringMatching(/^A reader is judged first/) }],
  ]);
});
