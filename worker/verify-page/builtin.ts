/** The policies that the page carries with it, so that a replay needs no network: written by cli/build-verify-page.ts. */
import { fromBase64 } from "../../core/encoding.ts";
import type { JsonObject } from "../../core/json.ts";
import type { ReplaySources } from "../../core/policy/replay/sources.ts";

export interface CarriedPolicy {
  readonly manifest: JsonObject;
  /** SHA-256 of the module, hex. */
  readonly wasm_sha256: string;
  /** The module as uploaded: gzip (RFC 1952), then base64. */
  readonly wasm: string;
}

export async function addCarried(sources: ReplaySources, text: string): Promise<void> {
  for (const { manifest, wasm_sha256, wasm } of JSON.parse(text) as CarriedPolicy[]) {
    sources.addPolicy(manifest, wasm_sha256);
    sources.addModule(await gunzip(fromBase64(wasm) ?? new Uint8Array()));
  }
}

async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
