/** The ledger as an auditor follows it: exported after each restart from where it was last seen, and verified offline. */
import type { Secrets } from "../../cli/demo/secrets.ts";
import type { KeyUse } from "../../core/keys.ts";
import { type TrustedKey, trustedKey } from "../../core/ledger/trust.ts";
import { type VerifiedLedger, verifyLedger } from "../../core/ledger/verify.ts";
import type { Checks } from "./checks.ts";

export interface LedgerWatch {
  /** Verifies what came since the last look, and that what was seen then still stands. */
  look(url: string): Promise<void>;
  /** Verifies the whole from entry 0. */
  whole(url: string): Promise<{ readonly verified: VerifiedLedger; readonly entries: readonly Entry[] }>;
  readonly keys: readonly TrustedKey[];
}

export interface Entry {
  readonly index: number;
  readonly time: string;
  readonly type: string;
  readonly subject: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export async function watchLedger(
  auditorKey: string,
  secrets: Secrets,
  checks: Checks,
): Promise<LedgerWatch> {
  // From the secrets that the signer was given, not from what it publishes.
  const keys = [
    await publicHalf(secrets.RECEIPT_SIGNING_KEY, "receipt"),
    await publicHalf(secrets.CHECKPOINT_SIGNING_KEY, "checkpoint"),
  ];
  const seen = new Map<number, string>();

  const read = async (url: string, from: number) => {
    const response = await fetch(`${url}/v1/ledger/export?from=${from}`, {
      headers: { authorization: `Bearer ${auditorKey}` },
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    const verified = await verifyLedger(bytes, keys);
    const { report, leaves, first, last } = verified;
    checks.expect("the log verifies, under its signed checkpoint", report.ok && first === from, () =>
      report.checks.flatMap(({ id, faults }) => faults.map(({ message }) => `${id}: ${message}`)).join(" "),
    );
    for (let index = first; index <= last; index++) {
      const leaf = leaves.get(index);
      if (leaf === undefined) continue;
      const before = seen.get(index);
      if (before !== undefined)
        checks.expect("an entry once exported never changes", before === leaf, () => `entry ${index}`);
      seen.set(index, leaf);
    }
    return { verified, bytes };
  };

  return {
    keys,
    // The last entry seen is read again: it ties what follows to what was verified before.
    look: async (url) => void (await read(url, Math.max(0, seen.size - 1))),
    async whole(url) {
      const { verified, bytes } = await read(url, 0);
      const lines = new TextDecoder()
        .decode(bytes)
        .split("\n")
        .filter((line) => line.startsWith('{"index":'));
      return { verified, entries: lines.map((line) => (JSON.parse(line) as { entry: Entry }).entry) };
    },
  };
}

function publicHalf(jwk: string, use: KeyUse): Promise<TrustedKey> {
  const { x } = JSON.parse(jwk) as { x: string };
  return trustedKey(x, use);
}
