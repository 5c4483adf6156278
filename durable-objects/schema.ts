/**
 * The tenant's tables. `entries` is the log and is only ever appended to; everything personal stands in the
 * other tables, so that it can be erased while the log still verifies (invariant I11), and what people wrote is sealed there.
 *
 * Times are milliseconds since the epoch; JSON columns hold text; states are the words of docs/spec and docs/api.md.
 */
export const SCHEMA_VERSION = 5;

/** The tables that came with version 2; objects of version 1 get them by migration.ts. */
export const ADDED_IN_2 = `
CREATE TABLE policies (           -- never deleted, so that rowids count up
  policy_id TEXT PRIMARY KEY,
  record TEXT NOT NULL,           -- JSON PublishedPolicy
  created_at INTEGER NOT NULL
);
CREATE TABLE modules (            -- a value holds 2 MiB, a module more: kept in parts
  digest TEXT NOT NULL,           -- sha256:… of the whole
  part INTEGER NOT NULL,          -- from 0
  bytes BLOB NOT NULL,
  PRIMARY KEY (digest, part)
);
CREATE TABLE binding_history (    -- every binding put or put back; of a pair, the last put that was not undone is in force
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  surface TEXT NOT NULL,
  folder TEXT NOT NULL,
  kind TEXT NOT NULL DEFAULT 'put', -- put, rollback
  record TEXT NOT NULL,
  entry_idx INTEGER NOT NULL,
  undone INTEGER NOT NULL DEFAULT 0 -- 1: rolled back
);
CREATE INDEX binding_history_by_pair ON binding_history (surface, folder, seq);

CREATE TABLE evaluations (        -- full evaluations that are owed; those of actions that passed provisionally stay
  action_id TEXT PRIMARY KEY,
  entry_idx INTEGER NOT NULL,     -- the decision that was left unfinished
  due_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  finished_idx INTEGER,           -- the evaluation entry; null: still owed
  confirmed INTEGER               -- 1 or 0 once finished
) WITHOUT ROWID;
CREATE INDEX evaluations_by_due ON evaluations (due_at) WHERE finished_idx IS NULL;

CREATE TABLE alerts (
  id TEXT PRIMARY KEY,            -- alr_…
  action_id TEXT NOT NULL,
  kind TEXT NOT NULL,             -- late_block or evaluation_failing
  entry_idx INTEGER NOT NULL,     -- the first of its alert entries: one for each target that takes alerts
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE shadows (            -- what a candidate made of a decision: one row for each binding that has one
  entry_idx INTEGER NOT NULL,
  surface TEXT NOT NULL,          -- the binding's
  folder TEXT NOT NULL,           -- the binding's; empty: every folder
  action_id TEXT NOT NULL,
  active TEXT NOT NULL,           -- the binding's bundle
  candidate TEXT NOT NULL,
  decision TEXT NOT NULL,         -- what enforcing the active bundles decided
  candidate_decision TEXT NOT NULL,
  rank INTEGER NOT NULL,          -- of the change, 1 the gravest (core/policy/change.ts); 0: none
  only_active TEXT NOT NULL,      -- JSON: policy and rule of each that fired in the one alone
  only_candidate TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (entry_idx, surface, folder)
) WITHOUT ROWID;
CREATE INDEX shadows_by_candidate ON shadows (surface, folder, candidate, rank, entry_idx);
CREATE TABLE backtests (
  id TEXT PRIMARY KEY,            -- bkt_…
  request TEXT NOT NULL,          -- JSON BacktestRequest
  next_idx INTEGER NOT NULL,      -- entries below are done
  end_idx INTEGER NOT NULL,
  judged INTEGER NOT NULL,
  skipped INTEGER NOT NULL,
  pairs TEXT NOT NULL,            -- JSON: how often which decision became which
  listed INTEGER NOT NULL,        -- differences found; rows below are no more than are kept
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE backtest_differences (
  backtest_id TEXT NOT NULL,
  rank INTEGER NOT NULL,
  entry_idx INTEGER NOT NULL,
  action_id TEXT NOT NULL,
  decision TEXT NOT NULL,
  candidate_decision TEXT NOT NULL,
  only_active TEXT NOT NULL,
  only_candidate TEXT NOT NULL,
  PRIMARY KEY (backtest_id, rank, entry_idx)
) WITHOUT ROWID;
CREATE UNIQUE INDEX alerts_by_action ON alerts (action_id, kind);
CREATE INDEX alerts_by_age ON alerts (created_at);
`;

/** The table that came with version 3. */
export const ADDED_IN_3 = `
CREATE TABLE deferrals (          -- decisions that wait for facts
  entry_idx INTEGER PRIMARY KEY,  -- the decision that deferred
  action_id TEXT NOT NULL,
  status TEXT NOT NULL,           -- pending, then once one of judged_again, expired, cancelled
  expires_at INTEGER NOT NULL
);
CREATE INDEX deferrals_by_status ON deferrals (status, expires_at);
CREATE INDEX deferrals_by_action ON deferrals (action_id);
`;

/** Of the tables that come with version 4, those for witnesses. */
export const ADDED_IN_4_WITNESSES = `
CREATE TABLE witnesses (          -- those that this deployment is configured with
  name TEXT PRIMARY KEY,
  origin TEXT NOT NULL,           -- of the log's epoch that it cosigned last; empty: none yet
  size INTEGER NOT NULL,          -- that it cosigned last of this origin
  cosigned_at INTEGER,
  failures INTEGER NOT NULL,      -- since then
  due_at INTEGER NOT NULL,        -- not asked before
  conflict TEXT                   -- JSON: what it was last found to contradict us in; null: nothing
) WITHOUT ROWID;
CREATE TABLE cosigned (           -- checkpoints with the cosignatures that came for them
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  origin TEXT NOT NULL,
  size INTEGER NOT NULL,
  note TEXT NOT NULL,             -- our signature and the cosignatures
  witnesses INTEGER NOT NULL,     -- that cosigned it
  UNIQUE (origin, size)
);
`;

/** The tables of the tree, which came with version 4. */
export const ADDED_IN_4_TREE = `
CREATE TABLE tiles (              -- the tree's hashes, as in https://c2sp.org/tlog-tiles; at the right edge not full yet
  level INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  hashes BLOB NOT NULL,           -- up to 256 of 32 bytes
  PRIMARY KEY (level, idx)
) WITHOUT ROWID;
CREATE TABLE checkpoints (        -- signed tree heads, as in https://c2sp.org/tlog-checkpoint
  size INTEGER PRIMARY KEY,
  root TEXT NOT NULL,             -- base64
  note TEXT NOT NULL,             -- with all its signatures
  at INTEGER NOT NULL
);
`;

/** The table of actions' stories, which came with version 4. */
export const ADDED_IN_4_STORY = `
CREATE TABLE entries_of_actions ( -- the entries that tell of an action, but for its decisions, which have rows of their own
  action_id TEXT NOT NULL,
  idx INTEGER NOT NULL,
  PRIMARY KEY (action_id, idx)
) WITHOUT ROWID;
`;

/** What came with version 4 for sealed records, their erasure, and the search over actions; four of these tables were others before. */
export const ADDED_IN_4_RECORDS = `
CREATE TABLE actions (
  id TEXT PRIMARY KEY,            -- act_…
  entry_idx INTEGER NOT NULL,     -- its latest decision
  status TEXT NOT NULL,
  surface TEXT NOT NULL,
  key_id TEXT NOT NULL,           -- submitted with this key
  owner TEXT NOT NULL,            -- of that key
  agent TEXT,
  user TEXT,                      -- on whose behalf
  outcome TEXT,                   -- succeeded or failed, as reported by who executed
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  seq INTEGER NOT NULL,           -- its first decision's entry: orders actions
  decision TEXT NOT NULL,         -- of its latest decision
  folder TEXT,                    -- the caller's
  resource_folder TEXT,           -- that of what is touched
  data_class TEXT,                -- of what is touched
  erased_at INTEGER               -- when its payloads were erased
) WITHOUT ROWID;

CREATE TABLE evidence (           -- what the commitments of other entries stand for
  entry_idx INTEGER PRIMARY KEY,
  action_id TEXT,                 -- null: of no action
  sealed BLOB,                    -- a reviewer's reason, supplied facts, a reported detail, a target's configuration, an alert's message, why something was erased; null: erased
  erased_idx INTEGER
);

CREATE TABLE record_keys (        -- who has none of these reads nothing of a record; overwritten, then deleted, by an erasure
  entry_idx INTEGER PRIMARY KEY,  -- of the decision, or the evidence
  key BLOB NOT NULL               -- 32 random bytes
);
CREATE INDEX evidence_by_action ON evidence (action_id) WHERE action_id IS NOT NULL;

CREATE TABLE idempotency (
  scope TEXT NOT NULL,            -- principal and route
  key TEXT NOT NULL,              -- a space and an HMAC of the client's (idempotency.ts); of an earlier release, that in plain
  action_id TEXT NOT NULL,
  entry_idx INTEGER NOT NULL,     -- the decision that was answered; its record has the fingerprint of the request's body
  answer BLOB,                    -- {status, body} where the answer waited for more than the commit, sealed with that decision's key
  created_at INTEGER NOT NULL,
  PRIMARY KEY (scope, key)
) WITHOUT ROWID;
CREATE INDEX idempotency_by_age ON idempotency (created_at);
CREATE INDEX idempotency_by_action ON idempotency (action_id);

CREATE TABLE approvals (
  id TEXT PRIMARY KEY,            -- apr_…
  action_id TEXT NOT NULL,
  entry_idx INTEGER NOT NULL,     -- the decision that held
  status TEXT NOT NULL,           -- pending, then once one of approved, denied, expired, cancelled
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  decided_at INTEGER,
  decided_by TEXT,                -- the person
  settled_idx INTEGER             -- the entry of the person's decision; its evidence is the reason
) WITHOUT ROWID;
CREATE INDEX approvals_by_status ON approvals (status, expires_at);
CREATE INDEX approvals_by_action ON approvals (action_id);

CREATE TABLE terms (              -- what an action is found by, beside its own columns
  kind TEXT NOT NULL,             -- rule, recipient
  value TEXT NOT NULL,            -- a rule's name; a recipient only as a keyed hash
  seq INTEGER NOT NULL,           -- of the action
  PRIMARY KEY (kind, value, seq)
) WITHOUT ROWID;
CREATE INDEX terms_by_action ON terms (seq);
CREATE UNIQUE INDEX actions_by_seq ON actions (seq);
CREATE INDEX actions_by_status ON actions (status, seq);
CREATE INDEX actions_by_agent ON actions (agent, seq) WHERE agent IS NOT NULL;
CREATE INDEX actions_by_user ON actions (user, seq) WHERE user IS NOT NULL;
CREATE INDEX actions_unerased ON actions (created_at, seq) WHERE erased_at IS NULL;
`;

/** Decisions as version 5 has them, their payloads apart and perhaps beside the object. */
export const ADDED_IN_5 = `
CREATE TABLE decisions (          -- one row for each time an action was judged
  entry_idx INTEGER PRIMARY KEY,
  action_id TEXT NOT NULL,
  record TEXT NOT NULL,           -- JSON: what the entry says too; all else is sealed
  place TEXT NOT NULL,            -- the time, and random: names the record in what is sealed, and its payload in the store
  erased_idx INTEGER,             -- the entry that records the erasure
  sealed BLOB,                    -- the brief of it (core/sealed-record.ts); null: erased
  payload_digest TEXT,            -- sha256:… of the sealed payload, where that lies in the store
  payload_bytes INTEGER NOT NULL, -- of the sealed payload, wherever it lies
  bundle TEXT,                    -- the place of the file in which it lies with others; null: not in one
  bundle_at INTEGER,              -- its first byte there
  payload BLOB                    -- the sealed payload, where it lies here
);
CREATE INDEX decisions_by_action ON decisions (action_id);
CREATE UNIQUE INDEX decisions_stored ON decisions (place) WHERE payload_digest IS NOT NULL;
CREATE INDEX decisions_bundled ON decisions (bundle) WHERE bundle IS NOT NULL;
CREATE TABLE discarded (          -- files of erased records that are still to be deleted in the store
  place TEXT PRIMARY KEY
) WITHOUT ROWID;
`;

/** From version 4: its decisions make room for those above. */
export const SET_ASIDE_4 = `
ALTER TABLE decisions RENAME TO decisions_4;
DROP INDEX decisions_by_action;
`;
export const DROP_OF_4 = "DROP TABLE decisions_4;";

/** From version 3: its tables make room for those above. */
export const SET_ASIDE_3 = `
ALTER TABLE actions RENAME TO actions_3;
ALTER TABLE decisions RENAME TO decisions_3;
ALTER TABLE evidence RENAME TO evidence_3;
ALTER TABLE idempotency RENAME TO idempotency_3;
ALTER TABLE approvals RENAME TO approvals_3;
DROP INDEX idempotency_by_age;
DROP INDEX approvals_by_status;
DROP INDEX approvals_by_action;
CREATE INDEX decisions_3_by_action ON decisions_3 (action_id);
CREATE INDEX idempotency_3_by_entry ON idempotency_3 (entry_idx);
CREATE INDEX approvals_3_by_entry ON approvals_3 (entry_idx);
`;

/** What needs no key. */
export const COPY_OF_3 = `
INSERT INTO actions (id, entry_idx, status, surface, key_id, owner, agent, user, outcome, created_at, updated_at, seq, decision)
  SELECT id, entry_idx, status, surface, key_id, owner, agent, user, outcome, created_at, updated_at,
    (SELECT MIN(entry_idx) FROM decisions_3 WHERE action_id = actions_3.id),
    (SELECT json_extract(record, '$.decision') FROM decisions_3 WHERE decisions_3.entry_idx = actions_3.entry_idx)
  FROM actions_3;
INSERT INTO idempotency (scope, key, action_id, entry_idx, created_at)
  SELECT scope, key, action_id, entry_idx, created_at FROM idempotency_3;
INSERT INTO approvals (id, action_id, entry_idx, status, created_at, expires_at, decided_at, decided_by)
  SELECT id, action_id, entry_idx, status, created_at, expires_at, decided_at, decided_by FROM approvals_3;
`;

/** Overwritten in place by as many zeros, since pages that a dropped table frees keep what was in them. */
const zeros = (column: string): string =>
  `${column} = CAST(zeroblob(length(CAST(${column} AS BLOB))) AS TEXT)`;
export const DROP_OF_3 = `
UPDATE decisions_3 SET ${["salt", "record", "input", "verdicts"].map(zeros).join(", ")};
UPDATE decisions_3 SET ${zeros("changed_input")} WHERE changed_input IS NOT NULL;
UPDATE decisions_3 SET ${zeros("discharged")} WHERE discharged IS NOT NULL;
UPDATE decisions_3 SET ${zeros("message")} WHERE message IS NOT NULL;
UPDATE evidence_3 SET ${["salt", "text"].map(zeros).join(", ")};
UPDATE idempotency_3 SET ${zeros("fingerprint")};
UPDATE idempotency_3 SET ${zeros("answer")} WHERE answer IS NOT NULL;
UPDATE approvals_3 SET ${["action_digest", "title"].map(zeros).join(", ")};
UPDATE approvals_3 SET ${zeros("reason")} WHERE reason IS NOT NULL;
DROP TABLE actions_3;
DROP TABLE decisions_3;
DROP TABLE evidence_3;
DROP TABLE idempotency_3;
DROP TABLE approvals_3;
`;

export const DDL = `
CREATE TABLE meta (
  name TEXT PRIMARY KEY,          -- tenant, tenant_name, log, config_revision, schema_version, swept_at, search_key, retention, retention_pass, idempotency_secret,
                                  -- tree_size, archived_size, stored_swept, stored_sweep_at, bundled_size, signing_keys, keys_heard_at, rotations, fork, epoch, witness_quorum
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE entries (
  idx INTEGER PRIMARY KEY,        -- 0-based, without gaps
  leaf TEXT NOT NULL,             -- sha256:… of 0x00 and the text
  text TEXT NOT NULL              -- canonical JSON, exactly as hashed
);

CREATE TABLE subjects (           -- who stands behind an opaque id; deleting a row forgets the person
  kind TEXT NOT NULL,             -- person, agent, folder
  value TEXT NOT NULL,
  id TEXT NOT NULL UNIQUE,        -- sub_…
  PRIMARY KEY (kind, value)
) WITHOUT ROWID;

CREATE TABLE deliveries (
  id TEXT PRIMARY KEY,            -- dlv_…
  action_id TEXT NOT NULL,        -- or the alert's id
  entry_idx INTEGER NOT NULL,     -- the decision that let it pass, or the alert's entry
  target TEXT NOT NULL,
  state TEXT NOT NULL,            -- queued, sending, then delivered, failed, unknown or cancelled
  attempts INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  first_attempt_at INTEGER,
  receipt TEXT,                   -- the signed receipt; without one nothing is sent
  http_status INTEGER,
  reason TEXT,
  provider_id TEXT,
  updated_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX deliveries_by_state ON deliveries (state, due_at);
CREATE INDEX deliveries_by_action ON deliveries (action_id);

CREATE TABLE attempts (
  delivery_id TEXT NOT NULL,
  number INTEGER NOT NULL,        -- from 1
  started_at INTEGER NOT NULL,    -- written before the provider is asked
  ended_at INTEGER,
  result TEXT,                    -- null: under way, or the process died meanwhile
  PRIMARY KEY (delivery_id, number)
) WITHOUT ROWID;

CREATE TABLE keys (id TEXT PRIMARY KEY, record TEXT NOT NULL, created_at INTEGER NOT NULL, revoked_at INTEGER) WITHOUT ROWID;
CREATE TABLE targets (name TEXT PRIMARY KEY, record TEXT NOT NULL, sealed TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE target_revisions (name TEXT PRIMARY KEY, revision INTEGER NOT NULL) WITHOUT ROWID; -- outlives the target
CREATE TABLE bundles (digest TEXT PRIMARY KEY, text TEXT NOT NULL, created_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE bindings (surface TEXT NOT NULL, folder TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (surface, folder)) WITHOUT ROWID;

CREATE TABLE sign_in_codes (hash TEXT PRIMARY KEY, key_id TEXT NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE sessions (hash TEXT PRIMARY KEY, key_id TEXT NOT NULL, csrf TEXT NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID;
${ADDED_IN_2}${ADDED_IN_3}${ADDED_IN_4_RECORDS}${ADDED_IN_5}${ADDED_IN_4_TREE}${ADDED_IN_4_WITNESSES}${ADDED_IN_4_STORY}`;
