/**
 * Recall and precision of every scanner on the corpus: `npm run scanners [-- --policy=pii] [--entity=US_SSN]
 * [--show-misses[=20]] [--json] [--seed=…] [--misses=<folder>] [--quick] [--record]`.
 * Without a choice it writes docs/scanners.md.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { KINDS, positives, type Sizes } from "./corpus/index.ts";
import { recordFloors, runGate } from "./gate.ts";
import { type BenignMeasured, hasRule, type Measured, measure, measureBenign } from "./measure.ts";
import { missPages } from "./misses.ts";
import { page } from "./page.ts";
import { benignTable, evasionTable, recallTable, showFalseAlarm, showMiss, toText } from "./show.ts";

const { values } = parseArgs({
  options: {
    policy: { type: "string" },
    entity: { type: "string" },
    "show-misses": { type: "boolean" },
    /** At most so many of an entity and level. */
    limit: { type: "string", default: "5" },
    json: { type: "boolean" },
    seed: { type: "string", default: "countersign" },
    /** Writes a list of misses for each policy there. */
    misses: { type: "string" },
    quick: { type: "boolean" },
    "no-benign": { type: "boolean" },
    /** Writes bench/scanners/floors.json, and nothing else. */
    record: { type: "boolean" },
  },
});

const SIZES: Sizes = values.quick ? { perLevel: 15, negatives: 10 } : { perLevel: 40, negatives: 30 };
const BENIGN_COUNT = values.quick ? 1500 : 10_000;

const { policy, entity, seed } = values;
const isAll = policy === undefined && entity === undefined;

function evasionCounts(): Map<string, number> {
  const kinds = KINDS.filter(
    (kind) =>
      hasRule(kind) &&
      (policy === undefined || kind.policy === policy) &&
      (entity === undefined || kind.entity === entity),
  );
  const counts = new Map<string, number>();
  for (const { level, evasions } of positives(seed, SIZES, kinds)) {
    for (const name of new Set(evasions))
      counts.set(`${level} ${name}`, (counts.get(`${level} ${name}`) ?? 0) + 1);
  }
  return counts;
}

/** The first few of each entity and level. */
function some<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const seen = new Map<string, number>();
  return items.filter((item) => {
    const key = keyOf(item);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return count <= Number(values.limit);
  });
}

function show(measured: Measured, benign: BenignMeasured | null): void {
  console.log(toText(recallTable(measured)));
  console.log(`\n${toText(evasionTable(measured, evasionCounts()))}`);
  if (measured.without.length > 0) console.log(`\nno policy has a rule for: ${measured.without.join(", ")}`);
  if (benign !== null) console.log(`\n${toText(benignTable(benign))}`);
  if (!values["show-misses"]) return;
  const missed = some(measured.misses, ({ case: { entity: name, level } }) => `${name} ${level}`);
  console.log(`\nmissed (${measured.misses.length})\n${missed.map(showMiss).join("\n")}`);
  const wrong = some(measured.falseAlarms, ({ message }) => ("entity" in message ? message.entity : ""));
  console.log(
    `\nfound where nothing is (${measured.falseAlarms.length})\n${wrong.map(showFalseAlarm).join("\n")}`,
  );
  if (benign === null) return;
  const stopped = some(benign.falseAlarms, ({ findings }) => findings[0]?.rule ?? "");
  console.log(
    `\nbenign and stopped (${benign.falseAlarms.length})\n${stopped.map(showFalseAlarm).join("\n")}`,
  );
}

if (values.record) {
  recordFloors(await runGate());
  process.exit();
}

const startedAt = performance.now();
const measured = await measure(seed, SIZES, { policy, entity });
const benign =
  values["no-benign"] || entity !== undefined ? null : await measureBenign(seed, BENIGN_COUNT, policy);
const seconds = (performance.now() - startedAt) / 1000;

if (values.json) {
  const { rows, without } = measured;
  console.log(JSON.stringify({ seed, rows, without, benign: benign && toJson(benign) }, null, 2));
} else {
  show(measured, benign);
  console.log(`\nseed ${seed}, ${seconds.toFixed(0)} s`);
}
if (values.misses !== undefined) {
  mkdirSync(values.misses, { recursive: true });
  for (const [name, text] of missPages(measured, benign, evasionTable(measured, evasionCounts())))
    writeFileSync(join(values.misses, `${name}.md`), text);
}
if (isAll && !values.quick && benign !== null) {
  const path = join(import.meta.dirname, "../../docs/scanners.md");
  writeFileSync(path, page({ measured, benign, seed, evasions: evasionTable(measured, evasionCounts()) }));
}

function toJson({ all, blocked, held, byRule }: BenignMeasured): object {
  return { all, blocked, held, by_rule: Object.fromEntries(byRule) };
}
