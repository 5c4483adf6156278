/** What must stay bounded: the configuration that travels, the time in which a delivery is tried, what an approval claims. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import { digestOf } from "../../core/hash.ts";
import { CONFIG_CHARS_MAX, DELIVERY_RETRY_WINDOW_MS, EVIDENCE_PAGE_CHARS } from "../../core/limits.ts";
import { BINDING_DEFAULTS } from "../../core/policy/binding.ts";
import type { Finding } from "../../core/policy/decision.ts";
import { CONFIG_TOO_LARGE } from "../../core/tenant-errors.ts";
import type { DecisionDraft } from "../../durable-objects/rpc.ts";
import { AUTHOR, commitOf, createObject, dispatcher, newId, REVIEWER, submitted } from "./tenants.ts";

beforeEach(() => dispatcher.script([]));

describe("the configuration", () => {
  it("is refused before it is larger than a gate can be given, and then stays as it was", async () => {
    const object = await createObject();
    const bind = async (index: number) => {
      const text = JSON.stringify({ name: `b${index}`, policies: [], pad: "x".repeat(1024 * 1024) });
      await object.tenant.putBundle(AUTHOR, digestOf(text), text);
      const binding = { ...BINDING_DEFAULTS, surface: `s${index}`, bundle: digestOf(text) };
      return runInDurableObject(object.stub, (instance) => instance.putBinding(AUTHOR, binding));
    };
    const fits = Math.floor(CONFIG_CHARS_MAX / (1024 * 1024)) - 1;
    for (let index = 0; index < fits; index++) expect(await bind(index)).toBe("bound");
    const size = async () => (await object.tenant.ledger(0, 1)).size;
    await expect(bind(fits)).rejects.toThrow(CONFIG_TOO_LARGE);
    const before = { revision: await object.revision(), size: await size() };
    await expect(bind(fits)).rejects.toThrow(CONFIG_TOO_LARGE);
    expect({ revision: await object.revision(), size: await size() }).toEqual(before);
    expect(await object.tenant.revokeKey(AUTHOR, REVIEWER.id)).toBe(true);
  });
});

describe("a page of the log", () => {
  it("ends before it is larger than an answer may be, with at least one entry, and the next goes on there", async () => {
    const object = await createObject();
    for (let index = 0; index < 3; index++) await submitted(object, "allow");
    const { size } = await object.tenant.ledger(0, 1);
    const pad = "x".repeat(EVIDENCE_PAGE_CHARS / 4);
    await runInDurableObject(object.stub, (_, state) => {
      state.storage.sql.exec("UPDATE entries SET text = text || ?", pad);
    });
    for (const page of [object.tenant.ledger, object.tenant.evidence]) {
      const first = (await page(0, 1_000)).entries.length;
      expect(first).toBe(4);
      expect((await page(first, 1_000)).entries).toHaveLength(size - first);
    }
  });
});

describe("a retry that comes after the provider has forgotten the key", () => {
  it.each([
    ["unknown", { throws: true }],
    ["failed", { status: "retry", httpStatus: 500, reason: "500", retryAfterMs: null }],
  ] as const)("is not made: the delivery ends as %s", async (status, first) => {
    const object = await createObject();
    await dispatcher.script([first]);
    const { commit } = await submitted(object, "allow", { message: true });
    await object.tenant.action(commit.actionId, 5_000, "attempted");
    await runInDurableObject(object.stub, (_, state) => {
      state.storage.sql.exec(
        "UPDATE deliveries SET due_at = 0, first_attempt_at = first_attempt_at - ?",
        DELIVERY_RETRY_WINDOW_MS + 1,
      );
    });
    await runDurableObjectAlarm(object.stub);
    expect(await object.tenant.action(commit.actionId, 0)).toMatchObject({ status, delivery: { status } });
    expect(await dispatcher.orders()).toHaveLength(1);
  });
});

describe("an approval's entry", () => {
  it("counts the warnings that were shown, not those found since", async () => {
    const object = await createObject();
    const warning = (pointer: string): Finding => ({
      policy: "denylist",
      rule: "DISCOURAGED_TERM",
      severity: "warn",
      part: "payload",
      pointer,
      start: null,
      end: null,
      key: false,
      reason: "A discouraged term",
      suggestion: null,
      observed: false,
      settled: false,
    });
    const commit = await commitOf(object, "hold");
    const held = { ...commit, record: { ...commit.record, findings: [warning("/a")] } };
    await object.tenant.submit(held);
    const again: DecisionDraft = {
      ...held,
      approvalId: newId("apr"),
      record: { ...held.record, findings: [warning("/a"), warning("/b")] },
    };
    const decision = {
      approvalId: held.approvalId,
      keyId: REVIEWER.id,
      person: REVIEWER.owner,
      ifMatch: held.record.actionDigest,
      reason: "fine",
    };
    expect(await object.tenant.approve(decision, again)).toMatchObject({
      kind: "decided",
      state: { status: "held" },
    });
    const { entries } = await object.tenant.ledger(0, 100);
    const approval = entries
      .map(({ text }) => JSON.parse(text) as { type: string; body: object })
      .find(({ type }) => type === "approval");
    expect(approval?.body).toMatchObject({ decision: "approved", discharged: 1 });
  });
});
