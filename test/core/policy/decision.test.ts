import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Binding } from "../../../core/policy/binding.ts";
import { combine, combineChanged, findingKey, type Outcome, refusal } from "../../../core/policy/decision.ts";
import type { EngineRule } from "../../../core/policy/engine-rules.ts";
import { receiptKind } from "../../../core/receipt.ts";
import { type Answer, judgement, judgements, MANIFEST } from "./judgements.ts";

const receiptKindOf = ({ outcome, mode, wouldDecide }: ReturnType<typeof combine>) =>
  receiptKind({ decision: outcome, mode, would_decide: wouldDecide, provisional: false });

const RANK: Readonly<Record<Outcome, number>> = { allow: 0, modify: 0, hold: 1, defer: 2, block: 3 };
const outcome = (...answers: Answer[]) => combine([judgement("enforce", answers)]).outcome;

describe("combine", () => {
  it.each<[string, Answer[], Outcome]>([
    ["nothing found", [{}], "allow"],
    ["info", [{ rules: ["info"] }], "allow"],
    ["warn", [{ rules: ["warn"] }], "hold"],
    ["defer", [{ rules: ["defer"] }], "defer"],
    ["block", [{ rules: ["block"] }], "block"],
    ["info and warn", [{ rules: ["info", "warn"] }], "hold"],
    ["warn and defer", [{ rules: ["warn", "defer"] }], "defer"],
    ["defer and block", [{ rules: ["defer", "block"] }], "block"],
    ["a warning that the bundle made a defer", [{ rules: ["warn"], severities: { WARN: "defer" } }], "defer"],
    ["warn and block", [{ rules: ["warn", "block"] }], "block"],
    ["one policy's block beside another's silence", [{}, { rules: ["block"] }], "block"],
    ["an error beside silence", [{ error: "POLICY_TRAPPED" }, {}], "block"],
    ["a policy without manifest", [{ manifest: null }], "block"],
    ["a rule that the manifest does not have", [{ rules: [{ rule: "OTHER" }] }], "block"],
    ["a rule named as a member of Object", [{ rules: [{ rule: "constructor" }] }], "block"],
    ["a block that the bundle made a warning", [{ rules: ["block"], severities: { BLOCK: "warn" } }], "hold"],
    ["an info that the bundle made a block", [{ rules: ["info"], severities: { INFO: "block" } }], "block"],
    ["a bundle of which no policy answered", [], "block"],
  ])("decides on %s", (_, answers, expected) => expect(outcome(...answers)).toBe(expected));

  it("blocks where no binding governs, and says so", () => {
    expect(combine([])).toEqual(refusal("NO_BINDING"));
    expect(refusal("NO_BINDING")).toMatchObject({
      outcome: "block",
      mode: "enforce",
      findings: [{ policy: "countersign", rule: "NO_BINDING" }],
    });
  });

  it("says what enforcement would have decided, wherever a binding observes", () => {
    const block = [{ rules: ["block"] }] as const;
    expect(combine([judgement("observe", block)])).toMatchObject({
      outcome: "allow",
      mode: "observe",
      wouldDecide: "block",
    });
    expect(combine([judgement("observe", block), judgement("enforce", [{}])])).toMatchObject({
      outcome: "allow",
      mode: "enforce",
      wouldDecide: "block",
    });
    expect(combine([judgement("observe", [{ rules: ["defer"] }])])).toMatchObject({
      outcome: "allow",
      wouldDecide: "defer",
    });
    expect(combine([judgement("enforce", [{}])]).wouldDecide).toBeNull();
  });

  it("says that enforcement would have changed what an observing binding's policies ask to be changed", () => {
    const asks = {
      obligations: [{ rule: "INFO", method: "mask", pointer: "/a", start: 0, end: 1 }],
    } as const;
    const beside = (...answers: Answer[]) =>
      combine([judgement("enforce", [{}]), judgement("observe", answers, "c")]);
    expect(beside(asks)).toMatchObject({ outcome: "allow", wouldDecide: "modify" });
    expect(beside({ ...asks, rules: ["warn"] })).toMatchObject({ outcome: "allow", wouldDecide: "hold" });
    expect(receiptKindOf(beside(asks))).toBe("observed_receipt");
    expect(receiptKindOf(beside({}))).toBe("receipt");
  });

  it("reports what two bundles found once; the enforced finding outweighs the observed one", () => {
    const both = [
      judgement("observe", [{ rules: ["warn"] }], "b"),
      judgement("enforce", [{ rules: ["warn"] }], "c"),
    ];
    for (const order of [both, both.toReversed()]) {
      const decision = combine(order);
      expect([decision.outcome, decision.findings.length, decision.findings[0]?.observed]).toEqual([
        "hold",
        1,
        false,
      ]);
      expect([decision.bundles.length, decision.policies.length]).toEqual([2, 2]);
    }
  });

  it("takes texts from the manifest alone", () => {
    const { findings } = combine([
      judgement("enforce", [{ rules: [{ rule: "WARN", part: "payload", pointer: "/a", start: 1, end: 2 }] }]),
    ]);
    expect(findings).toEqual([
      {
        policy: "pii",
        rule: "WARN",
        severity: "warn",
        part: "payload",
        pointer: "/a",
        start: 1,
        end: 2,
        key: false,
        reason: "reason warn",
        suggestion: null,
        observed: false,
        settled: false,
      },
    ]);
  });
});

describe("a finding", () => {
  const found = (...rules: NonNullable<Answer["rules"]>) =>
    combine([judgement("enforce", [{ rules }])]).findings;
  const at = { rule: "WARN", part: "payload", pointer: "/a", start: 0, end: 2 } as const;

  it("says which item of the settings it was and how sure the policy is, where the policy does", () => {
    expect(found({ ...at, item: 0, score: 85 })[0]).toMatchObject({ item: 0, score: 85 });
    expect(Object.keys(found(at)[0] ?? {})).not.toContain("item");
  });

  it("is another one for another item, and the same for another score", () => {
    const findings = found(at, { ...at, item: 0 }, { ...at, item: 1 }, { ...at, item: 1, score: 5 });
    expect(findings.map(({ item }) => item)).toEqual([undefined, 0, 1]);
    expect(new Set(findings.map(findingKey)).size).toBe(3);
    // As earlier releases named it, whose approvals are replayed too.
    expect(findingKey(findings[0] as (typeof findings)[0])).not.toContain("item");
  });
});

describe("a discharge", () => {
  const warned = [judgement("enforce", [{ rules: [{ rule: "WARN", part: "payload", pointer: "/a" }] }])];
  const keys = new Set(combine(warned).findings.map(findingKey));

  it("lets pass exactly what the reviewer was shown", () => {
    expect(combine(warned, keys).outcome).toBe("allow");
    expect(
      combine([judgement("enforce", [{ rules: [{ rule: "WARN", part: "payload", pointer: "/b" }] }])], keys)
        .outcome,
    ).toBe("hold");
    expect(
      combine(
        [
          judgement("enforce", [
            { rules: [{ rule: "WARN", part: "payload", pointer: "/a", start: 0, end: 1 }] },
          ]),
        ],
        keys,
      ).outcome,
    ).toBe("hold");
    expect(combine([...warned, judgement("enforce", [{ rules: ["warn"] }])], keys).outcome).toBe("hold");
  });

  it("of one policy's finding is none of another's", () => {
    const other = { ...MANIFEST, name: "tone" };
    expect(
      combine(
        [
          judgement("enforce", [
            { rules: [{ rule: "WARN", part: "payload", pointer: "/a" }], manifest: other },
          ]),
        ],
        keys,
      ).outcome,
    ).toBe("hold");
  });
});

describe("for all judgements", () => {
  const all = judgements();
  const shown = (list: Parameters<typeof combine>[0]) => new Set(combine(list).findings.map(findingKey));

  it("the highest severity wins", () => {
    fc.assert(
      fc.property(all, (list) => {
        const { outcome, findings } = combine(list);
        const enforced = findings.filter(({ observed }) => !observed).map(({ severity }) => severity);
        const gravest = (["block", "defer", "warn"] as const).find((one) => enforced.includes(one));
        const expected = gravest === undefined ? "allow" : gravest === "warn" ? "hold" : gravest;
        expect(outcome).toBe(expected);
      }),
    );
  });

  it("a block is never discharged, nor is what an error blocks, nor a defer", () => {
    fc.assert(
      fc.property(all, (list) => {
        const decision = combine(list);
        const after = combine(list, shown(list));
        const stays = decision.outcome === "block" || decision.outcome === "defer";
        expect(after.outcome).toBe(stays ? decision.outcome : "allow");
      }),
    );
  });

  it("observing alone never blocks nor holds", () => {
    fc.assert(
      fc.property(judgements(fc.constant("observe")), (list) => {
        expect(combine(list)).toMatchObject({ outcome: "allow", mode: "observe" });
      }),
    );
  });

  it("one more binding never loosens", () => {
    fc.assert(
      fc.property(all, all, (list, more) => {
        const before = combine(list);
        const after = combine([...list, ...more]);
        expect(RANK[after.outcome]).toBeGreaterThanOrEqual(RANK[before.outcome]);
        if (before.mode === "enforce") expect(after.mode).toBe("enforce");
      }),
    );
  });

  it("enforcing decides at least as strictly as observing, and as was foretold", () => {
    fc.assert(
      fc.property(all, (list) => {
        const enforced = combine(
          list.map((one) => ({ ...one, binding: { ...one.binding, mode: "enforce" as const } })),
        );
        const decision = combine(list);
        expect(decision.wouldDecide ?? decision.outcome).toBe(enforced.outcome);
        expect(RANK[decision.outcome]).toBeLessThanOrEqual(RANK[enforced.outcome]);
      }),
    );
  });

  it("the order of bindings changes no outcome", () => {
    fc.assert(
      fc.property(all, (list) => {
        const there = combine(list);
        const back = combine(list.toReversed());
        expect([back.outcome, back.mode, back.wouldDecide]).toEqual([
          there.outcome,
          there.mode,
          there.wouldDecide,
        ]);
        expect(shown(list.toReversed())).toEqual(shown(list));
      }),
    );
  });
});

describe("combineChanged", () => {
  const REDACTION = { rule: "WARN", method: "mask", pointer: "/a", start: 0, end: 1 } as const;
  const first = combine([judgement("enforce", [{ rules: ["warn", "info"], obligations: [REDACTION] }])]);

  it("lets pass as modified what nothing is found in any more, and keeps what was settled", () => {
    const decision = combineChanged(first, combine([judgement("enforce", [{}])]));
    expect(decision).toMatchObject({ outcome: "modify", wouldDecide: null, obligations: [REDACTION] });
    expect(decision.findings).toMatchObject([{ rule: "WARN", settled: true }]);
    expect(decision.policies.map(({ pass }) => pass)).toEqual([1, 2]);
  });

  it.each([
    ["warn", "hold"],
    ["defer", "defer"],
    ["block", "block"],
  ] as const)("a %s in what is left decides: %s", (severity, outcome) => {
    const decision = combineChanged(first, combine([judgement("enforce", [{ rules: [severity] }])]));
    expect(decision.outcome).toBe(outcome);
    expect(decision.findings[0]).toMatchObject({ severity, settled: false });
  });

  it("blocks what still asks to be changed", () => {
    const decision = combineChanged(first, combine([judgement("enforce", [{ obligations: [REDACTION] }])]));
    expect(decision.outcome).toBe("block");
    expect(decision.findings.at(-1)).toMatchObject({ rule: "OBLIGATION_UNSETTLED", severity: "block" });
  });

  describe("a policy that gave no answer to what was submitted", () => {
    const asks = { obligations: [REDACTION] };
    const unanswered = (error: EngineRule, over: Partial<Binding>) =>
      combine([judgement("enforce", [asks]), judgement("enforce", [{ error }], "c", over)]);
    const clean = combine([judgement("enforce", [{}]), judgement("enforce", [{}], "c")]);

    it.each<[EngineRule, Partial<Binding>, Outcome, boolean]>([
      ["POLICY_OUT_OF_FAST_FUEL", {}, "hold", true],
      [
        "POLICY_OUT_OF_FAST_FUEL",
        { budget: { fastFuel: 1, onExceeded: "provisional_allow" } },
        "modify",
        true,
      ],
      ["POLICY_TRAPPED", { onError: "hold" }, "hold", false],
    ])(
      "has not answered because it does to what is left: %s under %j is %s",
      (error, over, outcome, unfinished) => {
        const decision = combineChanged(unanswered(error, over), clean);
        expect(decision).toMatchObject({ outcome, unfinished });
        expect(decision.findings.map(({ rule }) => rule)).toEqual([error]);
      },
    );

    it("is let pass where a reviewer was shown that, and approved", () => {
      const held = unanswered("POLICY_TRAPPED", { onError: "hold" });
      const shown = new Set(held.findings.map(findingKey));
      expect(combineChanged(held, clean, shown).outcome).toBe("modify");
    });

    it("counts once where it gives none to what is left either", () => {
      const held = unanswered("POLICY_TRAPPED", { onError: "hold" });
      expect(
        combineChanged(held, held).findings.filter(({ rule }) => rule === "POLICY_TRAPPED"),
      ).toHaveLength(1);
    });

    it("holds for what an observing binding would have decided, and stops nothing there", () => {
      const over = { onError: "hold" } as const;
      const observed = combine([
        judgement("enforce", [asks]),
        judgement("observe", [{ error: "POLICY_TRAPPED" }], "c", over),
      ]);
      const second = combine([judgement("enforce", [{}]), judgement("observe", [{}], "c", over)]);
      expect(combineChanged(observed, second)).toMatchObject({ outcome: "modify", wouldDecide: "hold" });
    });
  });

  it("says what enforcing would have decided beside a binding that observes", () => {
    const second = combine([judgement("enforce", [{}]), judgement("observe", [{ rules: ["block"] }], "c")]);
    expect(combineChanged(first, second)).toMatchObject({ outcome: "modify", wouldDecide: "block" });
  });
});

describe("a reading that is missing", () => {
  const reader = { ...MANIFEST, name: "reader", reading: "writes" } as const;
  const severity = (error: EngineRule | null, over: Partial<Binding> = {}) =>
    combine([
      judgement(
        "enforce",
        [{ manifest: reader, ...(error === null ? {} : { error }) }, { error: "POLICY_READING_MISSING" }],
        "b",
        over,
      ),
    ]).findings.find(({ rule }) => rule === "POLICY_READING_MISSING")?.severity;
  const exceeded = (onExceeded: Binding["budget"]["onExceeded"]) => ({ budget: { fastFuel: 1, onExceeded } });

  it("weighs what the reader's own failure does", () => {
    expect(severity("POLICY_TRAPPED")).toBe("block");
    expect(severity("POLICY_TRAPPED", { onError: "hold" })).toBe("warn");
    expect(severity("POLICY_OUT_OF_FUEL", { onError: "hold" })).toBe("block");
    expect(severity("POLICY_OUT_OF_FAST_FUEL", exceeded("hold"))).toBe("warn");
    expect(severity("POLICY_OUT_OF_FAST_FUEL", exceeded("provisional_allow"))).toBe("info");
  });

  it("weighs what any error does where the reader had none, or is none", () => {
    expect(severity(null, exceeded("provisional_allow"))).toBe("block");
    const answers = [{ error: "POLICY_OUT_OF_FAST_FUEL" }, { error: "POLICY_READING_MISSING" }] as const;
    expect(combine([judgement("enforce", answers, "b", exceeded("provisional_allow"))]).outcome).toBe(
      "block",
    );
  });
});

describe("what a policy's error comes to", () => {
  const outcome = (error: EngineRule, over: Partial<Binding>) =>
    combine([judgement("enforce", [{ error }], "b", over)]);
  const exceeded = (onExceeded: Binding["budget"]["onExceeded"]) => ({ budget: { fastFuel: 1, onExceeded } });

  it.each<[EngineRule, Partial<Binding>, Outcome, boolean]>([
    ["POLICY_TRAPPED", {}, "block", false],
    ["POLICY_TRAPPED", { onError: "hold" }, "hold", false],
    ["POLICY_TRAPPED", exceeded("provisional_allow"), "block", false],
    ["POLICY_OUT_OF_FUEL", { onError: "hold", ...exceeded("provisional_allow") }, "block", false],
    ["POLICY_OUT_OF_FAST_FUEL", {}, "hold", true],
    ["POLICY_OUT_OF_FAST_FUEL", exceeded("block"), "block", true],
    ["POLICY_OUT_OF_FAST_FUEL", exceeded("provisional_allow"), "allow", true],
  ])("%s under %j: %s", (error, over, expected, unfinished) => {
    expect(outcome(error, over)).toMatchObject({ outcome: expected, unfinished });
  });
});
