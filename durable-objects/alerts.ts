/** Raising alerts: an entry, and a message where a target takes alerts, in the transaction of what is alerted to. */
import { ALERT_SURFACE, type AlertBody, type AlertFacts, type LogFacts, renderAlert } from "../core/alert.ts";
import { toBase64Url } from "../core/encoding.ts";
import { formatId, ID_BYTES } from "../core/id.ts";
import type { JsonObject } from "../core/json.ts";
import { commit, SALT_BYTES } from "../core/ledger/commitment.ts";
import type { RuleFired } from "../core/ledger/entry.ts";
import { messageDigest } from "../core/message.ts";
import { readTargets } from "./config.ts";
import { append, SYSTEM, storedEntry } from "./ledger.ts";
import { insertEvidence } from "./records.ts";
import type { AlertState } from "./rpc.ts";
import type { AlertRow, Statements } from "./statements.ts";

const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes));

/** One entry for each target that takes alerts, since each is sent its own bytes; one without a target where none does. */
export function raiseAlert(sql: Statements, log: string, nowMs: number, facts: AlertFacts): void {
  const id = formatId("alr", random(ID_BYTES));
  const recipients = readTargets(sql).flatMap((target) => {
    const message = target.surfaces.includes(ALERT_SURFACE) ? renderAlert(id, facts, target) : null;
    return message === null ? [] : [{ target, message }];
  });
  const enter = (target: AlertBody["target"], message: AlertBody["commitments"]["message"]): number => {
    const body: AlertBody = { ...facts, target, commitments: { message } };
    const entry = { type: "alert", actor: SYSTEM, subject: id, body: body as unknown as JsonObject } as const;
    return append(sql, log, nowMs, entry).index;
  };
  const entries = recipients.map(({ target: { name, revision }, message }) => {
    const salt = random(SALT_BYTES);
    const entryIdx = enter({ name, revision }, commit("message", salt, messageDigest(message)));
    const { transport, endpoint, mediaType, body } = message;
    const text = JSON.stringify({ transport, endpoint, mediaType, body });
    insertEvidence(sql, entryIdx, null, toBase64Url(salt), text);
    sql.insertDelivery({
      id: formatId("dlv", random(ID_BYTES)),
      action_id: id,
      entry_idx: entryIdx,
      target: name,
      due_at: nowMs,
    });
    return entryIdx;
  });
  const [first = enter(null, null)] = entries;
  sql.insertAlert({ id, action_id: aboutOf(facts), kind: facts.kind, entry_idx: first, created_at: nowMs });
}

/** By which an alert is raised once: what it is about. */
const aboutOf = ({ action, log }: AlertFacts): string =>
  action ?? `log/${log?.name ?? ""}/${log?.signed?.size ?? ""}/${log?.found?.size ?? ""}`;

/** Once for each thing that it is about. */
export function raiseLogAlert(
  sql: Statements,
  log: string,
  nowMs: number,
  { kind, ...about }: LogFacts & Pick<AlertFacts, "kind">,
): void {
  const facts: AlertFacts = {
    kind,
    log: about,
    action: null,
    decided_at: null,
    evaluated_at: null,
    decision: null,
    rules: [],
    rollback: null,
  };
  if (!sql.hasAlert(aboutOf(facts), kind)) raiseAlert(sql, log, nowMs, facts);
}

/** The rules that an alert names: those that would have stopped the action. */
export const stoppingRules = (rules: readonly RuleFired[]): AlertFacts["rules"] =>
  rules
    .filter(({ severity, observed, settled }) => severity !== "info" && !observed && !settled)
    .map(({ policy, rule, severity }) => ({ policy, rule, severity }));

export function alertState(sql: Statements, row: AlertRow): AlertState {
  const entry = storedEntry(sql, row.entry_idx);
  const {
    target: _target,
    commitments: _commitments,
    ...facts
  } = (JSON.parse(entry.text) as { readonly body: AlertBody }).body;
  return {
    id: row.id,
    facts,
    createdAtMs: row.created_at,
    entry: { index: entry.index, leaf: entry.leaf },
    deliveries: sql.deliveriesOf(row.id).map(({ target, state, attempts }) => ({
      target,
      status: state,
      attempts,
    })),
  };
}
