/**
 * What opens a decision's commitments (commitment.ts): of each text that a record keeps, the commitment that it must lead to. A
 * replay compares these before it judges, a verifier of exports compares them all.
 */
import { canonicalJson } from "../canonical-json.ts";
import { type Digest, digestOf } from "../hash.ts";
import type { Json, JsonObject } from "../json.ts";
import type { DecisionEvidence, RecordedBody } from "../policy/replay/replay.ts";
import { type CommitmentField, commit } from "./commitment.ts";

/** Of a text exactly as it was hashed. */
export const textCommitment = (
  field: Extract<CommitmentField, "input" | "changed_input" | "verdict">,
  salt: Uint8Array,
  text: string,
): Digest => commit(field, salt, digestOf(text));

export const dischargedCommitment = (salt: Uint8Array, keys: readonly string[]): Digest =>
  commit("discharged", salt, digestOf(canonicalJson([...keys])));

/** Of the action in an input's document, with its context and the revision of the target that the entry names. */
export const actionCommitment = (
  field: Extract<CommitmentField, "action" | "changed_action">,
  salt: Uint8Array,
  { action = null, context = null }: JsonObject,
  target: RecordedBody["target"],
): Digest =>
  commit(
    field,
    salt,
    digestOf(canonicalJson({ action, context, target_revision: target?.revision ?? null } satisfies Json)),
  );

/** Where the record and its entry differ. `member`: JSON Pointer into the line of evidence; `field`: into the entry. */
export interface NotOpened {
  readonly member: string;
  readonly field: string;
  readonly message: string;
}

/**
 * Every commitment of an entry with what was kept to open it. What is null in the record is not at hand and opens nothing, but
 * what is there has to have a commitment.
 */
export function notOpened(
  body: RecordedBody,
  evidence: DecisionEvidence,
  salt: Uint8Array,
): { readonly comparedCount: number; readonly found: readonly NotOpened[] } {
  const found: NotOpened[] = [];
  let comparedCount = 0;
  const open = (member: string, field: string, committed: Digest | null | undefined, got: () => Digest) => {
    comparedCount++;
    if (committed == null) found.push({ member, field, message: "the entry commits to nothing of it" });
    else if (got() !== committed)
      found.push({ member, field, message: "with the salt it does not open what the entry commits to" });
  };
  const { input, changedInput, verdicts, discharged } = evidence;
  const { commitments, target } = body;
  if (input !== null) {
    open("/input", "/body/commitments/input", commitments.input, () => textCommitment("input", salt, input));
    if (found.length === 0 && commitments.action !== undefined)
      open("/input", "/body/commitments/action", commitments.action, () =>
        actionCommitment("action", salt, JSON.parse(input) as JsonObject, target),
      );
  }
  if (changedInput !== null) {
    const { changed } = commitments;
    const before = found.length;
    open("/changed_input", "/body/commitments/changed/input", changed?.input, () =>
      textCommitment("changed_input", salt, changedInput),
    );
    // An evaluation's action goes where its decision's did, and does not say it again.
    if (found.length === before && target !== undefined)
      open("/changed_input", "/body/commitments/changed/action", changed?.action, () =>
        actionCommitment("changed_action", salt, JSON.parse(changedInput) as JsonObject, target),
      );
  }
  if (discharged !== null)
    open("/discharged", "/body/discharged", body.discharged, () => dischargedCommitment(salt, discharged));
  const lists = [
    ["decision", "policies", verdicts?.decision ?? null, body.policies],
    ["shadow", "shadow/policies", verdicts?.shadow ?? null, body.shadow?.policies ?? []],
  ] as const;
  for (const [member, list, texts, policies] of lists) {
    if (texts === null) continue;
    for (const [at, text] of texts.entries())
      open(`/verdicts/${member}/${at}`, `/body/${list}/${at}/verdict`, policies[at]?.verdict, () =>
        textCommitment("verdict", salt, text),
      );
    if (texts.length < policies.length)
      found.push({
        member: `/verdicts/${member}`,
        field: `/body/${list}`,
        message: `it has ${texts.length} verdicts, the entry ${policies.length}`,
      });
  }
  return { comparedCount, found };
}
