/** The trust root, as given on the command line: never fetched, since a log's own word for its keys proves nothing. */
import {
  isBareKey,
  isVerifierKey,
  joinRoots,
  readBareKey,
  readKeyFile,
  readVerifierKey,
  readWitnessKey,
  rootOfKey,
} from "../core/ledger/key-file.ts";
import type { WitnessPolicy } from "../core/ledger/tree/cosignature.ts";
import type { TrustRoot } from "../core/ledger/trust.ts";
import type { Result } from "../core/result.ts";
import { readInput } from "./files.ts";
import { UsageError } from "./output.ts";

export const KEY_HELP =
  "Give the keys that you trust with --key: a file saved earlier from /.well-known/countersign-keys.json or /v1/ledger/keys, the file of one " +
  "JWK, the 32-byte public key itself in base64url, or a verifier key name+id+key. Get it over a way that you trust; it is never fetched. A witness' key goes with --witness.";

/** Each value is a file, a bare key, or several of these with commas in between. */
export async function readKeys(values: readonly string[]): Promise<TrustRoot> {
  const roots: TrustRoot[] = [];
  for (const value of separated(values)) roots.push(await readKey(value));
  const root = joinRoots(roots);
  if (root.keys.length === 0) throw new UsageError("no trusted key was given", KEY_HELP);
  return root;
}

/** Null where no witness was given: then none has to have cosigned. */
export function readWitnesses(values: readonly string[], quorum: string | undefined): WitnessPolicy | null {
  const witnesses = separated(values).map((value) => {
    const key = readWitnessKey(value);
    if (key.ok) return key.value;
    throw new UsageError(`${value} ${key.fault}`, WITNESS_HELP);
  });
  if (quorum === undefined) return witnesses.length === 0 ? null : { quorum: witnesses.length, witnesses };
  if (!/^[1-9][0-9]{0,3}$/.test(quorum) || Number(quorum) > witnesses.length)
    throw new UsageError(
      `--quorum is a number from 1 to that of the witnesses, ${witnesses.length}`,
      WITNESS_HELP,
    );
  return { quorum: Number(quorum), witnesses };
}

const WITNESS_HELP =
  "Give each witness with --witness name+id+key (https://c2sp.org/tlog-cosignature), and with --quorum how many of them have to have cosigned.";

const separated = (values: readonly string[]): string[] =>
  values
    .flatMap((value) => value.split(","))
    .map((value) => value.trim())
    .filter((value) => value !== "");

async function readKey(value: string): Promise<TrustRoot> {
  if (isBareKey(value)) return rootOfKey(read("the given key", await readBareKey(value)));
  if (isVerifierKey(value)) return rootOfKey(read("the given key", await readVerifierKey(value)));
  if (/^https?:/.test(value))
    throw new UsageError(`${value} is an address: keys are never fetched`, KEY_HELP);
  if (value === "-") throw new UsageError("keys are not read from standard input", KEY_HELP);
  return read(value, await readKeyFile(await readInput(value)));
}

function read<T>(name: string, result: Result<T, string>): T {
  if (result.ok) return result.value;
  throw new UsageError(`${name} ${result.fault}`, KEY_HELP);
}
