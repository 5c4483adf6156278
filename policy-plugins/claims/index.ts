import { Input, reading, Settings } from "../sdk/index";
import { readDiscounts } from "./discounts";
import { readOwnPhrases, reportDisclaimers } from "./own-phrases";
import { readPrices } from "./prices";
import { beginReport, readAreas } from "./rules";
import { scan } from "./scan";

export function configure(settings: Settings): void {
  readDiscounts(settings);
  readPrices(settings);
  readAreas(settings);
  readOwnPhrases(settings);
}

export function evaluate(_input: Input): void {
  const all = reading();
  beginReport(all.folded);
  scan(all.folded, all.plain, <usize>all.size);
  reportDisclaimers();
}
