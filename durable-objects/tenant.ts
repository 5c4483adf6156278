/**
 * The tenant's Durable Object: serialises its ledger, approval queue and outbox. Methods are thin; each write is one
 * synchronous transaction. `transactionSync` with an async callback would commit silently and never roll back: forbidden.
 */
import { DurableObject } from "cloudflare:workers";
import type { DispatcherService } from "../core/dispatch.ts";
import type { Envelope, Signature } from "../core/dsse.ts";
import { fromBase64, toBase64 } from "../core/encoding.ts";
import { type EpochStatement, originOf, parseEpochStatement, type TreeHead } from "../core/epoch.ts";
import { type Digest, digestOf } from "../core/hash.ts";
import type { StoredEntry } from "../core/ledger/entry.ts";
import { ENTRIES, tileWidth } from "../core/ledger/tree/tiles.ts";
import {
  ALERTS_LISTED_MAX,
  LOG_ENTRIES_KEPT_DEFAULT,
  LOG_ENTRIES_KEPT_MIN,
  PAYLOADS_FETCHED_AT_ONCE,
  PENDING_TASKS_PER_KEY_MAX,
  SEARCH_TILES_MAX,
  SESSION_TTL_MS,
  SIGN_IN_CODE_TTL_MS,
  STORY_BUNDLES_MAX,
  STORY_ENTRIES_MAX,
  TASKS_LISTED_MAX,
} from "../core/limits.ts";
import type { Binding } from "../core/policy/binding.ts";
import type { ApiKey, Scope } from "../core/principal.ts";
import { receiptKindOf } from "../core/receipt.ts";
import type { EpochResult, SignerService } from "../core/signing.ts";
import { CONFIG_TOO_LARGE, PAYLOAD_LOST, UNAUTHORISED } from "../core/tenant-errors.ts";
import type { Target } from "../core/transport/transport.ts";
import type { WitnessesService } from "../core/witness.ts";
import { cancelAction, recordOutcome } from "./actions.ts";
import { alertState, raiseLogAlert } from "./alerts.ts";
import { countDischarged, decidable, expireTasks, goesAsShown, writeApproval } from "./approvals.ts";
import { Archive } from "./archive.ts";
import { Checkpoints } from "./checkpoints.ts";
import { isWaiting, owesEvaluation, writeDecision, writeSubmission } from "./commit.ts";
import * as config from "./config.ts";
import { expireDeferrals, suppliable, writeFacts } from "./deferrals.ts";
import * as differences from "./differences.ts";
import { type ObjectStore, readAnywhere } from "./elsewhere.ts";
import { eraseAction } from "./erase.ts";
import { decisionAt, Evaluations, finishEvaluation, owedEvaluation } from "./evaluations.ts";
import { GroupCommit } from "./group-commit.ts";
import { makeIdempotencySecret, withKeptIdempotency } from "./idempotency.ts";
import { append, keyActor, SYSTEM, subjectId } from "./ledger.ts";
import { migrate } from "./migration.ts";
import { Relay } from "./outbox.ts";
import { Payloads } from "./payloads.ts";
import { recordedEntry, recordedRange, storedEntries } from "./recorded.ts";
import { insertEvidence, openAnswer, readDecision, sealAnswer } from "./records.ts";
import { boundPolicies, remeter } from "./remeter.ts";
import { putRetention, readRetention, retain } from "./retention.ts";
import type * as rpc from "./rpc.ts";
import type {
  ActionStory,
  Backtest,
  BacktestProgress,
  BacktestRequest,
  DifferenceCursor,
  EvidencePage,
  LogStatus,
  ProvingCheckpoint,
  RecordedEntry,
  ShadowQuery,
  ShadowReport,
  SignedCheckpoint,
  TileAsked,
  TileFile,
  Unsent,
} from "./rpc-evidence.ts";
import { nextAlarmAtMs, sweep } from "./schedule.ts";
import { DDL, SCHEMA_VERSION } from "./schema.ts";
import { found, search } from "./search.ts";
import { closeSession, openSession, pageSession, storeSignInCode } from "./sessions.ts";
import { SharedSigner } from "./shared-signer.ts";
import { actionState, approvalSummary, heldAction, stateAsCommitted } from "./state.ts";
import { type IdempotencyKey, type Statements, statements } from "./statements.ts";
import { actionStory, unsent } from "./story.ts";
import { entryBundle, Tree } from "./tree.ts";
import { Waiters } from "./waiters.ts";
import { Witnessing } from "./witnessing.ts";

interface Env {
  /** Where the older part of the log goes, and where the gate stores large payloads. Absent: both stay in the object. */
  readonly ARCHIVE?: ObjectStore;
  /** Entries that stay in the object. */
  readonly LOG_ENTRIES_KEPT?: string;
  readonly SIGNER: SignerService;
  readonly DISPATCHER: DispatcherService;
  readonly WITNESSES: WitnessesService;
  readonly EVALUATOR: rpc.EvaluatorService;
}

/** What a submission came to in its transaction. */
type Placed =
  | { readonly kind: "placed"; readonly placed: rpc.Placed }
  | Exclude<rpc.SubmitResult, rpc.Committed>;

/** Of a change that may be refused: that it was. */
type Undone<R extends { readonly kind: string }> = Exclude<R, { readonly state: rpc.ActionState }>;

/** The alarm of a failing handler comes back at the latest after this; the platform's own retries end after six. */
const ALARM_RETRY_MS = 30_000;

export class TenantObject extends DurableObject<Env> implements rpc.TenantService {
  readonly #sql: Statements;
  readonly #relay: Relay;
  readonly #evaluations: Evaluations;
  readonly #archive: Archive;
  readonly #payloads: Payloads;
  readonly #tree: Tree;
  readonly #checkpoints: Checkpoints;
  readonly #witnessing: Witnessing;
  readonly #signer: SharedSigner;
  readonly #waiters = new Waiters();
  readonly #commits: GroupCommit<IdempotencyKey>;
  #draining = false;
  /** -1 until the tenant exists. Assigned only after the transaction that moves it. */
  #revision = -1;
  #log = "";

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#signer = new SharedSigner(env.SIGNER);
    this.#archive = new Archive({
      sql: statements(ctx.storage.sql, () => this.#checkpoints.soon()),
      store: env.ARCHIVE ?? null,
      log: () => this.#log,
      transaction: (body) => ctx.storage.transactionSync(body),
      keep: Math.max(Number(env.LOG_ENTRIES_KEPT) || LOG_ENTRIES_KEPT_DEFAULT, LOG_ENTRIES_KEPT_MIN),
    });
    this.#payloads = new Payloads({
      sql: statements(ctx.storage.sql),
      store: env.ARCHIVE ?? null,
      log: () => this.#log,
      transaction: (body) => ctx.storage.transactionSync(body),
    });
    this.#sql = withKeptIdempotency(this.#payloads.statements(this.#archive.statements()));
    this.#tree = new Tree(this.#sql);
    this.#checkpoints = new Checkpoints({
      sql: this.#sql,
      tree: this.#tree,
      log: () => this.#log,
      transaction: (body) => ctx.storage.transactionSync(body),
      read: readAnywhere,
      signer: env.SIGNER,
      arm: () => this.#arm(),
      signed: () => {
        this.#witnessing.begin();
        ctx.waitUntil(this.#archive.run().then(() => this.#payloads.move(this.#archive.size)));
      },
      alerted: () => this.#drainSoon(),
    });
    this.#commits = new GroupCommit({
      storage: ctx.storage,
      gathered: (keys, body) => this.#sql.gathered(keys, body),
      changes: () => this.#sql.changes(),
      retried: () => this.#arm(),
    });
    this.#witnessing = new Witnessing({
      sql: this.#sql,
      transaction: (body) => ctx.storage.transactionSync(body),
      witnesses: env.WITNESSES,
      newest: () => this.#sql.lastCheckpoint()?.note ?? null,
      consistency: (from, to) => readAnywhere(() => this.#tree.consistency(from, to).map(toBase64)),
      conflict: ({ witness, size, root, witnessed, why }, nowMs) => {
        raiseLogAlert(this.#sql, this.#log, nowMs, {
          kind: "witness_conflict",
          signed: null,
          found: { size, root },
          name: witness,
          witnessed,
          why,
        });
      },
      arm: () => this.#drainSoon(),
    });
    this.#relay = new Relay({
      sql: this.#sql,
      log: () => this.#log,
      transaction: (body) => ctx.storage.transactionSync(body),
      read: readAnywhere,
      signer: this.#signer,
      dispatcher: env.DISPATCHER,
      changed: (actionId) => this.#waiters.wake(actionId),
      arm: () => this.#arm(),
    });
    this.#evaluations = new Evaluations({
      sql: this.#sql,
      log: () => this.#log,
      tenant: () => this.#sql.meta("tenant") ?? "",
      revision: () => this.#revision,
      transaction: (body) => ctx.storage.transactionSync(body),
      evaluator: env.EVALUATOR,
      changed: (actionId) => this.#afterEvaluation(actionId),
    });
    // An object that was never created as a tenant writes nothing: anyone can name one.
    if (this.#sql.hasSchema()) this.#wake();
  }

  #wake(): void {
    this.ctx.storage.transactionSync(() => {
      makeIdempotencySecret(this.#sql);
      migrate(this.#sql);
    });
    this.#revision = Number(this.#sql.meta("config_revision"));
    this.#log = this.#sql.meta("log") ?? "";
    this.#remeter(() => boundPolicies(this.#sql));
    this.ctx.storage.transactionSync(() => this.#relay.recover(Date.now()));
    this.#checkpoints.resume();
    // Whatever is due has an alarm: it was set in the transaction that wrote it.
    this.#drain();
  }

  async create(request: Parameters<rpc.TenantService["create"]>[0]): Promise<boolean> {
    if (this.#revision >= 0) return false;
    const now = Date.now();
    this.ctx.storage.transactionSync(() => {
      this.#sql.runScript(DDL);
      this.#sql.setMeta("schema_version", String(SCHEMA_VERSION));
      this.#sql.setMeta("tenant", request.tenant);
      this.#sql.setMeta("tenant_name", request.tenantName);
      this.#sql.setMeta("log", request.log);
      this.#sql.setMeta("config_revision", "0");
      makeIdempotencySecret(this.#sql);
      sweep(this.#sql, now);
      const actor = { kind: "person", id: subjectId(this.#sql, "person", request.adminKey.owner) } as const;
      append(this.#sql, request.log, now, {
        type: "tenant.created",
        actor,
        subject: request.tenant,
        body: {},
      });
      const change = config.insertKey(this.#sql, request.adminKey, now);
      if (change !== null && change !== "too_many")
        append(this.#sql, request.log, now, { ...entryOf(change), actor });
    });
    this.#log = request.log;
    this.#revision = 0;
    this.#arm();
    return true;
  }

  async configSince(revision: number | null): Promise<rpc.TenantConfig | null | "unknown"> {
    if (this.#revision < 0) return "unknown";
    return revision === this.#revision ? null : config.readConfig(this.#sql, this.#revision);
  }

  async submit(commit: rpc.SubmitCommit): Promise<rpc.SubmitResult> {
    this.#mustExist();
    const write = (): Placed => {
      // Here and not before: whoever waits for a commit under way may see the configuration move.
      if (commit.revision !== this.#revision) return this.#stale();
      const earlier =
        commit.idempotency && this.#sql.idempotency(commit.idempotency.scope, commit.idempotency.key);
      if (earlier) return this.#replay(earlier, commit.fingerprint);
      const { decision } = commit.record;
      const waits = decision === "hold" || decision === "defer" || owesEvaluation(commit.record);
      if (waits && this.#sql.waitingOfKey(commit.principal.key) >= PENDING_TASKS_PER_KEY_MAX)
        return { kind: "queue_full" };
      return {
        kind: "placed",
        placed: writeSubmission(this.#sql, this.#log, Date.now(), commit),
      };
    };
    // What is replayed may lie in the archive.
    const result = await readAnywhere(() => this.#commits.run(write, commit.idempotency));
    if (result.kind !== "placed") return result;
    const { placed } = result;
    this.#follow(placed.status);
    if (owesEvaluation(commit.record)) this.#drainSoon();
    return { kind: "committed", placed, signature: await this.#sign(commit.record, placed.entry) };
  }

  /** The signature of what a decision gives rise to; null where that is nothing, or the signer did not give it. */
  async #sign(record: rpc.KeptRecord, entry: StoredEntry): Promise<Signature | null> {
    const kind = receiptKindOf(record);
    if (kind === null) return null;
    // The action exists without it, and whoever asks for its receipt asks the signer again.
    return this.#signer.sign(kind, entry).catch((error: unknown) => {
      console.error(JSON.stringify({ event: "sign_failed", entry: entry.index, error: String(error) }));
      return null;
    });
  }

  #replay(
    earlier: { action_id: string; entry_idx: number; answer: ArrayBuffer | null },
    fingerprint: Digest,
  ): rpc.ReplayResult {
    // Of what was erased nobody can tell any more whether it was this: the key was used, so nothing is done again.
    const { brief } = readDecision(this.#sql, earlier.entry_idx);
    if (brief !== null && brief.fingerprint !== fingerprint) return { kind: "conflict" };
    const row = this.#sql.action(earlier.action_id);
    if (row === null) throw new Error("couldn't replay: the action is not in the table");
    return {
      kind: "replayed",
      state: stateAsCommitted(this.#sql, row, earlier.entry_idx),
      answer: earlier.answer && openAnswer(this.#sql, earlier.entry_idx, earlier.answer),
    };
  }

  async replay(
    idempotency: { scope: string; key: string },
    fingerprint: Digest,
  ): Promise<rpc.ReplayResult | null> {
    this.#mustExist();
    return readAnywhere(() => {
      const earlier = this.#sql.idempotency(idempotency.scope, idempotency.key);
      return earlier && this.#replay(earlier, fingerprint);
    });
  }

  async settleAnswer(scope: string, key: string, answer: rpc.Answer): Promise<rpc.Answer> {
    this.#mustExist();
    const row = this.#sql.idempotency(scope, key);
    if (row === null) return answer;
    if (row.answer !== null) return openAnswer(this.#sql, row.entry_idx, row.answer) ?? answer;
    const sealed = sealAnswer(this.#sql, row.entry_idx, answer);
    if (sealed !== null) this.#sql.settleIdempotency(scope, key, sealed);
    return answer;
  }

  async action(
    id: string,
    waitMs: number,
    until: rpc.WaitUntil = "settled",
  ): Promise<rpc.ActionState | null> {
    this.#mustExist();
    if (this.#sql.action(id) !== null && waitMs > 0) {
      await this.#waiters.until(id, () => this.#isAsFar(id, until), waitMs);
    }
    return readAnywhere(() => {
      const row = this.#sql.action(id);
      return row && actionState(this.#sql, row);
    });
  }

  #isAsFar(id: string, until: rpc.WaitUntil): boolean {
    if (isSettled(this.#sql.action(id)?.status ?? "")) return true;
    const delivery = until === "attempted" ? this.#sql.deliveryOf(id) : null;
    return delivery?.state === "queued" && delivery.attempts > 0;
  }

  async cancel(id: string, author: rpc.Author): Promise<rpc.CancelResult> {
    this.#mustBeActive(author.keyId);
    const kind = this.ctx.storage.transactionSync(() =>
      cancelAction(this.#sql, this.#log, Date.now(), id, author),
    );
    return kind === "cancelled" ? { kind, state: await this.#told(id) } : { kind };
  }

  async reportOutcome(
    id: string,
    author: rpc.Author,
    report: Parameters<rpc.TenantService["reportOutcome"]>[2],
  ): Promise<rpc.OutcomeResult> {
    this.#mustBeActive(author.keyId);
    const kind = this.ctx.storage.transactionSync(() =>
      recordOutcome(this.#sql, this.#log, Date.now(), id, author, report),
    );
    return kind === "recorded" ? { kind, state: await this.#told(id) } : { kind };
  }

  async search(query: rpc.ActionQuery): Promise<rpc.FoundPage> {
    this.#mustExist();
    this.#expire();
    const { rows, next } = search(this.#sql, query);
    const leaves = this.#archive.within(
      rows.map((row) => row.entry_idx),
      SEARCH_TILES_MAX,
    );
    const shown = rows.slice(0, leaves.length);
    const sql = await this.#archive.fetchedFor(this.#sql, { leaves });
    const actions = await readAnywhere(() => shown.map((row) => found(sql, row)));
    return { actions, next: shown.length < rows.length ? (shown.at(-1)?.seq ?? null) : next };
  }

  async erase(author: rpc.Author, actionId: string, order: rpc.ErasureOrder): Promise<rpc.ErasureResult> {
    this.#mustBeActive(author.keyId, "admin");
    const now = Date.now();
    const result = this.ctx.storage.transactionSync(() => {
      const erased = eraseAction(this.#sql, this.#log, now, actionId, author, order);
      this.#payloads.dueSoon(now);
      return erased;
    });
    this.#arm();
    this.ctx.waitUntil(this.#payloads.tidy(now));
    return result;
  }

  async retention(): Promise<readonly rpc.RetentionRule[]> {
    this.#mustExist();
    return readRetention(this.#sql);
  }

  async putRetention(author: rpc.Author, rules: readonly rpc.RetentionRule[]): Promise<void> {
    this.#change(author, () => ({ change: putRetention(this.#sql, rules), value: undefined }));
    this.#arm();
  }

  async approvals(which: "pending" | "history") {
    this.#mustExist();
    this.#expire();
    const rows =
      which === "pending"
        ? this.#sql.pendingApprovals(Date.now(), TASKS_LISTED_MAX)
        : this.#sql.settledApprovals(TASKS_LISTED_MAX);
    return rows.map((row) => approvalSummary(this.#sql, row));
  }

  async heldAction(approvalId: string): Promise<rpc.HeldAction | null> {
    this.#mustExist();
    this.#expire();
    return readAnywhere(() => {
      const row = this.#sql.approval(approvalId);
      return row && heldAction(this.#sql, row);
    });
  }

  async approve(decision: rpc.ReviewDecision, commit: rpc.DecisionCommit): Promise<rpc.ReviewResult> {
    const approve = (): Undone<rpc.ReviewResult> | string => {
      this.#mustBeActive(decision.keyId, "reviewer");
      if (commit.revision !== this.#revision) return this.#stale();
      const now = Date.now();
      const task = decidable(this.#sql, now, decision);
      if (typeof task === "string") return { kind: "refused", why: task };
      // What goes out is what was shown (invariant I8); what is refused may name no digest that was.
      const passes = commit.record.decision !== "block";
      if (passes && !goesAsShown(this.#sql, task, commit.record))
        return { kind: "refused", why: "content_changed" };
      const discharged = countDischarged(this.#sql, task, commit.record.findings);
      writeApproval(this.#sql, this.#log, now, task, {
        ...decision,
        salt: commit.salt,
        status: "approved",
        discharged,
      });
      const actor = { kind: "person", id: subjectId(this.#sql, "person", decision.person) } as const;
      const placed = writeDecision(this.#sql, this.#log, now, commit, actor, decision.approvalId);
      const { decision: decided } = commit.record;
      this.#sql.setActionDecision(task.action.id, placed.entry.index, decided, placed.status, now);
      return task.action.id;
    };
    const result = this.ctx.storage.transactionSync(approve);
    return typeof result === "string" ? { kind: "decided", state: await this.#told(result) } : result;
  }

  async deny(decision: rpc.ReviewDecision, salt: string): Promise<rpc.ReviewResult> {
    this.#mustBeActive(decision.keyId, "reviewer");
    const now = Date.now();
    const deny = (): Undone<rpc.ReviewResult> | string => {
      const task = decidable(this.#sql, now, decision);
      if (typeof task === "string") return { kind: "refused", why: task };
      writeApproval(this.#sql, this.#log, now, task, { ...decision, salt, status: "denied", discharged: 0 });
      this.#sql.setActionStatus(task.action.id, "denied", now);
      return task.action.id;
    };
    const result = this.ctx.storage.transactionSync(deny);
    return typeof result === "string" ? { kind: "decided", state: await this.#told(result) } : result;
  }

  async deferredAction(supplier: rpc.FactSupplier): Promise<rpc.DeferredAction | rpc.FactsRefusal> {
    this.#mustBeActive(supplier.keyId, "facts");
    return readAnywhere(() => {
      const deferred = suppliable(this.#sql, Date.now(), supplier);
      if (typeof deferred === "string") return deferred;
      const { entryIdx, input, salt } = decisionAt(this.#sql, deferred.entry_idx);
      return { entryIdx, input, salt };
    });
  }

  async supplyFacts(supply: rpc.FactSupply, commit: rpc.DecisionCommit): Promise<rpc.FactsResult> {
    const judge = (): Undone<rpc.FactsResult> | null => {
      this.#mustBeActive(supply.keyId, "facts");
      if (commit.revision !== this.#revision) return this.#stale();
      const now = Date.now();
      const deferred = suppliable(this.#sql, now, supply);
      if (typeof deferred === "string") return { kind: "refused", why: deferred };
      if (deferred.entry_idx !== supply.entryIdx) return { kind: "moved" };
      writeFacts(this.#sql, this.#log, now, supply, commit.salt);
      const actor = keyActor(supply.keyId);
      const { entry, status } = writeDecision(this.#sql, this.#log, now, commit, actor, null, true);
      this.#sql.setActionDecision(supply.actionId, entry.index, commit.record.decision, status, now);
      return null;
    };
    const refused = this.ctx.storage.transactionSync(judge);
    return refused ?? { kind: "judged", state: await this.#told(supply.actionId) };
  }

  async owedEvaluation(actionId: string): Promise<rpc.OwedEvaluation | null> {
    this.#mustExist();
    return readAnywhere(() => owedEvaluation(this.#sql, actionId));
  }

  async finishEvaluation(finished: rpc.FinishedEvaluation): Promise<rpc.EvaluationResult> {
    this.#mustExist();
    const { commit, rollback } = finished;
    if (commit.revision !== this.#revision || (rollback !== null && rollback.revision !== this.#revision))
      return this.#stale();
    const written = this.ctx.storage.transactionSync(() =>
      finishEvaluation(this.#sql, this.#log, Date.now(), finished),
    );
    if (written) this.#afterEvaluation(commit.actionId);
    return { kind: written ? "finished" : "over" };
  }

  async alerts(): Promise<readonly rpc.AlertState[]> {
    this.#mustExist();
    const rows = this.#sql.alerts(ALERTS_LISTED_MAX);
    const entries = this.#archive.within(
      rows.map((row) => row.entry_idx),
      STORY_BUNDLES_MAX,
    );
    const sql = await this.#archive.fetchedFor(this.#sql, { entries });
    return readAnywhere(() => rows.slice(0, entries.length).map((row) => alertState(sql, row)));
  }

  async ledger(from: number, limit: number): Promise<rpc.LedgerPage> {
    this.#mustExist();
    const entries = await readAnywhere(() => storedEntries(this.#sql, from, limit));
    return { entries, log: this.#log, size: (this.#sql.lastEntry()?.idx ?? -1) + 1 };
  }

  async evidence(from: number, limit: number): Promise<EvidencePage> {
    this.#mustExist();
    const range = await readAnywhere(() => recordedRange(this.#sql, from, limit));
    const entries: RecordedEntry[] = [];
    // Some at a time: together their payloads may be more than is kept in memory.
    for (let at = 0; at < range.length; at += PAYLOADS_FETCHED_AT_ONCE) {
      const some = range.slice(at, at + PAYLOADS_FETCHED_AT_ONCE);
      const read = some.map((entry) =>
        readAnywhere(() => recordedEntry(this.#sql, entry)).catch((error: unknown) => {
          // One lost file must not keep the others from being exported: its decision is not verifiable, and so the replay says.
          if (!(error instanceof Error) || error.message !== PAYLOAD_LOST) throw error;
          return { entry, evidence: null, erasedIdx: null };
        }),
      );
      entries.push(...(await Promise.all(read)));
    }
    return { entries, log: this.#log, size: (this.#sql.lastEntry()?.idx ?? -1) + 1 };
  }

  async story(actionId: string): Promise<ActionStory | null> {
    this.#mustExist();
    this.#expire();
    const entries = this.#toldOf(actionId).told;
    const sql = await this.#archive.fetchedFor(this.#sql, { entries });
    return readAnywhere(() => {
      const row = sql.action(actionId);
      // Read again: what came meanwhile is not archived yet.
      const { told, truncated } = this.#toldOf(actionId);
      return row && actionStory(sql, row, told, truncated);
    });
  }

  /** Entries of an action's story: as many as can be read at once. */
  #toldOf(actionId: string): { readonly told: readonly number[]; readonly truncated: boolean } {
    const all = this.#sql.entriesOfAction(actionId, STORY_ENTRIES_MAX + 1);
    const told = this.#archive.within(all.slice(0, STORY_ENTRIES_MAX), STORY_BUNDLES_MAX);
    return { told, truncated: told.length < all.length };
  }

  async unsent(): Promise<Unsent> {
    this.#mustExist();
    return readAnywhere(() => unsent(this.#sql));
  }

  async logStatus(): Promise<LogStatus> {
    this.#mustExist();
    const last = this.#sql.lastCheckpoint();
    return {
      log: this.#log,
      size: (this.#sql.lastEntry()?.idx ?? -1) + 1,
      epoch: this.#checkpoints.epoch(),
      checkpoint: last && { size: last.size, root: last.root, note: last.note, atMs: last.at },
      fork: this.#checkpoints.fork(),
      rotations: this.#checkpoints.rotations(),
      witnesses: this.#sql.witnesses().map(({ name, size, cosigned_at, failures, conflict }) => ({
        name,
        size,
        cosignedAtMs: cosigned_at,
        failures,
        contradicts: conflict !== null,
      })),
      epochs: this.#checkpoints.epochs(),
    };
  }

  async treeHead(): Promise<TreeHead> {
    this.#mustExist();
    return this.#checkpoints.head();
  }

  async checkpoint(minSize: number, waitMs: number): Promise<SignedCheckpoint | null> {
    this.#mustExist();
    return this.#checkpoints.covering(minSize, waitMs);
  }

  async provingCheckpoint(
    minSize: number,
    waitMs: number,
    cosignedWaitMs: number,
  ): Promise<ProvingCheckpoint | null> {
    this.#mustExist();
    if ((await this.#checkpoints.covering(minSize, waitMs)) === null) return null;
    await this.#witnessing.until(minSize, cosignedWaitMs);
    const newest = this.#checkpoints.newest();
    return newest && this.#witnessing.proving(newest, minSize);
  }

  async checkpoints(from: number, to: number, limit: number): Promise<readonly SignedCheckpoint[]> {
    this.#mustExist();
    return this.#sql.checkpoints(from, to, limit).map(({ size, root, note }) => ({ size, root, note }));
  }

  async inclusion(index: number, size: number): Promise<readonly string[] | null> {
    this.#mustExist();
    if (!(index >= 0 && index < size && size <= this.#tree.size)) return null;
    return readAnywhere(() => this.#tree.inclusion(index, size).map(toBase64));
  }

  async consistency(from: number, to: number): Promise<readonly string[] | null> {
    this.#mustExist();
    if (!(from >= 0 && from <= to && to <= this.#tree.size)) return null;
    return readAnywhere(() => this.#tree.consistency(from, to).map(toBase64));
  }

  async range(from: number, to: number, size: number) {
    this.#mustExist();
    if (!(from >= 0 && from <= to && to < size && size <= this.#tree.size)) return null;
    const { left, right } = await readAnywhere(() => this.#tree.around(from, to, size));
    return { left: left.map(toBase64), right: right.map(toBase64) };
  }

  async tile(
    level: number,
    index: number,
    width: number,
    asked: TileAsked = { of: null, tag: null },
  ): Promise<TileFile | null> {
    this.#mustExist();
    const epoch = this.#checkpoints.epoch();
    const size = this.#sql.lastCheckpoint()?.size ?? 0;
    const tile = { level, index, width };
    if (width > tileWidth(level, index, size) || (asked.of !== null && asked.of !== epoch)) return null;
    const tag = digestOf(originOf(this.#log, epoch));
    if (asked.tag === tag) return { tag, bytes: null };
    const bytes = await readAnywhere(() =>
      level === ENTRIES ? entryBundle(this.#sql, tile) : this.#tree.tile(tile),
    );
    // What was fetched meanwhile may be of an epoch that was opened meanwhile.
    if (this.#checkpoints.epoch() !== epoch) throw new Error("couldn't read the tile: an epoch was opened");
    return bytes && { tag, bytes };
  }

  async openEpoch(author: rpc.Author, statement: Envelope): Promise<EpochResult> {
    this.#mustBeActive(author.keyId, "admin");
    // The signer opens whatever log the operator names; entered here, it must be this one.
    const opened = readEpoch(statement);
    if (opened?.log !== this.#log)
      return { kind: "refused", reason: "The statement is not that of an epoch of this log." };
    const result = await this.env.SIGNER.openEpoch(statement);
    if (result.kind === "opened") this.#checkpoints.enterEpoch(result.epoch, statement, author.keyId);
    return result;
  }

  async shadowReport(query: ShadowQuery): Promise<ShadowReport> {
    this.#mustExist();
    return differences.shadowReport(this.#sql, query);
  }

  async createBacktest(author: rpc.Author, id: string, request: BacktestRequest): Promise<Backtest> {
    this.#mustBeActive(author.keyId, "admin");
    return readAnywhere(() =>
      this.ctx.storage.transactionSync(() => differences.createBacktest(this.#sql, Date.now(), id, request)),
    );
  }

  async advanceBacktest(
    author: rpc.Author,
    id: string,
    progress: BacktestProgress,
  ): Promise<Backtest | null> {
    this.#mustBeActive(author.keyId, "admin");
    return this.ctx.storage.transactionSync(() => differences.advanceBacktest(this.#sql, id, progress));
  }

  async backtest(id: string): Promise<Backtest | null> {
    this.#mustExist();
    return differences.readBacktest(this.#sql, id);
  }

  async backtestDifferences(id: string, after: DifferenceCursor | null, limit: number) {
    this.#mustExist();
    return differences.backtestDifferences(this.#sql, id, after, limit);
  }

  async putKey(author: rpc.Author, key: ApiKey): Promise<"created" | "too_many"> {
    return this.#change<"created" | "too_many">(author, (now) => {
      const change = config.insertKey(this.#sql, key, now);
      return change === "too_many" ? { change: null, value: "too_many" } : { change, value: "created" };
    });
  }

  async revokeKey(author: rpc.Author, id: string): Promise<boolean> {
    return this.#change(author, (now) => {
      const change = config.revokeKey(this.#sql, id, now);
      return { change, value: change !== null };
    });
  }

  async putTarget(
    author: rpc.Author,
    target: Omit<Target, "revision">,
    sealed: string,
    salt: string,
  ): Promise<Target | "too_many"> {
    return this.#change<Target | "too_many">(author, () => {
      const placed = config.putTarget(this.#sql, target, sealed, salt);
      return placed === "too_many"
        ? { change: null, value: placed }
        : { change: placed.change, value: placed.target };
    });
  }

  async deleteTarget(author: rpc.Author, name: string): Promise<boolean> {
    return this.#change(author, () => {
      const change = config.deleteTarget(this.#sql, name);
      return { change, value: change !== null };
    });
  }

  async putBundle(author: rpc.Author, digest: Digest, text: string): Promise<void> {
    this.#change(author, (now) => ({
      change: config.insertBundle(this.#sql, digest, text, now),
      value: undefined,
    }));
  }

  async bundle(digest: Digest) {
    this.#mustExist();
    return this.#sql.bundle(digest);
  }

  async listBundles() {
    this.#mustExist();
    return this.#sql
      .bundles()
      .map(({ digest, text, created_at }) => ({ digest, text, createdAtMs: created_at }));
  }

  async putBinding(author: rpc.Author, binding: Binding): Promise<"bound" | "unknown_bundle" | "too_many"> {
    return this.#change<"bound" | "unknown_bundle" | "too_many">(author, () => {
      const change = config.putBinding(this.#sql, binding, this.#revision + 1);
      return typeof change === "string" ? { change: null, value: change } : { change, value: "bound" };
    });
  }

  async rollbackBinding(author: rpc.Author, surface: string, folder: string | null): Promise<Binding | null> {
    const binding = this.#change<Binding | null>(author, () => {
      const rolledBack = config.rollbackBinding(this.#sql, surface, folder, this.#revision + 1);
      return rolledBack === null
        ? { change: null, value: null }
        : { change: rolledBack.change, value: rolledBack.binding };
    });
    this.#remeter(() => boundPolicies(this.#sql));
    return binding;
  }

  async bindingHistory(surface: string, folder: string | null, before: number | null, limit: number) {
    this.#mustExist();
    return config.readBindingHistory(this.#sql, surface, folder, before, limit);
  }

  async putPolicy(author: rpc.Author, policy: rpc.NewPolicy): Promise<"created" | "known" | "too_many"> {
    return this.#change<"created" | "known" | "too_many">(author, (now) => {
      const change = config.insertPolicy(this.#sql, policy, now);
      return typeof change === "string" ? { change: null, value: change } : { change, value: "created" };
    });
  }

  async listPolicies(after: number, limit: number): Promise<readonly rpc.ListedPolicy[]> {
    this.#mustExist();
    return this.#sql.policies(after, limit).map(({ seq, record, created_at }) => ({
      ...(JSON.parse(record) as rpc.PublishedPolicy),
      seq,
      createdAtMs: created_at,
    }));
  }

  async policy(policyId: Digest): Promise<rpc.PublishedPolicy | null> {
    this.#mustExist();
    this.#remeter(() => [policyId]);
    return config.readPolicy(this.#sql, policyId);
  }

  async policyModule(policyId: Digest, which: "raw" | "metered"): Promise<Uint8Array | null> {
    this.#mustExist();
    const policy = config.readPolicy(this.#sql, policyId);
    if (policy === null) return null;
    return config.readModule(this.#sql, which === "raw" ? `sha256:${policy.wasmSha256}` : policy.execId);
  }

  async createSignInCode(keyId: string, code: string, scope: rpc.PageScope): Promise<number> {
    this.#mustBeActive(keyId, scope);
    return storeSignInCode(this.#sql, keyId, code, Date.now() + SIGN_IN_CODE_TTL_MS);
  }

  async signIn(
    credential: Parameters<rpc.TenantService["signIn"]>[0],
    scope: rpc.PageScope,
    token: string,
    csrf: string,
  ) {
    this.#mustExist();
    return this.ctx.storage.transactionSync(() =>
      openSession(this.#sql, credential, scope, { token, csrf }, Date.now(), SESSION_TTL_MS),
    );
  }

  async session(token: string, scope: rpc.PageScope): Promise<rpc.PageSession | null> {
    if (this.#revision < 0) return null;
    return pageSession(this.#sql, token, scope, Date.now());
  }

  async signOut(token: string): Promise<void> {
    this.#mustExist();
    closeSession(this.#sql, token);
  }

  /**
   * Alarms come at least once, and six failures in a row end them for good: so the next one is set
   * first, and nothing leaves this method as an exception.
   */
  override async alarm(): Promise<void> {
    if (this.#revision < 0) return;
    await this.ctx.storage.setAlarm(Date.now() + ALARM_RETRY_MS);
    try {
      this.#expire();
      sweep(this.#sql, Date.now());
      this.ctx.storage.transactionSync(() => this.#relay.recover(Date.now()));
      this.ctx.storage.transactionSync(() => {
        retain(this.#sql, this.#log, Date.now());
        this.#payloads.dueSoon(Date.now());
      });
      this.ctx.waitUntil(this.#payloads.tidy(Date.now()).then(() => this.#arm()));
      // Not behind what follows: a delivery that hangs must not hold up the receipts' proofs.
      await this.#checkpoints.sign();
      this.#witnessing.begin();
      await Promise.all([this.#relay.drain(), this.#evaluations.drain()]);
      // What the evaluations let pass, and their alerts.
      await this.#relay.drain();
      this.#arm();
    } catch (error) {
      console.error(JSON.stringify({ event: "alarm_failed", log: this.#log, error: String(error) }));
    }
  }

  /** Runs a change of configuration, its entry and the new revision as one transaction. */
  #change<T>(
    author: rpc.Author,
    body: (nowMs: number) => { readonly change: config.Change; readonly value: T },
  ): T {
    this.#mustBeActive(author.keyId, "admin");
    const now = Date.now();
    const { change, value } = this.ctx.storage.transactionSync(() => {
      const result = body(now);
      if (result.change !== null) {
        const entry = append(this.#sql, this.#log, now, {
          ...entryOf(result.change),
          actor: keyActor(author.keyId),
        });
        const { evidence } = result.change;
        if (evidence) insertEvidence(this.#sql, entry.index, null, evidence.salt, evidence.text);
        this.#sql.setMeta("config_revision", String(this.#revision + 1));
        if (config.isTooLarge(this.#sql)) throw new Error(CONFIG_TOO_LARGE);
      }
      return result;
    });
    if (change !== null) this.#revision += 1;
    return value;
  }

  /** What is about to be bound, or is, is of this release's profile, wherever that takes it. */
  #remeter(policies: () => readonly Digest[]): void {
    const now = Date.now();
    const moved = this.ctx.storage.transactionSync(() => {
      const changes = remeter(this.#sql, policies(), now);
      for (const change of changes) append(this.#sql, this.#log, now, { ...entryOf(change), actor: SYSTEM });
      if (changes.length > 0) this.#sql.setMeta("config_revision", String(this.#revision + 1));
      return changes.length > 0;
    });
    if (moved) this.#revision += 1;
  }

  #expire(): void {
    const now = Date.now();
    const actions = this.ctx.storage.transactionSync(() => [
      ...expireTasks(this.#sql, this.#log, now, TASKS_LISTED_MAX),
      ...expireDeferrals(this.#sql, this.#log, now, TASKS_LISTED_MAX),
    ]);
    for (const action of actions) this.#waiters.wake(action);
  }

  /** After a commit: whoever waits is told, and what may be sent is sent. */
  #follow(status: string, actionId?: string): void {
    if (actionId !== undefined) this.#waiters.wake(actionId);
    if (status === "dispatching") this.#drainSoon();
    if (status === "dispatching" || isWaiting(status)) this.#arm();
  }

  /**
   * The action after a change of it was committed, which others follow. What is told of it may have to be fetched, or be lost: the
   * change holds all the same.
   */
  async #told(actionId: string): Promise<rpc.ActionState> {
    this.#follow(this.#mustFind(actionId).status, actionId);
    return readAnywhere(() => actionState(this.#sql, this.#mustFind(actionId)));
  }

  /** An evaluation may have let its action pass, or raised an alert: both are in the outbox. */
  #afterEvaluation(actionId: string): void {
    this.#waiters.wake(actionId);
    this.#drainSoon();
  }

  #drainSoon(): void {
    this.#arm();
    this.#drain();
  }

  #drain(): void {
    const failed = (error: unknown) =>
      console.error(JSON.stringify({ event: "drain_failed", error: String(error) }));
    if (this.#draining) {
      // Under steady load it never ends: one more promise for each commit would be kept as long.
      try {
        this.#relay.begin();
        this.#evaluations.begin();
      } catch (error) {
        failed(error);
      }
      return;
    }
    this.#draining = true;
    const drained = Promise.all([this.#relay.drain(), this.#evaluations.drain()]);
    this.ctx.waitUntil(
      drained
        .then(() => undefined, failed)
        .finally(() => {
          this.#draining = false;
        }),
    );
  }

  /** Not awaited: it belongs to the same implicit transaction as the rows that it wakes for. */
  #arm(): void {
    const now = Date.now();
    void this.ctx.storage.setAlarm(
      nextAlarmAtMs(this.#sql, now, [
        this.#checkpoints.dueAtMs(now),
        this.#witnessing.nextAtMs(),
        this.#payloads.dueAtMs(),
      ]),
    );
  }

  #stale(): { readonly kind: "stale"; readonly config: rpc.TenantConfig } {
    return { kind: "stale", config: config.readConfig(this.#sql, this.#revision) };
  }

  #mustExist(): void {
    if (this.#revision < 0) throw new Error(UNAUTHORISED);
  }

  #mustBeActive(keyId: string, scope?: Scope): void {
    this.#mustExist();
    const key = config.readKeys(this.#sql).find(({ id }) => id === keyId);
    const lives = key !== undefined && (key.expiresAtMs === null || key.expiresAtMs > Date.now());
    if (!lives || (scope !== undefined && !key.scopes.includes(scope))) throw new Error(UNAUTHORISED);
  }

  #mustFind(actionId: string) {
    const row = this.#sql.action(actionId);
    if (row === null) throw new Error(`couldn't find ${actionId}`);
    return row;
  }
}

/** What is to be believed of it, the signer says. */
function readEpoch({ payload }: Envelope): EpochStatement | null {
  const bytes = fromBase64(payload);
  const statement = bytes && parseEpochStatement(bytes);
  return statement?.ok ? statement.value : null;
}

function entryOf({ type, subject, body }: NonNullable<config.Change>) {
  return { type, subject, body };
}

/** Whether anything more can happen to an action without a person or a caller. */
const SETTLED: ReadonlySet<string> = new Set([
  "allowed",
  "approved",
  "blocked",
  "denied",
  "expired",
  "cancelled",
  "dispatched",
  "failed",
  "unknown",
]);
const isSettled = (status: string): boolean => SETTLED.has(status);
