/** Witnesses that answer as they are told, each with a key of its own: what a client meets when one of them is broken or bad. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { parseAddCheckpoint } from "../../core/ledger/tree/add-checkpoint.ts";
import { cosignature, cosignedBytes } from "../../core/ledger/tree/cosignature.ts";
import { formatKey, formatSignature, type NoteKey, SIGNATURE_TYPE } from "../../core/ledger/tree/note.ts";

export interface Cosigner {
  readonly key: NoteKey;
  readonly vkey: string;
  /** The line for a checkpoint's text. */
  line(text: string, seconds?: number): Promise<string>;
}

export async function cosigner(name: string): Promise<Cosigner> {
  const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const publicKey = new Uint8Array((await crypto.subtle.exportKey("raw", pair.publicKey)) as ArrayBuffer);
  const key = { name, type: SIGNATURE_TYPE.cosignature, publicKey };
  return {
    key,
    vkey: formatKey(key),
    async line(text, seconds = 1_800_000_000) {
      const bytes = new Uint8Array(cosignedBytes(text, seconds));
      const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, bytes));
      return formatSignature(cosignature(key, seconds, signature));
    },
  };
}

/** What a script is given: who it should be, somebody else, and the text that was sent. */
interface Asked {
  readonly self: Cosigner;
  readonly other: Cosigner;
  readonly text: string;
  readonly response: ServerResponse;
}
export type Script = (asked: Asked) => Promise<void> | void;

export async function startScripted(scripts: Readonly<Record<string, Script>>) {
  const asked: string[] = [];
  /** By name: bytes written to connections that have ended. */
  const sent = new Map<string, number>();
  const other = await cosigner("other.test/1");
  const selves = new Map<string, Cosigner>();
  for (const name of Object.keys(scripts)) selves.set(name, await cosigner(`${name}.test/1`));
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const [, name = ""] = (request.url ?? "").split("/");
    asked.push(name);
    response.on("close", () => sent.set(name, request.socket.bytesWritten));
    const text = parseAddCheckpoint(Buffer.concat(pieces))?.note.text ?? "";
    await scripts[name]?.({ self: selves.get(name) as Cosigner, other, text, response });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    asked,
    sent,
    other,
    /** As in WITNESSES. */
    witnesses: [...selves].map(([name, { vkey }]) => ({ url: `${origin}/${name}`, vkey })),
    selfOf: (name: string) => selves.get(name) as Cosigner,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
