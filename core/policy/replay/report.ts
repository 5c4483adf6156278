/** What a replay compared, part by part. */

/** In the order in which they are compared. */
export const REPLAY_PARTS = [
  "input",
  "action",
  "changed_input",
  "discharged",
  "bundle",
  "settings",
  "policy",
  "module",
  "profile",
  "fuel_limit",
  "reading",
  "verdict",
  "recorded_verdict",
  "policies",
  "obligations",
  "decision",
] as const;
export type ReplayPart = (typeof REPLAY_PARTS)[number];

export interface Comparison {
  readonly part: ReplayPart;
  /** Which bundle, policy or member of the decision; null where there is only one. */
  readonly subject: string | null;
  readonly result: "match" | "mismatch" | "unverifiable";
  /** Digests, or texts without anything of the action; null where there was nothing to compare. */
  readonly expected: string | null;
  readonly got: string | null;
  /** What is missing, where it could not be compared. */
  readonly why: string | null;
}

/** MATCH: all was compared, and all was the same. UNVERIFIABLE: what could be compared was, but something is missing. */
export type ReplayStatus = "MATCH" | "MISMATCH" | "UNVERIFIABLE";

export interface Replay {
  readonly status: ReplayStatus;
  readonly comparisons: readonly Comparison[];
}

export class Comparisons {
  readonly #all: Comparison[] = [];

  /** True where the two are the same. */
  same(part: ReplayPart, subject: string | null, expected: string | null, got: string | null): boolean {
    const result = expected === got ? "match" : "mismatch";
    this.#all.push({ part, subject, result, expected, got, why: null });
    return expected === got;
  }

  missing(part: ReplayPart, subject: string | null, why: string): void {
    this.#all.push({ part, subject, result: "unverifiable", expected: null, got: null, why });
  }

  report(): Replay {
    const has = (result: Comparison["result"]) => this.#all.some((one) => one.result === result);
    const status = has("mismatch") ? "MISMATCH" : has("unverifiable") ? "UNVERIFIABLE" : "MATCH";
    return { status, comparisons: this.#all };
  }
}
