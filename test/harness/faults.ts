/** Faults that a test's server commits on demand. */
import type { ServerResponse } from "node:http";
import type { PlainAnswer } from "../../cli/demo/http.ts";

export interface Fault {
  /** Waits before anything else. */
  readonly delayMs?: number;
  /**
   * Ends the connection without an answer. `before`: the request has done nothing. `after`: it has done its
   * work, and the sender cannot know.
   */
  readonly reset?: "before" | "after";
  /** Answers this instead of the real answer, which then never happens. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Sends the answer's head at once and its body this much later. */
  readonly slowBodyMs?: number;
}

export interface FaultScript {
  /** Faults for the next requests, one each; null is a request without fault. */
  next(...faults: readonly (Fault | null)[]): void;
  /** For every request that `next` does not speak of; null ends it. */
  always(fault: Fault | null): void;
}

export interface FaultQueue extends FaultScript {
  take(): Fault | null;
}

export function createFaults(): FaultQueue {
  const queue: (Fault | null)[] = [];
  let otherwise: Fault | null = null;
  return {
    next: (...faults) => void queue.push(...faults),
    always(fault) {
      otherwise = fault;
    },
    take: () => (queue.length > 0 ? (queue.shift() ?? null) : otherwise),
  };
}

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A TCP reset, not an orderly end: what a crashed peer looks like. */
function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

/** Answers with the fault; `act` does what the server would really have done, and says its answer. */
export async function commitFault(
  fault: Fault,
  response: ServerResponse,
  act: () => Promise<PlainAnswer>,
): Promise<void> {
  if (fault.delayMs !== undefined) await wait(fault.delayMs);
  if (fault.reset === "before") return reset(response);
  if (fault.status !== undefined) {
    const headers = { "content-type": "application/json", ...fault.headers };
    return send(response, { status: fault.status, headers, body: fault.body ?? "{}" }, fault.slowBodyMs);
  }
  const answer = await act();
  if (fault.reset === "after") return reset(response);
  return send(response, answer, fault.slowBodyMs);
}

async function send(
  response: ServerResponse,
  { status, headers, body }: PlainAnswer,
  slowBodyMs = 0,
): Promise<void> {
  response.writeHead(status, headers);
  if (slowBodyMs > 0) {
    response.flushHeaders();
    await wait(slowBodyMs);
  }
  response.end(body);
}
