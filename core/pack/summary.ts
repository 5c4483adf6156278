/** What a range of the log holds, by topic: the figures and the entries that an evidence pack's summary names. */
import type { JsonObject } from "../json.ts";
import type { Entry } from "../ledger/entry.ts";
import { TOPICS, type Topic } from "./frameworks.ts";

export interface TopicSummary {
  readonly topic: Topic;
  /** In the order of the log. */
  readonly entries: readonly EntryLine[];
}

/** An entry in a list: what it shows in a few words, none of anybody's text. */
export interface EntryLine {
  readonly index: number;
  readonly time: string;
  readonly subject: string;
  readonly says: string;
}

export interface PackSummary {
  readonly log: string;
  readonly from: number;
  readonly to: number;
  /** Times of the first and the last entry; null where there is none. */
  readonly began: string | null;
  readonly ended: string | null;
  readonly byType: Readonly<Record<string, number>>;
  readonly byDecision: Readonly<Record<string, number>>;
  /** Rules that fired, the most frequent first. */
  readonly byRule: readonly { readonly policy: string; readonly rule: string; readonly decisions: number }[];
  readonly topics: readonly TopicSummary[];
}

export function summarise(log: string, from: number, to: number, entries: readonly Entry[]): PackSummary {
  const byTopic = new Map<Topic, EntryLine[]>();
  const byType = new Map<string, number>();
  const byDecision = new Map<string, number>();
  const byRule = new Map<string, { policy: string; rule: string; decisions: number }>();
  for (const entry of entries) {
    count(byType, entry.type);
    if (entry.type === "decision") {
      count(byDecision, String(entry.body.decision));
      for (const { policy, rule } of rulesOf(entry)) {
        const name = `${policy} ${rule}`;
        const known = byRule.get(name) ?? { policy, rule, decisions: 0 };
        byRule.set(name, { ...known, decisions: known.decisions + 1 });
      }
    }
    const { index, time, subject } = entry;
    for (const topic of topicsOf(entry)) {
      const lines = byTopic.get(topic) ?? [];
      byTopic.set(topic, lines);
      lines.push({ index, time, subject, says: saysOf(entry) });
    }
  }
  return {
    ...{ log, from, to },
    began: entries[0]?.time ?? null,
    ended: entries.at(-1)?.time ?? null,
    byType: sorted(byType),
    byDecision: sorted(byDecision),
    byRule: [...byRule.values()].sort(
      (a, b) => b.decisions - a.decisions || compare(`${a.policy} ${a.rule}`, `${b.policy} ${b.rule}`),
    ),
    topics: (Object.keys(TOPICS) as Topic[]).map((topic) => ({ topic, entries: byTopic.get(topic) ?? [] })),
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const count = (counts: Map<string, number>, name: string): void =>
  void counts.set(name, (counts.get(name) ?? 0) + 1);
const sorted = (counts: Map<string, number>): Record<string, number> =>
  Object.fromEntries([...counts].sort(([a], [b]) => compare(a, b)));

/** Of a decision, each rule once. */
function rulesOf({ body }: Entry): { readonly policy: string; readonly rule: string }[] {
  const rules = (body.rules ?? []) as readonly JsonObject[];
  const distinct = new Map(
    rules.map(({ policy, rule }) => [`${policy} ${rule}`, { policy: String(policy), rule: String(rule) }]),
  );
  return [...distinct.values()];
}

const BY_TYPE: Readonly<Record<string, readonly Topic[]>> = {
  approval: ["human_review"],
  delivery: ["deliveries"],
  "key.created": ["access_changes"],
  "key.revoked": ["access_changes"],
  "policy.published": ["policy_changes"],
  "bundle.created": ["policy_changes"],
  "binding.put": ["policy_changes"],
  "binding.rolled_back": ["policy_changes"],
  "target.put": ["destinations"],
  "target.deleted": ["destinations"],
  alert: ["alerts"],
  "payload.erased": ["erasures"],
  "retention.put": ["erasures"],
  "key.rotated": ["keys"],
  "epoch.opened": ["keys"],
};

export function topicsOf(entry: Entry): readonly Topic[] {
  const { type, body } = entry;
  if (type === "evaluation") return body.confirmed === false ? ["exceptions"] : [];
  if (type !== "decision") return BY_TYPE[type] ?? [];
  const topics: Topic[] = ["decisions"];
  const { decision, would_decide: would, provisional } = body;
  if (decision === "block" || decision === "hold" || decision === "defer") topics.push("refusals");
  if (decision === "modify") topics.push("redactions");
  const passed = decision === "allow" || decision === "modify";
  if (passed && (provisional === true || (would !== null && would !== undefined && would !== decision)))
    topics.push("exceptions");
  return topics;
}

function saysOf(entry: Entry): string {
  const { type, body, actor } = entry;
  const by = `by ${actor.kind} ${actor.id}`;
  switch (type) {
    case "decision": {
      const rules = rulesOf(entry).map(({ policy, rule }) => `${policy} ${rule}`);
      const would = body.would_decide ? `, enforcement would have said ${body.would_decide}` : "";
      const provisional = body.provisional === true ? ", provisionally" : "";
      return `${body.decision}${provisional} on ${body.surface}${would}${rules.length === 0 ? "" : `: ${rules.join(", ")}`}`;
    }
    case "approval":
      return `${body.decision ?? body.status ?? "decided"} ${by}`;
    case "delivery":
      return `attempt ${body.attempt}: ${body.result}${body.http_status === null ? "" : ` (${body.http_status})`}`;
    case "alert":
      return String(body.kind);
    case "evaluation":
      return body.confirmed === true ? "bears out what passed" : "does not bear out what passed";
    default:
      return by;
  }
}
