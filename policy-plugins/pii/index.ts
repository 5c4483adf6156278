import { Input, Settings } from "../sdk/index";
import { fillWords } from "./context-words";
import { E } from "./entities";
import { makeFamilies } from "./families";
import { fillForeign } from "./foreign";
import { setHealth } from "./health";
import { makeLengths } from "./iban";
import { scan } from "./scan";
import { isOn, readSettings } from "./settings";
import { makeClasses, open } from "./text";
import { makeTable } from "./word-table";

export function configure(settings: Settings): void {
  readSettings(settings);
  setHealth(isOn(E.MEDICAL_CONDITION));
  makeClasses();
  makeLengths();
  makeFamilies();
  makeTable();
  fillWords();
  fillForeign();
}

export function evaluate(_input: Input): void {
  open();
  scan();
}
