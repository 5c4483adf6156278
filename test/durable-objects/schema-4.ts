/** The tables of an object of version 4, as its release made them: what a migration starts from. Never to be changed. */
export const DDL_4 = `
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
CREATE TABLE policies (
  policy_id TEXT PRIMARY KEY,
  record TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE TABLE modules (
  digest TEXT NOT NULL,
  part INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (digest, part)
);
CREATE TABLE binding_history (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  surface TEXT NOT NULL,
  folder TEXT NOT NULL,
  kind TEXT NOT NULL DEFAULT 'put',
  record TEXT NOT NULL,
  entry_idx INTEGER NOT NULL,
  undone INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX binding_history_by_pair ON binding_history (surface, folder, seq);
CREATE TABLE evaluations (
  action_id TEXT PRIMARY KEY,
  entry_idx INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  finished_idx INTEGER,
  confirmed INTEGER
) WITHOUT ROWID;
CREATE INDEX evaluations_by_due ON evaluations (due_at) WHERE finished_idx IS NULL;
CREATE TABLE alerts (
  id TEXT PRIMARY KEY,
  action_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  entry_idx INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE shadows (
  entry_idx INTEGER NOT NULL,
  surface TEXT NOT NULL,
  folder TEXT NOT NULL,
  action_id TEXT NOT NULL,
  active TEXT NOT NULL,
  candidate TEXT NOT NULL,
  decision TEXT NOT NULL,
  candidate_decision TEXT NOT NULL,
  rank INTEGER NOT NULL,
  only_active TEXT NOT NULL,
  only_candidate TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (entry_idx, surface, folder)
) WITHOUT ROWID;
CREATE INDEX shadows_by_candidate ON shadows (surface, folder, candidate, rank, entry_idx);
CREATE TABLE backtests (
  id TEXT PRIMARY KEY,
  request TEXT NOT NULL,
  next_idx INTEGER NOT NULL,
  end_idx INTEGER NOT NULL,
  judged INTEGER NOT NULL,
  skipped INTEGER NOT NULL,
  pairs TEXT NOT NULL,
  listed INTEGER NOT NULL,
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
CREATE TABLE deferrals (
  entry_idx INTEGER PRIMARY KEY,
  action_id TEXT NOT NULL,
  status TEXT NOT NULL,
  expires_at INTEGER NOT NULL
);
CREATE INDEX deferrals_by_status ON deferrals (status, expires_at);
CREATE INDEX deferrals_by_action ON deferrals (action_id);
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
  updated_at INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  decision TEXT NOT NULL,
  folder TEXT,
  resource_folder TEXT,
  data_class TEXT,
  erased_at INTEGER
) WITHOUT ROWID;
CREATE TABLE decisions (
  entry_idx INTEGER PRIMARY KEY,
  action_id TEXT NOT NULL,
  record TEXT NOT NULL,
  sealed BLOB,
  erased_idx INTEGER
);
CREATE TABLE evidence (
  entry_idx INTEGER PRIMARY KEY,
  action_id TEXT,
  sealed BLOB,
  erased_idx INTEGER
);
CREATE TABLE record_keys (
  entry_idx INTEGER PRIMARY KEY,
  key BLOB NOT NULL
);
CREATE INDEX decisions_by_action ON decisions (action_id);
CREATE INDEX evidence_by_action ON evidence (action_id) WHERE action_id IS NOT NULL;
CREATE TABLE idempotency (
  scope TEXT NOT NULL,
  key TEXT NOT NULL,
  action_id TEXT NOT NULL,
  entry_idx INTEGER NOT NULL,
  answer BLOB,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (scope, key)
) WITHOUT ROWID;
CREATE INDEX idempotency_by_age ON idempotency (created_at);
CREATE INDEX idempotency_by_action ON idempotency (action_id);
CREATE TABLE approvals (
  id TEXT PRIMARY KEY,
  action_id TEXT NOT NULL,
  entry_idx INTEGER NOT NULL,
  status TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  decided_at INTEGER,
  decided_by TEXT,
  settled_idx INTEGER
) WITHOUT ROWID;
CREATE INDEX approvals_by_status ON approvals (status, expires_at);
CREATE INDEX approvals_by_action ON approvals (action_id);
CREATE TABLE terms (
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (kind, value, seq)
) WITHOUT ROWID;
CREATE INDEX terms_by_action ON terms (seq);
CREATE UNIQUE INDEX actions_by_seq ON actions (seq);
CREATE INDEX actions_by_status ON actions (status, seq);
CREATE INDEX actions_by_agent ON actions (agent, seq) WHERE agent IS NOT NULL;
CREATE INDEX actions_by_user ON actions (user, seq) WHERE user IS NOT NULL;
CREATE INDEX actions_unerased ON actions (created_at, seq) WHERE erased_at IS NULL;
CREATE TABLE tiles (
  level INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  hashes BLOB NOT NULL,
  PRIMARY KEY (level, idx)
) WITHOUT ROWID;
CREATE TABLE checkpoints (
  size INTEGER PRIMARY KEY,
  root TEXT NOT NULL,
  note TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE TABLE witnesses (
  name TEXT PRIMARY KEY,
  origin TEXT NOT NULL,
  size INTEGER NOT NULL,
  cosigned_at INTEGER,
  failures INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  conflict TEXT
) WITHOUT ROWID;
CREATE TABLE cosigned (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  origin TEXT NOT NULL,
  size INTEGER NOT NULL,
  note TEXT NOT NULL,
  witnesses INTEGER NOT NULL,
  UNIQUE (origin, size)
);
CREATE TABLE entries_of_actions (
  action_id TEXT NOT NULL,
  idx INTEGER NOT NULL,
  PRIMARY KEY (action_id, idx)
) WITHOUT ROWID;
`;
