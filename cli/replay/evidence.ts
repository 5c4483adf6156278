/** What there is to replay: an export with evidence, or one receipt with what can be found of its decision. */

import { canonicalJson } from "../../core/canonical-json.ts";
import { fromBase64 } from "../../core/encoding.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import type { Entry } from "../../core/ledger/entry.ts";
import {
  type DecisionLine,
  type ExportedEvidence,
  evidenceOf,
  readEvidence,
} from "../../core/ledger/evidence.ts";
import type { DecisionEvidence, RecordedBody } from "../../core/policy/replay/replay.ts";
import { UsageError } from "../output.ts";

export interface ToReplay {
  readonly entry: Entry & { readonly body: JsonObject & RecordedBody };
  readonly evidence: DecisionEvidence;
}

export const readExported = (text: string): ExportedEvidence | null => readEvidence(text.split("\n"));

/** Every decision of an export. One whose evidence is not in it is replayed too, and said to be unverifiable. */
export const exportedDecisions = ({ decisions }: ExportedEvidence): ToReplay[] =>
  decisions.map(({ entry, evidence }) => ({ entry, evidence: evidence ?? NOTHING }));

const NOTHING: DecisionEvidence = {
  salt: "!",
  input: null,
  changedInput: null,
  verdicts: null,
  discharged: null,
};

/** The decision of a receipt, of a denial proof, or of the answer that holds one. */
export function receiptDecision(file: string, text: string, inputFile: string | null): ToReplay {
  const json = readObject(file, text);
  const envelope = objectOf(json.receipt) ?? objectOf(json.denial_proof) ?? json;
  const payload = typeof envelope.payload === "string" ? fromBase64(envelope.payload) : null;
  if (payload === null)
    throw new UsageError(
      `${file} is neither an export with evidence nor a receipt`,
      "Expected JSON Lines from GET /v1/ledger/export?include=evidence, a DSSE envelope, or an answer that holds one.",
    );
  const entry = objectOf(readObject(file, new TextDecoder().decode(payload)).entry);
  if (entry?.type !== "decision") throw new UsageError(`${file} holds no decision's receipt`);
  const found = entry as unknown as ToReplay["entry"];
  const given = inputFile === null ? NOTHING : readEvidenceFile(inputFile);
  const salt = given.salt !== NOTHING.salt ? given.salt : json.salt;
  return { entry: found, evidence: { ...given, salt: typeof salt === "string" ? salt : NOTHING.salt } };
}

/** A line of an export, what such a line holds, or the policy input itself. */
function readEvidenceFile(text: string): DecisionEvidence {
  const json = readObject(
    "the file of --input",
    text.split("\n").find((line) => line.includes('"decision":{')) ?? text,
  );
  const line = objectOf(json.decision) ?? json;
  // The input as policies read it: canonical, whatever it was laid out as.
  if (typeof line.abi === "string") return { ...NOTHING, input: canonicalJson(line) };
  if (line.input === undefined)
    throw new UsageError(
      "--input holds no input",
      'Expected a {"decision":…} line of an export, or the policy input itself.',
    );
  const { input, changed_input = null } = line as { input: Json; changed_input?: Json };
  return evidenceOf({
    salt: typeof line.salt === "string" ? line.salt : NOTHING.salt,
    input: textOf(input),
    changed_input: textOf(changed_input),
    verdicts: (line.verdicts ?? null) as unknown as DecisionLine["verdicts"],
    discharged: (line.discharged ?? null) as unknown as DecisionLine["discharged"],
  });
}

/** Exports have texts; whoever wrote the file by hand may have put the value there. */
const textOf = (json: Json): string | null =>
  json === null || typeof json === "string" ? json : canonicalJson(json);

function readObject(file: string, text: string): JsonObject {
  try {
    const json = objectOf(JSON.parse(text));
    if (json !== null) return json;
  } catch {
    // Told below.
  }
  throw new UsageError(`${file} is not a JSON object`);
}

const objectOf = (json: unknown): JsonObject | null =>
  typeof json === "object" && json !== null && !Array.isArray(json) ? (json as JsonObject) : null;
