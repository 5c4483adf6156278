/** All SQL of the tenant's object. A statement is one function; what belongs together is made one transaction by its caller. */
import type { ActionQuery } from "./rpc.ts";

export interface NewActionRow extends Row {
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
  seq: number;
  decision: string;
  folder: string | null;
  resource_folder: string | null;
  data_class: string | null;
}
export interface ActionRow extends NewActionRow {
  erased_at: number | null;
}
/** A row with its key, which lies in a table of its own; null: destroyed. */
interface Keyed extends Row {
  key: ArrayBuffer | null;
}
export interface DecisionRow extends Keyed {
  entry_idx: number;
  action_id: string;
  record: string;
  place: string;
  sealed: ArrayBuffer | null;
  erased_idx: number | null;
}
export interface PayloadRow extends Keyed {
  place: string;
  payload: ArrayBuffer | null;
  payload_digest: string | null;
  payload_bytes: number;
  bundle: string | null;
  bundle_at: number | null;
}
export interface NewDecisionRow extends Row {
  entry_idx: number;
  action_id: string;
  record: string;
  place: string;
  sealed: ArrayBuffer | null;
  payload: ArrayBuffer | null;
  payload_digest: string | null;
  payload_bytes: number;
  erased_idx: number | null;
}
/** As version 4 kept it. */
export interface DecisionRow4 extends Keyed {
  entry_idx: number;
  action_id: string;
  record: string;
  sealed: ArrayBuffer | null;
  erased_idx: number | null;
}
export interface NewEvidenceRow extends Row {
  entry_idx: number;
  action_id: string | null;
  sealed: ArrayBuffer | null;
  erased_idx: number | null;
}
export type EvidenceRow = NewEvidenceRow & Keyed;
/** As version 3 kept it, with what stood in other tables of it. */
export interface PlainDecisionRow extends Row {
  entry_idx: number;
  action_id: string;
  salt: string;
  record: string;
  input: string;
  changed_input: string | null;
  verdicts: string;
  discharged: string | null;
  message: string | null;
  title: string | null;
  fingerprint: string | null;
  answer: string | null;
  scope: string | null;
  key: string | null;
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
  created_at: number;
  expires_at: number;
  decided_at: number | null;
  decided_by: string | null;
  settled_idx: number | null;
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
export interface AttemptRow extends Row {
  delivery_id: string;
  number: number;
  started_at: number;
  ended_at: number | null;
  result: string | null;
}
export interface IdempotencyRow extends Row {
  scope: string;
  key: string;
  action_id: string;
  entry_idx: number;
  answer: ArrayBuffer | null;
  created_at: number;
}
export interface WitnessRow extends Row {
  name: string;
  origin: string;
  size: number;
  cosigned_at: number | null;
  failures: number;
  due_at: number;
  conflict: string | null;
}
export interface CosignedRow extends Row {
  origin: string;
  size: number;
  note: string;
  witnesses: number;
}
export interface EntryRow extends Row {
  idx: number;
  leaf: string;
  text: string;
}
export interface CheckpointRow extends Row {
  size: number;
  root: string;
  note: string;
  at: number;
}
type Row = Record<string, SqlStorageValue>;

type TermKind = "rule" | "recipient";
interface Term {
  readonly kind: TermKind;
  readonly value: string;
}
/** Columns with an index of their own, the most telling first. */
const LEADS = ["user", "agent", "status"] as const;

export type Statements = ReturnType<typeof statements>;

export interface IdempotencyKey {
  readonly scope: string;
  readonly key: string;
}

interface Head extends Row {
  idx: number;
  leaf: string;
}

/** What the writes that are gathered read of the object's storage, and of each other. */
interface Known {
  /** The last entry; null: there is none, undefined: not read yet. */
  head: Head | null | undefined;
  readonly subjects: Map<string, string>;
  /** By `nameOf`; null: not used yet. */
  readonly keys: Map<string, IdempotencyRow | null>;
}

/** A scope holds no line feed: it is made of ids and a route. */
export const nameOf = ({ scope, key }: IdempotencyKey): string => `${scope}\n${key}`;

/** As many as a statement in a Durable Object takes. */
const PARAMETERS_MAX = 100;

/** Each row of a statement of `rows` rows takes so many parameters that all are at most `PARAMETERS_MAX`; a power of two, so that few texts are prepared. */
function* chunksOf<T>(rows: readonly T[], parameters: number): Iterable<readonly T[]> {
  let size = 2 ** Math.floor(Math.log2(PARAMETERS_MAX / parameters));
  for (let at = 0; at < rows.length; at += size) {
    while (size > rows.length - at) size /= 2;
    yield rows.slice(at, at + size);
  }
}

const list = (item: string, count: number): string => Array(count).fill(item).join(", ");

/** Tables that a submission inserts into. */
const INSERTS = {
  entries: { into: "entries (idx, leaf, text)", row: "(?, ?, ?)", or: "" },
  actions: {
    into: "actions (id, entry_idx, status, surface, key_id, owner, agent, user, outcome, created_at, updated_at, seq, decision, folder, resource_folder, data_class)",
    row: `(${list("?", 16)})`,
    or: "",
  },
  terms: { into: "terms (kind, value, seq)", row: "(?, ?, ?)", or: "ON CONFLICT DO NOTHING" },
  record_keys: { into: "record_keys (entry_idx, key)", row: "(?, ?)", or: "" },
  decisions: {
    into: "decisions (entry_idx, action_id, record, place, sealed, payload, payload_digest, payload_bytes, erased_idx)",
    row: `(${list("?", 9)})`,
    or: "",
  },
  idempotency: {
    into: "idempotency (scope, key, action_id, entry_idx, answer, created_at)",
    row: `(${list("?", 6)})`,
    or: "",
  },
  approvals: {
    into: "approvals (id, action_id, entry_idx, status, created_at, expires_at)",
    row: "(?, ?, ?, 'pending', ?, ?)",
    or: "",
  },
  deliveries: {
    into: "deliveries (id, action_id, entry_idx, target, state, attempts, due_at, updated_at)",
    row: "(?, ?, ?, ?, 'queued', 0, ?, ?)",
    or: "",
  },
} as const;
type Inserted = keyof typeof INSERTS;

/** Inserts of a submission: written one by one, or gathered and written table by table, since most of an insert's cost is its statement's. */
class Inserts {
  readonly #sql: SqlStorage;
  /** Null: nothing is gathered. */
  #rows: Map<Inserted, SqlStorageValue[][]> | null = null;
  changes = 0;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  gather(): void {
    this.#rows = new Map();
  }

  /** What was not written is lost. */
  drop(): void {
    this.#rows = null;
  }

  add(table: Inserted, values: SqlStorageValue[]): void {
    this.changes++;
    if (this.#rows === null) this.#insert(table, [values]);
    else {
      const rows = this.#rows.get(table);
      if (rows === undefined) this.#rows.set(table, [values]);
      else rows.push(values);
    }
  }

  /** Writes what was gathered so far. */
  write(): void {
    if (this.#rows === null || this.#rows.size === 0) return;
    const gathered = this.#rows;
    this.#rows = new Map();
    try {
      for (const [table, rows] of gathered)
        for (const chunk of chunksOf(rows, rows[0]?.length ?? 1)) this.#insert(table, chunk);
    } catch (error) {
      // Whoever happens to read something now did not write these rows, and must not be taken for the one that failed.
      this.changes++;
      throw error;
    }
  }

  #insert(table: Inserted, rows: readonly (readonly SqlStorageValue[])[]): void {
    const { into, row, or } = INSERTS[table];
    // Where several fail, all that is gathered is taken back: the engine need not copy pages aside for one statement of them.
    const insert = rows.length > 1 && or === "" ? "INSERT OR FAIL" : "INSERT";
    this.#sql.exec(`${insert} INTO ${into} VALUES ${list(row, rows.length)} ${or}`, ...rows.flat());
  }
}

/** The rows of these keys, and null for those that have none. */
function idempotencyRows(
  sql: SqlStorage,
  keys: readonly IdempotencyKey[],
): Map<string, IdempotencyRow | null> {
  const found = new Map<string, IdempotencyRow | null>(keys.map((key) => [nameOf(key), null]));
  for (const chunk of chunksOf(keys, 2)) {
    const rows = sql.exec<IdempotencyRow>(
      `WITH asked (scope, key) AS (VALUES ${list("(?, ?)", chunk.length)})
        SELECT idempotency.* FROM asked CROSS JOIN idempotency USING (scope, key)`,
      ...chunk.flatMap(({ scope, key }) => [scope, key]),
    );
    for (const row of rows) found.set(nameOf(row), row);
  }
  return found;
}

/** `appended` is called for each entry, inside the transaction that writes it. */
export function statements(sql: SqlStorage, appended: () => void = () => {}) {
  const inserts = new Inserts(sql);
  const exec = <R extends Row>(query: string, ...values: SqlStorageValue[]) => {
    inserts.write();
    return sql.exec<R>(query, ...values);
  };
  const all = <R extends Row>(query: string, ...values: SqlStorageValue[]): R[] =>
    exec<R>(query, ...values).toArray();
  const first = <R extends Row>(query: string, ...values: SqlStorageValue[]): R | null =>
    all<R>(query, ...values)[0] ?? null;
  const run = (query: string, ...values: SqlStorageValue[]): number => {
    inserts.changes++;
    return exec(query, ...values).rowsWritten;
  };
  /** Of a table into which no insert is gathered. */
  const firstOfOther = <R extends Row>(query: string, ...values: SqlStorageValue[]): R | null =>
    sql.exec<R>(query, ...values).toArray()[0] ?? null;
  const meta = (name: string): string | null =>
    firstOfOther<{ value: string }>("SELECT value FROM meta WHERE name = ?", name)?.value ?? null;
  let log: string | null = null;
  /** What is known while inserts are gathered, so that it is read once for all of them; null: nothing is gathered. */
  let known: Known | null = null;

  return {
    // --- inserts of several writes together
    /**
     * Runs `body`, and what it inserts of submissions is written table by table, at its end or before anything reads or changes
     * those tables. Inside a transaction, which must be rolled back where this throws. `keys`: idempotency keys that it will ask for.
     */
    gathered<T>(keys: readonly IdempotencyKey[], body: () => T): T {
      known = { head: undefined, subjects: new Map(), keys: idempotencyRows(sql, keys) };
      inserts.gather();
      try {
        const result = body();
        inserts.write();
        return result;
      } finally {
        inserts.drop();
        known = null;
      }
    },
    /** Counts statements that change anything: the same before and after, nothing was written in between. */
    changes: (): number => inserts.changes,

    // --- schema and meta
    hasSchema: () =>
      first("SELECT 1 AS x FROM sqlite_master WHERE type = 'table' AND name = 'meta'") !== null,
    runScript: (ddl: string) => void exec(ddl),
    meta,
    /** The log's name, which is given once: read for every record that is sealed or opened. */
    log(): string {
      log ??= meta("log");
      if (log === null) throw new Error("couldn't read the log's name: the tenant does not exist");
      return log;
    },
    dropMeta: (name: string) => run("DELETE FROM meta WHERE name = ?", name),
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
    seedEntriesOfActions: () =>
      run(`INSERT INTO entries_of_actions (action_id, idx)
        SELECT COALESCE(json_extract(text, '$.body.action'), json_extract(text, '$.subject')) AS action, idx FROM entries
        WHERE json_extract(text, '$.type') <> 'decision' AND action LIKE 'act\\_%' ESCAPE '\\'`),
    /** The next one after an entry, from the tables of version 3. */
    plainDecision: (after: number) =>
      first<PlainDecisionRow>(
        `SELECT decisions_3.*, title, fingerprint, answer, scope, idempotency_3.key FROM decisions_3
          LEFT JOIN approvals_3 USING (entry_idx) LEFT JOIN idempotency_3 USING (entry_idx)
          WHERE entry_idx > ? ORDER BY entry_idx LIMIT 1`,
        after,
      ),
    plainEvidence: (after: number) =>
      first<{ entry_idx: number; salt: string; text: string }>(
        "SELECT * FROM evidence_3 WHERE entry_idx > ? ORDER BY entry_idx LIMIT 1",
        after,
      ),
    /** The next one after an entry, from the table of version 4. */
    decision4: (after: number) =>
      first<DecisionRow4>(
        "SELECT decisions_4.*, key FROM decisions_4 LEFT JOIN record_keys USING (entry_idx) WHERE entry_idx > ? ORDER BY entry_idx LIMIT 1",
        after,
      ),
    /** Until it is written in its new form. */
    dropRecordKey: (entryIdx: number) => run("DELETE FROM record_keys WHERE entry_idx = ?", entryIdx),
    insertErasedDecision: (
      entryIdx: number,
      actionId: string,
      record: string,
      place: string,
      erasedIdx: number | null,
    ) =>
      run(
        "INSERT INTO decisions (entry_idx, action_id, record, place, payload_bytes, erased_idx) VALUES (?, ?, ?, ?, 0, ?)",
        entryIdx,
        actionId,
        record,
        place,
        erasedIdx,
      ),
    setSettledAt: (approvalId: string, entryIdx: number) =>
      run("UPDATE approvals SET settled_idx = ? WHERE id = ?", entryIdx, approvalId),
    setActionPlace: (
      id: string,
      folder: string | null,
      resourceFolder: string | null,
      dataClass: string | null,
    ) =>
      run(
        "UPDATE actions SET folder = ?, resource_folder = ?, data_class = ? WHERE id = ?",
        folder,
        resourceFolder,
        dataClass,
        id,
      ),
    setDecisionRecord: (entryIdx: number, record: string) =>
      run("UPDATE decisions SET record = ? WHERE entry_idx = ?", record, entryIdx),

    // --- ledger
    lastEntry(): Head | null {
      if (known?.head !== undefined) return known.head;
      const head = first<Head>("SELECT idx, leaf FROM entries ORDER BY idx DESC LIMIT 1");
      if (known !== null) known.head = head;
      return head;
    },
    insertEntry(idx: number, leaf: string, text: string): void {
      inserts.add("entries", [idx, leaf, text]);
      if (known !== null) known.head = { idx, leaf };
      appended();
    },
    leavesFrom: (from: number, limit: number) =>
      all<{ leaf: string }>("SELECT leaf FROM entries WHERE idx >= ? ORDER BY idx LIMIT ?", from, limit),
    leaf: (idx: number) =>
      first<{ leaf: string }>("SELECT leaf FROM entries WHERE idx = ?", idx)?.leaf ?? null,
    entry: (idx: number) => first<EntryRow>("SELECT idx, leaf, text FROM entries WHERE idx = ?", idx),
    /** One at a time: of large entries only the first few are wanted. */
    entriesFrom: (from: number, limit: number): Iterable<EntryRow> =>
      exec<EntryRow>("SELECT idx, leaf, text FROM entries WHERE idx >= ? ORDER BY idx LIMIT ?", from, limit),
    insertEntryOfAction: (actionId: string, idx: number) =>
      run("INSERT INTO entries_of_actions (action_id, idx) VALUES (?, ?)", actionId, idx),
    /** The first action whose order is `seq` or later. */
    actionFrom: (seq: number) =>
      first<Pick<ActionRow, "seq" | "created_at">>(
        "SELECT seq, created_at FROM actions WHERE seq >= ? ORDER BY seq LIMIT 1",
        seq,
      ),
    /** Indexes of the entries that tell of an action, in order; an erasure by rule tells of several. */
    entriesOfAction: (actionId: string, limit: number) =>
      all<{ idx: number }>(
        `SELECT idx FROM entries_of_actions WHERE action_id = ?1
        UNION SELECT entry_idx FROM decisions WHERE action_id = ?1
        UNION SELECT erased_idx FROM decisions WHERE action_id = ?1 AND erased_idx IS NOT NULL
        ORDER BY idx LIMIT ?2`,
        actionId,
        limit,
      ).map(({ idx }) => idx),
    /** Who or what an opaque id stands for; null once that was forgotten. */
    subjectValue: (id: string) =>
      first<{ value: string }>("SELECT value FROM subjects WHERE id = ?", id)?.value ?? null,
    subject(kind: string, value: string): string | null {
      const name = `${kind}/${value}`;
      const id =
        known?.subjects.get(name) ??
        firstOfOther<{ id: string }>("SELECT id FROM subjects WHERE kind = ? AND value = ?", kind, value)
          ?.id ??
        null;
      if (id !== null) known?.subjects.set(name, id);
      return id;
    },
    insertSubject: (kind: string, value: string, id: string) =>
      run("INSERT INTO subjects (kind, value, id) VALUES (?, ?, ?)", kind, value, id),

    /** Those that other tables point to stay; of an alert, the entry of each target that it is sent to. */
    deleteEntries: (from: number, to: number) =>
      run(
        `DELETE FROM entries WHERE idx BETWEEN ? AND ?
          AND idx NOT IN (SELECT entry_idx FROM binding_history) AND idx NOT IN (SELECT entry_idx FROM alerts)
          AND idx NOT IN (SELECT entry_idx FROM deliveries WHERE action_id IN (SELECT id FROM alerts))`,
        from,
        to,
      ),

    // --- tree and checkpoints
    deleteTile: (level: number, idx: number) =>
      run("DELETE FROM tiles WHERE level = ? AND idx = ?", level, idx),
    tile(level: number, idx: number): Uint8Array | null {
      const row = first<{ hashes: ArrayBuffer }>(
        "SELECT hashes FROM tiles WHERE level = ? AND idx = ?",
        level,
        idx,
      );
      return row && new Uint8Array(row.hashes);
    },
    putTile: (level: number, idx: number, hashes: Uint8Array) =>
      run(
        "INSERT INTO tiles (level, idx, hashes) VALUES (?, ?, ?) ON CONFLICT (level, idx) DO UPDATE SET hashes = excluded.hashes",
        level,
        idx,
        hashes.buffer as ArrayBuffer,
      ),
    insertCheckpoint: (row: CheckpointRow) =>
      run(
        "INSERT INTO checkpoints (size, root, note, at) VALUES (?, ?, ?, ?) ON CONFLICT (size) DO UPDATE SET root = excluded.root, note = excluded.note",
        row.size,
        row.root,
        row.note,
        row.at,
      ),
    lastCheckpoint: () => first<CheckpointRow>("SELECT * FROM checkpoints ORDER BY size DESC LIMIT 1"),
    checkpoints: (from: number, to: number, limit: number) =>
      all<CheckpointRow>(
        "SELECT * FROM checkpoints WHERE size >= ? AND size <= ? ORDER BY size LIMIT ?",
        from,
        to,
        limit,
      ),
    /** All but the newest `kept`. */
    dropCheckpoints: (kept: number) =>
      run(
        "DELETE FROM checkpoints WHERE size <= (SELECT size FROM checkpoints ORDER BY size DESC LIMIT 1 OFFSET ?)",
        kept,
      ),
    /** Those of a history that was given up. */
    forgetCheckpoints: () => run("DELETE FROM checkpoints"),

    // --- actions and decisions
    insertAction: (row: NewActionRow) =>
      inserts.add("actions", [
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
        row.seq,
        row.decision,
        row.folder,
        row.resource_folder,
        row.data_class,
      ]),
    action: (id: string) => first<ActionRow>("SELECT * FROM actions WHERE id = ?", id),
    setActionStatus: (id: string, status: string, now: number) =>
      run("UPDATE actions SET status = ?, updated_at = ? WHERE id = ?", status, now, id),
    setActionDecision: (id: string, entryIdx: number, decision: string, status: string, now: number) =>
      run(
        "UPDATE actions SET entry_idx = ?, decision = ?, status = ?, updated_at = ? WHERE id = ?",
        entryIdx,
        decision,
        status,
        now,
        id,
      ),
    /** What is left of an action when its payloads are gone: who, when, and what was decided. */
    setErased: (id: string, at: number) =>
      run(
        "UPDATE actions SET erased_at = ?, folder = NULL, resource_folder = NULL, data_class = NULL WHERE id = ?",
        at,
        id,
      ),
    /** Oldest first, after one of an age. */
    unerasedActions: (after: readonly [createdAt: number, seq: number], until: number, limit: number) =>
      all<ActionRow>(
        "SELECT * FROM actions WHERE erased_at IS NULL AND (created_at, seq) > (?, ?) AND created_at <= ? ORDER BY created_at, seq LIMIT ?",
        ...after,
        until,
        limit,
      ),
    /** Actions that still have their payloads, or keys. */
    namesAgent: (agent: string) =>
      first("SELECT 1 AS x FROM actions WHERE agent = ? AND erased_at IS NULL LIMIT 1", agent) !== null,
    namesPerson: (person: string) =>
      first(
        "SELECT 1 AS x FROM actions WHERE user = ?1 AND erased_at IS NULL UNION ALL SELECT 1 FROM keys WHERE json_extract(record, '$.owner') = ?1 LIMIT 1",
        person,
      ) !== null,
    forgetClaims: (id: string) => run("UPDATE actions SET agent = NULL, user = NULL WHERE id = ?", id),
    forgetAgent: (agent: string) => run("UPDATE actions SET agent = NULL WHERE agent = ?", agent),
    forgetUser: (person: string) => run("UPDATE actions SET user = NULL WHERE user = ?", person),
    deleteSubject: (kind: string, value: string) =>
      run("DELETE FROM subjects WHERE kind = ? AND value = ?", kind, value),

    // --- search
    insertTerm: (kind: TermKind, value: string, seq: number) => inserts.add("terms", [kind, value, seq]),
    rulesOfAction: (seq: number) =>
      all<{ value: string }>(
        "SELECT value FROM terms WHERE seq = ? AND kind = 'rule' ORDER BY value",
        seq,
      ).map(({ value }) => value),
    eraseTerms: (kind: TermKind, seq: number) =>
      run("DELETE FROM terms WHERE seq = ? AND kind = ?", seq, kind),
    /** Below this `seq` a page does not look: of the rows by which the search is led it has then seen `scanned`. Null: it sees all. */
    searchFloor(
      query: ActionQuery,
      [term]: readonly Term[],
      start: number,
      end: number,
      scanned: number,
    ): number | null {
      const [lead] = term === undefined ? LEADS.filter((column) => query[column] !== null) : [];
      const which =
        term === undefined
          ? {
              from: "actions",
              where: lead === undefined ? [] : [`${lead} = ?`],
              values: lead ? [query[lead]] : [],
            }
          : { from: "terms", where: ["kind = ?", "value = ?"], values: [term.kind, term.value] };
      const where = [...which.where, "seq >= ?", "seq < ?"].join(" AND ");
      return (
        first<{ seq: number }>(
          `SELECT seq FROM ${which.from} WHERE ${where} ORDER BY seq DESC LIMIT 1 OFFSET ?`,
          ...which.values,
          start,
          end,
          scanned - 1,
        )?.seq ?? null
      );
    },
    findActions(
      query: ActionQuery,
      terms: readonly Term[],
      start: number,
      end: number,
      limit: number,
    ): ActionRow[] {
      const [lead, ...others] = terms;
      const range = "seq >= ? AND seq < ?";
      // The rows that `searchFloor` counts are all that is looked at.
      const where = [
        lead === undefined
          ? range
          : `seq IN (SELECT seq FROM terms WHERE kind = ? AND value = ? AND ${range})`,
      ];
      const values: SqlStorageValue[] =
        lead === undefined ? [start, end] : [lead.kind, lead.value, start, end];
      for (const { kind, value } of others) {
        where.push("EXISTS (SELECT 1 FROM terms WHERE kind = ? AND value = ? AND terms.seq = actions.seq)");
        values.push(kind, value);
      }
      for (const column of [...LEADS, "surface", "decision"] as const) {
        if (query[column] === null) continue;
        where.push(`${column} = ?`);
        values.push(query[column]);
      }
      if (query.of !== null) {
        where.push("(key_id = ? OR owner = ?)");
        values.push(query.of.keyId, query.of.owner);
      }
      return all<ActionRow>(
        `SELECT * FROM actions WHERE ${where.join(" AND ")} ORDER BY seq DESC LIMIT ?`,
        ...values,
        limit,
      );
    },
    setActionOutcome: (id: string, outcome: string, now: number) =>
      run("UPDATE actions SET outcome = ?, updated_at = ? WHERE id = ?", outcome, now, id),
    // --- records (records.ts)
    insertRecordKey: (entryIdx: number, key: ArrayBuffer) => inserts.add("record_keys", [entryIdx, key]),
    recordKey: (entryIdx: number) =>
      first<{ key: ArrayBuffer }>("SELECT key FROM record_keys WHERE entry_idx = ?", entryIdx)?.key ?? null,
    /** A row that is overwritten with one of its size is written in place: what is deleted then is not the key any more. */
    destroyKey(entryIdx: number, bytes: number): void {
      run("UPDATE record_keys SET key = zeroblob(?) WHERE entry_idx = ?", bytes, entryIdx);
      run("DELETE FROM record_keys WHERE entry_idx = ?", entryIdx);
    },
    insertDecision: (row: NewDecisionRow) =>
      inserts.add("decisions", [
        row.entry_idx,
        row.action_id,
        row.record,
        row.place,
        row.sealed,
        row.payload,
        row.payload_digest,
        row.payload_bytes,
        row.erased_idx,
      ]),
    decision: (entryIdx: number) =>
      first<DecisionRow>(
        "SELECT entry_idx, action_id, record, place, sealed, erased_idx, key FROM decisions LEFT JOIN record_keys USING (entry_idx) WHERE entry_idx = ?",
        entryIdx,
      ),
    payload: (entryIdx: number) =>
      first<PayloadRow>(
        "SELECT place, payload, payload_digest, payload_bytes, bundle, bundle_at, key FROM decisions LEFT JOIN record_keys USING (entry_idx) WHERE entry_idx = ?",
        entryIdx,
      ),
    /** 0 where no decision was made there, or it was erased. */
    payloadBytes: (entryIdx: number) =>
      first<{ payload_bytes: number }>("SELECT payload_bytes FROM decisions WHERE entry_idx = ?", entryIdx)
        ?.payload_bytes ?? 0,
    /** The place of the file in the store that has a record's payload; null where none has. */
    storedAt: (entryIdx: number) =>
      first<{ at: string }>(
        "SELECT COALESCE(bundle, place) AS at FROM decisions WHERE entry_idx = ? AND payload_digest IS NOT NULL",
        entryIdx,
      )?.at ?? null,
    /** Whether the file at this place has a payload that a record names. */
    isStored: (place: string) =>
      first(
        `SELECT 1 AS x FROM decisions WHERE place = ?1 AND payload_digest IS NOT NULL AND bundle IS NULL
          UNION ALL SELECT 1 FROM decisions WHERE bundle = ?1 LIMIT 1`,
        place,
      ) !== null,
    /** Payloads that lie in the object, of entries from one up to before another. One at a time: they may be long. */
    payloadsHere: (from: number, to: number): Iterable<{ entry_idx: number; payload: ArrayBuffer }> =>
      exec<{ entry_idx: number; payload: ArrayBuffer }>(
        "SELECT entry_idx, payload FROM decisions WHERE entry_idx >= ? AND entry_idx < ? AND payload IS NOT NULL ORDER BY entry_idx",
        from,
        to,
      ),
    /** Unless it was erased meanwhile. */
    movePayload: (entryIdx: number, digest: string, bundle: string, at: number) =>
      run(
        "UPDATE decisions SET payload = NULL, payload_digest = ?, bundle = ?, bundle_at = ? WHERE entry_idx = ? AND payload IS NOT NULL",
        digest,
        bundle,
        at,
        entryIdx,
      ),
    /** The file at this place is to be deleted in the store. */
    discard: (place: string) => run("INSERT INTO discarded (place) VALUES (?)", place),
    discarded: (limit: number) =>
      all<{ place: string }>("SELECT place FROM discarded LIMIT ?", limit).map(({ place }) => place),
    forgetDiscarded: (place: string) => run("DELETE FROM discarded WHERE place = ?", place),
    /** Entries alone: the records of one action may be more than fit into memory together. */
    sealedDecisions: (actionId: string) =>
      all<{ entry_idx: number }>(
        "SELECT entry_idx FROM decisions WHERE action_id = ? AND sealed IS NOT NULL ORDER BY entry_idx",
        actionId,
      ).map(({ entry_idx }) => entry_idx),
    eraseDecision: (entryIdx: number, record: string, erasedIdx: number) =>
      run(
        "UPDATE decisions SET record = ?, sealed = NULL, payload = NULL, payload_digest = NULL, payload_bytes = 0, bundle = NULL, bundle_at = NULL, erased_idx = ? WHERE entry_idx = ?",
        record,
        erasedIdx,
        entryIdx,
      ),
    insertEvidence: (row: NewEvidenceRow) =>
      run(
        "INSERT INTO evidence (entry_idx, action_id, sealed, erased_idx) VALUES (?, ?, ?, ?)",
        row.entry_idx,
        row.action_id,
        row.sealed,
        row.erased_idx,
      ),
    evidence: (entryIdx: number) =>
      first<EvidenceRow>(
        "SELECT evidence.*, key FROM evidence LEFT JOIN record_keys USING (entry_idx) WHERE entry_idx = ?",
        entryIdx,
      ),
    sealedEvidence: (actionId: string) =>
      all<{ entry_idx: number }>(
        "SELECT entry_idx FROM evidence WHERE action_id = ? AND sealed IS NOT NULL",
        actionId,
      ).map(({ entry_idx }) => entry_idx),
    eraseEvidence: (entryIdx: number, erasedIdx: number) =>
      run("UPDATE evidence SET sealed = NULL, erased_idx = ? WHERE entry_idx = ?", erasedIdx, entryIdx),
    eraseAnswers: (actionId: string) =>
      run("UPDATE idempotency SET answer = NULL WHERE action_id = ?", actionId),

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

    // --- idempotency
    idempotency(scope: string, key: string): IdempotencyRow | null {
      const row = known?.keys.get(nameOf({ scope, key }));
      return row !== undefined
        ? row
        : first<IdempotencyRow>("SELECT * FROM idempotency WHERE scope = ? AND key = ?", scope, key);
    },
    insertIdempotency(row: IdempotencyRow): void {
      inserts.add("idempotency", [
        row.scope,
        row.key,
        row.action_id,
        row.entry_idx,
        row.answer,
        row.created_at,
      ]);
      known?.keys.set(nameOf(row), row);
    },
    idempotencyOf: (actionId: string) =>
      all<Pick<IdempotencyRow, "scope" | "key">>(
        "SELECT scope, key FROM idempotency WHERE action_id = ?",
        actionId,
      ),
    replaceIdempotency: (scope: string, key: string, kept: string) =>
      run("UPDATE idempotency SET key = ? WHERE scope = ? AND key = ?", kept, scope, key),
    settleIdempotency: (scope: string, key: string, answer: ArrayBuffer) =>
      run(
        "UPDATE idempotency SET answer = ? WHERE scope = ? AND key = ? AND answer IS NULL",
        answer,
        scope,
        key,
      ),
    forgetIdempotency: (before: number) => run("DELETE FROM idempotency WHERE created_at < ?", before),

    // --- approvals
    insertApproval: (
      row: Pick<ApprovalRow, "id" | "action_id" | "entry_idx" | "created_at" | "expires_at">,
    ) => inserts.add("approvals", [row.id, row.action_id, row.entry_idx, row.created_at, row.expires_at]),
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
    /** `entryIdx`: of the entry that has a person's reason. */
    settleApproval: (
      id: string,
      status: string,
      now: number,
      person: string | null,
      entryIdx: number | null,
    ) =>
      run(
        "UPDATE approvals SET status = ?, decided_at = ?, decided_by = ?, settled_idx = ? WHERE id = ? AND status = 'pending'",
        status,
        now,
        person,
        entryIdx,
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
      inserts.add("deliveries", [row.id, row.action_id, row.entry_idx, row.target, row.due_at, row.due_at]),
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
    attemptsOf: (id: string) =>
      all<AttemptRow>("SELECT * FROM attempts WHERE delivery_id = ? ORDER BY number", id),
    countUnsent: () =>
      first<{ n: number }>("SELECT COUNT(*) AS n FROM deliveries WHERE state IN ('queued', 'sending')")?.n ??
      0,
    oldestUnsent: () =>
      first<DeliveryRow>(
        "SELECT * FROM deliveries WHERE state IN ('queued', 'sending') ORDER BY entry_idx LIMIT 1",
      ),
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
    /** What a provider answered, which leads to the message that it has. */
    eraseDeliveries: (actionId: string) =>
      run("UPDATE deliveries SET provider_id = NULL, reason = NULL WHERE action_id = ?", actionId),
    postponeDelivery: (id: string, dueAt: number) =>
      run("UPDATE deliveries SET due_at = ? WHERE id = ?", dueAt, id),

    // --- configuration
    keys: () =>
      all<{ record: string }>("SELECT record FROM keys WHERE revoked_at IS NULL ORDER BY created_at, id"),
    insertKey: (id: string, record: string, now: number) =>
      run("INSERT INTO keys (id, record, created_at) VALUES (?, ?, ?)", id, record, now),
    /** Whether it is in force or not. */
    keyRecord: (id: string) =>
      first<{ record: string }>("SELECT record FROM keys WHERE id = ?", id)?.record ?? null,
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

    // --- witnesses
    witnesses: () => all<WitnessRow>("SELECT * FROM witnesses ORDER BY name"),
    witness: (name: string) => first<WitnessRow>("SELECT * FROM witnesses WHERE name = ?", name),
    putWitness: (row: WitnessRow) =>
      run(
        "INSERT INTO witnesses (name, origin, size, cosigned_at, failures, due_at, conflict) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET origin = excluded.origin, size = excluded.size, cosigned_at = excluded.cosigned_at, failures = excluded.failures, due_at = excluded.due_at, conflict = excluded.conflict",
        row.name,
        row.origin,
        row.size,
        row.cosigned_at,
        row.failures,
        row.due_at,
        row.conflict,
      ),
    deleteWitness: (name: string) => run("DELETE FROM witnesses WHERE name = ?", name),
    /** When the next witness that does not have this checkpoint may be asked. */
    nextWitness: (origin: string, size: number) =>
      first<{ at: number | null }>(
        "SELECT MIN(due_at) AS at FROM witnesses WHERE origin <> ? OR size < ?",
        origin,
        size,
      )?.at ?? null,
    cosigned: (origin: string, size: number) =>
      first<CosignedRow>(
        "SELECT origin, size, note, witnesses FROM cosigned WHERE origin = ? AND size = ?",
        origin,
        size,
      ),
    /** The newest that at least `quorum` witnesses cosigned. */
    newestCosigned: (quorum: number) =>
      first<CosignedRow>(
        "SELECT origin, size, note, witnesses FROM cosigned WHERE witnesses >= ? ORDER BY seq DESC LIMIT 1",
        quorum,
      ),
    putCosigned: (row: CosignedRow) =>
      run(
        "INSERT INTO cosigned (origin, size, note, witnesses) VALUES (?, ?, ?, ?) ON CONFLICT (origin, size) DO UPDATE SET note = excluded.note, witnesses = excluded.witnesses",
        row.origin,
        row.size,
        row.note,
        row.witnesses,
      ),
    forgetCosigned: (kept: number) =>
      run("DELETE FROM cosigned WHERE seq <= (SELECT MAX(seq) FROM cosigned) - ?", kept),

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
