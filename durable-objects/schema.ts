/**
 * The tenant's tables. `entries` is the log and is only ever appended to; everything personal stands in the
 * other tables, so that it can be erased while the log still verifies (invariant I11).
 *
 * Times are milliseconds since the epoch; JSON columns hold text; states are the words of docs/spec and docs/api.md.
 */
export const SCHEMA_VERSION = 1;

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
  message TEXT                    -- JSON of the rendered message; null where nothing is sent
);

CREATE TABLE evidence (           -- what the commitments of other entries stand for
  entry_idx INTEGER PRIMARY KEY,
  salt TEXT NOT NULL,             -- base64url
  text TEXT NOT NULL              -- a reviewer's reason, a reported detail, a target's configuration
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
  action_id TEXT NOT NULL,
  entry_idx INTEGER NOT NULL,     -- the decision that let it pass
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
`;
