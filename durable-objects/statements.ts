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
  message: string | null;
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
    createSchema: (ddl: string) => void sql.exec(ddl),
    meta: (name: string) =>
      first<{ value: string }>("SELECT value FROM meta WHERE name = ?", name)?.value ?? null,
    setMeta: (name: string, value: string) =>
      run(
        "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        name,
        value,
      ),

    // --- ledger
    lastEntry: () =>
      first<{ idx: number; leaf: string }>("SELECT idx, leaf FROM entries ORDER BY idx DESC LIMIT 1"),
    insertEntry: (idx: number, leaf: string, text: string) =>
      run("INSERT INTO entries (idx, leaf, text) VALUES (?, ?, ?)", idx, leaf, text),
    entry: (idx: number) => first<EntryRow>("SELECT idx, leaf, text FROM entries WHERE idx = ?", idx),
    entriesFrom: (from: number, limit: number) =>
      all<EntryRow>("SELECT idx, leaf, text FROM entries WHERE idx >= ? ORDER BY idx LIMIT ?", from, limit),
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
        "INSERT INTO decisions (entry_idx, action_id, salt, record, input, message) VALUES (?, ?, ?, ?, ?, ?)",
        row.entry_idx,
        row.action_id,
        row.salt,
        row.record,
        row.input,
        row.message,
      ),
    decision: (entryIdx: number) =>
      first<DecisionRow>("SELECT * FROM decisions WHERE entry_idx = ?", entryIdx),

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
    pendingOfKey: (keyId: string) =>
      first<{ n: number }>(
        "SELECT COUNT(*) AS n FROM approvals JOIN actions ON actions.id = approvals.action_id WHERE approvals.status = 'pending' AND actions.key_id = ?",
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
    bindings: () => all<{ record: string }>("SELECT record FROM bindings ORDER BY surface, folder"),
    /** A folder that is null is stored as the empty string, which no folder's name can be. */
    putBinding: (surface: string, folder: string | null, record: string) =>
      run(
        "INSERT INTO bindings (surface, folder, record) VALUES (?, ?, ?) ON CONFLICT (surface, folder) DO UPDATE SET record = excluded.record",
        surface,
        folder ?? "",
        record,
      ),

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
