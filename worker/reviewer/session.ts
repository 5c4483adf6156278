/** A request of somebody signed in, and what its forms bring. */
import type { Context } from "hono";
import { equalTokens } from "./own-page.ts";
import type { ReviewPorts, Session, SessionPorts } from "./ports.ts";
import { readSessionCookie } from "./session-cookie.ts";
import type { Site } from "./site.ts";

export interface SignedInRequest<P extends SessionPorts = ReviewPorts> {
  readonly ports: P;
  readonly cookie: string;
  readonly session: Session;
}

/** The form of an approval's or action's id: whatever else comes as one is not looked up and not carried on in a link. */
export const isItem = (text: string): boolean => /^[A-Za-z0-9_-]{1,64}$/.test(text);

/** `item`: what was asked for, to go on to it once signed in. */
export const toSignIn = (c: Context, { root }: Site, item?: string): Response =>
  c.redirect(item !== undefined && isItem(item) ? `${root}/sign-in?item=${item}` : `${root}/sign-in`, 303);

export const afterSignIn = (c: Context, { root }: Site, item: string | null): Response =>
  c.redirect(item !== null && isItem(item) ? `${root}/${item}` : root, 303);

export async function signedIn<P extends SessionPorts>(
  c: Context,
  ports: P,
): Promise<SignedInRequest<P> | null> {
  const cookie = readSessionCookie(c);
  const session = cookie === null ? null : await ports.findSession(cookie);
  return cookie === null || session === null ? null : { ports, cookie, session };
}

/** A form's field as text; empty where it is missing, repeated or a file. */
export async function formText(c: Context, name: string): Promise<string> {
  const value = (await c.req.parseBody({ all: true }))[name];
  return typeof value === "string" ? value : "";
}

export const hasToken = ({ session }: Pick<SignedInRequest, "session">, token: string): boolean =>
  equalTokens(token, session.csrfToken);
