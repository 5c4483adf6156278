/** Every limit of the product, each with its reason (invariant I14). Units are in the names. */

// --- requests -------------------------------------------------------------
/** An e-mail with a long thread fits many times over; a policy still reads it within its budget. */
export const REQUEST_BYTES_MAX = 256 * 1024;
/** Deepest honest payload seen is below 20; the canonicaliser recurses, and overflows near 20,000. */
export const JSON_DEPTH_MAX = 64;
/** Values in one document: keeps a body of `[0,0,0,…]` from costing more than its bytes. */
export const JSON_VALUES_MAX = 20_000;
/** Short names that a caller chooses: surface, tool, target, folder, agent, session, role, label. */
export const NAME_CHARS_MAX = 200;
/** Free text beside the payload: intent, reason, impact, the person's request. */
export const TEXT_CHARS_MAX = 8_000;
export const ROLES_MAX = 64;
export const LABELS_MAX = 64;
/** RFC draft httpapi-idempotency-key sets none; Resend, the strictest provider, takes 256. */
export const IDEMPOTENCY_KEY_CHARS_MAX = 255;
/** Longer than any client's retry window: a week and a day. */
export const IDEMPOTENCY_KEEP_MS = 8 * 24 * 3600 * 1000;
/** A request may wait this long; proxies in between commonly cut at 60 s. */
export const WAIT_SECONDS_MAX = 30;
/** How long an allowed action's answer waits for the first attempt unless the caller says otherwise. */
export const DISPATCH_WAIT_MS = 5_000;
/** How often a commit refused as stale is judged again before the caller is told to try later. */
export const STALE_RETRIES_MAX = 3;
/** Submissions that share a commit: more gain nothing, and what they write is kept in memory until then. */
export const COMMITS_TOGETHER_MAX = 128;
/** Statements in one call to the signer: of the largest entries they make 8 MB, and a call carries 32. */
export const SIGNED_TOGETHER_MAX = 128;

/** Dry runs of one key in one isolate: a search for a wording that passes has to be slow. */
export const DRY_RUNS_PER_MINUTE_MAX = 600;

// --- policies -------------------------------------------------------------
export const VERDICT_BYTES_MAX = 64 * 1024;
export const FINDINGS_MAX = 256;
/** What a reader makes of one action: the longest request with every view of it, and half of a policy's memory. */
export const READING_BYTES_MAX = 2 * 1024 * 1024;
/** Policies in a bundle. At most six bindings match an action (its surface or `*`; any folder, its own, its resource's). */
export const BUNDLE_POLICIES_MAX = 32;
/** Fuel that one policy may use on one action at all: `pii` on 250 KB of digits takes 454 million, in 4 ms (docs/design/metering.md). */
export const FUEL_FULL = 600_000_000;
/** What a binding's policies get while the caller waits, unless it says otherwise; beyond it `on_exceeded` decides. 64 KB of digits take 115 million. */
export const FUEL_FAST = 150_000_000;
/** For `configure`, once an instance: tables are compiled from settings here. */
export const FUEL_CONFIGURE = 600_000_000;
/** Calls of one evaluation to the host. Each costs fuel too; this bounds what the host does for it. */
export const HOST_CALLS_MAX = 100_000;
/** Kept for inputs that come as text: what is encoded of them. A longer one has an array of its own. */
export const INPUT_TEXT_BYTES_KEPT = 64 * 1024;
/** What one evaluation may allocate in the plugin kernel's memory, which lies outside the module's own. */
export const HOST_ALLOC_BYTES_MAX = 4 * 1024 * 1024;
/** Initial memory that a manifest may ask for, in pages of 64 KiB: all of it is restored after each call. */
export const POLICY_MEMORY_PAGES_MAX = 64;
/** Policies that one tenant may publish: their modules lie in the tenant's object. */
export const POLICIES_MAX = 1_000;
/** A publication's body: a module of 1 MiB in base64, with its manifest. */
export const PUBLICATION_BYTES_MAX = 2 * 1024 * 1024;
/** A manifest travels in every snapshot of a tenant that binds it; the largest of ours has 5 KB. */
export const MANIFEST_BYTES_MAX = 64 * 1024;
/** Values in a manifest's settings schema. */
export const SETTINGS_SCHEMA_VALUES_MAX = 2_000;
/** Values of a settings schema times those of the settings: checking takes about a microsecond for each at worst. */
export const SETTINGS_CHECKS_MAX = 1_000_000;
/** After an isolate failed twice, how long its policies answer that it did, before another one is made. */
export const ISOLATE_RETRY_MS = 1_000;
/** Isolates that one request may have at work at once: Cloudflare refuses a fifth, and at most six bindings match an action. */
export const ISOLATES_IN_FLIGHT_MAX = 4;
/** Configured instances kept for the next action, and their memories with the copies they are restored from: a Worker has 128 MB. */
export const POOL_INSTANCES_MAX = 64;
export const POOL_BYTES_MAX = 32 * 1024 * 1024;
/** Of the message that a policy leaves for its operator: a sentence and a place in the source. */
export const POLICY_DETAIL_BYTES_MAX = 1024;

/**
 * A decision with all that it was made from is one row of the tenant's object, and its entry another: Cloudflare takes rows of
 * 2 MB. What is larger is blocked.
 */
export const DECISION_BYTES_MAX = 1_800_000;

/** Of an entry: a bundle of entries (https://c2sp.org/tlog-tiles) has two bytes for its length. */
export const ENTRY_BYTES_MAX = 65_535;

// --- approvals ------------------------------------------------------------
/** A held action that nobody looked at for a day is stale: the world it was written for has moved. */
export const APPROVAL_TTL_MS = 24 * 3600 * 1000;
/** What was unknown for a day stays so: whoever still wants the action submits it anew. */
export const DEFER_TTL_MS = 24 * 3600 * 1000;
/** All facts supplied for one action: what is known of an account, not its files. */
export const FACTS_BYTES_MAX = 16 * 1024;
/** Each time it is judged again with the full budget, and each is an entry. */
export const FACT_SUPPLIES_MAX = 100;
/** Waiting tasks of one key: more than people can look at in a day, and one key alone does not fill the list. */
export const PENDING_TASKS_PER_KEY_MAX = 1_000;
/** Tasks shown in one list. */
export const TASKS_LISTED_MAX = 2_000;
export const REASON_CHARS_MAX = 2_000;
export const SESSION_TTL_MS = 12 * 3600 * 1000;
export const SIGN_IN_CODE_TTL_MS = 12 * 3600 * 1000;

// --- the log's checkpoints --------------------------------------------------
/** Entries that come within this time share a checkpoint: a receipt has its proof within a second. */
export const CHECKPOINT_DELAY_MS = 250;
/** How long a caller who asks for it waits for a receipt's proof: a checkpoint comes within a second, where the signer is there. */
export const PROOF_WAIT_MS = 5_000;
/** When the object wakes for a checkpoint whose time went by while it was not there. */
export const CHECKPOINT_OVERDUE_MS = 2_000;
/** After the signer could not be reached, or refused. */
export const CHECKPOINT_RETRY_MS = 5_000;
/** How often a log in which nothing happens asks what the signer signs with: the object wakes once a day as it is. */
export const SIGNING_KEYS_HEARD_EVERY_MS = 20 * 3600 * 1000;
/** Entries that one transaction takes into the tree: a tenth of a second of work. */
export const TREE_GROWTH_MAX = 10_000;
/** Checkpoints kept beside the newest: any later one proves what an earlier one did. */
export const CHECKPOINTS_KEPT_MAX = 1_000;
/** Checkpoints in one answer. */
export const CHECKPOINTS_LISTED_MAX = 1_000;

/** Tiles that are archived in one run: each is two or more writes to the object store. */
export const ARCHIVE_TILES_PER_RUN_MAX = 32;
/** Archived tiles kept in memory, of 8 KiB: each bundle is checked against one. */
export const ARCHIVE_TILES_CACHED_MAX = 256;
/** Bundles of entries, half a megabyte each: what is between two times in a log of millions is found by way of some thirty. */
export const ARCHIVE_BUNDLES_CACHED_MAX = 32;
/** Fetches from the object store at once: Workers open at most six connections. */
export const ARCHIVE_FETCHES_AT_ONCE = 6;
/** Archived tiles of hashes that one page of a search reads, 8 KiB each. */
export const SEARCH_TILES_MAX = 64;
/** Archived bundles that one action's story reads, or a list of alerts, half a megabyte each, of which only its own entries are kept. */
export const STORY_BUNDLES_MAX = 64;
/** Entries that stay in the object at the least, whatever is configured: what is read again and again. */
export const LOG_ENTRIES_KEPT_MIN = 256;
/** And where nothing is configured: some 200 MB. */
export const LOG_ENTRIES_KEPT_DEFAULT = 65_536;

// --- evaluations in the background ------------------------------------------
/** Waits before the next try of a full evaluation that could not be had; the last one repeats. */
export const EVALUATION_BACKOFF_MS = [5_000, 30_000, 300_000, 1_800_000, 3_600_000] as const;
/** A bundle's policies at their full budgets take seconds; after this the evaluator has hung or is gone. */
export const EVALUATION_TIMEOUT_MS = 30_000;
/** Full evaluations under way at once for one tenant: each keeps a processor busy. */
export const EVALUATIONS_IN_FLIGHT_MAX = 4;
/** Tries after which an evaluation that cannot be had is an alert. */
export const EVALUATION_ALERT_AFTER = 3;
/** Alerts in one list, newest first. */
export const ALERTS_LISTED_MAX = 1_000;

// --- delivery -------------------------------------------------------------
/** Svix' schedule, also Resend's own: waits before attempts 1, 2, …; after the last the delivery is dead. */
export const DELIVERY_BACKOFF_MS = [
  0, 5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000,
] as const;
/** Share of a wait by which it is spread, so that a provider's recovery is not met by a stampede. */
export const DELIVERY_JITTER = 0.2;
/** Providers forget idempotency keys after 24 h; a retry later than this would be a second mail. */
export const DELIVERY_RETRY_WINDOW_MS = 23 * 3600 * 1000;
export const DELIVERY_TIMEOUT_MS = 20_000;
/** Deliveries under way at once for one tenant: bounds memory in the object. */
export const DELIVERIES_IN_FLIGHT_MAX = 16;
/** Of these to one target: a provider that hangs leaves room for the others. */
export const DELIVERIES_PER_TARGET_MAX = 4;
/** How much of a provider's answer is read, for the log of attempts. */
export const PROVIDER_ANSWER_BYTES_MAX = 4 * 1024;

/** Entries that an action's story tells: some for each judgement and attempt, of which there are a few dozen at most. */
export const STORY_ENTRIES_MAX = 500;

// --- payloads -------------------------------------------------------------
/** Sealed payloads up to this lie in the object, in the row of their decision; larger ones beside it, where there is a store. */
export const PAYLOAD_BYTES_IN_OBJECT_MAX = 16 * 1024;
/** Fetched payloads kept in memory: the largest some times over. What is read twice is read soon. */
export const PAYLOADS_CACHED_BYTES_MAX = 16 * 1024 * 1024;
/** Of payloads that go to the store together, with the entries that are archived: a tile's worth, up to so much. */
export const PAYLOAD_BUNDLE_BYTES_MAX = 4 * 1024 * 1024;
/** Payloads that an export fetches at once. */
export const PAYLOADS_FETCHED_AT_ONCE = 8;
/** A stored payload that no record names is deleted after this: its commit was refused or lost, and can come no more. */
export const PAYLOAD_ORPHAN_MS = 24 * 3600 * 1000;
/** How often payloads without a record are looked for, and how soon again after the store failed. */
export const PAYLOAD_SWEEP_MS = 24 * 3600 * 1000;
export const PAYLOAD_SWEEP_RETRY_MS = 5 * 60_000;
/** Names in one list of the store, and in one request to delete: R2's own limit. */
export const STORE_NAMES_MAX = 1_000;
/** Such lists that one run looks through. */
export const STORE_LISTS_PER_RUN_MAX = 10;
/** Recipients of one action that it is found by: the strictest provider takes 50, and two lists of copies. */
export const RECIPIENTS_INDEXED_MAX = 150;
/** Rules of how long payloads are kept: one for each binding that a tenant may have would be the most that says anything. */
export const RETENTION_RULES_MAX = 500;
/** A century: longer is for ever. */
export const RETENTION_DAYS_MAX = 36_500;
/** Actions that one run of the alarm looks at for what is due: some ten milliseconds. */
export const RETENTION_SCANNED_MAX = 2_000;
/** Records that one entry says were erased: each takes the time of a commit, and the entry a few kilobytes. */
export const RETENTION_BATCH_MAX = 200;

// --- lists ----------------------------------------------------------------
export const PAGE_SIZE = 100;
export const PAGE_SIZE_MAX = 1_000;
/** A checkpoint comes within a second; longer only where the signer is not there. */
export const EXPORT_CHECKPOINT_WAIT_MS = 10_000;
/** Checkpoints in an export beside its last: a log of a thousand entries that was forked is known to sixteen. */
export const EXPORT_CHECKPOINTS_MAX = 64;
/** Entries whose changed member a verifier searches for, and their size: each bit is tried, which takes 0.2 s for 4 KiB. */
export const DAMAGE_SEARCHES_MAX = 16;
export const DAMAGE_SEARCH_BYTES_MAX = 4 * 1024;
/** Damaged lines that a verifier keeps until it knows in which of them to search: it reads files that it could not hold. */
export const DAMAGED_LINES_KEPT_MAX = 256;
/** What a pack unpacks to, and its files: a browser holds all of it, and an archive may say anything. */
export const PACK_BYTES_MAX = 1024 * 1024 * 1024;
export const PACK_FILES_MAX = 10_000;
/** Characters of entries, with their evidence or without, in one answer of the object: an RPC carries 32 MiB. */
export const EVIDENCE_PAGE_CHARS = 4 * 1024 * 1024;
/** Actions that one page of a search looks at: some ten milliseconds in which the tenant's object does nothing else. */
export const SEARCH_SCANNED_MAX = 10_000;
/** Decisions that one call judges of a backtest; fewer where their policies work long. */
export const BACKTEST_DECISIONS_MAX = 500;
/** Fuel after which a call of a backtest ends: some seconds of work at the slowest measured. */
export const BACKTEST_FUEL_MAX = 5_000_000_000;
/** Backtests kept of one tenant, and the differences listed of each: the oldest make room, and further ones are only counted. */
export const BACKTESTS_MAX = 100;
export const BACKTEST_DIFFERENCES_MAX = 10_000;
/** Keys, targets, bindings, bundles of one tenant: all but bundles travel in the snapshot that each gate holds. */
export const KEYS_MAX = 500;
export const TARGETS_MAX = 200;
export const BINDINGS_MAX = 500;
/** All of that snapshot: an RPC carries 32 MiB, and a tenant whose snapshot is larger could not even sign in to mend it. */
export const CONFIG_CHARS_MAX = 4 * 1024 * 1024;

// --- witnesses --------------------------------------------------------------
/** How often a log's newest checkpoint is brought to its witnesses: receipts that wait for a cosignature wait this long. */
export const WITNESS_EVERY_MS = 10_000;
/** How long a caller who asks for it waits for the cosignatures that a proof is to have: one round, and its answers. */
export const COSIGNATURES_WAIT_MS = WITNESS_EVERY_MS + 5_000;
/** Waits after 1, 2, … failures of a witness; the last one repeats. Checkpoints go on without it. */
export const WITNESS_BACKOFF_MS = [10_000, 60_000, 300_000, 1_800_000, 3_600_000] as const;
/** A witness checks two signatures and 63 hashes, and writes one row. */
export const WITNESS_TIMEOUT_MS = 5_000;
/** Cosignature lines have some 150 bytes, and a size has 16. */
export const WITNESS_ANSWER_BYTES_MAX = 4 * 1024;
/** Requests to one witness in one round: one for each size that it names, and it names one that another client has just brought. */
export const WITNESS_TRIES_MAX = 3;
/** Witnesses of one deployment: a note has room for 100 signatures, and 16 must be read by everyone. */
export const WITNESSES_MAX = 15;
/** Cosigned checkpoints that a log keeps, newest first: one proves all entries before it. */
export const COSIGNED_KEPT = 1_000;
/** https://c2sp.org/tlog-witness: lines of a consistency proof. */
export const CONSISTENCY_PROOF_MAX = 63;
/** What a witness reads of a request: a proof has 3 KB, and 16 post-quantum signatures have 110 KB. */
export const WITNESS_REQUEST_BYTES_MAX = 128 * 1024;
