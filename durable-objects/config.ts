/** Keys, targets, bundles and bindings: what a gate holds in memory, and how it is changed. */
import { canonicalJson } from "../core/canonical-json.ts";
import { fromBase64Url } from "../core/encoding.ts";
import { type Digest, digestOf } from "../core/hash.ts";
import type { Json, JsonObject } from "../core/json.ts";
import { commit } from "../core/ledger/commitment.ts";
import { BINDINGS_MAX, CONFIG_CHARS_MAX, KEYS_MAX, TARGETS_MAX } from "../core/limits.ts";
import type { Binding } from "../core/policy/binding.ts";
import type { Bundle } from "../core/policy/bundle.ts";
import type { ApiKey } from "../core/principal.ts";
import type { Target } from "../core/transport/transport.ts";
import { type NewEntry, subjectId } from "./ledger.ts";
import type { TenantConfig } from "./rpc.ts";
import type { Statements } from "./statements.ts";

/** A change of configuration: what it writes, and the entry that records it. `null`: nothing to change. */
export type Change =
  | (Omit<NewEntry, "actor"> & { readonly evidence?: { readonly salt: string; readonly text: string } })
  | null;

/** Rows are written below from checked values; reading them back needs no second check. */
export const readKeys = (sql: Statements): ApiKey[] =>
  sql.keys().map(({ record }) => JSON.parse(record) as ApiKey);
export const readTargets = (sql: Statements): Target[] =>
  sql.targets().map(({ record }) => JSON.parse(record) as Target);
export const readBindings = (sql: Statements): Binding[] =>
  sql.bindings().map(({ record }) => JSON.parse(record) as Binding);

export function readConfig(sql: Statements, revision: number): TenantConfig {
  const bindings = readBindings(sql);
  const bundles: Record<Digest, Bundle> = {};
  for (const { bundle } of bindings) {
    const stored = sql.bundle(bundle);
    if (stored !== null) bundles[bundle] = JSON.parse(stored.text) as Bundle;
  }
  return {
    tenant: sql.meta("tenant") ?? "",
    tenantName: sql.meta("tenant_name") ?? "",
    log: sql.meta("log") ?? "",
    revision,
    keys: readKeys(sql),
    targets: readTargets(sql),
    bindings,
    bundles,
  };
}

/** In characters of JSON: close enough to bytes, and cheap enough for what changes seldom. */
export const isTooLarge = (sql: Statements): boolean =>
  JSON.stringify(readConfig(sql, 0)).length > CONFIG_CHARS_MAX;

export function insertKey(sql: Statements, key: ApiKey, nowMs: number): Change | "too_many" {
  if (sql.keys().length >= KEYS_MAX) return "too_many";
  sql.insertKey(key.id, JSON.stringify(key), nowMs);
  return {
    type: "key.created",
    subject: key.id,
    body: { scopes: [...key.scopes], owner: subjectId(sql, "person", key.owner) },
  };
}

export function revokeKey(sql: Statements, id: string, nowMs: number): Change {
  return sql.revokeKey(id, nowMs) === 0 ? null : { type: "key.revoked", subject: id, body: {} };
}

export function putTarget(
  sql: Statements,
  target: Omit<Target, "revision">,
  sealed: string,
  salt: string,
): { readonly target: Target; readonly change: Change } | "too_many" {
  if (sql.target(target.name) === null && sql.targets().length >= TARGETS_MAX) return "too_many";
  const placed: Target = { ...target, revision: sql.bumpTargetRevision(target.name) };
  sql.putTarget(placed.name, JSON.stringify(placed), sealed);
  const text = canonicalJson({ config: placed.config, surfaces: [...placed.surfaces] } satisfies Json);
  return {
    target: placed,
    change: {
      type: "target.put",
      subject: placed.name,
      body: {
        kind: placed.kind,
        revision: placed.revision,
        commitments: { config: commit("config", fromBase64Url(salt) ?? new Uint8Array(), digestOf(text)) },
      },
      evidence: { salt, text },
    },
  };
}

export function deleteTarget(sql: Statements, name: string): Change {
  return sql.deleteTarget(name) === 0 ? null : { type: "target.deleted", subject: name, body: {} };
}

export function insertBundle(sql: Statements, digest: Digest, text: string, nowMs: number): Change {
  return sql.insertBundle(digest, text, nowMs) === 0
    ? null
    : { type: "bundle.created", subject: digest, body: { bundle: digest } };
}

export function putBinding(
  sql: Statements,
  binding: Binding,
  revisionAfter: number,
): Change | "unknown_bundle" | "too_many" {
  if (sql.bundle(binding.bundle) === null) return "unknown_bundle";
  const known = readBindings(sql);
  const replaces = known.some(
    ({ surface, folder }) => surface === binding.surface && folder === binding.folder,
  );
  if (!replaces && known.length >= BINDINGS_MAX) return "too_many";
  sql.putBinding(binding.surface, binding.folder, JSON.stringify(binding));
  const body: JsonObject = {
    surface: binding.surface,
    folder: binding.folder === null ? null : subjectId(sql, "folder", binding.folder),
    bundle: binding.bundle,
    mode: binding.mode,
    config_revision: revisionAfter,
  };
  return { type: "binding.put", subject: binding.surface, body };
}
