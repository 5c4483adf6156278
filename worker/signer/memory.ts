/**
 * What the signer last signed of a log, in an object of its own: by compare-and-set, so that of two histories of one log it
 * signs one. A log whose storage was rewound, or that two gates write, is found here.
 */
import { DurableObject } from "cloudflare:workers";
import { fromBase64, toBase64 } from "../../core/encoding.ts";
import { type EpochStatement, FIRST_EPOCH, type TreeHead } from "../../core/epoch.ts";
import { EMPTY_ROOT, type Hash, isConsistent } from "../../core/ledger/tree/merkle.ts";
import type {
  CheckpointRequest,
  CheckpointResult,
  EpochResult,
  RotationRequest,
} from "../../core/signing.ts";

interface Signed extends TreeHead {
  readonly epoch: number;
  /** Of the statement that opened the epoch; null in the first. */
  readonly opened: string | null;
  /** What the epoch gave up, as long as nothing was signed in it. */
  readonly givenUp: TreeHead | null;
}

type Refused = Exclude<CheckpointResult, { readonly kind: "signed" }>;
export type AdvanceResult = { readonly kind: "accepted"; readonly epoch: number } | Refused;

/** That a key of this log gave way, by its use and id. */
interface GivenWay {
  readonly to: string;
  readonly index: number;
}
const givenWay = (use: string, id: string): string => `given_way/${use}/${id}`;

export type RotateResult =
  | { readonly kind: "accepted"; readonly index: number }
  /** It gave way to another key before, or the one that it is to give way to did itself. */
  | { readonly kind: "used" }
  | { readonly kind: "misplaced"; readonly size: number };

const SIGNED = "signed";
const NOTHING: Signed = {
  epoch: FIRST_EPOCH,
  size: 0,
  root: toBase64(EMPTY_ROOT),
  opened: null,
  givenUp: null,
};

export class LogMemory extends DurableObject {
  get #signed(): Signed {
    return this.ctx.storage.kv.get<Signed>(SIGNED) ?? NOTHING;
  }

  /** Accepts a tree that extends the last one, and remembers it before anybody signs it. The same one is accepted again. */
  async advance({ size, root, oldSize, proof }: Omit<CheckpointRequest, "log">): Promise<AdvanceResult> {
    const last = this.#signed;
    const { epoch } = last;
    if (size === last.size && root === last.root) {
      this.ctx.storage.kv.put<Signed>(SIGNED, { ...last, givenUp: null });
      return { kind: "accepted", epoch };
    }
    if (size < last.size || size === last.size)
      return { kind: "fork", epoch, size: last.size, root: last.root };
    if (oldSize !== last.size) return { kind: "conflict", size: last.size, root: last.root };
    const hashes = [root, last.root, ...proof].map(fromBase64);
    const [next, before, ...path] = hashes;
    const extendsLast =
      hashes.every((hash) => hash !== null) &&
      isConsistent(last.size, size, path as Hash[], before as Hash, next as Hash);
    if (!extendsLast) return { kind: "fork", epoch, size: last.size, root: last.root };
    this.ctx.storage.kv.put<Signed>(SIGNED, { ...last, size, root, givenUp: null });
    return { kind: "accepted", epoch };
  }

  /**
   * The end of an older key: what was signed last, and nothing that a caller chooses, since below it the older key is good for
   * ever. Once it was told it stays, so that no two statements say different ends.
   */
  async rotate(
    { use, old, index }: Omit<RotationRequest, "log" | "time">,
    to: string,
  ): Promise<RotateResult> {
    const { kv } = this.ctx.storage;
    const known = kv.get<GivenWay>(givenWay(use, old));
    if (known?.to === to) return { kind: "accepted", index: known.index };
    if (known !== undefined || kv.get(givenWay(use, to)) !== undefined) return { kind: "used" };
    const { size } = this.#signed;
    if (index !== size || size === 0) return { kind: "misplaced", size };
    kv.put<GivenWay>(givenWay(use, old), { to, index });
    return { kind: "accepted", index };
  }

  /**
   * The operator's signature was verified; `digest` names the statement, so that it opens one epoch however often it comes. As
   * long as nothing was signed in the epoch another statement may open it anew: who asked may have died before it heard.
   */
  async open({ epoch, old, base }: EpochStatement, digest: string): Promise<EpochResult> {
    const last = this.#signed;
    if (last.opened === digest) return { kind: "opened", epoch: last.epoch };
    const givenUp = epoch === last.epoch ? last.givenUp : null;
    if (givenUp === null && epoch !== last.epoch + 1)
      return { kind: "refused", reason: `The next epoch of this log is ${last.epoch + 1}.` };
    const { size, root } = givenUp ?? last;
    if (old.size !== size || old.root !== root)
      return { kind: "refused", reason: `The tree signed last has ${size} entries and root ${root}.` };
    this.ctx.storage.kv.put<Signed>(SIGNED, { epoch, ...base, opened: digest, givenUp: { size, root } });
    return { kind: "opened", epoch };
  }
}
