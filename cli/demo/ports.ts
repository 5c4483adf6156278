/** Ports on the loopback address. */
import { createServer } from "node:net";

export const LOOPBACK = "127.0.0.1";
/** How many neighbours of a busy port are tried before any free one is taken. */
const NEIGHBOURS = 20;

/** The preferred port where it is free, else a neighbour, else any. `taken` are those promised to others already. */
export async function findPort(preferred: number, taken: readonly number[] = []): Promise<number> {
  for (let port = preferred; port < preferred + NEIGHBOURS; port++) {
    if (!taken.includes(port) && (await tryListen(port)) !== null) return port;
  }
  const any = await tryListen(0);
  if (any === null) throw new Error(`No free port on ${LOOPBACK}.`);
  return any;
}

/** Listens for a moment; null where the port is busy. */
function tryListen(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(null));
    server.listen(port, LOOPBACK, () => {
      const address = server.address();
      const found = typeof address === "object" && address !== null ? address.port : port;
      server.close(() => resolve(found));
    });
  });
}
