/** What policies ask to be redacted is redacted before it goes: the message, the record and the receipt are of what went. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ActionAnswer, EnvelopeAnswer } from "../../cli/client.ts";
import { fromBase64, fromBase64Url } from "../../core/encoding.ts";
import { commit } from "../../core/ledger/commitment.ts";
import type { DecisionBody } from "../../core/ledger/entry.ts";
import { messageDigest } from "../../core/message.ts";
import { ROOT } from "../harness/bundle.ts";
import { createWorld, email, quiet, toolCall, type World } from "./world.ts";

const SSN = "123-45-6789";
let world: World;
beforeAll(async () => {
  world = await createWorld("with-fixtures");
  const redacting = (method: string) => ({
    policy: "builtin:pii",
    settings: { redact: method },
    severities: { US_SSN: "warn", CREDIT_CARD: "info" },
  });
  await world.govern("outbound.email", [redacting("mask_keep_4"), terms]);
  await world.govern("tool.call", [redacting("replace"), terms]);
  await world.govern("still.there", [{ policy: "builtin:redacts", settings: { term: "*", redact: "mask" } }]);
  await world.govern("unsendable.surface", [
    { policy: "builtin:redacts", settings: { term: "@", redact: "remove" } },
  ]);
  await world.govern("watched.surface", [redacting("mask")], "observe");
}, 60_000);
afterAll(() => world.close());

const terms = {
  policy: "builtin:denylist",
  settings: { denied_terms: ["forbidden"], discouraged_terms: ["guarantee"] },
};
const mailOf = async ({ action }: ReturnType<typeof email>) =>
  (await world.mail.mails()).find((mail) => mail.subject === action.payload.subject);

function statementOf(envelope: EnvelopeAnswer | null | undefined): { kind: string; body: DecisionBody } {
  const bytes = fromBase64(envelope?.payload ?? "") ?? expect.fail("there is no receipt");
  const { kind, entry } = JSON.parse(new TextDecoder().decode(bytes)) as {
    kind: string;
    entry: { body: DecisionBody };
  };
  return { kind, body: entry.body };
}

/** The whole log through `countersign replay`. */
async function replayAll({ engine, stateDir, tenant }: World): Promise<{ code: number; out: string }> {
  const authorization = `Bearer ${tenant.keys.auditor}`;
  const response = await fetch(new URL("/v1/ledger/export?include=evidence", engine.url), {
    headers: { authorization },
  });
  writeFileSync(join(stateDir, "evidence.jsonl"), await response.text());
  const args = [join(ROOT, "cli/countersign.mjs"), "replay", join(stateDir, "evidence.jsonl")];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
  return { code: status ?? -1, out: stdout };
}

describe("an action with what a policy redacts", () => {
  it("goes redacted, and so says everything that is kept of it", async () => {
    const submission = email(`Her number is ${SSN}.`);
    const { status, body } = await world.tenant.app.submit(submission);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      decision: "modify",
      status: "dispatched",
      findings: [{ rule: "US_SSN", severity: "warn", settled: true, pointer: "/text", start: 14, end: 25 }],
      obligations: [
        { policy: "pii", rule: "US_SSN", type: "redact", method: "mask_keep_4", pointer: "/text" },
      ],
      payload: { ...submission.action.payload, text: "Her number is ***-**-6789." },
    });
    // As it was received.
    const mail = await mailOf(submission);
    expect(mail?.text).toBe("Her number is ***-**-6789.");
    const request = world.mail.requests.at(-1);
    expect(String(request?.body)).not.toContain(SSN);
    expect(JSON.parse(String(request?.body))).toEqual(body.payload);
    expect(await world.tenant.app.findAction(body.id)).toMatchObject({
      payload: body.payload,
      decision: "modify",
    });
  });

  it("has a receipt that commits to what went", async () => {
    const { body: answer } = await world.tenant.app.submit(
      toolCall({ note: `It is ${SSN}`, n: 1 }, { target: "hook/crm" }),
    );
    const request = world.hook.requests.at(-1);
    expect(JSON.parse(String(request?.body))).toEqual({
      type: "crm.update",
      data: { note: "It is [US_SSN]", n: 1 },
    });
    const { kind, body } = statementOf(answer.receipt);
    expect([kind, body.decision]).toEqual(["receipt", "modify"]);
    const salt = fromBase64Url(answer.salt as string) ?? expect.fail("there is no salt");
    const { action, changed, message } = body.commitments;
    const digests = answer as unknown as {
      action_digest: `sha256:${string}`;
      changed: { action_digest: `sha256:${string}` };
    };
    expect(action).toBe(commit("action", salt, digests.action_digest));
    expect(changed?.action).toBe(commit("changed_action", salt, digests.changed.action_digest));
    expect(digests.changed.action_digest).not.toBe(digests.action_digest);
    const sent = {
      transport: "webhook",
      endpoint: world.hook.url,
      mediaType: "application/json",
      body: String(request?.body),
    };
    expect(message).toBe(commit("message", salt, messageDigest(sent)));
    // Both judgements are in it, each with what it was given.
    expect(body.policies.map(({ name, pass }) => [name, pass])).toEqual([
      ["reader", 1],
      ["pii", 1],
      ["denylist", 1],
      ["reader", 2],
      ["pii", 2],
      ["denylist", 2],
    ]);
    expect(body.rules).toEqual([expect.objectContaining({ rule: "US_SSN", settled: true, count: 1 })]);
  });

  it("is cleared with the changed payload where its caller executes it", async () => {
    const { status, body } = await world.tenant.app.submit(toolCall({ note: SSN }));
    expect([status, body.decision, body.status, body.payload]).toEqual([
      200,
      "modify",
      "allowed",
      { note: "[US_SSN]" },
    ]);
  });

  it("is judged in the same way without being sent, where that is asked", async () => {
    const { body } = await world.tenant.app.evaluate(toolCall({ note: SSN }));
    expect(body).toMatchObject({ dry_run: true, decision: "modify", payload: { note: "[US_SSN]" } });
  });

  it("gives the same answer again under its idempotency key", async () => {
    const submission = toolCall({ note: SSN });
    const headers = { "idempotency-key": "modified-once" };
    const first = await world.tenant.app.submit(submission, headers);
    expect((await world.tenant.app.submit(submission, headers)).body).toEqual(first.body);
  });
});

describe("what redaction does not settle", () => {
  it("blocks: what was asked for is still there after the change", async () => {
    const before = world.hook.requests.length;
    const { status, body } = await world.tenant.app.submit({
      action: { surface: "still.there", target: "hook/crm", payload: { text: "a * b" } },
    });
    expect([status, body.decision]).toEqual([403, "block"]);
    expect(body.findings).toContainEqual(
      expect.objectContaining({ policy: "countersign", rule: "OBLIGATION_UNSETTLED" }),
    );
    await quiet();
    expect(world.hook.requests).toHaveLength(before);
  });

  it("blocks: what is left cannot be sent by its transport", async () => {
    const submission = email("Hello.");
    const action = { ...submission.action, surface: "unsendable.surface" };
    const { status, body } = await world.tenant.app.submit({ action });
    expect([status, body.decision]).toEqual([403, "block"]);
    expect(body.findings).toContainEqual(expect.objectContaining({ rule: "OBLIGATION_UNSETTLED" }));
    expect(await mailOf(submission)).toBeUndefined();
  });

  it("stays a block where another policy blocks", async () => {
    const { body } = await world.tenant.app.submit(toolCall({ note: `forbidden ${SSN}` }));
    expect(body).toMatchObject({ decision: "block", payload: null });
  });

  it("is only recorded where the binding observes", async () => {
    const payload = { note: SSN };
    const { body } = await world.tenant.app.submit({
      action: { surface: "watched.surface", target: "hook/crm", payload },
    });
    expect(body).toMatchObject({ decision: "allow", payload: null, obligations: [{ observed: true }] });
    expect(JSON.parse(String(world.hook.requests.at(-1)?.body)).data).toEqual(payload);
  });
});

describe("a changed action that waits for a person", () => {
  const hold = async (): Promise<ActionAnswer & { submission: ReturnType<typeof email> }> => {
    const submission = email(`We guarantee it: ${SSN}.`);
    const { status, body } = await world.tenant.app.submit(submission);
    expect([status, body.decision]).toEqual([202, "hold"]);
    return { ...body, submission };
  };
  const decide = ({ approval, action_digest }: ActionAnswer) =>
    world.tenant.reviewer.call<ActionAnswer>("POST", `/v1/approvals/${approval?.id}/decision`, {
      decision: "approve",
      if_match: action_digest,
      reason: "It is in the contract.",
    });

  it("goes as its reviewer saw it", async () => {
    const held = await hold();
    const shown = await world.tenant.reviewer.expect<Record<string, unknown>>(
      "GET",
      `/v1/approvals/${held.approval?.id}`,
    );
    expect(shown).toMatchObject({
      changed: { payload: { text: "We guarantee it: ***-**-6789." } },
      rules: ["DISCOURAGED_TERM"],
    });
    const { status, body } = await decide(held);
    expect([status, body.decision]).toEqual([200, "modify"]);
    await world.tenant.app.findAction(body.id, 10);
    expect((await mailOf(held.submission))?.text).toBe("We guarantee it: ***-**-6789.");
  });

  it("does not go where it would be changed otherwise now", async () => {
    const held = await hold();
    const pii = { policy: "builtin:pii", settings: { redact: "remove" }, severities: { US_SSN: "warn" } };
    await world.govern("outbound.email", [pii, terms]);
    expect(await decide(held)).toMatchObject({ status: 409, body: { code: "content_changed" } });
    await quiet();
    expect(await mailOf(held.submission)).toBeUndefined();
  });

  it("does not go where it would not be changed any more", async () => {
    const held = await hold();
    await world.govern("outbound.email", [terms]);
    expect(await decide(held)).toMatchObject({ status: 409, body: { code: "content_changed" } });
  });
});

it("replays, whatever became of it", async () => {
  const { code, out } = await replayAll(world);
  expect([code, out]).toEqual([0, expect.stringContaining("MATCH")]);
});
