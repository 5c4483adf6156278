import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { post } from "../../worker/dispatcher/transports/post.ts";
import { startReceiver } from "./receiver.ts";

const LIMITS = { timeoutMs: 400, answerBytesMax: 4096 };
const BODY = '{"text":"Grüße, 世界 \u{1f600}"}';
let receiver: Awaited<ReturnType<typeof startReceiver>>;

beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());

const send = (path: string) =>
  post(
    { endpoint: `${receiver.origin}${path}`, mediaType: "application/json", body: BODY },
    { "x-own": "1" },
    LIMITS,
  );

describe("post", () => {
  it("sends the exact bytes with the headers it is given", async () => {
    expect(await send("/ok")).toEqual({ status: 200, retryAfter: null, text: "ok" });
    const last = receiver.received.at(-1);
    expect(last?.body.toString("utf8")).toBe(BODY);
    expect(last?.headers).toMatchObject({
      "content-type": "application/json",
      "user-agent": "Countersign/0.1",
      "x-own": "1",
    });
  });

  it("does not follow a redirect", async () => {
    const before = receiver.received.length;
    expect(await send("/redirect")).toMatchObject({ status: 307 });
    expect(receiver.received.slice(before).map(({ path }) => path)).toEqual(["/redirect"]);
  });

  it("gives up on a server that does not answer", async () => {
    expect(await send("/silent")).toEqual({ status: null, failure: "timeout" });
  });

  it("gives up on a body that trickles, and keeps the status", async () => {
    const started = performance.now();
    const answer = await send("/slow");
    expect(answer).toMatchObject({ status: 200 });
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it("reads no more of an endless body than it keeps", async () => {
    const answer = await send("/huge");
    expect(answer.status === 500 && answer.text.length).toBe(4096);
  });

  it("keeps the status of a body that breaks off", async () => {
    expect(await send("/broken")).toMatchObject({ status: 200 });
  });

  it("answers a broken connection and an unreachable host alike", async () => {
    expect(await send("/reset")).toEqual({ status: null, failure: "network" });
    const nowhere = { actionId: "act_1", endpoint: "http://127.0.0.1:1/", mediaType: "text/plain", body: "" };
    expect(await post(nowhere, {}, LIMITS)).toEqual({ status: null, failure: "network" });
  });
});
