/** Small parts of the demo's HTTP servers. What arrives at them is untrusted, though it comes from this machine. */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestListener,
  type Server,
} from "node:http";
import { LOOPBACK } from "./ports.ts";

/** More than any action that the gate accepts. */
const BODY_BYTES_MAX = 4 * 1024 * 1024;

export interface RecordedRequest {
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** As received, byte for byte. */
  readonly body: Buffer;
}

export interface PlainAnswer {
  readonly status: number;
  readonly headers: Readonly<OutgoingHttpHeaders>;
  readonly body: string | Buffer;
}

export interface Listening {
  readonly port: number;
  readonly origin: string;
  close(): Promise<void>;
}

/** Port 0 is any free one. */
export function listen(handler: RequestListener, port: number): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = createServer(handler);
    server.once("error", reject);
    server.listen(port, LOOPBACK, () => {
      const address = server.address();
      const found = typeof address === "object" && address !== null ? address.port : port;
      resolve({ port: found, origin: `http://${LOOPBACK}:${found}`, close: () => closeServer(server) });
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

export async function record(request: IncomingMessage): Promise<RecordedRequest> {
  const atMs = Date.now();
  const { method = "GET", url: path = "/", headers } = request;
  return { atMs, method, path, headers, body: await readBody(request) };
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_BYTES_MAX) throw new Error("The body is too long.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Names under which our own pages are asked for: another name that leads here is a rebound one. */
export function isOwnHost(request: IncomingMessage): boolean {
  const host = request.headers.host ?? "";
  return /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(host);
}

/** No script, nothing from elsewhere, not in a frame of another page. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => ESCAPES[char] ?? char);
