/** Fuel budgets: what a policy cannot judge in time waits, is blocked, or passes provisionally and is judged to its end. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ActionAnswer } from "../../cli/client.ts";
import { createBundle, putTarget } from "../../cli/tenant-setup.ts";
import { utf8 } from "../../core/encoding.ts";
import type { PublicJwk } from "../../core/keys.ts";
import { type TrustedKey, trustedKey } from "../../core/ledger/trust.ts";
import { verifyLedger } from "../../core/ledger/verify.ts";
import { verifyReceipt } from "../../core/ledger/verify-receipt.ts";
import { type Engine, startEngine } from "../harness/engine.ts";
import { type Receiver, startReceiver } from "../harness/receiver.ts";
import { createWorld, quiet, raw, type World } from "./world.ts";

const FAST_FUEL = 2_000_000;
/** Beyond the fast budget, well within the full one; and beyond that too. */
const ROUNDS = { fast: 0, slow: 2_000, endless: 1_000_000 } as const;
const BAD = "forbidden-late";

let world: World;
let alerts: Receiver;
let keys: TrustedKey[];
beforeAll(async () => {
  [world, alerts] = await Promise.all([createWorld("with-fixtures"), startReceiver()]);
  await world.engine.stop();
  // Again, so that the receiver of alerts is allowed too.
  await restart();
  const set = (await (await fetch(`${world.engine.url}/.well-known/countersign-keys.json`)).json()) as {
    keys: PublicJwk[];
  };
  keys = await Promise.all(set.keys.map((jwk) => trustedKey(jwk.x, jwk.countersign_use)));
  await putTarget(world.tenant.admin, "hook/alerts", {
    kind: "webhook",
    config: { url: alerts.url },
    credentials: { secret: alerts.secret },
    surfaces: ["countersign.alert"],
  });
}, 60_000);
afterAll(async () => {
  await running?.stop();
  await world.close();
  await alerts.close();
});

let running: Engine | undefined;
async function restart(unreachable: readonly string[] = []): Promise<void> {
  const { secrets, port } = world.engine;
  await running?.stop();
  running = await startEngine({
    stateDir: world.stateDir,
    policies: "with-fixtures",
    secrets,
    port,
    allowedPrivateOrigins: [world.mail.origin, world.hook.origin, alerts.origin],
    unreachable,
  });
}

/** A surface of its own, governed by the slow policy. */
async function govern(surface: string, onExceeded: string, severity = "block", binding: object = {}) {
  const bundle = await createBundle(world.tenant.admin, {
    name: surface,
    version: "1.0.0",
    policies: [{ policy: "builtin:slow", settings: {}, severities: { FORBIDDEN_LATE: severity } }],
  });
  await world.tenant.admin.expect("PUT", `/v1/bindings/${surface}`, {
    bundle,
    mode: "enforce",
    budget: { fast_fuel: FAST_FUEL, on_exceeded: onExceeded },
    ...binding,
  });
}

const submit = (surface: string, text: string, rounds: number, action: object = {}, headers = {}) =>
  world.tenant.app.submit(
    { action: { surface, tool: "crm.update", target: "hook/crm", payload: { text, rounds }, ...action } },
    headers,
  );

async function entriesOf(id: string) {
  const { data } = await world.tenant.auditor.expect<{
    data: readonly {
      entry: { index: number; type: string; subject: string; body: Record<string, unknown> };
    }[];
  }>("GET", "/v1/ledger/entries?limit=1000");
  return data.map(({ entry }) => entry).filter(({ subject }) => subject === id);
}

/** The webhooks that came for an action or alert. */
const received = (receiver: Receiver, id: string) =>
  receiver.requests.filter(({ headers }) => headers["webhook-id"] === id);

/** The action once its full evaluation has been entered. */
async function evaluated(id: string): Promise<ActionAnswer> {
  await expect
    .poll(async () => (await world.tenant.app.findAction(id)).late_decision, { timeout: 8_000 })
    .not.toBeNull();
  return world.tenant.app.findAction(id);
}

async function expectVerified(answer: ActionAnswer): Promise<readonly string[]> {
  const text = await (
    await raw(
      world,
      "/v1/ledger/export?include=evidence",
      { headers: { accept: "application/jsonl" } },
      world.tenant.keys.auditor,
    )
  ).text();
  writeFileSync(join(world.stateDir, "export.jsonl"), text);
  const ledger = await verifyLedger(utf8(text), keys);
  const report = await verifyReceipt(utf8(JSON.stringify(answer)), keys, { ledger });
  for (const { checks } of [ledger.report, report])
    expect(checks.filter(({ status }) => status === "failed" || status === "warning")).toEqual([]);
  return report.notes;
}

describe("within the fast budget", () => {
  it("nothing is different", async () => {
    await govern("budget.fast", "hold");
    expect((await submit("budget.fast", "fine", ROUNDS.fast)).body).toMatchObject({
      decision: "allow",
      provisional: false,
      status: "dispatched",
      late_decision: null,
    });
    expect((await submit("budget.fast", BAD, ROUNDS.fast)).body).toMatchObject({ decision: "block" });
  });
});

describe("beyond it, on hold", () => {
  beforeAll(() => govern("budget.hold", "hold"));

  it("is held without a task, and passes when the full evaluation finds nothing", async () => {
    const { status, body } = await submit("budget.hold", "fine", ROUNDS.slow);
    expect(status).toBe(202);
    expect(body).toMatchObject({
      decision: "hold",
      status: "held",
      approval: null,
      receipt: null,
      findings: [{ policy: "slow", rule: "POLICY_OUT_OF_FAST_FUEL", severity: "warn" }],
    });
    const after = await world.tenant.app.findAction(body.id, 15);
    expect(after).toMatchObject({
      decision: "allow",
      status: "dispatched",
      provisional: false,
      approval: null,
      findings: [],
      receipt: { payloadType: "application/vnd.countersign.receipt+json; v=1" },
    });
    expect(received(world.hook, body.id)).toHaveLength(1);
    expect((await entriesOf(body.id)).map(({ type, body: entry }) => [type, entry.decision])).toEqual([
      ["decision", "hold"],
      ["decision", "allow"],
      ["delivery", undefined],
    ]);
    await expectVerified(after);
  });

  it("waits for it where the caller does, and replays the same answer", async () => {
    const headers = { prefer: "wait=20", "idempotency-key": "slow-1" };
    const first = await submit("budget.hold", "fine", ROUNDS.slow, {}, headers);
    expect(first).toMatchObject({ status: 200, body: { decision: "allow", status: "dispatched" } });
    expect((await submit("budget.hold", "fine", ROUNDS.slow, {}, headers)).body).toEqual(first.body);
  });

  it("is blocked when the full evaluation blocks, and nothing is sent", async () => {
    const { body } = await submit("budget.hold", BAD, ROUNDS.slow);
    expect(body.status).toBe("held");
    const after = await world.tenant.app.findAction(body.id, 15);
    expect(after).toMatchObject({
      status: "blocked",
      findings: [{ rule: "FORBIDDEN_LATE", severity: "block", pointer: "/text" }],
      denial_proof: { payloadType: "application/vnd.countersign.denial-proof+json; v=1" },
    });
    await expectVerified(after);
    await quiet();
    expect(received(world.hook, body.id)).toEqual([]);
  });

  it("is blocked when it is out of the full budget too", async () => {
    const { body } = await submit("budget.hold", "fine", ROUNDS.endless);
    expect(await world.tenant.app.findAction(body.id, 20)).toMatchObject({
      status: "blocked",
      findings: [{ rule: "POLICY_OUT_OF_FUEL", severity: "block" }],
    });
  });

  it("is a person's to decide when the full evaluation holds, and their approval has the full budget", async () => {
    await govern("budget.person", "hold", "warn");
    const { body } = await submit("budget.person", BAD, ROUNDS.slow);
    expect(body.approval).toBeNull();
    await expect.poll(async () => (await world.tenant.app.findAction(body.id)).approval).not.toBeNull();
    const held = await world.tenant.app.findAction(body.id);
    expect(held).toMatchObject({ status: "held", findings: [{ rule: "FORBIDDEN_LATE", severity: "warn" }] });
    await world.tenant.reviewer.expect("POST", `/v1/approvals/${held.approval?.id}/decision`, {
      decision: "approve",
      if_match: held.action_digest,
      reason: "It is fine.",
    });
    expect(await world.tenant.app.findAction(body.id, 15)).toMatchObject({
      decision: "allow",
      status: "dispatched",
    });
    expect(received(world.hook, body.id)).toHaveLength(1);
  });
});

describe("beyond it, on block", () => {
  it("is blocked at once, and nothing follows", async () => {
    await govern("budget.block", "block");
    const { status, body } = await submit("budget.block", "fine", ROUNDS.slow);
    expect(status).toBe(403);
    expect(body.findings).toMatchObject([{ rule: "POLICY_OUT_OF_FAST_FUEL", severity: "block" }]);
    await quiet();
    expect(await world.tenant.app.findAction(body.id)).toMatchObject({
      status: "blocked",
      late_decision: null,
    });
    expect(await entriesOf(body.id)).toHaveLength(1);
    expect(received(world.hook, body.id)).toEqual([]);
  });
});

describe("beyond it, provisionally", () => {
  beforeAll(() => govern("budget.go", "provisional_allow"));

  it("goes under a receipt that says so, and is confirmed afterwards", async () => {
    const { status, body } = await submit("budget.go", "fine", ROUNDS.slow);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      decision: "allow",
      provisional: true,
      status: "dispatched",
      findings: [{ rule: "POLICY_OUT_OF_FAST_FUEL", severity: "info" }],
      receipt: { payloadType: "application/vnd.countersign.provisional-receipt+json; v=1" },
    });
    expect(received(world.hook, body.id)).toHaveLength(1);
    const after = await evaluated(body.id);
    expect(after).toMatchObject({
      status: "dispatched",
      provisional: true,
      late_decision: { decision: "allow", confirmed: true, findings: [] },
    });
    expect((await entriesOf(body.id)).find(({ type }) => type === "evaluation")?.body).toMatchObject({
      action: body.id,
      decided_at: body.ledger?.index,
      decision: "allow",
      confirmed: true,
      policies: [{ name: "slow", error: null, fuel_limit: 600_000_000 }],
    });
    expect((await expectVerified(after)).join(" ")).toContain("before every policy had answered");
    expect(received(alerts, body.id)).toEqual([]);
  });

  it("late block: an alert, an entry, a webhook, a rollback", async () => {
    const compensation = { target: "hook/crm", payload: { text: "restore", rounds: 0 } };
    const { body } = await submit("budget.go", BAD, ROUNDS.slow, { compensation });
    expect(body).toMatchObject({ provisional: true, status: "dispatched" });
    const after = await evaluated(body.id);
    expect(after).toMatchObject({
      status: "dispatched",
      decision: "allow",
      late_decision: {
        decision: "block",
        confirmed: false,
        findings: [{ rule: "FORBIDDEN_LATE", pointer: "/text" }],
      },
    });
    const { data } = await world.tenant.auditor.expect<{ data: readonly Record<string, unknown>[] }>(
      "GET",
      "/v1/alerts",
    );
    const alert = data.find(({ action_id }) => action_id === body.id);
    expect(alert).toMatchObject({
      kind: "late_block",
      decision: "block",
      rules: [{ policy: "slow", rule: "FORBIDDEN_LATE", severity: "block" }],
      decided_at: body.ledger?.index,
      deliveries: [{ target: "hook/alerts" }],
    });
    const id = String(alert?.id);
    await expect.poll(() => received(alerts, id)).toHaveLength(1);
    const [hook] = received(alerts, id);
    expect(hook?.problem).toBeNull();
    expect(JSON.parse(String(hook?.body))).toEqual({
      type: "countersign.alert",
      data: {
        alert: id,
        kind: "late_block",
        action: body.id,
        log: null,
        decision: "block",
        decided_at: alert?.decided_at,
        evaluated_at: alert?.evaluated_at,
        rules: alert?.rules,
        rollback: alert?.rollback,
      },
    });
    // Nothing of what was caught, and not to targets that take every surface.
    expect(String(hook?.body)).not.toContain(BAD);
    expect(received(world.hook, id)).toEqual([]);
    expect((await entriesOf(id)).map(({ type }) => type)).toEqual(["alert", "delivery"]);
    await expectVerified(after);

    const rollback = String(alert?.rollback);
    expect(await world.tenant.app.findAction(rollback, 15)).toMatchObject({
      decision: "allow",
      provisional: false,
      status: "dispatched",
    });
    const [undone] = received(world.hook, rollback);
    expect(JSON.parse(String(undone?.body)).data).toEqual(compensation.payload);
  });

  it("of an action that its caller executes is told in the same way", async () => {
    const { body } = await world.tenant.app.submit({
      action: { surface: "budget.go", payload: { text: BAD, rounds: ROUNDS.slow } },
    });
    expect(body).toMatchObject({ status: "allowed", provisional: true });
    expect(await evaluated(body.id)).toMatchObject({
      status: "allowed",
      late_decision: { decision: "block", confirmed: false },
    });
  });

  it("judges what was sent, also where its target is gone and its key revoked meanwhile", async () => {
    const app = await world.key({ name: "gone", owner: "ada", scopes: ["app"] });
    await putTarget(world.tenant.admin, "hook/gone", {
      kind: "webhook",
      config: { url: world.hook.url },
      credentials: { secret: world.hook.secret },
      surfaces: ["*"],
    });
    await restart(["EVALUATOR"]);
    const { body } = await app.submit({
      action: { surface: "budget.go", target: "hook/gone", payload: { text: "fine", rounds: ROUNDS.slow } },
    });
    expect(body).toMatchObject({ provisional: true, status: "dispatched" });
    await world.tenant.admin.expect("DELETE", "/v1/targets/hook/gone");
    const { data } = await world.tenant.admin.expect<{ data: readonly { id: string; name: string }[] }>(
      "GET",
      "/v1/keys",
    );
    await world.tenant.admin.expect("DELETE", `/v1/keys/${data.find(({ name }) => name === "gone")?.id}`);
    await restart();
    expect(await evaluated(body.id)).toMatchObject({ late_decision: { decision: "allow", confirmed: true } });
  }, 30_000);
});

describe("without an evaluator", () => {
  it("nothing held passes, and what was held is judged when there is one again", async () => {
    await govern("budget.down", "hold");
    await restart(["EVALUATOR"]);
    const held = await submit("budget.down", "fine", ROUNDS.slow);
    expect(held.body).toMatchObject({ status: "held", approval: null });
    const called = await submit("budget.down", "fine", ROUNDS.slow);
    await quiet();
    expect(await world.tenant.app.findAction(held.body.id)).toMatchObject({ status: "held", approval: null });
    const { data } = await world.tenant.reviewer.expect<{ data: readonly { action_id: string }[] }>(
      "GET",
      "/v1/approvals?status=pending",
    );
    expect(data.filter(({ action_id }) => action_id === held.body.id)).toEqual([]);
    expect(received(world.hook, held.body.id)).toEqual([]);
    expect(await world.tenant.app.expect("POST", `/v1/actions/${called.body.id}/cancel`)).toMatchObject({
      status: "cancelled",
    });
    await restart();
    expect(await world.tenant.app.findAction(held.body.id, 20)).toMatchObject({ status: "dispatched" });
    expect(await world.tenant.app.findAction(called.body.id)).toMatchObject({ status: "cancelled" });
  }, 40_000);
});

describe("a gateway that is killed in the middle of it", () => {
  /** So many that some are under way even where this process hears late of the first answer. */
  const KILLED = 40;
  it("finishes each evaluation once when it is back", async () => {
    await govern("budget.killed", "hold");
    await govern("budget.killed.go", "provisional_allow");
    // Each takes its whole budget, so that most are not done when the first is answered, and the process killed.
    const surfaces = Array.from({ length: KILLED }, (_, n) => (n % 2 ? "budget.killed" : "budget.killed.go"));
    const submitAll = () =>
      surfaces.map((surface, n) =>
        submit(surface, "fine", ROUNDS.endless, { target: undefined }, { "idempotency-key": `killed-${n}` }),
      );
    const interrupted = submitAll();
    const settled = Promise.allSettled(interrupted);
    await Promise.race(interrupted);
    await restart();
    expect((await settled).filter(({ status }) => status === "rejected").length).toBeGreaterThan(0);
    const ids = (await Promise.all(submitAll())).map(({ body }) => body.id);
    const isOpen = async (id: string) => {
      const { status, late_decision: late } = await world.tenant.app.findAction(id);
      return status === "held" || (status === "allowed" && late === null);
    };
    await expect
      .poll(async () => (await Promise.all(ids.map(isOpen))).filter(Boolean), { timeout: 25_000 })
      .toEqual([]);
    const entries = (await Promise.all(ids.map(entriesOf))).map((own) => own.map(({ type }) => type));
    expect(entries).toEqual(
      surfaces.map((surface) => ["decision", surface === "budget.killed" ? "decision" : "evaluation"]),
    );
    const { data } = await world.tenant.auditor.expect<{ data: readonly { action_id: string }[] }>(
      "GET",
      "/v1/alerts",
    );
    expect(data.filter(({ action_id }) => ids.includes(action_id))).toHaveLength(KILLED / 2);
  }, 60_000);
});

describe("a policy that fails", () => {
  const trap = async (binding: object) => {
    const policies = [{ policy: "builtin:trap", settings: {} }];
    const bundle = await createBundle(world.tenant.admin, { name: "trap", version: "1.0.0", policies });
    await world.tenant.admin.expect("PUT", "/v1/bindings/budget.trap", {
      bundle,
      mode: "enforce",
      ...binding,
    });
    return submit("budget.trap", "fine", 0);
  };

  it("blocks, and whatever the budget says it is neither provisional nor held", async () => {
    const budget = { fast_fuel: FAST_FUEL, on_exceeded: "provisional_allow" };
    for (const binding of [{}, { on_error: "block", budget }])
      expect((await trap(binding)).body).toMatchObject({
        decision: "block",
        findings: [{ rule: "POLICY_TRAPPED" }],
      });
  });

  it("holds where its binding says so, and then a person is asked at once", async () => {
    const { body } = await trap({ on_error: "hold" });
    expect(body).toMatchObject({
      decision: "hold",
      status: "held",
      approval: { status: "pending" },
      findings: [{ rule: "POLICY_TRAPPED", severity: "warn" }],
    });
  });
});
