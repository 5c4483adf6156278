/**
 * Stands in for Resend: npm's `emulate`, which keeps the mails and shows an inbox, behind a proxy of ours that
 * records what the provider was really sent, headers and all.
 */
import { request as forward, type IncomingMessage, type ServerResponse } from "node:http";
import { createEmulator } from "emulate";
import {
  isOwnHost,
  listen,
  PAGE_HEADERS,
  type PlainAnswer,
  type RecordedRequest,
  readBody,
  record,
} from "./http.ts";

export interface Mail {
  readonly id: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string | null;
  readonly html: string | null;
}

export interface MailStandIn {
  /** What a `resend` target's base_url is. */
  readonly origin: string;
  /** A page for people. */
  readonly inboxUrl: string;
  /** Every POST, oldest first, whether it became a mail, a replay, or nothing. */
  readonly requests: readonly RecordedRequest[];
  mails(): Promise<readonly Mail[]>;
  close(): Promise<void>;
}

export interface MailStandInOptions {
  /** Absent: a free port. */
  readonly port?: number;
  /** Answers a POST in the provider's place; `act` asks the provider itself. Tests inject faults here. */
  readonly onPost?: (response: ServerResponse, act: () => Promise<PlainAnswer>) => Promise<void>;
}

export async function startMailStandIn({ port = 0, onPost }: MailStandInOptions = {}): Promise<MailStandIn> {
  const emulator = await createEmulator({ service: "resend", port: 0 });
  const requests: RecordedRequest[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    if (!isOwnHost(request)) return void response.writeHead(421).end();
    const recorded = await record(request);
    const act = () => ask(emulator.url, recorded);
    if (recorded.method === "POST") {
      requests.push(recorded);
      if (onPost) return onPost(response, act);
    }
    const { status, headers, body } = await act();
    response.writeHead(status, headers).end(body);
  };
  const server = await listen((request, response) => {
    handle(request, response).catch(() => response.destroy());
  }, port);
  return {
    origin: server.origin,
    inboxUrl: `${server.origin}/inbox`,
    requests,
    async mails() {
      const response = await fetch(`${emulator.url}/emails`);
      return ((await response.json()) as { data: Mail[] }).data;
    },
    async close() {
      await Promise.all([server.close(), emulator.close()]);
    },
  };
}

function ask(emulatorUrl: string, { method, path, headers, body }: RecordedRequest): Promise<PlainAnswer> {
  return new Promise((resolve, reject) => {
    const { host } = new URL(emulatorUrl);
    const outgoing = forward(`http://${host}${path}`, {
      method,
      headers: { ...headers, host },
      agent: false,
    });
    outgoing.once("error", reject);
    outgoing.once("response", (answer) => resolve(readAnswer(answer)));
    outgoing.end(body);
  });
}

async function readAnswer(answer: IncomingMessage): Promise<PlainAnswer> {
  const { "transfer-encoding": _, connection: __, ...headers } = answer.headers;
  const page = String(headers["content-type"]).startsWith("text/html") ? PAGE_HEADERS : {};
  return { status: answer.statusCode ?? 502, headers: { ...headers, ...page }, body: await readBody(answer) };
}
