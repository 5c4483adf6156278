/** The cookie that carries a reviewer's session. */
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import type { SignedIn } from "./ports.ts";

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * SameSite is Lax, not Strict. A one-time link may be opened from a web mail or a chat: the answer sets the
 * cookie and redirects, and browsers hold back a Strict cookie for the whole of such a navigation, so the
 * reviewer would land on the sign-in form again. Lax sends it with top-level GETs, which never change
 * anything here, and not with a POST from another site; those are also refused by `fromOwnPage` and by the
 * token in the form.
 */
const ATTRIBUTES = { httpOnly: true, sameSite: "Lax", path: "/" } as const;

interface CookieForm {
  readonly name: string;
  readonly secure: boolean;
}

/** `__Host-` wherever the connection is private; null where it is not, for there a session would be anyone's. */
function formFor(c: Context): CookieForm | null {
  const { protocol, hostname } = new URL(c.req.url);
  if (protocol === "https:") return { name: "__Host-countersign", secure: true };
  return LOOPBACK.has(hostname) ? { name: "countersign", secure: false } : null;
}

/** Whether a session can be kept over this connection at all. */
export const isPrivate = (c: Context): boolean => formFor(c) !== null;

export function readSessionCookie(c: Context): string | null {
  const form = formFor(c);
  return (form && getCookie(c, form.name)) || null;
}

export function writeSessionCookie(c: Context, { cookieValue, expiresAtMs }: SignedIn, nowMs: number): void {
  const form = formFor(c);
  if (form === null) return;
  const maxAge = Math.max(0, Math.floor((expiresAtMs - nowMs) / 1000));
  setCookie(c, form.name, cookieValue, { ...ATTRIBUTES, secure: form.secure, maxAge });
}

export function clearSessionCookie(c: Context): void {
  const form = formFor(c);
  if (form !== null) setCookie(c, form.name, "", { ...ATTRIBUTES, secure: form.secure, maxAge: 0 });
}
