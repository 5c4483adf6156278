/**
 * The crash campaign: clients and a receiver that survive, and a gateway that is killed with SIGKILL at drawn moments
 * and started again on its storage. It proves that the process may die anywhere; that the machine may lose power it does not,
 * since the page cache survives.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateSecrets, type Secrets } from "../../cli/demo/secrets.ts";
import { webhookTarget } from "../../cli/tenant-setup.ts";
import { type Engine, startEngine } from "../harness/engine.ts";
import { wait } from "../harness/faults.ts";
import { createTestTenant, type TestTenant } from "../harness/tenant.ts";
import { type CheckResult, Checks } from "./checks.ts";
import { type Aim, createKiller, drawAim } from "./kill.ts";
import { type LedgerWatch, watchLedger } from "./ledger-watch.ts";
import { type Job, type Load, startLoad } from "./load.ts";
import { checkOutcome } from "./outcome.ts";
import { checkRemains, classify, PHASES, type Phase } from "./phases.ts";
import { type Chance, createChance } from "./random.ts";
import { type OpenDelivery, readRemains } from "./remains.ts";
import { type SlowReceiver, startSlowReceiver } from "./slow-receiver.ts";

export interface CampaignOptions {
  readonly kills: number;
  /** Repeats the aims and the jobs; which instruction a kill meets is the machine's own chance. */
  readonly seed: number;
  readonly clients: number;
  /** After the last kill nothing is asked of the tenant until what was left open has come by alarm alone. */
  readonly waitForAlarm: boolean;
  readonly progress?: (killed: number) => void;
}

export interface PhaseCount {
  /** Kills that met at least one action in this phase. */
  kills: number;
  actions: number;
}

export interface AlarmResult {
  /** Deliveries that the last kill left open. */
  readonly open: number;
  readonly delivered: number;
  readonly ms: number;
}

export interface CampaignReport {
  readonly phases: Readonly<Record<Phase, PhaseCount>>;
  /** Kills that met no action under way. */
  readonly idle: number;
  readonly checks: readonly CheckResult[];
  readonly faults: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  /** Of each restart, until the gateway answered. */
  readonly startMs: readonly number[];
  /** Null where it was not measured. */
  readonly alarm: AlarmResult | null;
}

/** For what the kernel still held when the process died to be read by clients and receiver. */
const DRAIN_MS = 5;
/** How often the auditor looks after a restart. Otherwise the load alone wakes the object, so that kills meet its recovery too. */
const LOOK_SHARE = 0.75;
const ALARM_PATIENCE_MS = 45_000;
/** Leaves deliveries open for the alarm. */
const LAST_AIM: Aim = { event: "processing", count: 8, delayMs: 0 };

export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const stateDir = mkdtempSync(join(tmpdir(), "countersign-crash-"));
  const chance = createChance(options.seed);
  const killer = createKiller();
  const receiver = await startSlowReceiver(killer.tell);
  const secrets = generateSecrets();
  const engine = await startEngine({ stateDir, secrets, allowedPrivateOrigins: [receiver.origin] });
  const tenant = await createTestTenant({
    url: engine.url,
    bootstrapToken: secrets.BOOTSTRAP_TOKEN,
    targets: { "hook/crm": webhookTarget(receiver.url, receiver.secret) },
  });
  const { clients } = options;
  const load = startLoad({
    clients,
    apiKey: tenant.keys.app,
    chance: createChance(options.seed + 1),
    tell: killer.tell,
  });
  const checks = new Checks();
  const ledger = await watchLedger(tenant.keys.auditor, secrets, checks);
  const campaign = new Campaign(
    { stateDir, chance, killer, receiver, secrets, tenant, load, checks, ledger },
    engine,
  );
  try {
    for (let killed = 1; killed < options.kills; killed++) {
      await campaign.crash(drawAim(chance));
      await campaign.restart();
      if (chance.next() < LOOK_SHARE) await campaign.look();
      options.progress?.(killed);
    }
    const open = await campaign.crash(LAST_AIM);
    await campaign.restart();
    const alarm = options.waitForAlarm ? await campaign.watchAlarm(open) : null;
    options.progress?.(options.kills);
    return { ...(await campaign.finish()), alarm };
  } finally {
    await campaign.close();
  }
}

interface Parts {
  readonly stateDir: string;
  readonly chance: Chance;
  readonly killer: ReturnType<typeof createKiller>;
  readonly receiver: SlowReceiver;
  readonly secrets: Secrets;
  readonly tenant: TestTenant;
  readonly load: Load;
  readonly checks: Checks;
  readonly ledger: LedgerWatch;
}

class Campaign {
  readonly #parts: Parts;
  #engine: Engine;
  /** What a dead process had committed without an answer: the same key must lead to it. */
  readonly #promised = new Map<Job, string>();
  readonly #phases = Object.fromEntries(
    Object.keys(PHASES).map((phase) => [phase, { kills: 0, actions: 0 }]),
  ) as Record<Phase, PhaseCount>;
  #idle = 0;
  #arrivalsChecked = 0;
  readonly #startMs: number[] = [];

  constructor(parts: Parts, engine: Engine) {
    this.#parts = parts;
    this.#engine = engine;
  }

  /** Lets the load go on, kills as aimed, and looks at what is left. */
  async crash(aim: Aim): Promise<readonly OpenDelivery[]> {
    const { killer, load, receiver, stateDir } = this.#parts;
    load.resume(this.#engine.url);
    const kill = await killer.whenMet(aim, () => {
      const dead = this.#engine.kill("SIGKILL");
      load.pause();
      const pending = load.jobs.filter((job) => job.pending);
      return { dead, pending, at: performance.now(), atMs: Date.now() };
    });
    await kill.dead;
    await wait(DRAIN_MS);
    const remains = readRemains(stateDir);
    try {
      const unanswered = kill.pending.filter(({ ack }) => ack === null);
      this.#count(classify(remains, unanswered, receiver.arrivalsOf, kill.at));
      for (const job of unanswered) {
        const row = remains.committed(job.key);
        if (row !== null) this.#promised.set(job, row.actionId);
      }
      checkRemains(this.#parts, remains, this.#arrivalsChecked, kill.atMs);
      this.#arrivalsChecked = receiver.arrivals.length;
      for (const { actionId, attempts } of remains.open) if (attempts > 0) receiver.spare(actionId);
      return remains.open;
    } finally {
      remains.close();
    }
  }

  #count(met: readonly Phase[]): void {
    if (met.length === 0) this.#idle++;
    for (const phase of met) this.#phases[phase].actions++;
    for (const phase of new Set(met)) this.#phases[phase].kills++;
  }

  async restart(): Promise<void> {
    const { stateDir, secrets, receiver } = this.#parts;
    const { port } = this.#engine;
    const from = performance.now();
    this.#engine = await startEngine({ stateDir, secrets, port, allowedPrivateOrigins: [receiver.origin] });
    this.#startMs.push(performance.now() - from);
  }

  look(): Promise<void> {
    return this.#parts.ledger.look(this.#engine.url);
  }

  async watchAlarm(open: readonly OpenDelivery[]): Promise<AlarmResult> {
    const { receiver, checks } = this.#parts;
    const from = performance.now();
    const before = new Map(open.map(({ actionId }) => [actionId, receiver.arrivalsOf(actionId).length]));
    const delivered = () =>
      [...before].filter(([id, count]) => receiver.arrivalsOf(id).length > count).length;
    while (delivered() < open.length && performance.now() - from < ALARM_PATIENCE_MS) await wait(20);
    const result = { open: open.length, delivered: delivered(), ms: performance.now() - from };
    checks.expect(
      "the alarm alone, without any request, makes the open deliveries",
      result.delivered === result.open,
      () => `${result.delivered} of ${result.open} in ${Math.round(result.ms)} ms`,
    );
    return result;
  }

  async finish(): Promise<Omit<CampaignReport, "alarm">> {
    const { load, checks } = this.#parts;
    load.resume(this.#engine.url);
    await load.finish();
    for (const [job, actionId] of this.#promised) {
      checks.expect(
        "a key whose action was committed but not answered leads to that action",
        job.ack?.action.id === actionId,
        () => `${job.key}: ${actionId} on disk, ${job.ack?.action.id} answered`,
      );
    }
    const counts = await checkOutcome({ ...this.#parts, url: this.#engine.url });
    return {
      phases: this.#phases,
      idle: this.#idle,
      checks: checks.results(),
      faults: checks.faults(),
      counts: { ...counts, promised: this.#promised.size },
      startMs: this.#startMs,
    };
  }

  async close(): Promise<void> {
    await this.#engine.stop();
    await this.#parts.receiver.close();
    rmSync(this.#parts.stateDir, { recursive: true, force: true });
  }
}
