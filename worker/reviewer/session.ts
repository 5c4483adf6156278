/** A request of somebody signed in, and what its forms bring. */
import type { Context } from "hono";
import { equalTokens } from "./own-page.ts";
import type { ReviewPorts, Session } from "./ports.ts";

export interface SignedInRequest {
  readonly ports: ReviewPorts;
  readonly cookie: string;
  readonly session: Session;
}

/** The form of an approval's id: whatever else comes as one is not looked up and not carried on in a link. */
export const isItem = (text: string): boolean => /^[A-Za-z0-9_-]{1,64}$/.test(text);

/** `item`: the approval that was asked for, to go on to it once signed in. */
export function toSignIn(c: Context, item?: string): Response {
  return c.redirect(
    item !== undefined && isItem(item) ? `/review/sign-in?item=${item}` : "/review/sign-in",
    303,
  );
}

export const afterSignIn = (c: Context, item: string | null): Response =>
  c.redirect(item !== null && isItem(item) ? `/review/${item}` : "/review", 303);

/** A form's field as text; empty where it is missing, repeated or a file. */
export async function formText(c: Context, name: string): Promise<string> {
  const value = (await c.req.parseBody({ all: true }))[name];
  return typeof value === "string" ? value : "";
}

export const hasToken = ({ session }: SignedInRequest, token: string): boolean =>
  equalTokens(token, session.csrfToken);
