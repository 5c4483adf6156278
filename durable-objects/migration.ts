/** Brings an object that an earlier release made up to this one's tables. Inside a transaction, before anything is read. */
import type { ActionBody } from "../core/action.ts";
import type { Digest } from "../core/hash.ts";
import type { Entry, RuleFired } from "../core/ledger/entry.ts";
import { BINDING_DEFAULTS } from "../core/policy/binding.ts";
import type { Principal } from "../core/principal.ts";
import { recipientsOf } from "../core/recipients.ts";
import { storedEntry } from "./ledger.ts";
import { insertEvidence, sealAnswer, sealDecision } from "./records.ts";
import type { Answer, DecisionRecord } from "./rpc.ts";
import {
  ADDED_IN_2,
  ADDED_IN_3,
  ADDED_IN_4_RECORDS,
  ADDED_IN_4_STORY,
  ADDED_IN_4_TREE,
  ADDED_IN_4_WITNESSES,
  COPY_OF_3,
  DROP_OF_3,
  SCHEMA_VERSION,
  SET_ASIDE_3,
} from "./schema.ts";
import { indexAction, indexRules } from "./search.ts";
import type { PlainDecisionRow, Statements } from "./statements.ts";

/** Decisions rewritten at a time: their records lie in memory together. */
const BATCH = 200;

/** One step for each version, which leads to it from the one before. */
const STEPS: Readonly<Record<number, (sql: Statements) => void>> = {
  2: toVersion2,
  3: (sql) => sql.runScript(ADDED_IN_3),
  4: toVersion4,
};

export function migrate(sql: Statements): void {
  for (let version = Number(sql.meta("schema_version")) + 1; version <= SCHEMA_VERSION; version++) {
    const step = STEPS[version];
    if (step === undefined) throw new Error(`couldn't migrate: there is no step to version ${version}`);
    step(sql);
    sql.setMeta("schema_version", String(version));
  }
}

/** Policies of tenants, budgets, full evaluations, alerts. Version 1 had none of them, so nothing is owed. */
function toVersion2(sql: Statements): void {
  sql.runScript(`
    ALTER TABLE decisions ADD COLUMN changed_input TEXT;
    ALTER TABLE decisions ADD COLUMN verdicts TEXT NOT NULL DEFAULT '{"decision":[],"shadow":null}';
    ALTER TABLE decisions ADD COLUMN discharged TEXT;
    ${ADDED_IN_2}`);
  for (const { surface, folder, record } of sql.bindingRows()) {
    sql.putBinding(surface, folder, JSON.stringify({ ...BINDING_DEFAULTS, ...JSON.parse(record) }));
  }
  sql.seedBindingHistory();
  for (let after = -1; ; ) {
    const rows = sql.decisionRecords(after, BATCH);
    for (const { entry_idx, record } of rows) {
      const { findings, ...rest } = JSON.parse(record) as { findings: readonly object[] };
      const settled = findings.map((finding) => ({ ...finding, settled: false }));
      sql.setDecisionRecord(entry_idx, JSON.stringify({ ...RECORD_DEFAULTS, ...rest, findings: settled }));
      after = entry_idx;
    }
    if (rows.length < BATCH) return;
  }
}

/** What every decision of version 1 was, and its record did not say. Its fuel was not kept. */
const RECORD_DEFAULTS = { obligations: [], fuel: 0, provisional: false, unfinished: false, changed: null };

/**
 * Records are sealed, and actions found by more than their id. One record at a time, since a single one may have a megabyte and
 * more; the plain texts are overwritten before their tables go.
 */
function toVersion4(sql: Statements): void {
  sql.runScript(SET_ASIDE_3);
  sql.runScript(ADDED_IN_4_TREE);
  sql.runScript(ADDED_IN_4_RECORDS);
  sql.runScript(ADDED_IN_4_WITNESSES);
  sql.runScript(ADDED_IN_4_STORY);
  sql.runScript(COPY_OF_3);
  sql.seedEntriesOfActions();
  for (let row = sql.plainDecision(-1); row !== null; row = sql.plainDecision(row.entry_idx))
    sealPlain(sql, row);
  for (let row = sql.plainEvidence(-1); row !== null; row = sql.plainEvidence(row.entry_idx)) {
    const { type, subject, body } = entryAt(sql, row.entry_idx);
    const ofAction = type === "approval" || type === "deferral" || type === "action.outcome";
    insertEvidence(sql, row.entry_idx, ofAction ? subject : null, row.salt, row.text);
    if (type === "approval") sql.setSettledAt(body.approval as string, row.entry_idx);
  }
  sql.runScript(DROP_OF_3);
}

function sealPlain(sql: Statements, row: PlainDecisionRow): void {
  const { entry_idx: entryIdx, action_id: actionId, salt, input, verdicts, discharged, message } = row;
  sealDecision(sql, entryIdx, actionId, JSON.parse(row.record) as DecisionRecord, {
    ...{ salt, input, verdicts, discharged, message },
    changedInput: row.changed_input,
    title: row.title ?? "",
    fingerprint: row.fingerprint as Digest | null,
  });
  if (row.answer !== null) {
    const sealed = sealAnswer(sql, entryIdx, JSON.parse(row.answer) as Answer);
    if (sealed !== null) sql.settleIdempotency(row.scope ?? "", row.key ?? "", sealed);
  }
  const rules = (entryAt(sql, entryIdx).body.rules ?? []) as unknown as readonly RuleFired[];
  if (sql.action(actionId)?.seq !== entryIdx) {
    indexRules(sql, actionId, rules);
    return;
  }
  // As the gate wrote it; in the first release it may say less.
  const { action, principal } = JSON.parse(input) as { action?: ActionBody; principal?: Principal };
  indexAction(sql, entryIdx, { rules, recipients: recipientsOf(action?.payload ?? {}) });
  const { folder = null, data_class = null } = action?.resource ?? {};
  sql.setActionPlace(actionId, principal?.folder ?? null, folder, data_class);
}

const entryAt = (sql: Statements, idx: number): Entry => JSON.parse(storedEntry(sql, idx).text) as Entry;
