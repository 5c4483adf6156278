/**
 * A load generator that costs little beside what it measures: keep-alive sockets, requests as ready bytes, answers
 * parsed only as far as status and length. Times are from before the write to the answer's last byte.
 */
import { createConnection, type Socket } from "node:net";

export interface Route {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** A fresh Idempotency-Key on each request. */
  readonly uniqueKeys: boolean;
}

export interface Slice {
  readonly latenciesMs: number[];
  readonly elapsedMs: number;
}

const KEY_CHARS = 24;
const NO_ANSWER_MS = 15_000;
const HEAD_END = Buffer.from("\r\n\r\n");
let nextKey = Date.now() * 1000;

/** The sockets of one slice. Opened anew for each, since workerd closes one that was idle for five seconds. */
export class Client {
  readonly #connections: Connection[];

  private constructor(connections: Connection[]) {
    this.#connections = connections;
  }

  static async open(route: Route, clients: number): Promise<Client> {
    const connections = await Promise.all(Array.from({ length: clients }, () => Connection.open(route)));
    // The first request of each is not measured: it also pays for the connection.
    await Promise.all(connections.map((connection) => connection.run(0, [])));
    return new Client(connections);
  }

  /** Every connection sends one request after the other until `durationMs` have passed. */
  async run(durationMs: number): Promise<Slice> {
    const latenciesMs: number[] = [];
    const start = performance.now();
    const until = start + durationMs;
    await Promise.all(this.#connections.map((connection) => connection.run(until, latenciesMs)));
    return { latenciesMs, elapsedMs: performance.now() - start };
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
  }
}

class Connection {
  readonly #socket: Socket;
  readonly #request: Buffer;
  /** Where the idempotency key stands in the request; -1 where there is none. */
  readonly #keyAt: number;
  #received: Buffer = Buffer.alloc(0);
  #answered: () => void = () => {};
  #failed: (error: Error) => void = () => {};

  private constructor(socket: Socket, route: Route) {
    this.#socket = socket;
    const headers = { host: `127.0.0.1:${route.port}`, ...route.headers };
    const lines = Object.entries({ ...headers, "content-length": String(Buffer.byteLength(route.body)) });
    const key = route.uniqueKeys ? `idempotency-key: ${"0".repeat(KEY_CHARS)}\r\n` : "";
    const head = `POST ${route.path} HTTP/1.1\r\n${key}${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
    this.#request = Buffer.from(head + route.body);
    this.#keyAt = route.uniqueKeys ? head.indexOf(": ") + 2 : -1;
    socket.on("data", (chunk) => this.#receive(chunk));
    socket.on("error", (error) => this.#failed(error));
    socket.setTimeout(NO_ANSWER_MS, () => this.#failed(new Error(`${route.path} gave no answer.`)));
    socket.on("close", () => this.#failed(new Error("The server closed a connection.")));
  }

  static async open(route: Route): Promise<Connection> {
    const socket = createConnection({ port: route.port, host: "127.0.0.1", noDelay: true });
    await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
    return new Connection(socket, route);
  }

  run(until: number, latenciesMs: number[]): Promise<void> {
    return new Promise((resolve, reject) => {
      let sentAt = this.#send();
      this.#failed = reject;
      this.#answered = () => {
        const now = performance.now();
        latenciesMs.push(now - sentAt);
        if (now < until) sentAt = this.#send();
        else resolve();
      };
    });
  }

  #send(): number {
    // The bytes may be changed: the answer to the last request has come, so they were sent.
    if (this.#keyAt >= 0) {
      this.#request.write((nextKey++).toString().padStart(KEY_CHARS, "0"), this.#keyAt, "latin1");
    }
    const now = performance.now();
    this.#socket.write(this.#request);
    return now;
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const headEnd = this.#received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.#received.toString("latin1", 0, headEnd);
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    if (!head.startsWith("HTTP/1.1 200 ") || length === undefined) {
      this.#failed(new Error(`An answer that was not expected: ${this.#received.toString()}`));
      return;
    }
    if (this.#received.length < headEnd + HEAD_END.length + Number(length)) return;
    this.#received = Buffer.alloc(0);
    this.#answered();
  }

  close(): void {
    this.#failed = () => {};
    this.#socket.destroy();
  }
}
