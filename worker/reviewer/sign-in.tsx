/** Signing in and out. */
import type { Context } from "hono";
import { MessagePage } from "./message-page.tsx";
import { answer } from "./page.tsx";
import type { ReviewPorts, SignedIn } from "./ports.ts";
import { afterSignIn, formText, hasToken, type SignedInRequest } from "./session.ts";
import { clearSessionCookie, isPrivate, readSessionCookie, writeSessionCookie } from "./session-cookie.ts";
import { SignInPage } from "./sign-in-page.tsx";

const BAD_CODE =
  "This one-time link was already used, has expired or is not one. Ask for a new one, or sign in with your API key.";
const BAD_KEY = "This is not the API key of a reviewer. Check that it was copied in full.";
const NOT_PRIVATE =
  "This page is open over plain HTTP, where anyone on the way could take your session. Open it over https.";

export async function signInPage(c: Context, ports: ReviewPorts) {
  const item = c.req.query("item") ?? null;
  const code = c.req.query("code");
  if (!isPrivate(c)) return answer(c, <SignInPage message={NOT_PRIVATE} item={item} />, 400);
  if (code !== undefined && !onlyLooking(c)) {
    const signedIn = await ports.signInWithCode(code);
    if (signedIn !== null) return enter(c, ports, signedIn, item);
  }
  const cookie = readSessionCookie(c);
  // A used code with a session at hand is a link opened for the second time.
  if (cookie !== null && (await ports.findSession(cookie)) !== null) return afterSignIn(c, item);
  if (code === undefined) return answer(c, <SignInPage message={null} item={item} />);
  return answer(c, <SignInPage message={BAD_CODE} item={item} />, 401);
}

/** A HEAD or a prefetch is made by programs that look at links ahead of people: the code is not theirs to use up. */
function onlyLooking(c: Context): boolean {
  return (
    c.req.raw.method === "HEAD" ||
    (c.req.header("Sec-Purpose") ?? c.req.header("Purpose") ?? "").includes("prefetch")
  );
}

export async function signInByKey(c: Context, ports: ReviewPorts) {
  const item = (await formText(c, "item")) || null;
  if (!isPrivate(c)) return answer(c, <SignInPage message={NOT_PRIVATE} item={item} />, 400);
  const key = (await formText(c, "key")).trim();
  const signedIn = key === "" ? null : await ports.signInWithKey(key);
  if (signedIn === null) return answer(c, <SignInPage message={BAD_KEY} item={item} />, 401);
  return enter(c, ports, signedIn, item);
}

/** Always under a new cookie, so that no session known to another can become this one. */
function enter(c: Context, ports: ReviewPorts, signedIn: SignedIn, item: string | null) {
  writeSessionCookie(c, signedIn, ports.nowMs());
  return afterSignIn(c, item);
}

export async function signOut(c: Context, request: SignedInRequest, token: string) {
  if (!hasToken(request, token)) {
    const text = "The form belongs to an earlier session. You are still signed in.";
    return answer(c, <MessagePage session={request.session} title="Not signed out" text={text} />, 403);
  }
  await request.ports.signOut(request.cookie);
  clearSessionCookie(c);
  return c.redirect("/review/sign-in", 303);
}
