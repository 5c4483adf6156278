import { finding, Input, Settings } from "../sdk/index";
import { Reading, setMade } from "../sdk/reading";
import { assemble } from "./assemble";
import { makeClasses } from "./classes";
import { deriveAll } from "./derive";
import { readNodes } from "./document";
import { makeNames } from "./names";
import { cutAt, NOWHERE, reserve } from "./output";
import { hidden, mixed, Suspect } from "./suspicion";
import { addValuesAndNames, measure } from "./values";

export function configure(_settings: Settings): void {
  makeClasses();
  makeNames();
}

export function evaluate(_input: Input): void {
  readNodes();
  reserve(measure());
  addValuesAndNames();
  deriveAll();
  const made = new Reading(assemble());
  setMade(made);
  report(made);
}

function report(made: Reading): void {
  if (cutAt != NOWHERE) {
    const segment = made.segment(<i32>cutAt);
    finding("DECODING_LIMIT").within(made, segment, segment.start, segment.end);
  }
  if (hidden.end != 0) reportSuspect("HIDDEN_TEXT", made, hidden);
  if (mixed.end != 0) reportSuspect("MIXED_SCRIPT_LIMIT", made, mixed);
}

function reportSuspect(rule: string, made: Reading, place: Suspect): void {
  finding(rule).inField(made.fieldOf(made.segment(<i32>place.segment)), place.start, place.end);
}
