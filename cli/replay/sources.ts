/** Where a replay takes bundles, manifests and modules from: files, this release, a gateway. All are found by digest. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { canonicalJson } from "../../core/canonical-json.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import type { ExportedEvidence } from "../../core/ledger/evidence.ts";
import type { ReplaySources } from "../../core/policy/replay/sources.ts";
import { LIMITS } from "../../core/policy/wasm/profile.ts";
import { BUILT, builtRows } from "../builtin.ts";
import { ApiError, type Client } from "../client.ts";
import { readInput } from "../files.ts";
import { UsageError } from "../output.ts";

export function addExported(sources: ReplaySources, { bundles, policies }: ExportedEvidence): void {
  for (const { digest, text } of bundles) sources.addBundle(text, digest);
  for (const { policy_id, manifest, wasm_sha256 } of policies)
    sources.addPolicy(manifest, wasm_sha256, policy_id);
}

/** The policies of this release; none where it was not built. */
export async function addBuiltin(sources: ReplaySources): Promise<void> {
  for (const { manifest, wasm_sha256, wasm_path } of await builtRows()) {
    sources.addPolicy(manifest as unknown as Json, wasm_sha256);
    sources.addModule(await readFile(join(BUILT, wasm_path)));
  }
}

/** Modules, and what GET /v1/policies/{id} answers, under whatever names. */
export async function addFolder(sources: ReplaySources, folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => {
    throw new UsageError(`couldn't read the folder ${folder}`);
  });
  for (const name of names) {
    const bytes = await readFile(join(folder, name)).catch(() => null);
    if (bytes === null || bytes.length > LIMITS.RAW_BYTES_MAX) continue;
    if (bytes.subarray(0, 4).equals(WASM_MAGIC)) sources.addModule(bytes);
    else if (name.endsWith(".json")) addRecord(sources, bytes.toString("utf8"));
  }
}

const WASM_MAGIC = Buffer.from([0, 0x61, 0x73, 0x6d]);

interface PolicyRecord {
  readonly manifest?: Json;
  readonly wasm_sha256?: unknown;
}

function addRecord(sources: ReplaySources, text: string): void {
  try {
    const { manifest, wasm_sha256 } = JSON.parse(text) as PolicyRecord;
    if (manifest && typeof wasm_sha256 === "string") sources.addPolicy(manifest, wasm_sha256);
  } catch {
    // Something else that lies there.
  }
}

export async function addBundleFile(sources: ReplaySources, file: string): Promise<void> {
  try {
    const json = JSON.parse(new TextDecoder().decode(await readInput(file))) as JsonObject;
    // As GET /v1/bundles/{digest} answers it, or as it is stored.
    const { bundle: _digest, created_at: _time, ...bundle } = json;
    if (sources.addBundle(canonicalJson(bundle))) return;
  } catch (error) {
    if (error instanceof UsageError) throw error;
  }
  throw new UsageError(`${file} is not a bundle`, "Expected what GET /v1/bundles/{digest} answers.");
}

/** The modules of policies that the tenant published itself; those of the gateway's build are in its release. */
export async function addPublished(
  sources: ReplaySources,
  client: Client,
  { policies }: ExportedEvidence,
): Promise<void> {
  for (const { policy_id } of policies) {
    if (sources.policy(policy_id).kind === "found") continue;
    const { status, body } = await client.bytes(`/v1/policies/${policy_id}/wasm`);
    if (status === 200) sources.addModule(body);
    else if (status !== 404) throw new ApiError(`GET /v1/policies/${policy_id}/wasm`, status, null);
  }
}
