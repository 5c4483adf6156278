/**
 * How long payloads are kept. Rules are configuration; the alarm's sweep erases what is due, some actions at a time, and goes on at
 * the next alarm, so that requests come between.
 *
 * A pass goes once through all actions that still have payloads, by age. Where it stands is in the table, so that an object that
 * is evicted in the middle goes on there, and a pass that is over does not begin again before its day.
 */
import { RETENTION_BATCH_MAX, RETENTION_SCANNED_MAX } from "../core/limits.ts";
import type { Change } from "./config.ts";
import { erase, isErasable } from "./erase.ts";
import { SYSTEM, subjectId } from "./ledger.ts";
import { recordsOf } from "./records.ts";
import type { RetentionRule } from "./rpc.ts";
import type { ActionRow, Statements } from "./statements.ts";

const RULES = "retention";
/** JSON: age and `seq` of the last action that the pass under way has looked at. */
const PASS = "retention_pass";
const DAY_MS = 24 * 3600 * 1000;

type Place = readonly [createdAt: number, seq: number];
const BEFORE_ALL: Place = [-1, -1];

/** Rows are written below from checked values. */
export const readRetention = (sql: Statements): RetentionRule[] =>
  JSON.parse(sql.meta(RULES) ?? "[]") as RetentionRule[];

/** Null: they are these already. */
export function putRetention(sql: Statements, rules: readonly RetentionRule[]): Change {
  const text = JSON.stringify(rules);
  if (text === (sql.meta(RULES) ?? "[]")) return null;
  sql.setMeta(RULES, text);
  beginRetention(sql);
  return {
    type: "retention.put",
    subject: "retention",
    body: {
      rules: rules.map(({ surface, folder, dataClass, days }) => ({
        surface,
        folder: folder === null ? null : subjectId(sql, "folder", folder),
        data_class: dataClass,
        days,
      })),
    },
  };
}

/** A pass from the beginning; nothing where payloads are kept for ever. */
export function beginRetention(sql: Statements): void {
  if (readRetention(sql).length === 0) sql.dropMeta(PASS);
  else sql.setMeta(PASS, JSON.stringify(BEFORE_ALL));
}

export const isRetentionDue = (sql: Statements): boolean => sql.meta(PASS) !== null;

/** Takes the pass under way a batch further. Inside a transaction. */
export function retain(sql: Statements, log: string, nowMs: number): void {
  const after = sql.meta(PASS);
  if (after === null) return;
  const rules = readRetention(sql);
  const batch = dueAfter(sql, rules, JSON.parse(after) as Place, nowMs);
  if (batch.due.length > 0) {
    const how = { cause: "retention", subjects: false, commitments: { reason: null } } as const;
    erase(sql, log, nowMs, SYSTEM, "retention", batch.due, how);
  }
  if (batch.after === null) sql.dropMeta(PASS);
  else sql.setMeta(PASS, JSON.stringify(batch.after));
}

/** What is due of the next actions, and where the pass goes on; null where it is over. */
function dueAfter(
  sql: Statements,
  rules: readonly RetentionRule[],
  after: Place,
  nowMs: number,
): { readonly due: readonly ActionRow[]; readonly after: Place | null } {
  // By no rule is a younger one due.
  const until = nowMs - Math.min(...rules.map(({ days }) => days)) * DAY_MS;
  const rows = sql.unerasedActions(after, until, RETENTION_SCANNED_MAX);
  const due: ActionRow[] = [];
  let records = 0;
  for (const row of rows) {
    const rule = rules.find((one) => governs(one, row));
    if (rule === undefined || row.created_at > nowMs - rule.days * DAY_MS || !isErasable(sql, row)) continue;
    due.push(row);
    records += recordsOf(sql, row.id).length;
    if (records >= RETENTION_BATCH_MAX) return { due, after: [row.created_at, row.seq] };
  }
  const last = rows.length < RETENTION_SCANNED_MAX ? undefined : rows.at(-1);
  return { due, after: last === undefined ? null : [last.created_at, last.seq] };
}

/** An action's folders are its caller's and that of what is touched, as for bindings. */
const governs = ({ surface, folder, dataClass }: RetentionRule, row: ActionRow): boolean =>
  (surface === "*" || surface === row.surface) &&
  (folder === null || folder === row.folder || folder === row.resource_folder) &&
  (dataClass === null || dataClass === row.data_class);
