/** What a search over actions is asked for, and what it answers. */

import * as v from "valibot";
import { surfaceName } from "../../core/action.ts";
import { NAME_CHARS_MAX, PAGE_SIZE, PAGE_SIZE_MAX } from "../../core/limits.ts";
import { OUTCOMES } from "../../core/receipt.ts";
import type { ActionQuery, FoundAction } from "../../durable-objects/rpc.ts";
import { Problem } from "./problem.ts";

/** Every status that an action can have (docs/api.md). */
export const ACTION_STATUSES = [
  "allowed",
  "blocked",
  "held",
  "deferred",
  "approved",
  "denied",
  "expired",
  "cancelled",
  "dispatching",
  "dispatched",
  "failed",
  "unknown",
] as const;

/** Of an e-mail address with its sender's name beside it. */
const RECIPIENT_CHARS_MAX = 1_000;

interface Parameter {
  readonly schema: v.GenericSchema<unknown, string>;
  readonly expected: string;
}

const oneOf = (words: readonly string[]): Parameter => ({
  schema: v.picklist(words),
  expected: `one of ${words.join(", ")}`,
});
const text = (charsMax: number): Parameter => ({
  schema: v.pipe(v.string(), v.minLength(1), v.maxLength(charsMax)),
  expected: `a text of 1 to ${charsMax} characters`,
});
const whole = (from: number, to: number): Parameter => ({
  schema: v.pipe(
    v.string(),
    v.regex(/^[0-9]{1,15}$/),
    v.check((digits) => Number(digits) >= from && Number(digits) <= to),
  ),
  expected: `a whole number from ${from} to ${to}`,
});
const time: Parameter = {
  schema: v.pipe(
    v.string(),
    v.regex(/^\d{4}-\d\d-\d\dT/),
    v.check((text) => Number.isFinite(Date.parse(text))),
  ),
  expected: "a time such as 2026-01-31T12:00:00Z",
};

const PARAMETERS = {
  status: oneOf(ACTION_STATUSES),
  decision: oneOf(OUTCOMES),
  surface: { schema: surfaceName, expected: "a surface such as outbound.email" },
  agent: text(NAME_CHARS_MAX),
  user: text(NAME_CHARS_MAX),
  rule: text(NAME_CHARS_MAX),
  recipient: text(RECIPIENT_CHARS_MAX),
  since: time,
  until: time,
  limit: whole(1, PAGE_SIZE_MAX),
  cursor: { ...whole(0, Number.MAX_SAFE_INTEGER), expected: "the next_cursor of the page before" },
} satisfies Record<string, Parameter>;

export function readActionQuery(query: Readonly<Record<string, string>>): Omit<ActionQuery, "of"> {
  for (const [parameter, given] of Object.entries(query)) {
    const known = Object.hasOwn(PARAMETERS, parameter)
      ? PARAMETERS[parameter as keyof typeof PARAMETERS]
      : undefined;
    if (known === undefined) throw refused(parameter, `There is no parameter ${parameter.slice(0, 50)}.`);
    if (!v.is(known.schema, given)) throw refused(parameter, `${parameter} is ${known.expected}.`);
  }
  const { status, decision, surface, agent, user, rule, recipient, since, until, limit, cursor } = query;
  return {
    status: status ?? null,
    decision: decision ?? null,
    surface: surface ?? null,
    agent: agent ?? null,
    user: user ?? null,
    rule: rule ?? null,
    recipient: recipient ?? null,
    sinceMs: since === undefined ? null : Date.parse(since),
    untilMs: until === undefined ? null : Date.parse(until),
    limit: Number(limit ?? PAGE_SIZE),
    before: cursor === undefined ? null : Number(cursor),
  };
}

const refused = (parameter: string, detail: string): Problem =>
  new Problem("invalid_parameter", { detail, members: { parameter } });

export function foundView(found: FoundAction) {
  const { id, status, decision, surface, target, owner, agent, user, rules, entry, erasedAtMs } = found;
  return {
    ...{ id, status, decision, surface, target, owner, agent, user, rules },
    ledger: entry,
    created_at: new Date(found.createdAtMs).toISOString(),
    updated_at: new Date(found.updatedAtMs).toISOString(),
    erased_at: erasedAtMs === null ? null : new Date(erasedAtMs).toISOString(),
  };
}
