/** Brings an object that an earlier release made up to this one's tables. Inside a transaction, before anything is read. */
import { BINDING_DEFAULTS } from "../core/policy/binding.ts";
import { ADDED_IN_2, ADDED_IN_3, SCHEMA_VERSION } from "./schema.ts";
import type { Statements } from "./statements.ts";

/** Decisions rewritten at a time: their records lie in memory together. */
const BATCH = 200;

/** One step for each version, which leads to it from the one before. */
const STEPS: Readonly<Record<number, (sql: Statements) => void>> = {
  2: toVersion2,
  3: (sql) => sql.runScript(ADDED_IN_3),
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
