/** The harness itself: what every test on it relies on. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resendTarget, webhookTarget } from "../../cli/tenant-setup.ts";
import { type Engine, startEngine } from "./engine.ts";
import { type Receiver, startReceiver } from "./receiver.ts";
import { type StandIn, startStandIn } from "./stand-in.ts";
import { createTestTenant, type TestTenant } from "./tenant.ts";

const stateDir = mkdtempSync(join(tmpdir(), "countersign-engine-"));
let engine: Engine;
let receiver: Receiver;
let standIn: StandIn;
let tenant: TestTenant;

const email = (subject: string) => ({
  action: {
    surface: "outbound.email",
    tool: "email.send",
    target: "resend/main",
    payload: { from: "a@acme.example", to: ["b@customer.example"], subject, text: "Hello" },
  },
});

beforeAll(async () => {
  [receiver, standIn] = await Promise.all([startReceiver(), startStandIn()]);
  engine = await startEngine({ stateDir, allowedPrivateOrigins: [receiver.origin, standIn.origin] });
  tenant = await createTestTenant({
    url: engine.url,
    bootstrapToken: engine.secrets.BOOTSTRAP_TOKEN,
    targets: {
      "resend/main": resendTarget(standIn.origin, "re_test_key"),
      "hook/crm": webhookTarget(receiver.url, receiver.secret),
    },
  });
});

afterAll(async () => {
  await Promise.all([engine?.stop(), receiver?.close(), standIn?.close()]);
  rmSync(stateDir, { recursive: true, force: true });
});

describe("the engine", () => {
  it("keeps its secrets from others on the machine", () => {
    expect(statSync(join(stateDir, "config.capnp")).mode & 0o077).toBe(0);
  });

  it("sends an e-mail to the stand-in with key and idempotency key", async () => {
    const { status, body } = await tenant.app.submit(email("first"));
    expect(status).toBe(200);
    expect((await standIn.waitFor(1)).map(({ subject }) => subject)).toEqual(["first"]);
    expect(standIn.idempotencyKeys()).toEqual([body.id]);
    expect(standIn.requests[0]?.headers.authorization).toBe("Bearer re_test_key");
  });

  it("delivers a signed webhook, again after a connection reset", async () => {
    receiver.faults.next({ reset: "after" });
    const submission = {
      action: { surface: "tool.call", tool: "crm.update", target: "hook/crm", payload: { n: 1 } },
    };
    await tenant.app.submit(submission);
    const [first, second] = await receiver.waitFor(2, 15_000);
    expect([first?.problem, second?.problem]).toEqual([null, null]);
    expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
  });

  it("continues on the same storage after kill -9", async () => {
    await engine.kill("SIGKILL");
    const { port, secrets } = engine;
    const started = Date.now();
    const allowedPrivateOrigins = [receiver.origin, standIn.origin];
    engine = await startEngine({ stateDir, port, secrets, allowedPrivateOrigins });
    expect(Date.now() - started).toBeLessThan(3_000);
    expect(engine.port).toBe(port);
    const { status } = await tenant.app.submit(email("second"));
    expect(status).toBe(200);
    expect((await standIn.waitFor(2)).map(({ subject }) => subject)).toEqual(["first", "second"]);
  });
});
