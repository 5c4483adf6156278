// Writes sdk/word-bytes.ts. Run by hand, as make-fold-table.ts.
//
//     node policy-plugins/tools/make-word-bytes.ts

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { dataSource } from "./data-source.ts";
import { beginsOf, classOf, flagsOf, SUBSTITUTES, slotOf } from "./word-bytes.ts";

const substitute = (which: number) => (byte: number) =>
  SUBSTITUTES[String.fromCharCode(byte)]?.charCodeAt(which) || 0;
const parts = [classOf, flagsOf, substitute(0), substitute(1), slotOf];
const all = Array.from({ length: 256 }, (_, byte) => byte);
const bytes = Uint8Array.from(parts.flatMap((of) => all.map(of)));
const begins = new Uint8Array(BigUint64Array.from(all.map(beginsOf)).buffer);

const wordBytes = dataSource(
  "WORD_BYTES",
  `// Written by tools/make-word-bytes.ts from word-bytes.ts. Do not edit.

/** Of every byte, 256 each: its class, its flags, the two letters that it may stand for, and its slot. */`,
  bytes,
);
const beginnings = dataSource(
  "BEGINNINGS",
  "/** Of every byte, the slots of all that a text with it may go on with. */",
  begins,
);
writeFileSync(join(import.meta.dirname, "../sdk/word-bytes.ts"), `${wordBytes}\n${beginnings}`);
