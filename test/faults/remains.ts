/** What a killed process left on disk, read before the next one starts. */
import { createHmac } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

export interface OpenDelivery {
  readonly actionId: string;
  readonly state: string;
  readonly attempts: number;
  readonly dueAtMs: number;
  /** Of the attempt under way. */
  readonly startedAtMs: number | null;
}

export interface Remains {
  readonly entryCount: number;
  leafAt(index: number): string | null;
  /** What was committed under an Idempotency-Key. */
  committed(key: string): { readonly actionId: string; readonly index: number } | null;
  /** The decision under which an action was sent, and how many attempts at it were written. */
  sent(actionId: string): { readonly decision: string; readonly attempts: number } | null;
  readonly open: readonly OpenDelivery[];
  /** Rows that contradict each other: an outbox row without its decision, or the other way round. */
  readonly torn: number;
  /** When the platform would wake the object by itself. */
  readonly alarmAtMs: number | null;
  close(): void;
}

const OPEN = `SELECT d.action_id AS actionId, d.state, d.attempts, d.due_at AS dueAtMs, a.started_at AS startedAtMs
  FROM deliveries d LEFT JOIN attempts a ON a.delivery_id = d.id AND a.number = d.attempts AND a.result IS NULL
  WHERE d.state IN ('queued', 'sending')`;
const TORN = `SELECT
  (SELECT COUNT(*) FROM decisions d LEFT JOIN entries e ON e.idx = d.entry_idx WHERE e.idx IS NULL)
  + (SELECT COUNT(*) FROM entries e LEFT JOIN decisions d ON d.entry_idx = e.idx
      WHERE d.entry_idx IS NULL AND json_extract(e.text, '$.type') = 'decision')
  + (SELECT COUNT(*) FROM deliveries d LEFT JOIN decisions c ON c.entry_idx = d.entry_idx
      WHERE c.entry_idx IS NULL OR json_extract(c.record, '$.decision') <> 'allow')
  + (SELECT COUNT(*) FROM decisions c LEFT JOIN deliveries d ON d.entry_idx = c.entry_idx
      WHERE d.id IS NULL AND json_extract(c.record, '$.target') IS NOT NULL AND json_extract(c.record, '$.decision') = 'allow')
  + (SELECT COUNT(*) FROM deliveries d LEFT JOIN attempts a ON a.delivery_id = d.id AND a.result IS NULL
      WHERE (d.state = 'sending') <> (a.number IS NOT NULL))
  AS torn`;

/** Read-only: nothing is checkpointed or repaired before workerd opens the file itself. */
export function readRemains(stateDir: string): Remains {
  const folder = join(stateDir, "storage", "countersign-gate-TenantObject");
  const files = readdirSync(folder).filter((file) => /^[0-9a-f]{64}\.sqlite$/.test(file));
  if (files[0] === undefined || files.length !== 1) throw new Error(`${files.length} objects in ${folder}.`);
  const database = new DatabaseSync(join(folder, files[0]), { readOnly: true });
  const first = <Row>(query: string, ...values: (string | number)[]) =>
    (database.prepare(query).get(...values) ?? null) as Row | null;
  const leaf = database.prepare("SELECT leaf FROM entries WHERE idx = ?");
  return {
    entryCount: first<{ count: number }>("SELECT COUNT(*) AS count FROM entries")?.count ?? 0,
    leafAt: (index) => (leaf.get(index) as { leaf: string } | undefined)?.leaf ?? null,
    committed: (key) => findCommitted(database, key),
    sent: (actionId) =>
      first(
        `SELECT json_extract(c.record, '$.decision') AS decision,
          (SELECT COUNT(*) FROM attempts a WHERE a.delivery_id = d.id) AS attempts
          FROM deliveries d JOIN decisions c ON c.entry_idx = d.entry_idx WHERE d.action_id = ?`,
        actionId,
      ),
    open: database.prepare(OPEN).all() as unknown as OpenDelivery[],
    torn: first<{ torn: number }>(TORN)?.torn ?? 0,
    alarmAtMs: readAlarm(folder),
    close: () => database.close(),
  };
}

/** Of a client's key only an HMAC is kept (durable-objects/idempotency.ts). */
function findCommitted(database: DatabaseSync, key: string): ReturnType<Remains["committed"]> {
  const meta = database.prepare("SELECT value FROM meta WHERE name = 'idempotency_secret'").get();
  const { value: secret } = (meta ?? { value: "" }) as { value: string };
  const scopes = database.prepare("SELECT DISTINCT scope FROM idempotency").all() as { scope: string }[];
  const find = database.prepare(
    "SELECT action_id AS actionId, entry_idx AS 'index' FROM idempotency WHERE key = ?",
  );
  for (const { scope } of scopes) {
    const kept = ` ${createHmac("sha256", secret).update(`${scope}\n${key}`).digest("base64url")}`;
    const row = find.get(kept);
    if (row !== undefined) return row as unknown as ReturnType<Remains["committed"]>;
  }
  return null;
}

/** workerd keeps the alarms of a namespace in a file beside the objects'. */
function readAlarm(folder: string): number | null {
  const database = new DatabaseSync(join(folder, "metadata.sqlite"), { readOnly: true });
  try {
    const query = database.prepare("SELECT scheduled_time / 1000000 AS at FROM _cf_ALARM");
    return (query.get() as { at: number } | undefined)?.at ?? null;
  } finally {
    database.close();
  }
}
