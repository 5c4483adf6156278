/** What `npm run bench -- evidence` prints, and writes to bench/evidence.md. */
import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { EVIDENCE_ARMS, type EvidenceArm, type EvidenceFigures, measureEvidence } from "./evidence.ts";
import { describeMachine } from "./report.ts";

const SIZES = [1_000, 10_000, 100_000, 1_000_000];

export async function reportEvidence(quick: boolean): Promise<void> {
  const loads = [loadavg()[0] ?? 0];
  const figures = await measureEvidence({
    rounds: quick ? 3 : 9,
    sliceMs: quick ? 1_000 : 3_000,
    sizes: SIZES,
  });
  loads.push(loadavg()[0] ?? 0);
  const page = render(figures, loads, quick);
  console.log(page);
  writeFileSync(join(import.meta.dirname, "evidence.md"), page);
}

const ratio = (value: number): string => value.toFixed(2);
const us = (value: number): string => value.toFixed(0);

function render(
  { rates, sizes, bytesPerEntry, proofs }: EvidenceFigures,
  loads: number[],
  quick: boolean,
): string {
  const arms = Object.keys(EVIDENCE_ARMS) as EvidenceArm[];
  const rows = rates.flatMap(({ clients, rate }) => [
    `\n### ${clients} ${clients === 1 ? "client" : "clients"}\n`,
    "| | requests/s | to one transaction a request | to the empty call |",
    "|---|---:|---:|---:|",
    ...arms.map(
      (arm) =>
        `| ${EVIDENCE_ARMS[arm]} | ${us(rate[arm])} | ${ratio(rate[arm] / rate.single)} | ${ratio(rate[arm] / rate.noop)} |`,
    ),
  ]);
  const call = sizes.find(({ arm }) => arm === "noop");
  return [
    "# The ledger by itself",
    `\nWritten by \`npm run bench -- evidence${quick ? " -- --quick" : ""}\`.\n`,
    ...describeMachine(loads).map((line) => `- ${line}`),
    "\n## Decisions a second to one tenant's ledger",
    "\nA Worker calls an object with a commit as the gate makes it. Goals at 64 clients: 2.5 of one transaction a request, 0.7 of the empty call.",
    ...rows,
    "\n## A large action\n",
    "CPU of all of workerd for one request with an action of 0.5 KB and of 64 KB, 8 clients. Goal: 1.2 in the object.\n",
    "| | 0.5 KB, us | 64 KB, us | ratio |",
    "|---|---:|---:|---:|",
    ...sizes.map(
      ({ arm, smallUs, largeUs }) =>
        `| ${EVIDENCE_ARMS[arm]} | ${us(smallUs)} | ${us(largeUs)} | ${ratio(largeUs / smallUs)} |`,
    ),
    ...sizes
      .filter(({ arm }) => arm !== "noop" && call !== undefined)
      .map(
        ({ smallUs, largeUs }) =>
          `| less what the call itself takes | ${us(smallUs - (call?.smallUs ?? 0))} | ${us(largeUs - (call?.largeUs ?? 0))} | ${ratio((largeUs - (call?.largeUs ?? 0)) / (smallUs - (call?.smallUs ?? 0)))} |`,
      ),
    `\n## Storage\n\n${us(bytesPerEntry)} bytes of the object's database for each submission of 0.5 KB: entry, record, key, indexes, tree. A million take ${(bytesPerEntry / 1000).toFixed(2)} GB; of these the entries and tiles go to the archive.`,
    "\n## Proofs\n\nThe object's tree, tiles in memory, in Node: what the object computes for one proof.\n",
    "| entries | inclusion, us | consistency, us |",
    "|---:|---:|---:|",
    ...proofs.map(
      ({ size, inclusionUs, consistencyUs }) => `| ${size} | ${us(inclusionUs)} | ${us(consistencyUs)} |`,
    ),
    "",
  ].join("\n");
}
