/** A webhook receiver as a customer would run one: verifies each signature, and fails in scripted ways. */
import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { listen, type PlainAnswer, type RecordedRequest, record } from "../../cli/demo/http.ts";
import { checkSignature } from "../../cli/demo/webhook-receiver.ts";
import { commitFault, createFaults, type FaultScript, wait } from "./faults.ts";

export interface ReceivedWebhook extends RecordedRequest {
  /** Null where the signature is right, else what is wrong with it. */
  readonly problem: string | null;
}

export interface Receiver {
  readonly origin: string;
  /** What a webhook target's url is. */
  readonly url: string;
  readonly secret: string;
  /** Everything whose body arrived, oldest first. Requests reset `before` are not among them. */
  readonly requests: readonly ReceivedWebhook[];
  readonly faults: FaultScript;
  /** The first `count` requests, as soon as there are so many. */
  waitFor(count: number, timeoutMs?: number): Promise<readonly ReceivedWebhook[]>;
  close(): Promise<void>;
}

export async function startReceiver(options: { port?: number; secret?: string } = {}): Promise<Receiver> {
  const { port = 0, secret = `whsec_${randomBytes(32).toString("base64")}` } = options;
  const requests: ReceivedWebhook[] = [];
  const faults = createFaults();
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const act = async (): Promise<PlainAnswer> => {
      const recorded = await record(request);
      const problem = checkSignature(secret, recorded);
      requests.push({ ...recorded, problem });
      return {
        status: problem === null ? 200 : 401,
        headers: { "content-type": "application/json" },
        body: "{}",
      };
    };
    const fault = faults.take() ?? {};
    // A refusal too was received.
    if (fault.status !== undefined) await act();
    await commitFault(fault, response, act);
  };
  const server = await listen((request, response) => {
    handle(request, response).catch(() => response.destroy());
  }, port);
  return {
    ...server,
    url: `${server.origin}/webhook`,
    secret,
    requests,
    faults,
    async waitFor(count, timeoutMs = 5_000) {
      const deadline = Date.now() + timeoutMs;
      while (requests.length < count) {
        if (Date.now() > deadline)
          throw new Error(`${requests.length} of ${count} webhooks came in ${timeoutMs} ms.`);
        await wait(5);
      }
      return requests.slice(0, count);
    },
  };
}
