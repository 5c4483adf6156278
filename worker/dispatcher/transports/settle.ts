/** What an attempt's outcome means: taken, worth trying again, or refused for good. Pure. */
import type { SendResult } from "../../../core/dispatch.ts";
import type { Sender } from "./sender.ts";

/** What came back from one POST. `text` is the beginning of the body, as far as it came. */
export type Answer =
  | { readonly status: number; readonly retryAfter: string | null; readonly text: string }
  | { readonly status: null; readonly failure: "timeout" | "network" };

/** Beside 5xx: not now, but perhaps later. 409 is the provider still busy with an earlier attempt. */
const RETRY_STATUSES: readonly number[] = [408, 409, 425, 429];

const FAILURES = {
  timeout: "did not answer in time",
  network: "could not be reached, or the connection broke",
} as const;

/** `reason` is made of our own words, the status and the provider's name for the error: no body text, no credentials. */
export function settle(sender: Sender, answer: Answer, nowMs: number): SendResult {
  if (answer.status === null) {
    const reason = `${sender.title} ${FAILURES[answer.failure]}.`;
    return { status: "retry", httpStatus: null, reason, retryAfterMs: null };
  }
  const { status: httpStatus, text } = answer;
  if (httpStatus >= 200 && httpStatus < 300) {
    return { status: "delivered", httpStatus, providerId: sender.providerId(text) };
  }
  const name = sender.errorName(text);
  const reason = `${sender.title} answered ${httpStatus}${name === null ? "" : ` (${name})`}.`;
  const finalConflict = httpStatus === 409 && name !== null && sender.finalConflicts.includes(name);
  const isRetry = (httpStatus >= 500 || RETRY_STATUSES.includes(httpStatus)) && !finalConflict;
  if (isRetry)
    return { status: "retry", httpStatus, reason, retryAfterMs: parseRetryAfter(answer.retryAfter, nowMs) };
  return { status: "rejected", httpStatus, reason };
}

const IMF_FIXDATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/** RFC 9110 section 10.2.3: seconds, or a date. Null where it is neither. */
export function parseRetryAfter(header: string | null, nowMs: number): number | null {
  const text = header?.trim() ?? "";
  if (/^[0-9]{1,9}$/.test(text)) return Number(text) * 1000;
  if (!IMF_FIXDATE.test(text)) return null;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs);
}
