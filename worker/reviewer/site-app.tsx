/** What every page for people has: headers, refusals, the stylesheet, signing in and out. */
import { type Context, type Env, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { MessagePage } from "./message-page.tsx";
import { fromOwnPage } from "./own-page.ts";
import { answer } from "./page.tsx";
import type { SessionPorts } from "./ports.ts";
import { securityHeaders } from "./security-headers.ts";
import { formText, signedIn, toSignIn } from "./session.ts";
import { signInByKey, signInPage, signOut } from "./sign-in.tsx";
import type { Site } from "./site.ts";

/** A reason of REASON_CHARS_MAX characters, each three bytes of UTF-8 in percent-encoding, and the other fields. */
const FORM_BYTES_MAX = 32 * 1024;

/** To be mounted at the site's root: a GET changes nothing, but for the one-time link, which uses up its code. */
export function siteApp<E extends Env>(
  site: Site,
  style: string,
  ports: (c: Context<E>) => SessionPorts,
): Hono<E> {
  const app = new Hono<E>();
  const message = (c: Context, title: string, text: string, status: 403 | 413 | 500) =>
    answer(c, <MessagePage site={site} session={null} title={title} text={text} />, status);
  app.use(securityHeaders());
  app.onError((error, c) => {
    console.error(`the page at ${site.root} failed`, error);
    return message(c, "Something went wrong", FAILED, 500);
  });
  app.post("*", async (c, next) => {
    if (fromOwnPage(c)) return next();
    return message(c, "Refused", FOREIGN, 403);
  });
  app.post(
    "*",
    bodyLimit({ maxSize: FORM_BYTES_MAX, onError: (c) => message(c, "Too long", TOO_LONG, 413) }),
  );

  app.get("/style.css", (c) => {
    // Its address carries its digest, so it may be kept.
    c.header("Cache-Control", "public, max-age=86400");
    return c.body(style, 200, { "Content-Type": "text/css; charset=utf-8" });
  });
  app.get("/sign-in", (c) => signInPage(c, ports(c), site));
  app.post("/sign-in", (c) => signInByKey(c, ports(c), site));
  app.post("/sign-out", async (c) => {
    const request = await signedIn(c, ports(c));
    return request === null ? toSignIn(c, site) : signOut(c, request, site, await formText(c, "csrf"));
  });
  return app;
}

const FAILED = "The page could not be made. Nothing was decided by it. Try again in a moment.";
const FOREIGN = "This form was not sent from this page, so nothing was done. Open the page and try again.";
const TOO_LONG = "The form is longer than any that this page sends, so nothing was done.";
