/**
 * Faults of the parts around the commit, each in its two forms: it failed, and it failed but had its effect. Which one it
 * was, the gateway cannot know; what it does must be right for both.
 */
import { describe, it, type TestContext, vi } from "vitest";
import { DELIVERY_BACKOFF_MS, DELIVERY_JITTER } from "../../core/limits.ts";
import { wait } from "../harness/faults.ts";
import { createGateway, type Gateway } from "./gateway.ts";
import { readRemains } from "./remains.ts";
import { mountSmallDisk, type SmallDisk } from "./small-disk.ts";

const [, FIRST_RETRY_MS] = DELIVERY_BACKOFF_MS;
/** A little less than the schedule says: times are taken on both sides of a socket. */
const EARLIEST_MS = FIRST_RETRY_MS * (1 - DELIVERY_JITTER) - 100;
const LATEST_MS = FIRST_RETRY_MS * (1 + DELIVERY_JITTER) + 2_000;
const QUIET_MS = 300;
/** Six engines start at once, and retries take the time that their schedule says. */
const TEST_MS_MAX = 60_000;
vi.setConfig({ testTimeout: TEST_MS_MAX });
/** Room for the storage of a few actions, and quickly full. */
const DISK_MEGABYTES = 6;

async function withGateway(work: (gateway: Gateway) => Promise<void>, disk?: SmallDisk): Promise<void> {
  const gateway = await createGateway(disk?.folder);
  try {
    await work(gateway);
  } finally {
    await gateway.close();
  }
}

describe.concurrent("the signer is down", () => {
  it("answers 503, keeps the decision, sends nothing, and goes on under the same key when it is back", ({
    expect,
  }: TestContext) =>
    withGateway(async (gateway) => {
      await gateway.kill();
      await gateway.start({ RECEIPT_SIGNING_KEY: "{}" });
      const refused = await gateway.submit("a");
      expect(refused).toMatchObject({ status: 503, body: { code: "signer_unavailable" } });
      const again = await gateway.submit("a");
      expect(again).toMatchObject({ status: 503, body: { action_id: refused.body.action_id } });
      expect((await gateway.tenant.app.call("GET", `/v1/actions/${refused.body.action_id}`)).status).toBe(
        503,
      );
      await wait(QUIET_MS);
      expect(gateway.receiver.requests).toHaveLength(0);

      await gateway.kill();
      await gateway.start();
      const { status, headers, body } = await gateway.submit("a");
      expect([status, body.id, headers.get("idempotent-replayed")]).toEqual([
        200,
        refused.body.action_id,
        "true",
      ]);
      expect(body.receipt).not.toBeNull();
      const [request] = await gateway.receiver.waitFor(1, LATEST_MS);
      expect(request).toMatchObject({ problem: null, headers: { "webhook-id": body.id } });
      await gateway.tenant.app.findAction(body.id, 5);
      expect(await gateway.history(body.id)).toEqual(["allow", "delivered"]);
      expect(await gateway.decisions()).toEqual([body.id]);
      expect(gateway.receiver.requests).toHaveLength(1);
    }));
});

describe.concurrent("the dispatcher is down", () => {
  it("keeps the delivery as tried without result, and makes it when it is back", ({ expect }: TestContext) =>
    withGateway(async (gateway) => {
      await gateway.kill();
      // Without a key that it can read it dies over every order, before it sends.
      await gateway.start({ SEALING_KEY: "" });
      const { status, body } = await gateway.submit("a");
      expect([status, body.status, body.delivery]).toMatchObject([
        200,
        "dispatching",
        { status: "queued", attempts: 1 },
      ]);
      await wait(QUIET_MS);
      expect(gateway.receiver.requests).toHaveLength(0);

      await gateway.kill();
      await gateway.start();
      expect(await gateway.tenant.app.findAction(body.id, 10)).toMatchObject({
        status: "dispatched",
        delivery: { attempts: 2 },
      });
      expect(await gateway.history(body.id)).toEqual(["allow", "retry", "delivered"]);
      expect(gateway.receiver.requests).toHaveLength(1);
    }));
});

describe.concurrent("the receiver fails", () => {
  it.for([
    ["failed: it answers 500", { status: 500 }, 500],
    ["failed, but persisted: it takes the message and resets the connection", { reset: "after" }, null],
  ] as const)("%s", ([, fault, httpStatus], { expect }) =>
    withGateway(async (gateway) => {
      gateway.receiver.faults.next(fault);
      const { status, body } = await gateway.submit("a");
      expect([status, body.status, body.delivery]).toMatchObject([
        200,
        "dispatching",
        { status: "queued", attempts: 1 },
      ]);
      expect(await gateway.history(body.id)).toEqual(["allow", "retry"]);
      const page = await gateway.tenant.auditor.expect<{ data: { entry: { type: string; body: object } }[] }>(
        "GET",
        "/v1/ledger/entries?limit=1000",
      );
      expect(page.data.at(-1)?.entry).toMatchObject({
        type: "delivery",
        body: { result: "retry", attempt: 1, http_status: httpStatus },
      });

      const [first, second] = await gateway.receiver.waitFor(2, LATEST_MS);
      const waited = (second?.atMs ?? 0) - (first?.atMs ?? 0);
      expect(waited).toBeGreaterThan(EARLIEST_MS);
      expect(waited).toBeLessThan(LATEST_MS);
      expect([first?.problem, second?.problem]).toEqual([null, null]);
      expect([first?.headers["webhook-id"], second?.headers["webhook-id"]]).toEqual([body.id, body.id]);
      expect(second?.body.equals(first?.body ?? Buffer.of())).toBe(true);
      expect(await gateway.tenant.app.findAction(body.id, 5)).toMatchObject({ status: "dispatched" });
      expect(await gateway.history(body.id)).toEqual(["allow", "retry", "delivered"]);
      // The answer that the caller was given stands, though the world has moved on.
      expect((await gateway.submit("a")).body).toEqual(body);
    }),
  );
});

describe.concurrent("the process dies while it sends", () => {
  // The alarm of the other delivery's end once stood for the next day (durable-objects/schedule.ts).
  it("leaves an alarm for the attempt under way, whatever else has ended since", ({ expect }: TestContext) =>
    withGateway(async (gateway) => {
      gateway.receiver.faults.next({ delayMs: 3_000 });
      const slow = gateway.submit("slow").catch(() => null);
      await wait(QUIET_MS);
      const quick = await gateway.submit("quick");
      expect(quick.body.status).toBe("dispatched");
      await gateway.kill();
      await slow;
      const remains = readRemains(gateway.stateDir);
      expect(remains.open).toMatchObject([{ state: "sending", attempts: 1 }]);
      expect((remains.alarmAtMs ?? Number.NaN) - Date.now()).toBeLessThan(31_000);
      remains.close();
    }));
});

describe.concurrent("the disk is full", () => {
  it("refuses with 503 and sends nothing; a delivery under way is entered when there is room again", async ({
    expect,
    skip,
  }: TestContext) => {
    const disk = mountSmallDisk(DISK_MEGABYTES);
    if (disk === null) {
      console.warn("\nSKIPPED: the full disk. Mounting a small one needs root.");
      return skip();
    }
    try {
      await withGateway((gateway) => fillAndFree(gateway, disk, expect), disk);
    } finally {
      disk.unmount();
    }
  });
});

async function fillAndFree(gateway: Gateway, disk: SmallDisk, expect: TestContext["expect"]): Promise<void> {
  disk.fill();
  const refused = await gateway.submit("a");
  expect(refused).toMatchObject({ status: 503, body: { code: "ledger_unavailable" } });
  expect((await gateway.tenant.app.call("GET", "/v1/actions/act_0000000000000000000000")).status).toBe(404);
  await wait(QUIET_MS);
  expect(gateway.receiver.requests).toHaveLength(0);
  disk.free();
  const { status, body } = await gateway.submit("a");
  expect([status, body.status]).toEqual([200, "dispatched"]);
  expect(await gateway.decisions()).toEqual([body.id]);

  // It fills while the receiver has the message and has not answered: the result cannot be written.
  gateway.receiver.faults.next({ delayMs: 2 * QUIET_MS });
  const answer = gateway.submit("b");
  await wait(QUIET_MS);
  disk.fill();
  expect((await answer).status).toBe(503);
  disk.free();
  const again = await gateway.submit("b");
  expect(await gateway.tenant.app.findAction(again.body.id, 10)).toMatchObject({ status: "dispatched" });
  expect(await gateway.history(again.body.id)).toEqual(["allow", "unknown", "delivered"]);
  const ids = gateway.receiver.requests.map(({ headers }) => headers["webhook-id"]);
  expect(ids).toEqual([body.id, again.body.id, again.body.id]);
}
