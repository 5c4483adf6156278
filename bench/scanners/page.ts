/** docs/scanners.md. */

import { Reader } from "../../core/policy/wasm/reader.ts";
import type { BenignMeasured, Measured } from "./measure.ts";
import { POLICIES } from "./policies.ts";
import { benignTable, recallTable, toMarkdown } from "./show.ts";

/** Why each module has the size that it has. */
const REASONS: Readonly<Record<string, string>> = {
  reader:
    "Tables: compatibility forms, look-alikes, digits and invisible characters of Unicode, pinned. Code: a decoder for each encoding.",
  pii: "Code: a check for each country's number. Tables: their forms, IBAN structures, context words in several languages.",
  secrets:
    "Tables: one automaton of all providers' forms. Code: what checks each, and the entropy of the rest.",
  tone: "Tables: the lexicon, each word with its weight, and phrases.",
  claims: "Tables: one automaton of all phrases, and words of numbers and currencies.",
  denylist:
    "Tables: case and word characters of Unicode, pinned. The automaton is made from the settings when it is configured.",
  regex: "Code: parser, compiler and machine; the program is made from the settings when it is configured.",
  access: "Code: pointers, patterns and exact decimals. Tables: case folding.",
  risk: "Code: sums, thresholds and exact decimals. Tables: case folding.",
};

const METHOD = `The corpus (\`bench/scanners/corpus/\`) is made by generators with a seed, from the public standards of each number, token
and phrase; it imports nothing of the policies. A case is a value in a sentence, in a mail, chat, list of messages, HTML page, or
a tool call's member. *plain*: as people write it. *one*: hidden by one evasion. *two*: by two, one upon the other. Found means
that the entity's rule fired; *placed*, that of the found ones the span overlaps the value. *precision* is right findings out
of those in the entity's cases and its near misses together (wrong check digits, cut short, out of context); *false/near* counts
the latter. Goals: plain 99 %, one 95 %, two 85 %; benign messages blocked by the starter bundle at most 0.5 %.`;

const kilobytes = (bytes: number): string => (bytes / 1024).toFixed(1);

const PREAMBLE_BYTES = 8;
const SECTION = { code: 10, data: 11 } as const;

/** Bytes of one section of a module. */
function sectionBytes(wasm: Uint8Array, wanted: number): number {
  const reader = new Reader(wasm);
  reader.take(PREAMBLE_BYTES);
  let bytes = 0;
  while (reader.at < wasm.length) {
    const id = reader.byte();
    const { length } = reader.take(reader.u32());
    if (id === wanted) bytes += length;
  }
  return bytes;
}

function sizeTable(): string[][] {
  const rows = POLICIES.map(({ name, wasm, meteredBytes }) => [
    `\`${name}\``,
    kilobytes(wasm.length),
    kilobytes(sectionBytes(wasm, SECTION.code)),
    kilobytes(sectionBytes(wasm, SECTION.data)),
    kilobytes(meteredBytes),
    REASONS[name] ?? "",
  ]);
  return [["policy", "KB", "code", "tables", "metered", "why"], ...rows];
}

export interface Page {
  readonly measured: Measured;
  readonly benign: BenignMeasured;
  readonly seed: string;
  readonly evasions: string[][];
}

export function page({ measured, benign, seed, evasions }: Page): string {
  const parts = [
    "# Scanners: what they find, and what they wrongly find",
    `Written by \`npm run scanners\`, seed \`${seed}\`.`,
    METHOD,
    "## Recall and precision, %",
    toMarkdown(recallTable(measured)),
    measured.without.length === 0 ? "" : `No policy has a rule for: ${measured.without.join(", ")}.`,
    "## By evasion, recall in %",
    toMarkdown(evasions),
    "## Benign messages under the starter bundle",
    toMarkdown(benignTable(benign)),
    "## Size of the modules",
    toMarkdown(sizeTable()),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}
