/** What the signer offers to the gate, and its public half to everyone. */
import type { Envelope, StatementKind } from "./dsse.ts";
import type { PublicJwk } from "./keys.ts";

export interface SignerService {
  /** Signs a statement as `kind`. Throws where the statement is not one that may be signed as that kind. */
  sign(kind: StatementKind, statement: string): Promise<Envelope>;
}

export interface KeysService {
  list(): Promise<readonly PublicJwk[]>;
}
