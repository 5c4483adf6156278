/** An action's story has every entry of the log that tells of it, and no other, whatever became of it. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { toBase64Url } from "../../core/encoding.ts";
import type { Entry } from "../../core/ledger/entry.ts";
import type { ReviewDecision, SubmitDraft } from "../../durable-objects/rpc.ts";
import {
  AUTHOR,
  commitOf,
  createObject,
  dispatcher,
  newId,
  REVIEWER,
  submitted,
  type TestObject,
} from "./tenants.ts";

const SALT = toBase64Url(new Uint8Array(32));

const decisionOf = (task: SubmitDraft): ReviewDecision => ({
  approvalId: task.approvalId,
  keyId: REVIEWER.id,
  person: "rita",
  ifMatch: task.record.actionDigest,
  reason: "it is in the contract",
});

/** By reading the whole log. */
async function entriesAbout(object: TestObject, actionId: string): Promise<number[]> {
  const { entries } = await object.tenant.ledger(0, 1000);
  return entries
    .map(({ text }) => JSON.parse(text) as Entry)
    .filter(({ subject, body }) => subject === actionId || body.action === actionId)
    .map(({ index }) => index);
}

async function storyOf(object: TestObject, actionId: string) {
  const story = await object.tenant.story(actionId);
  if (story === null) throw new Error("expected a story");
  const entries = story.entries.map(({ entry }) => JSON.parse(entry.text) as Entry);
  return { story, entries, types: entries.map(({ type }) => type) };
}

describe("a story", () => {
  it("has the submission, the approval with its reason, the second judgement and each attempt", async () => {
    const object = await createObject();
    await dispatcher.script([{ status: "retry", httpStatus: 503, reason: "busy", retryAfterMs: null }]);
    const { commit } = await submitted(object, "hold");
    const message = {
      transport: "webhook",
      endpoint: "https://hook.example/",
      mediaType: "application/json",
      body: "{}",
    };
    const target = { name: "hook/crm", revision: 1, kind: "webhook" } as const;
    const again = await commitOf(object, "allow", { message: true });
    await object.tenant.approve(decisionOf(commit), {
      ...again,
      actionId: commit.actionId,
      message,
      record: { ...again.record, target, actionDigest: commit.record.actionDigest },
    });
    await object.tenant.action(commit.actionId, 4_000, "attempted");
    await runInDurableObject(object.stub, (_, { storage: { sql } }) => {
      sql.exec("UPDATE deliveries SET due_at = 0");
    });
    await runDurableObjectAlarm(object.stub);
    const { story, types } = await storyOf(object, commit.actionId);
    expect(types).toEqual(["decision", "approval", "decision", "delivery", "delivery"]);
    expect(story.entries[1]?.text).toBe("it is in the contract");
    expect(story.entries.map(({ record }) => record?.decision ?? null)).toEqual([
      "hold",
      null,
      "allow",
      null,
      null,
    ]);
    expect(story.deliveries).toMatchObject([
      {
        target: "hook/crm",
        state: "delivered",
        httpStatus: 200,
        providerId: "p_1",
        attempts: [
          { number: 1, result: "retry" },
          { number: 2, result: "delivered" },
        ],
      },
    ]);
    const { actor, body } = JSON.parse(story.entries[1]?.entry.text ?? "") as Entry;
    expect(story.names).toMatchObject({ [actor.id]: "rita", key_admin: "ada (key “admin”)" });
    expect(body.reviewer).toBe(actor.id);
    expect(JSON.parse(story.input ?? "null")).toMatchObject({ action: { surface: "tool.call" } });
  });

  it("is that of the log, for actions that ended in every way", async () => {
    const object = await createObject();
    await dispatcher.script([{ status: "refused", reason: "no" }]);
    const { commit: sent } = await submitted(object, "allow", { message: true });
    const { commit: cleared } = await submitted(object, "allow");
    const { commit: blocked } = await submitted(object, "block");
    const { commit: denied } = await submitted(object, "hold");
    const { commit: cancelled } = await submitted(object, "hold");
    await object.tenant.deny(decisionOf(denied), SALT);
    await object.tenant.cancel(cancelled.actionId, AUTHOR);
    await object.tenant.reportOutcome(cleared.actionId, AUTHOR, {
      outcome: "succeeded",
      detail: "done at noon",
      salt: SALT,
    });
    await object.tenant.action(sent.actionId, 4_000);
    const all = { sent, cleared, blocked, denied, cancelled };
    const types: Record<string, string[]> = {};
    for (const [name, { actionId }] of Object.entries(all)) {
      const { entries, types: own } = await storyOf(object, actionId);
      expect(entries.map(({ index }) => index)).toEqual(await entriesAbout(object, actionId));
      types[name] = own;
    }
    expect(types).toEqual({
      sent: ["decision", "delivery"],
      cleared: ["decision", "action.outcome"],
      blocked: ["decision"],
      denied: ["decision", "approval"],
      cancelled: ["decision", "action.cancelled"],
    });
    expect((await storyOf(object, cleared.actionId)).story.entries[1]?.text).toBe("done at noon");
  });

  it("tells an erasure, and nothing any more of what was erased", async () => {
    const object = await createObject();
    const { commit } = await submitted(object, "hold");
    await object.tenant.deny(decisionOf(commit), SALT);
    await object.tenant.erase(AUTHOR, commit.actionId, { reason: "asked for", salt: SALT, subjects: false });
    const { story, types } = await storyOf(object, commit.actionId);
    expect(types).toEqual(["decision", "approval", "payload.erased"]);
    expect(story.input).toBeNull();
    expect(story.entries.map(({ text }) => text)).toEqual([null, null, "asked for"]);
  });

  it("is none where there is no such action", async () => {
    const object = await createObject();
    expect(await object.tenant.story(newId("act"))).toBeNull();
  });
});

describe("what waits to be sent", () => {
  it("is counted, the oldest by when it was decided", async () => {
    const object = await createObject();
    expect(await object.tenant.unsent()).toEqual({ count: 0, oldest: null });
    const retry = { status: "retry", httpStatus: 503, reason: "busy", retryAfterMs: 60_000 } as const;
    await dispatcher.script([retry, retry]);
    const { commit } = await submitted(object, "allow", { message: true });
    await object.tenant.action(commit.actionId, 4_000, "attempted");
    await submitted(object, "allow", { message: true });
    const { count, oldest } = await object.tenant.unsent();
    expect(count).toBe(2);
    expect(oldest).toMatchObject({ subject: commit.actionId, target: "hook/crm", attempts: 1 });
    expect(oldest?.sinceMs).toBe((await object.tenant.action(commit.actionId, 0))?.createdAtMs);
  });
});
