/** Every entry of a verified export, and beside a decision what it was made from: for questions about what was recorded. */
import type { JsonObject } from "../json.ts";
import type { DecisionEvidence } from "../policy/replay/replay.ts";
import type { Entry } from "./entry.ts";
import { readEvidence } from "./evidence.ts";

export interface RecordedLog {
  readonly log: string;
  readonly from: number;
  readonly to: number;
  readonly entries: readonly Entry[];
  /** By the decision's index; none where the export is without evidence, or it was erased. */
  readonly evidence: ReadonlyMap<number, DecisionEvidence>;
  readonly erased: ReadonlySet<number>;
  /** The note at the end of the file. */
  readonly checkpoint: string;
}

/** Null where the text is no export. What it says is to be believed where `verifyLedger` found it in order. */
export function recordedLog(text: string): RecordedLog | null {
  const lines = text.split("\n");
  const exported = readEvidence(lines);
  if (exported === null) return null;
  const entries: Entry[] = [];
  let checkpoint = "";
  for (const line of lines) {
    if (line.startsWith('{"index":')) entries.push((JSON.parse(line) as { entry: Entry }).entry);
    else if (line.startsWith('{"checkpoint":'))
      checkpoint = String((JSON.parse(line) as JsonObject).checkpoint);
  }
  const evidence = new Map<number, DecisionEvidence>();
  const erased = new Set<number>();
  for (const { entry, evidence: own, erasedBy } of exported.decisions) {
    if (own !== null) evidence.set(entry.index, own);
    if (erasedBy !== null) erased.add(entry.index);
  }
  const { log, from, to } = exported.header;
  return { log, from, to, entries, evidence, erased, checkpoint };
}
