import { describe, expect, it } from "vitest";
import { findAbsence } from "../../../core/absence/absence.ts";
import { parseTerm, type Term } from "../../../core/absence/terms.ts";
import type { JsonObject } from "../../../core/json.ts";
import type { Entry, EntryType } from "../../../core/ledger/entry.ts";

const ACTION = "act_1";
const RULE = { policy: "pii", rule: "US_SSN" };
type Step = readonly [type: EntryType, body: JsonObject];

const decision = (over: JsonObject = {}): Step => [
  "decision",
  {
    ...{ surface: "outbound.email", decision: "allow", mode: "enforce", provisional: false },
    ...{ target: { name: "resend/main", revision: 1 }, rules: [], policies: [], bundles: [] },
    commitments: { action: "", input: "", message: null, changed: null },
    ...over,
  },
];
const delivery = (result: string): Step => ["delivery", { action: ACTION, result }];
const evaluation = (over: JsonObject): Step => [
  "evaluation",
  { action: ACTION, decided_at: 0, decision: "block", rules: [RULE], policies: [], bundles: [], ...over },
];

function prove(steps: readonly Step[], term = "rule=US_SSN") {
  const parsed = parseTerm(term);
  if (!parsed.ok) throw new Error(parsed.fault);
  const entries = steps.map(
    ([type, body], index) => ({ type, index, subject: ACTION, body }) as unknown as Entry,
  );
  const recorded = { log: "l", from: 0, to: entries.length - 1, entries, checkpoint: "" };
  const terms: readonly Term[] = [parsed.value];
  const { result, undecided } = findAbsence(
    { ...recorded, evidence: new Map(), erased: new Set() },
    terms,
    0,
    null,
  );
  return [result, ...undecided.map(({ why }) => why)];
}

describe("what passed before every policy had answered", () => {
  const passed = [decision({ provisional: true }), delivery("delivered")];

  it("fired the rules that its full evaluation found", () => {
    expect(prove([...passed, evaluation({})])).toEqual(["found"]);
    expect(prove([...passed, evaluation({ rules: [] })])).toEqual(["none"]);
    expect(prove([...passed, evaluation({ policies: [{ name: "pii" }], rules: [] })], "policy=pii")).toEqual([
      "found",
    ]);
  });

  it("may have fired any, where that is not in the export or was given up", () => {
    expect(prove(passed)).toEqual(["undecided", "unfinished"]);
    expect(prove([...passed, evaluation({ decision: null, rules: [] })])).toEqual([
      "undecided",
      "unfinished",
    ]);
    expect(prove(passed, "surface=tool.call")).toEqual(["none"]);
    expect(prove([decision({ provisional: true, rules: [RULE] }), delivery("delivered")])).toEqual(["found"]);
  });
});

describe("what was let pass, and of whose delivery nothing is entered yet", () => {
  const passed = decision({ rules: [RULE] });

  it("may be under way", () => {
    expect(prove([passed])).toEqual(["undecided", "under_way"]);
    expect(prove([passed], "rule=CARD")).toEqual(["none"]);
    expect(prove([passed, delivery("delivered")])).toEqual(["found"]);
  });

  it("was not sent, where it was refused or called off", () => {
    expect(prove([passed, delivery("refused")])).toEqual(["none"]);
    expect(prove([passed, ["action.cancelled", { action: ACTION }]])).toEqual(["none"]);
  });
});
