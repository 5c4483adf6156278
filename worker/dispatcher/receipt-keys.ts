/** The signer's public receipt keys, as the dispatcher knows them. */
import { importPublicKey, type PublicJwk } from "../../core/keys.ts";
import type { KeysService } from "../../core/signing.ts";

/** How long a key that the signer no longer lists may still be believed by an isolate that has seen it. */
const KEPT_MS = 60_000;

let cache: { readonly keys: readonly CryptoKey[]; readonly readAtMs: number } | undefined;

/**
 * Calls `open` with the keys known, and where that gives null once more with keys read anew: a rotated key is met by
 * its first receipt, not after a minute.
 */
export async function withReceiptKeys<T>(
  service: KeysService,
  nowMs: number,
  open: (keys: readonly CryptoKey[]) => Promise<T | null>,
): Promise<T | null> {
  if (cache !== undefined && nowMs - cache.readAtMs < KEPT_MS) {
    const opened = await open(cache.keys);
    if (opened !== null) return opened;
  }
  cache = { keys: await importReceiptKeys(await service.list()), readAtMs: nowMs };
  return open(cache.keys);
}

/** A head key verifies no receipt. */
function importReceiptKeys(published: readonly PublicJwk[]): Promise<CryptoKey[]> {
  return Promise.all(published.filter((jwk) => jwk.countersign_use === "receipt").map(importPublicKey));
}
