/** Keys, targets, bundles and bindings: what a gate holds in memory, and how it is changed. */
import { canonicalJson } from "../core/canonical-json.ts";
import { fromBase64Url } from "../core/encoding.ts";
import { type Digest, digestOf } from "../core/hash.ts";
import type { Json, JsonObject } from "../core/json.ts";
import { commit } from "../core/ledger/commitment.ts";
import type { Entry } from "../core/ledger/entry.ts";
import { BINDINGS_MAX, CONFIG_CHARS_MAX, KEYS_MAX, POLICIES_MAX, TARGETS_MAX } from "../core/limits.ts";
import { type Binding, bindingView } from "../core/policy/binding.ts";
import type { Bundle } from "../core/policy/bundle.ts";
import type { ApiKey } from "../core/principal.ts";
import type { Target } from "../core/transport/transport.ts";
import { type NewEntry, subjectId } from "./ledger.ts";
import type { BindingChange, NewPolicy, PublishedPolicy, TenantConfig } from "./rpc.ts";
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
  const policies: Record<Digest, PublishedPolicy> = {};
  for (const digest of bindings.flatMap(({ bundle, shadow }) =>
    shadow === null ? [bundle] : [bundle, shadow],
  )) {
    const stored = sql.bundle(digest);
    if (stored === null) continue;
    const bundle = JSON.parse(stored.text) as Bundle;
    bundles[digest] = bundle;
    for (const { policy } of bundle.policies) {
      const published = readPolicy(sql, policy);
      if (published !== null) policies[policy] = published;
    }
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
    policies,
  };
}

export function readPolicy(sql: Statements, policyId: Digest): PublishedPolicy | null {
  const stored = sql.policy(policyId);
  return stored && (JSON.parse(stored.record) as PublishedPolicy);
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

/** Modules are named by digest, so that two policies with one module keep it once. */
export function insertPolicy(
  sql: Statements,
  { raw, metered, ...policy }: NewPolicy,
  nowMs: number,
): Change | "known" | "too_many" {
  const known = readPolicy(sql, policy.policyId);
  // Metered under another profile it is another module, of another exec id: publishing again puts that in its place.
  if (known?.profileId === policy.profileId) return "known";
  if (known === null && sql.countPolicies() >= POLICIES_MAX) return "too_many";
  sql.putPolicy(policy.policyId, JSON.stringify(policy), nowMs);
  storeModule(sql, `sha256:${policy.wasmSha256}`, raw);
  storeModule(sql, policy.execId, metered);
  return {
    type: "policy.published",
    subject: policy.policyId,
    body: {
      name: policy.manifest.name,
      version: policy.manifest.version,
      policy_id: policy.policyId,
      wasm_sha256: policy.wasmSha256,
      exec_id: policy.execId,
      profile_id: policy.profileId,
    },
  };
}

/** Below the 2 MiB that a value may have in a Durable Object's SQLite. */
const MODULE_PART_BYTES = 1024 * 1024;

function storeModule(sql: Statements, digest: Digest, bytes: Uint8Array): void {
  for (let part = 0; part * MODULE_PART_BYTES < bytes.length; part++) {
    const from = part * MODULE_PART_BYTES;
    sql.insertModulePart(digest, part, bytes.slice(from, from + MODULE_PART_BYTES).buffer as ArrayBuffer);
  }
}

/** The bytes of a module, or null where none of that digest was stored. */
export function readModule(sql: Statements, digest: Digest): Uint8Array | null {
  const parts = sql.moduleParts(digest).map(({ bytes }) => new Uint8Array(bytes));
  if (parts.length === 0) return null;
  const whole = new Uint8Array(parts.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function putBinding(
  sql: Statements,
  binding: Binding,
  revisionAfter: number,
): Change | "unknown_bundle" | "too_many" {
  if (sql.bundle(binding.bundle) === null) return "unknown_bundle";
  if (binding.shadow !== null && sql.bundle(binding.shadow) === null) return "unknown_bundle";
  const known = readBindings(sql);
  const replaces = known.some(
    ({ surface, folder }) => surface === binding.surface && folder === binding.folder,
  );
  if (!replaces && known.length >= BINDINGS_MAX) return "too_many";
  return placeBinding(sql, "binding.put", binding, revisionAfter);
}

/** Puts back the binding before the one in force. Null: there is none. */
export function rollbackBinding(
  sql: Statements,
  surface: string,
  folder: string | null,
  revisionAfter: number,
): { readonly binding: Binding; readonly change: Change } | null {
  const [inForce, before] = sql.boundInTurn(surface, folder, 2);
  if (inForce === undefined || before === undefined) return null;
  sql.undoBinding(inForce.seq);
  const binding = JSON.parse(before.record) as Binding;
  return { binding, change: placeBinding(sql, "binding.rolled_back", binding, revisionAfter) };
}

export function readBindingHistory(
  sql: Statements,
  surface: string,
  folder: string | null,
  before: number | null,
  limit: number,
): BindingChange[] {
  const rows = sql.bindingChanges(surface, folder, before ?? Number.MAX_SAFE_INTEGER, limit);
  return rows.map(({ seq, record, entry_idx, undone, text }) => {
    const { type, time, actor } = JSON.parse(text) as Entry;
    const binding = JSON.parse(record) as Binding;
    return { seq, entry: entry_idx, type, time, actor, binding, undone: undone === 1 };
  });
}

function placeBinding(
  sql: Statements,
  type: "binding.put" | "binding.rolled_back",
  binding: Binding,
  revisionAfter: number,
): Change {
  const record = JSON.stringify(binding);
  sql.putBinding(binding.surface, binding.folder, record);
  // The entry of this change is the next one to be written.
  const entry_idx = (sql.lastEntry()?.idx ?? -1) + 1;
  const kind = type === "binding.put" ? "put" : "rollback";
  sql.insertBindingHistory({ surface: binding.surface, folder: binding.folder, kind, record, entry_idx });
  const body: JsonObject = {
    ...bindingView(binding),
    folder: binding.folder === null ? null : subjectId(sql, "folder", binding.folder),
    config_revision: revisionAfter,
  };
  return { type, subject: binding.surface, body };
}
