/** What an AI wants to do, as submitted: parsed once into frozen plain data, with its canonical bytes and digests. */
import * as v from "valibot";
import { canonicalJson } from "./canonical-json.ts";
import { type Digest, digestOf } from "./hash.ts";
import type { Json, JsonObject } from "./json.ts";
import { LABELS_MAX, ROLES_MAX, TEXT_CHARS_MAX } from "./limits.ts";
import { ok, type Result, refuse } from "./result.ts";
import { type InvalidFault, jsonObject, name, validate } from "./validate.ts";

/** Surfaces are named in ledger entries, so they are held to a form that carries no personal data. */
export const surfaceName = v.pipe(
  v.string(),
  v.regex(/^[a-z][a-z0-9_.-]{0,99}$/, "Expected a surface such as outbound.email."),
);
export const targetName = v.pipe(
  v.string(),
  v.regex(
    /^[a-z0-9][a-z0-9_.-]{0,99}(?:\/[a-z0-9][a-z0-9_.-]{0,99})?$/,
    "Expected a target name such as resend/main.",
  ),
);
const text = v.pipe(v.string(), v.maxLength(TEXT_CHARS_MAX));

/** A webhook's type is the action's tool or surface: no caller may speak there in the gateway's own name (core/alert.ts). */
const notReserved = v.check<string, string>(
  (text) => !text.startsWith("countersign."),
  "Names that begin with countersign. are the gateway's own.",
);

const actionSchema = v.strictObject({
  surface: v.pipe(surfaceName, notReserved),
  tool: v.optional(v.pipe(name, notReserved)),
  target: v.optional(targetName),
  payload: jsonObject,
  resource: v.optional(
    v.strictObject({ folder: v.optional(name), data_class: v.optional(name), owner: v.optional(name) }),
  ),
  intent: v.optional(text),
  reason: v.optional(text),
  impact: v.optional(text),
  compensation: v.optional(v.strictObject({ target: targetName, payload: jsonObject })),
});

const contextSchema = v.strictObject({
  folder: v.optional(name),
  agent: v.optional(name),
  session: v.optional(name),
  request: v.optional(text),
  on_behalf_of: v.optional(
    v.strictObject({ user: name, roles: v.optional(v.pipe(v.array(name), v.maxLength(ROLES_MAX))) }),
  ),
  labels: v.optional(v.pipe(v.array(name), v.maxLength(LABELS_MAX))),
  facts: v.optional(jsonObject),
});

const submissionSchema = v.strictObject({ action: actionSchema, context: v.optional(contextSchema, {}) });

export type ActionBody = v.InferOutput<typeof actionSchema>;
export type ActionContext = v.InferOutput<typeof contextSchema>;

/** A submitted action. `fingerprint` is the digest of the body as a whole: one per distinct request. */
export interface Action {
  readonly body: ActionBody;
  readonly context: ActionContext;
  readonly fingerprint: Digest;
}

/** The longest name is NAME_CHARS_MAX characters; anything not named in docs/api.md is refused, not ignored. */
export function parseAction(json: Json): Result<Action, InvalidFault> {
  const parsed = validate(submissionSchema, json);
  if (!parsed.ok) return refuse(parsed.fault);
  const { action: body, context } = parsed.value;
  return ok(Object.freeze({ body, context, fingerprint: digestOf(canonicalJson(json)) }));
}

/**
 * What an approval is bound to (invariant I8): action, context, and the revision of the target it goes
 * to, so that a target changed after the decision is another action.
 */
export function actionDigest(action: Action, targetRevision: number | null): Digest {
  const { body, context } = action;
  return digestOf(
    canonicalJson({
      action: body as JsonObject,
      context: context as JsonObject,
      target_revision: targetRevision,
    }),
  );
}
