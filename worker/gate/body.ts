/** Reading a request's body: size first, then strict I-JSON. */
import { type Json, type JsonFault, parseIJson } from "../../core/json.ts";
import { JSON_DEPTH_MAX, JSON_VALUES_MAX, REQUEST_BYTES_MAX } from "../../core/limits.ts";
import { Problem } from "./problem.ts";

export async function readJson(request: Request): Promise<Json> {
  const type = mediaType(request);
  if (type !== "" && type !== "application/json") {
    throw new Problem("unsupported_media_type", { detail: "Send the body as application/json." });
  }
  return parseBody(await readBytes(request, REQUEST_BYTES_MAX), REQUEST_BYTES_MAX);
}

/** For routes whose body may be left out: `{}` stands for none. */
export async function readOptionalJson(request: Request): Promise<Json> {
  if (request.body === null || request.headers.get("content-length") === "0") return {};
  return readJson(request);
}

/** Without parameters, in lower case; empty where the request names none. */
export const mediaType = (request: Request): string =>
  request.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase() ?? "";

/** Throws a Problem where the bytes are no JSON of ours. */
export function parseBody(bytes: Uint8Array, bytesMax: number): Json {
  const parsed = parseIJson(bytes, { bytesMax, depthMax: JSON_DEPTH_MAX, valuesMax: JSON_VALUES_MAX });
  if (parsed.ok) return parsed.value;
  throw jsonProblem(parsed.fault);
}

const jsonProblem = ({ code, offset, detail }: JsonFault): Problem =>
  new Problem(code, { detail, ...(offset > 0 ? { members: { offset } } : {}) });

/** Throws a Problem where there are more than `bytesMax`. */
export async function readBytes(request: Request, bytesMax: number): Promise<Uint8Array<ArrayBuffer>> {
  // A declared length saves reading the body; an absent or false one is caught by counting below.
  if (Number(request.headers.get("content-length")) > bytesMax) throw tooLarge(bytesMax);
  if (request.body === null) return new Uint8Array();
  const declared = request.headers.get("content-length");
  if (declared !== null) return new Uint8Array(await request.arrayBuffer());
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body as ReadableStream<Uint8Array>) {
    length += chunk.length;
    if (length > bytesMax) throw tooLarge(bytesMax);
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

const tooLarge = (bytesMax: number) =>
  new Problem("json_too_large", { detail: `The body is over ${bytesMax} bytes.` });
