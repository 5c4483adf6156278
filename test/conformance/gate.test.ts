/** The edge of the gate: who may call, what a body must be, and what every answer carries. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine } from "../harness/engine.ts";
import { createWorld, raw, toolCall, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
}, 60_000);
afterAll(() => world.close());

const ACTION = '"action":{"surface":"tool.call","tool":"crm.update","payload":{"n":1}}';
const post = (body: BodyInit, headers: Record<string, string> = {}) =>
  raw(world, "/v1/gate/outbound", { method: "POST", body, headers });

describe("strict I-JSON", () => {
  const deep = (depth: number) =>
    `{"action":{"surface":"a","payload":{"x":${"[".repeat(depth)}${"]".repeat(depth)}}}}`;
  it.each<[string, BodyInit, number, string]>([
    ["a duplicate key", `{${ACTION},"context":{"folder":"a","folder":"b"}}`, 400, "json_duplicate_key"],
    [
      "a duplicate key by escape",
      `{${ACTION},"context":{"folder":"a","fol\\u0064er":"b"}}`,
      400,
      "json_duplicate_key",
    ],
    ["a lone surrogate", `{"action":{"surface":"a","payload":{"x":"\\ud800"}}}`, 400, "json_lone_surrogate"],
    [
      "an unsafe integer",
      `{"action":{"surface":"a","payload":{"x":9007199254740993}}}`,
      400,
      "json_unsafe_integer",
    ],
    ["a number out of range", `{"action":{"surface":"a","payload":{"x":1e400}}}`, 400, "json_number_range"],
    ["deep nesting", deep(100), 400, "json_too_deep"],
    ["very deep nesting", deep(50_000), 400, "json_too_deep"],
    ["invalid UTF-8", new Uint8Array([0x7b, 0xff, 0x7d]), 400, "json_invalid_utf8"],
    ["a byte order mark", `\ufeff{${ACTION}}`, 400, "json_syntax"],
    ["no JSON", "action=1", 400, "json_syntax"],
    ["nothing", "", 400, "json_syntax"],
    ["text behind it", `{${ACTION}} {}`, 400, "json_syntax"],
    [
      "too many values",
      `{"action":{"surface":"a","payload":{"x":[${"0,".repeat(30_000)}0]}}}`,
      400,
      "json_too_many_values",
    ],
    [
      "too many bytes",
      `{"action":{"surface":"a","payload":{"x":"${"a".repeat(300_000)}"}}}`,
      413,
      "json_too_large",
    ],
  ])("refuses %s", async (_, body, status, code) => {
    const response = await post(body);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({
      code,
      status,
      type: `urn:countersign:problem:${code}`,
      request_id: expect.stringMatching(/^req_/),
    });
  });

  it("refuses a body that is too large though no length was declared", async () => {
    const chunk = new TextEncoder().encode(" ".repeat(64 * 1024));
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent++ < 40) controller.enqueue(chunk);
        else controller.close();
      },
    });
    const response = await fetch(`${world.engine.url}/v1/gate/outbound`, {
      method: "POST",
      headers: { authorization: `Bearer ${world.tenant.keys.app}`, "content-type": "application/json" },
      body,
      duplex: "half",
    } as RequestInit).catch(() => null);
    // The connection may end before the client has read the answer; what must not happen is a 200.
    if (response) expect(response.status).toBe(413);
  });

  it("refuses another media type, and takes a charset", async () => {
    expect((await post(`{${ACTION}}`, { "content-type": "text/plain" })).status).toBe(415);
    expect((await post(`{${ACTION}}`, { "content-type": "application/json; charset=utf-8" })).status).toBe(
      200,
    );
  });

  it("names every unknown or wrong member by JSON Pointer, and never its value", async () => {
    const response = await post(
      '{"action":{"surface":"UPPER","payload":[],"secret":"hunter2"},"tenant":"other"}',
    );
    expect(response.status).toBe(422);
    const body = (await response.json()) as { errors: { pointer: string }[] };
    expect(body.errors.map(({ pointer }) => pointer)).toEqual(
      expect.arrayContaining(["/action/surface", "/action/payload"]),
    );
    expect(JSON.stringify(body)).not.toContain("hunter2");
  });

  it("treats member names like __proto__ and constructor as the plain names they are", async () => {
    const response = await post(
      '{"action":{"surface":"tool.call","tool":"__proto__","payload":{"__proto__":{"x":1},"constructor":"guarantee"}}}',
    );
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ findings: [{ pointer: "/constructor" }] });
  });
});

describe("who may call", () => {
  it.each([
    ["no key", {}],
    ["another scheme", { authorization: "Basic abc" }],
    [
      "a mistyped key",
      {
        authorization:
          "Bearer cs_test_PattWcBQv9FvptRiCf0ruqx1Rh2o_vK7V1h25siZ9EoNsBhIRmk5CwrRNsVZ6ykyrHSHh4393STtoX",
      },
    ],
    ["a key of nobody", { authorization: `Bearer ${"x".repeat(100)}` }],
  ])("refuses %s", async (_, headers) => {
    const response = await fetch(`${world.engine.url}/v1/gate/outbound`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(headers as Record<string, string>) },
      body: `{${ACTION}}`,
    });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toContain("Bearer");
    expect(await response.json()).toMatchObject({ code: "unauthenticated" });
  });

  it("refuses a key whose secret was altered", async () => {
    const key = world.tenant.keys.app;
    for (const at of [key.length - 1, key.length - 10, 20]) {
      const other = key[at] === "a" ? "b" : "a";
      const response = await raw(
        world,
        "/v1/gate/outbound",
        { method: "POST", body: `{${ACTION}}` },
        key.slice(0, at) + other + key.slice(at + 1),
      );
      expect(response.status).toBe(401);
    }
  });

  it("holds each key to its scopes", async () => {
    const { reviewer, auditor, app, admin } = world.tenant;
    expect((await reviewer.submit(toolCall({}))).status).toBe(403);
    expect((await auditor.evaluate(toolCall({}))).status).toBe(403);
    expect((await app.call("GET", "/v1/ledger/entries")).status).toBe(403);
    expect((await app.call("PUT", "/v1/bindings/tool.call", {})).status).toBe(403);
    expect((await admin.submit(toolCall({}))).status).toBe(403);
    expect((await app.call("POST", "/v1/keys", {})).status).toBe(403);
  });

  it("takes a revoked key no more, for the very next action", async () => {
    const { id, key } = await world.tenant.admin.expect<{ id: string; key: string }>("POST", "/v1/keys", {
      name: "short",
      owner: "ada",
      scopes: ["app"],
      surfaces: ["*"],
      folders: ["*"],
      agents: ["*"],
      roles: ["*"],
    });
    const submit = () => raw(world, "/v1/gate/outbound", { method: "POST", body: `{${ACTION}}` }, key);
    expect((await submit()).status).toBe(200);
    expect((await world.tenant.admin.call("DELETE", `/v1/keys/${id}`)).status).toBe(204);
    expect((await submit()).status).toBe(401);
  });

  it("takes an expired key no more", async () => {
    const { key } = await world.tenant.admin.expect<{ key: string }>("POST", "/v1/keys", {
      name: "past",
      owner: "ada",
      scopes: ["app"],
      surfaces: ["*"],
      expires_at: "2026-01-01T00:00:00Z",
    });
    expect((await raw(world, "/v1/gate/outbound", { method: "POST", body: `{${ACTION}}` }, key)).status).toBe(
      401,
    );
  });

  it("lets a key claim only its surfaces, folders, agents and roles", async () => {
    const client = await world.key({
      name: "narrow",
      owner: "ada",
      scopes: ["app"],
      surfaces: ["tool.call"],
      folders: ["acme", "globex"],
      agents: ["bot"],
      roles: ["support"],
    });
    const claim = async (context: object, surface = "tool.call") => {
      const { status, body } = await client.submit({
        action: { surface, payload: {} },
        context: context as never,
      });
      return [status, (body as { claim?: string }).claim];
    };
    expect(await claim({ folder: "acme" })).toEqual([200, undefined]);
    expect(await claim({ folder: "acme" }, "data.export")).toEqual([403, "surface"]);
    expect(await claim({})).toEqual([403, "folder"]);
    expect(await claim({ folder: "initech" })).toEqual([403, "folder"]);
    expect(await claim({ folder: "acme", agent: "other" })).toEqual([403, "agent"]);
    expect(
      await claim({ folder: "acme", on_behalf_of: { user: "u", roles: ["support", "finance"] } }),
    ).toEqual([403, "role"]);
  });

  it("shows an action to its owner's keys and to reviewers, and to no other tenant", async () => {
    const { body } = await world.tenant.app.submit(toolCall({ mine: true }));
    const stranger = await world.key({ name: "stranger", owner: "bob", scopes: ["app"] });
    expect((await stranger.call("GET", `/v1/actions/${body.id}`)).status).toBe(404);
    expect((await stranger.call("POST", `/v1/actions/${body.id}/cancel`)).status).toBe(404);
    expect((await world.tenant.reviewer.call("GET", `/v1/actions/${body.id}`)).status).toBe(200);
    expect((await world.tenant.app.call("GET", "/v1/actions/act_nonsense")).status).toBe(404);
  });
});

describe("targets and payloads", () => {
  it("refuses an unknown target, and a surface that the target does not take", async () => {
    expect(await world.tenant.app.submit(toolCall({}, { target: "nowhere" }))).toMatchObject({
      status: 422,
      body: { code: "unknown_target" },
    });
    await world.tenant.admin.expect("PUT", "/v1/targets/narrow", {
      kind: "webhook",
      config: { url: world.hook.url },
      credentials: { secret: world.hook.secret },
      surfaces: ["data.export"],
    });
    expect(await world.tenant.app.submit(toolCall({}, { target: "narrow" }))).toMatchObject({
      status: 422,
      body: { code: "target_surface" },
    });
  });

  it.each([
    ["a provider template", { template: { id: "t_1" } }],
    ["an attachment by URL", { attachments: [{ filename: "a.pdf", path: "https://example.com/a.pdf" }] }],
    ["a header of its own", { headers: { Bcc: "x@example.com" } }],
    ["a line break in the subject", { subject: "Hi\r\nBcc: x@example.com" }],
    ["no text at all", { text: undefined }],
    ["an unknown member", { scheduled_at: "in 1 min" }],
  ])("refuses %s", async (_, change) => {
    const payload = { from: "a@example.com", to: ["b@example.com"], subject: "Hi", text: "Hello", ...change };
    const answer = await world.tenant.app.submit({
      action: { surface: "outbound.email", target: "resend/main", payload },
    });
    expect(answer).toMatchObject({ status: 422, body: { code: "invalid_payload" } });
  });

  it("never shows a credential again, and refuses private addresses that are not allowed", async () => {
    const listed = await world.tenant.admin.call("GET", "/v1/targets");
    const text = JSON.stringify(listed.body);
    expect(text).toContain("resend/main");
    expect(text).not.toContain("re_conformance");
    expect(text).not.toContain("whsec_");
    for (const url of [
      "http://127.0.0.1:1/x",
      "https://10.0.0.1/x",
      "https://localhost/x",
      "https://metadata.google.internal/",
      "https://[::1]/",
    ]) {
      const answer = await world.tenant.admin.call("PUT", "/v1/targets/evil", {
        kind: "webhook",
        config: { url },
        credentials: { secret: world.hook.secret },
        surfaces: ["*"],
      });
      expect(answer).toMatchObject({ status: 422, body: { code: "target_refused" } });
    }
  });
});

describe("answers", () => {
  it("carry Server-Timing, a request id, and no-store", async () => {
    const { headers } = await world.tenant.app.submit(toolCall({}));
    expect(headers.get("server-timing")).toMatch(/judge;dur=.*commit;dur=.*sign;dur=/);
    expect(headers.get("x-request-id")).toMatch(/^req_[0-9A-Za-z]{22}$/);
    expect(headers.get("cache-control")).toBe("no-store");
  });

  it("of a dry run have the same decision, and write nothing", async () => {
    const size = async () =>
      (await world.tenant.auditor.expect<{ data: unknown[] }>("GET", "/v1/ledger/entries?limit=1000")).data
        .length;
    const before = await size();
    const submission = toolCall({ text: "123-45-6789" });
    const dry = await world.tenant.app.evaluate(submission);
    expect(dry.status).toBe(200);
    expect(dry.body).toMatchObject({ dry_run: true, decision: "block", findings: [{ rule: "US_SSN" }] });
    expect(dry.body).not.toHaveProperty("id");
    expect(dry.body).not.toHaveProperty("receipt");
    expect(await size()).toBe(before);
    const real = await world.tenant.app.submit(submission);
    expect(real.body).toMatchObject({
      findings: dry.body.findings,
      input_digest: dry.body.input_digest,
      action_digest: dry.body.action_digest,
    });
  });

  it("to what is not there, or not so, are problems too", async () => {
    for (const [method, path, status] of [
      ["GET", "/nope", 404],
      ["GET", "/v1/payloads", 404],
      ["GET", "/v1/actions/act_0000000000000000000000?wait=x", 422],
    ] as const) {
      const response = await raw(world, path, { method });
      expect(response.status, path).toBe(status);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
    }
  });

  it("of /healthz and /readyz say what is up, and that private targets are no production", async () => {
    expect(await (await fetch(`${world.engine.url}/healthz`)).json()).toEqual({ status: "ok" });
    const ready = await fetch(`${world.engine.url}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({
      ready: true,
      production_ready: false,
      checks: { signer: true, dispatcher: true, policies: true },
    });
  });

  it("of /readyz says that witnesses are not understood, and is ready without them", async () => {
    const stateDir = mkdtempSync(join(tmpdir(), "countersign-"));
    const secret = "https://witness.acme.com/path";
    const vars = { dispatcher: { WITNESSES: JSON.stringify([{ url: secret }]) } };
    const engine = await startEngine({ stateDir, vars });
    try {
      const ready = await fetch(`${engine.url}/readyz`);
      const text = await ready.text();
      expect([ready.status, JSON.parse(text)]).toMatchObject([200, { ready: true, production_ready: false }]);
      expect(text).toContain("No witness is asked");
      expect(text).not.toContain(secret);
    } finally {
      await engine.stop();
      rmSync(stateDir, { recursive: true, force: true });
    }
  });
});

describe("outcome", () => {
  it("is reported once, by who executes, for what was allowed", async () => {
    const { body } = await world.tenant.app.submit(toolCall({ run: 1 }));
    const report = (id: string) =>
      world.tenant.app.call("POST", `/v1/actions/${id}/outcome`, {
        outcome: "succeeded",
        detail: "Row 7 changed.",
      });
    expect(await report(body.id)).toMatchObject({
      status: 200,
      body: { outcome: "succeeded", status: "allowed" },
    });
    expect(await report(body.id)).toMatchObject({ status: 409, body: { code: "outcome_already_reported" } });
    const blocked = await world.tenant.app.submit(toolCall({ run: "123-45-6789" }));
    expect(await report(blocked.body.id)).toMatchObject({ status: 409, body: { code: "not_executable" } });
  });
});

describe("what callers and admins get wrong", () => {
  it("is refused before anything is written: a blank owner, an empty page, an export from beyond the end", async () => {
    const { admin, auditor } = world.tenant;
    for (const owner of [" ", "\u200b", ""]) {
      expect(await admin.call("POST", "/v1/keys", { name: "k", owner, scopes: ["app"] })).toMatchObject({
        status: 422,
      });
    }
    expect((await auditor.call("GET", "/v1/ledger/entries?limit=0")).status).toBe(422);
    expect((await auditor.call("GET", "/v1/ledger/export?from=999999")).status).toBe(422);
    expect((await auditor.call("GET", "/v1/ledger/export?from=5&to=4")).status).toBe(422);
  });
});

describe("one key, one answer", () => {
  it("also where the first did not wait, and the second would", async () => {
    const submission = toolCall({ quick: true }, { target: "hook/crm" });
    const key = { "idempotency-key": "quick" };
    const first = await world.tenant.app.submit(submission, { ...key, prefer: "respond-async" });
    await world.tenant.app.findAction(first.body.id, 10);
    const second = await world.tenant.app.submit(submission, key);
    expect(second.body).toEqual(first.body);
    const held = await world.tenant.app.submit(toolCall({ n: "guarantee" }), { "idempotency-key": "held" });
    const again = await world.tenant.app.submit(toolCall({ n: "guarantee" }), {
      "idempotency-key": "held",
      prefer: "wait=10",
    });
    expect(again.body).toEqual(held.body);
    expect(again.headers.get("retry-after")).toBe("5");
  });
});
