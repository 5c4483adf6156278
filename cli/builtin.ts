/** The policies of this release, as its build leaves them. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Digest } from "../core/hash.ts";
import type { Manifest } from "../core/policy/manifest.ts";
import type { RanPolicy } from "../core/policy/verdict.ts";
import { compileWasm } from "../policy-plugins/tools/wasm-module.ts";
import type { RunnableModule } from "../worker/evaluate/host.ts";
import { UsageError } from "./output.ts";

export const BUILT = join(import.meta.dirname, "../dist/policies");

export type BuiltinPolicy = RanPolicy & RunnableModule;

/** A row of the build's index. */
export interface BuiltRow {
  readonly name: string;
  readonly policy_id: Digest;
  readonly wasm_sha256: string;
  readonly wasm_path: string;
  readonly exec_id: Digest;
  readonly profile_id: string;
  readonly metered_path: string;
  readonly manifest: Manifest;
  readonly fixture: boolean;
}

/** Empty where nothing was built. */
export async function builtRows(): Promise<readonly BuiltRow[]> {
  const index = await readFile(join(BUILT, "index.json"), "utf8").catch(() => "[]");
  return JSON.parse(index) as BuiltRow[];
}

const loaded = new Map<string, BuiltinPolicy>();

/** Null where this release has none of that name. */
export async function findBuiltin(name: string): Promise<BuiltinPolicy | null> {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const rows = await builtRows();
  if (rows.length === 0)
    throw new UsageError("the built-in policies are not built", "npm run setup builds them.");
  const row = rows.find((one) => one.name === name && !one.fixture);
  if (row === undefined) return null;
  const module = compileWasm(new Uint8Array(await readFile(join(BUILT, row.metered_path))));
  const { manifest, policy_id: policyId, exec_id: execId, profile_id: profileId } = row;
  const policy = { manifest, policyId, execId, profileId, module };
  loaded.set(name, policy);
  return policy;
}
