/** Reading a request's JSON body: size first, then strict I-JSON. */
import { type Json, parseIJson } from "../../core/json.ts";
import { JSON_DEPTH_MAX, JSON_VALUES_MAX, REQUEST_BYTES_MAX } from "../../core/limits.ts";
import { Problem } from "./problem.ts";

const LIMITS = { bytesMax: REQUEST_BYTES_MAX, depthMax: JSON_DEPTH_MAX, valuesMax: JSON_VALUES_MAX };

export async function readJson(request: Request): Promise<Json> {
  const mediaType = request.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  if (mediaType !== undefined && mediaType !== "" && mediaType !== "application/json") {
    throw new Problem("unsupported_media_type", { detail: "Send the body as application/json." });
  }
  const parsed = parseIJson(await readBytes(request), LIMITS);
  if (parsed.ok) return parsed.value;
  const { code, offset, detail } = parsed.fault;
  throw new Problem(code, { detail, ...(offset > 0 ? { members: { offset } } : {}) });
}

async function readBytes(request: Request): Promise<Uint8Array> {
  // A declared length saves reading the body; an absent or false one is caught by counting below.
  if (Number(request.headers.get("content-length")) > REQUEST_BYTES_MAX) throw tooLarge();
  if (request.body === null) return new Uint8Array();
  const declared = request.headers.get("content-length");
  if (declared !== null) return new Uint8Array(await request.arrayBuffer());
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body as ReadableStream<Uint8Array>) {
    length += chunk.length;
    if (length > REQUEST_BYTES_MAX) throw tooLarge();
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

const tooLarge = () =>
  new Problem("json_too_large", { detail: `The body is over ${REQUEST_BYTES_MAX} bytes.` });
