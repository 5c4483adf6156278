/** What the tenant's object offers to the gate: every call and answer is plain data. */
import type { AlertFacts } from "../core/alert.ts";
import type { ApprovalDetail, ApprovalSummary } from "../core/approval.ts";
import type { Signature } from "../core/dsse.ts";
import type { SuppliedFacts } from "../core/facts.ts";
import type { Digest } from "../core/hash.ts";
import type { JsonObject } from "../core/json.ts";
import type { Actor, DecisionBody, EntryType, StoredEntry } from "../core/ledger/entry.ts";
import type { SentMessage } from "../core/message.ts";
import type { Binding } from "../core/policy/binding.ts";
import type { Bundle } from "../core/policy/bundle.ts";
import type { RanPolicy } from "../core/policy/verdict.ts";
import type { ApiKey, Principal } from "../core/principal.ts";
import type { PrivateRecord, SealedRecord } from "../core/sealed-record.ts";
import type { Target } from "../core/transport/transport.ts";
import type { EvidenceService } from "./rpc-evidence.ts";

/** Everything a gate needs to judge without asking. `revision` moves with every change of any of it. */
export interface TenantConfig {
  readonly tenant: string;
  readonly tenantName: string;
  readonly log: string;
  readonly revision: number;
  readonly keys: readonly ApiKey[];
  readonly targets: readonly Target[];
  readonly bindings: readonly Binding[];
  /** Those that a binding names, active or as a candidate. */
  readonly bundles: Readonly<Record<Digest, Bundle>>;
  /** The tenant's own policies that these bundles name; those of the build every gate has. */
  readonly policies: Readonly<Record<Digest, PublishedPolicy>>;
}

/** A policy that a tenant published, without its modules. */
export interface PublishedPolicy extends RanPolicy {
  /** SHA-256 of the module as uploaded. */
  readonly wasmSha256: string;
}

/** A policy to be stored: what was uploaded, and what the gate made of it. */
export interface NewPolicy extends PublishedPolicy {
  readonly raw: Uint8Array;
  readonly metered: Uint8Array;
}

/** What is said of a decision, apart from what moves later, and without the payload that goes. */
export interface KeptRecord extends PrivateRecord {
  readonly decision: DecisionBody["decision"];
  readonly mode: DecisionBody["mode"];
  readonly wouldDecide: DecisionBody["would_decide"];
  /** Of all policies together. */
  readonly fuel: number;
  /** It passed before every policy had answered. */
  readonly provisional: boolean;
  /** The full evaluation is still owed (docs/design/budgets.md). */
  readonly unfinished: boolean;
  readonly bundles: readonly Digest[];
  readonly engine: string;
  readonly target: { readonly name: string; readonly revision: number; readonly kind: string } | null;
}

/** The same as it is answered. */
export interface DecisionRecord extends KeptRecord {
  readonly changed: (NonNullable<KeptRecord["changed"]> & { readonly payload: JsonObject }) | null;
}

/** What is left of a decision whose payloads were erased: what its entry says too. Findings have no places any more. */
export interface ErasedRecord
  extends Omit<DecisionRecord, "obligations" | "actionDigest" | "inputDigest" | "changed"> {
  readonly obligations: readonly [];
  readonly actionDigest: null;
  readonly inputDigest: null;
  readonly changed: null;
}

/** What the object is told in plain text of a judged action. Ids and salt are the gate's random bytes. */
interface JudgedAction {
  /** The configuration it was judged under; another one in force refuses the commit. */
  readonly revision: number;
  readonly actionId: string;
  /** Used where the decision holds. */
  readonly approvalId: string;
  /** Used where the decision lets a message pass. */
  readonly deliveryId: string;
  readonly principal: Principal;
  readonly surface: string;
  /** Of what is touched, as the action names it. */
  readonly resource: { readonly folder: string | null; readonly dataClass: string | null };
  /** Whom the action would reach, in the form that is searched for (core/recipients.ts). */
  readonly recipients: readonly string[];
  readonly salt: string;
  readonly rules: DecisionBody["rules"];
  readonly policies: DecisionBody["policies"];
  readonly shadow: DecisionBody["shadow"];
  /** Those that governed, in the order in which they were combined. */
  readonly bindings: readonly Binding[];
  readonly commitments: DecisionBody["commitments"];
}

/** A judged action before its record is sealed: as the gate has it. */
export interface DecisionDraft extends JudgedAction {
  readonly record: DecisionRecord;
  readonly title: string;
  /** As submitted: what lists show. */
  readonly tool: string | null;
  readonly target: string | null;
  /** What the approval discharged: keys of findings, and the entry's commitment to them. */
  readonly discharged: { readonly keys: readonly string[]; readonly commitment: Digest } | null;
  readonly input: string;
  /** What the policies were given of the changed action. */
  readonly changedInput: string | null;
  /** Canonical JSON of each policy's verdict, in the order of `policies`: what replay compares. */
  readonly verdicts: { readonly decision: readonly string[]; readonly shadow: readonly string[] | null };
  readonly message: SentMessage | null;
}

/** A judged action, to be written in one transaction. */
export interface DecisionCommit extends JudgedAction {
  readonly record: KeptRecord;
  /** The entry's commitment to what the approval discharged. */
  readonly discharged: Digest | null;
  /** The payload has a message that the decision lets pass. */
  readonly sends: boolean;
  readonly sealed: SealedRecord;
}

interface Submitted {
  readonly fingerprint: Digest;
  readonly idempotency: { readonly scope: string; readonly key: string } | null;
}
export interface SubmitDraft extends DecisionDraft, Submitted {}
export interface SubmitCommit extends DecisionCommit, Submitted {}

/** An action as it stands, or as it stood when it was committed. */
export interface ActionState {
  readonly id: string;
  readonly status: string;
  readonly createdAtMs: number;
  readonly keyId: string;
  readonly owner: string;
  readonly outcome: string | null;
  /** Null where the payloads were erased. */
  readonly salt: string | null;
  readonly record: DecisionRecord | ErasedRecord;
  /** Null while the payloads are kept. */
  readonly erasedAtMs: number | null;
  readonly entry: StoredEntry;
  readonly approval: { readonly id: string; readonly status: string; readonly expiresAtMs: number } | null;
  /** Of the decision that it stands under, where that defers. */
  readonly deferral: { readonly status: string; readonly expiresAtMs: number } | null;
  readonly delivery: { readonly id: string; readonly status: string; readonly attempts: number } | null;
  /** What the full evaluation of an action that passed provisionally came to; null while there is none. */
  readonly late: LateDecision | null;
}

export interface LateDecision {
  readonly record: DecisionRecord | ErasedRecord;
  readonly entry: StoredEntry;
  readonly confirmed: boolean;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export type ReplayResult =
  | { readonly kind: "replayed"; readonly state: ActionState; readonly answer: Answer | null }
  /** The idempotency key was used for another body. */
  | { readonly kind: "conflict" };

export interface Committed {
  readonly kind: "committed";
  /** What the gate does not know yet; the rest of the state it sent itself. */
  readonly placed: Placed;
  /** Of the receipt or denial proof; null where there is none, or the signer did not answer: it can be asked again. */
  readonly signature: Signature | null;
}

export type SubmitResult =
  | Committed
  | ReplayResult
  /** The key has as many actions waiting, for people, facts or their full evaluation, as it may. */
  | { readonly kind: "queue_full" }
  /** The configuration has moved: judge again with this one. */
  | { readonly kind: "stale"; readonly config: TenantConfig };

export interface Placed {
  readonly entry: StoredEntry;
  readonly createdAtMs: number;
  readonly status: string;
  readonly approvalExpiresAtMs: number | null;
  readonly deferralExpiresAtMs: number | null;
}

/** A full evaluation to be made. */
export interface OwedEvaluation {
  readonly actionId: string;
  /** The decision that was left unfinished: its entry, record and the canonical input of its policies. */
  readonly entryIdx: number;
  readonly record: KeptRecord;
  readonly input: string;
  /** What they were given of the action as changed. */
  readonly changedInput: string | null;
  readonly salt: string;
  /** The action has passed; false: it waits. */
  readonly provisional: boolean;
}

export interface FinishedEvaluation {
  /** Names the decision that it finishes: of a later one it is not the evaluation. */
  readonly entryIdx: number;
  readonly commit: DecisionCommit;
  /** What undoes the action where it should not have passed; null where it names nothing that can be submitted. */
  readonly rollback: SubmitCommit | null;
}

export type EvaluationResult =
  /** `over`: it was not owed any more. */
  { readonly kind: "finished" | "over" } | { readonly kind: "stale"; readonly config: TenantConfig };

/** The gate's evaluator, as the object calls it. Resolves when the evaluation was finished or is not owed any more. */
export interface EvaluatorService {
  evaluate(owed: { readonly tenant: string; readonly actionId: string }): Promise<void>;
}

export interface AlertState {
  readonly id: string;
  readonly facts: AlertFacts;
  readonly createdAtMs: number;
  readonly entry: { readonly index: number; readonly leaf: Digest };
  readonly deliveries: readonly {
    readonly target: string;
    readonly status: string;
    readonly attempts: number;
  }[];
}

export interface ReviewDecision {
  readonly approvalId: string;
  /** The key that authenticated the person, directly or through a session. */
  readonly keyId: string;
  /** The authenticated person. */
  readonly person: string;
  readonly ifMatch: string;
  readonly reason: string;
}

export type ReviewRefusal = "not_found" | "not_pending" | "expired" | "content_changed" | "own_action";
export type ReviewResult =
  | { readonly kind: "refused"; readonly why: ReviewRefusal }
  | { readonly kind: "stale"; readonly config: TenantConfig }
  | { readonly kind: "decided"; readonly state: ActionState };

/** A held action with what is needed to judge it again. */
export interface HeldAction {
  readonly detail: ApprovalDetail;
  readonly principal: Principal;
  readonly supplied: SuppliedFacts;
  readonly actionId: string;
  /** Of the decision that was shown. */
  readonly salt: string;
}

/** Who supplies facts for an action. */
export interface FactSupplier {
  readonly actionId: string;
  readonly keyId: string;
  /** The key's owner. */
  readonly person: string;
}

export interface FactSupply extends FactSupplier {
  /** The decision that deferred, and that was judged again. */
  readonly entryIdx: number;
  /** Canonical JSON of the facts with their source. */
  readonly text: string;
}

/** A deferred action with what is needed to judge it again. */
export interface DeferredAction {
  readonly entryIdx: number;
  readonly input: string;
  readonly salt: string;
}

export type FactsRefusal = "not_found" | "own_action" | "not_deferred" | "expired" | "too_many";
export type FactsResult =
  | { readonly kind: "refused"; readonly why: FactsRefusal }
  /** It was judged again meanwhile, and is deferred under another decision. */
  | { readonly kind: "moved" }
  | { readonly kind: "stale"; readonly config: TenantConfig }
  | { readonly kind: "judged"; readonly state: ActionState };

export type CancelResult =
  | { readonly kind: "not_found" | "too_late" }
  | { readonly kind: "cancelled"; readonly state: ActionState };
/** What an erasure is asked to do. `salt` is for the commitment to the reason. */
export interface ErasureOrder {
  readonly reason: string | null;
  readonly salt: string;
  /** Also forget the agent and the person on whose behalf, where nothing else that is kept names them. */
  readonly subjects: boolean;
}
export type ErasureResult =
  | { readonly kind: "not_found" }
  /** It waits, or is being sent, or its full evaluation is owed. */
  | { readonly kind: "waiting"; readonly status: string }
  /** `entryIdx`: of the entry that records it. */
  | { readonly kind: "erased"; readonly erasedAtMs: number; readonly entryIdx: number };

/** How long payloads are kept: of the rules that an action matches the first counts. Null matches everything. */
export interface RetentionRule {
  readonly surface: string;
  readonly folder: string | null;
  readonly dataClass: string | null;
  readonly days: number;
}

/** What is searched for. Null: whatever it is. */
export interface ActionQuery {
  readonly status: string | null;
  readonly surface: string | null;
  readonly decision: string | null;
  readonly agent: string | null;
  readonly user: string | null;
  readonly rule: string | null;
  readonly recipient: string | null;
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  /** Only those of this key and its owner. */
  readonly of: { readonly keyId: string; readonly owner: string } | null;
  /** Goes on below this action's `seq`. */
  readonly before: number | null;
  readonly limit: number;
}

/** An action in a list: nothing that anybody wrote. */
export interface FoundAction {
  readonly id: string;
  readonly status: string;
  readonly decision: DecisionRecord["decision"];
  readonly surface: string;
  readonly target: string | null;
  readonly owner: string;
  readonly agent: string | null;
  readonly user: string | null;
  /** Names of the rules that fired. */
  readonly rules: readonly string[];
  readonly entry: { readonly index: number; readonly leaf: Digest };
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly erasedAtMs: number | null;
}

export interface FoundPage {
  /** Newest first. May be fewer than asked for, or none, while `next` is not null: a page looks at so many actions. */
  readonly actions: readonly FoundAction[];
  readonly next: number | null;
}

export type OutcomeResult =
  | { readonly kind: "not_found" | "not_executable" | "already_reported" }
  | { readonly kind: "recorded"; readonly state: ActionState };

export interface LedgerPage {
  readonly entries: readonly StoredEntry[];
  readonly log: string;
  readonly size: number;
}

/** A binding that was put or put back, as the ledger has it. */
export interface BindingChange {
  /** Orders changes; the cursor of the next page. */
  readonly seq: number;
  readonly entry: number;
  readonly type: EntryType;
  readonly time: string;
  readonly actor: Actor;
  readonly binding: Binding;
  /** A later rollback took it back. */
  readonly undone: boolean;
}

/** A published policy in a list. `seq` orders them; the cursor of the next page. */
export interface ListedPolicy extends PublishedPolicy {
  readonly seq: number;
  readonly createdAtMs: number;
}

/** Who asks for a change of configuration. */
export interface Author {
  readonly keyId: string;
}

/** What a key needs for a page: the approval page, or the auditor's. */
export type PageScope = "reviewer" | "auditor";

export interface PageSession {
  readonly keyId: string;
  readonly person: string;
  readonly tenantName: string;
  readonly expiresAtMs: number;
  readonly csrfToken: string;
}

/** `settled`: nothing more happens without a person or a caller. `attempted`: sending was tried once. */
export type WaitUntil = "settled" | "attempted";

export interface TenantService extends EvidenceService {
  create(request: { tenant: string; tenantName: string; log: string; adminKey: ApiKey }): Promise<boolean>;
  /** Null where the caller's revision is the one in force; "unknown" where there is no such tenant. */
  configSince(revision: number | null): Promise<TenantConfig | null | "unknown">;

  submit(commit: SubmitCommit): Promise<SubmitResult>;
  /** What was decided under an idempotency key, where a request can no longer be judged; null where nothing was. */
  replay(idempotency: { scope: string; key: string }, fingerprint: Digest): Promise<ReplayResult | null>;
  settleAnswer(scope: string, key: string, answer: Answer): Promise<Answer>;
  /** Long-polls until the action is as far as `until` says, or `waitMs` have passed. Null: no such action. */
  action(id: string, waitMs: number, until?: WaitUntil): Promise<ActionState | null>;
  cancel(id: string, author: Author): Promise<CancelResult>;
  reportOutcome(
    id: string,
    author: Author,
    report: { outcome: "succeeded" | "failed"; detail: string | null; salt: string },
  ): Promise<OutcomeResult>;

  /** Newest first. */
  search(query: ActionQuery): Promise<FoundPage>;
  erase(author: Author, actionId: string, order: ErasureOrder): Promise<ErasureResult>;
  retention(): Promise<readonly RetentionRule[]>;
  putRetention(author: Author, rules: readonly RetentionRule[]): Promise<void>;

  approvals(which: "pending" | "history"): Promise<readonly ApprovalSummary[]>;
  heldAction(approvalId: string): Promise<HeldAction | null>;
  approve(decision: ReviewDecision, commit: DecisionCommit): Promise<ReviewResult>;
  deny(decision: ReviewDecision, salt: string): Promise<ReviewResult>;

  deferredAction(supplier: FactSupplier): Promise<DeferredAction | FactsRefusal>;
  supplyFacts(supply: FactSupply, commit: DecisionCommit): Promise<FactsResult>;

  owedEvaluation(actionId: string): Promise<OwedEvaluation | null>;
  finishEvaluation(finished: FinishedEvaluation): Promise<EvaluationResult>;
  /** Newest first. */
  alerts(): Promise<readonly AlertState[]>;

  ledger(from: number, limit: number): Promise<LedgerPage>;

  putKey(author: Author, key: ApiKey): Promise<"created" | "too_many">;
  revokeKey(author: Author, id: string): Promise<boolean>;
  putTarget(
    author: Author,
    target: Omit<Target, "revision">,
    sealed: string,
    salt: string,
  ): Promise<Target | "too_many">;
  deleteTarget(author: Author, name: string): Promise<boolean>;
  putBundle(author: Author, digest: Digest, text: string): Promise<void>;
  bundle(digest: Digest): Promise<{ text: string } | null>;
  listBundles(): Promise<readonly { digest: string; text: string; createdAtMs: number }[]>;
  putBinding(author: Author, binding: Binding): Promise<"bound" | "unknown_bundle" | "too_many">;
  /** Puts back the binding that stood before the present one. Null: there is none. */
  rollbackBinding(author: Author, surface: string, folder: string | null): Promise<Binding | null>;
  /** Newest first, before `seq` where it is not null. */
  bindingHistory(
    surface: string,
    folder: string | null,
    before: number | null,
    limit: number,
  ): Promise<readonly BindingChange[]>;
  putPolicy(author: Author, policy: NewPolicy): Promise<"created" | "known" | "too_many">;
  /** Oldest first, after `seq`. */
  listPolicies(after: number, limit: number): Promise<readonly ListedPolicy[]>;
  policy(policyId: Digest): Promise<PublishedPolicy | null>;
  policyModule(policyId: Digest, which: "raw" | "metered"): Promise<Uint8Array | null>;

  createSignInCode(keyId: string, code: string, scope: PageScope): Promise<number>;
  signIn(
    credential: { code: string } | { keyId: string },
    scope: PageScope,
    token: string,
    csrf: string,
  ): Promise<{ expiresAtMs: number } | null>;
  session(token: string, scope: PageScope): Promise<PageSession | null>;
  signOut(token: string): Promise<void>;
}
