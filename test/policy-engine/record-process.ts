/**
 * Records decisions as the gate makes them, over every shipped policy and fixture, and leaves nothing but an export with
 * evidence and the modules: `node record-process.ts <folder> <evaluations> <seed>`.
 */
import { closeSync, copyFileSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { parseAction } from "../../core/action.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import type { Digest } from "../../core/hash.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import { type Entry, GENESIS, sealEntry } from "../../core/ledger/entry.ts";
import { bundleLine, decisionLine, type PolicyLine, policyLine } from "../../core/ledger/evidence.ts";
import { EXPORT_FORMAT, entryLine, exportHeaderLine } from "../../core/ledger/export.ts";
import { BINDING_DEFAULTS, type Binding } from "../../core/policy/binding.ts";
import { type Bundle, bundleDigest } from "../../core/policy/bundle.ts";
import { findingKey } from "../../core/policy/decision.ts";
import type { Manifest } from "../../core/policy/manifest.ts";
import { BUILTIN_READER, withReader } from "../../core/policy/reader.ts";
import type { RanPolicy } from "../../core/policy/verdict.ts";
import type { Principal } from "../../core/principal.ts";
import { decisionBody } from "../../durable-objects/commit.ts";
import { compileWasm } from "../../policy-plugins/tools/wasm-module.ts";
import { PolicyHost, type RunnableModule } from "../../worker/evaluate/host.ts";
import type { Engine } from "../../worker/evaluate/judge.ts";
import { decisionDraft, judgeAction } from "../../worker/gate/judgement.ts";
import { randomSubmission } from "./actions.ts";
import { Random } from "./random.ts";

const DIST = join(import.meta.dirname, "../../dist/policies");
const [folder = "", wanted = "1000", seed = "1"] = process.argv.slice(2);

interface Built extends PolicyLine {
  readonly name: string;
  readonly wasm_path: string;
  readonly metered_path: string;
}
const built = JSON.parse(readFileSync(join(DIST, "index.json"), "utf8")) as Built[];

const host = new PolicyHost();
const runnable = new Map<string, RanPolicy & RunnableModule>(
  built.map((row) => [
    row.policy_id,
    {
      manifest: row.manifest as unknown as Manifest,
      policyId: row.policy_id,
      execId: row.exec_id,
      profileId: row.profile_id,
      module: compileWasm(readFileSync(join(DIST, row.metered_path))),
    },
  ]),
);
const engine: Engine = {
  find: (id) => runnable.get(id),
  run: (_bundle, requests, input) =>
    Promise.all(
      requests.map(async ({ policy, settings, fuelLimit, parts }) =>
        host.run(runnable.get(policy.policyId) as RunnableModule, settings, input, fuelLimit, parts),
      ),
    ),
};

function use(
  name: string,
  settings: JsonObject = {},
  severities: Record<string, "info" | "warn" | "block"> = {},
) {
  const row = built.find((one) => one.name === name);
  if (row === undefined) throw new Error(`${name} is not built`);
  return { policy: row.policy_id, settings, severities };
}

const bundles: Record<Digest, Bundle> = {};
function bundled(name: string, policies: Bundle["policies"]): Digest {
  const manifests = policies.map(({ policy }) => runnable.get(policy)?.manifest ?? {});
  const complete = withReader({ name, version: "1.0.0", policies }, manifests, use(BUILTIN_READER).policy);
  if (!complete.ok) throw new Error(JSON.stringify(complete.fault));
  const bundle: Bundle = complete.value;
  const digest = bundleDigest(bundle);
  bundles[digest] = bundle;
  return digest;
}

const terms = { denied_terms: ["confidential", "σίσυφος"], discouraged_terms: ["guarantee", "strasse"] };
const access = {
  tools: [
    { tool: "payments.transfer", roles: ["finance"] },
    { tool: "*", roles: ["*"] },
  ],
  arguments: [{ tool: "payments.transfer", pointer: "/amount", max: 1000 }],
  forbidden_account_states: ["frozen"],
};
const warn = { US_SSN: "warn", CREDIT_CARD: "info" } as const;
const standard = bundled("standard", [
  use("pii"),
  use("denylist", terms),
  use("access", access),
  use("scans"),
  use("weighs"),
]);
const careful = bundled("careful", [
  use("pii", { entities: ["US_SSN"] }, { US_SSN: "warn" }),
  use("denylist", { ...terms, whole_word: false }),
]);
const redacting = bundled("redacting", [
  use("pii", { redact: "mask_keep_4" }, warn),
  use("redacts", { term: "guarantee", redact: "replace" }),
  use("redacts", { term: "12", redact: "hash" }),
]);
/** One instance each of whatever a policy can do wrong. Those that work without an end have a surface with little fuel. */
const hostile = bundled(
  "hostile",
  built
    .filter(
      ({ name, wasm_path }) =>
        wasm_path.startsWith("fixtures/") && !["out-of-fuel", "slow", "redacts", "misreads"].includes(name),
    )
    .map(({ name }) => use(name)),
);
const starving = bundled("starving", [
  use("out-of-fuel"),
  ...[use("slow"), use("pii"), use("denylist", terms), use("scans"), use("weighs")],
]);
/** A reader of somebody else's, that fails on some actions and makes no reading of others. */
const misread = bundled("misread", [use("misreads"), use("weighs"), use("scans"), use("access", access)]);

const binding = (surface: string, bundle: Digest, over: Partial<Binding> = {}): Binding => ({
  ...BINDING_DEFAULTS,
  surface,
  bundle,
  ...over,
});
const budget = (fastFuel: number, onExceeded: Binding["budget"]["onExceeded"]) => ({
  budget: { fastFuel, onExceeded },
});
/** By how often each is drawn: of a policy that traps nothing is kept, so that it takes a hundred times as long. */
const SURFACES = Object.entries({
  mail: 8,
  redacted: 4,
  tried: 4,
  watched: 3,
  starved: 2,
  provisional: 1,
  hostile: 1,
  misread: 3,
  bare: 1,
}).flatMap(([surface, share]) => Array.from({ length: share }, () => surface));
const STARVED = ["starved", "provisional"];
const bindings = [
  binding("mail", standard),
  binding("mail", careful, { folder: "acme" }),
  binding("redacted", redacting),
  binding("tried", standard, { shadow: careful }),
  binding("watched", standard, { mode: "observe", shadow: redacting }),
  binding("watched", careful),
  binding("starved", starving, budget(40_000, "hold")),
  binding("provisional", starving, { ...budget(15_000, "provisional_allow"), onError: "hold" }),
  binding("misread", misread, { onError: "hold" }),
  binding("hostile", hostile, { onError: "hold" }),
];
const config = {
  bindings,
  bundles,
  targets: [],
  policies: {},
  keys: [],
  tenant: "t",
  tenantName: "t",
  log: "l",
  revision: 3,
};

const LOG = "replay.example/t/1";
const random = new Random(Number(seed));
mkdirSync(join(folder, "modules"), { recursive: true });
// Under names that say nothing: they are found by what they hash to.
for (const [number, row] of built.entries())
  copyFileSync(join(DIST, row.wasm_path), join(folder, "modules", `${number}.bin`));

const file = openSync(join(folder, "export.jsonl"), "w");
let pending: string[] = [];
function line(text: string): void {
  pending.push(text);
  if (pending.length < 500) return;
  writeSync(file, `${pending.join("\n")}\n`);
  pending = [];
}

const subjects = { subject: (kind: string) => `sub_${kind}`, insertSubject: () => 1 };
let index = 0;
let prev: Digest = GENESIS;
let evaluations = 0;
const outcomes: Record<string, number> = {};
line(exportHeaderLine({ format: EXPORT_FORMAT, log: LOG, from: 0, to: 0 }));
while (evaluations < Number(wanted)) {
  const parsed = parseAction(randomSubmission(random, random.of(SURFACES)));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.fault));
  const principal: Principal = {
    key: "key_1",
    owner: "ada",
    agent: random.of(["bot", null]),
    user: "u_7",
    roles: random.of([["support"], ["finance"], []]),
    folder: random.of(["acme", null]),
  };
  const rendered = { target: null, message: null };
  let judged = await judgeAction(engine, config, parsed.value, principal, rendered);
  let approval: string | null = null;
  if (judged.decision.outcome === "hold" && random.chance(2)) {
    // Approved: judged again, with what was shown discharged.
    const shown = judged.decision.findings.filter(({ settled }) => !settled).map(findingKey);
    approval = "apr_1";
    judged = await judgeAction(engine, config, parsed.value, principal, rendered, {
      discharged: new Set(shown),
    });
  } else if (random.chance(STARVED.includes(parsed.value.body.surface) ? 300 : 20)) {
    // As in the background, with all the fuel there is; of a loop without an end that is a quarter of a second.
    judged = await judgeAction(engine, config, parsed.value, principal, rendered, { effort: "full" });
  }
  const decided = decisionDraft(judged, 3, `act_${index}`);
  const { verdicts } = decided;
  evaluations += verdicts.decision.length + (verdicts.shadow?.length ?? 0);
  outcomes[judged.decision.outcome] = (outcomes[judged.decision.outcome] ?? 0) + 1;
  const entry: Entry = {
    v: 1,
    log: LOG,
    index,
    prev,
    time: new Date(1_780_000_000_000 + index).toISOString(),
    type: "decision",
    actor: { kind: "key", id: "key_1" },
    subject: decided.actionId,
    body: decisionBody(
      subjects,
      { ...decided, discharged: decided.discharged?.commitment ?? null },
      approval,
    ) as unknown as JsonObject,
  };
  const sealed = sealEntry(entry);
  line(entryLine(sealed));
  line(
    decisionLine({
      index,
      salt: decided.salt,
      input: decided.input,
      changed_input: decided.changedInput,
      verdicts,
      discharged: decided.discharged?.keys ?? null,
    }),
  );
  prev = sealed.leaf;
  index++;
}
for (const [digest, bundle] of Object.entries(bundles))
  line(bundleLine({ digest: digest as Digest, text: canonicalJson(bundle as unknown as Json) }));
for (const { policy_id, manifest, wasm_sha256, exec_id, profile_id } of built)
  line(policyLine({ policy_id, manifest, wasm_sha256, exec_id, profile_id }));
writeSync(file, `${pending.join("\n")}\n`);
closeSync(file);
console.log(JSON.stringify({ decisions: index, evaluations, outcomes }));
