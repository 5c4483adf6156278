/** The tables of an object of version 1, as the first release made them: what a migration starts from. Never to be changed. */
export const DDL_1 = `
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE entries (
  idx INTEGER PRIMARY KEY,
  leaf TEXT NOT NULL,
  text TEXT NOT NULL
);

CREATE TABLE subjects (
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  id TEXT NOT NULL UNIQUE,
  PRIMARY KEY (kind, value)
) WITHOUT ROWID;

CREATE TABLE actions (
  id TEXT PRIMARY KEY,
  entry_idx INTEGER NOT NULL,
  status TEXT NOT NULL,
  surface TEXT NOT NULL,
  key_id TEXT NOT NULL,
  owner TEXT NOT NULL,
  agent TEXT,
  user TEXT,
  outcome TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE decisions (
  entry_idx INTEGER PRIMARY KEY,
  action_id TEXT NOT NULL,
  salt TEXT NOT NULL,
  record TEXT NOT NULL,
  input TEXT NOT NULL,
  message TEXT
);

CREATE TABLE evidence (
  entry_idx INTEGER PRIMARY KEY,
  salt TEXT NOT NULL,
  text TEXT NOT NULL
);

CREATE TABLE idempotency (
  scope TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  action_id TEXT NOT NULL,
  entry_idx INTEGER NOT NULL,
  answer TEXT,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (scope, key)
) WITHOUT ROWID;
CREATE INDEX idempotency_by_age ON idempotency (created_at);

CREATE TABLE approvals (
  id TEXT PRIMARY KEY,
  action_id TEXT NOT NULL,
  entry_idx INTEGER NOT NULL,
  status TEXT NOT NULL,
  action_digest TEXT NOT NULL,
  title TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  decided_at INTEGER,
  decided_by TEXT,
  reason TEXT
) WITHOUT ROWID;
CREATE INDEX approvals_by_status ON approvals (status, expires_at);
CREATE INDEX approvals_by_action ON approvals (action_id);

CREATE TABLE deliveries (
  id TEXT PRIMARY KEY,
  action_id TEXT NOT NULL,
  entry_idx INTEGER NOT NULL,
  target TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  first_attempt_at INTEGER,
  receipt TEXT,
  http_status INTEGER,
  reason TEXT,
  provider_id TEXT,
  updated_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX deliveries_by_state ON deliveries (state, due_at);
CREATE INDEX deliveries_by_action ON deliveries (action_id);

CREATE TABLE attempts (
  delivery_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  result TEXT,
  PRIMARY KEY (delivery_id, number)
) WITHOUT ROWID;

CREATE TABLE keys (id TEXT PRIMARY KEY, record TEXT NOT NULL, created_at INTEGER NOT NULL, revoked_at INTEGER) WITHOUT ROWID;
CREATE TABLE targets (name TEXT PRIMARY KEY, record TEXT NOT NULL, sealed TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE target_revisions (name TEXT PRIMARY KEY, revision INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE bundles (digest TEXT PRIMARY KEY, text TEXT NOT NULL, created_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE bindings (surface TEXT NOT NULL, folder TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (surface, folder)) WITHOUT ROWID;

CREATE TABLE sign_in_codes (hash TEXT PRIMARY KEY, key_id TEXT NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE sessions (hash TEXT PRIMARY KEY, key_id TEXT NOT NULL, csrf TEXT NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID;
`;
