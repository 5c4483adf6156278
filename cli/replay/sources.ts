/** Where a replay takes bundles, manifests and modules from: files, this release, a gateway. All are found by digest. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Json } from "../../core/json.ts";
import type { ExportedEvidence } from "../../core/ledger/evidence.ts";
import { addGiven } from "../../core/policy/replay/given.ts";
import type { ReplaySources } from "../../core/policy/replay/sources.ts";
import { BUILT, builtRows } from "../builtin.ts";
import { ApiError, type Client } from "../client.ts";
import { readInput } from "../files.ts";
import { UsageError } from "../output.ts";

/** The policies of this release; none where it was not built. */
export async function addBuiltin(sources: ReplaySources): Promise<void> {
  for (const { manifest, wasm_sha256, wasm_path } of await builtRows()) {
    sources.addBuiltin(manifest as unknown as Json, wasm_sha256);
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
    if (bytes !== null) addGiven(sources, bytes);
  }
}

export async function addBundleFile(sources: ReplaySources, file: string): Promise<void> {
  if (addGiven(sources, await readInput(file)) !== "bundle")
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
