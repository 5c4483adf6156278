/** A smaller sample of the corpus, and the figures that it may not fall below: floors.json, written by `--record`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LEVELS, type Level } from "./corpus/model.ts";
import { Random } from "./corpus/random.ts";
import { HOSTILE } from "./hostile.ts";
import { type BenignMeasured, type Measured, measure, measureBenign, type Row } from "./measure.ts";
import { BundleRun, mail, mailText } from "./work.ts";

const SEED = "gate";
const SIZES = { perLevel: 10, negatives: 10 };
const BENIGN_COUNT = 1500;

const path = join(import.meta.dirname, "floors.json");

/** Cases found at each level, and negatives found after all. */
export type Floor = Readonly<Record<Level, number>> & { readonly wrong: number };

export interface Floors {
  readonly cases: number;
  readonly negatives: number;
  readonly entities: Readonly<Record<string, Floor>>;
  readonly benign: { readonly all: number; readonly blocked: number; readonly held: number };
  /** Fuel of the starter bundle on hostile texts, by that on an ordinary mail of as many bytes. */
  readonly hostile: Readonly<Record<string, number>>;
}

export const nameOf = ({ policy, entity }: Row): string => `${policy}/${entity}`;

export function floorOf({ recall, wrong }: Row): Floor {
  const [plain = 0, one = 0, two = 0] = LEVELS.map((level) => recall[level].found);
  return { plain, one, two, wrong: wrong.found };
}

export interface Gate {
  readonly measured: Measured;
  readonly benign: BenignMeasured;
  readonly hostile: Floors["hostile"];
}

export const runGate = async (): Promise<Gate> => ({
  measured: await measure(SEED, SIZES),
  benign: await measureBenign(SEED, BENIGN_COUNT),
  hostile: await hostileFuel(),
});

const HOSTILE_BYTES = 65_536;

/** Fuel is what each machine counts alike: time is measured by speed.ts. Infinite where a policy gave up. */
async function hostileFuel(): Promise<Floors["hostile"]> {
  const bundle = await BundleRun.create();
  const fuelOf = async (input: Uint8Array): Promise<number> => {
    const runs = [...(await bundle.run(await bundle.workOf(input))).values()];
    if (runs.some(({ outcome }) => outcome.error !== null)) return Number.POSITIVE_INFINITY;
    return runs.reduce((sum, { outcome }) => sum + outcome.fuel, 0);
  };
  const benign = mail(mailText(new Random("speed"), HOSTILE_BYTES));
  const benignFuel = await fuelOf(benign);
  const ratios: Record<string, number> = {};
  for (const [name, shape] of Object.entries(HOSTILE)) {
    const input = mail(shape(new Random(name), HOSTILE_BYTES));
    const bytes = Math.max(1, input.length / benign.length);
    ratios[name] = Math.round(((await fuelOf(input)) / benignFuel / bytes) * 100) / 100;
  }
  return ratios;
}

export const readFloors = (): Floors => JSON.parse(readFileSync(path, "utf8"));

export function recordFloors({ measured, benign: { all, blocked, held }, hostile }: Gate): void {
  const floors: Floors = {
    cases: SIZES.perLevel,
    negatives: SIZES.negatives,
    entities: Object.fromEntries(measured.rows.map((row) => [nameOf(row), floorOf(row)])),
    benign: { all, blocked, held },
    hostile,
  };
  const lines = JSON.stringify(floors, null, 2).replace(/\{\n\s+"plain"[^}]+\}/g, (entity) =>
    entity.replace(/\s+/g, " "),
  );
  writeFileSync(path, `${lines}\n`);
}
