/** Whether the answer around a receipt says of the action what the receipt does, and opens its commitments with its salt. */
import { canonicalJson } from "../canonical-json.ts";
import { fromBase64Url } from "../encoding.ts";
import { type Digest, isDigest } from "../hash.ts";
import type { Json, JsonObject } from "../json.ts";
import type { ReceiptStatement } from "../receipt.ts";
import { findingsCheck } from "./answer-findings.ts";
import { commit, SALT_BYTES } from "./commitment.ts";
import { isObject } from "./export.ts";
import { type Check, check, fault, skipped } from "./report.ts";

export function answerChecks(answer: JsonObject | null, { entry, leaf }: ReceiptStatement): Check[] {
  if (answer === null) {
    return [
      skipped(
        "commitments",
        "an envelope by itself has no salt: which action it is about is shown by the answer that it came in",
      ),
    ];
  }
  const checks: Check[] = [];
  const { id, ledger, salt } = answer;
  if (id !== undefined) {
    checks.push(
      check(
        "action_id",
        "the answer's id with the entry's subject",
        id === entry.subject ? [] : [fault(`The receipt is that of ${entry.subject}.`)],
      ),
    );
  }
  if (isObject(ledger)) {
    const same = ledger.index === entry.index && ledger.leaf === leaf;
    checks.push(
      check(
        "answer_ledger",
        "the answer's ledger index and leaf with the receipt's",
        same ? [] : [fault(`The receipt is of entry ${entry.index}, leaf ${leaf}.`)],
      ),
    );
  }
  checks.push(decisionCheck(answer, entry.body));
  if (answer.findings !== undefined) checks.push(findingsCheck(answer, entry.body));
  for (const field of ["action", "input"] as const) {
    const expected = entry.body.commitments[field];
    checks.push(openCommitment(field, field, salt, answer[`${field}_digest`], expected));
  }
  checks.push(...changeChecks(answer, entry.body.commitments.changed ?? null));
  const changed = isObject(answer.changed) ? answer.changed : null;
  for (const field of ["action", "input"] as const) {
    const expected = entry.body.commitments.changed?.[field];
    if (expected === undefined || changed === null) continue;
    checks.push(openCommitment(`changed_${field}`, field, salt, changed[`${field}_digest`], expected));
  }
  return checks;
}

/** Whoever reads the answer takes its `payload` for what passed, so none may be shown that the receipt knows nothing of. */
function changeChecks({ changed, payload, erased_at }: JsonObject, committed: object | null): Check[] {
  const given = [changed, payload].filter((member) => member !== undefined);
  if (given.length === 0) return [];
  if (typeof erased_at === "string" && given.every((member) => member === null)) {
    return [skipped("answer_changed", "the answer's payloads were erased, so that it shows none")];
  }
  const wrong = given.some((member) => (member !== null) !== (committed !== null)) || Array.isArray(changed);
  const checks = [
    check(
      "answer_changed",
      "whether the answer shows a changed payload with whether the receipt commits to a changed action",
      wrong ? [fault("The answer's change is not the one in the receipt.")] : [],
    ),
  ];
  if (payload !== undefined && payload !== null && !wrong) {
    const why =
      "the receipt commits to the changed action as a whole; an export with evidence shows its payload";
    checks.push(skipped("answer_payload", why));
  }
  return checks;
}

/** What entries of the first release do not say (docs/spec/receipt.md). */
const UNSAID: JsonObject = { provisional: false };

/** What the answer repeats of the decision in plain view; a reader would believe it without opening the receipt. */
const REPEATED = ["decision", "mode", "would_decide", "provisional", "engine", "bundles"] as const;

function decisionCheck(answer: JsonObject, body: JsonObject): Check {
  const given = REPEATED.filter((name) => answer[name] !== undefined);
  if (given.length === 0) return skipped("answer_decision", "the answer repeats nothing of the decision");
  const faults = given
    .filter(
      (name) => canonicalJson(answer[name] ?? null) !== canonicalJson(body[name] ?? UNSAID[name] ?? null),
    )
    .map((name) => fault(`The answer's ${name} is not the one in the receipt.`));
  return check("answer_decision", `the answer's ${given.join(", ")} with the receipt's`, faults);
}

function openCommitment(
  name: "action" | "input" | "changed_action" | "changed_input",
  field: "action" | "input",
  salt: Json | undefined,
  digest: Json | undefined,
  expected: Digest,
): Check {
  const id = `${name}_commitment`;
  if (salt === undefined || digest === undefined || salt === null || digest === null) {
    return skipped(id, `the answer does not give both salt and ${field}_digest`);
  }
  const compared = `SHA-256 of salt and the answer's ${field}_digest with the entry's commitment`;
  const bytes = typeof salt === "string" ? fromBase64Url(salt) : null;
  if (bytes?.length !== SALT_BYTES)
    return check(id, compared, [fault(`The salt is not ${SALT_BYTES} bytes in base64url.`)]);
  if (!isDigest(digest)) return check(id, compared, [fault(`The ${field}_digest is not a digest.`)]);
  const opens = commit(name, bytes, digest) === expected;
  return check(
    id,
    compared,
    opens ? [] : [fault(`The receipt is not over this ${field}, or this is not its salt.`)],
  );
}
