/** The engine's figures as rows, for the terminal, engine.md and a JSON file. */
import type { Group } from "./engine-plan.ts";
import type { StepSamples } from "./engine-steps.ts";
import { median, quartiles } from "./stats.ts";

export interface RatioRow {
  readonly group: string;
  readonly what: string;
  readonly us: number;
  readonly againstUs: number;
  /** Over the rounds, each round's own: lower quartile, median, upper quartile. */
  readonly ratio: readonly [number, number, number];
  /** The same of workerd's own time on the CPU; median. */
  readonly cpuRatio: number;
  readonly goal: number | null;
}

export interface TimeRow {
  readonly group: string;
  readonly what: string;
  readonly wallUs: readonly [number, number, number];
  readonly cpuUs: number;
}

export interface GroupResult {
  readonly ratios: readonly RatioRow[];
  readonly times: readonly TimeRow[];
}

export function conclude(group: Group, samples: StepSamples): GroupResult {
  const of = (name: string) => {
    const found = samples.get(name);
    if (!found) throw new Error(`${name} was not measured.`);
    return found;
  };
  const perRound = (left: readonly number[], right: readonly number[]): number[] =>
    left.map((value, round) => value / (right[round] ?? Number.NaN));
  return {
    ratios: group.ratios.map(({ what, of: name, against, goal }) => {
      const [left, right] = [of(name), of(against)];
      return {
        ...{ group: group.title, what, goal, us: median(left.wallUs), againstUs: median(right.wallUs) },
        ratio: quartiles(perRound(left.wallUs, right.wallUs)),
        cpuRatio: median(perRound(left.cpuUs, right.cpuUs)),
      };
    }),
    times: group.absolute
      ? group.steps.map(({ name }) => ({
          ...{ group: group.title, what: name },
          wallUs: quartiles(of(name).wallUs),
          cpuUs: median(of(name).cpuUs),
        }))
      : [],
  };
}

type Table = readonly (readonly string[])[];

const us = (value: number): string => (value < 100 ? value.toFixed(2) : value.toFixed(0));
const range = ([low, middle, high]: readonly [number, number, number], show: (value: number) => string) =>
  `${show(middle)} (${show(low)} to ${show(high)})`;
const two = (value: number): string => (value < 0.1 ? value.toFixed(3) : value.toFixed(2));

/** Where the goal lies between the quartiles, another run could say otherwise. */
function judged([low, , high]: RatioRow["ratio"], goal: number): string {
  if (high <= goal) return "met";
  return low > goal ? "missed" : "unclear";
}

export function ratioTable(rows: readonly RatioRow[]): Table {
  return [
    ["", "us", "against us", "ratio", "CPU ratio", "goal", ""],
    ...rows.map(({ what, us: of, againstUs, ratio, cpuRatio, goal }) => [
      ...[what, us(of), us(againstUs), range(ratio, two), two(cpuRatio)],
      goal === null ? "" : `<= ${goal}`,
      goal === null ? "" : judged(ratio, goal),
    ]),
  ];
}

export const timeTable = (rows: readonly TimeRow[]): Table => [
  ["", "us", "CPU us"],
  ...rows.map(({ what, wallUs, cpuUs }) => [what, range(wallUs, us), us(cpuUs)]),
];

export const METHOD = `\`npm run bench -- engine\` runs everything inside one bare \`workerd serve\`, as the product's own code: each step many times in
one request, timed from outside with a clock of nanoseconds, less a request with no run. The steps of a table take turns in slices
over many rounds whose order changes, after a warm-up; a ratio is the median over rounds of one round's own ratio, with quartiles;
a goal that lies between those is unclear. CPU is that of workerd's threads alone, from /proc, which other work on the machine moves less.

- *host*: \`PolicyHost.run\`, with an instance at hand. *guest*: the same without finding it. *restore*: what of it puts memory back.
- *by hand*: the same metered module in one instance for ever, input copied in, output read; of its state only the globals are put
  back, and the bytes of what \`configure\` left that calls on these inputs were seen to change. *metered* and *unmetered*: the module with metering and as compiled, by the same hand,
  which puts their globals back one by one.
- *plugin*: a new Extism plugin for each call, configured, through the same host. *instance*: a new instance by hand, configured.
- The shipped policies have the demo's settings and read a mail that none of them finds anything in; 2.7 KB is its payload.
- The small decision is \`access\` with three tools, beside Cedar and OPA in the same workerd; nothing is measured before all give the
  right answer on twelve cases (bench/small-decision.ts). *ours* starts from values and ends in values, over JSON, as the other
  engines' own bindings do; *from bytes* has the input's bytes at hand, as the second policy of a bundle has. Cedar's policies are parsed
  before (\`statefulIsAuthorized\`), roles being the principal's parents, or a set in the context; *parsing* is \`isAuthorized\`.
  *OPA's stand-in* is not OPA, but a module written by hand that makes the same decision behind OPA's interface, in the plainest
  way that a compiled policy could, driven by OPA's own SDK (bench/wasm/opa-stand-in.ts): a guess at the least that OPA takes, and no
  measurement of it. Its input is what the decision needs, a fifth of the document that *ours* reads.
- Modules of 100 KB and more are the functions of \`pii\` over and over; the smallest is a test policy without its data.
- *isolate*: a call of published policies through \`IsolateLoader\`; *made*: the first one, which also makes the isolate.
- The gate: as \`npm run bench\` has it (bench/results.md), with one client; *loaded* has the same policies published by the
  tenant under another version, so that they run in an isolate of the Worker Loader. \`POST /v1/policies\` sends JSON; what it
  takes has the making of an isolate in it.`;
