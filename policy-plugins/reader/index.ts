import { finding, Input, Settings } from "../sdk/index";
import { Reading, setMade } from "../sdk/reading";
import { assemble } from "./assemble";
import { makeClasses } from "./classes";
import { deriveAll } from "./derive";
import { readNodes } from "./document";
import { makeNames } from "./names";
import { cutAt, NOWHERE, reserve } from "./output";
import { hiddenEnd, hiddenStart, mixedEnd, mixedStart } from "./suspicion";
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
  if (hiddenEnd != 0) finding("HIDDEN_TEXT").raw(<i32>hiddenStart, <i32>hiddenEnd);
  if (mixedEnd != 0) finding("MIXED_SCRIPT_LIMIT").raw(<i32>mixedStart, <i32>mixedEnd);
}
