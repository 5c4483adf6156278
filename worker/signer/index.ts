/**
 * The signer: the only Worker that holds the signing keys. It signs what the gate hands it, but only what is a
 * whole and canonical statement of the kind it is to be signed as, and each kind under the key of its use.
 */
import { WorkerEntrypoint } from "cloudflare:workers";
import { isStatementKind, type Signature, type StatementKind, signStatement } from "../../core/dsse.ts";
import { keyUseOf, type PublicJwk } from "../../core/keys.ts";
import type { KeysService, SignerService } from "../../core/signing.ts";
import { refuseStatement } from "./check-statement.ts";
import { importKeyring, type Keyring, type SigningSecrets } from "./keyring.ts";

/** Once for each isolate. The value, not its promise: a promise belongs to the request that made it. */
let keyring: Keyring | undefined;

async function getKeyring(secrets: SigningSecrets): Promise<Keyring> {
  keyring ??= await importKeyring(secrets);
  return keyring;
}

/** Errors cross to the gate as they are thrown, so none quotes a statement or a secret. */
export class Signer extends WorkerEntrypoint<SigningSecrets> implements SignerService {
  async sign(kind: StatementKind, statement: string): Promise<Signature> {
    // The gate is another Worker: its types hold for it, not for what arrives.
    if (!isStatementKind(kind) || typeof statement !== "string")
      throw new TypeError("Not signed: no such kind.");
    const refusal = refuseStatement(kind, statement);
    if (refusal !== null) throw new Error(`Not signed: ${refusal}`);
    const key = (await getKeyring(this.env))[keyUseOf(kind)];
    return signStatement(kind, statement, key);
  }
}

/** The public halves, for the gate to publish and the dispatcher to verify with. */
export class Keys extends WorkerEntrypoint<SigningSecrets> implements KeysService {
  async list(): Promise<readonly PublicJwk[]> {
    const { receipt, head } = await getKeyring(this.env);
    return [receipt.public, head.public];
  }
}

export default {
  fetch: () => new Response(null, { status: 404 }),
} satisfies ExportedHandler;
