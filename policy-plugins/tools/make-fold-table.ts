// Writes sdk/fold-table.ts: simple case folding (Unicode's CaseFolding.txt, statuses C and S) of the blocks that
// hold Latin, Greek and Cyrillic. Run by hand, never in the build: the table is pinned, so that a new Node or
// workerd cannot change a verdict.
//
//     node policy-plugins/tools/make-fold-table.ts

import { writeFileSync } from "node:fs";
import { join } from "node:path";

const blocks = [
  { name: "LATIN_GREEK_CYRILLIC", from: 0x0080, to: 0x0530 },
  { name: "CYRILLIC_EXTENDED_C", from: 0x1c80, to: 0x1c90 },
  { name: "LATIN_GREEK_EXTENDED", from: 0x1e00, to: 0x2000 },
  { name: "LATIN_EXTENDED_C", from: 0x2c60, to: 0x2c80 },
  { name: "CYRILLIC_LATIN_EXTENDED_D", from: 0xa640, to: 0xa800 },
];

/** Lower case of the upper case, where both are one unit; that is simple folding but for the dotless i. */
function fold(code: number): number {
  if (code === 0x131) return code;
  const text = String.fromCharCode(code);
  const upper = text.toUpperCase();
  const folded = (upper.length === 1 ? upper : text).toLowerCase();
  return folded.length === 1 ? folded.charCodeAt(0) : code;
}

const lines = [
  `// Written by tools/make-fold-table.ts with Unicode ${process.versions.unicode}. Do not edit.`,
];
for (const { name, from, to } of blocks) {
  const codes = Array.from({ length: to - from }, (_, index) => fold(from + index));
  lines.push("", `export const ${name}: usize = memory.data<u16>([`);
  for (let at = 0; at < codes.length; at += 16) {
    lines.push(
      `  ${codes
        .slice(at, at + 16)
        .map((code) => `0x${code.toString(16)}`)
        .join(", ")},`,
    );
  }
  lines.push("]);");
}
writeFileSync(join(import.meta.dirname, "../sdk/fold-table.ts"), `${lines.join("\n")}\n`);
