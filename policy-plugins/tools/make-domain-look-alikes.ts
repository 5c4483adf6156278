// Writes access/look-alikes.ts: the letters of other scripts, and with accents, that a domain's ASCII letters can be taken
// for, of UTS 39's confusables and of look-alikes.ts. Run by hand, never in the build: the table is pinned with the policy.
//
//     node policy-plugins/tools/make-domain-look-alikes.ts

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { asciiOf, CONFUSABLES_VERSION } from "./confusables.ts";
import { drawnOtherwise, lookAlikes } from "./look-alikes.ts";

const table = new Map<number, string>();
/** The first that says so counts. Signs are no part of a name. */
const add = (character: string, ascii: string) => {
  const code = character.codePointAt(0) ?? 0;
  // Domains beyond the first plane are taken as they are.
  if (code >= 0x80 && code < 0x10000 && !table.has(code) && /^[a-z0-9]$/i.test(ascii)) {
    table.set(code, sameAs(ascii.toLowerCase()));
  }
};

/** As domains.ts takes ASCII's own. */
const sameAs = (letter: string): string =>
  letter === "0" ? "o" : letter === "1" || letter === "i" || letter === "|" ? "l" : letter;

const isPartOfNames = (character: string): boolean => /^[\p{L}\p{Mc}\p{N}\p{S}]$/u.test(character);
const all = Array.from({ length: 0x10000 - 0x80 }, (_, i) => String.fromCharCode(0x80 + i)).filter(
  isPartOfNames,
);

// Names are folded before they are looked up: what a capital looks like, its small letter is taken for as well, if it has nothing
// of its own.
const addList = (list: Readonly<Record<string, string>>) => {
  for (const [letter, alikes] of Object.entries(list)) {
    for (const alike of alikes) add(alike, letter);
  }
};
addList(drawnOtherwise);
for (const character of all) add(character, asciiOf(character) ?? "");
lookAlikes.forEach(addList);
for (const character of all) add(character, character.normalize("NFKD").replace(/\p{M}/gu, ""));
for (const [code, letter] of [...table]) add(String.fromCharCode(code).toLowerCase(), letter);

const entries = [...table].sort(([a], [b]) => a - b);
const rows = (values: (number | string)[]) =>
  Array.from(
    { length: Math.ceil(values.length / 16) },
    (_, row) => `  ${values.slice(row * 16, row * 16 + 16).join(", ")},`,
  );
const lines = [
  `// Written by tools/make-domain-look-alikes.ts with Unicode ${process.versions.unicode} and the confusables of UTS 39 ${CONFUSABLES_VERSION}. Do not edit.`,
  "// (c) Unicode, Inc., Unicode-3.0 licence: see NOTICE.",
  "",
  "/** In order. */",
  "export const ALIKE: usize = memory.data<u16>([",
  ...rows(entries.map(([code]) => `0x${code.toString(16)}`)),
  "]);",
  "",
  "/** The ASCII letter or digit that each can be taken for, o for 0, l for 1 and i. */",
  "export const LETTER: usize = memory.data<u8>([",
  ...rows(entries.map(([, letter]) => `0x${letter.charCodeAt(0).toString(16)}`)),
  "]);",
  "",
  `export const ALIKE_COUNT: i32 = ${entries.length};`,
];
writeFileSync(join(import.meta.dirname, "../access/look-alikes.ts"), `${lines.join("\n")}\n`);
