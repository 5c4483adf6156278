/** One demo a folder: two would write to the same storage. */
import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The kernel's limit for a socket's path is 104 bytes on macOS and 108 on Linux. */
const SOCKET_PATH_MAX = 100;

/** Null: the folder is ours until this process ends, however it ends. Else the id of the process that has it. */
export async function claimFolder(folder: string): Promise<number | null> {
  const path = socketPath(folder);
  if (await tryListen(path)) return null;
  const holder = await askHolder(path);
  if (holder !== null) return holder;
  // Left behind by a process that was killed: a socket that nobody answers at.
  rmSync(path, { force: true });
  if (await tryListen(path)) return null;
  throw new Error(`Could not claim ${folder} (by ${path}).`);
}

function socketPath(folder: string): string {
  const own = join(folder, "running.sock");
  const short = `countersign-${createHash("sha256").update(folder).digest("hex").slice(0, 16)}`;
  if (process.platform === "win32") return `\\\\.\\pipe\\${short}`;
  return Buffer.byteLength(own) <= SOCKET_PATH_MAX ? own : join(tmpdir(), `${short}.sock`);
}

function tryListen(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server: Server = createServer((socket) => socket.end(String(process.pid)));
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(false);
      else reject(error);
    });
    server.listen(path, () => resolve(true));
    server.unref();
  });
}

function askHolder(path: string): Promise<number | null> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect(path);
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      text += chunk;
    });
    socket.once("end", () => resolve(Number(text)));
    socket.once("error", () => resolve(null));
  });
}
