/**
 * Ledger entries (docs/spec/ledger.md). An entry is canonical JSON; its leaf hash is that of RFC 6962
 * section 2.1, SHA-256(0x00 || entry), and `prev` is the leaf hash of the entry before it.
 *
 * The log holds no personal data: people, agents and folders stand as opaque ids, everything they wrote
 * as a salted commitment.
 */
import { canonicalJson } from "../canonical-json.ts";
import { type Digest, sha256Hex } from "../hash.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Mode } from "../policy/binding.ts";
import type { Outcome } from "../policy/decision.ts";
import type { EngineRule } from "../policy/engine-rules.ts";
import type { Severity } from "../policy/manifest.ts";

export const ENTRY_VERSION = 1;
/** What the first entry has for `prev`: there is none before it. */
export const GENESIS: Digest = `sha256:${"0".repeat(64)}`;

/** Who acted: a key or a person, by opaque id, or the gateway itself. */
export interface Actor {
  readonly kind: "key" | "person" | "system";
  readonly id: string;
}

export type EntryType =
  | "tenant.created"
  | "key.created"
  | "key.revoked"
  | "target.put"
  | "target.deleted"
  | "bundle.created"
  | "binding.put"
  | "decision"
  | "approval"
  | "action.cancelled"
  | "action.outcome"
  | "delivery";

export interface Entry {
  readonly v: typeof ENTRY_VERSION;
  /** The log's name, unique among all logs: an entry of one is never taken for another's. */
  readonly log: string;
  readonly index: number;
  readonly prev: Digest;
  /** RFC 3339, UTC, milliseconds: the object's clock when it wrote the entry. */
  readonly time: string;
  readonly type: EntryType;
  readonly actor: Actor;
  /** What it is about: the id of an action, key, target, bundle or binding. */
  readonly subject: string;
  readonly body: JsonObject;
}

export interface RuleFired {
  readonly policy: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly observed: boolean;
  readonly count: number;
}

/** The body of a `decision` entry. */
export interface DecisionBody {
  readonly surface: string;
  readonly decision: Outcome;
  readonly mode: Mode;
  readonly would_decide: Outcome | null;
  readonly rules: readonly RuleFired[];
  readonly policies: readonly { name: string; policy_id: Digest; bundle: Digest; error: EngineRule | null }[];
  readonly bundles: readonly Digest[];
  readonly config_revision: number;
  readonly engine: string;
  readonly target: { readonly name: string; readonly revision: number } | null;
  /** Opaque subject ids; null where not claimed. */
  readonly owner: string;
  readonly agent: string | null;
  readonly user: string | null;
  readonly folder: string | null;
  /** The approval under which it was judged again. */
  readonly approval: string | null;
  readonly commitments: { readonly action: Digest; readonly input: Digest; readonly message: Digest | null };
}

export interface StoredEntry {
  readonly index: number;
  readonly leaf: Digest;
  readonly text: string;
}

export function sealEntry(entry: Entry): StoredEntry {
  const text = canonicalJson(entry as unknown as Json);
  return { index: entry.index, leaf: leafHash(text), text };
}

export const leafHash = (entryText: string): Digest => `sha256:${sha256Hex(LEAF_PREFIX, entryText)}`;
const LEAF_PREFIX = new Uint8Array([0]);
