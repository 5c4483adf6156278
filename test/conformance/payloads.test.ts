/** Large payloads beside the object, over the running gateway and a bucket: each is read like any other, and gone when erased. */
import { execFile } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ActionAnswer, Body } from "../../cli/client.ts";
import { ROOT } from "../harness/bundle.ts";
import { startTestStore, type TestStore } from "../harness/object-store.ts";
import { createWorld, email, quiet, raw, toolCall, type World } from "./world.ts";

/** Stands in every payload, and nowhere else. */
const MARK = "Zeldaquux";
const LONG = `${MARK} writes a long mail. `.repeat(3_000);
const SSN = "123-45-6789";

let store: TestStore;
let world: World;

beforeAll(async () => {
  store = await startTestStore();
  world = await createWorld("builtin", store);
  const terms = { denied_terms: ["forbidden"], discouraged_terms: ["guarantee"] };
  const policies = [
    { policy: "builtin:pii", settings: { redact: "mask" }, severities: { US_SSN: "warn" as const } },
    { policy: "builtin:denylist", settings: terms },
  ];
  await world.govern("outbound.email", policies);
  await world.govern("tool.call", policies);
  // From here on the gate knows this configuration: what it judges under an older one it stores in vain.
  await world.tenant.app.submit(toolCall({ text: "hello" }));
  writeFileSync(
    file("keys.json"),
    await (await fetch(`${world.engine.url}/.well-known/countersign-keys.json`)).text(),
  );
}, 60_000);
afterEach(() => store.fail());
afterAll(async () => {
  await world.close();
  await store.close();
});

const file = (name: string) => join(world.stateDir, name);

const countersign = (...args: string[]): Promise<{ code: number; out: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [join(ROOT, "cli/countersign.mjs"), ...args], (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out: out + err }),
    );
  });

/** All bytes of the engine's storage and logs, and of the bucket. */
function persisted(): string {
  const storage = file("storage");
  const files = readdirSync(storage, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const bytes = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "latin1"));
  const objects = [...store.objects].map(([name, object]) => name + object.toString("latin1"));
  return [...bytes, ...objects, world.engine.logs()].join("\n");
}

async function replayed(name: string) {
  const response = await raw(world, "/v1/ledger/export?include=evidence", {}, world.tenant.keys.auditor);
  writeFileSync(file(name), await response.text());
  const verified = await countersign("verify", file(name), "--key", file("keys.json"));
  const { out } = await countersign("replay", file(name), "-o", "json");
  return { verified: verified.code, ...(JSON.parse(out) as Record<string, number>) };
}

const sent = async (subject: unknown) => (await world.mail.mails()).filter((one) => one.subject === subject);

describe("a large mail", () => {
  it("is held, shown, approved, sent, proven, replayed and erased like a small one", async () => {
    const { app, reviewer, admin } = world.tenant;
    const before = store.objects.size;
    const submission = email(`We guarantee it. ${LONG}`);
    const held = (await app.submit(submission)).body;
    expect(held).toMatchObject({ decision: "hold", status: "held" });
    expect(store.objects.size).toBe(before + 1);
    const listed = await reviewer.expect<{ data: Body[] }>("GET", "/v1/approvals");
    const title = expect.stringContaining(String(submission.action.payload.subject));
    expect(listed.data).toMatchObject([{ title, tool: "email.send", target: "resend/main" }]);
    const shown = await reviewer.expect<Body>("GET", `/v1/approvals/${held.approval?.id}`);
    expect(shown).toMatchObject({ action: { payload: submission.action.payload } });
    const decision = { decision: "approve", if_match: held.action_digest, reason: "known to us" };
    await reviewer.expect("POST", `/v1/approvals/${held.approval?.id}/decision`, decision);
    const settled = await app.findAction(held.id, 10);
    expect(settled).toMatchObject({ status: "dispatched" });
    const [mail] = await sent(submission.action.payload.subject);
    expect(mail?.text).toBe(submission.action.payload.text);

    writeFileSync(file("receipt.json"), JSON.stringify(settled.receipt));
    expect((await countersign("verify", file("receipt.json"), "--key", file("keys.json"))).code).toBe(0);
    expect(await replayed("before.jsonl")).toMatchObject({ verified: 0, MISMATCH: 0, UNVERIFIABLE: 0 });
    expect(readFileSync(file("before.jsonl"), "utf8")).toContain(MARK);
    for (const text of [MARK, "customer@example.com", Buffer.from(MARK).toString("base64").slice(1, 10)])
      expect(persisted()).not.toContain(text);

    await admin.expect("POST", `/v1/payloads/${held.id}/erase`);
    await expect.poll(() => store.objects.size).toBe(before);
    expect(await replayed("after.jsonl")).toMatchObject({ verified: 0, MISMATCH: 0, UNVERIFIABLE: 2 });
    expect(readFileSync(file("after.jsonl"), "utf8")).not.toContain(MARK);
    expect((await countersign("verify", file("receipt.json"), "--key", file("keys.json"))).code).toBe(0);
  }, 60_000);

  it("goes as it was changed, and is answered the same to the same key", async () => {
    const { app } = world.tenant;
    const submission = email(`${SSN} is hers. ${LONG}`);
    const headers = { "idempotency-key": "changed-and-large" };
    const first = await app.submit(submission, headers);
    expect(first.body).toMatchObject({ decision: "modify", status: "dispatched" });
    const [mail] = await sent(submission.action.payload.subject);
    expect(mail?.text).toBe((first.body.payload as Body).text);
    expect(mail?.text).not.toContain(SSN);
    const again = await app.submit(submission, headers);
    expect([again.status, again.body]).toEqual([first.status, first.body]);
    expect(await app.findAction(first.body.id)).toMatchObject({ payload: first.body.payload });
    expect(await sent(submission.action.payload.subject)).toHaveLength(1);
    expect(await replayed("changed.jsonl")).toMatchObject({ verified: 0, MISMATCH: 0 });
  }, 30_000);
});

describe("a store that fails", () => {
  const problem = { status: 503, body: { code: "store_unavailable" } };
  const size = async () =>
    (await world.tenant.auditor.expect<{ size: number }>("GET", "/v1/ledger/entries?limit=1")).size;

  it.each(["put", "put_late"] as const)(
    "at the %s: nothing is recorded or sent, and the same key goes through later",
    async (fault) => {
      const { app } = world.tenant;
      const submission = email(LONG);
      const headers = { "idempotency-key": `with-${fault}` };
      const before = await size();
      store.fail(fault);
      const refused = await app.submit(submission, headers);
      expect(refused).toMatchObject(problem);
      expect(refused.headers.get("retry-after")).toBe("2");
      expect(await size()).toBe(before);
      // What is small needs no store.
      expect((await app.submit(email("It is on its way."))).body).toMatchObject({ status: "dispatched" });
      store.fail();
      expect((await app.submit(submission, headers)).body).toMatchObject({ status: "dispatched" });
      await quiet();
      expect(await sent(submission.action.payload.subject)).toHaveLength(1);
    },
  );

  it("at an approval: the task stays as it is", async () => {
    const { app, reviewer } = world.tenant;
    const submission = email(`We guarantee it. ${LONG}`);
    const held = (await app.submit(submission)).body;
    const decision = { decision: "approve", if_match: held.action_digest, reason: "known to us" };
    const decide = () =>
      reviewer.call<ActionAnswer>("POST", `/v1/approvals/${held.approval?.id}/decision`, decision);
    store.fail("put");
    expect(await decide()).toMatchObject(problem);
    expect(await app.findAction(held.id)).toMatchObject({ status: "held" });
    store.fail();
    expect((await decide()).status).toBe(200);
    expect(await app.findAction(held.id, 10)).toMatchObject({ status: "dispatched" });
  });

  it("at reading: the answer says so, what lies in the object is answered, and the message goes when it is back", async () => {
    const { app, reviewer } = world.tenant;
    const held = (await app.submit(email(`We guarantee it. ${LONG}`))).body;
    const mail = email(LONG);
    store.fail("get");
    const waiting = (await app.submit(mail, { prefer: "wait=0" })).body;
    expect(waiting).toMatchObject({ decision: "allow", status: "dispatching" });
    expect(await reviewer.call("GET", `/v1/approvals/${held.approval?.id}`)).toMatchObject(problem);
    expect(await app.findAction(held.id)).toMatchObject({ status: "held" });
    await quiet();
    expect(await sent(mail.action.payload.subject)).toHaveLength(0);
    store.fail();
    // The relay comes back by itself.
    expect(await app.findAction(waiting.id, 15)).toMatchObject({ status: "dispatched" });
    expect(await sent(mail.action.payload.subject)).toHaveLength(1);
  }, 40_000);

  it("at an erasure: the key is destroyed, and the file opens nothing", async () => {
    const { app, admin } = world.tenant;
    const cleared = (await app.submit(toolCall({ text: LONG }))).body;
    const before = store.objects.size;
    store.fail("delete");
    expect((await admin.call("POST", `/v1/payloads/${cleared.id}/erase`)).status).toBe(200);
    await quiet();
    expect(store.objects.size).toBe(before);
    expect(await app.findAction(cleared.id)).toMatchObject({ salt: null, payload: null });
    expect(persisted()).not.toContain(MARK);
  });
});
