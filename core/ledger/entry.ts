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
import type { Mode, OnError, OnExceeded } from "../policy/binding.ts";
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
  | "policy.published"
  | "bundle.created"
  | "binding.put"
  | "binding.rolled_back"
  | "decision"
  | "evaluation"
  | "alert"
  | "approval"
  | "deferral"
  | "action.cancelled"
  | "action.outcome"
  | "delivery"
  | "key.rotated"
  | "epoch.opened"
  | "payload.erased"
  | "retention.put";

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
  /** True where an obligation was applied for it, and it is no longer there. */
  readonly settled: boolean;
  readonly count: number;
}

/** What one policy did: who can fetch module, bundle and input can do it again and must get the same verdict. */
export interface PolicyRan {
  readonly name: string;
  readonly policy_id: Digest;
  /** Of the metered module; null where there was none to run. */
  readonly exec_id: Digest | null;
  readonly profile_id: string;
  readonly bundle: Digest;
  readonly fuel: number;
  readonly fuel_limit: number;
  readonly error: EngineRule | null;
  /** 1: the action as submitted, 2: as changed by obligations. */
  readonly pass: 1 | 2;
  /** Commitment to the verdict's canonical JSON. */
  readonly verdict: Digest;
}

/** A binding that governed, with all of it that `combine` reads. */
export interface BindingUsed {
  readonly surface: string;
  /** Opaque subject id; null: every folder. */
  readonly folder: string | null;
  readonly bundle: Digest;
  readonly mode: Mode;
  readonly on_error: OnError;
  readonly budget: { readonly fast_fuel: number; readonly on_exceeded: OnExceeded };
  readonly shadow: Digest | null;
}

/** What the candidates of the matching bindings would have made of it; it decided nothing. */
export interface ShadowBody {
  readonly decision: Outcome;
  readonly rules: readonly RuleFired[];
  readonly bundles: readonly Digest[];
  readonly policies: readonly PolicyRan[];
}

/** The body of a `decision` entry. */
export interface DecisionBody {
  readonly surface: string;
  readonly decision: Outcome;
  readonly mode: Mode;
  readonly would_decide: Outcome | null;
  readonly rules: readonly RuleFired[];
  readonly policies: readonly PolicyRan[];
  readonly shadow: ShadowBody | null;
  /** Passed before every policy had answered (`provisional_allow`); an `evaluation` entry follows. */
  readonly provisional: boolean;
  readonly bundles: readonly Digest[];
  /** In the order in which they were combined; none where no policy was asked. */
  readonly bindings: readonly BindingUsed[];
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
  /** Commitment to the keys of the findings that it discharged, a canonical JSON list; null without an approval. */
  readonly discharged: Digest | null;
  readonly commitments: {
    readonly action: Digest;
    readonly input: Digest;
    readonly message: Digest | null;
    /** Of the action as obligations changed it; null where they did not. */
    readonly changed: { readonly action: Digest; readonly input: Digest } | null;
  };
}

/** The body of an `evaluation` entry: what the full evaluation made of an action that had passed provisionally. */
export interface EvaluationBody
  extends Pick<
    DecisionBody,
    "would_decide" | "rules" | "policies" | "shadow" | "bundles" | "bindings" | "config_revision"
  > {
  readonly action: string;
  /** Index of the decision that it finishes. */
  readonly decided_at: number;
  /** Null where it was given up: a held action whose evaluation could not be had in its time. */
  readonly decision: Outcome | null;
  /** Whether it lets pass exactly what was let pass. */
  readonly confirmed: boolean;
  readonly engine: string | null;
  readonly commitments: {
    readonly input: Digest | null;
    readonly changed: DecisionBody["commitments"]["changed"];
  };
}

/** The body of a `payload.erased` entry. Its subject is the action, or `retention` where a rule had several erased. */
export interface PayloadErasedBody {
  readonly cause: "request" | "retention";
  /** Those whose records were destroyed: decisions, evaluations, approvals, supplied facts, reported outcomes. */
  readonly entries: readonly number[];
  /** Whether agent and user were to be forgotten too. */
  readonly subjects: boolean;
  readonly commitments: { readonly reason: Digest | null };
}

export interface StoredEntry {
  readonly index: number;
  readonly leaf: Digest;
  readonly text: string;
}

/** An entry whose members come in order, also within, is written in one go (core/canonical-json.ts). */
export function sealEntry(entry: Entry): StoredEntry {
  const text = canonicalJson(entry as unknown as Json);
  return { index: entry.index, leaf: leafHash(text), text };
}

/** Of the entry's text, or its bytes. */
export const leafHash = (entry: string | Uint8Array): Digest => `sha256:${sha256Hex(LEAF_PREFIX, entry)}`;
const LEAF_PREFIX = new Uint8Array([0]);
