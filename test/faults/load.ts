/**
 * Clients that submit one action after the other, each under an Idempotency-Key of its own, and try again with the same
 * key whatever was not answered: as the SDK of a careful caller would.
 */
import { Agent, request as httpRequest } from "node:http";
import type { ActionAnswer, Submission } from "../../cli/client.ts";
import { wait } from "../harness/faults.ts";
import type { Chance } from "./random.ts";

export type Kind = "sent" | "cleared" | "blocked" | "held";

/** What the policies make of each kind, and how that is answered. */
export const EXPECTED: Readonly<Record<Kind, { readonly status: number; readonly decision: string }>> = {
  sent: { status: 200, decision: "allow" },
  cleared: { status: 200, decision: "allow" },
  blocked: { status: 403, decision: "block" },
  held: { status: 202, decision: "hold" },
};

const TEXTS: Readonly<Record<Kind, string>> = {
  sent: "Your ticket is solved.",
  cleared: "Note for the file.",
  blocked: "Please wire the money today.",
  held: "We guarantee it.",
};
const RETRY_MS = 20;
const PAUSE_MS = 3;

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly replayed: boolean;
}

export interface Acknowledgement extends Answer {
  readonly action: ActionAnswer;
}

export interface Job {
  readonly key: string;
  readonly kind: Kind;
  readonly submission: Submission;
  readonly async: boolean;
  /** Whether the request stands written to the socket and is not answered yet. */
  readonly pending: boolean;
  readonly tries: number;
  readonly ack: Acknowledgement | null;
}

export interface Load {
  /** Every job begun, oldest first. */
  readonly jobs: readonly Job[];
  /** Answers that say "try again": none is expected, since whatever dies here dies whole. */
  readonly refusals: readonly string[];
  /** Until `pause`, which the killer calls with its signal. */
  resume(url: string): void;
  pause(): void;
  /** Begins no new jobs; settles when the last one is acknowledged. */
  finish(): Promise<void>;
  submit(job: Job): Promise<Answer>;
}

type Working = { -readonly [Member in keyof Job]: Job[Member] };

export function startLoad(options: {
  readonly clients: number;
  readonly apiKey: string;
  /** For the jobs, in order: one seed, the same jobs. */
  readonly chance: Chance;
  readonly tell: (event: "written" | "acknowledged") => void;
}): Load {
  const { clients, apiKey, chance, tell } = options;
  const jobs: Working[] = [];
  const refusals: string[] = [];
  let finishing = false;
  let line: { readonly url: string; readonly agent: Agent } | null = null;
  let open: PromiseWithResolvers<void> = Promise.withResolvers();

  const send = (job: Job, written: () => void): Promise<Answer> =>
    new Promise((resolve, reject) => {
      if (line === null) throw new Error("The load is paused.");
      const body = JSON.stringify(job.submission);
      const headers = {
        authorization: `Bearer ${apiKey}`,
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
        "idempotency-key": job.key,
        ...(job.async ? { prefer: "respond-async" } : {}),
      };
      const request = httpRequest(`${line.url}/v1/gate/outbound`, {
        method: "POST",
        headers,
        agent: line.agent,
      });
      request.once("error", reject);
      request.once("response", (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        response.once("error", reject);
        response.once("end", () => {
          const replayed = response.headers["idempotent-replayed"] === "true";
          resolve({ status: response.statusCode ?? 0, text, replayed });
        });
      });
      request.end(body, written);
    });

  const attempt = async (job: Working) => {
    job.tries++;
    const answer = await send(job, () => {
      job.pending = true;
      tell("written");
    }).finally(() => {
      job.pending = false;
    });
    if (answer.status >= 500 || answer.status === 429) {
      refusals.push(`${job.key}: ${answer.status} ${answer.text}`);
      return wait(RETRY_MS);
    }
    job.ack = { ...answer, action: JSON.parse(answer.text) as ActionAnswer };
    tell("acknowledged");
  };

  const work = async () => {
    while (!finishing) {
      const job = newJob(chance, jobs.length);
      jobs.push(job);
      while (job.ack === null) {
        await open.promise;
        // A connection that breaks says nothing about the request: the same key asks again.
        await attempt(job).catch(() => wait(1));
      }
      await wait(PAUSE_MS * Math.random());
      await open.promise;
    }
  };

  const workers = Array.from({ length: clients }, work);
  return {
    jobs,
    refusals,
    resume(url) {
      line = { url, agent: new Agent({ keepAlive: true }) };
      open.resolve();
    },
    pause() {
      // The old connections are left to die by themselves: an answer that was already sent still counts.
      line = null;
      open = Promise.withResolvers();
    },
    async finish() {
      finishing = true;
      await Promise.all(workers);
    },
    submit: (job) => send(job, () => undefined),
  };
}

function newJob(chance: Chance, number: number): Working {
  const drawn = chance.next();
  const kind: Kind = drawn < 0.6 ? "sent" : drawn < 0.75 ? "cleared" : drawn < 0.87 ? "blocked" : "held";
  // In the order of canonical JSON, as the receiver gets it.
  const payload = { text: TEXTS[kind], ticket: `T-${number}` };
  return {
    key: `job-${number}`,
    kind,
    submission: {
      action: {
        surface: "tool.call",
        tool: "crm.update",
        // The blocked and the held name the target too: that nothing comes of it is what is tested.
        ...(kind === "cleared" ? {} : { target: "hook/crm" }),
        payload,
      },
    },
    async: chance.next() < 0.4,
    pending: false,
    tries: 0,
    ack: null,
  };
}
