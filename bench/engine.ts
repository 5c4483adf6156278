/** `npm run bench -- engine [--quick] [--only=decision,small,metering,gate,publish,cold] [--json=<file>]` */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { measureGate } from "./engine-gate.ts";
import { type Group, groupsOf } from "./engine-plan.ts";
import {
  conclude,
  type GroupResult,
  METHOD,
  type RatioRow,
  ratioTable,
  type TimeRow,
  timeTable,
} from "./engine-report.ts";
import { measureSteps, namesOf, type StepPlan } from "./engine-steps.ts";
import { describeMachine, toMarkdown, toText } from "./report.ts";
import { buildModules } from "./wasm/build.ts";
import { startBenchWorker } from "./workerd.ts";

export interface EngineOptions {
  readonly quick: boolean;
  /** Null: all. */
  readonly only: readonly string[] | null;
  readonly json: string | null;
}

/** A compiled Rego policy: the compiler is a program of its own, which npm does not have. */
const OPA_POLICY_VARIABLE = "OPA_POLICY_WASM";

const BUSY =
  "The machine was busy with other work meanwhile: times and their ratios are of that, too. CPU ratios hold.";

const planOf = (quick: boolean): StepPlan =>
  quick ? { rounds: 9, sliceMs: 20, warmUpMs: 200 } : { rounds: 41, sliceMs: 40, warmUpMs: 1000 };

export async function measureEngine({ quick, only, json }: EngineOptions): Promise<void> {
  const loads = [loadavg()[0] ?? 0];
  const opaPolicy = process.env[OPA_POLICY_VARIABLE];
  const groups = groupsOf(opaPolicy !== undefined);
  const known = [...Object.keys(groups), "gate"];
  const wanted = only ?? known;
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(`There is no ${unknown.join(", ")}; there are ${known.join(", ")}.`);
  const parts: string[] = [];
  const all = { ratios: [] as RatioRow[], times: [] as TimeRow[] };
  const add = (title: string, { ratios, times }: GroupResult, note = "") => {
    const tables = [
      ratios.length > 0 ? ratioTable(ratios) : null,
      times.length > 0 ? timeTable(times) : null,
    ];
    const shown = tables.filter((table) => table !== null);
    console.log(`\n${title}\n${shown.map(toText).join("\n\n")}${note === "" ? "" : `\n${note}`}`);
    parts.push(`## ${title}`, ...shown.map(toMarkdown), ...(note === "" ? [] : [note]));
    all.ratios.push(...ratios);
    all.times.push(...times);
  };
  await measureGroups(
    Object.entries(groups).flatMap(([name, list]) => (wanted.includes(name) ? list : [])),
    opaPolicy,
    planOf(quick),
    (group, result) => add(group.title, result, opaNote(group, opaPolicy)),
  );
  if (wanted.includes("gate")) {
    const { title, result, note } = await measureGate(quick);
    add(title, result, note);
  }
  loads.push(loadavg()[0] ?? 0);
  const machine = describeMachine(loads);
  if (json !== null) writeFileSync(json, `${JSON.stringify({ machine, ...all }, null, 2)}\n`);
  // A part of the figures would look like all of them.
  if (only === null) {
    const command = `Written by \`npm run bench -- engine${quick ? " --quick" : ""}\`.`;
    const head = ["# The engine's figures", command, machine.map((line) => `- ${line}`).join("\n")];
    const busy = loads.some((load) => load > cpus().length) ? [BUSY] : [];
    const text = [...head, ...busy, ...parts, "## Method", METHOD].join("\n\n");
    writeFileSync(join(import.meta.dirname, "engine.md"), `${text}\n`);
    console.log("\nWritten to bench/engine.md, with the method.");
  }
}

const opaNote = ({ title }: Group, opaPolicy: string | undefined): string =>
  title.startsWith("One small decision") && opaPolicy === undefined
    ? `OPA: not available here. It needs bench/small-decision.rego compiled by \`opa build\`; ${OPA_POLICY_VARIABLE} names the result.`
    : "";

async function measureGroups(
  groups: readonly Group[],
  opaPolicy: string | undefined,
  plan: StepPlan,
  done: (group: Group, result: GroupResult) => void,
): Promise<void> {
  if (groups.length === 0) return;
  const stateDir = mkdtempSync(join(tmpdir(), "countersign-bench-"));
  try {
    const aliases = { "#bench-modules": buildModules(opaPolicy) };
    const worker = await startBenchWorker("engine", stateDir, aliases);
    try {
      await namesOf(worker);
      for (const group of groups) done(group, conclude(group, await measureSteps(worker, group.steps, plan)));
    } finally {
      await worker.stop();
    }
  } finally {
    rmSync(stateDir, { recursive: true, force: true });
  }
}
