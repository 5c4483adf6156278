/** What `npm run bench -- evidence` prints, and writes to bench/evidence.md. */
import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import {
  EVIDENCE_ARMS,
  type EvidenceArm,
  type EvidenceFigures,
  measureEvidence,
  type SizeArm,
} from "./evidence.ts";
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
  return [
    "# The ledger by itself",
    `\nWritten by \`npm run bench -- evidence${quick ? " -- --quick" : ""}\`.\n`,
    ...describeMachine(loads).map((line) => `- ${line}`),
    "\n## Decisions a second to one tenant's ledger",
    "\nA Worker calls an object with a commit as the gate makes it, sealed before: what sealing takes stands below. Goals at 64 clients: 2.5 of one transaction a request, 0.7 of the empty call.",
    ...rows,
    "\n## A large action\n",
    "CPU of all of workerd for one request with an action of 0.5 KB and of 64 KB, 8 clients. Goal: 1.2 in the object. The large payload is",
    "stored before its commit, here in another object, since a bare workerd has no R2; the commit holds its place and digest.\n",
    "| | 0.5 KB, us | 64 KB, us | ratio |",
    "|---|---:|---:|---:|",
    ...sizeRows(sizes),
    `\n## Storage\n\n${us(bytesPerEntry)} bytes of the object's database for each submission of 0.5 KB: entry, record, key, indexes, tree. A million take ${(bytesPerEntry / 1000).toFixed(2)} GB; of these the entries, tiles and payloads go to the archive.`,
    "\n## Proofs\n\nThe object's tree, tiles in memory, in Node: what the object computes for one proof.\n",
    "| entries | inclusion, us | consistency, us |",
    "|---:|---:|---:|",
    ...proofs.map(
      ({ size, inclusionUs, consistencyUs }) => `| ${size} | ${us(inclusionUs)} | ${us(consistencyUs)} |`,
    ),
    "",
  ].join("\n");
}

const SIZE_ARMS: Readonly<Record<SizeArm, string>> = {
  noop: "an empty call of an object, with the commit that the gate sends",
  submit: "a submission, as the tenant's object commits it",
  seal: "sealing and storing alone, in the gate",
  whole: "sealed, stored and committed",
};

function sizeRows(sizes: EvidenceFigures["sizes"]): string[] {
  const row = (name: string, small: number, large: number) =>
    `| ${name} | ${us(small)} | ${us(large)} | ${ratio(large / small)} |`;
  const of = (arm: SizeArm) => sizes.find((one) => one.arm === arm) ?? { smallUs: 0, largeUs: 0 };
  const [call, submit] = [of("noop"), of("submit")];
  const alone = [submit.smallUs - call.smallUs, submit.largeUs - call.largeUs] as const;
  return [
    ...sizes.map(({ arm, smallUs, largeUs }) => row(SIZE_ARMS[arm], smallUs, largeUs)),
    row("in the object: the submission less the empty call", ...alone),
  ];
}
