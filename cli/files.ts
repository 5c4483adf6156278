/** Reading what a command is pointed at. */
import { createReadStream } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { UsageError } from "./output.ts";

/** The bytes of a file, or of standard input for `-`. */
export async function readInput(path: string): Promise<Uint8Array> {
  if (path === "-") {
    const chunks: Uint8Array[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
    return Buffer.concat(chunks);
  }
  try {
    return await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ERR_FS_FILE_TOO_LARGE") return readLarge(path);
      throw error;
    });
  } catch (error) {
    throw new UsageError(`couldn't read ${path}: ${reasonOf(error)}`);
  }
}

/**
 * The bytes of a file piece by piece, so that it need not fit in memory; `isLines` says by the beginning whether that is to be so.
 * Null: it is not, and nothing was read.
 */
export async function streamInput(
  path: string,
  isLines: (start: Uint8Array) => boolean,
): Promise<AsyncIterable<Uint8Array> | null> {
  // What was read of standard input could not be read again.
  if (path === "-") return null;
  const start = await readStart(path);
  return start !== null && isLines(start) ? createReadStream(path, { highWaterMark: PIECE_BYTES }) : null;
}
const PIECE_BYTES = 1024 * 1024;
const START_BYTES = 4096;

/** Null where it cannot be read: whoever reads all of it says why. */
async function readStart(path: string): Promise<Uint8Array | null> {
  const file = await open(path).catch(() => null);
  try {
    const read = await file?.read(new Uint8Array(START_BYTES), 0, START_BYTES, 0).catch(() => null);
    return read ? read.buffer.subarray(0, read.bytesRead) : null;
  } finally {
    await file?.close();
  }
}

/** `readFile` takes no more than 2 GiB, and an export of a million entries may have more. */
async function readLarge(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const bytes = new Uint8Array((await file.stat()).size);
    for (let at = 0; at < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, at, Math.min(READ_BYTES_MAX, bytes.length - at), at);
      if (bytesRead === 0) throw new Error("it became shorter while it was read");
      at += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}
const READ_BYTES_MAX = 1024 * 1024 * 1024;

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EISDIR") return "it is a folder";
  if (code === "EACCES") return "reading it is not permitted";
  return error instanceof Error ? error.message : String(error);
}
