/** The witness Worker in a workerd of its own, as its wrangler file describes it: a second party, reached over HTTP. */
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { fromBase64Url } from "../../core/encoding.ts";
import type { PrivateJwk } from "../../core/keys.ts";
import { formatAddCheckpoint } from "../../core/ledger/tree/add-checkpoint.ts";
import { formatKey, type NoteKey, SIGNATURE_TYPE } from "../../core/ledger/tree/note.ts";
import { readWorkerConfig } from "./worker-config.ts";
import { workerScript } from "./worker-script.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

export interface WitnessOptions {
  readonly name?: string;
  /** By origin: verifier keys. */
  readonly logs: Readonly<Record<string, readonly string[]>>;
  readonly jwk: PrivateJwk;
  /** Where its objects lie. The same folder continues where it stopped; none: in memory. */
  readonly stateDir?: string;
  /** Over those in its wrangler file and those above. */
  readonly vars?: Readonly<Record<string, string>>;
}

export interface TestWitness {
  /** Its submission prefix. */
  readonly url: string;
  /** The exact origin, as for `ALLOWED_PRIVATE_ORIGINS`. */
  readonly origin: string;
  readonly key: NoteKey;
  readonly vkey: string;
  /** `body` as it is. */
  post(body: BodyInit, path?: string): Promise<Answer>;
  add(oldSize: number, proof: readonly string[], note: string): Promise<Answer>;
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
}

export async function startWitness(options: WitnessOptions): Promise<TestWitness> {
  const { name = "witness.test/1", jwk } = options;
  const config = readWorkerConfig(`${ROOT}wrangler.witness.toml`);
  const worker = {
    name: config.name,
    modules: true,
    script: await workerScript(
      `export * from "./worker/witness/index.ts"; export { default } from "./worker/witness/index.ts";`,
    ),
    compatibilityDate: config.compatibilityDate,
    compatibilityFlags: [...config.compatibilityFlags],
    durableObjects: Object.fromEntries(
      config.durableObjects.map(({ binding, className }) => [
        binding,
        { className, useSQLite: config.sqliteClasses.includes(className) },
      ]),
    ),
    bindings: {
      ...config.vars,
      WITNESS_NAME: name,
      LOGS: JSON.stringify(options.logs),
      WITNESS_SIGNING_KEY: JSON.stringify(jwk),
      ...options.vars,
    },
  };
  const persist = options.stateDir === undefined ? {} : { resourcePersistencePath: options.stateDir };
  const miniflare = new Miniflare(convertV4MiniflareOptions({ workers: [worker], ...persist }));
  const { origin } = await miniflare.ready;
  const key = {
    name,
    type: SIGNATURE_TYPE.cosignature,
    publicKey: fromBase64Url(jwk.x) as Uint8Array,
  };
  const post = async (body: BodyInit, path = "/add-checkpoint"): Promise<Answer> => {
    const response = await fetch(`${origin}${path}`, { method: "POST", body });
    return {
      status: response.status,
      type: response.headers.get("content-type"),
      text: await response.text(),
    };
  };
  return {
    url: origin,
    origin,
    key,
    vkey: formatKey(key),
    post,
    add: (oldSize, proof, note) => post(formatAddCheckpoint(oldSize, proof, note)),
    stop: () => miniflare.dispose(),
  };
}
