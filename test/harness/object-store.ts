/**
 * A bucket for a bare workerd, which has R2's client and no R2: an HTTP server that speaks what its binding speaks. It keeps names and
 * bytes in memory, so that a test can look through them, and fails as a test says.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** `put_late`: it answers that it failed, and has stored what it was given. */
export type StoreFault = "put" | "put_late" | "get" | "delete";

export interface TestStore {
  /** host:port, for workerd's configuration. */
  readonly address: string;
  readonly objects: ReadonlyMap<string, Buffer>;
  /** Requests of these kinds fail from now on, all others succeed. */
  fail(...faults: readonly StoreFault[]): void;
  close(): Promise<void>;
}

interface R2Request {
  readonly method: "head" | "get" | "list" | "put" | "delete";
  readonly object?: string;
  readonly objects?: readonly string[];
  readonly prefix?: string;
  readonly startAfter?: string;
  readonly limit?: number;
}

interface Stored {
  readonly bytes: Buffer;
  readonly uploaded: number;
}

const NO_SUCH_KEY = { status: 404, v4code: 10_007, message: "The specified key does not exist." };
const BROKEN = { status: 500, v4code: 10_001, message: "The test's store fails." };

export async function startTestStore(): Promise<TestStore> {
  const stored = new Map<string, Stored>();
  let failing: readonly StoreFault[] = [];

  const answer = (response: ServerResponse, metadata: unknown, value = Buffer.alloc(0)) => {
    const head = Buffer.from(JSON.stringify(metadata));
    response.writeHead(200, {
      "cf-r2-metadata-size": String(head.length),
      "content-type": "application/json",
    });
    response.end(Buffer.concat([head, value]));
  };
  const refuse = (response: ServerResponse, { status, v4code, message }: typeof BROKEN) => {
    response.writeHead(status, { "cf-r2-error": JSON.stringify({ version: 1, v4code, message }) });
    response.end();
  };
  const describe = (name: string, { bytes, uploaded }: Stored) => ({
    ...{ name, version: "1", size: bytes.length, etag: "1", uploaded, httpFields: {}, customFields: [] },
    ...{ range: { offset: 0, length: bytes.length }, checksums: {} },
  });

  const read = (response: ServerResponse, request: R2Request) => {
    if (failing.includes("get")) return refuse(response, BROKEN);
    if (request.method === "list") {
      const { prefix = "", startAfter = "", limit = 1_000 } = request;
      const names = [...stored.keys()].filter((name) => name.startsWith(prefix) && name > startAfter).sort();
      const objects = names.slice(0, limit).map((name) => describe(name, stored.get(name) as Stored));
      return answer(response, { objects, truncated: names.length > limit, delimitedPrefixes: [] });
    }
    const name = request.object ?? "";
    const found = stored.get(name);
    if (found === undefined) return refuse(response, NO_SUCH_KEY);
    return answer(response, describe(name, found), request.method === "get" ? found.bytes : undefined);
  };

  const write = (response: ServerResponse, request: R2Request, value: Buffer) => {
    if (request.method === "delete") {
      if (failing.includes("delete")) return refuse(response, BROKEN);
      for (const name of request.objects ?? [request.object ?? ""]) stored.delete(name);
      return void response.writeHead(200).end();
    }
    if (failing.includes("put")) return refuse(response, BROKEN);
    const name = request.object ?? "";
    const object = { bytes: value, uploaded: Date.now() };
    stored.set(name, object);
    return failing.includes("put_late") ? refuse(response, BROKEN) : answer(response, describe(name, object));
  };

  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const header = request.headers["cf-r2-request"];
      if (typeof header === "string") return read(response, JSON.parse(header) as R2Request);
      const size = Number(request.headers["cf-r2-metadata-size"]);
      return write(response, JSON.parse(body.toString("utf8", 0, size)) as R2Request, body.subarray(size));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    get objects() {
      return new Map([...stored].map(([name, { bytes }]) => [name, bytes]));
    },
    fail(...faults) {
      failing = faults;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
