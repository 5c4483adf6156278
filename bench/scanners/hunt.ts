/**
 * Looks for texts that are dear to scan: of one short unit, time after time. A seeded sample first, then the neighbours of
 * whatever is dearest for each policy. `node bench/scanners/hunt.ts [--seed=x] [--samples=3000] [--climbs=20] [--most=8]
 * [--policy=pii]`. Decides nothing: what it prints is for people, who put what they mend into
 * test/policy-plugins/short-units.test.ts.
 */
import { parseArgs } from "node:util";
import { FUEL_FAST } from "../../core/limits.ts";
import { toText } from "../report.ts";
import { Random } from "./corpus/random.ts";
import { BundleRun, mail } from "./work.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "hunt" },
    samples: { type: "string", default: "3000" },
    climbs: { type: "string", default: "20" },
    /** Characters of a unit. */
    most: { type: "string", default: "4" },
    policy: { type: "string" },
  },
});

const BYTES = 64 * 1024;
/** Of the dearest so many are climbed from, and printed. */
const KEPT = 12;

/** A few of each class: what a letter is to one policy, a digit is to the next. */
const ALPHABET = [..."05479aebxiAKZ  \n\n.,-@%$():/<&=+'_!?#;|*\"\\~", "\u200b", "あ", "é", "\u0301", "й", "５"];

const bundle = await BundleRun.create(values.policy);
const random = new Random(values.seed);
const MOST = Number(values.most);

const unitOf = (): string =>
  Array.from({ length: random.int(1, MOST) }, () => random.pick(ALPHABET)).join("");

/** One character more, less, or another. */
function neighbour(unit: string): string {
  const characters = [...unit];
  const at = random.int(0, characters.length - 1);
  const how = random.int(0, 3);
  if (how === 0 && characters.length > 1) characters.splice(at, 1);
  else if (how === 1 && characters.length < MOST + 2) characters.splice(at, 0, random.pick(ALPHABET));
  else characters[at] = random.pick(ALPHABET);
  return characters.join("");
}

/** Fuel of each policy on a unit. */
const known = new Map<string, ReadonlyMap<string, number>>();

async function run(unit: string): Promise<void> {
  if (known.has(unit)) return;
  const text = unit.repeat(Math.floor(BYTES / Buffer.byteLength(unit)));
  const runs = await bundle.run(await bundle.workOf(mail(text)));
  known.set(
    unit,
    new Map([...runs].map(([name, { outcome }]) => [name, outcome.error === null ? outcome.fuel : Infinity])),
  );
}

const dearest = (name: string): string[] =>
  [...known]
    .sort(([, one], [, other]) => (other.get(name) ?? 0) - (one.get(name) ?? 0))
    .slice(0, KEPT)
    .map(([unit]) => unit);

for (let sample = 0; sample < Number(values.samples); sample++) await run(unitOf());
for (let climb = 0; climb < Number(values.climbs); climb++) {
  for (const name of bundle.names) for (const unit of dearest(name)) await run(neighbour(unit));
}

const rows: string[][] = [["policy", "unit", "Mfuel, 64 KB", ""]];
for (const name of bundle.names) {
  for (const unit of dearest(name)) {
    const fuel = known.get(unit)?.get(name) ?? 0;
    rows.push([name, JSON.stringify(unit), (fuel / 1e6).toFixed(1), fuel >= FUEL_FAST ? "!" : ""]);
  }
}
console.log(`${known.size} units\n${toText(rows)}`);
