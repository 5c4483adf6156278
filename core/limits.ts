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

/** Dry runs of one key in one isolate: a search for a wording that passes has to be slow. */
export const DRY_RUNS_PER_MINUTE_MAX = 600;

// --- policies -------------------------------------------------------------
export const VERDICT_BYTES_MAX = 64 * 1024;
export const FINDINGS_MAX = 256;
/** Policies in a bundle. At most six bindings match an action (its surface or `*`; any folder, its own, its resource's). */
export const BUNDLE_POLICIES_MAX = 32;

// --- approvals ------------------------------------------------------------
/** A held action that nobody looked at for a day is stale: the world it was written for has moved. */
export const APPROVAL_TTL_MS = 24 * 3600 * 1000;
/** Waiting tasks of one key: more than people can look at in a day, and one key alone does not fill the list. */
export const PENDING_TASKS_PER_KEY_MAX = 1_000;
/** Tasks shown in one list. */
export const TASKS_LISTED_MAX = 2_000;
export const REASON_CHARS_MAX = 2_000;
export const SESSION_TTL_MS = 12 * 3600 * 1000;
export const SIGN_IN_CODE_TTL_MS = 12 * 3600 * 1000;

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

// --- lists ----------------------------------------------------------------
export const PAGE_SIZE = 100;
export const PAGE_SIZE_MAX = 1_000;
/** Keys, targets, bindings, bundles of one tenant: all but bundles travel in the snapshot that each gate holds. */
export const KEYS_MAX = 500;
export const TARGETS_MAX = 200;
export const BINDINGS_MAX = 500;
/** All of that snapshot: an RPC carries 32 MiB, and a tenant whose snapshot is larger could not even sign in to mend it. */
export const CONFIG_CHARS_MAX = 4 * 1024 * 1024;
