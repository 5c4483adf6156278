/** Decisions with what they were made from: bodies that commit to it, and the source of an export that has it. */
import { canonicalJson } from "../../../core/canonical-json.ts";
import { toBase64Url } from "../../../core/encoding.ts";
import { type Digest, digestOf } from "../../../core/hash.ts";
import type { JsonObject } from "../../../core/json.ts";
import { commit } from "../../../core/ledger/commitment.ts";
import { type EntryType, GENESIS, type StoredEntry, sealEntry } from "../../../core/ledger/entry.ts";
import type { EvidenceSource } from "../../../core/ledger/export-writer.ts";
import { type Manifest, policyId } from "../../../core/policy/manifest.ts";
import type { DecisionEvidence } from "../../../core/policy/replay/replay.ts";
import { LOG } from "./log.ts";

export const PROFILE = `countersign-wasm/1:${digestOf("profile").slice("sha256:".length)}`;
export const EXEC = digestOf("metered");
const WASM = digestOf("module").slice("sha256:".length);
const MANIFEST = {
  abi: "countersign-policy/1",
  name: "é",
  version: "1.0.0",
  description: "",
  settings: {},
  rules: [{ id: "R", severity: "warn", reason: "r" }],
} as const satisfies JsonObject;
export const POLICY = policyId(MANIFEST as unknown as Manifest, WASM);
/** What governed, and its candidate. */
export const BUNDLES = ["a", "b"].map((name) =>
  canonicalJson({ name, policies: [{ policy: POLICY, settings: {}, severities: {} }], version: "1" }),
);
const [ACTIVE, CANDIDATE] = BUNDLES.map(digestOf) as [Digest, Digest];

/** With everything that a line of evidence can open where `full`: a changed action, a candidate, an approval. */
export function recorded(index: number, full: boolean) {
  const salt = new Uint8Array(32).fill(index);
  const document = (payload: string) => ({
    action: { payload: { text: payload }, surface: "outbound.email" },
    context: null,
    message: null,
  });
  const [input, changedInput] = ["a*J", "-"].map((payload) => canonicalJson(document(payload))) as [
    string,
    string,
  ];
  const of = (payload: string): Digest =>
    digestOf(canonicalJson({ action: document(payload).action, context: null, target_revision: 2 }));
  const run = (text: string, bundle: Digest, pass: number) => ({
    bundle,
    error: null,
    exec_id: EXEC,
    fuel: 1,
    fuel_limit: 2,
    name: "é",
    pass,
    policy_id: POLICY,
    profile_id: PROFILE,
    verdict: commit("verdict", salt, digestOf(text)),
  });
  const verdicts = {
    decision: full ? ['{"é":1}', '{"é":2}'] : ['{"é":1}'],
    shadow: full ? ['{"é":3}'] : null,
  };
  const keys = full ? ["{}"] : null;
  const body: JsonObject = {
    surface: "outbound.email",
    decision: "allow",
    mode: "enforce",
    would_decide: null,
    rules: [],
    policies: verdicts.decision.map((text, at) => run(text, ACTIVE, at + 1)),
    shadow: full
      ? { bundles: [CANDIDATE], decision: "allow", policies: [run('{"é":3}', CANDIDATE, 1)], rules: [] }
      : null,
    provisional: false,
    bundles: [ACTIVE],
    bindings: [],
    config_revision: 3,
    engine: "countersign-engine/1",
    target: { name: "t", revision: 2 },
    owner: "sub_1",
    agent: null,
    user: null,
    folder: null,
    approval: null,
    discharged: keys && commit("discharged", salt, digestOf(canonicalJson(keys))),
    commitments: {
      action: commit("action", salt, of("a*J")),
      input: commit("input", salt, digestOf(input)),
      message: null,
      changed: full
        ? {
            action: commit("changed_action", salt, of("-")),
            input: commit("changed_input", salt, digestOf(changedInput)),
          }
        : null,
    },
  };
  const evidence: DecisionEvidence = {
    salt: toBase64Url(salt),
    input,
    changedInput: full ? changedInput : null,
    verdicts,
    discharged: keys,
  };
  return { body, evidence };
}

/** Decisions 1, 2 (with all that there is), 4 (erased by 5, after an entry that judged nothing) and 6. */
export function makeEvidenceLog() {
  const bodies: readonly (readonly [EntryType, JsonObject])[] = [
    ["tenant.created", {}],
    ["decision", recorded(1, false).body],
    ["decision", recorded(2, true).body],
    ["action.cancelled", {}],
    ["decision", recorded(4, false).body],
    ["payload.erased", { cause: "request", entries: [4], subjects: false, commitments: { reason: null } }],
    ["decision", recorded(6, false).body],
  ];
  const log: StoredEntry[] = [];
  for (const [index, [type, body]] of bodies.entries())
    log.push(
      sealEntry({
        v: 1,
        log: LOG,
        index,
        prev: log.at(-1)?.leaf ?? GENESIS,
        time: new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString(),
        type,
        actor: { kind: "system", id: "countersign" },
        subject: `act_${index}`,
        body,
      }),
    );
  const kept = new Map([1, 2, 6].map((index) => [index, recorded(index, index === 2).evidence]));
  return { log, kept, erasures: new Map([[4, 5]]) };
}

/** `kept` by index; `erased` has the entry that says so. */
export const evidenceSource = (
  log: readonly StoredEntry[],
  kept: ReadonlyMap<number, DecisionEvidence>,
  erased: ReadonlyMap<number, number> = new Map(),
): EvidenceSource => ({
  evidence: async (from, limit) => ({
    entries: log.slice(from, from + limit).map((entry) => {
      const erasedIdx = erased.get(entry.index) ?? null;
      return { entry, evidence: erasedIdx === null ? (kept.get(entry.index) ?? null) : null, erasedIdx };
    }),
  }),
  bundle: async (digest) => {
    const text = BUNDLES.find((one) => digestOf(one) === digest);
    return text === undefined ? null : { text };
  },
  policy: async (policy_id) => ({
    policy_id,
    manifest: MANIFEST,
    wasm_sha256: WASM,
    exec_id: EXEC,
    profile_id: PROFILE,
  }),
});
