/** One action's whole story, read together from the log and from what is kept beside it. */
import type { Json } from "../core/json.ts";
import type { Entry, StoredEntry } from "../core/ledger/entry.ts";
import type { ApiKey } from "../core/principal.ts";
import { storedEntry } from "./ledger.ts";
import { findDecision, findEvidence, readDecision, readPayload } from "./records.ts";
import type { ActionStory, StoryDelivery, StoryEntry, Unsent } from "./rpc-evidence.ts";
import { actionState } from "./state.ts";
import type { ActionRow, DeliveryRow, Statements } from "./statements.ts";

/** `indexes` of the entries to tell; `truncated` where there are more. */
export function actionStory(
  sql: Statements,
  row: ActionRow,
  indexes: readonly number[],
  truncated: boolean,
): ActionStory {
  const latest = readDecision(sql, row.entry_idx);
  const told = indexes.map((idx) => storedEntry(sql, idx));
  return {
    state: actionState(sql, row),
    surface: row.surface,
    agent: row.agent,
    user: row.user,
    input: latest.brief === null ? null : readPayload(sql, latest).input,
    entries: told.map((entry) => storyEntry(sql, entry)),
    truncated,
    deliveries: sql.deliveriesOf(row.id).map((delivery) => storyDelivery(sql, delivery)),
    names: namesIn(sql, row, told),
  };
}

const storyEntry = (sql: Statements, entry: StoredEntry): StoryEntry => ({
  entry,
  record: findDecision(sql, entry.index)?.record ?? null,
  text: findEvidence(sql, entry.index)?.text ?? null,
});

function storyDelivery(sql: Statements, row: DeliveryRow): StoryDelivery {
  return {
    id: row.id,
    target: row.target,
    state: row.state,
    httpStatus: row.http_status,
    reason: row.reason,
    providerId: row.provider_id,
    attempts: sql.attemptsOf(row.id).map(({ number, started_at, ended_at, result }) => ({
      number,
      startedAtMs: started_at,
      endedAtMs: ended_at,
      result,
    })),
  };
}

/** `ada (key "app")` for a key, the person, agent or folder for an opaque id. */
function namesIn(sql: Statements, row: ActionRow, entries: readonly StoredEntry[]): Record<string, string> {
  const names = new Map<string, string>();
  const add = (id: string) => {
    if (names.has(id)) return;
    const name = id.startsWith(SUBJECT) ? sql.subjectValue(id) : keyName(sql, id);
    if (name !== null) names.set(id, name);
  };
  add(row.key_id);
  for (const { text } of entries) {
    const { actor, body } = JSON.parse(text) as Entry;
    add(actor.id);
    for (const value of Object.values<Json>(body)) {
      if (typeof value === "string" && value.startsWith(SUBJECT)) add(value);
    }
  }
  return Object.fromEntries(names);
}

const SUBJECT = "sub_";

function keyName(sql: Statements, id: string): string | null {
  const record = sql.keyRecord(id);
  if (record === null) return null;
  const { owner, name } = JSON.parse(record) as ApiKey;
  return `${owner} (key \u201c${name}\u201d)`;
}

export function unsent(sql: Statements): Unsent {
  const row = sql.oldestUnsent();
  return {
    count: sql.countUnsent(),
    oldest: row && {
      delivery: row.id,
      subject: row.action_id,
      target: row.target,
      sinceMs: Date.parse((JSON.parse(storedEntry(sql, row.entry_idx).text) as Entry).time),
      attempts: row.attempts,
    },
  };
}
