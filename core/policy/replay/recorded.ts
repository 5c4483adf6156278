/** What there is to replay: an export with evidence, or one receipt with what can be found of its decision. */

import { canonicalJson } from "../../canonical-json.ts";
import { fromBase64 } from "../../encoding.ts";
import type { Json, JsonObject } from "../../json.ts";
import type { Entry } from "../../ledger/entry.ts";
import { type DecisionLine, type ExportedEvidence, evidenceOf, readEvidence } from "../../ledger/evidence.ts";
import { ok, type Result, refuse } from "../../result.ts";
import type { DecisionEvidence, RecordedBody } from "./replay.ts";

export interface ToReplay {
  readonly entry: Entry & { readonly body: JsonObject & RecordedBody };
  readonly evidence: DecisionEvidence;
}

export const readExported = (text: string): ExportedEvidence | null => readEvidence(text.split("\n"));

/** Every decision of an export. One whose evidence is not in it is replayed too, and said to be unverifiable. */
export const exportedDecisions = ({ decisions }: ExportedEvidence): ToReplay[] =>
  decisions.map(({ entry, evidence, erasedBy }) => ({
    entry,
    evidence: evidence ?? { ...NOTHING, erasedBy },
  }));

const NOTHING: DecisionEvidence = {
  salt: "!",
  input: null,
  changedInput: null,
  verdicts: null,
  discharged: null,
};

/** `message` completes a sentence that begins with the name of the file. */
export interface Unreadable {
  readonly of: "file" | "input";
  readonly message: string;
  readonly hint: string | null;
}

const unreadable = (of: Unreadable["of"], message: string, hint: string | null = null) =>
  refuse<Unreadable>({ of, message, hint });

/** The decision of a receipt, of a denial proof, or of the answer that holds one; `inputText` is what was judged. */
export function receiptDecision(text: string, inputText: string | null): Result<ToReplay, Unreadable> {
  const json = readObject(text);
  if (json === null) return unreadable("file", "is not a JSON object");
  const envelope = objectOf(json.receipt) ?? objectOf(json.denial_proof) ?? json;
  const payload = typeof envelope.payload === "string" ? fromBase64(envelope.payload) : null;
  if (payload === null)
    return unreadable(
      "file",
      "is neither an export with evidence nor a receipt",
      "Expected JSON Lines from GET /v1/ledger/export?include=evidence, a DSSE envelope, or an answer that holds one.",
    );
  const entry = objectOf(readObject(new TextDecoder().decode(payload))?.entry);
  if (entry?.type !== "decision") return unreadable("file", "holds no decision's receipt");
  const given = inputText === null ? ok(NOTHING) : readEvidenceText(inputText);
  if (!given.ok) return given;
  const salt = given.value.salt !== NOTHING.salt ? given.value.salt : json.salt;
  return ok({
    entry: entry as unknown as ToReplay["entry"],
    evidence: { ...given.value, salt: typeof salt === "string" ? salt : NOTHING.salt },
  });
}

/** A line of an export, what such a line holds, or the policy input itself. */
function readEvidenceText(text: string): Result<DecisionEvidence, Unreadable> {
  const json = readObject(text.split("\n").find((line) => line.includes('"decision":{')) ?? text);
  if (json === null) return unreadable("input", "is not a JSON object");
  const line = objectOf(json.decision) ?? json;
  // The input as policies read it: canonical, whatever it was laid out as.
  if (typeof line.abi === "string") return ok({ ...NOTHING, input: canonicalJson(line) });
  if (line.input === undefined)
    return unreadable(
      "input",
      "holds no input",
      'Expected a {"decision":…} line of an export, or the policy input itself.',
    );
  const { input, changed_input = null } = line as { input: Json; changed_input?: Json };
  return ok(
    evidenceOf({
      salt: typeof line.salt === "string" ? line.salt : NOTHING.salt,
      input: textOf(input),
      changed_input: textOf(changed_input),
      verdicts: (line.verdicts ?? null) as unknown as DecisionLine["verdicts"],
      discharged: (line.discharged ?? null) as unknown as DecisionLine["discharged"],
    }),
  );
}

/** Exports have texts; whoever wrote the file by hand may have put the value there. */
const textOf = (json: Json): string | null =>
  json === null || typeof json === "string" ? json : canonicalJson(json);

function readObject(text: string): JsonObject | null {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return null;
  }
}

const objectOf = (json: unknown): JsonObject | null =>
  typeof json === "object" && json !== null && !Array.isArray(json) ? (json as JsonObject) : null;
