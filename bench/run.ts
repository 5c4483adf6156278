/**
 * Measures Countersign beside a bare route: `npm run bench [-- --quick] [-- --against=<another checkout>]`;
 * the ledger by itself: `npm run bench -- evidence [--quick]`;
 * the policy engine by itself: `npm run bench -- engine [--quick] [--only=<parts>] [--json=<file>]`.
 * Decides nothing: what it prints is for people, and the exit code is 0 whatever the figures are.
 */
import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startArms } from "./arms.ts";
import { type Comparison, compare, type Plan, warmUp } from "./compare.ts";
import { measureEngine } from "./engine.ts";
import { reportEvidence } from "./evidence-report.ts";
import { measurePieces } from "./pieces.ts";
import { comparisonTable, describeMachine, METHOD, piecesTable, toMarkdown, toText } from "./report.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean" },
    against: { type: "string" },
    only: { type: "string" },
    json: { type: "string" },
  },
});

const PLANS: readonly Plan[] = values.quick
  ? [
      { clients: 1, rounds: 6, sliceMs: 300 },
      { clients: 64, rounds: 6, sliceMs: 300 },
    ]
  : [
      { clients: 1, rounds: 50, sliceMs: 500 },
      { clients: 64, rounds: 40, sliceMs: 400 },
    ];
const WARM_UP_MS = values.quick ? 3000 : 12_000;
const PIECE_ROUNDS = values.quick ? 3 : 15;

const titleOf = ({ plan }: Comparison) => (plan.clients === 1 ? "1 client" : `${plan.clients} clients`);

async function measure(): Promise<void> {
  const loads = [loadavg()[0] ?? 0];
  const arms = await startArms(values.against);
  const comparisons: Comparison[] = [];
  try {
    await warmUp(arms, WARM_UP_MS);
    for (const plan of PLANS) {
      const comparison = await compare(arms, plan);
      comparisons.push(comparison);
      console.log(`\n${titleOf(comparison)}\n${toText(comparisonTable(comparison))}`);
    }
  } finally {
    await arms.stop();
  }
  const pieces = piecesTable(await measurePieces(PIECE_ROUNDS));
  console.log(`\nCountersign's own steps, one request\n${toText(pieces)}`);
  loads.push(loadavg()[0] ?? 0);
  const parts = [
    "# Benchmark",
    `Written by \`npm run bench${values.quick ? " -- --quick" : ""}\`.`,
    describeMachine(loads)
      .map((line) => `- ${line}`)
      .join("\n"),
    ...comparisons.flatMap((comparison) => [
      `## ${titleOf(comparison)}`,
      toMarkdown(comparisonTable(comparison)),
    ]),
    "## Countersign's own steps, one request",
    toMarkdown(pieces),
    "## Method",
    METHOD,
  ];
  writeFileSync(join(import.meta.dirname, "results.md"), `${parts.join("\n\n")}\n`);
  console.log("\nWritten to bench/results.md, with the method.");
}

try {
  const [subject = "gate", ...more] = positionals;
  if (!["gate", "engine", "evidence"].includes(subject) || more.length > 0)
    throw new Error("npm run bench [-- engine|evidence]");
  if (subject === "gate") await measure();
  else if (subject === "evidence") await reportEvidence(values.quick === true);
  else
    await measureEngine({
      quick: values.quick === true,
      only: values.only?.split(",") ?? null,
      json: values.json ?? null,
    });
} catch (error) {
  console.error(error);
}
process.exit(0);
