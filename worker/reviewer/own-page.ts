/** Whether a form was sent by a page of ours: against cross-site request forgery. */
import type { Context } from "hono";
import { equalHashes } from "../../core/api-key.ts";
import { sha256Hex } from "../../core/hash.ts";

/**
 * By Fetch Metadata (w3.org/TR/fetch-metadata) where the browser sends it, else by `Origin` (RFC 6454).
 * Our `Referrer-Policy: no-referrer` makes browsers send `Origin: null` with our own forms (Fetch, "append
 * a request Origin header"), so null is taken only together with `same-origin`. A request with neither
 * header comes from no browser that could be trusted with a session.
 */
export function fromOwnPage(c: Context): boolean {
  const site = c.req.header("Sec-Fetch-Site");
  const origin = c.req.header("Origin");
  const own = origin === new URL(c.req.url).origin;
  if (site === undefined) return own;
  return site === "same-origin" && (own || origin === undefined || origin === "null");
}

/** Hashed first, so that neither length nor a common beginning shows in the time it takes. */
export const equalTokens = (left: string, right: string): boolean =>
  equalHashes(sha256Hex(left), sha256Hex(right));
