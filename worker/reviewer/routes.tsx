/**
 * The approval page: HTML and forms, no script. It keeps no state and decides nothing; a GET changes nothing,
 * but for the one-time link, which uses up its code.
 */
import type { Context, Env, Hono } from "hono";
import { decide } from "./decide.tsx";
import { DetailPage } from "./detail-page.tsx";
import { HistoryPage, WaitingPage } from "./list-page.tsx";
import { MessagePage } from "./message-page.tsx";
import { answer } from "./page.tsx";
import type { ReviewPorts } from "./ports.ts";
import { isItem, type SignedInRequest, signedIn, toSignIn } from "./session.ts";
import { REVIEW } from "./site.ts";
import { siteApp } from "./site-app.tsx";
import { STYLE } from "./style.ts";

/** To be mounted at `/review`: the pages' links and forms name that path. */
export function reviewRoutes<E extends Env>(ports: (c: Context<E>) => ReviewPorts): Hono<E> {
  const app = siteApp(REVIEW, STYLE, ports);
  app.get("/", async (c) => {
    const request = await signedIn(c, ports(c));
    if (request === null) return toSignIn(c, REVIEW);
    const items = await request.ports.list(request.cookie, "pending");
    return answer(c, <WaitingPage session={request.session} items={items} nowMs={request.ports.nowMs()} />);
  });
  app.get("/history", async (c) => {
    const request = await signedIn(c, ports(c));
    if (request === null) return toSignIn(c, REVIEW);
    const items = await request.ports.list(request.cookie, "history");
    return answer(c, <HistoryPage session={request.session} items={items} nowMs={request.ports.nowMs()} />);
  });
  app.get("/:id", async (c) => {
    const request = await signedIn(c, ports(c));
    const id = c.req.param("id");
    if (request === null) return toSignIn(c, REVIEW, id);
    const detail = isItem(id) ? await request.ports.find(request.cookie, id) : null;
    if (detail === null) return notFound(c, request);
    return answer(c, <DetailPage session={request.session} detail={detail} nowMs={request.ports.nowMs()} />);
  });
  app.post("/:id", async (c) => {
    const request = await signedIn(c, ports(c));
    const id = c.req.param("id");
    if (request === null) return toSignIn(c, REVIEW, id);
    const detail = isItem(id) ? await request.ports.find(request.cookie, id) : null;
    return detail === null ? notFound(c, request) : decide(c, request, detail);
  });
  app.all("*", async (c) => notFound(c, await signedIn(c, ports(c))));
  return app;
}

function notFound(c: Context, request: SignedInRequest | null) {
  const text = "There is no such page, or no such approval for you. It may have been mistyped.";
  return answer(c, <MessagePage session={request?.session ?? null} title="Not found" text={text} />, 404);
}
