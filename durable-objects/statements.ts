/** All SQL of the tenant's object. A statement is one function; what belongs together is made one transaction by its caller. */

export interface ActionRow extends Row {
  id: string;
  entry_idx: number;
  status: string;
  surface: string;
  key_id: string;
  owner: string;
  agent: string | null;
  user: string | null;
  outcome: string | null;
  created_at: number;
  updated_at: number;
}
export interface DecisionRow extends Row {
  entry_idx: number;
  action_id: string;
  salt: string;
  record: string;
  input: string;
  changed_input: string | null;
  verdicts: string;
  discharged: string | null;
  message: string | null;
}
export interface EvaluationRow extends Row {
  action_id: string;
  entry_idx: number;
  due_at: number;
  attempts: number;
  finished_idx: number | null;
  confirmed: number | null;
}
export interface DifferenceRow extends Row {
  entry_idx: number;
  action_id: string;
  decision: string;
  candidate_decision: string;
  rank: number;
  only_active: string;
  only_candidate: string;
}
export interface ShadowRow extends DifferenceRow {
  surface: string;
  folder: string;
  active: string;
  candidate: string;
  at: number;
}
export interface BacktestRow extends Row {
  id: string;
  request: string;
  next_idx: number;
  end_idx: number;
  judged: number;
  skipped: number;
  pairs: string;
  listed: number;
  created_at: number;
}
export interface AlertRow extends Row {
  id: string;
  action_id: string;
  kind: string;
  entry_idx: number;
  created_at: number;
}
export interface BindingHistoryRow extends Row {
  seq: number;
  kind: "put" | "rollback";
  record: string;
  entry_idx: number;
}
export interface ApprovalRow extends Row {
  id: string;
  action_id: string;
  entry_idx: number;
  status: string;
  action_digest: string;
  title: string;
  created_at: number;
  expires_at: number;
  decided_at: number | null;
  decided_by: string | null;
  reason: string | null;
}
export interface DeferralRow extends Row {
  entry_idx: number;
  action_id: string;
  status: string;
  expires_at: number;
}
export interface DeliveryRow extends Row {
  id: string;
  action_id: string;
  entry_idx: number;
  target: string;
  state: string;
  attempts: number;
  due_at: number;
  first_attempt_at: number | null;
  receipt: string | null;
  http_status: number | null;
  reason: string | null;
  provider_id: string | null;
  updated_at: number;
}
export interface IdempotencyRow extends Row {
  scope: string;
  key: string;
  fingerprint: string;
  action_id: string;
  entry_idx: number;
  answer: string | null;
  created_at: number;
}
export interface EntryRow extends Row {
  idx: number;
  leaf: string;
  text: string;
}
type Row = Record<string, SqlStorageValue>;

export type Statements = ReturnType<typeof statements>;

export function statements(sql: SqlStorage) {
  const all = <R extends Row>(query: string, ...values: SqlStorageValue[]): R[] =>
    sql.exec<R>(query, ...values).toArray();
  const first = <R extends Row>(query: string, ...values: SqlStorageValue[]): R | null =>
    all<R>(query, ...values)[0] ?? null;
  const run = (query: string, ...values: SqlStorageValue[]): number => sql.exec(query, ...values).rowsWritten;

  return {
    // --- schema and meta
    hasSchema: () =>
      first("SELECT 1 AS x FROM sqlite_master WHERE type = 'table' AND name = 'meta'") !== null,
    runScript: (ddl: string) => void sql.exec(ddl),
    meta: (name: string) =>
      first<{ value: string }>("SELECT value FROM meta WHERE name = ?", name)?.value ?? null,
    setMeta: (name: string, value: string) =>
      run(
        "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        name,
        value,
      ),

    // --- migration
    bindingRows: () =>
      all<{ surface: string; folder: string; record: string }>(
        "SELECT surface, folder, record FROM bindings",
      ),
    /** Each binding in force is the first of its history, under the entry that put it. */
    seedBindingHistory: () =>
      run(`INSERT INTO binding_history (surface, folder, record, entry_idx)
        SELECT bindings.surface, bindings.folder, bindings.record, COALESCE(put.idx, 0) FROM bindings
        LEFT JOIN subjects ON subjects.kind = 'folder' AND subjects.value = bindings.folder
        LEFT JOIN (
          SELECT json_extract(text, '$.subject') AS surface, json_extract(text, '$.body.folder') AS folder, MAX(idx) AS idx
          FROM entries WHERE json_extract(text, '$.type') = 'binding.put' GROUP BY 1, 2
        ) AS put ON put.surface = bindings.surface AND put.folder IS subjects.id
        ORDER BY put.idx`),
    decisionRecords: (after: number, limit: number) =>
      all<{ entry_idx: number; record: string }>(
        "SELECT entry_idx, record FROM decisions WHERE entry_idx > ? ORDER BY entry_idx LIMIT ?",
        after,
        limit,
      ),
    setDecisionRecord: (entryIdx: number, record: string) =>
      run("UPDATE decisions SET record = ? WHERE entry_idx = ?", record, entryIdx),

    // --- ledger
    lastEntry: () =>
      first<{ idx: number; leaf: string }>("SELECT idx, leaf FROM entries ORDER BY idx DESC LIMIT 1"),
    insertEntry: (idx: number, leaf: string, text: string) =>
      run("INSERT INTO entries (idx, leaf, text) VALUES (?, ?, ?)", idx, leaf, text),
    entry: (idx: number) => first<EntryRow>("SELECT idx, leaf, text FROM entries WHERE idx = ?", idx),
    /** One at a time: of large entries only the first few are wanted. */
    entriesFrom: (from: number, limit: number): Iterable<EntryRow> =>
      sql.exec<EntryRow>(
        "SELECT idx, leaf, text FROM entries WHERE idx >= ? ORDER BY idx LIMIT ?",
        from,
        limit,
      ),
    subject: (kind: string, value: string) =>
      first<{ id: string }>("SELECT id FROM subjects WHERE kind = ? AND value = ?", kind, value)?.id ?? null,
    insertSubject: (kind: string, value: string, id: string) =>
      run("INSERT INTO subjects (kind, value, id) VALUES (?, ?, ?)", kind, value, id),

    // --- actions and decisions
    insertAction: (row: ActionRow) =>
      run(
        "INSERT INTO actions (id, entry_idx, status, surface, key_id, owner, agent, user, outcome, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row.id,
        row.entry_idx,
        row.status,
        row.surface,
        row.key_id,
        row.owner,
        row.agent,
        row.user,
        row.outcome,
        row.created_at,
        row.updated_at,
      ),
    action: (id: string) => first<ActionRow>("SELECT * FROM actions WHERE id = ?", id),
    setActionStatus: (id: string, status: string, now: number) =>
      run("UPDATE actions SET status = ?, updated_at = ? WHERE id = ?", status, now, id),
    setActionDecision: (id: string, entryIdx: number, status: string, now: number) =>
      run(
        "UPDATE actions SET entry_idx = ?, status = ?, updated_at = ? WHERE id = ?",
        entryIdx,
        status,
        now,
        id,
      ),
    setActionOutcome: (id: string, outcome: string, now: number) =>
      run("UPDATE actions SET outcome = ?, updated_at = ? WHERE id = ?", outcome, now, id),
    insertDecision: (row: DecisionRow) =>
      run(
        "INSERT INTO decisions (entry_idx, action_id, salt, record, input, changed_input, verdicts, discharged, message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row.entry_idx,
        row.action_id,
        row.salt,
        row.record,
        row.input,
        row.changed_input,
        row.verdicts,
        row.discharged,
        row.message,
      ),
    decision: (entryIdx: number) =>
      first<DecisionRow>("SELECT * FROM decisions WHERE entry_idx = ?", entryIdx),

    // --- candidates and backtests
    insertShadow: (row: ShadowRow) =>
      run(
        "INSERT INTO shadows (entry_idx, surface, folder, action_id, active, candidate, decision, candidate_decision, rank, only_active, only_candidate, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row.entry_idx,
        row.surface,
        row.folder,
        row.action_id,
        row.active,
        row.candidate,
        row.decision,
        row.candidate_decision,
        row.rank,
        row.only_active,
        row.only_candidate,
        row.at,
      ),
    shadowPairs: (surface: string, folder: string, candidate: string, since: number) =>
      all<{ decision: string; candidate_decision: string; n: number }>(
        "SELECT decision, candidate_decision, COUNT(*) AS n FROM shadows WHERE surface = ? AND folder = ? AND candidate = ? AND at >= ? GROUP BY decision, candidate_decision ORDER BY MIN(rank), decision, candidate_decision",
        surface,
        folder,
        candidate,
        since,
      ),
    shadowRules: (
      side: "only_active" | "only_candidate",
      surface: string,
      folder: string,
      candidate: string,
      since: number,
    ) =>
      all<{ rule: string; count: number }>(
        `SELECT rules.value AS rule, COUNT(*) AS count FROM shadows, json_each(shadows.${side}) AS rules WHERE surface = ? AND folder = ? AND candidate = ? AND at >= ? GROUP BY rules.value ORDER BY count DESC, rule`,
        surface,
        folder,
        candidate,
        since,
      ),
    shadowDifferences: (
      surface: string,
      folder: string,
      candidate: string,
      since: number,
      rank: number,
      entryIdx: number,
      limit: number,
    ) =>
      all<DifferenceRow>(
        "SELECT * FROM shadows WHERE surface = ? AND folder = ? AND candidate = ? AND at >= ? AND rank > 0 AND (rank, entry_idx) > (?, ?) ORDER BY rank, entry_idx LIMIT ?",
        surface,
        folder,
        candidate,
        since,
        rank,
        entryIdx,
        limit,
      ),
    insertBacktest: (row: BacktestRow) =>
      run(
        "INSERT INTO backtests (id, request, next_idx, end_idx, judged, skipped, pairs, listed, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row.id,
        row.request,
        row.next_idx,
        row.end_idx,
        row.judged,
        row.skipped,
        row.pairs,
        row.listed,
        row.created_at,
      ),
    backtest: (id: string) => first<BacktestRow>("SELECT * FROM backtests WHERE id = ?", id),
    advanceBacktest: (
      row: Pick<BacktestRow, "id" | "next_idx" | "judged" | "skipped" | "pairs" | "listed">,
    ) =>
      run(
        "UPDATE backtests SET next_idx = ?, judged = ?, skipped = ?, pairs = ?, listed = ? WHERE id = ?",
        row.next_idx,
        row.judged,
        row.skipped,
        row.pairs,
        row.listed,
        row.id,
      ),
    /** All but the newest `kept`. */
    dropBacktests(kept: number): void {
      const old = "SELECT id FROM backtests ORDER BY created_at DESC, id LIMIT -1 OFFSET ?";
      run(`DELETE FROM backtest_differences WHERE backtest_id IN (${old})`, kept);
      run(`DELETE FROM backtests WHERE id IN (${old})`, kept);
    },
    insertBacktestDifference: (row: DifferenceRow & { backtest_id: string }) =>
      run(
        "INSERT INTO backtest_differences (backtest_id, rank, entry_idx, action_id, decision, candidate_decision, only_active, only_candidate) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        row.backtest_id,
        row.rank,
        row.entry_idx,
        row.action_id,
        row.decision,
        row.candidate_decision,
        row.only_active,
        row.only_candidate,
      ),
    backtestDifferences: (id: string, rank: number, entryIdx: number, limit: number) =>
      all<DifferenceRow>(
        "SELECT * FROM backtest_differences WHERE backtest_id = ? AND (rank, entry_idx) > (?, ?) ORDER BY rank, entry_idx LIMIT ?",
        id,
        rank,
        entryIdx,
        limit,
      ),

    // --- evaluations and alerts
    insertEvaluation: (actionId: string, entryIdx: number, dueAt: number) =>
      run(
        "INSERT INTO evaluations (action_id, entry_idx, due_at, attempts) VALUES (?, ?, ?, 0)",
        actionId,
        entryIdx,
        dueAt,
      ),
    evaluation: (actionId: string) =>
      first<EvaluationRow>("SELECT * FROM evaluations WHERE action_id = ?", actionId),
    dueEvaluations: (now: number, limit: number) =>
      all<EvaluationRow>(
        "SELECT * FROM evaluations WHERE finished_idx IS NULL AND due_at <= ? ORDER BY due_at, entry_idx LIMIT ?",
        now,
        limit,
      ),
    nextEvaluation: () =>
      first<{ at: number | null }>("SELECT MIN(due_at) AS at FROM evaluations WHERE finished_idx IS NULL")
        ?.at ?? null,
    beginEvaluation: (actionId: string, attempts: number, dueAt: number) =>
      run("UPDATE evaluations SET attempts = ?, due_at = ? WHERE action_id = ?", attempts, dueAt, actionId),
    finishEvaluation: (actionId: string, entryIdx: number, confirmed: boolean) =>
      run(
        "UPDATE evaluations SET finished_idx = ?, confirmed = ? WHERE action_id = ?",
        entryIdx,
        confirmed ? 1 : 0,
        actionId,
      ),
    dropEvaluation: (actionId: string) =>
      run("DELETE FROM evaluations WHERE action_id = ? AND finished_idx IS NULL", actionId),
    insertAlert: (row: AlertRow) =>
      run(
        "INSERT INTO alerts (id, action_id, kind, entry_idx, created_at) VALUES (?, ?, ?, ?, ?)",
        row.id,
        row.action_id,
        row.kind,
        row.entry_idx,
        row.created_at,
      ),
    hasAlert: (actionId: string, kind: string) =>
      first("SELECT 1 AS x FROM alerts WHERE action_id = ? AND kind = ?", actionId, kind) !== null,
    alerts: (limit: number) =>
      all<AlertRow>("SELECT * FROM alerts ORDER BY created_at DESC, id LIMIT ?", limit),

    evidence: (entryIdx: number) =>
      first<{ salt: string; text: string }>("SELECT salt, text FROM evidence WHERE entry_idx = ?", entryIdx),
    insertEvidence: (entryIdx: number, salt: string, text: string) =>
      run("INSERT INTO evidence (entry_idx, salt, text) VALUES (?, ?, ?)", entryIdx, salt, text),

    // --- idempotency
    idempotency: (scope: string, key: string) =>
      first<IdempotencyRow>("SELECT * FROM idempotency WHERE scope = ? AND key = ?", scope, key),
    insertIdempotency: (row: IdempotencyRow) =>
      run(
        "INSERT INTO idempotency (scope, key, fingerprint, action_id, entry_idx, answer, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        row.scope,
        row.key,
        row.fingerprint,
        row.action_id,
        row.entry_idx,
        row.answer,
        row.created_at,
      ),
    settleIdempotency: (scope: string, key: string, answer: string) =>
      run(
        "UPDATE idempotency SET answer = ? WHERE scope = ? AND key = ? AND answer IS NULL",
        answer,
        scope,
        key,
      ),
    forgetIdempotency: (before: number) => run("DELETE FROM idempotency WHERE created_at < ?", before),

    // --- approvals
    insertApproval: (row: ApprovalRow) =>
      run(
        "INSERT INTO approvals (id, action_id, entry_idx, status, action_digest, title, created_at, expires_at, decided_at, decided_by, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row.id,
        row.action_id,
        row.entry_idx,
        row.status,
        row.action_digest,
        row.title,
        row.created_at,
        row.expires_at,
        row.decided_at,
        row.decided_by,
        row.reason,
      ),
    approval: (id: string) => first<ApprovalRow>("SELECT * FROM approvals WHERE id = ?", id),
    approvalOf: (actionId: string, entryIdx: number) =>
      first<ApprovalRow>(
        "SELECT * FROM approvals WHERE action_id = ? AND entry_idx <= ? ORDER BY entry_idx DESC LIMIT 1",
        actionId,
        entryIdx,
      ),
    pendingApprovals: (now: number, limit: number) =>
      all<ApprovalRow>(
        "SELECT * FROM approvals WHERE status = 'pending' AND expires_at > ? ORDER BY expires_at, id LIMIT ?",
        now,
        limit,
      ),
    settledApprovals: (limit: number) =>
      all<ApprovalRow>(
        "SELECT * FROM approvals WHERE status <> 'pending' ORDER BY decided_at DESC, id LIMIT ?",
        limit,
      ),
    /** Actions of a key that wait for a person, for facts, or for their full evaluation. */
    waitingOfKey: (keyId: string) =>
      first<{ n: number }>(
        `SELECT COUNT(*) AS n FROM actions WHERE key_id = ? AND id IN (
          SELECT action_id FROM approvals WHERE status = 'pending'
          UNION SELECT action_id FROM deferrals WHERE status = 'pending'
          UNION SELECT action_id FROM evaluations WHERE finished_idx IS NULL)`,
        keyId,
      )?.n ?? 0,
    expiredApprovals: (now: number, limit: number) =>
      all<ApprovalRow>(
        "SELECT * FROM approvals WHERE status = 'pending' AND expires_at <= ? ORDER BY expires_at LIMIT ?",
        now,
        limit,
      ),
    nextExpiry: () =>
      first<{ at: number | null }>("SELECT MIN(expires_at) AS at FROM approvals WHERE status = 'pending'")
        ?.at ?? null,
    settleApproval: (id: string, status: string, now: number, person: string | null, reason: string | null) =>
      run(
        "UPDATE approvals SET status = ?, decided_at = ?, decided_by = ?, reason = ? WHERE id = ? AND status = 'pending'",
        status,
        now,
        person,
        reason,
        id,
      ),

    // --- deferrals
    insertDeferral: (row: DeferralRow) =>
      run(
        "INSERT INTO deferrals (entry_idx, action_id, status, expires_at) VALUES (?, ?, ?, ?)",
        row.entry_idx,
        row.action_id,
        row.status,
        row.expires_at,
      ),
    deferral: (entryIdx: number) =>
      first<DeferralRow>("SELECT * FROM deferrals WHERE entry_idx = ?", entryIdx),
    pendingDeferral: (actionId: string) =>
      first<DeferralRow>("SELECT * FROM deferrals WHERE action_id = ? AND status = 'pending'", actionId),
    countDeferrals: (actionId: string) =>
      first<{ n: number }>("SELECT COUNT(*) AS n FROM deferrals WHERE action_id = ?", actionId)?.n ?? 0,
    expiredDeferrals: (now: number, limit: number) =>
      all<DeferralRow>(
        "SELECT * FROM deferrals WHERE status = 'pending' AND expires_at <= ? ORDER BY expires_at LIMIT ?",
        now,
        limit,
      ),
    nextDeferralExpiry: () =>
      first<{ at: number | null }>("SELECT MIN(expires_at) AS at FROM deferrals WHERE status = 'pending'")
        ?.at ?? null,
    settleDeferral: (entryIdx: number, status: string) =>
      run("UPDATE deferrals SET status = ? WHERE entry_idx = ? AND status = 'pending'", status, entryIdx),

    // --- deliveries
    insertDelivery: (row: Pick<DeliveryRow, "id" | "action_id" | "entry_idx" | "target" | "due_at">) =>
      run(
        "INSERT INTO deliveries (id, action_id, entry_idx, target, state, attempts, due_at, updated_at) VALUES (?, ?, ?, ?, 'queued', 0, ?, ?)",
        row.id,
        row.action_id,
        row.entry_idx,
        row.target,
        row.due_at,
        row.due_at,
      ),
    delivery: (id: string) => first<DeliveryRow>("SELECT * FROM deliveries WHERE id = ?", id),
    deliveriesOf: (id: string) =>
      all<DeliveryRow>("SELECT * FROM deliveries WHERE action_id = ? ORDER BY entry_idx", id),
    deliveryOf: (actionId: string) =>
      first<DeliveryRow>(
        "SELECT * FROM deliveries WHERE action_id = ? ORDER BY entry_idx DESC LIMIT 1",
        actionId,
      ),
    dueDeliveries: (now: number, limit: number) =>
      all<DeliveryRow>(
        "SELECT * FROM deliveries WHERE state = 'queued' AND due_at <= ? ORDER BY due_at, entry_idx LIMIT ?",
        now,
        limit,
      ),
    nextDelivery: () =>
      first<{ at: number | null }>("SELECT MIN(due_at) AS at FROM deliveries WHERE state = 'queued'")?.at ??
      null,
    sendingDeliveries: () => all<DeliveryRow>("SELECT * FROM deliveries WHERE state = 'sending'"),
    /** When the earliest attempt under way began. */
    sendingSince: () =>
      first<{ at: number | null }>("SELECT MIN(updated_at) AS at FROM deliveries WHERE state = 'sending'")
        ?.at ?? null,
    setReceipt: (id: string, receipt: string) =>
      run("UPDATE deliveries SET receipt = ? WHERE id = ?", receipt, id),
    beginAttempt(id: string, number: number, now: number): void {
      run(
        "UPDATE deliveries SET state = 'sending', attempts = ?, first_attempt_at = COALESCE(first_attempt_at, ?), updated_at = ? WHERE id = ?",
        number,
        now,
        now,
        id,
      );
      run("INSERT INTO attempts (delivery_id, number, started_at) VALUES (?, ?, ?)", id, number, now);
    },
    endAttempt: (id: string, number: number, result: string, now: number) =>
      run(
        "UPDATE attempts SET ended_at = ?, result = ? WHERE delivery_id = ? AND number = ?",
        now,
        result,
        id,
        number,
      ),
    settleDelivery: (
      row: Pick<
        DeliveryRow,
        "id" | "state" | "due_at" | "http_status" | "reason" | "provider_id" | "updated_at"
      >,
    ) =>
      run(
        "UPDATE deliveries SET state = ?, due_at = ?, http_status = ?, reason = ?, provider_id = ?, updated_at = ? WHERE id = ?",
        row.state,
        row.due_at,
        row.http_status,
        row.reason,
        row.provider_id,
        row.updated_at,
        row.id,
      ),
    /** What undoes an action that passed and should not have, where it waits for an attempt to send that to end. */
    releaseRollback: (actionId: string, now: number) =>
      run(
        `UPDATE deliveries SET due_at = ?1 WHERE state = 'queued' AND attempts = 0 AND due_at > ?1 AND action_id IN (
          SELECT json_extract(entries.text, '$.body.rollback') FROM alerts JOIN entries ON entries.idx = alerts.entry_idx
          WHERE alerts.action_id = ?2 AND alerts.kind = 'late_block')`,
        now,
        actionId,
      ),
    postponeDelivery: (id: string, dueAt: number) =>
      run("UPDATE deliveries SET due_at = ? WHERE id = ?", dueAt, id),

    // --- configuration
    keys: () =>
      all<{ record: string }>("SELECT record FROM keys WHERE revoked_at IS NULL ORDER BY created_at, id"),
    insertKey: (id: string, record: string, now: number) =>
      run("INSERT INTO keys (id, record, created_at) VALUES (?, ?, ?)", id, record, now),
    revokeKey: (id: string, now: number) =>
      run("UPDATE keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", now, id),
    targets: () => all<{ record: string }>("SELECT record FROM targets ORDER BY name"),
    target: (name: string) =>
      first<{ record: string; sealed: string }>("SELECT record, sealed FROM targets WHERE name = ?", name),
    putTarget: (name: string, record: string, sealed: string) =>
      run(
        "INSERT INTO targets (name, record, sealed) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET record = excluded.record, sealed = excluded.sealed",
        name,
        record,
        sealed,
      ),
    deleteTarget: (name: string) => run("DELETE FROM targets WHERE name = ?", name),
    bumpTargetRevision: (name: string) =>
      first<{ revision: number }>(
        "INSERT INTO target_revisions (name, revision) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET revision = revision + 1 RETURNING revision",
        name,
      )?.revision ?? 1,
    bundle: (digest: string) => first<{ text: string }>("SELECT text FROM bundles WHERE digest = ?", digest),
    bundles: () =>
      all<{ digest: string; text: string; created_at: number }>(
        "SELECT digest, text, created_at FROM bundles ORDER BY created_at, digest",
      ),
    insertBundle: (digest: string, text: string, now: number) =>
      run(
        "INSERT INTO bundles (digest, text, created_at) VALUES (?, ?, ?) ON CONFLICT (digest) DO NOTHING",
        digest,
        text,
        now,
      ),
    putPolicy: (policyId: string, record: string, now: number) =>
      run(
        "INSERT INTO policies (policy_id, record, created_at) VALUES (?, ?, ?) ON CONFLICT (policy_id) DO UPDATE SET record = excluded.record",
        policyId,
        record,
        now,
      ),
    policy: (policyId: string) =>
      first<{ record: string }>("SELECT record FROM policies WHERE policy_id = ?", policyId),
    /** In the order in which they came. */
    policies: (after: number, limit: number) =>
      all<{ seq: number; record: string; created_at: number }>(
        "SELECT rowid AS seq, record, created_at FROM policies WHERE rowid > ? ORDER BY rowid LIMIT ?",
        after,
        limit,
      ),
    countPolicies: () => first<{ n: number }>("SELECT count(*) AS n FROM policies")?.n ?? 0,
    insertModulePart: (digest: string, part: number, bytes: ArrayBuffer) =>
      run(
        "INSERT INTO modules (digest, part, bytes) VALUES (?, ?, ?) ON CONFLICT (digest, part) DO NOTHING",
        digest,
        part,
        bytes,
      ),
    moduleParts: (digest: string) =>
      all<{ bytes: ArrayBuffer }>("SELECT bytes FROM modules WHERE digest = ? ORDER BY part", digest),
    bindings: () => all<{ record: string }>("SELECT record FROM bindings ORDER BY surface, folder"),
    /** A folder that is null is stored as the empty string, which no folder's name can be. */
    putBinding: (surface: string, folder: string | null, record: string) =>
      run(
        "INSERT INTO bindings (surface, folder, record) VALUES (?, ?, ?) ON CONFLICT (surface, folder) DO UPDATE SET record = excluded.record",
        surface,
        folder ?? "",
        record,
      ),
    insertBindingHistory: (row: {
      surface: string;
      folder: string | null;
      kind: "put" | "rollback";
      record: string;
      entry_idx: number;
    }) =>
      run(
        "INSERT INTO binding_history (surface, folder, kind, record, entry_idx) VALUES (?, ?, ?, ?, ?)",
        row.surface,
        row.folder ?? "",
        row.kind,
        row.record,
        row.entry_idx,
      ),
    /** Newest first, with the entry that records each. */
    bindingChanges: (surface: string, folder: string | null, before: number, limit: number) =>
      all<BindingHistoryRow & { undone: number; text: string }>(
        "SELECT seq, kind, record, entry_idx, undone, text FROM binding_history JOIN entries ON idx = entry_idx WHERE surface = ? AND folder = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
        surface,
        folder ?? "",
        before,
        limit,
      ),
    /** Those that may be in force: newest first, the one that is and the one before it. */
    boundInTurn: (surface: string, folder: string | null, limit: number) =>
      all<BindingHistoryRow>(
        "SELECT seq, kind, record, entry_idx FROM binding_history WHERE surface = ? AND folder = ? AND kind = 'put' AND undone = 0 ORDER BY seq DESC LIMIT ?",
        surface,
        folder ?? "",
        limit,
      ),
    undoBinding: (seq: number) => run("UPDATE binding_history SET undone = 1 WHERE seq = ?", seq),

    // --- sessions
    insertSignInCode: (hash: string, keyId: string, expiresAt: number) =>
      run("INSERT INTO sign_in_codes (hash, key_id, expires_at) VALUES (?, ?, ?)", hash, keyId, expiresAt),
    takeSignInCode: (hash: string) =>
      first<{ key_id: string; expires_at: number }>(
        "DELETE FROM sign_in_codes WHERE hash = ? RETURNING key_id, expires_at",
        hash,
      ),
    insertSession: (hash: string, keyId: string, csrf: string, expiresAt: number) =>
      run(
        "INSERT INTO sessions (hash, key_id, csrf, expires_at) VALUES (?, ?, ?, ?)",
        hash,
        keyId,
        csrf,
        expiresAt,
      ),
    session: (hash: string) =>
      first<{ key_id: string; csrf: string; expires_at: number }>(
        "SELECT key_id, csrf, expires_at FROM sessions WHERE hash = ?",
        hash,
      ),
    deleteSession: (hash: string) => run("DELETE FROM sessions WHERE hash = ?", hash),
    forgetSessions(now: number): void {
      run("DELETE FROM sessions WHERE expires_at <= ?", now);
      run("DELETE FROM sign_in_codes WHERE expires_at <= ?", now);
    },
  };
}
