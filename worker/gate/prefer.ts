/** The Prefer header, RFC 7240: `wait=N` and `respond-async`. Unknown preferences are passed over, as it says. */
import { WAIT_SECONDS_MAX } from "../../core/limits.ts";

export interface Preference {
  /** null: the caller did not say. 0: answer at once. */
  readonly waitMs: number | null;
  /** Value of Preference-Applied; null where nothing was asked for. */
  readonly applied: string | null;
}

export function parsePrefer(header: string | null): Preference {
  let wait: number | null = null;
  for (const token of (header ?? "").split(",")) {
    const name = token.trim().toLowerCase();
    if (name === "respond-async") return { waitMs: 0, applied: "respond-async" };
    const seconds = /^wait\s*=\s*"?([0-9]{1,4})"?$/.exec(name)?.[1];
    if (seconds !== undefined && wait === null) wait = Math.min(Number(seconds), WAIT_SECONDS_MAX);
  }
  return wait === null ? { waitMs: null, applied: null } : { waitMs: wait * 1000, applied: `wait=${wait}` };
}
