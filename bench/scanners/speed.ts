/**
 * What a decision's scanning costs: the starter bundle on mails, by policy; and hostile texts beside benign ones of the
 * same size. `node bench/scanners/speed.ts [--hostile] [--policy=pii] [--size=65536] [--rounds=30] [--write]`.
 * Decides nothing: what it prints is for people. Warm instances, the gateway's own host, the median of many.
 */
import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { describeMachine, toMarkdown, toText } from "../report.ts";
import { quartiles } from "../stats.ts";
import { Random } from "./corpus/random.ts";
import { HOSTILE } from "./hostile.ts";
import { BundleRun, mail, mailText, type Run, type Work } from "./work.ts";

const { values } = parseArgs({
  options: {
    hostile: { type: "boolean" },
    policy: { type: "string" },
    size: { type: "string", default: "65536" },
    rounds: { type: "string", default: "30" },
    /** Everything, to bench/scanners/speed.md. */
    write: { type: "boolean" },
  },
});

const ROUNDS = Number(values.rounds);
const MAIL_SIZES = [4096, 65_536];

const bundle = await BundleRun.create(values.policy);

interface Cost {
  readonly us: number;
  /** The quarter that the machine disturbed least: for ratios. */
  readonly lowUs: number;
  readonly fuel: number;
  readonly note: string | null;
}

/** The medians of each step, all steps in turn, so that what else the machine does hits all alike. */
async function costs(work: Work, rounds: number): Promise<Map<string, Cost>> {
  const runs = new Map<string, Run[]>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of await bundle.run(work)) {
      const known = runs.get(name);
      if (known === undefined) runs.set(name, [run]);
      else known.push(run);
    }
  }
  return new Map([...runs].map(([name, all]) => [name, costOf(all)]));
}

function costOf(runs: readonly Run[]): Cost {
  const last = runs.at(-1);
  const [lowUs, us] = quartiles(runs.map((run) => run.us));
  return {
    us,
    lowUs,
    fuel: last?.outcome.fuel ?? 0,
    note: last?.outcome.error ?? (last?.isCold ? "cold" : null),
  };
}

const totalOf = (all: ReadonlyMap<string, Cost>): Cost => {
  const sum = { us: 0, lowUs: 0, fuel: 0, note: null };
  for (const { us, lowUs, fuel } of all.values()) {
    sum.us += us;
    sum.lowUs += lowUs;
    sum.fuel += fuel;
  }
  return sum;
};

/** Of the whole decision, by the process' own clock, whose steps are too long for a single run. */
async function cpuUsOf(work: Work, decisions: number): Promise<number> {
  const before = process.cpuUsage();
  for (let index = 0; index < decisions; index++) await bundle.run(work);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / decisions;
}

async function mailTable(size: number): Promise<string[][]> {
  const text = mailText(new Random("speed"), size);
  const work = await bundle.workOf(mail(text));
  await costs(work, ROUNDS); // warm
  const all = await costs(work, size < 10_000 ? ROUNDS * 20 : ROUNDS * 2);
  const row = (name: string, { us, fuel, note }: Cost): string[] => [
    name,
    us.toFixed(1),
    (size / us).toFixed(0),
    (fuel / size).toFixed(1),
    note ?? "",
  ];
  return [
    [`${size / 1024} KB mail`, "us", "MB/s", "fuel/byte", ""],
    ...[...all].map(([name, cost]) => row(name, cost)),
    row("all", totalOf(all)),
    ["all, CPU", (await cpuUsOf(work, 16_000_000 / size)).toFixed(1)],
  ];
}

/** Times by the bytes that each has, so that a shape of other size is compared fairly. */
function ratio(hostile: Cost | undefined, benign: Cost | undefined, bytes: number): string {
  if (hostile === undefined || benign === undefined) return "-";
  const value = hostile.lowUs / benign.lowUs / bytes;
  const mark = hostile.note !== null ? ` ${hostile.note}` : value > 1.5 ? " !" : "";
  return `${value.toFixed(2)}${mark}`;
}

async function hostileTable(size: number): Promise<string[][]> {
  const benign = await bundle.workOf(mail(mailText(new Random("speed"), size)));
  const { names } = bundle;
  const rows: string[][] = [];
  for (const [name, shape] of Object.entries(HOSTILE)) {
    const payload = shape(new Random(name), size);
    const hostile = await bundle.workOf(mail(payload));
    await costs(hostile, 3); // warm
    const first = await costs(benign, ROUNDS);
    const measured = await costs(hostile, ROUNDS);
    const bytes = Math.max(1, hostile.input.length / benign.input.length);
    const [all, plain] = [totalOf(measured), totalOf(first)];
    rows.push([
      name,
      ratio(all, plain, bytes),
      (all.fuel / plain.fuel / bytes).toFixed(2),
      ...names.map((step) => ratio(measured.get(step), first.get(step), bytes)),
      (Math.max(...[...measured.values()].map(({ fuel }) => fuel)) / 1e6).toFixed(0),
    ]);
  }
  return [[`hostile / benign, ${size / 1024} KB`, "bundle", "fuel", ...names, "most Mfuel"], ...rows];
}

async function tables(): Promise<string[][][]> {
  if (values.hostile) return [await hostileTable(Number(values.size))];
  const mails: string[][][] = [];
  for (const size of MAIL_SIZES) mails.push(await mailTable(size));
  return values.write ? [...mails, await hostileTable(Number(values.size))] : mails;
}

const METHOD = `The starter bundle, with its reader, through the gateway's own host in Node, warm: each policy's median of many runs, all policies in turn; "all, CPU" is the
process' own time for whole decisions. In the last table each shape is compared with an ordinary mail of the same number of
bytes, by the quarter of the runs that the machine disturbed least; "fuel" is the same ratio of the bundle's fuel, which no
machine disturbs; "most Mfuel" is what the dearest policy used, in millions. "cold": the instance outgrew its memory and
was made anew. An exclamation mark: above the goal of 1.5.`;

const loads = [loadavg()[0] ?? 0];
const measured = await tables();
loads.push(loadavg()[0] ?? 0);
console.log(measured.map(toText).join("\n\n"));
if (values.write) {
  const machine = describeMachine(loads)
    .map((line) => `- ${line}`)
    .join("\n");
  const parts = ["# Speed of the scanners", machine, METHOD, ...measured.map(toMarkdown)];
  writeFileSync(join(import.meta.dirname, "speed.md"), `${parts.join("\n\n")}\n`);
}
