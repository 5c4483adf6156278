/** Resend: the key as bearer token, the action id as idempotency key (kept for 24 hours). */
import { RESEND_ORIGIN, resendEndpoint } from "../../../core/transport/resend.ts";
import type { Sender } from "./sender.ts";

export const resendSender: Sender = {
  kind: "resend",
  title: "Resend",
  publicOrigin: RESEND_ORIGIN,
  endpoint: resendEndpoint,
  headers: async ({ actionId, credentials }) => ({
    authorization: `Bearer ${credentials.api_key}`,
    "idempotency-key": actionId,
  }),
  // The key was used for other bytes: no retry mends that. `concurrent_idempotent_requests` is the other 409.
  finalConflicts: ["invalid_idempotent_request"],
  providerId: (answer) => readWord(answer, "id", /^[A-Za-z0-9_-]{1,100}$/),
  errorName: (answer) => readWord(answer, "name", /^[a-z][a-z0-9_]{0,63}$/),
};

/** One member of a JSON object, if it has the form expected; whatever else stands in the answer is not taken over. */
function readWord(answer: string, member: string, form: RegExp): string | null {
  try {
    const json: unknown = JSON.parse(answer);
    if (typeof json !== "object" || json === null || !Object.hasOwn(json, member)) return null;
    const value = (json as Record<string, unknown>)[member];
    return typeof value === "string" && form.test(value) ? value : null;
  } catch {
    return null;
  }
}
