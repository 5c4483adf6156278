/** The signer's public keys as they are published (docs/spec/keys.md). */
import { fromBase64Url } from "../../core/encoding.ts";
import type { PublishedJwk } from "../../core/keys.ts";
import { formatKey, SIGNATURE_TYPE } from "../../core/ledger/tree/note.ts";
import type { KeysService } from "../../core/signing.ts";
import { Problem } from "./problem.ts";

export interface KeySet {
  readonly keys: readonly PublishedJwk[];
  /** C2SP verifier keys of the origin's checkpoints. */
  readonly vkeys?: readonly string[];
}

/** With the name of a log, or of one of its epochs, also what signs its checkpoints. */
export async function keySet(service: KeysService, origin: string | null): Promise<KeySet> {
  const keys = await service.list().catch(() => {
    throw new Problem("signer_unavailable");
  });
  return { keys, ...(origin !== null && { vkeys: keys.flatMap((key) => checkpointVkey(origin, key)) }) };
}

/** A verifier key cannot say that it is good up to some size alone, so the older one has none. */
function checkpointVkey(
  name: string,
  { countersign_use, countersign_successor, x }: PublishedJwk,
): readonly string[] {
  const publicKey = fromBase64Url(x);
  if (countersign_use !== "checkpoint" || countersign_successor !== undefined || publicKey === null)
    return [];
  return [formatKey({ name, type: SIGNATURE_TYPE.ed25519, publicKey })];
}
