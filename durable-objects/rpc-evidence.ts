/** What the tenant's object tells of recorded decisions: for exports, reports on candidates, and backtests. */
import type { Envelope } from "../core/dsse.ts";
import type { TreeHead } from "../core/epoch.ts";
import type { Digest } from "../core/hash.ts";
import type { StoredEntry } from "../core/ledger/entry.ts";
import type { Change } from "../core/policy/change.ts";
import type { Outcome } from "../core/policy/decision.ts";
import type { DecisionEvidence } from "../core/policy/replay/replay.ts";
import type { EpochResult } from "../core/signing.ts";
import type { ActionState, ErasedRecord, KeptRecord } from "./rpc.ts";

export interface RecordedEntry {
  readonly entry: StoredEntry;
  /** Null where the entry is no decision, or what it was made from was erased. */
  readonly evidence: DecisionEvidence | null;
  /** Index of the entry that records the erasure; null where nothing was erased. */
  readonly erasedIdx: number | null;
}

export interface EvidencePage {
  /** Fewer than asked for where their texts are long. */
  readonly entries: readonly RecordedEntry[];
  readonly log: string;
  readonly size: number;
}

/** Decided so, and decided otherwise by a candidate. */
export interface Difference {
  readonly entryIdx: number;
  readonly actionId: string;
  readonly change: Change;
  readonly decision: Outcome;
  readonly candidateDecision: Outcome;
  /** `policy RULE` that fired in one of the two alone. */
  readonly onlyActive: readonly string[];
  readonly onlyCandidate: readonly string[];
}

export interface PairCount {
  readonly decision: Outcome;
  readonly candidateDecision: Outcome;
  readonly count: number;
}

/** Where a page of differences goes on: after this one. */
export interface DifferenceCursor {
  readonly rank: number;
  readonly entryIdx: number;
}

export interface ShadowQuery {
  readonly surface: string;
  readonly folder: string | null;
  readonly candidate: Digest;
  readonly sinceMs: number;
  readonly after: DifferenceCursor | null;
  readonly limit: number;
}

export interface ShadowReport {
  readonly pairs: readonly PairCount[];
  readonly onlyActive: readonly { readonly rule: string; readonly count: number }[];
  readonly onlyCandidate: readonly { readonly rule: string; readonly count: number }[];
  readonly differences: readonly Difference[];
  readonly next: DifferenceCursor | null;
}

export interface BacktestRequest {
  readonly bundle: Digest;
  /** Null: the candidate alone judges every action. */
  readonly surface: string | null;
  readonly folder: string | null;
  readonly sinceMs: number;
  readonly untilMs: number;
}

export interface Backtest {
  readonly id: string;
  readonly request: BacktestRequest;
  readonly createdAtMs: number;
  /** Entries below are done; at `endIdx` all are. */
  readonly nextIdx: number;
  readonly endIdx: number;
  readonly judged: number;
  /** Decisions under an approval, of other surfaces and folders, or without an input any more. */
  readonly skipped: number;
  readonly pairs: readonly PairCount[];
  /** True where there were more differences than are kept; all are counted. */
  readonly truncated: boolean;
}

export interface BacktestProgress {
  readonly fromIdx: number;
  readonly nextIdx: number;
  readonly skipped: number;
  readonly pairs: readonly PairCount[];
  readonly differences: readonly Difference[];
}

/** A checkpoint with all signatures that it has by now. */
export interface SignedCheckpoint extends TreeHead {
  /** C2SP signed note. */
  readonly note: string;
}

/** A checkpoint to prove something under, and how many of the witnesses that are asked for have cosigned it. */
export interface ProvingCheckpoint extends SignedCheckpoint {
  /** Null where nobody asks for any. */
  readonly cosignatures: { readonly wanted: number; readonly found: number } | null;
}

/** The signer signed `signed`, and the entries that there are lead to `found`. */
export interface Fork {
  readonly epoch: number;
  readonly signed: TreeHead;
  readonly found: TreeHead;
}

/** How the log stands. */
export interface LogStatus {
  readonly log: string;
  /** Entries. */
  readonly size: number;
  readonly epoch: number;
  readonly checkpoint: (SignedCheckpoint & { readonly atMs: number }) | null;
  readonly fork: Fork | null;
  /** DSSE envelopes of `rotation` statements, oldest first. */
  readonly rotations: readonly Envelope[];
  /** DSSE envelopes of `epoch` statements, oldest first. */
  readonly epochs: readonly Envelope[];
  readonly witnesses: readonly WitnessState[];
}

/** How far a witness is. */
export interface WitnessState {
  readonly name: string;
  /** Of the checkpoint that it cosigned last. */
  readonly size: number;
  readonly cosignedAtMs: number | null;
  /** Times in a row that it did not. */
  readonly failures: number;
  /** It has cosigned what this log does not have. */
  readonly contradicts: boolean;
}

/** An entry that tells of an action, with what its commitments stand for. */
export interface StoryEntry {
  readonly entry: StoredEntry;
  /** Of a decision or a full evaluation: of how many there may be, payloads would fill an answer, and a cache. */
  readonly record: KeptRecord | ErasedRecord | null;
  /** A reviewer's reason, supplied facts, or a reported detail; null where there is none, or it was erased. */
  readonly text: string | null;
}

export interface StoryDelivery {
  readonly id: string;
  readonly target: string;
  readonly state: string;
  /** What the provider answered last, and what it calls the message. */
  readonly httpStatus: number | null;
  readonly reason: string | null;
  readonly providerId: string | null;
  readonly attempts: readonly {
    readonly number: number;
    readonly startedAtMs: number;
    readonly endedAtMs: number | null;
    readonly result: string | null;
  }[];
}

/** All that is known of one action. */
export interface ActionStory {
  readonly state: ActionState;
  readonly surface: string;
  readonly agent: string | null;
  readonly user: string | null;
  /** Canonical input of its latest decision: action, context and principal; null where it was erased. */
  readonly input: string | null;
  /** In the log's order. */
  readonly entries: readonly StoryEntry[];
  /** True where there are more entries than are told. */
  readonly truncated: boolean;
  readonly deliveries: readonly StoryDelivery[];
  /** Who stands behind the opaque ids and keys that the entries name; those that were forgotten are missing. */
  readonly names: Readonly<Record<string, string>>;
}

/** Deliveries that wait to be sent. */
export interface Unsent {
  readonly count: number;
  readonly oldest: {
    readonly delivery: string;
    /** The action's id, or the alert's. */
    readonly subject: string;
    readonly target: string;
    /** When what is to be sent was decided. */
    readonly sinceMs: number;
    readonly attempts: number;
  } | null;
}

export interface TileAsked {
  /** The epoch that it is to be of; null: that of now. */
  readonly of: number | null;
  /** Of a tile that the caller has under this name. */
  readonly tag: string | null;
}

export interface TileFile {
  /** Of the log and its epoch, in which a tile of one name never changes. */
  readonly tag: string;
  /** Null where the caller has it. */
  readonly bytes: Uint8Array | null;
}

export interface EvidenceService {
  /** Null: there is no such action. */
  story(actionId: string): Promise<ActionStory | null>;
  unsent(): Promise<Unsent>;
  logStatus(): Promise<LogStatus>;
  /** The tree with all its entries, as an epoch's statement names it. */
  treeHead(): Promise<TreeHead>;
  /** The newest checkpoint as soon as it covers `minSize` entries; null where none does within `waitMs`. */
  checkpoint(minSize: number, waitMs: number): Promise<SignedCheckpoint | null>;
  /**
   * The same, but rather an older one that as many witnesses cosigned as are asked for; for these it waits up to `cosignedWaitMs`
   * more, and then gives the one with the most that there is.
   */
  provingCheckpoint(
    minSize: number,
    waitMs: number,
    cosignedWaitMs: number,
  ): Promise<ProvingCheckpoint | null>;
  /** Those kept with sizes from `from` up to `to`, in order. */
  checkpoints(from: number, to: number, limit: number): Promise<readonly SignedCheckpoint[]>;
  /** Audit path in base64; null where the tree is not that large, or has no such leaf. */
  inclusion(index: number, size: number): Promise<readonly string[] | null>;
  consistency(from: number, to: number): Promise<readonly string[] | null>;
  /** Roots of the complete subtrees before entry `from` and behind entry `to` in the tree of `size` entries, in base64. */
  range(
    from: number,
    to: number,
    size: number,
  ): Promise<{ readonly left: readonly string[]; readonly right: readonly string[] } | null>;
  /**
   * A tile of hashes, or an entry bundle (level -1); null where the tree of the newest checkpoint has none of that width, or the log
   * is in another epoch than `of`.
   */
  tile(level: number, index: number, width: number, asked?: TileAsked): Promise<TileFile | null>;
  /** Hands an operator's statement to the signer, and enters it. */
  openEpoch(author: { readonly keyId: string }, statement: Envelope): Promise<EpochResult>;
  evidence(from: number, limit: number): Promise<EvidencePage>;
  shadowReport(query: ShadowQuery): Promise<ShadowReport>;
  createBacktest(author: { readonly keyId: string }, id: string, request: BacktestRequest): Promise<Backtest>;
  /** Counts once: what was judged meanwhile by another call is left out. */
  advanceBacktest(
    author: { readonly keyId: string },
    id: string,
    progress: BacktestProgress,
  ): Promise<Backtest | null>;
  backtest(id: string): Promise<Backtest | null>;
  backtestDifferences(
    id: string,
    after: DifferenceCursor | null,
    limit: number,
  ): Promise<{ readonly differences: readonly Difference[]; readonly next: DifferenceCursor | null }>;
}
