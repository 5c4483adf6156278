/** Reading what a command is pointed at. */
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
