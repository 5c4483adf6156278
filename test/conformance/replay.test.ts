/** What was decided can be judged again by somebody else: from an export, from a receipt, with the gateway or without. */
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ActionAnswer } from "../../cli/client.ts";
import { ROOT } from "../harness/bundle.ts";
import { createWorld, email, raw, toolCall, type World } from "./world.ts";

let world: World;
let modified: ActionAnswer;
let blocked: ActionAnswer;
let approved: ActionAnswer;
let evidence: string;

beforeAll(async () => {
  world = await createWorld("with-fixtures");
  const { admin, app, reviewer } = world.tenant;
  const warn = { US_SSN: "warn" };
  await world.govern("outbound.email", [
    { policy: "builtin:pii", settings: { redact: "mask" }, severities: warn },
    {
      policy: "builtin:denylist",
      settings: { denied_terms: ["forbidden"], discouraged_terms: ["guarantee"] },
    },
  ]);
  const candidate = await admin.expect<{ bundle: string }>("POST", "/v1/bundles", {
    name: "candidate",
    version: "1.0.0",
    policies: [{ policy: "builtin:denylist", settings: { denied_terms: ["note"] } }],
  });
  const { bundle } = await admin.expect<{ bundle: string }>("POST", "/v1/bundles", {
    name: "active",
    version: "1.0.0",
    policies: [{ policy: "builtin:pii" }, { policy: "builtin:trap" }],
  });
  await admin.expect("PUT", "/v1/bindings/tool.call", { bundle, mode: "observe", shadow: candidate.bundle });
  modified = (await app.submit(email("Her number is 123-45-6789."))).body;
  blocked = (await app.submit(email("a forbidden thing"))).body;
  await app.submit(toolCall({ note: "123-45-6789" }));
  await app.submit({ action: { surface: "no.such.surface", payload: {} } });
  const held = (await app.submit(email("We guarantee it; her number is 123-45-6789."))).body;
  const decision = { decision: "approve", if_match: held.action_digest, reason: "It is in the contract." };
  approved = await reviewer.expect("POST", `/v1/approvals/${held.approval?.id}/decision`, decision);
  evidence = await (await raw(world, EVIDENCE, { method: "GET" }, world.tenant.keys.auditor)).text();
}, 90_000);
afterAll(() => world.close());

const EVIDENCE = "/v1/ledger/export?include=evidence";

function file(name: string, content: unknown): string {
  const folder = join(world.stateDir, "replay");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  return join(folder, name);
}

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const countersign = (...args: string[]): Promise<Run> =>
  new Promise((resolve) => {
    execFile(process.execPath, [join(ROOT, "cli/countersign.mjs"), ...args], (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });

const lines = () =>
  evidence
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
const changed = (change: (line: Record<string, never>) => unknown) =>
  `${lines()
    .map((line) => JSON.stringify(change(line) ?? line))
    .join("\n")}\n`;

describe("an export with evidence", () => {
  it("has the log, what each decision was made from, and what judged it", () => {
    const [header] = lines();
    expect(header.export).toMatchObject({ format: "countersign-ledger/2", log: world.tenant.log, from: 0 });
    const kinds = lines().map((line) =>
      ["export", "entry", "decision", "bundle", "policy", "checkpoint"].find((k) => k in line),
    );
    expect([kinds[0], kinds.at(-1)]).toEqual(["export", "checkpoint"]);
    const count = (kind: string) => kinds.filter((one) => one === kind).length;
    expect([count("decision"), count("bundle"), count("policy")]).toEqual([6, 3, 4]);
    expect(lines().find(({ decision }) => decision?.changed_input)?.decision.changed_input).toContain(
      "***-**-****",
    );
  });

  it("is for auditors and admins", async () => {
    const { keys } = world.tenant;
    expect((await raw(world, EVIDENCE, { method: "GET" }, keys.admin)).status).toBe(200);
    expect((await raw(world, EVIDENCE, { method: "GET" }, keys.app)).status).toBe(403);
    expect((await raw(world, "/v1/ledger/export?include=all", { method: "GET" }, keys.admin)).status).toBe(
      422,
    );
  });

  it("leaves the plain export without anything of it", async () => {
    const plain = await (
      await raw(world, "/v1/ledger/export", { method: "GET" }, world.tenant.keys.auditor)
    ).text();
    expect(plain).not.toContain("123-45-6789");
    expect(evidence).toContain("123-45-6789");
    const entries = (text: string) => text.split("\n").filter((line) => line.startsWith('{"index":'));
    // Later entries, such as a delivery's, may have come between.
    expect(entries(plain).slice(0, entries(evidence).length)).toEqual(entries(evidence));
  });

  it("verifies as the log does", async () => {
    const keys = await (await raw(world, "/.well-known/countersign-keys.json", { method: "GET" })).text();
    const args = ["--key", file("keys.json", keys)];
    expect(await countersign("verify", file("evidence.jsonl", evidence), ...args)).toMatchObject({ code: 0 });
    const cut = evidence
      .split("\n")
      .filter((line) => !line.startsWith('{"index":3,'))
      .join("\n");
    expect((await countersign("verify", file("cut.jsonl", cut), ...args)).code).toBe(1);
    // Without the header it is no export.
    const bare = evidence.split("\n").slice(1).join("\n");
    expect((await countersign("verify", file("bare.jsonl", bare), ...args)).code).toBe(1);
  });

  it("replays", async () => {
    const { code, out, err } = await countersign("replay", file("evidence.jsonl", evidence));
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("MATCH: 6 decisions");
  });

  it("of part of the log replays too", async () => {
    const { index } = modified.ledger ?? {};
    const part = await (
      await raw(world, `${EVIDENCE}&from=${index}&to=${index}`, { method: "GET" }, world.tenant.keys.auditor)
    ).text();
    const { code, out } = await countersign("replay", file("part.jsonl", part), "-o", "json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      MATCH: 1,
      decisions: [{ decision: "modify", action: modified.id }],
    });
  });

  it("that says something else does not match", async () => {
    const other = changed(
      ({ decision }) => decision && { decision: { ...(decision as object), salt: "A".repeat(43) } },
    );
    const { code, out } = await countersign("replay", file("other.jsonl", other));
    expect(code).toBe(1);
    expect(out).toContain("MISMATCH: 6 decisions differ");
  });

  it("whose inputs were erased is unverifiable, and says so", async () => {
    const erased = changed(
      ({ decision }) => decision && { decision: { ...(decision as object), input: null } },
    );
    const { code, out } = await countersign("replay", file("erased.jsonl", erased));
    expect(code).toBe(2);
    expect(out).toContain("erased");
    expect(out).toContain("UNVERIFIABLE: 6 decisions could not be replayed");
  });
});

describe("a receipt", () => {
  const gateway = () => ["--gateway", world.engine.url, "--key", world.tenant.keys.auditor];

  it("replays with the gateway's help", async () => {
    for (const answer of [modified, blocked, approved]) {
      const { code, out, err } = await countersign("replay", file(`${answer.id}.json`, answer), ...gateway());
      expect([code, err]).toEqual([0, ""]);
      expect(out).toContain("MATCH: 1 decision");
    }
  });

  it("alone is unverifiable, and the command says what is missing", async () => {
    const { code, out } = await countersign("replay", file("alone.json", modified));
    expect(code).toBe(2);
    expect(out).toContain("the input is not at hand");
  });

  it("replays from files", async () => {
    const line = lines().find(({ decision }) => decision?.index === blocked.ledger?.index);
    const bundles = lines().flatMap(({ bundle }) => (bundle ? [bundle] : []));
    const governing = bundles.find(({ digest }) => (blocked.bundles as string[]).includes(digest));
    const args = ["--input", file("line.json", line), "--bundle", file("bundle.json", governing.text)];
    expect(await countersign("replay", file("blocked.json", blocked), ...args)).toMatchObject({ code: 0 });
    // The holder's own salt opens everything, so that the texts of the verdicts are not needed.
    const { salt: _, verdicts: __, ...bare } = line.decision;
    const again = ["--input", file("bare.json", bare), ...args.slice(2)];
    expect(await countersign("replay", file("blocked.json", blocked), ...again)).toMatchObject({ code: 0 });
    const none = await countersign("replay", file("blocked.json", blocked), ...args.slice(0, 2));
    expect([none.code, none.out]).toEqual([2, expect.stringContaining("the bundle is not at hand")]);
  });

  it("with another action's input does not match", async () => {
    const line = lines().find(({ decision }) => decision?.index === modified.ledger?.index);
    const { salt: _, ...input } = line.decision;
    const { code, out } = await countersign(
      "replay",
      file("blocked.json", blocked),
      "--input",
      file("i.json", input),
    );
    expect([code, out]).toEqual([1, expect.stringContaining("✗ input")]);
  });

  it("of a forged decision does not match", async () => {
    const receipt = blocked.denial_proof;
    const statement = JSON.parse(atob(receipt?.payload ?? ""));
    statement.entry.body.decision = "allow";
    const forged = { ...blocked, denial_proof: { ...receipt, payload: btoa(JSON.stringify(statement)) } };
    const { code, out } = await countersign("replay", file("forged.json", forged), ...gateway());
    expect([code, out]).toEqual([1, expect.stringContaining("✗ decision")]);
  });
});

describe("what cannot be replayed is told", () => {
  it.each([
    [
      "a plain export",
      () =>
        evidence
          .split("\n")
          .filter((line) => /^\{"(export|index|leaves|range|checkpoint)":/.test(line))
          .join("\n"),
      "without evidence",
    ],
    ["something else", () => "{}", "neither an export"],
    ["no JSON", () => "hello", "not a JSON object"],
    ["a damaged entry", () => evidence.replace('"decision":"modify"', '"decision":"allow"'), "does not hash"],
  ])("%s", async (_, text, message) => {
    const { code, err } = await countersign("replay", file("bad.json", text()));
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe("a policy that the tenant published", () => {
  it("replays with its module from the gateway, or from a folder", async () => {
    const built = JSON.parse(readFileSync(join(ROOT, "dist/policies/index.json"), "utf8")) as {
      name: string;
      wasm_path: string;
      manifest: { description: string };
    }[];
    const denylist = built.find(({ name }) => name === "denylist");
    if (denylist === undefined) throw new Error("the denylist is not built");
    // With a custom section more: the same policy from other bytes, which no release has.
    const wasm = Buffer.concat([
      readFileSync(join(ROOT, "dist/policies", denylist.wasm_path)),
      Buffer.from([0, 2, 1, 0x78]),
    ]);
    const form = new FormData();
    form.set("wasm", new Blob([wasm]));
    form.set("manifest", JSON.stringify({ ...denylist.manifest, description: "Our own." }));
    const published = await fetch(new URL("/v1/policies", world.engine.url), {
      method: "POST",
      headers: { authorization: `Bearer ${world.tenant.keys.admin}` },
      body: form,
    });
    expect(published.status).toBe(201);
    const { policy } = (await published.json()) as { policy: string };
    await world.govern("own.surface", [{ policy, settings: { denied_terms: ["ours"] } }]);
    const { body } = await world.tenant.app.submit({
      action: { surface: "own.surface", payload: { text: "ours" } },
    });
    expect(body).toMatchObject({ decision: "block", findings: [{ rule: "DENIED_TERM" }] });
    const answer = file("own.json", body);
    const args = ["--gateway", world.engine.url, "--key", world.tenant.keys.auditor];
    expect(await countersign("replay", answer, ...args)).toMatchObject({ code: 0 });
    const index = body.ledger?.index;
    const part = await raw(
      world,
      `${EVIDENCE}&from=${index}&to=${index}`,
      { method: "GET" },
      world.tenant.keys.auditor,
    );
    const exported = file("own.jsonl", await part.text());
    expect(await countersign("replay", exported)).toMatchObject({
      code: 2,
      out: expect.stringContaining("is not at hand"),
    });
    const folder = join(world.stateDir, "modules-of-policies");
    mkdirSync(folder);
    writeFileSync(join(folder, "whatever.bin"), wasm);
    expect(await countersign("replay", exported, "--modules", folder)).toMatchObject({ code: 0 });
  });
});

describe("a full evaluation that came later", () => {
  it("replays beside the decision that it finished", async () => {
    const { admin, app, auditor, keys } = world.tenant;
    const { bundle } = await admin.expect<{ bundle: string }>("POST", "/v1/bundles", {
      name: "slow",
      version: "1.0.0",
      policies: [{ policy: "builtin:slow" }],
    });
    const budget = { fast_fuel: 20_000, on_exceeded: "provisional_allow" };
    await admin.expect("PUT", "/v1/bindings/slow.surface", { bundle, mode: "enforce", budget });
    const payload = { rounds: 100, text: "the forbidden-late thing" };
    const { body } = await app.submit({ action: { surface: "slow.surface", payload } });
    expect(body).toMatchObject({ decision: "allow", provisional: true });
    const entriesOf = async () => {
      const { data } = await auditor.expect<{
        data: { index: number; entry: { type: string; body: { action?: string } } }[];
      }>("GET", "/v1/ledger/entries?limit=1000");
      return data.find(({ entry }) => entry.type === "evaluation" && entry.body.action === body.id);
    };
    await expect.poll(entriesOf, { timeout: 15_000 }).toBeDefined();
    const { index = 0 } = (await entriesOf()) ?? {};
    const path = `${EVIDENCE}&from=${body.ledger?.index}&to=${index}`;
    const part = await raw(world, path, { method: "GET" }, keys.auditor);
    const { code, out } = await countersign("replay", file("late.jsonl", await part.text()), "-o", "json");
    expect(code).toBe(0);
    expect((JSON.parse(out) as { decisions: object[] }).decisions).toEqual([
      expect.objectContaining({ status: "MATCH", decision: "allow" }),
      expect.objectContaining({ status: "MATCH", decision: "block", index }),
    ]);
  });
});

describe("an action that was erased", () => {
  it("still stands in a log that verifies, and is unverifiable, not a mismatch", async () => {
    const { admin } = world.tenant;
    const { ledger_index: erasure } = await admin.expect<{ ledger_index: number }>(
      "POST",
      `/v1/payloads/${blocked.id}/erase`,
      { reason: "asked for" },
    );
    const text = await (await raw(world, EVIDENCE, { method: "GET" }, world.tenant.keys.auditor)).text();
    const erased = text.split("\n").filter((line) => line.startsWith('{"erased":'));
    expect(erased.map((line) => JSON.parse(line))).toEqual([
      { erased: { index: blocked.ledger?.index, entry: erasure } },
    ]);
    const keys = await (
      await raw(world, "/.well-known/countersign-keys.json", {}, world.tenant.keys.auditor)
    ).text();
    const path = file("after-erasure.jsonl", text);
    const verified = await countersign("verify", path, "--key", file("keys.json", keys));
    expect([verified.code, verified.err]).toEqual([0, ""]);
    const { code, out } = await countersign("replay", path, "-o", "json");
    const { decisions, MISMATCH } = JSON.parse(out) as {
      MISMATCH: number;
      decisions: { index: number; status: string; comparisons: { why: string }[] }[];
    };
    expect([code, MISMATCH]).toEqual([2, 0]);
    const one = decisions.find(({ index }) => index === blocked.ledger?.index);
    expect([one?.status, one?.comparisons[0]?.why]).toEqual([
      "UNVERIFIABLE",
      expect.stringContaining(`as entry ${erasure} of the log says`),
    ]);
  });
});
