/** What a replay says where a record, or what it is compared with, is not what it was. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { toBase64Url } from "../../core/encoding.ts";
import { digestOf } from "../../core/hash.ts";
import { commit } from "../../core/ledger/commitment.ts";
import type { DecisionBody } from "../../core/ledger/entry.ts";
import type { ExportedEvidence } from "../../core/ledger/evidence.ts";
import { type DecisionEvidence, replayDecision } from "../../core/policy/replay/replay.ts";
import type { ReplayPart } from "../../core/policy/replay/report.ts";
import { ReplaySources } from "../../core/policy/replay/sources.ts";
import { PolicyHost } from "../../worker/evaluate/host.ts";
import { Runnables, readRecording } from "./recording.ts";

const folder = mkdtempSync(join(tmpdir(), "countersign-mutations-"));
execFileSync(process.execPath, [join(import.meta.dirname, "record-process.ts"), folder, "1500", "11"]);
const text = readFileSync(join(folder, "export.jsonl"), "utf8");
const modules = join(folder, "modules");
const { sources, exported } = readRecording(text, modules);
afterAll(() => rmSync(folder, { recursive: true }));

const runnables = new Runnables();
const host = new PolicyHost();
type Mutable<T> = T extends readonly (infer U)[]
  ? Mutable<U>[]
  : T extends object
    ? { -readonly [K in keyof T]: Mutable<T[K]> }
    : T;
interface Record_ {
  body: Mutable<DecisionBody>;
  evidence: Mutable<DecisionEvidence>;
}

const replay = ({ body, evidence }: Record_, from = sources) =>
  replayDecision(body as DecisionBody, evidence as DecisionEvidence, from, (policy, ...call) =>
    host.run(runnables.of(policy), ...call),
  );

/** A copy of the first decision that is such a one. */
function find(of: (body: DecisionBody, evidence: DecisionEvidence) => boolean): Record_ {
  // The recording has no evaluations, whose bodies say less.
  const found = exported.decisions.find(
    ({ entry, evidence }) => evidence !== null && of(entry.body as unknown as DecisionBody, evidence),
  );
  if (found?.evidence == null) throw new Error("the recording has no such decision");
  return structuredClone({ body: found.entry.body, evidence: found.evidence }) as unknown as Record_;
}
const found = {
  allowed: () => find(({ decision, policies }) => decision === "allow" && policies.length > 1),
  modified: () => find(({ decision }) => decision === "modify"),
  approved: () => find(({ discharged, decision }) => discharged !== null && decision === "allow"),
  shadowed: () => find(({ shadow }) => shadow !== null),
  scanned: () =>
    find(({ policies }) => policies.some(({ name, error }) => name === "scans" && error === null)),
  unread: () =>
    find(({ policies }) => policies.some(({ name, error }) => name === "misreads" && error !== null)),
  provisional: () => find(({ provisional }) => provisional),
  unasked: () => find(({ bindings }) => bindings.length === 0),
};

describe("a decision as it was recorded", () => {
  it.each(Object.keys(found) as (keyof typeof found)[])("matches: %s", async (kind) => {
    const result = await replay(found[kind]());
    expect(result.comparisons.filter(({ result }) => result !== "match")).toEqual([]);
    expect(result.status).toBe("MATCH");
  });
});

/** Opens under the record's own salt, as whoever holds the record could make it. */
const recommit = ({ body, evidence }: Record_, field: "input" | "verdict" | "discharged", data: string) => {
  const salt = Uint8Array.from(atob(evidence.salt.replaceAll("-", "+").replaceAll("_", "/")), (c) =>
    c.charCodeAt(0),
  );
  void body;
  return commit(field, salt, digestOf(data));
};

const mutations: readonly [string, ReplayPart, () => Record_][] = [
  [
    "another input",
    "input",
    () => ({ ...found.allowed(), evidence: { ...found.allowed().evidence, input: "{}" } }),
  ],
  [
    "another salt",
    "input",
    () => ({
      ...found.allowed(),
      evidence: { ...found.allowed().evidence, salt: toBase64Url(new Uint8Array(32)) },
    }),
  ],
  [
    "another verdict text",
    "recorded_verdict",
    () => {
      const record = found.allowed();
      (record.evidence.verdicts?.decision ?? [])[0] = "{}";
      return record;
    },
  ],
  [
    "a verdict with other fuel, committed to",
    "verdict",
    () => {
      const record = found.allowed();
      const texts = record.evidence.verdicts?.decision ?? [];
      const run = record.body.policies[0] as Mutable<DecisionBody["policies"][number]>;
      texts[0] = (texts[0] ?? "").replace(`"fuel":${run.fuel}`, `"fuel":${run.fuel + 1}`);
      run.fuel += 1;
      run.verdict = recommit(record, "verdict", texts[0] ?? "");
      return record;
    },
  ],
  [
    "other fuel in the entry than in the verdict",
    "recorded_verdict",
    () => {
      const record = found.allowed();
      (record.body.policies[0] as { fuel: number }).fuel += 1;
      return record;
    },
  ],
  [
    "a fuel limit that is not the binding's",
    "fuel_limit",
    () => {
      const record = found.allowed();
      const [binding] = record.body.bindings;
      if (binding) binding.budget.fast_fuel -= 1;
      return record;
    },
  ],
  [
    "another decision",
    "decision",
    () => ({ ...found.allowed(), body: { ...found.allowed().body, decision: "block" } }),
  ],
  [
    "another mode",
    "decision",
    () => ({ ...found.allowed(), body: { ...found.allowed().body, mode: "observe" } }),
  ],
  [
    "a rule left out",
    "decision",
    () => {
      const record = find(({ rules, policies }) => rules.length > 0 && policies.length > 0);
      record.body.rules = record.body.rules.slice(1) as typeof record.body.rules;
      return record;
    },
  ],
  [
    "a binding that enforced, said to observe",
    "decision",
    () => {
      const record = find(
        ({ decision, bindings, commitments }) =>
          decision === "block" &&
          bindings.length === 1 &&
          commitments.changed === null &&
          bindings[0]?.surface === "mail",
      );
      const [binding] = record.body.bindings;
      if (binding) binding.mode = "observe";
      return record;
    },
  ],
  [
    "a policy's run left out",
    "policies",
    () => {
      const record = found.allowed();
      record.body.policies = record.body.policies.slice(1) as typeof record.body.policies;
      return record;
    },
  ],
  [
    "a run more than there were policies",
    "policies",
    () => {
      const record = found.allowed();
      record.body.policies = [
        ...record.body.policies,
        ...record.body.policies.slice(-1),
      ] as typeof record.body.policies;
      return record;
    },
  ],
  [
    "another module",
    "module",
    () => {
      const record = found.allowed();
      (record.body.policies[0] as { exec_id: string }).exec_id = digestOf("another");
      record.evidence.verdicts = null;
      return record;
    },
  ],
  [
    "a finding more than the approval discharged",
    "discharged",
    () => {
      const record = found.approved();
      record.evidence.discharged = ["{}"];
      return record;
    },
  ],
  [
    "nothing discharged, as if it were so",
    "decision",
    () => {
      const record = found.approved();
      record.evidence.discharged = [];
      record.body.discharged = recommit(record, "discharged", "[]");
      return record;
    },
  ],
  [
    "an obligation not applied",
    "obligations",
    () => {
      const record = found.modified();
      record.body.commitments.changed = null;
      return record;
    },
  ],
  [
    "another changed input",
    "changed_input",
    () => {
      const record = found.modified();
      record.evidence.changedInput = record.evidence.input ?? "";
      return record;
    },
  ],
  [
    "another shadow decision",
    "decision",
    () => {
      const record = found.shadowed();
      if (record.body.shadow)
        record.body.shadow.decision = record.body.shadow.decision === "block" ? "allow" : "block";
      return record;
    },
  ],
  [
    "a reader's failure that is not said",
    "recorded_verdict",
    () => {
      const record = found.unread();
      const reader = record.body.policies.find(({ error }) => error === "POLICY_TRAPPED");
      if (reader) (reader as { error: string | null }).error = null;
      return record;
    },
  ],
  [
    "a provisional pass that is not said to be one",
    "decision",
    () => ({ ...found.provisional(), body: { ...found.provisional().body, provisional: false } }),
  ],
];

describe("what is not as it was recorded", () => {
  it.each(mutations)("%s", async (_, part, mutated) => {
    const { status, comparisons } = await replay(mutated());
    expect(status).toBe("MISMATCH");
    expect(comparisons.filter(({ result }) => result === "mismatch").map((one) => one.part)).toContain(part);
  });

  it("a bundle's text under a digest that it has not", async () => {
    const other = readWith(
      ({ bundles }) => ({
        bundles: bundles.map(({ digest, text }) => ({ digest, text: text.replace("1.0.0", "1.0.1") })),
        keep: () => true,
      }),
      true,
    );
    const { status, comparisons } = await replay(found.allowed(), other);
    expect(status).toBe("MISMATCH");
    expect(comparisons.at(-1)).toMatchObject({ part: "bundle", result: "mismatch" });
  });
});

/** The recording with some of it left out. */
function readWith(
  change: (exported: ExportedEvidence) => {
    bundles: ExportedEvidence["bundles"];
    keep: (policy: string) => boolean;
  },
  withModules: boolean,
  without: string | null = null,
): ReplaySources {
  const { bundles, keep } = change(exported);
  const from = new ReplaySources();
  for (const { digest, text } of bundles) from.addBundle(text, digest);
  for (const { policy_id, manifest, wasm_sha256 } of exported.policies)
    if (keep(policy_id)) from.addPolicy(manifest, wasm_sha256, policy_id);
  if (withModules) {
    for (const [number, { manifest }] of exported.policies.entries())
      if (manifest.name !== without) from.addModule(readFileSync(join(modules, `${number}.bin`)));
  }
  return from;
}

describe("what cannot be compared", () => {
  const incomplete: readonly [string, ReplayPart, () => [Record_, ReplaySources]][] = [
    [
      "the input was erased",
      "input",
      () => {
        const record = found.allowed();
        record.evidence.input = null;
        return [record, sources];
      },
    ],
    [
      "there is no salt",
      "input",
      () => [{ ...found.allowed(), evidence: { ...found.allowed().evidence, salt: "!" } }, sources],
    ],
    [
      "the changed input was erased",
      "changed_input",
      () => {
        const record = found.modified();
        record.evidence.changedInput = null;
        return [record, sources];
      },
    ],
    [
      "what was discharged is not known",
      "discharged",
      () => {
        const record = found.approved();
        record.evidence.discharged = null;
        return [record, sources];
      },
    ],
    [
      "a bundle is missing",
      "bundle",
      () => [found.allowed(), readWith(() => ({ bundles: [], keep: () => true }), true)],
    ],
    [
      "the modules are missing",
      "module",
      () => [found.allowed(), readWith(({ bundles }) => ({ bundles, keep: () => true }), false)],
    ],
    [
      "the reader's module is missing, for whatever scans",
      "reading",
      () => [found.scanned(), readWith(({ bundles }) => ({ bundles, keep: () => true }), true, "reader")],
    ],
    [
      "the manifests are missing",
      "module",
      () => [found.allowed(), readWith(({ bundles }) => ({ bundles, keep: () => false }), true)],
    ],
    [
      "it ran under another profile",
      "profile",
      () => {
        const record = found.allowed();
        record.evidence.verdicts = null;
        for (const run of record.body.policies)
          (run as { profile_id: string }).profile_id = "countersign-wasm/0:0";
        return [record, sources];
      },
    ],
  ];

  it.each(incomplete)("%s", async (_, part, incompleteRecord) => {
    const { status, comparisons } = await replay(...incompleteRecord());
    expect(status).toBe("UNVERIFIABLE");
    const missing = comparisons.filter(({ result }) => result === "unverifiable");
    expect(missing.map((one) => one.part)).toContain(part);
    expect(missing.every(({ why }) => (why ?? "").length > 10)).toBe(true);
  });

  it("but the decision still follows from the recorded verdicts where only the modules are missing", async () => {
    const from = readWith(({ bundles }) => ({ bundles, keep: () => true }), false);
    const record = found.allowed();
    record.body.decision = "block";
    expect((await replay(record, from)).status).toBe("MISMATCH");
  });

  it("and without the verdicts' texts the salt opens what the entry commits to", async () => {
    const record = found.allowed();
    record.evidence.verdicts = null;
    expect((await replay(record)).status).toBe("MATCH");
    (record.body.policies[0] as { verdict: string }).verdict = digestOf("another");
    expect((await replay(record)).status).toBe("MISMATCH");
  });
});

describe("a file that holds anything", () => {
  /** Every member of a record in turn, replaced by something of another kind. */
  function* broken(record: Record_): Generator<[string, Record_]> {
    const values = [null, 5, "x", [], {}, [null]];
    for (const part of ["body", "evidence"] as const) {
      for (const member of Object.keys(record[part])) {
        for (const value of values) {
          const copy = structuredClone(record);
          (copy[part] as unknown as Record<string, unknown>)[member] = value;
          yield [`${part}.${member} = ${JSON.stringify(value)}`, copy];
        }
      }
    }
  }

  it.each(["allowed", "modified", "shadowed"] as const)("is answered, whatever it is: %s", async (kind) => {
    const original = JSON.stringify(found[kind]());
    const replays = "surface config_revision engine owner agent user folder approval".split(" ");
    for (const [what, record] of broken(found[kind]())) {
      const { status } = await replay(record);
      if (JSON.stringify(record) === original || replays.some((name) => what.startsWith(`body.${name} `)))
        continue;
      // Without the recorded texts, or a discharge that nobody relied on, the rest still matches.
      if (/^evidence\.(verdicts|discharged|changedInput) = /.test(what) && status === "MATCH") continue;
      expect([what, status]).not.toEqual([what, "MATCH"]);
    }
  });

  it("is unverifiable where an earlier release wrote the entry", async () => {
    const record = found.allowed();
    const { bindings: _, ...body } = record.body;
    expect(await replay({ ...record, body: body as Record_["body"] })).toMatchObject({
      status: "UNVERIFIABLE",
      comparisons: [{ part: "decision" }],
    });
  });
});
