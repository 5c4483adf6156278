/** What the commands that speak to a gateway have in common: where it is, with which key, and how it says no. */
import type { ArgsDef } from "citty";
import { ApiError, type Client, createClient } from "../client.ts";
import { UsageError } from "../output.ts";

export const gatewayArgs = {
  gateway: {
    type: "string",
    alias: "g",
    valueHint: "url",
    description: "The gateway's address; left out, COUNTERSIGN_URL of the environment",
  },
  key: {
    type: "string",
    alias: "k",
    valueHint: "cs_…",
    description: "A key of it; better in COUNTERSIGN_KEY, where no list of processes shows it",
  },
} as const satisfies ArgsDef;

interface GatewayOptions {
  readonly gateway?: string | undefined;
  readonly key?: string | undefined;
}

export function gatewayClient(options: GatewayOptions, env: NodeJS.ProcessEnv = process.env): Client {
  const url = options.gateway ?? env.COUNTERSIGN_URL;
  if (!url) throw new UsageError("which gateway?", "Give --gateway https://… or set COUNTERSIGN_URL.");
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new UsageError(`${url} is no http or https address`);
  const key = options.key ?? env.COUNTERSIGN_KEY;
  if (!key) throw new UsageError("with which key?", "Set COUNTERSIGN_KEY, or give --key.");
  return createClient(url, key);
}

/** Turns a gateway that cannot be reached, or says no, into what a person can act on. */
export async function told<T>(client: Client, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ApiError) throw refusal(error);
    if (error instanceof TypeError) {
      const { cause } = error;
      throw new UsageError(
        `couldn't reach ${client.url}`,
        cause instanceof Error && cause.message ? cause.message : "Is the gateway running there?",
      );
    }
    throw error;
  }
}

interface ProblemBody {
  readonly code?: string;
  readonly detail?: string;
  readonly request_id?: string;
  /** Of a module that is refused. */
  readonly fault?: { readonly code: string; readonly message: string; readonly advice: string };
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
}

function refusal(error: ApiError): UsageError {
  const {
    code,
    detail,
    errors = [],
    fault,
    request_id,
  } = (typeof error.body === "object" && error.body !== null ? error.body : {}) as ProblemBody;
  if (code === undefined)
    return new UsageError(error.message, "Is that the address of a Countersign gateway?");
  const lines = [
    detail,
    ...errors.map(({ pointer, message }) => `${pointer || "/"}: ${message}`),
    fault && `${fault.code}: ${fault.message}\n${fault.advice}`,
    ADVICE[code],
    request_id && `(${request_id})`,
  ];
  return new UsageError(
    `the gateway says no: ${code}`,
    lines.filter((line) => line !== undefined && line !== "").join("\n"),
  );
}

/** What to do, where the problem does not say it itself. */
const ADVICE: Readonly<Record<string, string>> = {
  unauthenticated: "The key is unknown there, or no longer valid.",
  unknown_policy: "countersign policy publish stores a policy in the gateway.",
  no_earlier_binding: "Activate another policy or bundle instead.",
};
