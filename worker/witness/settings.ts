/** What a witness is configured with: its name and key, and the logs that it watches. */
import { verifyEd25519 } from "../../core/dsse.ts";
import { fromBase64Url, utf8 } from "../../core/encoding.ts";
import type { Json } from "../../core/json.ts";
import { importPrivateKey, importPublicKey, parsePrivateJwk } from "../../core/keys.ts";
import { isKeyName, type NoteKey, parseKey, SIGNATURE_TYPE } from "../../core/ledger/tree/note.ts";

/** The variables and the secret as configured. */
export interface WitnessVars {
  readonly WITNESS_NAME: string;
  /** JSON: origin -> verifier keys. */
  readonly LOGS: string;
  /** Private Ed25519 JWK as JSON. */
  readonly WITNESS_SIGNING_KEY?: string;
}

export interface WitnessSettings {
  /** Of type 0x04. */
  readonly key: NoteKey;
  readonly privateKey: CryptoKey;
  readonly logs: readonly WatchedOrigin[];
}

export interface WatchedOrigin {
  /** An origin, or `<log>/epoch/*`. */
  readonly origin: string;
  readonly keys: readonly NoteKey[];
}

/** In words for who runs the witness; nothing of a secret. */
export class SettingsError extends Error {}

export async function readSettings(vars: WitnessVars): Promise<WitnessSettings> {
  const { WITNESS_NAME: name } = vars;
  if (typeof name !== "string" || !isKeyName(name))
    throw new SettingsError("WITNESS_NAME is not a name for a key: it has no white space and no plus.");
  const jwk = parsePrivateJwk(parseJson(vars.WITNESS_SIGNING_KEY));
  const publicKey = jwk && fromBase64Url(jwk.x);
  if (jwk === null || publicKey === null)
    throw new SettingsError("WITNESS_SIGNING_KEY is not a private Ed25519 JWK.");
  const privateKey = await importPrivateKey(jwk);
  if (!(await isPair(privateKey, jwk.x)))
    throw new SettingsError("WITNESS_SIGNING_KEY: x is not the public half of d.");
  return {
    key: { name, type: SIGNATURE_TYPE.cosignature, publicKey },
    privateKey,
    logs: parseLogs(parseJson(vars.LOGS)),
  };
}

function parseLogs(json: Json): WatchedOrigin[] {
  if (typeof json !== "object" || json === null || Array.isArray(json))
    throw new SettingsError("LOGS is not a JSON object of origins with their verifier keys.");
  return Object.entries(json).map(([origin, vkeys]) => {
    const keys = Array.isArray(vkeys) ? vkeys.map((text) => parseLogKey(String(text))) : [];
    if (origin === "" || keys.length === 0 || keys.includes(null))
      throw new SettingsError(`LOGS: ${origin} needs an array of verifier keys of type 0x01.`);
    const log = logOfEpochs(origin);
    if (log !== null && !keys.every((key) => key?.name === log))
      throw new SettingsError(`LOGS: ${origin} needs verifier keys whose name is ${log}.`);
    return { origin, keys: keys as NoteKey[] };
  });
}

function parseLogKey(text: string): NoteKey | null {
  const key = parseKey(text);
  return key?.type === SIGNATURE_TYPE.ed25519 ? key : null;
}

const EVERY_EPOCH = "/epoch/*";
const logOfEpochs = (origin: string): string | null =>
  origin.endsWith(EVERY_EPOCH) ? origin.slice(0, -EVERY_EPOCH.length) : null;

/**
 * The keys that may sign checkpoints of `origin`; null where it is not watched. A key that is listed for every epoch of a log
 * signs each of them under the epoch's own name, as the log does.
 */
export function keysOfOrigin(logs: readonly WatchedOrigin[], origin: string): readonly NoteKey[] | null {
  const exact = logs.find((log) => log.origin === origin && logOfEpochs(origin) === null);
  if (exact !== undefined) return exact.keys;
  // The first epoch is the log itself.
  const [, log] = /^(.+)\/epoch\/(?!1$)[1-9][0-9]*$/.exec(origin) ?? [];
  const every = logs.find((watched) => log !== undefined && watched.origin === `${log}${EVERY_EPOCH}`);
  return every?.keys.map((key) => ({ ...key, name: origin })) ?? null;
}

/** A parser's own message would quote the secret. */
function parseJson(text: unknown): Json {
  try {
    return JSON.parse(String(text)) as Json;
  } catch {
    return null;
  }
}

/** A pair that does not match would cosign what nobody can verify. The probe is not what a witness signs. */
async function isPair(privateKey: CryptoKey, x: string): Promise<boolean> {
  const probe = utf8("countersign/key-probe");
  const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", privateKey, probe));
  return verifyEd25519(await importPublicKey({ x }), signature, probe);
}
