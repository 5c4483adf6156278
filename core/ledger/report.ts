/** What a verification found: one check after another, each with what was compared and where it failed. */

export type CheckStatus = "ok" | "failed" | "warning" | "skipped";

export interface Fault {
  /** Where in the file: `line 12`, or `data[11]` in a JSON page; null where the file as a whole is meant. */
  readonly where: string | null;
  /** The ledger entry that is damaged, missing or out of place; null where no single entry is meant. */
  readonly index: number | null;
  /** JSON Pointer to the member of the entry, or of a line of evidence; null where none can be named. */
  readonly field: string | null;
  readonly message: string;
}

export interface Check {
  readonly id: string;
  readonly status: CheckStatus;
  /** What was compared with what; where skipped, why. */
  readonly compared: string;
  readonly faults: readonly Fault[];
}

export interface Report {
  readonly subject: "ledger" | "receipt" | "checkpoint";
  readonly ok: boolean;
  readonly checks: readonly Check[];
  /** What was established, or taken on trust: to be read together with the verdict. */
  readonly notes: readonly string[];
}

export const fault = (
  message: string,
  index: number | null = null,
  where: string | null = null,
  field: string | null = null,
): Fault => ({ where, index, field, message });

export const check = (id: string, compared: string, faults: readonly Fault[]): Check => ({
  id,
  status: faults.length === 0 ? "ok" : "failed",
  compared,
  faults,
});

export const skipped = (id: string, why: string): Check => ({
  id,
  status: "skipped",
  compared: why,
  faults: [],
});

/** A warning leaves the verdict as it is. */
export const warning = (id: string, compared: string, faults: readonly Fault[]): Check => ({
  id,
  status: faults.length === 0 ? "ok" : "warning",
  compared,
  faults,
});

export const report = (
  subject: Report["subject"],
  checks: readonly Check[],
  notes: readonly string[],
): Report => ({
  subject,
  ok: checks.every(({ status }) => status !== "failed"),
  checks,
  notes,
});
