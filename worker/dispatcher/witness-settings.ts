/** The deployment's witnesses, as its variables have them. Pure: what is not understood throws, and no witness is asked. */
import * as v from "valibot";
import { type NoteKey, parseKey, SIGNATURE_TYPE } from "../../core/ledger/tree/note.ts";
import { WITNESSES_MAX } from "../../core/limits.ts";
import { refuseEndpoint } from "./endpoint.ts";

export interface WitnessVars {
  /** JSON: `[{ "url", "vkey" }]`, where `url` is the prefix before `/add-checkpoint`. */
  readonly WITNESSES?: string;
  /** Decimal. */
  readonly WITNESS_QUORUM?: string;
}

export interface ConfiguredWitness {
  readonly endpoint: string;
  readonly vkey: string;
  readonly key: NoteKey;
}

export interface WitnessSettings {
  readonly quorum: number;
  readonly witnesses: readonly ConfiguredWitness[];
}

const schema = v.pipe(
  v.array(v.strictObject({ url: v.string(), vkey: v.string() })),
  v.maxLength(WITNESSES_MAX),
);

export function parseWitnessSettings(
  { WITNESSES = "[]", WITNESS_QUORUM = "0" }: WitnessVars,
  privateOrigins: readonly string[],
): WitnessSettings {
  const listed = v.safeParse(schema, parseJson(WITNESSES || "[]"));
  if (!listed.success)
    throw new Error(`WITNESSES is not a JSON array of at most ${WITNESSES_MAX} objects with url and vkey.`);
  const witnesses = listed.output.map(({ url, vkey }) => parseWitness(url, vkey, privateOrigins));
  for (const of of [(key: NoteKey) => key.name, (key: NoteKey) => key.publicKey.join()]) {
    // The same key twice would count twice towards the quorum.
    if (new Set(witnesses.map(({ key }) => of(key))).size < witnesses.length)
      throw new Error("WITNESSES: two witnesses have the same name or the same key.");
  }
  const quorum = /^(0|[1-9][0-9]?)$/.test(WITNESS_QUORUM) ? Number(WITNESS_QUORUM) : Number.NaN;
  if (!(quorum <= witnesses.length))
    throw new Error("WITNESS_QUORUM is not a number from 0 to that of the witnesses.");
  return { quorum, witnesses };
}

function parseWitness(url: string, vkey: string, privateOrigins: readonly string[]): ConfiguredWitness {
  const key = parseKey(vkey);
  if (key?.type !== SIGNATURE_TYPE.cosignature)
    throw new Error(`WITNESSES: the vkey of ${url} is not a verifier key of type 0x04.`);
  const endpoint = `${url.replace(/\/$/, "")}/add-checkpoint`;
  // The operator names the address, as they name the private origins.
  const refusal = refuseEndpoint(endpoint, { privateOrigins, publicOrigin: null, workersDev: true });
  if (refusal !== null) throw new Error(`WITNESSES: ${key.name} cannot be asked at its url. ${refusal}`);
  return { endpoint, vkey, key };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
