/** What must hold in the end, when every client has its answer and every delivery had its time. */
import type { ActionAnswer } from "../../cli/client.ts";
import { fromBase64Url } from "../../core/encoding.ts";
import type { Digest } from "../../core/hash.ts";
import { commit } from "../../core/ledger/commitment.ts";
import { verifyReceipt } from "../../core/ledger/verify-receipt.ts";
import { messageDigest } from "../../core/message.ts";
import type { TestTenant } from "../harness/tenant.ts";
import type { Checks } from "./checks.ts";
import type { Entry, LedgerWatch } from "./ledger-watch.ts";
import { type Acknowledgement, EXPECTED, type Job, type Load } from "./load.ts";
import type { Chance } from "./random.ts";
import type { Arrival, SlowReceiver } from "./slow-receiver.ts";

const AT_ONCE = 8;
/** For deliveries that wait for their second attempt, about five seconds after a refusal. */
const QUIESCENCE_SECONDS = 25;
const SAMPLE = 150;

export interface OutcomeParts {
  readonly url: string;
  readonly checks: Checks;
  readonly load: Load;
  readonly receiver: SlowReceiver;
  readonly ledger: LedgerWatch;
  readonly tenant: TestTenant;
  readonly chance: Chance;
}

interface Answered extends Job {
  readonly ack: Acknowledgement;
}

export async function checkOutcome(parts: OutcomeParts): Promise<Record<string, number>> {
  const { checks, load, receiver, ledger, tenant } = parts;
  const jobs = load.jobs.filter((job): job is Answered => job.ack !== null);
  const actions = new Map<string, ActionAnswer>();
  checks.expect("every request is answered in the end", jobs.length === load.jobs.length, () => "not all");
  checks.expect("no answer says that a part is unavailable", load.refusals.length === 0, () =>
    load.refusals.slice(0, 3).join(" "),
  );
  await eachOf(jobs, async (job) => {
    const action = await tenant.app.findAction(
      job.ack.action.id,
      job.kind === "sent" ? QUIESCENCE_SECONDS : 0,
    );
    actions.set(action.id, action);
    checkAction(checks, job, action);
  });
  const { verified, entries } = await ledger.whole(parts.url);
  checkDecisions(checks, jobs, entries);
  checkDeliveries(checks, jobs, entries, receiver);
  const bySubject = new Map(entries.filter(isDecision).map((entry) => [entry.subject, entry]));
  const byId = new Map(jobs.map((job) => [job.ack.action.id, job]));
  for (const arrival of receiver.arrivals) {
    if (arrival.body === null) continue;
    const { id } = arrival;
    checkArrival(parts, arrival, byId.get(id), bySubject.get(id), actions.get(id));
  }
  await eachOf(sample(parts.chance, jobs), async (job) => {
    const again = await load.submit(job);
    checks.expect(
      "an acknowledged key, sent again, is answered the same to the byte",
      again.replayed && again.status === job.ack.status && again.text === job.ack.text,
      () => `${job.key}: ${job.ack.text} then ${again.text}`,
    );
    if (job.kind === "held") return;
    const report = await verifyReceipt(new TextEncoder().encode(job.ack.text), ledger.keys, {
      ledger: verified,
    });
    checks.expect("receipts and denial proofs verify against the ledger", report.ok, () =>
      report.checks.flatMap(({ faults }) => faults.map(({ message }) => message)).join(" "),
    );
  });
  const { length: sent } = jobs.filter(({ kind }) => kind === "sent");
  const again = jobs.filter(({ tries }) => tries > 1).length;
  return { actions: jobs.length, sent, again, arrivals: receiver.arrivals.length, entries: entries.length };
}

function checkAction(checks: Checks, { key, kind, ack }: Answered, action: ActionAnswer): void {
  const { status, decision } = EXPECTED[kind];
  checks.expect(
    "every action is answered as its policies say",
    ack.status === status && ack.action.decision === decision,
    () => `${key} (${kind}): ${ack.status} ${ack.action.decision}`,
  );
  checks.expect(
    "GET /v1/actions/{id}: every acknowledged decision, with its index and leaf",
    action.decision === ack.action.decision &&
      action.ledger?.index === ack.action.ledger?.index &&
      action.ledger?.leaf === ack.action.ledger?.leaf,
    () => `${key}: ${JSON.stringify([ack.action.ledger, action.ledger])}`,
  );
  if (kind === "sent") {
    checks.expect(
      "every allowed action with a target is dispatched in the end",
      action.status === "dispatched",
      () => `${key}: ${action.id} is ${action.status} ${JSON.stringify(action.delivery)}`,
    );
  }
}

const isDecision = ({ type }: Entry): boolean => type === "decision";

function checkDecisions(checks: Checks, jobs: readonly Answered[], entries: readonly Entry[]): void {
  const subjects = entries.filter(isDecision).map(({ subject }) => subject);
  const ids = new Set(jobs.map(({ ack }) => ack.action.id));
  checks.expect(
    "one key, one action",
    ids.size === jobs.length,
    () => `${jobs.length} keys, ${ids.size} ids`,
  );
  checks.expect(
    "the ledger has one decision for each action, and no other",
    subjects.length === ids.size && subjects.every((id) => ids.has(id)),
    () =>
      `${subjects.length} decisions, ${new Set(subjects).size} actions in the ledger, ${ids.size} answered`,
  );
}

function checkDeliveries(
  checks: Checks,
  jobs: readonly Answered[],
  entries: readonly Entry[],
  receiver: SlowReceiver,
): void {
  const results = new Map<string, { attempt: unknown; result: unknown }[]>();
  for (const { type, subject, body } of entries) {
    if (type !== "delivery") continue;
    results.set(subject, [...(results.get(subject) ?? []), { attempt: body.attempt, result: body.result }]);
  }
  for (const { kind, ack } of jobs) {
    const { id } = ack.action;
    const made = results.get(id) ?? [];
    const received = receiver.arrivalsOf(id).length;
    if (kind !== "sent") {
      checks.expect(
        "nothing is sent for what was held, blocked, or only cleared",
        made.length === 0 && received === 0,
        () => `${id} (${kind}): ${made.length} attempts, ${received} received`,
      );
      continue;
    }
    checks.expect("every allowed action with a target reached the receiver", received > 0, () => id);
    checks.expect(
      "the ledger has each attempt once: 1, 2, …, the last one delivered, and no fewer than were received",
      made.every(({ attempt }, at) => attempt === at + 1) &&
        made.at(-1)?.result === "delivered" &&
        made.slice(0, -1).every(({ result }) => result === "unknown" || result === "retry") &&
        made.length >= received,
      () => `${id}: ${JSON.stringify(made)}, ${received} received`,
    );
  }
}

function checkArrival(
  { checks, receiver }: OutcomeParts,
  { id, atMs, body, problem }: Arrival,
  job: Answered | undefined,
  entry: Entry | undefined,
  action: ActionAnswer | undefined,
): void {
  checks.expect("every webhook is signed (Standard Webhooks)", problem === null, () => `${id}: ${problem}`);
  checks.expect(
    "one webhook-id, one body: that of its action",
    job !== undefined && body === JSON.stringify({ data: job.submission.action.payload, type: "crm.update" }),
    () => `${id}: ${body}`,
  );
  const digest = messageDigest({
    transport: "webhook",
    endpoint: receiver.url,
    mediaType: "application/json",
    body: body ?? "",
  });
  const salt = fromBase64Url(String(action?.salt)) ?? new Uint8Array();
  const { message } = (entry?.body.commitments ?? {}) as { message?: Digest };
  checks.expect(
    "for every webhook the ledger has an earlier allow, whose commitment opens for the body received",
    entry?.body.decision === "allow" &&
      Date.parse(entry.time) <= atMs &&
      message === commit("message", salt, digest),
    () => `${id} at ${atMs}: ${JSON.stringify(entry)}`,
  );
}

function sample<T>(chance: Chance, items: readonly T[]): T[] {
  if (items.length <= SAMPLE) return [...items];
  return Array.from({ length: SAMPLE }, () => items[chance.below(items.length)]).filter(
    (item): item is T => item !== undefined,
  );
}

async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const next = async (): Promise<void> => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}
