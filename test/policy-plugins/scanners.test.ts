// What the scanners find of a sample of the corpus: never less than was recorded (bench/scanners/floors.json), and no
// more of what nobody should stop. `npm run scanners -- --record` records anew.

import { beforeAll, describe, expect, it } from "vitest";
import { LEVELS } from "../../bench/scanners/corpus/model.ts";
import { floorOf, type Gate, nameOf, readFloors, runGate } from "../../bench/scanners/gate.ts";
import { showFalseAlarm, showMiss } from "../../bench/scanners/show.ts";

const floors = readFloors();
const TIMEOUT_MS = 60_000;

describe("the corpus' sample", () => {
  let gate: Gate;

  beforeAll(async () => {
    gate = await runGate();
  }, TIMEOUT_MS);

  const rowOf = (name: string) => {
    const row = gate.measured.rows.find((candidate) => nameOf(candidate) === name);
    if (row === undefined) throw new Error(`${name} is in no policy any more`);
    return row;
  };

  it.each(Object.entries(floors.entities))("finds %s as often as before", (name, floor) => {
    const row = rowOf(name);
    const found = floorOf(row);
    const missed = gate.measured.misses.filter(
      ({ case: { policy, entity } }) => `${policy}/${entity}` === name,
    );
    for (const level of LEVELS) {
      const shown = missed.filter((miss) => miss.case.level === level).map(showMiss);
      expect(found[level], `${level}, missed:\n${shown.join("\n")}`).toBeGreaterThanOrEqual(floor[level]);
    }
    const wrong = gate.measured.falseAlarms.filter(
      ({ message }) => "entity" in message && `${message.policy}/${message.entity}` === name,
    );
    expect(found.wrong, `found wrongly:\n${wrong.map(showFalseAlarm).join("\n")}`).toBeLessThanOrEqual(
      floor.wrong,
    );
  });

  it("has a floor for every kind that a policy has a rule for", () => {
    expect(gate.measured.rows.map(nameOf).sort()).toEqual(Object.keys(floors.entities).sort());
  });

  /** The goal; where a shape was recorded above it, it must not cost more than that. */
  const HOSTILE_RATIO_MAX = 1.5;

  it("costs little more on hostile texts than on ordinary ones", () => {
    const dear = Object.entries(gate.hostile).filter(
      ([shape, ratio]) => ratio > Math.max(HOSTILE_RATIO_MAX, floors.hostile[shape] ?? 0),
    );
    expect(dear).toEqual([]);
  });

  it("lets benign messages pass as before", () => {
    const { all, blocked, held, falseAlarms } = gate.benign;
    const shown = falseAlarms.map(showFalseAlarm).join("\n");
    expect(all).toBe(floors.benign.all);
    expect(blocked, shown).toBeLessThanOrEqual(floors.benign.blocked);
    expect(held, shown).toBeLessThanOrEqual(floors.benign.held);
  });
});
