/** Calls to the other Workers and to the tenants' objects, and what their failures mean to a caller. */
import { CONFIG_CHARS_MAX, ENTRY_BYTES_MAX } from "../../core/limits.ts";
import {
  CONFIG_TOO_LARGE,
  ENTRY_TOO_LARGE,
  PAYLOAD_LOST,
  PAYLOAD_UNAVAILABLE,
  UNAUTHORISED,
} from "../../core/tenant-errors.ts";
import { Problem } from "./problem.ts";

/** Asks another Worker or object; what cannot be reached is a 503, never an allow (invariant I1). */
export async function reach<T>(
  code: "ledger_unavailable" | "signer_unavailable" | "store_unavailable",
  work: () => Promise<T>,
  members?: Record<string, unknown>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && error.message === UNAUTHORISED)
      throw new Problem("unauthenticated", { detail: "The key was revoked meanwhile." });
    if (error instanceof Error && error.message === CONFIG_TOO_LARGE)
      throw new Problem("limit_reached", {
        detail: `Keys, targets, bindings and bound bundles have at most ${CONFIG_CHARS_MAX} characters in all.`,
      });
    if (error instanceof Error && error.message === ENTRY_TOO_LARGE)
      throw new Problem("limit_reached", {
        detail: `The entry of the log that would record this has more than ${ENTRY_BYTES_MAX} bytes.`,
      });
    if (error instanceof Error && error.message === PAYLOAD_LOST)
      throw new Problem("payload_lost", {
        detail: "What was recorded of it verifies without. The gateway's log names the file.",
      });
    console.error(JSON.stringify({ event: code, error: String(error) }));
    const inStore = error instanceof Error && error.message === PAYLOAD_UNAVAILABLE;
    throw new Problem(inStore ? "store_unavailable" : code, {
      detail: "Try again with the same Idempotency-Key.",
      ...(members ? { members } : {}),
    });
  }
}
