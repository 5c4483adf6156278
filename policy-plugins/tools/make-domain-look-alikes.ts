// Writes access/look-alikes.ts: the letters of other scripts, and with accents, that a domain's ASCII letters can be taken
// for. Run by hand, never in the build: the table is pinned with the policy.
//
//     node policy-plugins/tools/make-domain-look-alikes.ts

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { lookAlikes } from "./look-alikes.ts";

const table = new Map<number, string>();
const add = (code: number, letter: string) => {
  // Domains beyond the first plane are taken as they are.
  if (code >= 0x80 && code < 0x10000) table.set(code, letter);
};

for (const [letter, alikes] of Object.entries(lookAlikes)) {
  for (const alike of alikes) {
    add(alike.codePointAt(0) ?? 0, letter.toLowerCase());
    // Domains are folded before they are looked up.
    add(alike.toLowerCase().codePointAt(0) ?? 0, letter.toLowerCase());
  }
}
for (let code = 0xc0; code < 0x1f00; code++) {
  const [base = ""] = String.fromCharCode(code).normalize("NFKD");
  if (/[a-z]/i.test(base)) add(code, base.toLowerCase());
}

const entries = [...table].sort(([a], [b]) => a - b);
const rows = (values: (number | string)[]) =>
  Array.from(
    { length: Math.ceil(values.length / 16) },
    (_, row) => `  ${values.slice(row * 16, row * 16 + 16).join(", ")},`,
  );
const lines = [
  `// Written by tools/make-domain-look-alikes.ts with Unicode ${process.versions.unicode}. Do not edit.`,
  "",
  "/** In order. */",
  "export const ALIKE: usize = memory.data<u16>([",
  ...rows(entries.map(([code]) => `0x${code.toString(16)}`)),
  "]);",
  "",
  "/** The ASCII letter that each can be taken for. */",
  "export const LETTER: usize = memory.data<u8>([",
  ...rows(entries.map(([, letter]) => `0x${letter.charCodeAt(0).toString(16)}`)),
  "]);",
  "",
  `export const ALIKE_COUNT: i32 = ${entries.length};`,
];
writeFileSync(join(import.meta.dirname, "../access/look-alikes.ts"), `${lines.join("\n")}\n`);
