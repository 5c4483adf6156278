/** What the page asks of its worker, and what it is told. Plain data: it goes through `postMessage`. */
import type { Report } from "../../core/ledger/report.ts";
import type { Replayed } from "../evaluate/replay.ts";

export interface GivenFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface ExamineRequest {
  readonly evidence: readonly GivenFile[];
  readonly keyFiles: readonly GivenFile[];
  /** What was typed or pasted: bare keys, verifier keys of logs and witnesses, or the text of a key file. */
  readonly keyText: string;
  /** How many of the given witnesses have to have cosigned; empty: all. */
  readonly quorumText: string;
  /** Modules, policy records, bundles and inputs for the replay. */
  readonly extras: readonly GivenFile[];
  /** The policies that the page carries, as its build wrote them. */
  readonly builtin: string;
}

/** `total` null: how much there is to do is not known. */
export interface Progress {
  readonly kind: "progress";
  readonly step: string;
  readonly done: number;
  readonly total: number | null;
}

export interface ExaminedFile {
  readonly name: string;
  readonly what: string;
  readonly byteLength: number;
  /** Hex. */
  readonly sha256: string;
}

/** Of what the command line verifies, and of what only this page takes apart. */
export type PageReport = Omit<Report, "subject"> & {
  readonly subject: Report["subject"] | "pack" | "absence";
};

export interface VerifiedFile {
  readonly file: string;
  readonly report: PageReport;
}

export interface ReplayReport {
  readonly counts: Readonly<Record<Replayed["status"], number>>;
  readonly decisions: readonly Replayed[];
}

export interface Outcome {
  readonly kind: "outcome";
  readonly verdict: "verified" | "not_verified";
  readonly files: readonly ExaminedFile[];
  readonly keys: readonly {
    readonly id: string;
    readonly use: string | null;
    /** The log or witness that it was given for; null: any log. */
    readonly name: string | null;
  }[];
  readonly verified: readonly VerifiedFile[];
  /** Null where nothing given holds a decision with what it was made from; `whyNoReplay` says so. */
  readonly replay: ReplayReport | null;
  readonly whyNoReplay: string | null;
  /** The engine that replayed. */
  readonly engine: string;
}

/** It could not be examined: what was given is not what is needed. */
export interface Refusal {
  readonly kind: "refused";
  /** Which of the page's fields is meant. */
  readonly field: "evidence" | "keys" | "extras" | "browser";
  readonly message: string;
}

export type WorkerMessage = Progress | Outcome | Refusal;
