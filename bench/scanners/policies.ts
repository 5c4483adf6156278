/** The built policies, run by the gateway's own host: the reader once for a message, then each policy on its reading. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "../../core/canonical-json.ts";
import { utf8 } from "../../core/encoding.ts";
import type { Digest } from "../../core/hash.ts";
import type { Json } from "../../core/json.ts";
import { FUEL_FULL } from "../../core/limits.ts";
import type { Manifest, Severity } from "../../core/policy/manifest.ts";
import type { RawFinding, RunOutcome } from "../../core/policy/verdict.ts";
import { compileWasm } from "../../policy-plugins/tools/wasm-module.ts";
import { PolicyHost, type RunnableModule } from "../../worker/evaluate/host.ts";
import { CLAIMS_SETTINGS } from "./corpus/words/claims.ts";
import { DENYLIST_SETTINGS } from "./corpus/words/terms.ts";

const root = join(import.meta.dirname, "../..");
const dist = join(root, "dist/policies");

interface IndexRow {
  readonly name: string;
  readonly wasm_path: string;
  readonly metered_path: string;
  readonly exec_id: Digest;
  readonly profile_id: string;
  readonly manifest: Manifest;
  readonly fixture: boolean;
}

export interface Policy {
  readonly name: string;
  readonly manifest: Manifest;
  readonly module: RunnableModule;
  /** Canonical JSON. */
  readonly settings: string;
  /** As compiled; what runs is metered. */
  readonly wasm: Uint8Array;
  readonly meteredBytes: number;
}

const index: readonly IndexRow[] = JSON.parse(readFileSync(join(dist, "index.json"), "utf8"));

/** Settings to run the corpus with; a policy without a line runs with none. */
const CORPUS_SETTINGS: Readonly<Record<string, Json>> = {
  denylist: DENYLIST_SETTINGS as Json,
  claims: CLAIMS_SETTINGS as Json,
};

function load(row: IndexRow): Policy {
  const metered = readFileSync(join(dist, row.metered_path));
  return {
    name: row.name,
    manifest: row.manifest,
    module: { execId: row.exec_id, profileId: row.profile_id, module: compileWasm(metered) },
    settings: canonicalJson(CORPUS_SETTINGS[row.name] ?? {}),
    wasm: readFileSync(join(dist, row.wasm_path)),
    meteredBytes: metered.length,
  };
}

/** Every policy that comes with Countersign, reader included. */
export const POLICIES: readonly Policy[] = index.filter(({ fixture }) => !fixture).map(load);

export function policyNamed(name: string): Policy | undefined {
  return POLICIES.find((policy) => policy.name === name);
}

export const withSettings = (policy: Policy, settings: Json): Policy => ({
  ...policy,
  settings: canonicalJson(settings),
});

const PRINCIPAL = { agent: null, key: "key_1", owner: "ada", roles: [], user: null };

export function inputOf(surface: string, payload: Json): Uint8Array {
  const input = {
    abi: "countersign-policy/1",
    action: { surface, payload },
    context: {},
    facts: {},
    message: null,
    principal: PRINCIPAL,
  };
  return utf8(canonicalJson(input));
}

export interface Finding extends RawFinding {
  readonly policy: string;
  readonly severity: Severity;
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A set of policies at work on one message after the other. */
export class Scanner {
  readonly #host = new PolicyHost();
  readonly #reader = policyNamed("reader");
  readonly #policies: readonly Policy[];
  readonly #severities: Readonly<Record<string, Readonly<Record<string, Severity>>>>;

  /** `severities`: what a bundle sets, by policy and rule. */
  constructor(policies: readonly Policy[], severities = {}) {
    this.#policies = policies;
    this.#severities = severities;
  }

  get policies(): readonly Policy[] {
    return this.#policies;
  }

  async #run(policy: Policy, input: Uint8Array, parts = {}): Promise<RunOutcome> {
    return this.#host.run(policy.module, policy.settings, input, FUEL_FULL, parts);
  }

  async read(input: Uint8Array): Promise<RunOutcome | null> {
    return this.#reader === undefined ? null : this.#run(this.#reader, input);
  }

  /** Everything that the policies find, and the reader. */
  async scan(surface: string, payload: Json): Promise<Finding[]> {
    const input = inputOf(surface, payload);
    const read = await this.read(input);
    const found: Finding[] =
      read === null || this.#reader === undefined ? [] : this.#findings(this.#reader, read);
    const parts = read?.reading === undefined ? {} : { reading: read.reading };
    for (const policy of this.#policies.filter(({ manifest }) => manifest.findings === undefined)) {
      found.push(...this.#findings(policy, await this.#run(policy, input, parts)));
    }
    for (const policy of this.#policies.filter(({ manifest }) => manifest.findings !== undefined)) {
      const findings = utf8(canonicalJson({ findings: summary(found) } as unknown as Json));
      found.push(...this.#findings(policy, await this.#run(policy, input, { ...parts, findings })));
    }
    return found;
  }

  #findings({ name, manifest }: Policy, outcome: RunOutcome): Finding[] {
    const { error, output } = outcome;
    // As the gateway has it: a policy that cannot answer blocks.
    if (error !== null) return [{ rule: error, policy: name, severity: "block" }];
    if (output === null) return [];
    const { findings } = JSON.parse(textOf(output)) as { findings: RawFinding[] };
    return findings.map((finding) => ({
      ...finding,
      policy: name,
      severity: this.#severities[name]?.[finding.rule] ?? severityOf(manifest, finding.rule),
    }));
  }
}

function severityOf({ name, rules }: Manifest, id: string): Severity {
  const rule = rules.find((candidate) => candidate.id === id);
  if (rule === undefined) throw new Error(`${name} has no rule ${id}`);
  return rule.severity;
}

/** As the gateway gives them to policies that read what others found. */
function summary(findings: readonly Finding[]): object[] {
  const counts = new Map<string, { policy: string; rule: string; severity: Severity; count: number }>();
  for (const { policy, rule, severity } of findings) {
    const known = counts.get(`${policy}/${rule}`);
    if (known === undefined) counts.set(`${policy}/${rule}`, { policy, rule, severity, count: 1 });
    else known.count++;
  }
  return [...counts.values()];
}
