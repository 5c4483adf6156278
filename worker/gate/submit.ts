/**
 * THE pipeline of `POST /v1/gate/outbound` (docs/design/architecture.md), each step's output the next one's input:
 *
 *   parse -> claim -> render -> evaluate -> combine -> seal -> commit -> sign -> relay (in the object) -> answer
 *
 * Before the commit nothing is written and any fault ends the request. After it the action exists: what follows
 * only completes the answer, and the same Idempotency-Key resumes it.
 */

import { type Action, parseAction } from "../../core/action.ts";
import { type Envelope, envelopeOf, type Signature } from "../../core/dsse.ts";
import type { Json } from "../../core/json.ts";
import {
  DISPATCH_WAIT_MS,
  IDEMPOTENCY_KEY_CHARS_MAX,
  PENDING_TASKS_PER_KEY_MAX,
  STALE_RETRIES_MAX,
} from "../../core/limits.ts";
import { claimPrincipal, type Principal } from "../../core/principal.ts";
import { receiptKindOf, receiptStatement } from "../../core/receipt.ts";
import { signedBy } from "../../core/signing.ts";
import type {
  ActionState,
  Answer,
  SubmitDraft,
  SubmitResult,
  TenantConfig,
} from "../../durable-objects/rpc.ts";
import { actionView } from "./answer.ts";
import { type Caller, isInForce } from "./authenticate.ts";
import type { Env } from "./env.ts";
import { decisionDraft, judgeAction } from "./judgement.ts";
import { engineFor } from "./policies.ts";
import type { Preference } from "./prefer.ts";
import { PROBLEMS, Problem, problemBody } from "./problem.ts";
import { reach } from "./reach.ts";
import { type Rendered, type RenderFault, renderAction } from "./render.ts";
import { sealSubmission } from "./seal.ts";
import { freshConfig, remember, tenantOf } from "./tenants.ts";
import type { Timing } from "./timing.ts";

export interface Submission {
  readonly env: Env;
  readonly caller: Caller;
  readonly json: Json;
  readonly route: string;
  readonly idempotencyKey: string | null;
  readonly prefer: Preference;
  readonly origin: string;
  readonly timing: Timing;
}

export interface Submitted {
  readonly actionId: string;
  readonly answer: Answer;
  readonly replayed: boolean;
}

interface Committed {
  readonly state: ActionState;
  /** Of the receipt or denial proof; null where it is still to be asked for. */
  readonly signature: Signature | null;
  readonly stored: Answer | null;
  readonly replayed: boolean;
}
type Idempotency = { readonly scope: string; readonly key: string } | null;

export async function submit(submission: Submission): Promise<Submitted> {
  const action = readAction(submission.json);
  const idempotency = readIdempotency(submission);
  const committed = await commitAction(submission, action, idempotency);
  const { state, stored, replayed } = committed;
  const answer = stored ?? (await completeAnswer(submission, committed, idempotency));
  return { actionId: state.id, answer, replayed };
}

/** Judges and commits; where the ledger knows a newer configuration, again under that one. */
async function commitAction(
  { env, caller, timing }: Submission,
  action: Action,
  idempotency: Idempotency,
): Promise<Committed> {
  let { config, key } = caller;
  const tenant = tenantOf(env, config.tenant);
  for (let attempt = 0; attempt < STALE_RETRIES_MAX; attempt++) {
    const prepared = prepare({ config, key }, action);
    if (prepared instanceof Problem) {
      // Under an old copy of the configuration the refusal may be wrong: a target may have been put since.
      const current = await reach("ledger_unavailable", () => freshConfig(env, config.tenant));
      if (current === null) throw prepared;
      if (current.revision === config.revision) {
        // What was decided under this key stays decided, though its target, say, is gone since (invariant I10).
        const replay = async () => idempotency && tenant.replay(idempotency, action.fingerprint);
        const earlier = await reach("ledger_unavailable", replay);
        if (earlier?.kind !== "replayed") throw prepared;
        return replayedAs(earlier);
      }
      ({ config, key } = adopt(current, key));
      continue;
    }
    const { principal, rendered } = prepared;
    const engine = engineFor(env, config);
    const judged = await timing.measure("judge", () =>
      judgeAction(engine, config, action, principal, rendered),
    );
    const draft: SubmitDraft = {
      ...decisionDraft(judged, config.revision),
      fingerprint: action.fingerprint,
      idempotency,
    };
    const commit = await timing.measure("seal", () => sealSubmission(env, config.log, draft));
    const result = await timing.measure("commit", () =>
      reach("ledger_unavailable", () => tenant.submit(commit)),
    );
    if (result.kind !== "stale") return settled(result, draft);
    ({ config, key } = adopt(remember(result.config), key));
  }
  throw new Problem("busy", { detail: "Try again with the same Idempotency-Key." });
}

/** The steps before the judgement that may refuse; they depend on the configuration as much as it does. */
function prepare(
  { config, key }: Caller,
  action: Action,
): { principal: Principal; rendered: Rendered } | Problem {
  try {
    const principal = readPrincipal(key, action);
    const rendered = renderAction(config, action);
    return rendered.ok ? { principal, rendered: rendered.value } : renderProblem(rendered.fault);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

/** The caller under a newer configuration, where the key is still in force. */
function adopt(config: TenantConfig, { id }: Caller["key"]): Caller {
  const key = config.keys.find((candidate) => candidate.id === id);
  if (!key || !isInForce(key, Date.now())) {
    throw new Problem("unauthenticated", { detail: "The key was revoked meanwhile." });
  }
  return { config, key };
}

function settled(result: Exclude<SubmitResult, { kind: "stale" }>, draft: SubmitDraft): Committed {
  switch (result.kind) {
    case "conflict":
      throw new Problem("idempotency_key_reused", {
        detail: "Use a new key for a new request, or send the first request's body.",
      });
    case "queue_full":
      throw new Problem("approval_queue_full", {
        detail: `At most ${PENDING_TASKS_PER_KEY_MAX} actions of one key may wait for people, facts or their full evaluation. Nothing was recorded.`,
        headers: { "retry-after": "60" },
      });
    case "replayed":
      return replayedAs(result);
    case "committed":
      return {
        state: stateOf(draft, result.placed),
        signature: result.signature,
        stored: null,
        replayed: false,
      };
  }
}

const replayedAs = ({ state, answer }: Extract<SubmitResult, { kind: "replayed" }>): Committed => ({
  state,
  signature: null,
  stored: answer,
  replayed: true,
});

/** The state that a commit has just made; the object would say the same, at the price of a larger answer. */
function stateOf(
  draft: SubmitDraft,
  placed: Extract<SubmitResult, { kind: "committed" }>["placed"],
): ActionState {
  const { approvalExpiresAtMs: expiresAtMs, deferralExpiresAtMs } = placed;
  return {
    id: draft.actionId,
    status: placed.status,
    createdAtMs: placed.createdAtMs,
    keyId: draft.principal.key,
    owner: draft.principal.owner,
    outcome: null,
    salt: draft.salt,
    record: draft.record,
    erasedAtMs: null,
    entry: placed.entry,
    approval: expiresAtMs === null ? null : { id: draft.approvalId, status: "pending", expiresAtMs },
    deferral: deferralExpiresAtMs === null ? null : { status: "pending", expiresAtMs: deferralExpiresAtMs },
    delivery:
      placed.status === "dispatching" ? { id: draft.deliveryId, status: "queued", attempts: 0 } : null,
    late: null,
  };
}

/** Signs, waits as asked, and renders. An answer that tells of later things is stored, so that a replay gives the same one. */
async function completeAnswer(
  submission: Submission,
  { state, signature, replayed }: Committed,
  idempotency: Idempotency,
): Promise<Answer> {
  const { env, caller, origin, prefer, timing } = submission;
  const tenant = tenantOf(env, caller.config.tenant);
  const envelope = await timing.measure("sign", () => signOutcome(env, state, signature));
  const sending = state.status === "dispatching";
  // A task's first answer was that it waits; a replay that waited for more would be another answer.
  const waiting = (state.status === "held" || state.status === "deferred") && !replayed;
  if (!sending && !waiting) return renderAnswer(state, envelope, origin);
  const waitMs = prefer.waitMs ?? (sending ? DISPATCH_WAIT_MS : 0);
  if (waiting && waitMs === 0) return renderAnswer(state, envelope, origin);
  const until = prefer.waitMs === null ? "attempted" : "settled";
  const wait = () => reach("ledger_unavailable", () => tenant.action(state.id, waitMs, until));
  const later = (waitMs === 0 ? null : await timing.measure("wait", wait)) ?? state;
  // A decision of its own was made meanwhile where a reviewer approved.
  const answer = renderAnswer(
    later,
    later.entry.index === state.entry.index ? envelope : await signOutcome(env, later),
    origin,
  );
  if (idempotency === null) return answer;
  const { scope, key } = idempotency;
  return reach("ledger_unavailable", () => tenant.settleAnswer(scope, key, answer));
}

/**
 * The receipt or denial proof of a state; null while it has neither. Ed25519 gives the same signature each time, so the signer is
 * asked only where nobody did before.
 */
export async function signOutcome(
  env: Env,
  { id, entry, record }: ActionState,
  signature: Signature | null = null,
): Promise<Envelope | null> {
  const kind = receiptKindOf(record);
  if (kind === null) return null;
  const statement = receiptStatement(kind, entry);
  if (signature !== null) return envelopeOf(kind, statement, signature);
  return reach("signer_unavailable", () => signedBy(env.SIGNER, kind, statement), { action_id: id });
}

export function renderAnswer(state: ActionState, envelope: Envelope | null, origin: string): Answer {
  const view = actionView(state, envelope, origin);
  if (state.record.decision === "block") {
    const [rule] = state.record.findings.filter(
      ({ severity, observed }) => severity === "block" && !observed,
    );
    const problem = new Problem("action_blocked", {
      detail: rule ? `${rule.reason}.` : PROBLEMS.action_blocked.title,
      members: { ...view, action_status: view.status },
    });
    // Named after the action, not the request, so that a replay is the same to the byte.
    return {
      status: PROBLEMS.action_blocked.status,
      body: JSON.stringify(problemBody(problem, state.id.replace("act_", "req_"))),
    };
  }
  const waiting = state.status === "held" || state.status === "deferred";
  return { status: waiting ? 202 : 200, body: JSON.stringify(view) };
}

export function readAction(json: Json): Action {
  const parsed = parseAction(json);
  if (!parsed.ok) throw new Problem("invalid_request", { errors: parsed.fault.issues });
  return parsed.value;
}

export function readPrincipal(key: Caller["key"], action: Action): Principal {
  const principal = claimPrincipal(key, action);
  if (principal.ok) return principal.value;
  const { claim } = principal.fault;
  throw new Problem("claim_not_allowed", {
    detail: `The key may not claim this ${claim}, or must name one.`,
    members: { claim },
  });
}

export function renderProblem(fault: RenderFault): Problem {
  switch (fault.code) {
    case "unknown_target":
      return new Problem("unknown_target", {
        detail:
          "Give the name of a target as `action.target`; an admin puts them with PUT /v1/targets/{name}.",
      });
    case "target_surface":
      return new Problem("target_surface", {
        detail: `The target accepts ${fault.accepts.join(", ")} as \`action.surface\`.`,
      });
    case "invalid_payload":
      return new Problem("invalid_payload", {
        errors: fault.issues.map(({ pointer, message }) => ({
          pointer: `/action/payload${pointer}`,
          message,
        })),
      });
  }
}

function readIdempotency({ caller, idempotencyKey, route }: Submission): Idempotency {
  if (idempotencyKey === null) return null;
  if (!/^[\x21-\x7e]+$/.test(idempotencyKey) || idempotencyKey.length > IDEMPOTENCY_KEY_CHARS_MAX) {
    throw new Problem("invalid_idempotency_key", {
      detail: `1 to ${IDEMPOTENCY_KEY_CHARS_MAX} printable ASCII characters.`,
    });
  }
  return { scope: `${caller.key.id} ${route}`, key: idempotencyKey };
}
