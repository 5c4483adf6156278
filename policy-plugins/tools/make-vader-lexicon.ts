// Writes vader-lexicon.txt: VADER's lexicon, as the npm package `vader-sentiment` has it (`vader_lexicon.txt`, whose further columns
// are how ten people rated each entry). Run by hand, never in the build:
//
//     npm pack vader-sentiment@1.1.3 && tar -xzf vader-sentiment-1.1.3.tgz
//     node policy-plugins/tools/make-vader-lexicon.ts package/vader_lexicon.txt

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [source = ""] = process.argv.slice(2);
const valences = new Map<string, string>();
for (const line of readFileSync(source, "utf8").split("\n")) {
  const [entry = "", valence = ""] = line.split("\t");
  if (entry === "") continue;
  if (!/^-?\d\.\d$/.test(valence)) throw new Error(`not a valence: ${line}`);
  // Of fourteen entries that stand twice the last counts, as in VADER.
  valences.set(entry, valence);
}

writeFileSync(
  join(import.meta.dirname, "vader-lexicon.txt"),
  `# Written by make-vader-lexicon.ts. Do not edit.
#
# The lexicon of VADER (Hutto and Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media Text",
# 2014), Copyright (c) 2016 C.J. Hutto, MIT licence: see NOTICE at the repository's root. From the npm package vader-sentiment
# 1.1.3. Each entry, and its mean valence from -4 to 4. ${valences.size} entries.

${[...valences].map(([entry, valence]) => `${entry}\t${valence}`).join("\n")}
`,
);
console.log(`${valences.size} entries`);
