/**
 * Alerts: what the gateway itself has to tell its tenant, such as that an action it let pass was found wanting afterwards
 * (docs/design/budgets.md). An alert is an entry for each target that takes alerts, and goes out under a statement of a
 * kind of its own: nothing judged it, so it has no receipt, and its signature lets nothing pass but what the entry says.
 */
import * as v from "valibot";
import type { ActionBody } from "./action.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { TreeHead } from "./epoch.ts";
import { type Digest, isDigest } from "./hash.ts";
import { isId } from "./id.ts";
import type { Json, JsonObject } from "./json.ts";
import { ENTRY_VERSION, type Entry, leafHash, type RuleFired } from "./ledger/entry.ts";
import type { Message } from "./message.ts";
import type { Outcome } from "./policy/decision.ts";
import { SEVERITIES } from "./policy/manifest.ts";
import { OUTCOMES, parseCanonical, STATEMENT_VERSION, type StatementFault } from "./receipt.ts";
import { ok, type Result, refuse } from "./result.ts";
import { findTransport } from "./transport/table.ts";
import type { Target } from "./transport/transport.ts";
import { CONFLICT_REASONS, type ConflictReason } from "./witness.ts";

/** A target takes alerts where it names this surface: `*` does not stand for it, since alerts are no one's actions. */
export const ALERT_SURFACE = "countersign.alert";

/**
 * `late_block`: it passed provisionally and should not have. `evaluation_failing`: the full evaluation cannot be had.
 * `log_fork`: the signer signed another history of this log. `key_unvouched`: it signs with a key that no statement leads to.
 * `witness_conflict`: a witness has seen another history.
 */
export const ALERT_KINDS = [
  "late_block",
  "evaluation_failing",
  "log_fork",
  "key_unvouched",
  "witness_conflict",
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** What an alert about the log itself tells. */
export interface LogFacts {
  /** The tree that was signed, or seen, and the one that there is; null where it is not about trees. */
  readonly signed: TreeHead | null;
  readonly found: TreeHead | null;
  /** The witness, or the id of the key, that it is about. */
  readonly name: string | null;
  /** Where a witness contradicts the log: entries of the tree that it cosigned last, of which it tells no more, and how. */
  readonly witnessed?: number;
  readonly why?: ConflictReason;
}

/** What an alert tells: ids, indexes and names of rules, nothing of anybody's text. */
export interface AlertFacts {
  readonly kind: AlertKind;
  /** Null where it is about the log. */
  readonly action: string | null;
  /** Null where it is about an action. */
  readonly log: LogFacts | null;
  /** Index of the decision that was left unfinished. */
  readonly decided_at: number | null;
  /** Index of the `evaluation` entry; null where there is none yet. */
  readonly evaluated_at: number | null;
  readonly decision: Outcome | null;
  readonly rules: readonly Pick<RuleFired, "policy" | "rule" | "severity">[];
  /** The action that was submitted to undo it; null where it names no compensation, or nothing was sent. */
  readonly rollback: string | null;
}

/** The body of an `alert` entry, whose subject is the alert's id. */
export interface AlertBody extends AlertFacts {
  /** Both null where no target takes alerts. */
  readonly target: { readonly name: string; readonly revision: number } | null;
  readonly commitments: { readonly message: Digest | null };
}

export interface AlertStatement {
  readonly entry: Entry & { readonly type: "alert"; readonly body: JsonObject & AlertBody };
  readonly kind: "alert";
  readonly leaf: Digest;
  readonly v: typeof STATEMENT_VERSION;
}

/** The message of an alert to a target, purely; null where the target's kind cannot carry one. */
export function renderAlert(
  id: string,
  facts: AlertFacts,
  { kind, config }: Pick<Target, "kind" | "config">,
): Message | null {
  const { action, log, decided_at, evaluated_at, decision, rules, rollback } = facts;
  const payload = {
    alert: id,
    kind: facts.kind,
    action,
    log,
    decided_at,
    evaluated_at,
    decision,
    rules,
    rollback,
  };
  const body: ActionBody = { surface: ALERT_SURFACE, payload: payload as unknown as JsonObject };
  const rendered = findTransport(kind)?.render(body, config);
  return rendered?.ok ? rendered.value : null;
}

const digest = v.custom<Digest>(isDigest, "Expected a digest.");
const word = v.pipe(v.string(), v.minLength(1), v.maxLength(500));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const actionId = v.pipe(
  v.string(),
  v.check((text) => isId("act", text)),
);

const treeHead = v.strictObject({ size: count, root: word });
const bodySchema = v.strictObject({
  kind: v.picklist(ALERT_KINDS),
  action: v.nullable(actionId),
  // Entries of earlier releases are about actions only.
  log: v.optional(
    v.nullable(
      v.strictObject({
        signed: v.nullable(treeHead),
        found: v.nullable(treeHead),
        name: v.nullable(word),
        witnessed: v.optional(count),
        why: v.optional(v.picklist(CONFLICT_REASONS)),
      }),
    ),
  ),
  decided_at: v.nullable(count),
  evaluated_at: v.nullable(count),
  decision: v.nullable(v.picklist(OUTCOMES)),
  rules: v.array(v.strictObject({ policy: word, rule: word, severity: v.picklist(SEVERITIES) })),
  rollback: v.nullable(actionId),
  target: v.nullable(v.strictObject({ name: word, revision: count })),
  commitments: v.strictObject({ message: v.nullable(digest) }),
});

const statementSchema = v.strictObject({
  entry: v.strictObject({
    v: v.literal(ENTRY_VERSION),
    log: word,
    index: count,
    prev: digest,
    time: word,
    type: v.literal("alert"),
    actor: v.strictObject({ kind: v.literal("system"), id: word }),
    subject: v.pipe(
      v.string(),
      v.check((text) => isId("alr", text)),
    ),
    body: bodySchema,
  }),
  kind: v.literal("alert"),
  leaf: digest,
  v: v.literal(STATEMENT_VERSION),
});

/** Reads an alert statement's bytes: strict, canonical, and true to itself in its leaf. */
export function parseAlertStatement(bytes: Uint8Array): Result<AlertStatement, StatementFault> {
  const json = parseCanonical(bytes);
  if (!json.ok) return json;
  if (!v.is(statementSchema, json.value)) return refuse("shape");
  const statement = json.value as unknown as AlertStatement;
  if (leafHash(canonicalJson(statement.entry as unknown as Json)) !== statement.leaf) return refuse("leaf");
  return ok(statement);
}
