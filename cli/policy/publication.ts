/** Policies, bundles and bindings of a gateway, through its API (docs/api.md). */
import { toBase64 } from "../../core/encoding.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import type { Manifest } from "../../core/policy/manifest.ts";
import type { Client } from "../client.ts";
import type { BuiltPolicy } from "./build.ts";

export interface PublishedAnswer {
  readonly policy: string;
  readonly builtin: boolean;
  readonly exec_id: string;
  readonly profile_id: string;
  readonly wasm_sha256: string;
  readonly manifest: Manifest;
}

export interface BindingAnswer {
  readonly surface: string;
  readonly folder: string | null;
  readonly bundle: string;
  readonly mode: "enforce" | "observe";
  readonly on_error: string;
  readonly budget: JsonObject;
  readonly shadow: string | null;
}

export interface BundleAnswer {
  readonly bundle: string;
  readonly name: string;
  readonly version: string;
  readonly policies: readonly BundleEntry[];
}

export interface BundleEntry {
  readonly policy: string;
  readonly settings: JsonObject;
  readonly severities: JsonObject;
}

/** `created` is false where the gateway had it already. */
export async function publishPolicy(
  client: Client,
  { manifest, raw }: BuiltPolicy,
): Promise<{ readonly published: PublishedAnswer; readonly created: boolean }> {
  const answer = await client.call<PublishedAnswer>("POST", "/v1/policies", {
    manifest,
    wasm: toBase64(raw),
  });
  if (answer.status !== 200 && answer.status !== 201) throw client.refused("POST /v1/policies", answer);
  return { published: answer.body, created: answer.status === 201 };
}

export const findPolicy = (client: Client, id: string): Promise<PublishedAnswer | null> =>
  found(client, `/v1/policies/${encodeURIComponent(id)}`);

/** Built-in policies stand on the list's first page. */
export async function findBuiltinPolicy(client: Client, name: string): Promise<PublishedAnswer | null> {
  const { data } = await client.expect<{ data: readonly PublishedAnswer[] }>("GET", "/v1/policies");
  return data.find(({ builtin, manifest }) => builtin && manifest.name === name) ?? null;
}

export const findBundle = (client: Client, digest: string): Promise<BundleAnswer | null> =>
  found(client, `/v1/bundles/${encodeURIComponent(digest)}`);

export const createBundle = (client: Client, bundle: JsonObject): Promise<BundleAnswer> =>
  client.expect("POST", "/v1/bundles", bundle as Record<string, Json>);

export async function findBinding(
  client: Client,
  surface: string,
  folder: string | null,
): Promise<BindingAnswer | null> {
  const { data } = await client.expect<{ data: readonly BindingAnswer[] }>("GET", "/v1/bindings");
  return data.find((binding) => binding.surface === surface && binding.folder === folder) ?? null;
}

export const putBinding = (
  client: Client,
  { surface, ...binding }: Partial<BindingAnswer> & { readonly surface: string },
): Promise<BindingAnswer> => client.expect("PUT", `/v1/bindings/${encodeURIComponent(surface)}`, binding);

export const rollbackBinding = (
  client: Client,
  surface: string,
  folder: string | null,
): Promise<BindingAnswer> =>
  client.expect("POST", `/v1/bindings/${encodeURIComponent(surface)}/rollback`, { folder });

async function found<T>(client: Client, path: string): Promise<T | null> {
  const answer = await client.call<T>("GET", path);
  if (answer.status === 404) return null;
  if (answer.status !== 200) throw client.refused(`GET ${path}`, answer);
  return answer.body;
}
