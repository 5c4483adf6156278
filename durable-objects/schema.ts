/**
 * The tenant's tables. `entries` is the log and is only ever appended to; everything personal stands in the
 * other tables, so that it can be erased while the log still verifies (invariant I11).
 *
 * Times are milliseconds since the epoch; JSON columns hold text; states are the words of docs/spec and docs/api.md.
 */
export const SCHEMA_VERSION = 3;

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

export const DDL = `
CREATE TABLE meta (
  name TEXT PRIMARY KEY,          -- tenant, tenant_name, log, config_revision, schema_version, swept_at
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
  updated_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE decisions (          -- one row for each time an action was judged
  entry_idx INTEGER PRIMARY KEY,
  action_id TEXT NOT NULL,
  salt TEXT NOT NULL,             -- base64url, opens the entry's commitments
  record TEXT NOT NULL,           -- JSON DecisionRecord
  input TEXT NOT NULL,            -- canonical policy input: action, context, principal
  changed_input TEXT,             -- the same of the action as obligations changed it
  verdicts TEXT NOT NULL,         -- JSON: canonical JSON of each policy's verdict, {decision: [], shadow: [] | null}
  discharged TEXT,                -- JSON: keys of the findings that the approval discharged
  message TEXT                    -- JSON of the rendered message; null where nothing is sent
);

CREATE TABLE evidence (           -- what the commitments of other entries stand for
  entry_idx INTEGER PRIMARY KEY,
  salt TEXT NOT NULL,             -- base64url
  text TEXT NOT NULL              -- a reviewer's reason, supplied facts, a reported detail, a target's configuration, an alert's message
);

CREATE TABLE idempotency (
  scope TEXT NOT NULL,            -- principal and route
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,      -- of the request's body
  action_id TEXT NOT NULL,
  entry_idx INTEGER NOT NULL,     -- the decision that was answered
  answer TEXT,                    -- JSON {status, body} where the answer waited for more than the commit
  created_at INTEGER NOT NULL,
  PRIMARY KEY (scope, key)
) WITHOUT ROWID;
CREATE INDEX idempotency_by_age ON idempotency (created_at);

CREATE TABLE approvals (
  id TEXT PRIMARY KEY,            -- apr_…
  action_id TEXT NOT NULL,
  entry_idx INTEGER NOT NULL,     -- the decision that held
  status TEXT NOT NULL,           -- pending, then once one of approved, denied, expired, cancelled
  action_digest TEXT NOT NULL,
  title TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  decided_at INTEGER,
  decided_by TEXT,                -- the person
  reason TEXT
) WITHOUT ROWID;
CREATE INDEX approvals_by_status ON approvals (status, expires_at);
CREATE INDEX approvals_by_action ON approvals (action_id);

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
${ADDED_IN_2}${ADDED_IN_3}`;
