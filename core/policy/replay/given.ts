/** What somebody gives for a replay beside the evidence, told apart by its content and found by its digest afterwards. */
import { canonicalJson } from "../../canonical-json.ts";
import type { Json, JsonObject } from "../../json.ts";
import type { ExportedEvidence } from "../../ledger/evidence.ts";
import { LIMITS } from "../wasm/profile.ts";
import type { ReplaySources } from "./sources.ts";

export function addExported(sources: ReplaySources, { bundles, policies }: ExportedEvidence): void {
  for (const { digest, text } of bundles) sources.addBundle(text, digest);
  for (const { policy_id, manifest, wasm_sha256 } of policies)
    sources.addPolicy(manifest, wasm_sha256, policy_id);
}

/** A module, what GET /v1/policies/{id} answers, or a bundle. Null: it is none of these. */
export function addGiven(sources: ReplaySources, bytes: Uint8Array): "module" | "policy" | "bundle" | null {
  // No module is longer, and no record or bundle is near as long.
  if (bytes.length > LIMITS.RAW_BYTES_MAX) return null;
  if (WASM_MAGIC.every((byte, at) => bytes[at] === byte)) {
    sources.addModule(bytes);
    return "module";
  }
  const json = readObject(bytes);
  if (json === null) return null;
  const { manifest, wasm_sha256 } = json;
  if (manifest && typeof wasm_sha256 === "string")
    return sources.addPolicy(manifest, wasm_sha256) ? "policy" : null;
  // As GET /v1/bundles/{digest} answers it, or as it is stored.
  const { bundle: _digest, created_at: _time, ...bundle } = json;
  return sources.addBundle(canonicalJson(bundle)) ? "bundle" : null;
}

/** WebAssembly core specification, 5.5.16. */
const WASM_MAGIC = [0, 0x61, 0x73, 0x6d];

function readObject(bytes: Uint8Array): JsonObject | null {
  try {
    const json = JSON.parse(new TextDecoder().decode(bytes)) as Json;
    return typeof json === "object" && json !== null && !Array.isArray(json) ? (json as JsonObject) : null;
  } catch {
    return null;
  }
}
