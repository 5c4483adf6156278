/** A real HTTP receiver with scripted faults; it remembers what reached it. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

type Script = (response: ServerResponse) => void;

/** By path. `/ok` and everything unknown: 200. */
const SCRIPTS: Readonly<Record<string, Script>> = {
  "/redirect": (response) => response.writeHead(307, { location: "/ok" }).end(),
  "/gone": (response) => response.writeHead(410).end("secret text"),
  "/busy": (response) => response.writeHead(503, { "retry-after": "9" }).end("secret text"),
  "/silent": () => undefined,
  "/reset": (response) => response.socket?.destroy(),
  // One byte each 50 ms, without end.
  "/slow": (response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write("x"), 50);
    response.on("close", () => clearInterval(timer));
  },
  // Without end, as fast as it is read.
  "/huge": (response) => {
    response.writeHead(500);
    const piece = Buffer.alloc(64 * 1024, "x");
    const fill = (): void => {
      while (!response.destroyed && response.write(piece));
    };
    response.on("drain", fill);
    fill();
  },
  "/broken": (response) => {
    response.writeHead(200, { "content-length": "1000" });
    response.write("{");
    setTimeout(() => response.socket?.destroy(), 20);
  },
};

export async function startReceiver() {
  const received: Received[] = [];
  /** Bytes written, by path, for each answer whose connection has been closed. */
  const sent: { readonly path: string; readonly bytes: number }[] = [];
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const path = request.url ?? "";
    received.push({ path, headers: request.headers, body: Buffer.concat(pieces) });
    response.on("close", () => sent.push({ path, bytes: request.socket.bytesWritten }));
    const script = SCRIPTS[path];
    if (script) script(response);
    else response.writeHead(200).end("ok");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { origin, received, sent, close };
}
