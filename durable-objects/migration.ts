/** Brings an object that an earlier release made up to this one's tables. Inside a transaction, before anything is read. */
import type { ActionBody } from "../core/action.ts";
import { canonicalJson } from "../core/canonical-json.ts";
import { utf8 } from "../core/encoding.ts";
import { type Digest, digestOf } from "../core/hash.ts";
import { formatId, ID_BYTES } from "../core/id.ts";
import type { Entry, RuleFired } from "../core/ledger/entry.ts";
import { BINDING_DEFAULTS } from "../core/policy/binding.ts";
import type { Principal } from "../core/principal.ts";
import { recipientsOf } from "../core/recipients.ts";
import { type Payload, placeOf, RECORD_KEY_BYTES, unpackParts } from "../core/sealed-record.ts";
import { storedEntry } from "./ledger.ts";
import { decrypt, insertDecision, insertEvidence, sealAnswer, sealRecord } from "./records.ts";
import type { Answer, DecisionRecord } from "./rpc.ts";
import {
  ADDED_IN_2,
  ADDED_IN_3,
  ADDED_IN_4_RECORDS,
  ADDED_IN_4_STORY,
  ADDED_IN_4_TREE,
  ADDED_IN_4_WITNESSES,
  ADDED_IN_5,
  COPY_OF_3,
  DROP_OF_3,
  DROP_OF_4,
  SCHEMA_VERSION,
  SET_ASIDE_3,
  SET_ASIDE_4,
} from "./schema.ts";
import { indexAction, indexRules } from "./search.ts";
import type { DecisionRow4, PlainDecisionRow, Statements } from "./statements.ts";

/** Decisions rewritten at a time: their records lie in memory together. */
const BATCH = 200;

interface Step {
  /** The version that it leads to. */
  readonly to: number;
  run(sql: Statements): void;
}

/** By the version that a step leads from. */
const STEPS: Readonly<Record<number, Step>> = {
  1: { to: 2, run: toVersion2 },
  2: { to: 3, run: (sql) => sql.runScript(ADDED_IN_3) },
  // What version 4 sealed is sealed as version 5 does at once.
  3: { to: 5, run: fromVersion3 },
  4: { to: 5, run: fromVersion4 },
};

export function migrate(sql: Statements): void {
  for (let version = Number(sql.meta("schema_version")); version < SCHEMA_VERSION; ) {
    const step = STEPS[version];
    if (step === undefined) throw new Error(`couldn't migrate: there is no step from version ${version}`);
    step.run(sql);
    version = step.to;
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
function fromVersion3(sql: Statements): void {
  sql.runScript(SET_ASIDE_3);
  sql.runScript(ADDED_IN_4_TREE);
  sql.runScript(ADDED_IN_4_RECORDS);
  sql.runScript(ADDED_IN_5);
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
  insertMigrated(sql, entryIdx, actionId, newRecordKey(), {
    ...{ salt, input, verdicts, discharged, message },
    record: JSON.parse(row.record) as OldRecord,
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

/** Of a decision as versions 3 and 4 kept it. */
type OldRecord = Omit<DecisionRecord, "changed"> & {
  readonly changed: Omit<NonNullable<DecisionRecord["changed"]>, "payloadDigest"> | null;
};
interface OldDecision extends Omit<Payload, "changedPayload"> {
  readonly record: OldRecord;
  readonly salt: string;
  readonly title: string;
  readonly fingerprint: Digest | null;
}

/** Payloads apart from the rest, one record at a time, each under the key that it had. */
function fromVersion4(sql: Statements): void {
  sql.runScript(SET_ASIDE_4);
  sql.runScript(ADDED_IN_5);
  for (let row = sql.decision4(-1); row !== null; row = sql.decision4(row.entry_idx)) {
    const { entry_idx: entryIdx, action_id: actionId, sealed, key, erased_idx } = row;
    if (sealed === null || key === null) {
      sql.insertErasedDecision(entryIdx, actionId, row.record, newPlace(), erased_idx);
      continue;
    }
    sql.dropRecordKey(entryIdx);
    insertMigrated(sql, entryIdx, actionId, key, openDecision4(sql, row, sealed, key));
  }
  sql.runScript(DROP_OF_4);
}

/** One ciphertext, which named log and entry. */
function openDecision4(
  sql: Statements,
  { entry_idx, record }: DecisionRow4,
  sealed: ArrayBuffer,
  key: ArrayBuffer,
): OldDecision {
  const parts = unpackParts(decrypt(key, utf8(`${sql.log()}\n${entry_idx}\ndecision`), sealed));
  const [own, salt, input, changedInput, verdicts, discharged, message, title, fingerprint] = parts;
  const texts = { salt, input, changedInput, verdicts, discharged, message, title, fingerprint };
  return {
    ...(texts as Omit<OldDecision, "record">),
    record: { ...JSON.parse(record), ...JSON.parse(own as string) },
  };
}

function insertMigrated(
  sql: Statements,
  entryIdx: number,
  actionId: string,
  key: ArrayBuffer,
  { record, salt, title, fingerprint, ...texts }: OldDecision,
): void {
  const { findings, obligations, actionDigest, inputDigest } = record;
  const changed = record.changed && {
    payloadDigest: digestOf(canonicalJson(record.changed.payload)),
    actionDigest: record.changed.actionDigest,
    inputDigest: record.changed.inputDigest,
  };
  const { action } = JSON.parse(texts.input) as { action?: ActionBody };
  const sealed = sealRecord(
    sql,
    key,
    actionId,
    newPlace(),
    {
      own: { findings, obligations, actionDigest, inputDigest, changed },
      ...{ salt, title, fingerprint, tool: action?.tool ?? null, target: action?.target ?? null },
    },
    { ...texts, changedPayload: record.changed && JSON.stringify(record.changed.payload) },
  );
  insertDecision(sql, entryIdx, { actionId, record: { ...record, changed }, sealed });
}

const newPlace = (): string =>
  placeOf(Date.now(), formatId("rec", crypto.getRandomValues(new Uint8Array(ID_BYTES))));

const newRecordKey = (): ArrayBuffer => crypto.getRandomValues(new Uint8Array(RECORD_KEY_BYTES)).buffer;
