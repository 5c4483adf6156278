/** `npm run faults -- [--kills 200] [--seed N] [--clients 4]`: the crash campaign, and what came of it as a table. */
import { parseArgs } from "node:util";
import { type CampaignReport, runCampaign } from "./campaign.ts";
import type { CheckResult } from "./checks.ts";
import { PHASES, type Phase } from "./phases.ts";

/** From so many kills on, each phase must have been met at least `PHASE_KILLS_MIN` times. */
const PHASES_COUNT_FROM = 150;
const PHASE_KILLS_MIN = 3;

const { values } = parseArgs({
  options: { kills: { type: "string" }, seed: { type: "string" }, clients: { type: "string" } },
});
const kills = readNumber("kills", 200);
const clients = readNumber("clients", 4);
const seed = readNumber("seed", Math.floor(Math.random() * 2 ** 31));

console.log(
  `${kills} kills of workerd (SIGKILL) under ${clients} clients. Seed ${seed}: --seed ${seed} repeats the aims and the jobs.`,
);
const started = Date.now();
const report = await runCampaign({
  kills,
  seed,
  clients,
  waitForAlarm: true,
  progress: (killed) => {
    if (killed % 50 === 0) console.log(`  ${killed} kills, ${seconds(Date.now() - started)}`);
  },
});
print(report);

function print(report: CampaignReport): void {
  const { actions, sent, again, promised, arrivals, entries } = report.counts;
  console.log("\nKills by phase: a kill counts in each phase in which it met an action under way.");
  console.log(`  ${"".padEnd(58)} kills  actions`);
  const phases = Object.keys(PHASES) as Phase[];
  for (const phase of phases) {
    const { kills: met, actions: caught } = report.phases[phase];
    console.log(`  ${PHASES[phase].padEnd(58)} ${String(met).padStart(5)}  ${String(caught).padStart(7)}`);
  }
  console.log(`  ${"with nothing under way".padEnd(58)} ${String(report.idle).padStart(5)}`);

  console.log("\nChecked:");
  const checks = [...report.checks, ...(kills >= PHASES_COUNT_FROM ? [phaseCheck(report, phases)] : [])];
  for (const { name, compared, failed, faults } of checks) {
    console.log(
      `  ${failed === 0 ? "ok    " : "FAILED"} ${name} (${failed === 0 ? "" : `${failed} of `}${compared})`,
    );
    for (const fault of faults) console.log(`           ${fault}`);
  }

  const starts = [...report.startMs].sort((left, right) => left - right);
  const start = (share: number) => Math.round(starts[Math.floor((starts.length - 1) * share)] ?? 0);
  console.log(
    `\n${actions} actions, ${sent} with a target; ${again} submitted more than once, ${promised} of them already committed.`,
  );
  console.log(`${arrivals} webhooks received, ${entries} ledger entries.`);
  console.log(`Restart to first answer: median ${start(0.5)} ms, longest ${start(1)} ms.`);
  if (report.alarm !== null) {
    const { open, delivered, ms } = report.alarm;
    console.log(
      `After the last kill, without any request: ${delivered} of ${open} open deliveries made by alarm, in ${seconds(ms)}.`,
    );
  }
  console.log(`Took ${seconds(Date.now() - started)}.`);
  const failed = checks.filter((check) => check.failed > 0).length;
  console.log(`\n${checks.length - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

function phaseCheck({ phases }: CampaignReport, names: readonly Phase[]): CheckResult {
  const missed = names.filter((phase) => phases[phase].kills < PHASE_KILLS_MIN);
  return {
    name: `every phase was met by at least ${PHASE_KILLS_MIN} kills`,
    compared: names.length,
    failed: missed.length,
    faults: missed.map((phase) => `${PHASES[phase]}: ${phases[phase].kills}`),
  };
}

function readNumber(name: keyof typeof values, otherwise: number): number {
  const text = values[name];
  const number = text === undefined ? otherwise : Number(text);
  if (!Number.isSafeInteger(number) || number < (name === "seed" ? 0 : 1)) {
    console.error(`--${name} is a whole number.`);
    process.exit(2);
  }
  return number;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
