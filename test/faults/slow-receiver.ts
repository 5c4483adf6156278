/**
 * The far end of the webhooks, which outlives every crash: it takes its time, refuses some at first, and notes for each
 * request when it came, what was in it, and when the answer went out.
 */
import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { listen, readBody } from "../../cli/demo/http.ts";
import { checkSignature } from "../../cli/demo/webhook-receiver.ts";
import { wait } from "../harness/faults.ts";

const DELAY_MS = 25;
const REFUSED_SHARE = 0.12;

export interface Arrival {
  /** The webhook-id, which is the action's id. */
  readonly id: string;
  readonly atMs: number;
  /** Null while it has not been read to its end. */
  readonly body: string | null;
  /** What is wrong with its signature. */
  readonly problem: string | null;
  /** On the clock of `performance.now()`: when the answer was handed to the system; null before, or with nobody there. */
  readonly answeredAt: number | null;
}

export type ReceiverEvent = "arrived" | "processing" | "answered";

export interface SlowReceiver {
  readonly origin: string;
  readonly url: string;
  readonly secret: string;
  readonly arrivals: readonly Arrival[];
  /** Never refuses these: a second failed attempt would have to wait for minutes. */
  spare(id: string): void;
  arrivalsOf(id: string): readonly Arrival[];
  close(): Promise<void>;
}

type Noted = { -readonly [Member in keyof Arrival]: Arrival[Member] };

export async function startSlowReceiver(tell: (event: ReceiverEvent) => void): Promise<SlowReceiver> {
  const secret = `whsec_${randomBytes(32).toString("base64")}`;
  const arrivals: Noted[] = [];
  const byId = new Map<string, Noted[]>();
  const spared = new Set<string>();

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const id = String(request.headers["webhook-id"] ?? "");
    const noted: Noted = { id, atMs: Date.now(), body: null, problem: null, answeredAt: null };
    const earlier = byId.get(id) ?? [];
    byId.set(id, [...earlier, noted]);
    arrivals.push(noted);
    tell("arrived");
    const { method = "", url = "", headers } = request;
    const body = await readBody(request);
    noted.body = body.toString("utf8");
    noted.problem = checkSignature(secret, { atMs: noted.atMs, method, path: url, headers, body });
    const refused = earlier.length === 0 && Math.random() < REFUSED_SHARE && !spared.has(id);
    const delayMs = DELAY_MS * Math.random();
    await wait(delayMs / 2);
    tell("processing");
    await wait(delayMs / 2);
    if (request.socket.destroyed) return;
    response.writeHead(noted.problem !== null ? 401 : refused ? 500 : 204).end();
    noted.answeredAt = performance.now();
    tell("answered");
  };

  const server = await listen((request, response) => {
    handle(request, response).catch(() => response.destroy());
  }, 0);
  return {
    ...server,
    url: `${server.origin}/webhook`,
    secret,
    arrivals,
    spare: (id) => void spared.add(id),
    arrivalsOf: (id) => byId.get(id) ?? [],
  };
}
