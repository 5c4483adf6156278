/**
 * The approval page: HTML and forms, no script. It keeps no state and decides nothing; a GET changes nothing,
 * but for the one-time link, which uses up its code.
 */
import { type Context, type Env, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { decide } from "./decide.tsx";
import { DetailPage } from "./detail-page.tsx";
import { HistoryPage, WaitingPage } from "./list-page.tsx";
import { MessagePage } from "./message-page.tsx";
import { fromOwnPage } from "./own-page.ts";
import { answer } from "./page.tsx";
import type { ReviewPorts } from "./ports.ts";
import { securityHeaders } from "./security-headers.ts";
import { formText, isItem, type SignedInRequest, toSignIn } from "./session.ts";
import { readSessionCookie } from "./session-cookie.ts";
import { signInByKey, signInPage, signOut } from "./sign-in.tsx";
import { STYLE } from "./style.ts";

/** A reason of REASON_CHARS_MAX characters, each three bytes of UTF-8 in percent-encoding, and the other fields. */
const FORM_BYTES_MAX = 32 * 1024;

/** To be mounted at `/review`: the pages' links and forms name that path. */
export function reviewRoutes<E extends Env>(ports: (c: Context<E>) => ReviewPorts): Hono<E> {
  const app = new Hono<E>();
  app.use(securityHeaders());
  app.onError((error, c) => {
    console.error("review page failed", error);
    return answer(c, <MessagePage session={null} title="Something went wrong" text={FAILED} />, 500);
  });
  app.post("*", async (c, next) => {
    if (fromOwnPage(c)) return next();
    return answer(c, <MessagePage session={null} title="Refused" text={FOREIGN} />, 403);
  });
  app.post(
    "*",
    bodyLimit({
      maxSize: FORM_BYTES_MAX,
      onError: (c) => answer(c, <MessagePage session={null} title="Too long" text={TOO_LONG} />, 413),
    }),
  );

  app.get("/style.css", (c) => {
    // Its address carries its digest, so it may be kept.
    c.header("Cache-Control", "public, max-age=86400");
    return c.body(STYLE, 200, { "Content-Type": "text/css; charset=utf-8" });
  });
  app.get("/sign-in", (c) => signInPage(c, ports(c)));
  app.post("/sign-in", (c) => signInByKey(c, ports(c)));

  app.get("/", async (c) => {
    const request = await signedIn(c, ports(c));
    if (request === null) return toSignIn(c);
    const items = await request.ports.list(request.cookie, "pending");
    return answer(c, <WaitingPage session={request.session} items={items} nowMs={request.ports.nowMs()} />);
  });
  app.get("/history", async (c) => {
    const request = await signedIn(c, ports(c));
    if (request === null) return toSignIn(c);
    const items = await request.ports.list(request.cookie, "history");
    return answer(c, <HistoryPage session={request.session} items={items} nowMs={request.ports.nowMs()} />);
  });
  app.post("/sign-out", async (c) => {
    const request = await signedIn(c, ports(c));
    return request === null ? toSignIn(c) : signOut(c, request, await formText(c, "csrf"));
  });
  app.get("/:id", async (c) => {
    const request = await signedIn(c, ports(c));
    const id = c.req.param("id");
    if (request === null) return toSignIn(c, id);
    const detail = isItem(id) ? await request.ports.find(request.cookie, id) : null;
    if (detail === null) return notFound(c, request);
    return answer(c, <DetailPage session={request.session} detail={detail} nowMs={request.ports.nowMs()} />);
  });
  app.post("/:id", async (c) => {
    const request = await signedIn(c, ports(c));
    const id = c.req.param("id");
    if (request === null) return toSignIn(c, id);
    const detail = isItem(id) ? await request.ports.find(request.cookie, id) : null;
    return detail === null ? notFound(c, request) : decide(c, request, detail);
  });
  app.all("*", async (c) => notFound(c, await signedIn(c, ports(c))));
  return app;
}

const FAILED = "The page could not be made. Nothing was decided by it. Try again in a moment.";
const FOREIGN = "This form was not sent from this page, so nothing was done. Open the page and try again.";
const TOO_LONG = "The form is longer than any that this page sends, so nothing was done.";

async function signedIn(c: Context, ports: ReviewPorts): Promise<SignedInRequest | null> {
  const cookie = readSessionCookie(c);
  const session = cookie === null ? null : await ports.findSession(cookie);
  return cookie === null || session === null ? null : { ports, cookie, session };
}

function notFound(c: Context, request: SignedInRequest | null) {
  const text = "There is no such page, or no such approval for you. It may have been mistyped.";
  return answer(c, <MessagePage session={request?.session ?? null} title="Not found" text={text} />, 404);
}
