// Writes confusables.txt: the prototypes of Unicode Technical Standard 39 (https://www.unicode.org/reports/tr39/), whose file of
// that name ICU compiles to `confusables.cfu` (ICU's `uspoof_impl.h`), which Node carries in itself. Run by hand, never in the
// build: the table is pinned, so that a new Node cannot change a verdict.
//
//     node policy-plugins/tools/make-confusables.ts

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** "Cfu ", as the header of ICU's data says what they are. */
const DATA_FORMAT = "Cfu ";
/** From the header's beginning. */
const FORMAT_AT = 12;
const MAGIC = 0x3845fdef;
const HEADER_MAGIC = 0x27da;

/** Words of the header behind ICU's own: byte offsets from its beginning, and counts. */
const KEYS = 3;
const KEY_COUNT = 4;
const VALUES = 5;
const STRINGS = 7;

/** Where the header behind ICU's own begins. */
function findData(bytes: Buffer): number {
  for (let at = bytes.indexOf(DATA_FORMAT); at >= 0; at = bytes.indexOf(DATA_FORMAT, at + 1)) {
    const start = at - FORMAT_AT;
    if (bytes.readUInt16LE(start + 2) !== HEADER_MAGIC) continue;
    const data = start + bytes.readUInt16LE(start);
    if (bytes.readUInt32LE(data) === MAGIC) return data;
  }
  throw new Error("this Node carries no confusables: take one with full ICU");
}

/** Each line of Unicode's file: a character, and its prototype. */
function read(bytes: Buffer): [character: number, prototype: string][] {
  const data = findData(bytes);
  const word = (index: number): number => bytes.readInt32LE(data + 4 * index);
  return Array.from({ length: word(KEY_COUNT) }, (_, i) => {
    const key = bytes.readUInt32LE(data + word(KEYS) + 4 * i);
    const value = bytes.readUInt16LE(data + word(VALUES) + 2 * i);
    const units = (key >>> 24) + 1;
    const at = data + word(STRINGS) + 2 * value;
    const prototype =
      units === 1 ? String.fromCharCode(value) : bytes.toString("utf16le", at, at + 2 * units);
    return [key & 0xffffff, prototype];
  });
}

const hex = (point: number): string => point.toString(16).toUpperCase().padStart(4, "0");
const rows = read(readFileSync(process.execPath)).sort(([a], [b]) => a - b);
const { icu, unicode } = process.versions;
writeFileSync(
  join(import.meta.dirname, "confusables.txt"),
  `# Written by make-confusables.ts. Do not edit.
#
# Confusables of Unicode Technical Standard 39, version ${unicode}, as ICU ${icu} has them: each character, and its prototype.
# https://www.unicode.org/Public/security/${unicode}.0/confusables.txt without its comments.
#
# Copyright (c) 1991-2025 Unicode, Inc. Unicode-3.0 licence: see NOTICE at the repository's root.
# ${rows.length} characters.

${rows.map(([from, to]) => `${hex(from)} ; ${[...to].map((part) => hex(part.codePointAt(0) ?? 0)).join(" ")}`).join("\n")}
`,
);
console.log(`${rows.length} confusables of Unicode ${unicode}`);
