/** Reading what is published: a module and its manifest, as a form with two files or as JSON. */
import * as v from "valibot";
import { canonicalJson } from "../../core/canonical-json.ts";
import { fromBase64, utf8 } from "../../core/encoding.ts";
import type { Json } from "../../core/json.ts";
import { MANIFEST_BYTES_MAX, PUBLICATION_BYTES_MAX } from "../../core/limits.ts";
import type { Manifest } from "../../core/policy/manifest.ts";
import { parsePublishable } from "../../core/policy/publishable.ts";
import { type InvalidIssue, jsonObject, validate } from "../../core/validate.ts";
import { mediaType, parseBody, readBytes } from "./body.ts";
import { Problem } from "./problem.ts";

export interface Publication {
  readonly manifest: Manifest;
  /** As uploaded; nothing of it has been looked at. */
  readonly wasm: Uint8Array;
}

/** Throws a Problem where the request is not a publication, or its manifest not one that may be published. */
export async function readPublication(request: Request): Promise<Publication> {
  const { manifest, wasm } = await readParts(request);
  if (utf8(canonicalJson(manifest)).length > MANIFEST_BYTES_MAX) {
    throw invalid({ pointer: "/manifest", message: `A manifest has at most ${MANIFEST_BYTES_MAX} bytes.` });
  }
  const parsed = parsePublishable(manifest);
  if (parsed.ok) return { manifest: parsed.value, wasm };
  throw invalid(...parsed.fault.issues.map((issue) => ({ ...issue, pointer: `/manifest${issue.pointer}` })));
}

interface Parts {
  readonly manifest: Json;
  readonly wasm: Uint8Array;
}

function readParts(request: Request): Promise<Parts> {
  switch (mediaType(request)) {
    case "multipart/form-data":
      return readForm(request);
    case "":
    case "application/json":
      return readJsonParts(request);
    default:
      throw new Problem("unsupported_media_type", {
        detail: "Send multipart/form-data with the files wasm and manifest, or application/json.",
      });
  }
}

const jsonParts = v.strictObject({ manifest: jsonObject, wasm: v.string() });

async function readJsonParts(request: Request): Promise<Parts> {
  const body = parseBody(await readBytes(request, PUBLICATION_BYTES_MAX), PUBLICATION_BYTES_MAX);
  const parsed = validate(jsonParts, body);
  if (!parsed.ok) throw new Problem("invalid_request", { errors: parsed.fault.issues });
  const wasm = fromBase64(parsed.value.wasm);
  if (wasm === null) throw invalid({ pointer: "/wasm", message: "Expected base64." });
  return { manifest: parsed.value.manifest, wasm };
}

async function readForm(request: Request): Promise<Parts> {
  const bytes = await readBytes(request, PUBLICATION_BYTES_MAX);
  const form = await parseForm(bytes, request.headers.get("content-type") ?? "");
  for (const name of form.keys()) {
    if (name !== "wasm" && name !== "manifest")
      throw invalid({ pointer: "", message: "Expected the parts wasm and manifest alone." });
  }
  const manifest = await readPart(form, "manifest");
  return { manifest: parseBody(manifest, MANIFEST_BYTES_MAX), wasm: await readPart(form, "wasm") };
}

async function parseForm(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<FormData> {
  try {
    return await new Response(bytes, { headers: { "content-type": contentType } }).formData();
  } catch {
    throw invalid({ pointer: "", message: "Expected a multipart/form-data body." });
  }
}

async function readPart(form: FormData, name: string): Promise<Uint8Array> {
  const [part, ...more] = form.getAll(name) as readonly (string | File)[];
  if (part === undefined || more.length > 0)
    throw invalid({ pointer: `/${name}`, message: "Expected one such part." });
  // A part without a file name comes as text, which is fine for JSON; binary that was read as text is none any more.
  if (typeof part === "string") {
    if (name === "wasm")
      throw invalid({ pointer: "/wasm", message: "Expected a file, so a part with a file name." });
    return utf8(part);
  }
  return new Uint8Array(await part.arrayBuffer());
}

const invalid = (...errors: readonly InvalidIssue[]) => new Problem("invalid_request", { errors });
