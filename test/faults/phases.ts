/**
 * In which phase a kill found each action, and what must hold of whatever a dead process left.
 *
 * The phases are exact where the tables say them: a commit is a row under the Idempotency-Key, an attempt under way an open
 * row in `attempts`. Two come from the receiver's own notes: that a request had come, and that its answer had gone out. One
 * thing cannot be told from outside: whether a request without a row had reached the gate, or was still in the kernel;
 * both are "before the commit". Several clients are under way at once, so that one kill meets several actions, and
 * counts once for each phase in which it met one.
 */
import type { Checks } from "./checks.ts";
import type { Job, Load } from "./load.ts";
import type { OpenDelivery, Remains } from "./remains.ts";
import type { Arrival, SlowReceiver } from "./slow-receiver.ts";

/** An attempt's longest time and the alarm's own retry, both 30 s (durable-objects/schedule.ts, tenant.ts), with some air. */
const ALARM_WITHIN_MS = 31_000;

export const PHASES = {
  before_commit: "before the commit",
  unanswered: "after the commit, unanswered, nothing to send",
  before_attempt: "after the commit, before the attempt",
  before_send: "before the send: attempt recorded, nothing received",
  during_send: "during the send: received, not answered",
  after_send: "after the send: answered, result not recorded",
  recorded: "after the result, client unanswered",
} as const;
export type Phase = keyof typeof PHASES;

export function classify(
  remains: Remains,
  /** Requests that stood unanswered when the signal went out, and were not answered since. */
  unanswered: readonly Job[],
  arrivalsOf: (id: string) => readonly Arrival[],
  /** On the clock of `performance.now()`. */
  killedAt: number,
): Phase[] {
  const phases: Phase[] = [];
  const open = new Set(remains.open.map(({ actionId }) => actionId));
  for (const { key, kind } of unanswered) {
    const row = remains.committed(key);
    if (row === null) phases.push("before_commit");
    else if (kind !== "sent") phases.push("unanswered");
    else if (!open.has(row.actionId)) phases.push("recorded");
  }
  for (const delivery of remains.open) {
    const phase = phaseOf(delivery, arrivalsOf(delivery.actionId), killedAt);
    if (phase !== null) phases.push(phase);
  }
  return phases;
}

/** Null where the delivery only waits for the time of its next attempt. */
function phaseOf(
  { attempts, startedAtMs }: OpenDelivery,
  arrivals: readonly Arrival[],
  killedAt: number,
): Phase | null {
  if (startedAtMs === null) return attempts === 0 ? "before_attempt" : null;
  const arrival = arrivals.find(({ atMs }) => atMs >= startedAtMs);
  if (arrival === undefined) return "before_send";
  const { answeredAt } = arrival;
  return answeredAt !== null && answeredAt <= killedAt ? "after_send" : "during_send";
}

export function checkRemains(
  { checks, load, receiver }: { checks: Checks; load: Load; receiver: SlowReceiver },
  remains: Remains,
  /** Earlier ones were looked at after an earlier kill. */
  arrivalsFrom: number,
  killedAtMs: number,
): void {
  checks.expect(
    "on disk, no decision, outbox row or attempt stands without the others",
    remains.torn === 0,
    () => `${remains.torn} rows`,
  );
  for (const { key, ack } of load.jobs) {
    if (ack === null) continue;
    const row = remains.committed(key);
    const { id, ledger } = ack.action;
    checks.expect(
      "on disk after each kill: every acknowledged decision, at its index, with its leaf",
      row?.actionId === id && row.index === ledger?.index && remains.leafAt(row.index) === ledger.leaf,
      () => `${key}: answered ${id} at ${ledger?.index}, on disk ${row?.actionId} at ${row?.index}`,
    );
  }
  for (const { id } of receiver.arrivals.slice(arrivalsFrom)) {
    const sent = remains.sent(id);
    const count = receiver.arrivalsOf(id).length;
    checks.expect(
      "on disk after each kill: for all that was received, an allow and as many attempts",
      sent?.decision === "allow" && sent.attempts >= count,
      () => `${id}: ${sent?.decision ?? "no decision"}, ${sent?.attempts} attempts, ${count} received`,
    );
  }
  if (remains.open.length === 0) return;
  const due = Math.min(...remains.open.map(({ startedAtMs, dueAtMs }) => startedAtMs ?? dueAtMs));
  const latest = Math.max(due, killedAtMs) + ALARM_WITHIN_MS;
  checks.expect(
    "on disk after each kill: an alarm within 31 s, where a delivery is open",
    remains.alarmAtMs !== null && remains.alarmAtMs <= latest,
    () => `due ${due}, killed ${killedAtMs}, alarm ${remains.alarmAtMs}`,
  );
}
