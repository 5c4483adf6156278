/**
 * Runs one step of a clearing many times: `POST /<piece>?count=500` with the bundle's policies as the body. The caller
 * measures from outside, since a Worker's clock stands still while it computes.
 */
import { parseAction } from "../../core/action.ts";
import { formatApiKey, newTenantId, parseApiKey } from "../../core/api-key.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { type Envelope, signStatement } from "../../core/dsse.ts";
import { utf8 } from "../../core/encoding.ts";
import { digestOf } from "../../core/hash.ts";
import { type Json, parseIJson } from "../../core/json.ts";
import { FUEL_FULL } from "../../core/limits.ts";
import { BINDING_DEFAULTS } from "../../core/policy/binding.ts";
import { policyInput } from "../../core/policy/input.ts";
import type { Parts } from "../../core/policy/parts.ts";
import type { Principal } from "../../core/principal.ts";
import { receiptStatement } from "../../core/receipt.ts";
import { type KeysService, type SignerService, signedBy } from "../../core/signing.ts";
import type { ActionState, TenantConfig } from "../../durable-objects/rpc.ts";
import { engineOf } from "../../worker/evaluate/engine.ts";
import { policyHost } from "../../worker/evaluate/host.ts";
import { judge } from "../../worker/evaluate/judge.ts";
import { findBuiltin } from "../../worker/evaluate/modules.ts";
import { decisionDraft, judgeAction } from "../../worker/gate/judgement.ts";
import { randomBytes } from "../../worker/gate/random.ts";
import { sealSubmission } from "../../worker/gate/seal.ts";
import { renderAnswer } from "../../worker/gate/submit.ts";
import { refuseStatement } from "../../worker/signer/check-statement.ts";
import { BODY } from "../action.ts";
import type { Ledger } from "./ledger.ts";

export { Ledger } from "./ledger.ts";

interface Env {
  readonly LEDGER: DurableObjectNamespace<Ledger>;
  readonly SIGNER: SignerService;
  readonly KEYS: KeysService;
}

interface Use {
  readonly policy: string;
  readonly settings: Record<string, Json>;
}

const LIMITS = { bytesMax: 1 << 20, depthMax: 64, valuesMax: 100_000 };
const PRINCIPAL: Principal = {
  key: `key_${"0".repeat(12)}`,
  owner: "ada",
  agent: "support-bot",
  user: null,
  roles: [],
  folder: null,
};

/** Everything that the steps need of each other, made once for each request. */
async function prepare(env: Env, uses: readonly Use[]) {
  const body = utf8(BODY);
  const json = parseIJson(body, LIMITS);
  if (!json.ok) throw new Error(json.fault.detail);
  const action = parseAction(json.value);
  if (!action.ok) throw new Error("The action is not valid.");
  const bundle = `sha256:${"1".repeat(64)}` as const;
  const runs = uses.map(({ policy: name, settings }) => {
    const policy = findBuiltin(name.replace("builtin:", ""));
    if (!policy) throw new Error(`No policy ${name}.`);
    return { policy, settings: canonicalJson(settings) };
  });
  const policies = uses.map(({ settings }, index) => ({
    ...{ policy: runs[index]?.policy.policyId, settings, severities: {} },
  }));
  const config = {
    tenant: newTenantId(randomBytes(16)),
    log: "bench/log",
    revision: 1,
    bindings: [{ ...BINDING_DEFAULTS, surface: "*", bundle }],
    bundles: { [bundle]: { name: "bench", version: "1.0.0", policies } },
  } as unknown as TenantConfig;
  const engine = engineOf({}, null);
  const rendered = { target: null, message: null };
  const input = policyInput(action.value, PRINCIPAL, null);
  const judged = await judgeAction(engine, config, action.value, PRINCIPAL, rendered);
  if (judged.decision.outcome !== "allow") throw new Error(JSON.stringify(judged.decision));
  const draft = {
    ...decisionDraft(judged, 1),
    fingerprint: action.value.fingerprint,
    idempotency: { scope: "bench", key: "0".repeat(24) },
  };
  const commit = await sealSubmission({}, config.log, draft);
  const ledger = env.LEDGER.get(env.LEDGER.idFromName("bench")) as unknown as Ledger;
  const placed = await ledger.write(commit, 1);
  if (placed === null) throw new Error("Nothing was written.");
  const statement = receiptStatement("receipt", placed.entry);
  const envelope = await signedBy(env.SIGNER, "receipt", statement);
  const pair = (await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"])) as CryptoKeyPair;
  const signing = { id: "bench", key: pair.privateKey };
  const key = formatApiKey("bench", config.tenant, PRINCIPAL.key, randomBytes(32));
  return {
    ...{ engine, env, body, json: json.value, action: action.value, config, rendered, input, judged },
    ...{ draft, commit, ledger, placed, statement, envelope, key, runs, signing, bytes: utf8(input.text) },
  };
}

type Prepared = Awaited<ReturnType<typeof prepare>>;

const stateOf = ({ draft: commit, placed }: Prepared): ActionState => ({
  ...{ id: commit.actionId, status: placed.status, createdAtMs: placed.createdAtMs, keyId: PRINCIPAL.key },
  ...{ owner: "ada", outcome: null, salt: commit.salt, record: commit.record, entry: placed.entry },
  ...{ deferral: null, approval: null, delivery: null, late: null, erasedAtMs: null },
});

/** One run of each step. What a step answers is kept, so that nothing is optimised away. */
const PIECES: Readonly<Record<string, (prepared: Prepared) => unknown>> = {
  key: ({ key }) => parseApiKey(key),
  parse: ({ body }) => parseIJson(body, LIMITS),
  action: ({ json }) => parseAction(json),
  input: ({ action }) => policyInput(action, PRINCIPAL, null),
  policies: ({ runs, bytes }) => {
    let parts: Parts = {};
    for (const { policy, settings } of runs) {
      const given = policy.manifest.reading === "reads" ? parts : {};
      const outcome = policyHost.run(policy, settings, bytes, FUEL_FULL, given);
      if (outcome instanceof Promise) return outcome;
      parts = { reading: outcome.reading ?? parts.reading };
    }
    return parts;
  },
  judge: ({ engine, config, action, input }) => judge(engine, config, action, PRINCIPAL, input, "fast"),
  judgement: ({ engine, config, action, rendered }) =>
    judgeAction(engine, config, action, PRINCIPAL, rendered),
  commitment: ({ judged }) => decisionDraft(judged, 1),
  seal: ({ config, draft }) => sealSubmission({}, config.log, draft),
  call: ({ ledger }) => ledger.touch(),
  message: ({ ledger, commit }) => ledger.carry(commit),
  durable: ({ ledger, commit }) => ledger.write(commit, 1),
  service: ({ env }) => env.KEYS.list(),
  sign: ({ env, statement }) => signedBy(env.SIGNER, "receipt", statement),
  digest: ({ input }) => digestOf(input.text),
  signature: ({ statement, signing }) => signStatement("receipt", statement, signing),
  statement: ({ statement }) => refuseStatement("receipt", statement),
  answer: (prepared) => renderAnswer(stateOf(prepared), prepared.envelope as Envelope, "http://127.0.0.1"),
};

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const url = new URL(request.url);
    const count = Number(url.searchParams.get("count"));
    const prepared = await prepare(env, (await request.json()) as Use[]);
    const name = url.pathname.slice(1);
    const piece = PIECES[name];
    let last: unknown;
    if (name === "statements") last = await prepared.ledger.write(prepared.commit, count);
    else if (piece) for (let at = 0; at < count; at++) last = await piece(prepared);
    else return new Response(null, { status: 404 });
    return new Response(typeof last);
  },
};
