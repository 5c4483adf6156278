/** A thin client of the HTTP API (docs/api.md): one call, one request, and the answer as it came. */

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export type Body = Readonly<Record<string, unknown>>;
export type ExtraHeaders = Readonly<Record<string, string>>;

/** An answer other than the expected one. The message carries the problem's own words and never the request. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: unknown;
  constructor(what: string, status: number, body: unknown) {
    const { title, detail, code } = (typeof body === "object" && body !== null ? body : {}) as Record<
      string,
      unknown
    >;
    const words = [code, title, detail].filter((part) => typeof part === "string");
    super(`${what}: ${status}${words.length > 0 ? ` (${words.join("; ")})` : ""}`);
    this.name = "ApiError";
    this.status = status;
    this.body = body;
  }
}

export interface Client {
  readonly url: string;
  /** Any answer at all, of whatever status. */
  call<T = unknown>(method: string, path: string, body?: Body, headers?: ExtraHeaders): Promise<Answer<T>>;
  /** The body of a 2xx answer; every other one throws an ApiError. */
  expect<T>(method: string, path: string, body?: Body, headers?: ExtraHeaders): Promise<T>;
  /** For `call`: an answer that the caller did not expect, as the error that `expect` throws. */
  refused(what: string, answer: Answer<unknown>): ApiError;
  /** Any answer to a GET, as bytes. */
  bytes(path: string): Promise<Answer<Uint8Array>>;
  submit(submission: Submission, headers?: ExtraHeaders): Promise<Answer<ActionAnswer>>;
  evaluate(submission: Submission): Promise<Answer<ActionAnswer>>;
  findAction(id: string, waitSeconds?: number): Promise<ActionAnswer>;
}

export interface Submission {
  readonly action: {
    readonly surface: string;
    readonly tool?: string;
    readonly target?: string;
    readonly payload: Body;
    readonly [member: string]: unknown;
  };
  readonly context?: Body;
}

export interface FindingAnswer {
  readonly policy: string;
  readonly rule: string;
  readonly severity: "info" | "warn" | "defer" | "block";
  readonly pointer?: string;
  readonly start?: number;
  readonly end?: number;
  readonly item?: number;
  readonly score?: number;
  readonly reason: string;
  readonly suggestion?: string;
  readonly observed?: boolean;
  readonly settled?: boolean;
}

export interface EnvelopeAnswer {
  readonly payloadType: string;
  readonly payload: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

/** The action, as every answer about it shows it; a refusal is a problem with the same members. */
export interface ActionAnswer {
  readonly id: string;
  readonly decision: "allow" | "modify" | "hold" | "defer" | "block";
  readonly status: string;
  readonly findings: readonly FindingAnswer[];
  readonly action_digest: string;
  readonly approval?: { readonly id: string; readonly url?: string; readonly expires_at: string } | null;
  readonly delivery?: { readonly id: string; readonly status: string; readonly attempts: number } | null;
  readonly ledger?: { readonly index: number; readonly leaf: string } | null;
  readonly receipt?: EnvelopeAnswer | null;
  readonly denial_proof?: EnvelopeAnswer | null;
  readonly [member: string]: unknown;
}

export function createClient(url: string, key: string | null): Client {
  const call = async <T>(
    method: string,
    path: string,
    body?: Body,
    extra: ExtraHeaders = {},
  ): Promise<Answer<T>> => {
    const headers = new Headers(extra);
    if (key !== null) headers.set("authorization", `Bearer ${key}`);
    if (body !== undefined) headers.set("content-type", "application/json");
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const response = await fetch(new URL(path, url), init);
    return { status: response.status, headers: response.headers, body: (await readBody(response)) as T };
  };
  const refused = (what: string, { status, body }: Answer<unknown>) => new ApiError(what, status, body);
  const expect = async <T>(method: string, path: string, body?: Body, extra?: ExtraHeaders): Promise<T> => {
    const answer = await call<T>(method, path, body, extra);
    if (answer.status < 200 || answer.status > 299) throw refused(`${method} ${path}`, answer);
    return answer.body;
  };
  return {
    url,
    call,
    expect,
    refused,
    bytes: async (path) => {
      const headers = new Headers(key === null ? {} : { authorization: `Bearer ${key}` });
      const response = await fetch(new URL(path, url), { headers });
      const body = new Uint8Array(await response.arrayBuffer());
      return { status: response.status, headers: response.headers, body };
    },
    submit: (submission, headers) => call("POST", "/v1/gate/outbound", { ...submission }, headers),
    evaluate: (submission) => call("POST", "/v1/gate/evaluate", { ...submission }),
    findAction: (id, waitSeconds) =>
      expect(
        "GET",
        `/v1/actions/${encodeURIComponent(id)}${waitSeconds === undefined ? "" : `?wait=${waitSeconds}`}`,
      ),
  };
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  return /\bjson\b/.test(response.headers.get("content-type") ?? "") && text !== "" ? JSON.parse(text) : text;
}
