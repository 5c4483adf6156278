/** An action that waits for facts: answered as one that waits, recorded, and done again like any other decision. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ActionAnswer, Body, Client, Submission } from "../../cli/client.ts";
import { ROOT } from "../harness/bundle.ts";
import { createWorld, raw, type World } from "./world.ts";

let world: World;

const SETTINGS = {
  arguments: [{ tool: "pay.out", pointer: "/amount", max: 500 }],
  required_facts: [
    { tool: "refund.*", fact: "/kyc/status", one_of: ["passed"] },
    { tool: "pay.*", fact: "/account_status", one_of: ["active"] },
    { tool: "pay.abroad", fact: "/kyc/status", one_of: ["passed"] },
  ],
};
const CONTEXT = { facts: { kyc: { status: "passed" } } };

beforeAll(async () => {
  world = await createWorld();
  await world.govern("tool.call", [{ policy: "builtin:access", settings: SETTINGS }]);
}, 90_000);
afterAll(() => world.close());

let payments = 0;
const payment = (amount: number, context: Submission["context"] = CONTEXT): Submission => ({
  action: { surface: "tool.call", tool: "pay.out", payload: { amount, reference: `payment ${++payments}` } },
  context,
});

const rulesOf = ({ findings }: ActionAnswer) => findings.map(({ rule, item }) => [rule, item]);

describe("an action without its facts", () => {
  it("is answered 202, and told which facts are missing", async () => {
    const { status, headers, body } = await world.tenant.app.submit(payment(100));
    expect(status).toBe(202);
    expect(headers.get("location")).toBe(`/v1/actions/${body.id}`);
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    expect(body).toMatchObject({
      decision: "defer",
      status: "deferred",
      approval: null,
      delivery: null,
      receipt: null,
      deferral: { status: "pending", expires_at: expect.stringMatching(/^20/) },
      findings: [{ policy: "access", rule: "FACT_MISSING", severity: "defer", item: 1 }],
    });
    const { data } = await world.tenant.reviewer.expect<{ data: { action_id: string }[] }>(
      "GET",
      "/v1/approvals",
    );
    expect(data.map(({ action_id }) => action_id)).not.toContain(body.id);
  });

  it("waits for them even where a person would be asked too", async () => {
    const { body } = await world.tenant.app.submit(payment(1_000));
    expect(body).toMatchObject({ decision: "defer", status: "deferred", approval: null });
    expect(rulesOf(body)).toEqual([
      ["ARGUMENT_ABOVE_LIMIT", undefined],
      ["FACT_MISSING", 1],
    ]);
  });

  it("is only told so by a dry run", async () => {
    expect((await world.tenant.app.evaluate(payment(100))).body).toMatchObject({
      dry_run: true,
      decision: "defer",
    });
  });

  it("passes where an observing binding defers, and says what enforcing would have done", async () => {
    await world.govern("observed.call", [{ policy: "builtin:access", settings: SETTINGS }], "observe");
    const { action, context } = payment(100);
    const { status, body } = await world.tenant.app.submit({
      action: { ...action, surface: "observed.call" },
      ...(context ? { context } : {}),
    });
    expect([status, body.decision, body.would_decide]).toEqual([200, "allow", "defer"]);
  });

  it("gives the same answer to the same Idempotency-Key, also after it was cancelled", async () => {
    const submission = payment(100);
    const headers = { "idempotency-key": "payment-once" };
    const first = await world.tenant.app.submit(submission, headers);
    expect(
      await world.tenant.app.expect<ActionAnswer>("POST", `/v1/actions/${first.body.id}/cancel`),
    ).toMatchObject({ status: "cancelled", decision: "defer", deferral: { status: "cancelled" } });
    const again = await world.tenant.app.submit(submission, headers);
    expect([again.status, again.body]).toEqual([202, first.body]);
  });

  it("is cancelled by its submitter alone, and once", async () => {
    const { body } = await world.tenant.app.submit(payment(100));
    const other = await world.key({ name: "other", owner: "olga", scopes: ["app"] });
    const path = `/v1/actions/${body.id}/cancel`;
    expect((await other.call("POST", path)).status).toBe(404);
    expect((await world.tenant.app.call("POST", path)).status).toBe(200);
    expect((await world.tenant.app.call("POST", path)).status).toBe(409);
  });
});

describe("facts that others supply", () => {
  const ACTIVE = { account_status: "active" };
  const supply = (client: Client, { id }: ActionAnswer, facts: Body) =>
    client.call<ActionAnswer & { code?: string }>("POST", `/v1/actions/${id}/facts`, { facts });
  let bank: Client;

  beforeAll(async () => {
    bank = await world.key({ name: "bank", owner: "bea", scopes: ["facts"] });
  });

  it("let it pass, with a receipt, and who waits is told", async () => {
    const { body } = await world.tenant.app.submit(payment(100));
    const waiting = world.tenant.app.findAction(body.id, 20);
    const { status, body: judged } = await supply(bank, body, ACTIVE);
    expect(status).toBe(200);
    expect(judged).toMatchObject({ decision: "allow", status: "allowed", findings: [], deferral: null });
    expect(judged.receipt?.payloadType).toContain("receipt");
    expect(judged.ledger?.index).toBe((body.ledger?.index ?? 0) + 2);
    expect(await waiting).toMatchObject({ status: "allowed" });
    expect(await supply(bank, body, ACTIVE)).toMatchObject({ status: 409, body: { code: "not_deferred" } });
  });

  it("are not taken from who submitted it, nor from its owner, nor on whose behalf it was", async () => {
    const both = await world.key({ name: "both", owner: "bert", scopes: ["app", "facts"] });
    const owners = await world.key({ name: "owners", owner: "BERT", scopes: ["facts"] });
    const mina = await world.key({ name: "mina", owner: "mina", scopes: ["facts"] });
    const context = { ...CONTEXT, on_behalf_of: { user: "mina" } };
    const { body } = await both.submit(payment(100, context));
    for (const client of [both, owners, mina]) {
      expect(await supply(client, body, ACTIVE)).toMatchObject({ status: 403, body: { code: "own_facts" } });
    }
    for (const client of [world.tenant.app, world.tenant.reviewer, world.tenant.admin]) {
      expect((await supply(client, body, ACTIVE)).body.code).toBe("insufficient_scope");
    }
    expect(await bank.findAction(body.id)).toMatchObject({ status: "deferred" });
    expect((await supply(bank, body, ACTIVE)).body.status).toBe("allowed");
  });

  it("that are others than the submitter says defer it again, until they agree", async () => {
    const context = { facts: { account_status: "ACTIVE" } };
    const { body } = await world.tenant.app.submit(payment(100, context));
    expect(rulesOf(body)).toEqual([["FACT_MISSING", 1]]);
    const again = await supply(bank, body, { account_status: "active" });
    expect(again.body).toMatchObject({
      decision: "defer",
      findings: [{ rule: "FACT_CONFLICT", severity: "defer", item: 1 }],
      deferral: body.deferral,
    });
    expect((await supply(bank, body, { account_status: "ACTIVE" })).body).toMatchObject({
      decision: "allow",
    });
  });

  it("come from several sources, one after the other", async () => {
    const { action } = payment(100);
    // What the caller says of it itself counts for nothing.
    const { body } = await world.tenant.app.submit({
      action: { ...action, tool: "pay.abroad" },
      context: CONTEXT,
    });
    expect(rulesOf(body)).toEqual([
      ["FACT_MISSING", 1],
      ["FACT_MISSING", 2],
    ]);
    const kyc = await world.key({ name: "kyc", owner: "kim", scopes: ["facts"] });
    expect(rulesOf((await supply(bank, body, ACTIVE)).body)).toEqual([["FACT_MISSING", 2]]);
    expect((await supply(kyc, body, { kyc: { status: "passed" } })).body.status).toBe("allowed");
  });

  it("that forbid it block it, with a denial proof", async () => {
    const { body } = await world.tenant.app.submit(payment(100));
    const { status, body: judged } = await supply(bank, body, { account_status: "frozen" });
    expect([status, judged.decision, judged.status]).toEqual([200, "block", "blocked"]);
    expect(judged.denial_proof?.payloadType).toContain("denial-proof");
  });

  it("leave to a person what is a person's, who sees them, and hold again with them", async () => {
    const { body } = await world.tenant.app.submit(payment(1_000));
    const { body: held } = await supply(bank, body, ACTIVE);
    expect(held).toMatchObject({ decision: "hold", status: "held", deferral: null });
    const path = `/v1/approvals/${held.approval?.id}`;
    const task = await world.tenant.reviewer.expect<Record<string, unknown>>("GET", path);
    expect(task).toMatchObject({
      facts: ACTIVE,
      fact_sources: { account_status: { at: expect.any(String) } },
    });
    const decision = { decision: "approve", if_match: held.action_digest, reason: "Agreed." };
    expect(await world.tenant.reviewer.expect("POST", `${path}/decision`, decision)).toMatchObject({
      decision: "allow",
      status: "approved",
    });
  });

  it("are waited for even where a person approved", async () => {
    const limit = { arguments: SETTINGS.arguments };
    await world.govern("late.call", [{ policy: "builtin:access", settings: limit }]);
    const { action } = payment(1_000);
    const { body: held } = await world.tenant.app.submit({ action: { ...action, surface: "late.call" } });
    expect(held.status).toBe("held");
    await world.govern("late.call", [{ policy: "builtin:access", settings: SETTINGS }]);
    const decision = { decision: "approve", if_match: held.action_digest, reason: "Agreed." };
    const path = `/v1/approvals/${held.approval?.id}/decision`;
    const deferred = await world.tenant.reviewer.expect<ActionAnswer>("POST", path, decision);
    expect(deferred).toMatchObject({
      decision: "defer",
      status: "deferred",
      deferral: { status: "pending" },
    });
    const facts = { ...ACTIVE, kyc: { status: "passed" } };
    // The approval is used up: with the facts there, the warning holds once more.
    expect((await supply(bank, deferred, facts)).body).toMatchObject({ decision: "hold", status: "held" });
  });

  it("go on counting where obligations change the action", async () => {
    await world.govern("changed.call", [
      { policy: "builtin:access", settings: SETTINGS },
      { policy: "builtin:pii", settings: { redact: "mask" }, severities: { US_SSN: "warn" } },
    ]);
    const { action } = payment(100);
    const payload = { ...action.payload, note: "Her number is 219-09-9999." };
    const { body } = await world.tenant.app.submit({
      action: { ...action, surface: "changed.call", payload },
      context: CONTEXT,
    });
    expect(body).toMatchObject({ decision: "defer" });
    expect((await supply(bank, body, ACTIVE)).body).toMatchObject({
      decision: "modify",
      payload: { note: "Her number is ***-**-****." },
    });
  });

  it("are an object with members, and not too large", async () => {
    const { body } = await world.tenant.app.submit(payment(100));
    for (const facts of [{}, [], null, "active"]) {
      expect((await supply(bank, body, facts as unknown as Body)).body.code).toBe("invalid_request");
    }
    expect((await supply(bank, body, { note: "x".repeat(20_000) })).body.code).toBe("limit_reached");
    const nobody = { ...body, id: "act_0000000000000000000000" };
    expect((await supply(bank, nobody, ACTIVE)).status).toBe(404);
  });

  it("for a cancelled action count for nothing", async () => {
    const { body } = await world.tenant.app.submit(payment(100));
    await world.tenant.app.expect("POST", `/v1/actions/${body.id}/cancel`);
    expect((await supply(bank, body, ACTIVE)).body.code).toBe("not_deferred");
  });
});

const countersign = (...args: string[]): Promise<{ readonly code: number; readonly out: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [join(ROOT, "cli/countersign.mjs"), ...args], (error, out) =>
      resolve({ code: error ? Number(error.code) : 0, out }),
    );
  });

describe("the record", () => {
  it("verifies and replays", async () => {
    const { auditor } = world.tenant.keys;
    const get = async (path: string) => (await raw(world, path, { method: "GET" }, auditor)).text();
    const exported = join(world.stateDir, "export.jsonl");
    const keys = join(world.stateDir, "keys.json");
    writeFileSync(exported, await get("/v1/ledger/export?include=evidence"));
    writeFileSync(keys, await get("/.well-known/countersign-keys.json"));
    expect(await countersign("verify", exported, "--key", keys)).toMatchObject({ code: 0 });
    const { code, out } = await countersign("replay", exported, "-o", "json");
    expect(code).toBe(0);
    const { decisions } = JSON.parse(out) as { decisions: { decision: string; status: string }[] };
    expect(decisions.filter(({ decision }) => decision === "defer").length).toBeGreaterThanOrEqual(4);
    expect(decisions.filter(({ status }) => status !== "MATCH")).toEqual([]);
  });
});
