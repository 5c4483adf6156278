/** Where files are read and the work is done, so that the page stays in reach of whoever looks at it. */
import { importPublicKey } from "../../../core/keys.ts";
import { examine } from "../examine.ts";
import type { GivenFile, Progress, WorkerMessage } from "../report.ts";

/** What the page sends: files are handed over unread. */
export interface Job {
  readonly evidence: readonly File[];
  readonly keyFiles: readonly File[];
  readonly keyText: string;
  readonly quorumText: string;
  readonly extras: readonly File[];
  readonly builtin: string;
}

/** Between two reports of progress: more often than this nobody sees. */
const PROGRESS_MS = 100;

export function startWorker(): void {
  let toldAt = 0;
  const tell = (message: WorkerMessage) => {
    const now = performance.now();
    if (message.kind === "progress" && message.done !== 0 && now - toldAt < PROGRESS_MS) return;
    toldAt = now;
    postMessage(message);
  };
  addEventListener("message", ({ data }: MessageEvent<Job>) => {
    run(data, tell).then(tell, (error: unknown) => {
      tell({ kind: "refused", field: "browser", message: `The page failed: ${String(error)}` });
    });
  });
}

async function run(job: Job, tell: (progress: Progress) => void): Promise<WorkerMessage> {
  const missing = await whatIsMissing();
  if (missing !== null) return { kind: "refused", field: "browser", message: missing };
  const request = {
    evidence: await readAll(job.evidence, tell),
    keyFiles: await readAll(job.keyFiles, tell),
    extras: await readAll(job.extras, tell),
    keyText: job.keyText,
    quorumText: job.quorumText,
    builtin: job.builtin,
  };
  return examine(request, (wasm) => new WebAssembly.Module(wasm), tell);
}

async function readAll(files: readonly File[], tell: (progress: Progress) => void): Promise<GivenFile[]> {
  const given: GivenFile[] = [];
  for (const file of files) given.push({ name: file.name, bytes: await read(file, tell) });
  return given;
}

async function read(file: File, tell: (progress: Progress) => void): Promise<Uint8Array> {
  const bytes = new Uint8Array(file.size);
  let at = 0;
  for await (const chunk of file.stream()) {
    tell({ kind: "progress", step: `Reading ${file.name}`, done: at, total: file.size });
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** The public key of RFC 8032, section 7.1, test 1. */
const SOME_KEY = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

async function whatIsMissing(): Promise<string | null> {
  if (globalThis.crypto?.subtle === undefined)
    return "This browser gives no cryptography to a page that was opened like this. Open it from your disk in Chromium or Firefox, or over https.";
  try {
    await importPublicKey({ x: SOME_KEY });
    return null;
  } catch {
    return "This browser cannot verify Ed25519 signatures yet: Chrome 137, Firefox 129 and Safari 17 can, and those after them.";
  }
}
