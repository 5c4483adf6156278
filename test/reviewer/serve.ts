/** Serves a Hono app on a loopback port with node:http, for a browser to visit. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { Hono } from "hono";

export interface Served {
  readonly origin: string;
  close(): void;
}

export async function serve(app: Hono): Promise<Served> {
  const server = createServer(async (request, reply) => {
    const response = await app.fetch(await toRequest(request));
    const headers = [...response.headers].flat();
    reply.writeHead(response.status, headers).end(Buffer.from(await response.arrayBuffer()));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function toRequest(request: IncomingMessage): Promise<Request> {
  const { method = "GET", url = "/", headers } = request;
  const body = method === "GET" || method === "HEAD" ? null : await buffer(request);
  return new Request(`http://${headers.host}${url}`, {
    method,
    headers: headers as Record<string, string>,
    body,
  });
}
