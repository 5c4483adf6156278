/**
 * What a witness knows of one log: the checkpoint that it cosigned last, in an object of its own. Comparing with it and
 * replacing it is one step without a wait in between, so that of two checkpoints that do not extend each other one is cosigned.
 */
import { DurableObject } from "cloudflare:workers";
import { fromBase64, toBase64 } from "../../core/encoding.ts";
import { EMPTY_ROOT, type Hash, isConsistent, isSame } from "../../core/ledger/tree/merkle.ts";

/** A checkpoint whose signature was verified. */
export interface Submitted {
  readonly oldSize: number;
  readonly proof: readonly Hash[];
  readonly size: number;
  readonly root: Hash;
}

export type Observed =
  /** Remembered as the newest. `seconds` since the epoch: the time for the cosignature. */
  | { readonly kind: "accepted"; readonly seconds: number }
  /** The size that was cosigned last is this one and not `oldSize`; or it is, with another root. */
  | { readonly kind: "conflict"; readonly size: number }
  | { readonly kind: "unproven" };

interface Cosigned {
  readonly size: number;
  /** Base64. */
  readonly root: string;
  readonly seconds: number;
}

const LAST = "last";
const NONE: Cosigned = { size: 0, root: toBase64(EMPTY_ROOT), seconds: 0 };

export class WatchedLog extends DurableObject {
  /** In the order of checks that https://c2sp.org/tlog-witness has. */
  async observe({ oldSize, proof, size, root }: Submitted): Promise<Observed> {
    const last = this.ctx.storage.kv.get<Cosigned>(LAST) ?? NONE;
    const lastRoot = fromBase64(last.root) as Hash;
    if (oldSize !== last.size) return { kind: "conflict", size: last.size };
    if (size === last.size && !isSame(root, lastRoot)) return { kind: "conflict", size: last.size };
    if (!isConsistent(last.size, size, proof, lastRoot, root)) return { kind: "unproven" };
    // A cosignature says what was the newest at its time. It is taken here, not when it is signed: another request may be
    // faster by then; and a clock that was set back must not say that the smaller tree came later.
    const seconds = Math.max(Math.floor(Date.now() / 1000), last.seconds);
    // If we crash after this, the client asks again: from this size on, and this checkpoint is cosigned once more. The output
    // gate holds the answer until the record is on disk.
    this.ctx.storage.kv.put<Cosigned>(LAST, { size, root: toBase64(root), seconds });
    return { kind: "accepted", seconds };
  }
}
