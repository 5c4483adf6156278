/** Problem details, RFC 9457: what every refusal looks like. Codes are for ever; callers branch on them. */
import type { JsonFaultCode } from "../../core/json.ts";
import type { InvalidIssue } from "../../core/validate.ts";

interface ProblemKind {
  readonly status: number;
  readonly title: string;
}

/** One row for each code. `title` does not vary; what does goes into `detail`. */
export const PROBLEMS = {
  json_too_large: { status: 413, title: "The body is too large" },
  json_invalid_utf8: { status: 400, title: "The body is not valid UTF-8" },
  json_syntax: { status: 400, title: "The body is not JSON" },
  json_duplicate_key: { status: 400, title: "An object has two members with one name" },
  json_lone_surrogate: { status: 400, title: "A string has a surrogate without its pair" },
  json_unsafe_integer: { status: 400, title: "An integer is not kept exactly" },
  json_number_range: { status: 400, title: "A number is out of range" },
  json_too_deep: { status: 400, title: "The body is nested too deeply" },
  json_too_many_values: { status: 400, title: "The body has too many values" },
  unsupported_media_type: { status: 415, title: "The body must be application/json" },
  invalid_request: { status: 422, title: "The request does not have the expected form" },
  invalid_parameter: { status: 400, title: "A query parameter is not valid" },
  invalid_payload: { status: 422, title: "The payload does not fit the target's transport" },
  invalid_idempotency_key: { status: 400, title: "The Idempotency-Key is not valid" },
  idempotency_key_reused: { status: 422, title: "The Idempotency-Key was used for another request" },
  unauthenticated: { status: 401, title: "A valid API key is needed" },
  insufficient_scope: { status: 403, title: "The API key lacks the scope for this" },
  claim_not_allowed: { status: 403, title: "The API key may not claim this" },
  action_blocked: { status: 403, title: "The action was blocked" },
  own_action: { status: 403, title: "Nobody may decide their own action" },
  own_facts: { status: 403, title: "Nobody may supply the facts that their own action waits for" },
  unknown_target: { status: 422, title: "There is no such target" },
  target_surface: { status: 422, title: "The target does not accept this surface" },
  target_refused: { status: 422, title: "The target is not acceptable" },
  unknown_policy: { status: 422, title: "There is no such policy" },
  policy_refused: { status: 422, title: "The policy's module is not one that may run" },
  policy_outdated: { status: 409, title: "The policy was metered for another profile" },
  policy_loader_missing: { status: 501, title: "This gateway cannot run published policies" },
  settings_refused: { status: 422, title: "A policy does not take its settings" },
  unknown_bundle: { status: 422, title: "There is no such bundle" },
  limit_reached: { status: 422, title: "A limit is reached" },
  not_found: { status: 404, title: "Not found" },
  not_pending: { status: 409, title: "The task is already decided" },
  expired: { status: 409, title: "Its time has run out" },
  content_changed: { status: 409, title: "The action is not the one that was shown" },
  not_cancellable: { status: 409, title: "The action can no longer be cancelled" },
  not_erasable: { status: 409, title: "The action still needs its payload" },
  not_deferred: { status: 409, title: "The action does not wait for facts" },
  not_executable: { status: 409, title: "The action is not one that its caller executes" },
  outcome_already_reported: { status: 409, title: "The outcome was already reported" },
  no_checkpoint: { status: 404, title: "There is no checkpoint that covers this yet" },
  epoch_refused: { status: 422, title: "The epoch was not opened" },
  no_earlier_binding: { status: 409, title: "There is no earlier binding" },
  tenant_exists: { status: 409, title: "The tenant exists" },
  busy: { status: 503, title: "The configuration changed too often meanwhile" },
  ledger_unavailable: { status: 503, title: "The ledger could not be reached" },
  policy_loader_unavailable: { status: 503, title: "The policies could not be loaded" },
  store_unavailable: { status: 503, title: "The store of payloads could not be reached" },
  payload_lost: { status: 500, title: "A payload is missing in the store, or was changed there" },
  signer_unavailable: { status: 503, title: "The signer could not be reached" },
  approval_queue_full: { status: 429, title: "Too many actions wait" },
  rate_limited: { status: 429, title: "Too many requests" },
  internal: { status: 500, title: "Something went wrong in the gateway" },
} as const satisfies Record<JsonFaultCode | string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;

export interface ProblemExtras {
  readonly detail?: string;
  readonly errors?: readonly InvalidIssue[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members; none may hold what a policy caught, a secret, or another tenant's facts. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** A refusal on its way to the edge, where `app.ts` turns it into a response. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly extras: ProblemExtras;
  constructor(code: ProblemCode, extras: ProblemExtras = {}) {
    super(extras.detail ?? PROBLEMS[code].title);
    this.code = code;
    this.extras = extras;
  }
}

const RETRY_AFTER_SECONDS = "2";

export function problemBody({ code, extras }: Problem, requestId: string): Record<string, unknown> {
  const { status, title } = PROBLEMS[code];
  return {
    type: `urn:countersign:problem:${code}`,
    title,
    ...(extras.detail === undefined ? {} : { detail: extras.detail }),
    code,
    request_id: requestId,
    ...(extras.errors === undefined ? {} : { errors: extras.errors }),
    ...extras.members,
    // RFC 9457 has the HTTP status under this name; an action's own status goes by another where it is refused.
    status,
  };
}

export function problemResponse(problem: Problem, requestId: string): Response {
  const { status } = PROBLEMS[problem.code];
  return new Response(JSON.stringify(problemBody(problem, requestId)), {
    status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...(status === 503 ? { "retry-after": RETRY_AFTER_SECONDS } : {}),
      ...(status === 401 ? { "www-authenticate": 'Bearer realm="countersign"' } : {}),
      ...problem.extras.headers,
    },
  });
}
