/** The other end of a webhook target: verifies what arrives (Standard Webhooks) and shows it on a page. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Webhook } from "standardwebhooks";
import { escapeHtml, isOwnHost, listen, PAGE_HEADERS, type RecordedRequest, record } from "./http.ts";

/** The page is for a look, not an archive. */
const SHOWN_MAX = 50;
const PREVIEW_CHARS = 4_000;

export interface Received {
  readonly request: RecordedRequest;
  /** Null where the signature is right, else what is wrong with it. */
  readonly problem: string | null;
}

export interface WebhookReceiver {
  readonly origin: string;
  /** What a `webhook` target's url is. */
  readonly url: string;
  readonly pageUrl: string;
  readonly received: readonly Received[];
  close(): Promise<void>;
}

export async function startWebhookReceiver(secret: string, port: number): Promise<WebhookReceiver> {
  const received: Received[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const recorded = await record(request);
    if (recorded.method === "POST" && recorded.path === "/webhook") {
      const problem = checkSignature(secret, recorded);
      received.unshift({ request: recorded, problem });
      received.splice(SHOWN_MAX);
      response.writeHead(problem === null ? 204 : 401).end();
    } else if (recorded.method === "GET" && recorded.path === "/" && isOwnHost(request)) {
      response
        .writeHead(200, { ...PAGE_HEADERS, "content-type": "text/html; charset=utf-8" })
        .end(renderPage(received));
    } else {
      response.writeHead(404).end();
    }
  };
  const server = await listen((request, response) => {
    handle(request, response).catch(() => response.destroy());
  }, port);
  return { ...server, url: `${server.origin}/webhook`, pageUrl: `${server.origin}/`, received };
}

/** Null, or why the request is not from the holder of the secret. */
export function checkSignature(secret: string, { headers, body }: RecordedRequest): string | null {
  const names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
  try {
    new Webhook(secret).verify(
      body,
      Object.fromEntries(names.map((name) => [name, String(headers[name] ?? "")])),
      {
        jsonParse: false,
      },
    );
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : "The signature could not be checked.";
  }
}

function renderPage(received: readonly Received[]): string {
  const rows = received.map(renderReceived).join("\n") || "<p>Nothing has come yet.</p>";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="5">
<title>Webhooks received (${received.length})</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 48rem; margin: 2rem auto; padding: 0 1rem; }
  article { border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: .5rem; padding: .75rem 1rem; margin: 1rem 0; }
  h2 { font-size: 1rem; margin: 0; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .875rem; margin: .5rem 0 0; }
  p { margin: .25rem 0; }
</style>
</head>
<body>
<main>
<h1>Webhooks received</h1>
<p>The target <code>hook/crm</code> sends here. Each signature is checked with the secret that the target was given. This page reloads by itself.</p>
${rows}
</main>
</body>
</html>
`;
}

function renderReceived({ request, problem }: Received): string {
  const verdict = problem === null ? "Signature verified" : `Signature NOT verified: ${problem}`;
  const body = request.body.toString("utf8");
  const cut = body.length > PREVIEW_CHARS ? `\n… ${body.length - PREVIEW_CHARS} more characters` : "";
  return `<article>
<h2>${escapeHtml(verdict)}</h2>
<p>${escapeHtml(new Date(request.atMs).toISOString())}, id ${escapeHtml(String(request.headers["webhook-id"] ?? "none"))}</p>
<pre>${escapeHtml(body.slice(0, PREVIEW_CHARS))}${escapeHtml(cut)}</pre>
</article>`;
}
