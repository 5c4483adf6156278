/** The witness' one page, for people: who it is, and what it watches. */
import { formatKey } from "../../core/ledger/tree/note.ts";
import type { WitnessSettings } from "./settings.ts";

export function describeWitness({ key, logs }: WitnessSettings): string {
  const watched = logs.map(({ origin, keys }) => [origin, ...keys.map((each) => `  ${formatKey(each)}`)]);
  return [
    "A witness: it cosigns checkpoints of the logs below (https://c2sp.org/tlog-witness).",
    "",
    `name  ${key.name}`,
    `vkey  ${formatKey(key)}`,
    "",
    "Logs",
    ...(watched.length === 0 ? ["  none"] : watched.flat()),
  ].join("\n");
}
