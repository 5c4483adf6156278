/** Signing in and out. */
import type { Context } from "hono";
import { MessagePage } from "./message-page.tsx";
import { answer } from "./page.tsx";
import type { SessionPorts, SignedIn } from "./ports.ts";
import { afterSignIn, formText, hasToken, type SignedInRequest, toSignIn } from "./session.ts";
import { clearSessionCookie, isPrivate, readSessionCookie, writeSessionCookie } from "./session-cookie.ts";
import { SignInPage } from "./sign-in-page.tsx";
import type { Site } from "./site.ts";

const BAD_CODE =
  "This one-time link was already used, has expired or is not one. Ask for a new one, or sign in with your API key.";
const badKey = ({ signIn }: Site): string =>
  `This is not the API key of ${signIn.whose}. Check that it was copied in full.`;
const NOT_PRIVATE =
  "This page is open over plain HTTP, where anyone on the way could take your session. Open it over https.";

export async function signInPage(c: Context, ports: SessionPorts, site: Site) {
  const item = c.req.query("item") ?? null;
  const code = c.req.query("code");
  if (!isPrivate(c)) return answer(c, <SignInPage site={site} message={NOT_PRIVATE} item={item} />, 400);
  if (code !== undefined && !onlyLooking(c)) {
    const signedIn = await ports.signInWithCode(code);
    if (signedIn !== null) return enter(c, ports, site, signedIn, item);
  }
  const cookie = readSessionCookie(c);
  // A used code with a session at hand is a link opened for the second time.
  if (cookie !== null && (await ports.findSession(cookie)) !== null) return afterSignIn(c, site, item);
  if (code === undefined) return answer(c, <SignInPage site={site} message={null} item={item} />);
  return answer(c, <SignInPage site={site} message={BAD_CODE} item={item} />, 401);
}

/** A HEAD or a prefetch is made by programs that look at links ahead of people: the code is not theirs to use up. */
function onlyLooking(c: Context): boolean {
  return (
    c.req.raw.method === "HEAD" ||
    (c.req.header("Sec-Purpose") ?? c.req.header("Purpose") ?? "").includes("prefetch")
  );
}

export async function signInByKey(c: Context, ports: SessionPorts, site: Site) {
  const item = (await formText(c, "item")) || null;
  if (!isPrivate(c)) return answer(c, <SignInPage site={site} message={NOT_PRIVATE} item={item} />, 400);
  const key = (await formText(c, "key")).trim();
  const signedIn = key === "" ? null : await ports.signInWithKey(key);
  if (signedIn === null) return answer(c, <SignInPage site={site} message={badKey(site)} item={item} />, 401);
  return enter(c, ports, site, signedIn, item);
}

/** Always under a new cookie, so that no session known to another can become this one. */
function enter(c: Context, ports: SessionPorts, site: Site, signedIn: SignedIn, item: string | null) {
  writeSessionCookie(c, signedIn, ports.nowMs());
  return afterSignIn(c, site, item);
}

export async function signOut(c: Context, request: SignedInRequest<SessionPorts>, site: Site, token: string) {
  if (!hasToken(request, token)) {
    const text = "The form belongs to an earlier session. You are still signed in.";
    return answer(
      c,
      <MessagePage site={site} session={request.session} title="Not signed out" text={text} />,
      403,
    );
  }
  await request.ports.signOut(request.cookie);
  clearSessionCookie(c);
  return toSignIn(c, site);
}
