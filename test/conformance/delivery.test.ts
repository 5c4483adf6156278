/** What is allowed is sent, once; what is not is not. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorld, email, quiet, RESEND_KEY, toolCall, type World } from "./world.ts";

const SSN = "123-45-6789";
let world: World;
beforeAll(async () => {
  world = await createWorld();
}, 60_000);
afterAll(() => world.close());

const sent = async (subject: string) => (await world.mail.mails()).filter((mail) => mail.subject === subject);
const subjectOf = (submission: ReturnType<typeof email>) => String(submission.action.payload.subject);

describe("allow", () => {
  it("sends one mail, under the action's id as idempotency key, with the bytes that were judged", async () => {
    const submission = email("See you on Tuesday.");
    const { status, body } = await world.tenant.app.submit(submission);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      decision: "allow",
      status: "dispatched",
      delivery: { status: "delivered", attempts: 1 },
    });
    expect(await sent(subjectOf(submission))).toHaveLength(1);
    const request = world.mail.requests.at(-1);
    expect(request?.headers["idempotency-key"]).toBe(body.id);
    expect(request?.headers.authorization).toBe(`Bearer ${RESEND_KEY}`);
    expect(JSON.parse(String(request?.body))).toEqual(submission.action.payload);
  });

  it("sends a webhook with a valid Standard Webhooks signature", async () => {
    const before = world.hook.requests.length;
    const { body } = await world.tenant.app.submit(toolCall({ ticket: 81 }, { target: "hook/crm" }));
    expect(body.status).toBe("dispatched");
    const [request] = world.hook.requests.slice(before);
    expect(request?.problem).toBeNull();
    expect(request?.headers["webhook-id"]).toBe(body.id);
    expect(JSON.parse(String(request?.body))).toEqual({ type: "crm.update", data: { ticket: 81 } });
  });

  it("answers at once with respond-async, and the long poll says when it is sent", async () => {
    const { status, headers, body } = await world.tenant.app.submit(email("Soon."), {
      prefer: "respond-async",
    });
    expect(status).toBe(200);
    expect(headers.get("preference-applied")).toBe("respond-async");
    expect(body.status).toBe("dispatching");
    expect((await world.tenant.app.findAction(body.id, 10)).status).toBe("dispatched");
  });

  it("clears an action without a target, and sends nothing", async () => {
    const before = world.hook.requests.length;
    const { body } = await world.tenant.app.submit(toolCall({ ticket: 82 }));
    expect(body).toMatchObject({ decision: "allow", status: "allowed", delivery: null });
    await quiet();
    expect(world.hook.requests).toHaveLength(before);
  });
});

describe("hold", () => {
  it("approved by another person, goes out once", async () => {
    const submission = email("We guarantee delivery.");
    const held = await world.tenant.app.submit(submission);
    expect(held.status).toBe(202);
    expect(held.headers.get("location")).toBe(`/v1/actions/${held.body.id}`);
    expect(held.headers.get("retry-after")).toMatch(/^\d+$/);
    expect(held.body).toMatchObject({ decision: "hold", status: "held", receipt: null });
    await quiet();
    expect(await sent(subjectOf(submission))).toHaveLength(0);

    const decision = {
      decision: "approve",
      if_match: held.body.action_digest,
      reason: "It is in the contract.",
    };
    const path = `/v1/approvals/${held.body.approval?.id}/decision`;
    const approved = await world.tenant.reviewer.call<{ status: string; receipt: unknown }>(
      "POST",
      path,
      decision,
    );
    expect(approved.status).toBe(200);
    expect(approved.body.receipt).not.toBeNull();
    expect((await world.tenant.app.findAction(held.body.id, 10)).status).toBe("dispatched");
    expect(await sent(subjectOf(submission))).toHaveLength(1);

    const again = await world.tenant.reviewer.call<{ code: string }>("POST", path, decision);
    expect(again).toMatchObject({ status: 409, body: { code: "not_pending" } });
    await quiet();
    expect(await sent(subjectOf(submission))).toHaveLength(1);
  });

  it("approved twice at the same time, goes out once", async () => {
    const submission = email("We guarantee this too.");
    const { body } = await world.tenant.app.submit(submission);
    const decide = () =>
      world.tenant.reviewer.call("POST", `/v1/approvals/${body.approval?.id}/decision`, {
        decision: "approve",
        if_match: body.action_digest,
        reason: "Double click.",
      });
    const statuses = (await Promise.all([decide(), decide()])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 409]);
    await world.tenant.app.findAction(body.id, 10);
    expect(await sent(subjectOf(submission))).toHaveLength(1);
  });

  it("denied, never goes out", async () => {
    const submission = email("We guarantee the price.");
    const { body } = await world.tenant.app.submit(submission);
    const denied = await world.tenant.reviewer.call<{ status: string }>(
      "POST",
      `/v1/approvals/${body.approval?.id}/decision`,
      {
        decision: "deny",
        if_match: body.action_digest,
        reason: "We do not.",
      },
    );
    expect(denied.body.status).toBe("denied");
    await quiet();
    expect(await sent(subjectOf(submission))).toHaveLength(0);
  });

  it("is not approved without a reason, with another digest, or by who submitted it", async () => {
    const { body } = await world.tenant.app.submit(email("We guarantee the date."));
    const path = `/v1/approvals/${body.approval?.id}/decision`;
    const good = { decision: "approve", if_match: body.action_digest, reason: "Fine." };
    const ada = await world.key({ name: "ada's own reviewer key", owner: " ＡDA ", scopes: ["reviewer"] });
    const { reviewer } = world.tenant;
    expect(await reviewer.call("POST", path, { ...good, reason: "  " })).toMatchObject({
      status: 422,
      body: { code: "invalid_request" },
    });
    expect(
      await reviewer.call("POST", path, { ...good, if_match: `sha256:${"0".repeat(64)}` }),
    ).toMatchObject({ status: 409, body: { code: "content_changed" } });
    expect(await ada.call("POST", path, good)).toMatchObject({ status: 403, body: { code: "own_action" } });
    expect(await world.tenant.app.call("POST", path, good)).toMatchObject({
      status: 403,
      body: { code: "insufficient_scope" },
    });
    expect((await world.tenant.app.findAction(body.id)).status).toBe("held");
  });

  it("is not approved by the person on whose behalf it was submitted", async () => {
    const context = { on_behalf_of: { user: "Rita", roles: [] } };
    const { body } = await world.tenant.app.submit(email("We guarantee the colour.", { context }));
    const answer = await world.tenant.reviewer.call("POST", `/v1/approvals/${body.approval?.id}/decision`, {
      decision: "approve",
      if_match: body.action_digest,
      reason: "I asked for it.",
    });
    expect(answer).toMatchObject({ status: 403, body: { code: "own_action" } });
  });

  it("is blocked at approval where a rule that blocks came meanwhile, and held again at a new warning", async () => {
    const first = await world.tenant.app.submit({
      action: { surface: "data.export", tool: "x", payload: { note: "we guarantee nothing" } },
    });
    const second = await world.tenant.app.submit({
      action: { surface: "data.export", tool: "x", payload: { note: "we guarantee it, maybe" } },
    });
    await world.govern("data.export", [
      {
        policy: "builtin:denylist",
        settings: { denied_terms: ["nothing"], discouraged_terms: ["guarantee", "maybe"] },
      },
    ]);
    const approve = (held: typeof first) =>
      world.tenant.reviewer.call<{ status: string; approval: { id: string } }>(
        "POST",
        `/v1/approvals/${held.body.approval?.id}/decision`,
        {
          decision: "approve",
          if_match: held.body.action_digest,
          reason: "Fine.",
        },
      );
    expect((await approve(first)).body.status).toBe("blocked");
    const again = await approve(second);
    expect(again.body.status).toBe("held");
    expect(again.body.approval.id).not.toBe(second.body.approval?.id);
  });

  it("is refused at approval where its target changed meanwhile", async () => {
    const { body } = await world.tenant.app.submit(toolCall({ note: "guarantee" }, { target: "hook/crm" }));
    await world.tenant.admin.expect("PUT", "/v1/targets/hook/crm", {
      kind: "webhook",
      config: { url: `${world.hook.origin}/elsewhere` },
      credentials: { secret: world.hook.secret },
      surfaces: ["*"],
    });
    const answer = await world.tenant.reviewer.call("POST", `/v1/approvals/${body.approval?.id}/decision`, {
      decision: "approve",
      if_match: body.action_digest,
      reason: "Fine.",
    });
    expect(answer).toMatchObject({ status: 409, body: { code: "content_changed" } });
    await world.tenant.admin.expect("PUT", "/v1/targets/hook/crm", {
      kind: "webhook",
      config: { url: world.hook.url },
      credentials: { secret: world.hook.secret },
      surfaces: ["*"],
    });
  });

  it("can be cancelled by its owner, and then no longer approved", async () => {
    const { body } = await world.tenant.app.submit(email("We guarantee silence."));
    const cancelled = await world.tenant.app.call<{ status: string }>(
      "POST",
      `/v1/actions/${body.id}/cancel`,
    );
    expect(cancelled.body.status).toBe("cancelled");
    const answer = await world.tenant.reviewer.call("POST", `/v1/approvals/${body.approval?.id}/decision`, {
      decision: "approve",
      if_match: body.action_digest,
      reason: "Late.",
    });
    expect(answer).toMatchObject({ status: 409, body: { code: "not_pending" } });
    expect(await world.tenant.app.call("POST", `/v1/actions/${body.id}/cancel`)).toMatchObject({
      status: 409,
      body: { code: "not_cancellable" },
    });
  });

  it("waits for the reviewer as long as the caller asks", async () => {
    const submitting = world.tenant.app.submit(email("We guarantee patience.", { subject: "Patience" }), {
      prefer: "wait=20",
    });
    let pending: { id: string; action_digest: string } | undefined;
    while (!pending) {
      const { data } = await world.tenant.reviewer.expect<{ data: { id: string; title: string }[] }>(
        "GET",
        "/v1/approvals",
      );
      const row = data.find(({ title }) => title.startsWith("Patience"));
      if (row) pending = await world.tenant.reviewer.expect("GET", `/v1/approvals/${row.id}`);
    }
    await world.tenant.reviewer.expect("POST", `/v1/approvals/${pending.id}/decision`, {
      decision: "approve",
      if_match: pending.action_digest,
      reason: "Here I am.",
    });
    const { status, body } = await submitting;
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: "dispatched", decision: "allow" });
    expect(body.receipt).not.toBeNull();
  }, 20_000);
});

describe("block", () => {
  it("is a 403 problem with a denial proof, sends nothing, and never repeats what was caught", async () => {
    const submission = email(`Your number is ${SSN}.`);
    const { status, headers, body } = await world.tenant.app.submit(submission);
    expect(status).toBe(403);
    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(body).toMatchObject({
      code: "action_blocked",
      status: 403,
      action_status: "blocked",
      decision: "block",
    });
    expect(body.findings[0]).toMatchObject({
      policy: "pii",
      rule: "US_SSN",
      pointer: "/text",
      start: 15,
      end: 26,
    });
    expect(body.findings[0]?.suggestion).toBeTruthy();
    expect(body.denial_proof).toMatchObject({
      payloadType: "application/vnd.countersign.denial-proof+json; v=1",
    });
    const everything = JSON.stringify(body) + atob(body.denial_proof?.payload ?? "");
    expect(everything).not.toContain(SSN);
    expect(everything).not.toContain("Your number");
    await quiet();
    expect(await sent(subjectOf(submission))).toHaveLength(0);
  });

  it("reports every rule that fired, not only the one that decides", async () => {
    const { body } = await world.tenant.app.submit(email(`We guarantee ${SSN} and 4111 1111 1111 1111.`));
    expect(body.findings.map(({ rule }) => rule).sort()).toEqual([
      "CREDIT_CARD",
      "DISCOURAGED_TERM",
      "US_SSN",
    ]);
  });

  it("cannot be approved", async () => {
    const { body } = await world.tenant.app.submit(email(`No: ${SSN}`));
    expect(body.approval).toBeNull();
  });
});

describe("observe", () => {
  it("sends, and records what enforcing would have said under a receipt kind of its own", async () => {
    await world.govern("observed.email", [{ policy: "builtin:pii", settings: {} }], "observe");
    const submission = email(`Observed ${SSN}`);
    const { status, body } = await world.tenant.app.submit({
      ...submission,
      action: { ...submission.action, surface: "observed.email" },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      decision: "allow",
      mode: "observe",
      would_decide: "block",
      status: "dispatched",
    });
    expect(body.findings[0]).toMatchObject({ rule: "US_SSN", observed: true });
    expect(body.receipt?.payloadType).toBe("application/vnd.countersign.observed-receipt+json; v=1");
    expect(await sent(subjectOf(submission))).toHaveLength(1);
  });
});

describe("one request, one decision", () => {
  it("answers a repeated key with the same bytes, and sends one mail", async () => {
    const submission = email("Only once.");
    const key = { "idempotency-key": "once-1" };
    const first = await world.tenant.app.submit(submission, key);
    const second = await world.tenant.app.submit(submission, key);
    expect(second.headers.get("idempotent-replayed")).toBe("true");
    expect(first.headers.get("idempotent-replayed")).toBeNull();
    expect(second.body).toEqual(first.body);
    expect(await sent(subjectOf(submission))).toHaveLength(1);
  });

  it.each([
    ["allowed", toolCall({ n: 1 })],
    ["blocked", toolCall({ n: SSN })],
    ["held", toolCall({ n: "guarantee" })],
  ])("replays a %s action to the byte", async (name, submission) => {
    const post = () =>
      fetch(`${world.engine.url}/v1/gate/outbound`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${world.tenant.keys.app}`,
          "content-type": "application/json",
          "idempotency-key": `bytes-${name}`,
        },
        body: JSON.stringify(submission),
      });
    const [first, second] = [await post(), await post()];
    expect(second.status).toBe(first.status);
    expect(await second.text()).toBe(await first.text());
  });

  it("decides once where two with one key race", async () => {
    const submission = email("A race.");
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => world.tenant.app.submit(submission, { "idempotency-key": "race-1" })),
    );
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(await sent(subjectOf(submission))).toHaveLength(1);
  });

  it("refuses the key for another body, and keeps keys of two callers apart", async () => {
    const key = { "idempotency-key": "reused" };
    const first = await world.tenant.app.submit(toolCall({ a: 1 }), key);
    expect(await world.tenant.app.submit(toolCall({ a: 2 }), key)).toMatchObject({
      status: 422,
      body: { code: "idempotency_key_reused" },
    });
    const other = await world.key({ name: "other", owner: "ada", scopes: ["app"] });
    expect((await other.submit(toolCall({ a: 1 }), key)).body.id).not.toBe(first.body.id);
  });
});

describe("retries", () => {
  it("tries again after a failure, with the same key and bytes, and enters each attempt", async () => {
    world.mail.faults.next({ status: 500 });
    const submission = email("Second time lucky.");
    const { body } = await world.tenant.app.submit(submission);
    if (body.status !== "dispatching") throw new Error("the fault was not taken");
    expect(body.delivery).toMatchObject({ status: "queued", attempts: 1 });
    expect((await world.tenant.app.findAction(body.id, 15)).status).toBe("dispatched");
    const requests = world.mail.requests.filter(({ headers }) => headers["idempotency-key"] === body.id);
    expect(requests).toHaveLength(2);
    expect(requests[0]?.body.toString()).toBe(requests[1]?.body.toString());
    expect(await sent(subjectOf(submission))).toHaveLength(1);
  }, 20_000);
});
